"""Image files are read, fetched when they are not there, and refused when they are not whole."""

from __future__ import annotations

import gzip
import pickle
import sys

import numpy as np
import pytest

import nn
from autograd_core.errors import DtypeError, MissingDependencyError
from nn.data import cifar, image_sets
from nn.errors import FileFormatError, MissingDataError
from tests.nn.data.image_files import (
    FILES,
    IMAGES,
    LABELS,
    PHOTOGRAPHS,
    archive,
    cifar_files,
    idx,
    published,
    server,
)

NOWHERE = "http://127.0.0.1:9/"  # where nobody listens


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def small_set(folder, *mirrors, train=True, download=True, dtype=None, **options):
    return image_sets.labelled_images(
        "mnist()", published(*mirrors, **options), folder, train, download, dtype
    )


def put(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


# -- IDX --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4), (0, 28, 28)])
def test_an_idx_file_comes_back_as_it_was_written(tmp_path, packed, kind, shape):
    array = (np.arange(np.prod(shape)) - 5).astype(kind).reshape(shape)
    content = gzip.compress(idx(array)) if packed else idx(array)
    (tmp_path / "file").write_bytes(content)
    found = nn.read_idx(tmp_path / "file")
    assert (found.dtype, found.shape) == (array.dtype, shape)
    assert found.dtype.isnative
    assert np.array_equal(found, array)
    found[...] = 0  # theirs to change


WHOLE = idx(IMAGES)
PACKED = gzip.compress(WHOLE)
DAMAGED = {
    "empty": (b"", r"it begins with nothing \(0 bytes\)"),
    "three bytes": (b"\0\0\x08", r"it begins with 00 00 08 \(3 bytes\)"),
    "a zip archive": (b"PK\3\4" + WHOLE, "it begins with 50 4b 03 04 .* where 00 00 is wanted"),
    "unknown numbers": (
        b"\0\0\x07" + WHOLE[3:],
        "its kind of number is 07, known are 08, 09, 0b, 0c, 0d, 0e",
    ),
    "no axes": (b"\0\0\x08\0", "its header names no axes"),
    "half a header": (WHOLE[:10], "a header of 3 axes needs 16 bytes, found 10"),
    "cut short": (WHOLE[:-7], r"cut short, shape \(5, 4, 3\) of uint8 needs 76 bytes, found 69"),
    "too long": (WHOLE + b"\0", r"too long, shape \(5, 4, 3\) of uint8 needs 76 bytes, found 77"),
    "a float cut short": (
        idx(np.zeros(3))[:-1],
        r"cut short, shape \(3,\) of float64 needs 32 bytes, found 31",
    ),
    "cut short, packed": (PACKED[:-9], "compressed, but damaged or cut short at"),
    "altered, packed": (PACKED[:12] + b"!!!!" + PACKED[16:], "compressed, but damaged"),
}


@pytest.mark.parametrize("fault", DAMAGED)
def test_a_damaged_idx_file_is_refused_and_named(tmp_path, fault):
    content, message = DAMAGED[fault]
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(FileFormatError, match=f"images: (no .*IDX file, )?{message}"):
        nn.read_idx(tmp_path / "images")


# -- MNIST ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("form", ["compressed", "plain", "dotted"])
@pytest.mark.parametrize("call", [nn.mnist, nn.fashion_mnist])
def test_images_that_lie_there_are_read_without_a_network(tmp_path, train, form, call):
    files = FILES
    if form != "compressed":
        files = {name.removesuffix(".gz"): gzip.decompress(content) for name, content in files.items()}
    if form == "dotted":
        files = {name.replace("-idx", ".idx"): content for name, content in files.items()}
    put(tmp_path, files)
    images, labels = call(tmp_path, train=train, download=False)
    wanted = IMAGES if train else IMAGES[:2] // 2
    assert (images.shape, images.dtype) == ((len(wanted), 1, 4, 3), np.float64)
    np.testing.assert_allclose(images[:, 0], wanted / 255)
    assert (labels.dtype, labels.tolist()) == (np.int64, LABELS[: len(wanted)].tolist())
    assert call(tmp_path, train, dtype=np.float32)[0].dtype == np.float32


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"train-images-idx3-ubyte.gz": idx(LABELS)},
            r"images \(N, H, W\) in bytes are wanted, found \(5,\) uint8",
        ),
        ({"train-images-idx3-ubyte.gz": idx(IMAGES / 4)}, r"in bytes are wanted, found \(5, 4, 3\) float64"),
        (
            {"train-labels-idx1-ubyte.gz": idx(LABELS[:4])},
            r"a byte for each of the 5 images is wanted, found \(4,\)",
        ),
        ({"train-labels-idx1-ubyte.gz": idx(IMAGES)}, r"is wanted, found \(5, 4, 3\)"),
    ],
)
def test_files_in_each_others_place_are_refused(tmp_path, wrong, message):
    put(tmp_path, FILES | wrong)
    with pytest.raises(FileFormatError, match=message):
        nn.mnist(tmp_path)


