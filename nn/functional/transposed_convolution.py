"""Transposed convolution: each number times the weights is added to the window it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import Numbers, Sizes, Windows, per_axis, times
from autograd_core.primitive import nodes

from .convolution import check_groups, check_weight, with_bias
from .layouts import as_given, channels_first, checked_format
from .operands import as_tensor
from .wording import for_each_number_of_axes

__all__ = ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]

_ARGUMENTS = """
    Args:
        input: {batch}, or {one}.
        weight: (C, out_channels / groups, {kernel_axes}), whatever the ``data_format``.
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: how much is cut off on each side of an axis.
        output_padding: by how much less is cut off at the end: with a stride, convolutions of several
            sizes give one size.
        groups: into how many blocks the channels are split, each with weights of its own.
        dilation: the distance between neighbouring elements of one window.
        data_format: {formats} where the channels of input and output stand last.

    Returns:
        (N, out_channels, {positions}) with {letter}' = ({letter} - 1) stride - 2 padding +
        dilation (kernel - 1) + output_padding + 1; without N for one {name}.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.
        DomainError: for an unknown layout.

    Source: Zeiler et al. (2010), "Deconvolutional networks".
"""


@for_each_number_of_axes(
    _ARGUMENTS,
    """Y[o, s x + d k - p] += W[c, o, k] X[c, x], and b[o]: :func:`conv_transpose2d` along one axis.

    ...

    >>> conv_transpose1d([[1.0, 2.0]], [[[1.0, 1.0, 1.0]]], stride=2)
    Tensor([[1., 1., 3., 2., 2.]])
    """,
    """Y[o, s y + d m - p, s x + d n - p] += W[c, o, m, n] X[c, y, x], and b[o] (stride s, padding p).

    The transpose of :func:`conv2d` as a linear function of its input, with the same stride, padding,
    dilation and weights: what is the gradient there is the forward pass here.

    ...

    >>> conv_transpose2d([[[1.0, 2.0]]], [[[[1.0, 3.0], [0.0, -1.0]]]])
    Tensor([[[ 1.,  5.,  6.],
             [ 0., -1., -2.]]])
    """,
    """Y[o, s z + d l - p, s y + d m - p, s x + d n - p] += W[c, o, l, m, n] X[c, z, y, x], and b[o]:
    :func:`conv_transpose2d` along three axes.

    ...

    >>> conv_transpose3d([[[[2.0]]]], [[[[[1.0, 2.0]]]]])
    Tensor([[[[2., 4.]]]])
    """,
)
def _conv_transpose(
    axes: int,
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    groups: int = 1,
    dilation: Sizes = 1,
    *,
    data_format: str | None = None,
) -> Tensor:
    function = f"conv_transpose{axes}d"
    w = as_tensor(weight, function)
    check_weight(w.shape, axes, function, "in, out / groups")
    windows = Windows.of(axes, w.shape[2:], stride, padding, dilation)
    more = per_axis("output_padding", output_padding, axes, least=0)
    check_output_padding(more, windows)
    return convolve_transposed(input, w, bias, windows, more, groups, checked_format(data_format, axes))


conv_transpose1d, conv_transpose2d, conv_transpose3d = _conv_transpose


def convolve_transposed(
    input: Any,
    weight: Tensor,
    bias: Any,
    windows: Windows,
    output_padding: Numbers,
    groups: int,
    data_format: str,
) -> Tensor:
    """The transposed convolution whose windows and layout have been checked.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.
    """
    function = f"conv_transpose{len(windows.kernel)}d"
    x, single = channels_first(input, data_format, function)
    shape, (in_channels, per_group, *_) = x.data.shape, weight.data.shape
    if shape[1] != in_channels:
        raise ShapeError(
            f"{function}(): the input of shape {np.shape(input)} has {shape[1]} channels, but "
            f"{weight.label or 'the weight'} of shape {weight.shape} takes {in_channels}"
        )
    check_groups(in_channels, groups * per_group, groups)
    if 0 in shape[2:]:
        raise ShapeError(f"{function}(): the input of shape {np.shape(input)} is empty")
    cut = [before for before, _ in windows.padding]
    ends = tuple((p, p - extra) for p, extra in zip(cut, output_padding, strict=True))
    size = windows._replace(padding=ends).least_size(shape[2:])
    if min(size) < 1:
        raise ShapeError(
            f"{function}(): `padding` (={cut[0] if len(set(cut)) == 1 else tuple(cut)}) leaves nothing of an "
            f"output of {times([n + 2 * p for n, p in zip(size, cut, strict=True)])}"
        )
    y = nodes.transposed_convolution(
        x,
        weight,
        stride=windows.stride,
        padding=ends,
        dilation=windows.dilation,
        groups=groups,
        size=size,
    )
    return as_given(with_bias(y, bias, function), single, data_format)


def check_output_padding(more: Numbers, windows: Windows) -> None:
    """What is added at the end is less than the step from one window, or element, to the next.

    Raises:
        ShapeError: if it is not.
    """
    stride, dilation = windows.stride, windows.dilation
    if any(extra >= max(s, d) for extra, s, d in zip(more, stride, dilation, strict=True)):
        raise ShapeError(
            f"`output_padding` (={more}) has to be smaller than the `stride` (={stride}) or the "
            f"`dilation` (={dilation})"
        )
