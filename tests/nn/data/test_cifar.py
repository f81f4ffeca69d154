"""Photographs are read from their archive, and refused when it is not whole."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import nn
from nn.data import cifar
from nn.errors import FileFormatError, MissingDataError
from tests.nn.data.image_files import (
    NOWHERE,
    PHOTOGRAPHS,
    archive,
    cifar_files,
    published,
    put,
    server,
)


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
        (archive(cifar_files())[:-500], "compressed, but damaged or cut short at"),
        (b"no archive", "compressed, but damaged"),
    ],
    ids=["other files", "cut short", "no archive"],
)
def test_a_damaged_archive_is_refused(tmp_path, content, message):
    put(tmp_path, {"cifar-10-binary.tar.gz": content})
    with pytest.raises(FileFormatError, match=f"cifar-10-binary.tar.gz: {message}"):
        nn.cifar10(tmp_path, download=False)
