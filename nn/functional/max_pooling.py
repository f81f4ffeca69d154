"""Max pooling: of each window the largest number stays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError
from autograd_core.geometry import Numbers, Sizes, Windows, times
from autograd_core.primitive import nodes

from ..checks import Array
from .layouts import as_given, channels_first, checked_format, inner_size
from .operands import as_tensor, values_of
from .padding import with_margin
from .wording import for_each_number_of_axes

__all__ = [
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]

_LARGEST = """
    The largest number of each window of {a_name}. The whole gradient goes to it; of equals, to the first.

    Args:
        input: {batch}, or {one}.
        kernel_size: the {kernel} of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of -inf, which never wins; at most half of the window.
        dilation: the distance between neighbouring elements of one window.
        ceil_mode: whether a window may reach over the end, if it starts inside the {name} or the margin
            before it.
        return_indices: whether to give the places of the winners, too.
        data_format: {formats} where the channels of input and output stand last.

    Returns:
        (N, C, {positions}), without N for one {name}; with ``return_indices`` a pair: that, and integers of
        the same shape, the place of each winner among the numbers of its {name}, counted row by row.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: for an unknown layout.

    Source: Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies".
"""

_UNPOOLED = """
    The maxima of a max pooling of {a_name} back where they stood, zeros elsewhere.

    Where several go to one place the last one stays, and alone receives the gradient.

    Args:
        input: {batch}, or {one}.
        indices: integers of the same shape, as the pooling gives them with ``return_indices=True``.
        kernel_size: the {kernel} of the windows of the pooling.
        stride: the distance between its neighbouring windows; that of the kernel when None.
        padding: its margin.
        output_size: ({positions}), or a whole shape that ends with them: pooling gives equal shapes for
            several sizes. When None the size that windows without a remainder cover.
        data_format: {formats} where the channels of input and output stand last.

    Raises:
        ShapeError: if the shapes differ, or the pooling of ``output_size`` has another shape.
        DtypeError: if the indices are no integers.
        IndexRangeError: if one is no place of the output.
        DomainError: for an unknown layout.

    Source: Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks".
