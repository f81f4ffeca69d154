"""Weights in files: safetensors, which PyTorch reads too, and NumPy's .npz, both without pickle."""

from __future__ import annotations

import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from autograd_core import Node
from autograd_core.errors import DtypeError, MissingDependencyError

from .errors import FileFormatError
from .module import Module

__all__ = ["load", "save"]

Array = np.ndarray[Any, np.dtype[Any]]
PathLike = str | os.PathLike[str]

ARRAYS = (".safetensors", ".npz")  # how the names of files of arrays end
_METADATA = "__metadata__.json"  # where an .npz keeps the text beside its arrays


def save(state: Module | Mapping[str, Any], path: PathLike) -> None:
    """Write a model's state, or any arrays by name, to ``.safetensors`` or ``.npz``, by the path's suffix.

    The file appears whole or not at all: it is written beside its place and then renamed.

    Args:
        state: a module, or arrays (tensors) by name.
        path: where to; a file that is there is replaced.

    Raises:
        FileFormatError: for another suffix.
        DtypeError: for something that is no array of numbers.
        MissingDependencyError: if safetensors is not installed.

    >>> import tempfile, nn
    >>> model, again = nn.Linear(2, 1), nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save(model, f"{folder}/line.npz")
    ...     keys = again.load_state_dict(nn.load(f"{folder}/line.npz"))
    >>> again.weight.tolist() == model.weight.tolist()
    True
    """
    write_arrays(path, state.state_dict() if isinstance(state, Module) else state)


def load(path: PathLike) -> dict[str, Array]:
    """The arrays by name from a ``.safetensors`` or ``.npz`` file; nothing in it is ever executed.

    Raises:
        FileFormatError: if the file is damaged, pickled, or not what its suffix says.
        FileNotFoundError: if it is not there.
        MissingDependencyError: if safetensors is not installed.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save({"x": [1, 2]}, f"{folder}/x.npz")
    ...     nn.load(f"{folder}/x.npz")
    {'x': array([1, 2])}
    """
    return read_arrays(path)[0]


def write_arrays(
    path: PathLike, arrays: Mapping[str, Any], metadata: Mapping[str, str] | None = None
) -> None:
    """Write arrays, and texts beside them, as :func:`save` does."""
    target = Path(path)
    checked = {name: _checked(name, array) for name, array in arrays.items()}
    if require_suffix(target, ARRAYS) == ".npz":
        content = _as_npz(checked, dict(metadata or {}))
    else:
        content = _safetensors().save(checked, metadata=dict(metadata or {}) or None)
    write_atomically(target, content)


def read_arrays(path: PathLike) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts of a file; see :func:`load`."""
    source = Path(path)
    suffix = require_suffix(source, ARRAYS)
    content = source.read_bytes()
    if not content:
        raise FileFormatError(f"{source}: the file is empty")
    if content[:1] == b"\x80" and content[8:9] != b"{":  # a safetensors header may be as long as that
        raise FileFormatError(
            f"{source}: this is a pickle, which could run any program when it is opened; save the weights as "
            "safetensors (safetensors.torch.save_file) and load that"
        )
    return from_npz(source, content) if suffix == ".npz" else _from_safetensors(source, content)


def require_suffix(path: PathLike, known: Sequence[str], place: str = "") -> str:
    """How a file's name ends, which says what is in it; the path, or ``place``, is named in the error.

    Raises:
        FileFormatError: for another ending than those known.
    """
    suffix = Path(path).suffix
    if suffix not in known:
        raise FileFormatError(f"{place or path}: the name has to end in {' or '.join(known)}")
    return suffix


def require_folder(owner: str, path: PathLike) -> None:
    """Check that a file can be written before there is anything to write.

    Raises:
        FileNotFoundError: if its folder is not there.
    """
    folder = Path(path).parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{owner}: the folder {str(folder)!r} of {str(path)!r} is not there")


def _checked(name: str, value: Any) -> Array:
    if not isinstance(name, str):
        raise DtypeError(f"save(): names are text, got {name!r}")
    array = np.asarray(value.data if isinstance(value, Node) else value)
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"save(): {name!r} is no array of numbers but {value!r}")
    return array if array.flags.c_contiguous else array.copy(order="C")


def _safetensors() -> Any:
    try:
        import safetensors.numpy
    except ImportError:
        raise MissingDependencyError(
            "a .safetensors file needs the package safetensors: pip install 'autograd-core[files]'; "
            "an .npz needs nothing"
        ) from None
    return safetensors.numpy


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all; see :func:`opened_whole`."""
    with opened_whole(target) as file:
        file.write(content)


@contextmanager
def opened_whole(target: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears whole or not at all.

    It is written beside its place, to the disk, and then renamed: a crash leaves the old file or the new one.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with open(beside, "xb") as file:  # a temporary file of the standard library only its owner could read
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


# -- .npz -------------------------------------------------------------------------------------------


def _as_npz(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
        if metadata:
            archive.writestr(_METADATA, json.dumps(metadata))
    return buffer.getvalue()


def from_npz(source: Path, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the texts in the content of an .npz file; ``source`` is named in errors.

    Raises:
        FileFormatError: if it is damaged or pickled.
    """
    arrays: dict[str, Array] = {}
    metadata: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                data = archive.read(name)  # checks its checksum
                if name == _METADATA:
                    metadata = json.loads(data)
                elif name.endswith(".npy"):
                    arrays[name.removesuffix(".npy")] = from_npy(source, name, data)
                else:
                    raise FileFormatError(
                        f"{source}: {name!r} in it is no NumPy array; is it a pickled PyTorch file? "
                        "Save the weights as safetensors and load that"
                    )
    except (zipfile.BadZipFile, EOFError, OSError, json.JSONDecodeError, NotImplementedError) as error:
        raise FileFormatError(f"{source}: no whole .npz file, it is damaged or cut short: {error}") from None
    return arrays, metadata


def from_npy(source: Path, name: str, data: bytes) -> Array:
    """The array in the content of an .npy file, which stands under a name in ``source``.

    Raises:
        FileFormatError: if it is damaged or pickled.
    """
    try:
        array: Array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise FileFormatError(f"{source}: {name!r} in it cannot be read: {error}") from None
    return array


# -- safetensors ------------------------------------------------------------------------------------


def _from_safetensors(source: Path, content: bytes) -> tuple[dict[str, Array], dict[str, str]]:
    numpy = _safetensors()
    from safetensors import SafetensorError

    try:
        arrays = dict(numpy.load(content))
        length = int.from_bytes(content[:8], "little")
        metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    except (SafetensorError, ValueError, KeyError) as error:
        raise FileFormatError(
            f"{source}: no whole .safetensors file, it is damaged, cut short or something else: {error}"
        ) from None
    return {name: np.array(array) for name, array in arrays.items()}, metadata
