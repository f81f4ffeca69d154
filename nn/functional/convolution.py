"""Convolution: one small set of weights, shared by all windows of an image."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DtypeError, ShapeError

from .operands import Pair, as_tensor, one_of, pair

__all__ = ["conv2d"]


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Y[o, y, x] = b[o] + Σ_{c,m,n} W[o, c, m, n] X[c, s y + d m, s x + d n] (stride s, dilation d).

    This is the cross-correlation: the kernel is not flipped. One small set of weights is shared by all
    windows; the gradient of a weight is the sum over the windows.

    Args:
        input: (N, C, H, W), or one image (C, H, W).
        weight: (out_channels, C / groups, kernel height, kernel width).
        bias: (out_channels,) or None.
        stride: the distance between neighbouring windows.
        padding: zeros added on each side; "valid" adds none, "same" as many as keep the size.
        dilation: the distance between neighbouring elements of one window.
        groups: into how many blocks the channels are split, each with weights of its own.

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
    x, w = image(input, "conv2d"), as_tensor(weight, "conv2d")
    if w.ndim != 4:
        raise ShapeError(f"conv2d(): the weight has shape {w.shape}, not (out, in / groups, height, width)")
    out_channels, _, *kernel = w.shape
    channels = x.shape[-3]
    check_groups(channels, out_channels, groups)
    if channels != w.shape[1] * groups:
        split = f" in {groups} groups" if groups > 1 else ""
        raise ShapeError(
            f"conv2d(): the input of shape {x.shape} has {channels} channels, but {w.label or 'the weight'} "
            f"of shape {w.shape} takes {w.shape[1] * groups}{split}"
        )
    steps, gaps = pair("stride", stride), pair("dilation", dilation)
    ends = sides(padding, (kernel[0], kernel[1]), steps, gaps)
    check_size(x, ends, (kernel[0], kernel[1]), gaps, "conv2d")
    images = x if x.ndim == 4 else x.reshape(1, *x.shape)
    y: Tensor = ac.convolution(images, w, steps, ends, gaps, groups)
    if x.ndim == 3:
        y = y.reshape(y.shape[1:])
    return y if bias is None else y + as_tensor(bias, "conv2d").reshape(-1, 1, 1)


def image(input: Any, function: str) -> Tensor:
    """The input as a tensor (N, C, H, W) or (C, H, W).

    Raises:
        ShapeError: for another number of axes.
    """
    x = as_tensor(input, function)
    if x.ndim not in (3, 4):
        raise ShapeError(
            f"{function}(): the input has shape {x.shape}, not (N, C, H, W), or (C, H, W) for one image"
        )
    return x


def check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    """Both numbers of channels have to be split evenly.

    Raises:
        ShapeError: if they cannot.
    """
    if isinstance(groups, bool) or not isinstance(groups, int) or groups < 1:
        raise ShapeError(f"`groups` (={groups!r}) has to be a whole number from 1")
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ShapeError(f"`{name}` (={channels}) must be divisible by `groups` (={groups})")


Sides = tuple[tuple[int, int], tuple[int, int]]


def sides(
    padding: Pair | str, kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> Sides:
    """The padding (above, below), (left, right). "same" puts the odd one below and right.

    Raises:
        ShapeError: for "same" with a stride, which cannot keep the size.
        DomainError: for another word.
    """
    if not isinstance(padding, str):
        vertical, horizontal = pair("padding", padding, least=0)
        return (vertical, vertical), (horizontal, horizontal)
    one_of("padding", padding, ("valid", "same"))
    if padding == "valid":
        return (0, 0), (0, 0)
    if stride != (1, 1):
        raise ShapeError(
            f"`padding` (='same') keeps the size of the image, which a `stride` (={stride}) cannot: "
            "use stride 1, or give the padding as a number"
        )
    first, second = (gap * (size - 1) for size, gap in zip(kernel, dilation, strict=True))
    return (first // 2, first - first // 2), (second // 2, second - second // 2)


def check_size(
    x: Tensor, padding: Sides, kernel: tuple[int, int], dilation: tuple[int, int], function: str
) -> None:
    """At least one window has to fit into the image with its margin.

    Raises:
        ShapeError: if none does.
    """
    size = tuple(length + sum(ends) for length, ends in zip(x.shape[-2:], padding, strict=True))
    span = tuple(gap * (length - 1) + 1 for length, gap in zip(kernel, dilation, strict=True))
    if any(needed > length for needed, length in zip(span, size, strict=True)):
        margin = f" with padding {padding} is {size[0]}x{size[1]}" if padding != ((0, 0), (0, 0)) else ""
        dilated = f" with dilation {dilation} spans {span[0]}x{span[1]}" if dilation != (1, 1) else ""
        raise ShapeError(
            f"{function}(): the kernel {kernel[0]}x{kernel[1]}{dilated} is larger than the image: "
            f"{x.shape[-2]}x{x.shape[-1]}{margin}"
        )


def padded(
    x: Tensor,
    padding: Sides,
    kernel: tuple[int, int],
    dilation: tuple[int, int],
    function: str,
    value: float = 0.0,
) -> Tensor:
    """The image with a margin, in which at least one window fits.

    Raises:
        ShapeError: if none does.
        DtypeError: if integers would have to hold an infinite margin.
    """
    check_size(x, padding, kernel, dilation, function)
    if padding == ((0, 0), (0, 0)):
        return x
    if value and x.dtype.kind != "f":
        raise DtypeError(f"{function}(): padding needs floating-point numbers, the input has {x.dtype}")
    return ac.pad(x, ((0, 0),) * (x.ndim - 2) + padding, value=value)  # type: ignore[no-any-return]
