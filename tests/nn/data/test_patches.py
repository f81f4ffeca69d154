"""Patches cut out of images."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, ShapeError

rng = np.random.default_rng(0)


X = rng.normal(3, 5, (50, 4))


IMAGES = rng.normal(0, 1, (6, 3, 9, 9)) + np.arange(9)


@pytest.mark.parametrize(
    ("images", "size", "shape"),
    [
        (IMAGES[0, 0], 4, (20, 4, 4)),
        (IMAGES[:, 0], (2, 5), (20, 2, 5)),
        (IMAGES, 9, (20, 3, 9, 9)),
        (IMAGES.astype(np.float32), 1, (20, 3, 1, 1)),
        (Tensor(IMAGES), 3, (20, 3, 3, 3)),
        ([IMAGES[0, 0], IMAGES[1, 0, :5], IMAGES[2, 0, :, :4]], 4, (20, 4, 4)),
        ([IMAGES[0], IMAGES[1, :, :5]], 5, (20, 3, 5, 5)),
    ],
)
def test_a_patch_is_a_piece_of_an_image(images, size, shape):
    patches = nn.image_patches(images, size, 20, generator=0)
    assert patches.shape == shape
    source = images.data if isinstance(images, Tensor) else images
    assert patches.dtype == source[0].dtype
    pictures = [source] if isinstance(source, np.ndarray) and source.ndim == 2 else source
    assert all(any(is_piece(patch, picture) for picture in pictures) for patch in patches)


def is_piece(patch, picture):
    height, width = patch.shape[-2:]
    places = np.ndindex(picture.shape[-2] - height + 1, picture.shape[-1] - width + 1)
    return any(np.array_equal(picture[..., i : i + height, j : j + width], patch) for i, j in places)


def test_patches_come_from_everywhere_and_repeat_with_a_seed():
    picture = np.arange(16.0).reshape(4, 4)
    corners = nn.image_patches([picture, 100 + picture], 2, 2000, generator=1)[:, 0, 0]
    values, counts = np.unique(corners, return_counts=True)
    assert values.tolist() == [
        base + 4 * row + column for base in (0, 100) for row in range(3) for column in range(3)
    ]
    assert (np.abs(counts - 2000 / 18) < 50).all()  # five standard deviations
    assert np.array_equal(corners, nn.image_patches([picture, 100 + picture], 2, 2000, generator=1)[:, 0, 0])


def test_normalised_patches_have_no_mean_and_lie_between_a_tenth_and_nine_tenths():
    patches = nn.image_patches(IMAGES[:, 0], 5, 300, generator=0)
    found = nn.image_patches(IMAGES[:, 0], 5, 300, generator=0, normalize=True)
    centred = patches - patches.mean((1, 2), keepdims=True)
    limit = 3 * centred.std()
    inside = np.abs(centred) < limit
    np.testing.assert_allclose(found[inside], (0.5 + 0.4 * centred / limit)[inside])
    outlier = np.zeros((100, 4))
    outlier[3, 1], outlier[5, 2] = 100, -100
    cut = nn.normalize_patches(outlier)
    assert (cut.min(), cut.max()) == (0.5 - 0.4, 0.9)
    assert (nn.normalize_patches(np.ones((3, 2, 2), np.float32)) == np.float32(0.5)).all()
    assert nn.normalize_patches(patches.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: nn.image_patches(IMAGES, 10, 2),
            ShapeError,
            r"10 x 10 does not fit into image 0 of shape \(3, 9, 9\)",
        ),
        (lambda: nn.image_patches(IMAGES, 0, 2), ShapeError, r"`size` \(=0\)"),
        (
            lambda: nn.image_patches(IMAGES, 3, 0),
            DomainError,
            r"`count` \(=0\) has to be a whole number from 1",
        ),
        (lambda: nn.image_patches(X[0], 3, 2), ShapeError, r"needs images .* got shape \(4,\)"),
        (
            lambda: nn.image_patches([X, IMAGES[0]], 3, 2),
            ShapeError,
            r"all \(C, H, W\), got \(50, 4\), \(3, 9, 9\)",
        ),
        (lambda: nn.image_patches(IMAGES[:0], 3, 2), ShapeError, r"got shape \(0, 3, 9, 9\)"),
        (lambda: nn.normalize_patches(X[:0]), ShapeError, r"got shape \(0, 4\)"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()
