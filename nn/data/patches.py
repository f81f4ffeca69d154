"""Small squares cut out of photographs, on which a network learns edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype
from autograd_core.errors import ShapeError
from autograd_core.geometry import Sizes, per_axis

from ..checks import check_count
from ..randomness import generator_from
from .samples import Array, numbers_of

__all__ = ["image_patches", "normalize_patches"]


def image_patches(
    images: Any,
    size: Sizes,
    count: int,
    generator: np.random.Generator | int | None = None,
    *,
    normalize: bool = False,
) -> Array:
    """Patches from random places of random images.

    Args:
        images: one image (H, W), several (N, H, W) or (N, C, H, W), or a list of images (H, W) or (C, H, W)
            of different sizes.
        size: the height and the width of a patch, a number for both.
        count: how many patches.
        generator: draws images and places; a whole number seeds one; the common one (:func:`nn.seed`) when
            None.
        normalize: whether to hand them through :func:`normalize_patches`.

    Returns:
        (count, height, width), or (count, C, height, width), in the dtype of the images.

    Raises:
        ShapeError: if the images have other axes, or a patch does not fit into one.
        DtypeError: if they are not made of numbers, or ``count`` is no whole number.
        DomainError: if ``count`` is not positive.

    >>> image_patches([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], 2, 3, generator=0)[:, 0].tolist()
    [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]
    """
    operation = "image_patches()"
    height, width = per_axis("size", size, 2)
    check_count(operation, count=count)
    draw = generator_from(operation, generator)
    pictures = _pictures(operation, images)
    for place, picture in enumerate(pictures):
        if picture.shape[-2] < height or picture.shape[-1] < width:
            raise ShapeError(
                f"{operation}: a patch of {height} x {width} does not fit into image {place} of shape "
                f"{picture.shape}; channels stand before height and width"
            )
    patches = []
    for which in draw.integers(len(pictures), size=count):
        picture = pictures[which]
        row = draw.integers(picture.shape[-2] - height + 1)
        column = draw.integers(picture.shape[-1] - width + 1)
        patches.append(picture[..., row : row + height, column : column + width])
    cut = np.stack(patches)
    return normalize_patches(cut) if normalize else cut


def normalize_patches(patches: Any) -> Array:
    """Patches without their mean, cut off at three standard deviations and brought to [0.1, 0.9].

    p - mean(p) for each patch; σ over all of them; then 0.5 + 0.4 clip(p / 3σ, -1, 1): the range in which a
    sigmoid can reproduce them (A. Ng et al., UFLDL Tutorial, Sparse Autoencoder, 2011).

    Args:
        patches: (count, ...).

    Returns:
        The same shape; 0.5 everywhere if nothing varies.

    Raises:
        ShapeError: if there are no patches.
        DtypeError: if they are not made of numbers.

    >>> normalize_patches([[0.0, 2.0], [5.0, 5.0]]).round(3).tolist()
    [[0.311, 0.689], [0.5, 0.5]]
    """
    numbers = numbers_of("normalize_patches()", "patches", patches)
    if numbers.ndim < 2 or not numbers.size:
        raise ShapeError(f"normalize_patches(): needs patches (count, ...), got shape {numbers.shape}")
    if numbers.dtype.kind != "f":
        numbers = numbers.astype(default_dtype())
    centred = numbers - numbers.mean(axis=tuple(range(1, numbers.ndim)), keepdims=True)
    limit = 3 * centred.std()
    if not limit:
        return np.full_like(centred, 0.5)
    scaled: Array = 0.5 + 0.4 * np.clip(centred / limit, -1, 1)
    return scaled


def _pictures(operation: str, images: Any) -> Sequence[Array]:
    if (
        isinstance(images, list | tuple)
        and images
        and all(isinstance(x, np.ndarray | Tensor) for x in images)
    ):
        pictures = [numbers_of(operation, "images", image) for image in images]
        if pictures[0].ndim not in (2, 3) or any(
            x.ndim != pictures[0].ndim or x.shape[:-2] != pictures[0].shape[:-2] for x in pictures
        ):
            shapes = ", ".join(dict.fromkeys(str(x.shape) for x in pictures))
            raise ShapeError(
                f"{operation}: the images of a list are all (H, W) or all (C, H, W), got {shapes}"
            )
        return pictures
    array = numbers_of(operation, "images", images)
    if array.ndim not in (2, 3, 4) or not array.size:
        raise ShapeError(
            f"{operation}: needs images (H, W), (N, H, W) or (N, C, H, W), got shape {array.shape}"
        )
    return [array] if array.ndim == 2 else list(array)
