"""CIFAR-10: small colour photographs of ten kinds of things."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core.files import write_whole

from ..checks import floating_dtype
from ..errors import FileFormatError
from ..files.reading import decompressed, read_whole
from .downloading import Published, obtained
from .image_sets import brightness
from .samples import Array

__all__ = ["CIFAR10_CLASSES", "cifar10", "read_cifar10"]

CIFAR10 = Published(
    "CIFAR-10 (binary version)",
    (
        "https://www.cs.toronto.edu/~kriz/",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
    ),
    {"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
)

CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)

_ARCHIVE = "cifar-10-binary.tar.gz"
_INSIDE = "cifar-10-batches-bin"  # the folder in the archive
_TRAINING = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_TESTING = ("test_batch.bin",)
_RECORD = 1 + 3 * 32 * 32  # a label, then the red, the green and the blue pixels
_PICKLED = (
    "the Python version of CIFAR-10, a pickle, which could run any program when it is opened; "
    f"the binary version, {_ARCHIVE}, holds the same images"
)


def cifar10(
    folder: str | os.PathLike[str], train: bool = True, download: bool = True, dtype: DTypeLike | None = None
) -> tuple[Array, Array]:
    """Colour photographs of 32 x 32 pixels: 50,000 to train on and 10,000 others to test with.

    Krizhevsky, Learning multiple layers of features from tiny images, 2009. The classes' names are
    ``CIFAR10_CLASSES``.

    Args:
        folder: where the binary version lies, as its archive or unpacked, or is to be put (170 MB, and as
            much again unpacked).
        train: the training set, or the test set.
        download: whether to fetch it if it is not there.
        dtype: of the images, the default dtype when None; the training set needs 614 MB as float32.

    Returns:
        The images (N, 3, 32, 32) in [0, 1], red, green and blue, and the labels (N,), 0 to 9.

    Raises:
        MissingDataError: if it is not there and cannot be downloaded.
        FileFormatError: if a file is damaged, or if only the pickled version is there.

    >>> images, labels = cifar10("data/cifar10", download=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    nn.errors.MissingDataError: cifar10(): ...
    """
    return labelled_photographs(CIFAR10, folder, train, download, dtype)


def labelled_photographs(
    published: Published,
    folder: str | os.PathLike[str],
    train: bool,
    download: bool,
    dtype: DTypeLike | None,
) -> tuple[Array, Array]:
    """Photographs and labels of a published archive; see :func:`cifar10`."""
    wanted = floating_dtype("cifar10()", dtype)
    place, names = Path(folder), _TRAINING if train else _TESTING
    paths = _unpacked(place, names)
    if paths is None:
        pickled = next((path for path in _pickled_version(place) if path.is_file()), None)
        if pickled is not None and not download and not (place / _ARCHIVE).is_file():
            raise FileFormatError(f"{pickled}: this is {_PICKLED}")
        hint = f"\n{pickled} is {_PICKLED}" if pickled else ""
        (archive,) = obtained("cifar10()", published, [_ARCHIVE], place, download, hint)
        paths = _unpack(archive, names, place / _INSIDE)
    return _images_and_labels(np.concatenate([_records(path) for path in paths]), wanted)


def read_cifar10(path: str | os.PathLike[str], dtype: DTypeLike | None = None) -> tuple[Array, Array]:
    """The images and labels of one file of CIFAR-10's binary version, ``data_batch_1.bin`` for one.

    Args:
        path: the file: records of 3,073 bytes, a label and then the red, the green and the blue pixels.
        dtype: of the images, the default dtype when None.

    Returns:
        The images (N, 3, 32, 32) in [0, 1] and the labels (N,), 0 to 9.

    Raises:
        FileFormatError: if the file is cut short, pickled or something else.
        FileNotFoundError: if it is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "data_batch_1.bin")
    ...     _ = path.write_bytes(bytes([7]) + bytes([255]) * 3072)
    ...     images, labels = read_cifar10(path)
    >>> images.shape, images.max(), labels
    ((1, 3, 32, 32), np.float64(1.0), array([7]))
    """
    return _images_and_labels(_records(Path(path)), floating_dtype("read_cifar10()", dtype))


def _records(source: Path) -> Array:
    content = read_whole(source)
    if content[:1] == b"\x80":
        raise FileFormatError(f"{source}: this is {_PICKLED}")
    if not content or len(content) % _RECORD:
        raise FileFormatError(
            f"{source}: records of {_RECORD:,} bytes are wanted, found {len(content):,} bytes: "
            f"{len(content) // _RECORD:,} records and {len(content) % _RECORD:,} bytes"
        )
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0]
    if labels.max() > 9:
        wrong = int((labels > 9).argmax())
        raise FileFormatError(f"{source}: record {wrong} has the label {labels[wrong]}, known are 0 to 9")
    return records


def _images_and_labels(records: Array, dtype: np.dtype[Any]) -> tuple[Array, Array]:
    return brightness(records[:, 1:], dtype).reshape(-1, 3, 32, 32), records[:, 0].astype(np.int64)


def _unpacked(folder: Path, names: Sequence[str]) -> list[Path] | None:
    for place in (folder, folder / _INSIDE):
        if all((place / name).is_file() for name in names):
            return [place / name for name in names]
    return None


def _pickled_version(folder: Path) -> list[Path]:
    unpacked = [place / "data_batch_1" for place in (folder, folder / "cifar-10-batches-py")]
    return [*unpacked, folder / "cifar-10-python.tar.gz"]


def _unpack(archive: Path, names: Sequence[str], folder: Path) -> list[Path]:
    """Take the files that are wanted out of the archive, and nothing else that may be in it."""
    found = _members(archive, decompressed(archive, read_whole(archive)), names)
    folder.mkdir(exist_ok=True)
    for name, records in found.items():
        write_whole(folder / name, records)
    return [folder / name for name in names]


def _members(archive: Path, content: bytes, names: Sequence[str]) -> dict[str, bytes]:
    found = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as members:
            for name in names:
                member = members.getmember(f"{_INSIDE}/{name}")
                file = members.extractfile(member) if member.type == tarfile.REGTYPE else None
                if file is None:
                    raise FileFormatError(f"{archive}: {_INSIDE}/{name} in it is no file")
                if member.offset_data + member.size > len(content):
                    raise FileFormatError(
                        f"{archive}: damaged or cut short, {name} in it declares {member.size:,} bytes, "
                        f"the whole archive has {len(content):,}"
                    )
                found[name] = file.read()
    except KeyError:
        raise FileFormatError(f"{archive}: there is no {_INSIDE}/{name} in it") from None
    except FileFormatError:
        raise
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise FileFormatError(f"{archive}: no whole archive, it is damaged or cut short: {error}") from None
    return found
