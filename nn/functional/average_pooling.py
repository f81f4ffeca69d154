"""Average pooling: a window becomes its mean, or another mean of its powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.geometry import Numbers, Sizes, Windows
from autograd_core.primitive import nodes

from ..checks import Array, check_not_zero
from .layouts import as_given, channels_first, checked_format
from .operands import as_floating, where
from .padding import with_margin
from .wording import described, for_each_number_of_axes

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
]

_MEANS = """
    Args:
        input: {batch}, or {one}.
        kernel_size: the {kernel} of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of zeros; at most half of the window.
        ceil_mode: whether a window may reach over the end, if it starts inside the {name} or the margin
            before it. What lies behind the margin does not count.
        count_include_pad: whether the zeros of the margin count.
        divisor_override: by what to divide the sums, instead of by how many elements count.
        data_format: {formats} where the channels of input and output stand last.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: for an unknown layout, or a divisor of 0.

    Source: LeCun et al. (1989), "Handwritten digit recognition with a back-propagation network".
"""

_MEANS_OF_SIGNALS = "".join(line for line in _MEANS.splitlines(True) if "divisor_override" not in line)

_ROOTS = """
    (Σ x^p)^(1/p) of each window of {a_name}: the sum for p = 1, nearly the largest number for a large p.

    Where the sum is 0 so is the gradient. For an odd p the sum can be negative, and its root undefined.

    Args:
        input: {batch}, or {one}.
        norm_type: p.
        kernel_size: the {kernel} of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        ceil_mode: whether a window may reach over the end, if it starts inside the {name}. Its sum is
            scaled up to that of a whole window.
        data_format: {formats} where the channels of input and output stand last.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: if p is 0, or for an unknown layout.

    Source: Sermanet et al. (2012), "Convolutional neural networks applied to house numbers digit
    classification".
"""


@described(_MEANS_OF_SIGNALS)
def avg_pool1d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    *,
    data_format: str = "NCL",
) -> Tensor:
    """The mean of each window of a signal, whose elements share the gradient equally.

    ...

    >>> avg_pool1d([[1.0, 3.0, 2.0, 5.0]], 2)
    Tensor([[2. , 3.5]])
    """
    windows = Windows.pooling(1, kernel_size, stride, padding)
    return average(input, windows, ceil_mode, count_include_pad, None, checked_format(data_format, 1))


@for_each_number_of_axes(
    _MEANS,
    """The mean of each window of an image, whose elements share the gradient equally.

    ...

    >>> avg_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[2.5, 6.5]]])
    """,
    """The mean of each window of a volume, whose elements share the gradient equally.

    ...

    >>> avg_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], 2)
    Tensor([[[[4.5]]]])
    """,
)
def _avg_pool(
    axes: int,
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    data_format: str | None = None,
) -> Tensor:
    check_not_zero("", divisor_override=divisor_override)
    windows, how = Windows.pooling(axes, kernel_size, stride, padding), (ceil_mode, count_include_pad)
    return average(input, windows, *how, divisor_override, checked_format(data_format, axes))


avg_pool2d, avg_pool3d = _avg_pool


def average(
    input: Any,
    windows: Windows,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor: float | None,
    data_format: str,
) -> Tensor:
    """The average pooling whose options have been checked.

    Raises:
        ShapeError: if no window fits.
    """
    function = f"avg_pool{len(windows.kernel)}d"
    x, single = channels_first(input, data_format, function)
    size = x.data.shape[2:]
    whole = windows.ceiled(size) if ceil_mode else windows
    whole.check_size(size, function)
    sums = _window_sum(with_margin(as_floating(x), whole.padding), windows)
    count = _elements(windows, whole, size, count_include_pad) if divisor is None else divisor
    if isinstance(count, np.ndarray):
        count = count.astype(sums.dtype)
    return as_given(sums / count, single, data_format)


def _window_sum(x: Tensor, windows: Windows) -> Tensor:
    kernel, stride, _, dilation = windows
    total: Tensor = nodes.window_sum(x, window=kernel, stride=stride, dilation=dilation)
    return total


def _elements(windows: Windows, whole: Windows, size: Numbers, count_include_pad: bool) -> float | Array:
    """How many elements of each window count: what lies outside the margin never does.

    One number where it is the same for all windows, else an array (*positions).
    """
    if whole == windows and (count_include_pad or not any(map(any, windows.padding))):
        return math.prod(windows.kernel)
    total: Array = np.ones(())
    for n, count, k, s, (p, _), _ in zip(size, whole.positions(size), *windows, strict=True):
        start = np.arange(count) * s - p
        end = np.minimum(start + k, n + p)
        if not count_include_pad:
            start, end = np.maximum(start, 0), np.minimum(end, n)
        total = total[..., None] * (end - start)
    return total


@for_each_number_of_axes(
    _ROOTS,
    """>>> lp_pool1d([[3.0, 4.0, 6.0, 8.0]], 2, 2)
    Tensor([[ 5., 10.]])""",
    """>>> lp_pool2d([[[1.0, 2.0], [2.0, 4.0]]], 2, 2)
    Tensor([[[5.]]])""",
    """>>> lp_pool3d([[[[1.0, 2.0], [2.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]]], 2, 2)
    Tensor([[[[5.]]]])""",
)
def _lp_pool(
    axes: int,
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
    *,
    data_format: str | None = None,
) -> Tensor:
    check_not_zero("", norm_type=norm_type)
    windows = Windows.pooling(axes, kernel_size, stride)
    return root_of_powers(input, norm_type, windows, ceil_mode, checked_format(data_format, axes))


lp_pool1d, lp_pool2d, lp_pool3d = _lp_pool


def root_of_powers(input: Any, p: float, windows: Windows, ceil_mode: bool, data_format: str) -> Tensor:
    """The power-average pooling whose options have been checked.

    Raises:
        ShapeError: if no window fits.
    """
    function = f"lp_pool{len(windows.kernel)}d"
    x, single = channels_first(input, data_format, function)
    size = x.data.shape[2:]
    whole = windows.ceiled(size) if ceil_mode else windows
    whole.check_size(size, function)
    sums = _window_sum(with_margin(as_floating(x), whole.padding) ** p, windows)
    count = _elements(windows, whole, size, count_include_pad=True)
    if isinstance(count, np.ndarray):
        sums = sums * (math.prod(windows.kernel) / count).astype(sums.dtype)
    nothing = sums.data == 0
    roots = where(nothing, 1.0, sums) ** (1 / p)
    y: Tensor = where(nothing, 0.0, roots)
    return as_given(y, single, data_format)
