"""Max pooling: of each window the largest number stays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError

from ..checks import Array
from .geometry import (
    Sizes,
    as_given,
    channels_first,
    inner_size,
    per_axis,
    times,
    with_margin,
)
from .operands import as_tensor, values_of
from .pooling_windows import PoolingWindows

__all__ = [
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]


def max_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    data_format: str = "NCL",
) -> Any:
    """The largest number of each window of a signal (N, C, L) or (C, L); see :func:`max_pool2d`.

    >>> max_pool1d([[1.0, 3.0, 2.0, 5.0]], 2)
    Tensor([[3., 5.]])
    """
    windows = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool(input, *windows, return_indices, data_format, 1, "max_pool1d")


def max_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    data_format: str = "NCHW",
) -> Any:
    """The largest number of each window. The whole gradient goes to it; of equals, to the first.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of -inf, which never wins; at most half of the window.
        dilation: the distance between neighbouring elements of one window.
        ceil_mode: whether a window may reach over the end, if it starts inside the image or the margin
            before it.
        return_indices: whether to give the places of the winners, too.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Returns:
        (N, C, H', W'); with ``return_indices`` a pair: that, and integers of the same shape, the row
        times W plus the column of each winner.

    Raises:
        ShapeError: if the sizes do not fit.

    Source: Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies".

    >>> max_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[4., 8.]]])
    """
    windows = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool(input, *windows, return_indices, data_format, 2, "max_pool2d")


def max_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    data_format: str = "NCDHW",
) -> Any:
    """The largest number of each window of a volume (N, C, D, H, W) or (C, D, H, W); see :func:`max_pool2d`.

    >>> max_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], 2)
    Tensor([[[[8.]]]])
    """
    windows = (kernel_size, stride, padding, dilation, ceil_mode)
    return _max_pool(input, *windows, return_indices, data_format, 3, "max_pool3d")


def _max_pool(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    dilation: Sizes,
    ceil_mode: bool,
    return_indices: bool,
    data_format: str,
    axes: int,
    function: str,
) -> Any:
    x, single = channels_first(input, axes, data_format, function)
    windows = PoolingWindows(axes, kernel_size, stride, padding, dilation, ceil_mode)
    ends = windows.margin(x.shape[2:], function)
    how = (windows.kernel, windows.stride, windows.dilation)
    inner = with_margin(x, ends, _never_wins(x.dtype))
    y = as_given(ac.window_max(inner, *how), single, data_format)
    if not return_indices:
        return y
    places = np.pad(np.arange(math.prod(x.shape[2:])).reshape(x.shape[2:]), ends, mode="edge")
    winners = places.ravel()[ac.window_argmax(inner.data, *how)]
    return y, as_given(Tensor(winners), single, data_format)


def _never_wins(dtype: np.dtype[Any]) -> float:
    """The least number that there is."""
    if dtype.kind == "f":
        return -math.inf
    return int(np.iinfo(dtype).min) if dtype.kind in "iu" else 0


def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sizes | None = None,
    *,
    data_format: str = "NCL",
) -> Tensor:
    """The maxima of :func:`max_pool1d` back where they stood; see :func:`max_unpool2d`.

    >>> max_unpool1d([[3.0, 5.0]], [[1, 3]], 2)
    Tensor([[0., 3., 0., 5.]])
    """
    where = (kernel_size, stride, padding, output_size)
    return _max_unpool(input, indices, *where, data_format, 1, "max_unpool1d")


def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sizes | None = None,
    *,
    data_format: str = "NCHW",
) -> Tensor:
    """The maxima of :func:`max_pool2d` back where they stood, zeros elsewhere.

    Where several go to one place the last one stays, and alone receives the gradient.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        indices: integers of the same shape, as ``max_pool2d(..., return_indices=True)`` gives them.
        kernel_size: the height and width of the windows of the pooling.
        stride: the distance between its neighbouring windows; that of the kernel when None.
        padding: its margin.
        output_size: (H', W'), or a whole shape that ends with them: pooling gives equal shapes for
            several sizes. When None the size that windows without a remainder cover.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Raises:
        ShapeError: if the shapes differ, or the pooling of ``output_size`` has another shape.
        DtypeError: if the indices are no integers.
        IndexRangeError: if one is no place of the output.

    Source: Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks".

    >>> pooled, places = max_pool2d([[[1.0, 2.0], [4.0, 3.0]]], 2, return_indices=True)
    >>> max_unpool2d(pooled, places, 2)
    Tensor([[[0., 0.], [4., 0.]]])
    """
    where = (kernel_size, stride, padding, output_size)
    return _max_unpool(input, indices, *where, data_format, 2, "max_unpool2d")


def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sizes | None = None,
    *,
    data_format: str = "NCDHW",
) -> Tensor:
    """The maxima of :func:`max_pool3d` back where they stood; see :func:`max_unpool2d`.

    >>> max_unpool3d([[[[8.0]]]], [[[[4]]]], 2)
    Tensor([[[[0., 0.], [0., 0.]], [[8., 0.], [0., 0.]]]])
    """
    where = (kernel_size, stride, padding, output_size)
    return _max_unpool(input, indices, *where, data_format, 3, "max_unpool3d")


def _max_unpool(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    output_size: Sizes | None,
    data_format: str,
    axes: int,
    function: str,
) -> Tensor:
    numbers = values_of(indices)
    if numbers.dtype.kind not in "iu":
        raise DtypeError(f"{function}(): indices have to be integers, got {numbers.dtype}")
    given = as_tensor(input, function)
    if numbers.shape != given.shape:
        raise ShapeError(
            f"{function}(): the input has shape {given.shape}, the indices {numbers.shape}: "
            "each number needs a place"
        )
    x, single = channels_first(given, axes, data_format, function)
    places = channels_first(Tensor(numbers), axes, data_format, function)[0].data
    kernel = per_axis("kernel_size", kernel_size, axes)
    steps = kernel if stride is None else per_axis("stride", stride, axes)
    margin = per_axis("padding", padding, axes, least=0)
    size = _unpooled_size(x.shape[2:], kernel, steps, margin, output_size, data_format, function)
    count = math.prod(size)
    _check_places(places, size, function)
    flat = (*x.shape[:2], math.prod(x.shape[2:]))
    empty = np.zeros((*x.shape[:2], count), x.dtype)
    y: Tensor = ac.scatter(empty, 2, places.reshape(flat), x.reshape(flat))
    return as_given(y.reshape(*x.shape[:2], *size), single, data_format)


def _unpooled_size(
    positions: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    wanted: Sizes | None,
    data_format: str,
    function: str,
) -> tuple[int, ...]:
    """The size of the pooling's input."""
    usual = tuple(
        (n - 1) * s - 2 * p + k for n, k, s, p in zip(positions, kernel, stride, padding, strict=True)
    )
    if wanted is None:
        size = usual
    else:
        size = inner_size(wanted, len(positions), data_format)
        if not all(abs(n - m) < s for n, m, s in zip(size, usual, stride, strict=True)):
            raise ShapeError(
                f"{function}(): `output_size` (={wanted}) does not fit: the pooling that gave "
                f"{times(positions)} had an input of {times(usual)}, give or take less than the "
                f"stride {stride}"
            )
    if min(size) < 1:
        raise ShapeError(
            f"{function}(): with kernel {kernel} and padding {padding} the output is {times(size)}"
        )
    return size


def _check_places(places: Array, size: tuple[int, ...], function: str) -> None:
    if places.size and (places.min() < 0 or places.max() >= math.prod(size)):
        wrong = places[(places < 0) | (places >= math.prod(size))].ravel()[0]
        raise IndexRangeError(
            f"{function}(): index {wrong} is no place of the output {times(size)}, whose places are "
            f"numbered 0 to {math.prod(size) - 1}"
        )