"""


@for_each_number_of_axes(
    _LARGEST,
    """>>> max_pool1d([[1.0, 3.0, 2.0, 5.0]], 2)
    Tensor([[3., 5.]])""",
    """>>> max_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[4., 8.]]])""",
    """>>> max_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], 2)
    Tensor([[[[8.]]]])""",
)
def _max_pool(
    axes: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    data_format: str | None = None,
) -> Any:
    windows = Windows.pooling(axes, kernel_size, stride, padding, dilation)
    return maximum(input, windows, ceil_mode, return_indices, checked_format(data_format, axes))


max_pool1d, max_pool2d, max_pool3d = _max_pool


def maximum(input: Any, windows: Windows, ceil_mode: bool, return_indices: bool, data_format: str) -> Any:
    """The max pooling whose options have been checked.

    Raises:
        ShapeError: if no window fits, or one sees nothing of the input.
    """
    function = f"max_pool{len(windows.kernel)}d"
    x, single = channels_first(input, data_format, function)
    size = x._raw.shape[2:]
    whole = windows.ceiled(size) if ceil_mode else windows
    whole.check_size(size, function)
    if any(map(any, windows.padding)) and set(windows.dilation) != {1}:
        _check_every_window(whole, size, function)
    inner = with_margin(x, whole.padding, _never_wins(x.dtype))
    kernel, stride, _, dilation = windows
    y = nodes.window_max(inner, window=kernel, stride=stride, dilation=dilation)
    if not return_indices:
        return as_given(y, single, data_format)
    places = np.pad(np.arange(math.prod(size)).reshape(size), whole.padding, mode="edge")
    winners = places.ravel()[ac.window_argmax(inner.data, kernel, stride, dilation)]
    return as_given(y, single, data_format), as_given(Tensor(winners), single, data_format)


def _check_every_window(windows: Windows, size: Numbers, function: str) -> None:
    """With gaps between its elements a window can miss a small image.

    Raises:
        ShapeError: if one does.
    """
    for n, count, k, s, (before, _), d in zip(size, windows.positions(size), *windows, strict=True):
        places = (np.arange(count) * s - before)[:, None] + np.arange(k) * d
        if not np.all(np.any((places >= 0) & (places < n), axis=1)):
            raise ShapeError(
                f"{function}(): a window {windows.kernel} with dilation {windows.dilation} and padding "
                f"{windows.before} sees nothing but the margin of an input of size {times(size)}"
            )


def _never_wins(dtype: np.dtype[Any]) -> float:
    """The least number that there is."""
    if dtype.kind == "f":
        return -math.inf
    return int(np.iinfo(dtype).min) if dtype.kind in "iu" else 0


@for_each_number_of_axes(
    _UNPOOLED,
    """>>> max_unpool1d([[3.0, 5.0]], [[1, 3]], 2)
    Tensor([[0., 3., 0., 5.]])""",
    """>>> pooled, places = max_pool2d([[[1.0, 2.0], [4.0, 3.0]]], 2, return_indices=True)
    >>> max_unpool2d(pooled, places, 2)
    Tensor([[[0., 0.], [4., 0.]]])""",
    """>>> max_unpool3d([[[[8.0]]]], [[[[4]]]], 2)
    Tensor([[[[0., 0.], [0., 0.]], [[8., 0.], [0., 0.]]]])""",
)
def _max_unpool(
    axes: int,
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    output_size: Sizes | None = None,
    *,
    data_format: str | None = None,
) -> Tensor:
    windows = Windows.of(axes, kernel_size, stride, padding)
    return unpooled(input, indices, windows, output_size, checked_format(data_format, axes))


max_unpool1d, max_unpool2d, max_unpool3d = _max_unpool


def unpooled(
    input: Any, indices: Any, windows: Windows, output_size: Sizes | None, data_format: str
) -> Tensor:
    """The maxima of a pooling, whose options have been checked, back where they stood.

    Raises:
        ShapeError: if the shapes differ, or the pooling of ``output_size`` has another shape.
        DtypeError: if the indices are no integers.
        IndexRangeError: if one is no place of the output.
    """
    function = f"max_unpool{len(windows.kernel)}d"
    numbers = values_of(indices)
    if numbers.dtype.kind not in "iu":
        raise DtypeError(f"{function}(): indices have to be integers, got {numbers.dtype}")
    given = as_tensor(input, function)
    if numbers.shape != given.shape:
        raise ShapeError(
            f"{function}(): the input has shape {given.shape}, the indices {numbers.shape}: "
            "each number needs a place"
        )
    x, single = channels_first(given, data_format, function)
    places = channels_first(Tensor(numbers), data_format, function)[0].data
    size = _unpooled_size(x.shape[2:], windows, output_size, data_format, function)
    _check_places(places, size, function)
    flat = (*x.shape[:2], math.prod(x.shape[2:]))
    empty = np.zeros((*x.shape[:2], math.prod(size)), x.dtype)
    y: Tensor = ac.scatter(empty, 2, places.reshape(flat), x.reshape(flat))
    return as_given(y.reshape(*x.shape[:2], *size), single, data_format)


def _unpooled_size(
    positions: Numbers, windows: Windows, wanted: Sizes | None, data_format: str, function: str
) -> Numbers:
    """The size of the pooling's input."""
    size = usual = windows.least_size(positions)
    if wanted is not None:
        size = inner_size(wanted, data_format)
        if not all(abs(n - m) < s for n, m, s in zip(size, usual, windows.stride, strict=True)):
            raise ShapeError(
                f"{function}(): `output_size` (={wanted}) does not fit: the pooling that gave "
                f"{times(positions)} had an input of {times(usual)}, give or take less than the "
                f"stride {windows.stride}"
            )
    if min(size) < 1:
        raise ShapeError(
            f"{function}(): with kernel {windows.kernel} and padding {windows.before} the output is "
            f"{times(size)}"
        )
    return size


def _check_places(places: Array, size: Numbers, function: str) -> None:
    if places.size and (places.min() < 0 or places.max() >= math.prod(size)):
        wrong = places[(places < 0) | (places >= math.prod(size))].ravel()[0]
        raise IndexRangeError(
            f"{function}(): index {wrong} is no place of the output {times(size)}, whose places are "
            f"numbered 0 to {math.prod(size) - 1}"
        )
