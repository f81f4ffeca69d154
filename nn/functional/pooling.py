"""Pooling: an image made smaller, window by window."""

from __future__ import annotations

import math
from collections.abc import Callable
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
    x, steps = _with_margin(input, kernel, stride, padding, gaps, "max_pool2d", -math.inf)
    return _each_image(x, lambda images: ac.window_max(images, kernel, steps, gaps))


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
    x, steps = _with_margin(input, kernel, stride, padding, (1, 1), "avg_pool2d", 0.0)
    sums = _each_image(x, lambda images: ac.window_sum(images, kernel, steps))
    if count_include_pad:
        return sums / (kernel[0] * kernel[1])
    ones = np.ones((1, *np.shape(input)[-2:]), x.dtype)
    inside, _ = _with_margin(ones, kernel, stride, padding, (1, 1), "avg_pool2d", 0.0)
    return sums / _each_image(inside, lambda images: ac.window_sum(images, kernel, steps))


def _each_image(x: Tensor, pool: Callable[[Tensor], Tensor]) -> Tensor:
    """Pool a batch, or a single image."""
    if x.ndim == 4:
        return pool(x)
    y = pool(x.reshape(1, *x.shape))
    return y.reshape(y.shape[1:])


def _with_margin(
    input: Any,
    kernel: tuple[int, int],
    stride: Pair | None,
    padding: Pair,
    dilation: tuple[int, int],
    function: str,
    margin: float,
) -> tuple[Tensor, tuple[int, int]]:
    """The images with their margin, and the stride."""
    x = image(input, function)
    vertical, horizontal = pair("padding", padding, least=0)
    steps = kernel if stride is None else pair("stride", stride)
    if 2 * vertical > kernel[0] or 2 * horizontal > kernel[1]:
        raise ShapeError(
            f"{function}(): `padding` (={padding}) has to be at most half of the kernel {kernel}, "
            "or a window would see nothing but the margin"
        )
    ends: Sides = (vertical, vertical), (horizontal, horizontal)
    return padded(x, ends, kernel, dilation, function, margin), steps
