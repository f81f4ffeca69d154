"""Pooling: an image made smaller, window by window."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .convolution import Sides, image, padded
from .operands import Pair, pair

__all__ = ["avg_pool2d", "max_pool2d"]


def max_pool2d(
    input: Any, kernel_size: Pair, stride: Pair | None = None, padding: Pair = 0, dilation: Pair = 1
) -> Tensor:
    """The largest number of each window. The whole gradient goes to it; of equals, to the first.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of -inf, which never wins; at most half of the kernel.
        dilation: the distance between neighbouring elements of one window.

    Raises:
        ShapeError: if the sizes do not fit.

    >>> max_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[4., 8.]]])
    """
    kernel, gaps = pair("kernel_size", kernel_size), pair("dilation", dilation)
    windows = _windows(input, kernel, stride, padding, gaps, "max_pool2d", -math.inf)
    *places, _, _ = windows.shape
    # the numbers of a window in front, so that comparing them runs along contiguous memory
    front = windows.transpose(len(places), len(places) + 1, *range(len(places)))
    choices = front.reshape(kernel[0] * kernel[1], *places)
    winner = ac.argmax(choices, axis=0, keepdims=True)
    return ac.take_along_axis(choices, winner, 0).reshape(places)  # type: ignore[no-any-return]


def avg_pool2d(
    input: Any,
    kernel_size: Pair,
    stride: Pair | None = None,
    padding: Pair = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window, whose elements share the gradient equally.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of zeros; at most half of the kernel.
        count_include_pad: whether the zeros of the margin count.

    Raises:
        ShapeError: if the sizes do not fit.

    >>> avg_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[2.5, 6.5]]])
    """
    kernel = pair("kernel_size", kernel_size)
    windows = _windows(input, kernel, stride, padding, (1, 1), "avg_pool2d", 0.0)
    if count_include_pad:
        return windows.mean(axis=(-2, -1))
    ones = np.ones((1, *np.shape(input)[-2:]), windows.dtype)
    inside = _windows(ones, kernel, stride, padding, (1, 1), "avg_pool2d", 0.0)
    return windows.sum(axis=(-2, -1)) / inside.sum(axis=(-2, -1))


def _windows(
    input: Any,
    kernel: tuple[int, int],
    stride: Pair | None,
    padding: Pair,
    dilation: tuple[int, int],
    function: str,
    margin: float,
) -> Tensor:
    """(..., H', W', kernel height, kernel width)"""
    x = image(input, function)
    vertical, horizontal = pair("padding", padding, least=0)
    steps = kernel if stride is None else pair("stride", stride)
    if 2 * vertical > kernel[0] or 2 * horizontal > kernel[1]:
        raise ShapeError(
            f"{function}(): `padding` (={padding}) has to be at most half of the kernel {kernel}, "
            "or a window would see nothing but the margin"
        )
    ends: Sides = (vertical, vertical), (horizontal, horizontal)
    x = padded(x, ends, kernel, dilation, function, margin)
    return ac.sliding_windows(x, kernel, steps, dilation)  # type: ignore[no-any-return]
