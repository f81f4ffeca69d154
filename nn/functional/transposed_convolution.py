"""Transposed convolution: every number pays its weights into the window it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .convolution import KERNELS, check_groups, with_bias
from .geometry import (
    Numbers,
    Sizes,
    as_given,
    channels_first,
    per_axis,
    times,
)
from .operands import as_tensor

__all__ = ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
    *,
    data_format: str = "NCL",
) -> Tensor:
    """:func:`conv_transpose2d` along one axis.

    Args:
        input: (N, C, L), or one signal (C, L).
        weight: (C, out_channels / groups, kernel length).
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: how many numbers are cut off on each side.
        output_padding: by how many numbers less is cut off at the end.
        groups: into how many blocks the channels are split, each with weights of its own.
        dilation: the distance between neighbouring elements of one window.
        data_format: "NCL", or "NLC" where the channels of input and output stand last.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    >>> conv_transpose1d([[1.0, 2.0]], [[[1.0, 1.0, 1.0]]], stride=2)
    Tensor([[1., 1., 3., 2., 2.]])
    """
    how = (stride, padding, output_padding, groups, dilation, data_format)
    return _transposed(input, weight, bias, *how, 1, "conv_transpose1d")


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
    *,
    data_format: str = "NCHW",
) -> Tensor:
    """Y[o, s y + d m - p, s x + d n - p] += W[c, o, m, n] X[c, y, x], and b[o] (stride s, padding p).

    The transpose of :func:`conv2d` as a linear function of its input, with the same stride, padding,
    dilation and weights: what is the gradient there is the forward pass here.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        weight: (C, out_channels / groups, kernel height, kernel width), whatever the ``data_format``.
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: how many rows and columns are cut off on each side.
        output_padding: by how many rows and columns less is cut off below and on the right: with a
            stride, convolutions of several sizes give one size.
        groups: into how many blocks the channels are split, each with weights of its own.
        dilation: the distance between neighbouring elements of one window.
        data_format: "NCHW", or "NHWC" where the channels of input and output stand last.

    Returns:
        (N, out_channels, H', W') with H' = (H - 1) stride - 2 padding + dilation (kernel height - 1) +
        output_padding + 1; (out_channels, H', W') for one image.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    Source: Zeiler et al. (2010), "Deconvolutional networks".

    >>> conv_transpose2d([[[1.0, 2.0]]], [[[[1.0, 3.0], [0.0, -1.0]]]])
    Tensor([[[ 1.,  5.,  6.],
             [ 0., -1., -2.]]])
    """
    how = (stride, padding, output_padding, groups, dilation, data_format)
    return _transposed(input, weight, bias, *how, 2, "conv_transpose2d")


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
    *,
    data_format: str = "NCDHW",
) -> Tensor:
    """:func:`conv_transpose2d` along three axes.

    Args:
        input: (N, C, D, H, W), or one volume (C, D, H, W).
        weight: (C, out_channels / groups, kernel depth, kernel height, kernel width).
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: how much is cut off on each side.
        output_padding: by how much less is cut off at the end of each axis.
        groups: into how many blocks the channels are split, each with weights of its own.
        dilation: the distance between neighbouring elements of one window.
        data_format: "NCDHW", or "NDHWC" where the channels of input and output stand last.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.

    >>> conv_transpose3d([[[[2.0]]]], [[[[[1.0, 2.0]]]]])
    Tensor([[[[2., 4.]]]])
    """
    how = (stride, padding, output_padding, groups, dilation, data_format)
    return _transposed(input, weight, bias, *how, 3, "conv_transpose3d")


def _transposed(
    input: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    output_padding: Sizes,
    groups: int,
    dilation: Sizes,
    data_format: str,
    axes: int,
    function: str,
) -> Tensor:
    x, single = channels_first(input, axes, data_format, function)
    w = as_tensor(weight, function)
    if w.ndim != axes + 2:
        raise ShapeError(
            f"{function}(): the weight has shape {w.shape}, not (in, out / groups, {KERNELS[axes]})"
        )
    if x.shape[1] != w.shape[0]:
        raise ShapeError(
            f"{function}(): the input of shape {np.shape(input)} has {x.shape[1]} channels, but "
            f"{w.label or 'the weight'} of shape {w.shape} takes {w.shape[0]}"
        )
    check_groups(x.shape[1], groups * w.shape[1], groups)
    kernel = w.shape[2:]
    if 0 in kernel:
        raise ShapeError(f"{function}(): the weight of shape {w.shape} has an empty kernel")
    steps, gaps = per_axis("stride", stride, axes), per_axis("dilation", dilation, axes)
    cut = per_axis("padding", padding, axes, least=0)
    more = per_axis("output_padding", output_padding, axes, least=0)
    check_output_padding(more, steps, gaps)
    if 0 in x.shape[2:]:
        raise ShapeError(f"{function}(): the input of shape {np.shape(input)} is empty")
    size = transposed_size(x.shape[2:], kernel, steps, cut, gaps, more)
    if min(size) < 1:
        raise ShapeError(
            f"{function}(): `padding` (={padding}) leaves nothing of an output of "
            f"{times([n + 2 * p for n, p in zip(size, cut, strict=True)])}"
        )
    ends = tuple((p, p - extra) for p, extra in zip(cut, more, strict=True))
    y: Tensor = ac.transposed_convolution(x, w, size, steps, ends, gaps, groups)
    return as_given(with_bias(y, bias, function), single, data_format)


def transposed_size(
    size: Numbers, kernel: Numbers, stride: Numbers, padding: Numbers, dilation: Numbers, more: Numbers
) -> Numbers:
    """The size of the result."""
    return tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        for n, k, s, p, d, extra in zip(size, kernel, stride, padding, dilation, more, strict=True)
    )


def check_output_padding(more: Numbers, stride: Numbers, dilation: Numbers) -> None:
    """What is added at the end is less than the step from one window, or element, to the next.

    Raises:
        ShapeError: if it is not.
    """
    if any(extra >= max(s, d) for extra, s, d in zip(more, stride, dilation, strict=True)):
        raise ShapeError(
            f"`output_padding` (={more}) has to be smaller than the `stride` (={stride}) or the "
            f"`dilation` (={dilation})"
        )
