"""Sets of images are read from files that lie there, from 0 to 1."""

from __future__ import annotations

import gzip
import sys

import numpy as np
import pytest

import nn
from autograd_core.errors import DtypeError, MissingDependencyError
from nn.data import image_sets
from nn.errors import FileFormatError
from tests.nn.data.image_files import (
    FILES,
    IMAGES,
    LABELS,
    idx,
    put,
)


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
