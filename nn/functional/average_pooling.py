"""Average pooling: a window becomes its mean, or another mean of its powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError

from .geometry import Sizes, as_given, channels_first, with_margin
from .operands import as_floating, where
from .pooling_windows import PoolingWindows

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
]


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
    """The mean of each window of a signal (N, C, L) or (C, L); see :func:`avg_pool2d`.

    >>> avg_pool1d([[1.0, 3.0, 2.0, 5.0]], 2)
    Tensor([[2. , 3.5]])
    """
    windows = (kernel_size, stride, padding, ceil_mode)
    return _avg_pool(input, *windows, count_include_pad, None, data_format, 1, "avg_pool1d")


def avg_pool2d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    data_format: str = "NCHW",
) -> Tensor:
    """The mean of each window, whose elements share the gradient equally.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        padding: a margin of zeros; at most half of the window.
        ceil_mode: whether a window may reach over the end, if it starts inside the image or the margin
            before it. What lies behind the margin does not count.
        count_include_pad: whether the zeros of the margin count.
        divisor_override: by what to divide the sums, instead of by how many elements count.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: if the divisor is 0.

    Source: LeCun et al. (1989), "Handwritten digit recognition with a back-propagation network".

    >>> avg_pool2d([[[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0]]], 2)
    Tensor([[[2.5, 6.5]]])
    """
    windows = (kernel_size, stride, padding, ceil_mode)
    return _avg_pool(input, *windows, count_include_pad, divisor_override, data_format, 2, "avg_pool2d")


def avg_pool3d(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    data_format: str = "NCDHW",
) -> Tensor:
    """The mean of each window of a volume (N, C, D, H, W) or (C, D, H, W); see :func:`avg_pool2d`.

    >>> avg_pool3d([[[[1.0, 2.0], [3.0, 4.0]], [[8.0, 7.0], [6.0, 5.0]]]], 2)
    Tensor([[[[4.5]]]])
    """
    windows = (kernel_size, stride, padding, ceil_mode)
    return _avg_pool(input, *windows, count_include_pad, divisor_override, data_format, 3, "avg_pool3d")


def _avg_pool(
    input: Any,
    kernel_size: Sizes,
    stride: Sizes | None,
    padding: Sizes,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
    data_format: str,
    axes: int,
    function: str,
) -> Tensor:
    x, single = channels_first(input, axes, data_format, function)
    x = as_floating(x)
    windows = PoolingWindows(axes, kernel_size, stride, padding, ceil_mode=ceil_mode)
    size = x.shape[2:]
    inner = with_margin(x, windows.margin(size, function))
    if divisor_override is None:
        count = windows.elements(size, count_include_pad)
        if isinstance(count, np.ndarray):
            count = count.astype(x.dtype)
    else:
        count = divisor_override
        check_divisor(divisor_override)
    y: Tensor = ac.window_sum(inner, windows.kernel, windows.stride) / count
    return as_given(y, single, data_format)


def check_divisor(divisor_override: int | None) -> None:
    """A sum can be divided by everything but 0.

    Raises:
        DomainError: for 0.
    """
    if divisor_override == 0:
        raise DomainError("`divisor_override` (=0) has to be a number other than 0")


def lp_pool1d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
    *,
    data_format: str = "NCL",
) -> Tensor:
    """(Σ x^p)^(1/p) of each window of a signal (N, C, L) or (C, L); see :func:`lp_pool2d`.

    >>> lp_pool1d([[3.0, 4.0, 6.0, 8.0]], 2, 2)
    Tensor([[ 5., 10.]])
    """
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, data_format, 1, "lp_pool1d")


def lp_pool2d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
    *,
    data_format: str = "NCHW",
) -> Tensor:
    """(Σ x^p)^(1/p) of each window: the sum for p = 1, nearly the largest number for a large p.

    Where the sum is 0 so is the gradient. For an odd p the sum can be negative, and its root undefined.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        norm_type: p.
        kernel_size: the height and width of a window.
        stride: the distance between neighbouring windows; that of the kernel when None.
        ceil_mode: whether a window may reach over the end, if it starts inside the image. Its sum is
            scaled up to that of a whole window.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: if p is 0.

    Source: Sermanet et al. (2012), "Convolutional neural networks applied to house numbers digit
    classification".

    >>> lp_pool2d([[[1.0, 2.0], [2.0, 4.0]]], 2, 2)
    Tensor([[[5.]]])
    """
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, data_format, 2, "lp_pool2d")


def lp_pool3d(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    ceil_mode: bool = False,
    *,
    data_format: str = "NCDHW",
) -> Tensor:
    """(Σ x^p)^(1/p) of each window of a volume (N, C, D, H, W) or (C, D, H, W); see :func:`lp_pool2d`.

    >>> lp_pool3d([[[[1.0, 2.0], [2.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]]], 2, 2)
    Tensor([[[[5.]]]])
    """
    return _lp_pool(input, norm_type, kernel_size, stride, ceil_mode, data_format, 3, "lp_pool3d")


def _lp_pool(
    input: Any,
    norm_type: float,
    kernel_size: Sizes,
    stride: Sizes | None,
    ceil_mode: bool,
    data_format: str,
    axes: int,
    function: str,
) -> Tensor:
    check_norm(norm_type)
    x, single = channels_first(input, axes, data_format, function)
    x = as_floating(x)
    windows = PoolingWindows(axes, kernel_size, stride, ceil_mode=ceil_mode)
    size = x.shape[2:]
    inner = with_margin(x, windows.margin(size, function))
    sums = ac.window_sum(inner**norm_type, windows.kernel, windows.stride)
    count = windows.elements(size, count_include_pad=True)
    if isinstance(count, np.ndarray):
        sums = sums * (math.prod(windows.kernel) / count).astype(x.dtype)
    nothing = sums.data == 0
    roots = where(nothing, 1.0, sums) ** (1 / norm_type)
    y: Tensor = where(nothing, 0.0, roots)
    return as_given(y, single, data_format)


def check_norm(norm_type: float) -> None:
    """There is no root of order 0.

    Raises:
        DomainError: for 0.
    """
    if not norm_type:
        raise DomainError(f"`norm_type` (={norm_type}) has to be a number other than 0")
