"""Convolution: one small set of weights, shared by all windows of a signal, an image or a volume."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.geometry import NAMES, Numbers, Sizes, Windows
from autograd_core.primitive import nodes

from ..checks import check_size, check_word
from .layouts import as_given, channels_first, checked_format
from .operands import as_tensor
from .wording import for_each_number_of_axes

__all__ = ["conv1d", "conv2d", "conv3d"]

KERNELS = {1: "length", 2: "height, width", 3: "depth, height, width"}

_ARGUMENTS = """
    Args:
        input: {batch}, or {one}.
        weight: (out_channels, C / groups, {kernel_axes}), whatever the ``data_format``.
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.
        data_format: {formats} where the channels of input and output stand last.

    Returns:
        (N, out_channels, {positions}) with {letter}' = ({letter} + padding - dilation (kernel - 1) - 1) //
        stride + 1, the padding of both sides counted; without N for one {name}.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.
        DomainError: for an unknown word for the padding or the layout.
"""


@for_each_number_of_axes(
    _ARGUMENTS,
    """Y[o, x] = b[o] + Σ_{c,k} W[o, c, k] X[c, s x + d k]: :func:`conv2d` along one axis.

    ...

    Source: Waibel et al. (1989), "Phoneme recognition using time-delay neural networks".

    >>> conv1d([[1.0, 2.0, 4.0, 7.0]], [[[-1.0, 1.0]]])
    Tensor([[1., 2., 3.]])
    """,
    """Y[o, y, x] = b[o] + Σ_{c,m,n} W[o, c, m, n] X[c, s y + d m, s x + d n] (stride s, dilation d).

    This is the cross-correlation: the kernel is not flipped. One small set of weights is shared by all
    windows; the gradient of a weight is the sum over the windows.

    ...

    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> image = [[[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 2.0, 1.0], [0.0, 1.0, 0.0, 2.0]]]
    >>> conv2d(image, [[[[0.0, 1.0], [-1.0, 0.0]]]], stride=2)
    Tensor([[[2., 4.], [0., 1.]]])
    """,
    """Y[o, z, y, x] = b[o] + Σ_{c,l,m,n} W[o, c, l, m, n] X[c, s z + d l, s y + d m, s x + d n]:
    :func:`conv2d` along three axes.

    ...

    Source: Ji et al. (2013), "3D convolutional neural networks for human action recognition".

    >>> conv3d([[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]], [[[[[1.0]], [[-1.0]]]]])
    Tensor([[[[-4., -4.], [-4., -4.]]]])
    """,
)
def _conv(
    axes: int,
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Sizes = 1,
    padding: Sizes | str = 0,
    dilation: Sizes = 1,
    groups: int = 1,
    *,
    data_format: str | None = None,
) -> Tensor:
    function = f"conv{axes}d"
    w = as_tensor(weight, function)
    check_weight(w.shape, axes, function, "out, in / groups")
    windows = windows_of(axes, w.shape[2:], stride, padding, dilation)
    return convolve(input, w, bias, windows, groups, checked_format(data_format, axes))


conv1d, conv2d, conv3d = _conv


def convolve(
    input: Any, weight: Tensor, bias: Any, windows: Windows, groups: int, data_format: str
) -> Tensor:
    """The convolution whose windows and layout have been checked.

    Raises:
        ShapeError: if channels, groups or sizes do not fit.
    """
    function = f"conv{len(windows.kernel)}d"
    x, single = channels_first(input, data_format, function)
    shape, (out_channels, per_group, *_) = x._raw.shape, weight._raw.shape
    if groups != 1 or type(groups) is not int:
        check_groups(shape[1], out_channels, groups)
    if shape[1] != per_group * groups:
        split = f" in {groups} groups" if groups > 1 else ""
        raise ShapeError(
            f"{function}(): the input of shape {np.shape(input)} has {shape[1]} "
            f"channels, but {weight.label or 'the weight'} of shape {weight.shape} takes "
            f"{per_group * groups}{split}"
        )
    windows.check_size(shape[2:], function)
    y = nodes.convolution(
        x,
        weight,
        stride=windows.stride,
        padding=windows.padding,
        dilation=windows.dilation,
        groups=groups,
    )
    return as_given(with_bias(y, bias, function), single, data_format)


def windows_of(
    axes: int, kernel_size: Sizes, stride: Sizes, padding: Sizes | str, dilation: Sizes
) -> Windows:
    """The windows of a convolution, whose padding may be a word.

    Raises:
        ShapeError: for numbers that do not fit, and for "same" with a stride.
        DomainError: for another word.
    """
    if not isinstance(padding, str):
        return Windows.of(axes, kernel_size, stride, padding, dilation)
    windows = Windows.of(axes, kernel_size, stride, 0, dilation)
    check_word("", ("valid", "same"), padding=padding)
    return windows if padding == "valid" else windows.same()


def check_weight(shape: Numbers, axes: int, function: str, channels: str) -> None:
    """A weight has two axes of channels and a kernel that is not empty.

    Raises:
        ShapeError: if it has not.
    """
    if len(shape) != axes + 2:
        alone = len(shape) == axes
        name = NAMES[axes]
        one = f"; a kernel alone is weight[None, None], {name}s without channels {name}[None, None]" * alone
        raise ShapeError(
            f"{function}(): the weight has shape {shape}, not ({channels}, {KERNELS[axes]}){one}"
        )
    if 0 in shape[2:]:
        raise ShapeError(f"{function}(): the weight of shape {shape} has an empty kernel")


def with_bias(y: Tensor, bias: Any, function: str) -> Tensor:
    """A number for each channel, added to (N, C, *positions).

    Raises:
        ShapeError: if there are not as many as channels.
    """
    if bias is None:
        return y
    b = bias if isinstance(bias, Tensor) else as_tensor(bias, function)
    _, channels, *positions = y._raw.shape
    if b._raw.shape != (channels,):
        raise ShapeError(
            f"{function}(): {b.label or 'the bias'} has shape {b.shape}, {channels} output channels need "
            f"({channels},)"
        )
    total: Tensor = y + nodes.reshape(b, shape=(channels, *[1] * len(positions)))
    return total


def check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    """Both numbers of channels have to be split evenly.

    Raises:
        ShapeError: if they cannot.
    """
    check_size("", groups=groups)
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ShapeError(f"`{name}` (={channels}) must be divisible by `groups` (={groups})")