def test_the_published_files_have_names_and_checksums():
    for collection in (image_sets.MNIST, image_sets.FASHION_MNIST):
        assert set(collection.checksums) == set(FILES)
        assert all(len(digest) == 64 and int(digest, 16) for digest in collection.checksums.values())
        assert all(mirror.startswith("http") and mirror.endswith("/") for mirror in collection.mirrors)
    assert len(nn.data.FASHION_MNIST_CLASSES) == len(nn.data.CIFAR10_CLASSES) == 10


# -- fetched ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_missing_files_are_fetched_once(tmp_path, algorithm, capsys):
    folder = tmp_path / "new" / "folder"
    with server(FILES) as (mirror, asked):
        for _ in range(2):
            images, labels = small_set(folder, mirror, algorithm=algorithm)
            assert (len(images), labels.tolist()) == (5, LABELS.tolist())
        assert asked == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]
        small_set(folder, mirror, train=False, algorithm=algorithm)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    shown = capsys.readouterr().err
    assert all(name in shown for name in FILES)


def test_without_tqdm_a_download_is_silent(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with server(FILES) as (mirror, _):
        assert len(small_set(tmp_path, mirror)[0]) == 5
    assert capsys.readouterr().err == ""


NAME = "train-images-idx3-ubyte.gz"


@pytest.mark.parametrize(
    ("files", "cut", "reason"),
    [
        ({}, 0, "404 Not Found"),
        (
            FILES | {NAME: b"<html>Sign in</html>"},
            0,
            "20 bytes came with the sha256 checksum [0-9a-f]{64}, not",
        ),
        (FILES, 5, "with the sha256 checksum|IncompleteRead"),
    ],
    ids=["absent", "another file", "cut short"],
)
def test_a_mirror_that_fails_leaves_nothing_and_the_next_one_is_asked(tmp_path, files, cut, reason):
    with server(files, cut) as (broken, asked), server(FILES) as (good, _):
        with pytest.raises(MissingDataError, match=rf"(?s){broken}{NAME}: [^\n]*({reason})"):
            small_set(tmp_path, broken)
        assert list(tmp_path.iterdir()) == []
        assert asked == [NAME]
        assert len(small_set(tmp_path, NOWHERE, broken, good)[0]) == 5
        assert asked[-1] == "train-labels-idx1-ubyte.gz"


def test_offline_one_error_says_what_to_fetch_and_where_to_put_it(tmp_path):
    put(tmp_path, {NAME: FILES[NAME]})
    with pytest.raises(MissingDataError) as found:
        small_set(tmp_path, NOWHERE, "http://127.0.0.1:9/other/", train=False)
    text = str(found.value)
    assert text.startswith(f"mnist(): the small set is not complete in {tmp_path}")
    for part in ("t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz are missing", f"put into {tmp_path}"):
        assert part in text
    for url in ("t10k-images-idx3-ubyte.gz", "other/t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        assert NOWHERE + url in text
    assert "refused" in text
    assert isinstance(found.value, FileNotFoundError)


def test_nothing_is_fetched_when_that_is_forbidden(tmp_path):
    with server(FILES) as (mirror, asked):
        with pytest.raises(
            MissingDataError, match=rf"\(download=False\)\nFetch by hand, .*\n  {mirror}{NAME}"
        ):
            small_set(tmp_path / "absent", mirror, download=False)
        assert asked == []
    assert not (tmp_path / "absent").exists()


def test_a_full_disk_is_no_fault_of_the_mirror(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with server(FILES) as (mirror, _), pytest.raises(OSError, match="file") as found:
        small_set(tmp_path / "file", mirror)
    assert not isinstance(found.value, MissingDataError)


# -- CIFAR-10 ---------------------------------------------------------------------------------------


def photographs(folder, *mirrors, train=True, download=True, dtype=None, files=None):
    content = archive(cifar_files() if files is None else files)
    collection = published(*mirrors, files={"cifar-10-binary.tar.gz": content}, algorithm="md5")
    return cifar.labelled_photographs(collection, folder, train, download, dtype), content


@pytest.mark.parametrize("where", ["", "cifar-10-batches-bin"])
def test_photographs_are_read_red_green_blue(tmp_path, where):
    put(tmp_path, {f"{where}/{name}".strip("/"): content for name, content in cifar_files().items()})
    images, labels = nn.cifar10(tmp_path, download=False)
    assert (images.shape, images.dtype) == ((10, 3, 32, 32), np.float64)
    np.testing.assert_allclose(images[7, 2, 1, 5], PHOTOGRAPHS[7, 1 + 2 * 1024 + 32 + 5] / 255)
    np.testing.assert_allclose(images.reshape(10, -1), PHOTOGRAPHS[:10, 1:] / 255)
    assert labels.tolist() == PHOTOGRAPHS[:10, 0].tolist()
    test_images, test_labels = nn.cifar10(tmp_path, train=False, dtype=np.float32)
    assert (test_images.dtype, test_labels.tolist()) == (np.float32, PHOTOGRAPHS[10:, 0].tolist())
    one = nn.read_cifar10(tmp_path / where / "data_batch_2.bin")
    assert np.array_equal(one[0], images[2:4])


def test_an_archive_is_fetched_and_unpacked_once(tmp_path):
    content = archive(cifar_files())
    with server({"cifar-10-binary.tar.gz": content}) as (mirror, asked):
        collection = published(mirror, files={"cifar-10-binary.tar.gz": content}, algorithm="md5")
        for train in (True, True, False):
            images, _ = cifar.labelled_photographs(collection, tmp_path, train, True, None)
            assert len(images) == (10 if train else 2)
        assert asked == ["cifar-10-binary.tar.gz"]
    assert sorted(path.name for path in (tmp_path / "cifar-10-batches-bin").iterdir()) == sorted(
        cifar_files()
    )


@pytest.mark.parametrize(
    "name", ["data_batch_1", "cifar-10-batches-py/data_batch_1", "cifar-10-python.tar.gz"]
)
def test_the_pickled_version_is_refused_with_the_reason(tmp_path, name):
    put(tmp_path, {name: pickle.dumps({b"data": PHOTOGRAPHS})})
    reason = (
        "a pickle, which could run any program when it is opened; the binary version, cifar-10-binary.tar.gz"
    )
    with pytest.raises(FileFormatError, match=reason):
        nn.cifar10(tmp_path, download=False)
    collection = published(NOWHERE, files={"cifar-10-binary.tar.gz": b""})
    with pytest.raises(MissingDataError, match=rf"(?s)missing, could not be downloaded.*{reason}"):
        cifar.labelled_photographs(collection, tmp_path, True, True, None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (pickle.dumps({b"data": 1}), "a pickle, which could run any program"),
        (
            PHOTOGRAPHS.tobytes()[:-10],
            "records of 3,073 bytes are wanted, found 36,866 bytes: 11 records and 3,063",
        ),
        (b"", "found 0 bytes: 0 records and 0 bytes"),
        (bytes([3]) * 3073 + bytes([77]) * 3073, "record 1 has the label 77"),
    ],
    ids=["pickled", "cut short", "empty", "no label"],
)
def test_damaged_photographs_are_refused(tmp_path, content, message):
    (tmp_path / "data_batch_1.bin").write_bytes(content)
    with pytest.raises(FileFormatError, match=f"data_batch_1.bin: .*{message}"):
        nn.read_cifar10(tmp_path / "data_batch_1.bin")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (archive({"readme.html": b""}), "there is no cifar-10-batches-bin/data_batch_1.bin in it"),
        (archive(cifar_files())[:-500], "no whole archive, it is damaged or cut short"),
        (b"no archive", "no whole archive"),
    ],
    ids=["other files", "cut short", "no archive"],
)
def test_a_damaged_archive_is_refused(tmp_path, content, message):
    put(tmp_path, {"cifar-10-binary.tar.gz": content})
    with pytest.raises(FileFormatError, match=f"cifar-10-binary.tar.gz: {message}"):
        nn.cifar10(tmp_path, download=False)


# -- scikit-learn's digits --------------------------------------------------------------------------


def test_digits_are_images_from_0_to_1():
    pytest.importorskip("sklearn")
    images, labels = nn.digits(np.float32)
    assert (images.shape, images.dtype) == ((1797, 1, 8, 8), np.float32)
    assert (labels.dtype, np.bincount(labels).min(), set(labels.tolist())) == (np.int64, 174, set(range(10)))
    assert (images.min(), images.max()) == (0, 1)


def test_digits_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(MissingDependencyError, match="pip install scikit-learn"):
        nn.digits()


@pytest.mark.parametrize("dtype", [int, "bool", "float12"])
@pytest.mark.parametrize("call", [nn.digits, lambda dtype: nn.mnist("nowhere", dtype=dtype)])
def test_images_are_floating_point(call, dtype):
    with pytest.raises(DtypeError, match=r"`dtype` \(=.*\) has to be a dtype of floating-point numbers"):
        call(dtype=dtype)
