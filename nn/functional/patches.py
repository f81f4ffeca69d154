"""Patches: the windows of an image as columns of a matrix, and columns added up to an image."""

from __future__ import annotations

import math
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .geometry import (
    Numbers,
    Sides,
    Sizes,
    as_given,
    channels_first,
    check_size,
    per_axis,
    sides,
    times,
    with_margin,
)
from .operands import as_tensor

__all__ = ["fold", "unfold"]


def unfold(
    input: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    """Every window of an image as a column; a convolution is the weights' matrix times these columns.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        dilation: the distance between neighbouring elements of one window.
        padding: a margin of zeros.
        stride: the distance between neighbouring windows.

    Returns:
        (N, C × kernel height × kernel width, windows): channel, row and column of the window along the
        second axis, windows in reading order; without N for one image.

    Raises:
        ShapeError: if no window fits.

    Source: Chellapilla et al. (2006), "High performance convolutional neural networks for document
    processing".

    >>> unfold([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]], 2)
    Tensor([[1., 2.],
            [2., 3.],
            [4., 5.],
            [5., 6.]])
    """
    x, single = channels_first(input, 2, "NCHW", "unfold")
    kernel, steps, gaps, ends = _windows(kernel_size, dilation, padding, stride)
    check_size(x.shape[2:], ends, kernel, gaps, "unfold")
    windows = ac.sliding_windows(with_margin(x, ends), kernel, steps, gaps, axes=(2, 3))
    n, c, *positions = windows.shape[:4]
    columns = ac.transpose(windows, (0, 1, 4, 5, 2, 3))
    y = columns.reshape(n, c * math.prod(kernel), math.prod(positions))
    return as_given(y, single, "NCL")


def fold(
    input: Any,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """The image to which every column has been added at its window: the transpose of :func:`unfold`.

    What several windows contain is added several times: ``fold(unfold(x))`` is no longer x but each
    number times how many windows see it.

    Args:
        input: (N, C × kernel height × kernel width, windows), or one matrix without N.
        output_size: (H, W) of the image.
        kernel_size: the height and width of a window.
        dilation: the distance between neighbouring elements of one window.
        padding: a margin, which is cut off.
        stride: the distance between neighbouring windows.

    Returns:
        (N, C, H, W), or (C, H, W).

    Raises:
        ShapeError: if the input is not shaped like the windows of such an image.

    >>> fold([[1.0, 2.0], [3.0, 4.0]], output_size=(1, 3), kernel_size=(1, 2))
    Tensor([[[1., 5., 4.]]])
    """
    size = per_axis("output_size", output_size, 2)
    kernel, steps, gaps, ends = _windows(kernel_size, dilation, padding, stride)
    given = as_tensor(input, "fold")
    if given.ndim not in (2, 3):
        raise ShapeError(
            f"fold(): the input has shape {given.shape}, not (N, C x window, windows), or that without N"
        )
    check_size(size, ends, kernel, gaps, "fold")
    x = given if given.ndim == 3 else given.reshape(1, *given.shape)
    whole = tuple(n + before + after for n, (before, after) in zip(size, ends, strict=True))
    positions = tuple(
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(whole, kernel, steps, gaps, strict=True)
    )
    n, rows, count = x.shape
    if rows % math.prod(kernel) or count != math.prod(positions):
        raise ShapeError(
            f"fold(): an image {times(size)} has {times(positions)} = {math.prod(positions)} windows of "
            f"{times(kernel)} = {math.prod(kernel)} numbers for each channel: the input has shape "
            f"(N, C x {math.prod(kernel)}, {math.prod(positions)}), got {given.shape}"
        )
    channels = rows // math.prod(kernel)
    windows = ac.transpose(x.reshape(n, channels, *kernel, *positions), (0, 1, 4, 5, 2, 3))
    image = ac.fold_windows(windows, (n, channels, *whole), steps, gaps)
    y: Tensor = image[:, :, ends[0][0] : ends[0][0] + size[0], ends[1][0] : ends[1][0] + size[1]]
    return as_given(y, given.ndim == 2, "NCHW")


def _windows(
    kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> tuple[Numbers, Numbers, Numbers, Sides]:
    """Lengths, steps, gaps and margins."""
    kernel = per_axis("kernel_size", kernel_size, 2)
    steps, gaps = per_axis("stride", stride, 2), per_axis("dilation", dilation, 2)
    if isinstance(padding, str):
        raise ShapeError(f"`padding` (={padding!r}) has to be a whole number from 0, or a pair of them")
    return kernel, steps, gaps, sides(padding, kernel, steps, gaps)
