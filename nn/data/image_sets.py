"""Small images with labels, which every course uses: MNIST, Fashion-MNIST and scikit-learn's digits."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core.errors import MissingDependencyError

from ..checks import floating_dtype
from ..errors import FileFormatError
from .downloading import Published, obtained
from .idx import read_idx
from .samples import Array

__all__ = ["FASHION_MNIST_CLASSES", "digits", "fashion_mnist", "mnist"]

MNIST = Published(
    "MNIST",
    ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
)

FASHION_MNIST = Published(
    "Fashion-MNIST",
    (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
)

FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def mnist(
    folder: str | os.PathLike[str], train: bool = True, download: bool = True, dtype: DTypeLike | None = None
) -> tuple[Array, Array]:
    """Handwritten digits, 28 x 28 pixels: 60,000 to train on and 10,000 others to test with.

    LeCun, Cortes and Burges, The MNIST database of handwritten digits, 1998.

    Args:
        folder: where the four files lie, compressed or not, or are to be put (11 MB).
        train: the training set, or the test set.
        download: whether to fetch files that are not there.
        dtype: of the images, the default dtype when None; float32 needs half the memory of float64.

    Returns:
        The images (N, 1, 28, 28), from 0 for paper to 1 for ink, and the labels (N,), 0 to 9.

    Raises:
        MissingDataError: if files are not there and cannot be downloaded.
        FileFormatError: if a file is damaged, or holds something else.

    >>> images, labels = mnist("data/mnist", download=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    nn.errors.MissingDataError: mnist(): ...
    """
    return labelled_images("mnist()", MNIST, folder, train, download, dtype)


def fashion_mnist(
    folder: str | os.PathLike[str], train: bool = True, download: bool = True, dtype: DTypeLike | None = None
) -> tuple[Array, Array]:
    """Pieces of clothing, in the form of :func:`mnist` and harder: 60,000 to train on, 10,000 to test with.

    Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017. The classes' names are ``FASHION_MNIST_CLASSES``. The files
    are called like MNIST's: the two need folders of their own.

    Args:
        folder: where the four files lie, compressed or not, or are to be put (30 MB).
        train: the training set, or the test set.
        download: whether to fetch files that are not there.
        dtype: of the images, the default dtype when None; float32 needs half the memory of float64.

    Returns:
        The images (N, 1, 28, 28) in [0, 1] and the labels (N,), 0 to 9.

    Raises:
        MissingDataError: if files are not there and cannot be downloaded.
        FileFormatError: if a file is damaged, or holds something else.

    >>> images, labels = fashion_mnist("data/fashion", download=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    nn.errors.MissingDataError: fashion_mnist(): ...
    """
    return labelled_images("fashion_mnist()", FASHION_MNIST, folder, train, download, dtype)


def labelled_images(
    operation: str,
    published: Published,
    folder: str | os.PathLike[str],
    train: bool,
    download: bool,
    dtype: DTypeLike | None,
) -> tuple[Array, Array]:
    """Images and labels from two IDX files with MNIST's names; see :func:`mnist`."""
    wanted = floating_dtype(operation, dtype)
    part = "train" if train else "t10k"
    names = [f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"]
    pictures_at, labels_at = obtained(operation, published, names, folder, download)
    pictures, labels = read_idx(pictures_at), read_idx(labels_at)
    if pictures.ndim != 3 or pictures.dtype != np.uint8:
        raise FileFormatError(
            f"{pictures_at}: images (N, H, W) in bytes are wanted, found {pictures.shape} {pictures.dtype}"
        )
    if labels.shape != pictures.shape[:1] or labels.dtype != np.uint8:
        raise FileFormatError(
            f"{labels_at}: a byte for each of the {len(pictures)} images is wanted, "
            f"found {labels.shape} {labels.dtype}"
        )
    return brightness(pictures[:, None], wanted), labels.astype(np.int64)


def digits(dtype: DTypeLike | None = None) -> tuple[Array, Array]:
    """1,797 handwritten digits of 8 x 8 pixels, which scikit-learn brings along: nothing is downloaded.

    Alpaydin and Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998.

    Args:
        dtype: of the images, the default dtype when None.

    Returns:
        The images (1797, 1, 8, 8), from 0 for paper to 1 for ink, and the labels (1797,), 0 to 9.

    Raises:
        MissingDependencyError: if scikit-learn is not installed.
        DtypeError: if ``dtype`` is no floating-point dtype.

    >>> images, labels = digits()
    >>> images.shape, images.min(), images.max(), labels[:4].tolist()
    ((1797, 1, 8, 8), np.float64(0.0), np.float64(1.0), [0, 1, 2, 3])
    """
    wanted = floating_dtype("digits()", dtype)
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise MissingDependencyError("digits() needs scikit-learn: pip install scikit-learn") from None
    found = load_digits()
    images: Array = (found.images[:, None] / 16).astype(wanted)
    return images, found.target.astype(np.int64)


def brightness(levels: Array, dtype: np.dtype[Any]) -> Array:
    """Bytes from 0 to 255 as numbers from 0 to 1."""
    numbers = levels.astype(dtype)
    numbers /= 255
    return numbers
