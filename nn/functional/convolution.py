"""Convolution: one small set of weights, shared by all windows of a signal, an image or a volume."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import is_whole
from .geometry import (
    Sizes,
    as_given,
    channels_first,
    check_size,
    per_axis,
    sides,
)
from .operands import as_tensor

__all__ = ["conv1d", "conv2d", "conv3d"]

KERNELS = {1: "length", 2: "height, width", 3: "depth, height, width"}


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    *,
    data_format: str = "NCL",
) -> Tensor:
    """Y[o, x] = b[o] + Σ_{c,k} W[o, c, k] X[c, s x + d k]: :func:`conv2d` along one axis.

    Args:
        input: (N, C, L), or one signal (C, L).
        weight: (out_channels, C / groups, kernel length).
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the length.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        data_format: "NCL", or "NLC" where the channels of input and output stand last.

    Returns:
        (N, out_channels, L'), or (out_channels, L') for one signal.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    Source: Waibel et al. (1989), "Phoneme recognition using time-delay neural networks".

    >>> conv1d([[1.0, 2.0, 4.0, 7.0]], [[[-1.0, 1.0]]])
    Tensor([[1., 2., 3.]])
    """
    return _convolve(input, weight, bias, stride, padding, dilation, groups, data_format, 1, "conv1d")


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    *,
    data_format: str = "NCHW",
) -> Tensor:
    """Y[o, y, x] = b[o] + Σ_{c,m,n} W[o, c, m, n] X[c, s y + d m, s x + d n] (stride s, dilation d).

    This is the cross-correlation: the kernel is not flipped. One small set of weights is shared by all
    windows; the gradient of a weight is the sum over the windows.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        weight: (out_channels, C / groups, kernel height, kernel width), whatever the ``data_format``.
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Returns:
        (N, out_channels, H', W') with H' = (H + padding - dilation (kernel height - 1) - 1) // stride + 1,
        the padding of both sides counted; (out_channels, H', W') for one image.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> image = [[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 0.0, 2.0]]]
    >>> conv2d(image, [[[[0.0, 1.0], [-1.0, 0.0]]]], stride=2)
    Tensor([[[2., 4.], [0., 1.]]])
    """
    return _convolve(input, weight, bias, stride, padding, dilation, groups, data_format, 2, "conv2d")


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    *,
    data_format: str = "NCDHW",
) -> Tensor:
    """:func:`conv2d` along three axes.

    Args:
        input: (N, C, D, H, W), or one volume (C, D, H, W).
        weight: (out_channels, C / groups, kernel depth, kernel height, kernel width).
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        data_format: "NCDHW", or "NDHWC" where the channels of input and output stand last.

    Returns:
        (N, out_channels, D', H', W'), or (out_channels, D', H', W') for one volume.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    Source: Ji et al. (2013), "3D convolutional neural networks for human action recognition".

    >>> conv3d([[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]], [[[[[1.0]], [[-1.0]]]]])
    Tensor([[[[-4., -4.], [-4., -4.]]]])
    """
    return _convolve(input, weight, bias, stride, padding, dilation, groups, data_format, 3, "conv3d")


def _convolve(
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes | str,
    dilation: Sizes,
    groups: int,
    data_format: str,
    axes: int,
    function: str,
) -> Tensor:
    x, single = channels_first(input, axes, data_format, function)
    w = as_tensor(weight, function)
    if w.ndim != axes + 2:
        raise ShapeError(
            f"{function}(): the weight has shape {w.shape}, not (out, in / groups, {KERNELS[axes]})"
        )
    out_channels, per_group, *_ = w.shape
    kernel, channels = w.shape[2:], x.shape[1]
    if 0 in kernel:
        raise ShapeError(f"{function}(): the weight of shape {w.shape} has an empty kernel")
    if groups != 1 or type(groups) is not int:
        check_groups(channels, out_channels, groups)
    if channels != per_group * groups:
        split = f" in {groups} groups" if groups > 1 else ""
        raise ShapeError(
            f"{function}(): the input of shape {np.shape(input)} has {channels} channels, but "
            f"{w.label or 'the weight'} of shape {w.shape} takes {per_group * groups}{split}"
        )
    steps, gaps = per_axis("stride", stride, axes), per_axis("dilation", dilation, axes)
    ends = sides(padding, kernel, steps, gaps)
    check_size(x.shape[2:], ends, kernel, gaps, function)
    y: Tensor = ac.convolution(x, w, steps, ends, gaps, groups)
    return as_given(with_bias(y, bias, function), single, data_format)


def with_bias(y: Tensor, bias: Any, function: str) -> Tensor:
    """A number for each channel, added to (N, C, *positions).

    Raises:
        ShapeError: if there are not as many as channels.
    """
    if bias is None:
        return y
    b = as_tensor(bias, function)
    if b.shape != (y.shape[1],):
        raise ShapeError(
            f"{function}(): {b.label or 'the bias'} has shape {b.shape}, {y.shape[1]} output channels need "
            f"({y.shape[1]},)"
        )
    return y + b.reshape(-1, *(1,) * (y.ndim - 2))


def check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    """Both numbers of channels have to be split evenly.

    Raises:
        ShapeError: if they cannot.
    """
    if not is_whole(groups, 1):
        raise ShapeError(f"`groups` (={groups!r}) has to be a whole number from 1")
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ShapeError(f"`{name}` (={channels}) must be divisible by `groups` (={groups})")
