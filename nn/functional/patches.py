"""Patches: the windows of an image as columns of a matrix, and columns added up to an image."""

from __future__ import annotations

import math
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import Numbers, Sizes, Windows, per_axis, times
from autograd_core.primitive import nodes

from .layouts import as_given, channels_first
from .operands import as_tensor
from .padding import with_margin

__all__ = ["fold", "unfold"]


def unfold(
    input: Any, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    """Every window of an image as a column; a convolution is the weights' matrix times these columns.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        dilation: the distance between neighbouring elements of one window.
        padding: a margin of zeros on each side.
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
    return unfolded(input, Windows.of(2, kernel_size, stride, padding, dilation))


def unfolded(input: Any, windows: Windows) -> Tensor:
    """The columns of windows that have been checked.

    Raises:
        ShapeError: if no window fits.
    """
    x, single = channels_first(input, "NCHW", "unfold")
    windows.check_size(x.shape[2:], "unfold")
    kernel, stride, padding, dilation = windows
    views = nodes.sliding_windows(
        with_margin(x, padding), window=kernel, stride=stride, dilation=dilation, axes=(2, 3)
    )
    n, c, *positions = views.shape[:4]
    columns = ac.transpose(views, (0, 1, 4, 5, 2, 3))
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
    return folded(input, size, Windows.of(2, kernel_size, stride, padding, dilation))


def folded(input: Any, size: Numbers, windows: Windows) -> Tensor:
    """The image of windows that have been checked.

    Raises:
        ShapeError: if the input is not shaped like the windows of such an image.
    """
    given = as_tensor(input, "fold")
    if given.ndim not in (2, 3):
        raise ShapeError(
            f"fold(): the input has shape {given.shape}, not (N, C x window, windows), or that without N"
        )
    windows.check_size(size, "fold")
    x = given if given.ndim == 3 else given.reshape(1, *given.shape)
    kernel, stride, _, dilation = windows
    positions, numbers = windows.positions(size), math.prod(kernel)
    n, rows, count = x.shape
    if rows % numbers or count != math.prod(positions):
        raise ShapeError(
            f"fold(): an image {times(size)} has {times(positions)} = {math.prod(positions)} windows of "
            f"{times(kernel)} = {numbers} numbers for each channel: the input has shape "
            f"(N, C x {numbers}, {math.prod(positions)}), got {given.shape}"
        )
    views = ac.transpose(x.reshape(n, rows // numbers, *kernel, *positions), (0, 1, 4, 5, 2, 3))
    whole = (n, rows // numbers, *windows.padded(size))
    image = nodes.fold_windows(
        views, window=kernel, stride=stride, dilation=dilation, axes=(2, 3), shape=whole
    )
    _, inside = windows.inside(size)
    y: Tensor = image[(slice(None), slice(None), *inside)]
    return as_given(y, given.ndim == 2, "NCHW")
