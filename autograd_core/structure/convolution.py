"""Convolution: one set of weights, shared by all windows of an image, and its transposes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import ShapeError
from ..geometry import Numbers, Windows
from ..kernels import convolution as kernels
from ..primitive import Multilinear
from .operands import shape_of

__all__ = ["convolution", "transposed_convolution"]

# Σ x[s o + d k - p] w[k] g[o] is linear in x, in w and in g. Leaving one of the three out gives an
# operation, and what is left out when that is differentiated once more is one of the other two.

_convolution = Multilinear(
    "convolution",
    "conv",
    forward=kernels.convolution,
    transposes=(
        lambda m, g, x, w, **how: m.transposed_convolution(g, w, **how, size=tuple(x.shape[2:])),
        lambda m, g, x, w, **how: m.convolution_weight_gradient(x, g, **how, kernel=tuple(w.shape[2:])),
    ),
)

_transposed_convolution = Multilinear(
    "transposed_convolution",
    "convᵀ",
    forward=kernels.transposed_convolution,
    transposes=(
        lambda m, c, g, w, *, size, **how: m.convolution(c, w, **how),
        lambda m, c, g, w, *, size, **how: m.convolution_weight_gradient(
            c, g, **how, kernel=tuple(w.shape[2:])
        ),
    ),
)

_weight_gradient = Multilinear(
    "convolution_weight_gradient",
    "convᵀ",
    forward=kernels.weight_gradient,
    transposes=(
        lambda m, c, x, g, *, kernel, **how: m.transposed_convolution(g, c, **how, size=tuple(x.shape[2:])),
        lambda m, c, x, g, *, kernel, **how: m.convolution(x, c, **how),
    ),
)


def convolution(
    x: Any,
    weight: Any,
    stride: Sequence[int] | None = None,
    padding: Sequence[tuple[int, int]] | None = None,
    dilation: Sequence[int] | None = None,
    groups: int = 1,
) -> Any:
    """y[n, f, o] = Σ_{c, k} x[n, c, s o + d k - p] w[f, c, k]: each output is the sum of a window of the
    image times the same weights. The kernel is not turned round; strictly it is a cross-correlation.

    Args:
        x: (N, C, *size) with one, two or three axes of size.
        weight: (F, C / groups, *kernel).
        stride: s, the distance between neighbouring windows along each axis; 1 when None.
        padding: zeros (before, after) each axis; none when None. A negative number cuts off.
        dilation: d, the distance between neighbouring elements of one window; 1 when None.
        groups: into how many blocks the channels are split, each with weights of its own.

    Returns:
        (N, F, *positions) with (size + padding - d (kernel - 1) - 1) // s + 1 positions on an axis. In
        memory the channels stand last.

    Raises:
        ShapeError: if the shapes do not fit, or no window does.

    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> import numpy as np
    >>> convolution(np.arange(5.0).reshape(1, 1, 5), np.array([[[1.0, -1.0]]]))
    array([[[-1., -1., -1., -1.]]])
    """
    image, weights = shape_of(x), shape_of(weight)
    windows = _checked("convolution", weights, stride, padding, dilation, groups)
    if len(image) != len(weights):
        raise ShapeError(
            f"convolution(): weights of shape {weights} slide over (N, C, {len(weights) - 2} axes of size), "
            f"got an input of shape {image}"
        )
    if image[1] != weights[1] * groups:
        raise ShapeError(
            f"convolution(): the input of shape {image} has {image[1]} channels, weights of shape "
            f"{weights} in {groups} groups take {weights[1] * groups}"
        )
    if 0 in windows.positions(image[2:]):
        raise ShapeError(
            f"convolution(): the kernel {weights[2:]} with dilation {windows.dilation} is larger than the "
            f"input {image[2:]} with padding {windows.padding}"
        )
    return _convolution(x, weight, **_parameters(windows, groups))


def transposed_convolution(
    g: Any,
    weight: Any,
    size: Sequence[int],
    stride: Sequence[int] | None = None,
    padding: Sequence[tuple[int, int]] | None = None,
    dilation: Sequence[int] | None = None,
    groups: int = 1,
) -> Any:
    """x[n, c, i] = Σ g[n, f, o] w[f, c, k] over all o and k with s o + d k - p = i: the transpose of
    :func:`convolution` as a function of its input. Each number of ``g`` times the weights is added to the
    window it belongs to.

    Args:
        g: (N, F, *positions), shaped like the result of the convolution.
        weight: (F, C / groups, *kernel), the weights of the convolution.
        size: the lengths of the axes of the convolution's input, of which several give the same
            positions when there is a stride.
        stride: that of the convolution, like the other options.
        padding: its zeros (before, after) each axis.
        dilation: the distance between neighbouring elements of one of its windows.
        groups: its groups.

    Returns:
        (N, C, *size).

    Raises:
        ShapeError: if the convolution of an input of ``size`` has no such shape.

    Source: Zeiler et al. (2010), "Deconvolutional networks".

    >>> import numpy as np
    >>> transposed_convolution(np.ones((1, 1, 2)), np.array([[[1.0, 2.0]]]), (4,), stride=(2,))
    array([[[1., 2., 1., 2.]]])
    """
    have, weights = shape_of(g), shape_of(weight)
    windows = _checked("transposed_convolution", weights, stride, padding, dilation, groups)
    lengths = tuple(int(n) for n in size)
    if len(have) != len(weights) or len(lengths) != len(weights) - 2:
        raise ShapeError(
            f"transposed_convolution(): weights of shape {weights}, an input of shape {have} and the size "
            f"{lengths} have different numbers of axes"
        )
    wanted = (weights[0], *windows.positions(lengths))
    if have[1:] != wanted:
        raise ShapeError(
            f"transposed_convolution(): a convolution of size {lengths} with weights of shape {weights} has "
            f"the shape (N, {', '.join(map(str, wanted))}), got {have}"
        )
    return _transposed_convolution(g, weight, **_parameters(windows, groups), size=lengths)


def _checked(
    operation: str,
    weights: Numbers,
    stride: Sequence[int] | None,
    padding: Sequence[tuple[int, int]] | None,
    dilation: Sequence[int] | None,
    groups: int,
) -> Windows:
    axes = len(weights) - 2
    if axes not in (1, 2, 3):
        raise ShapeError(
            f"{operation}(): weights have shape (F, C / groups, *kernel) with a kernel of one to three axes, "
            f"got {weights}"
        )
    steps = tuple(stride) if stride is not None else (1,) * axes
    gaps = tuple(dilation) if dilation is not None else (1,) * axes
    ends = tuple((int(a), int(b)) for a, b in padding) if padding is not None else ((0, 0),) * axes
    if not len(steps) == len(gaps) == len(ends) == axes:
        raise ShapeError(
            f"{operation}(): stride {steps}, padding {ends} and dilation {gaps} need one entry for each of "
            f"the {axes} axes of the kernel"
        )
    if any(n < 1 for n in (*steps, *gaps)):
        raise ShapeError(f"{operation}(): stride {steps} and dilation {gaps} have to be positive")
    if groups < 1 or weights[0] % groups:
        raise ShapeError(f"{operation}(): {weights[0]} output channels cannot be split into {groups} groups")
    return Windows(weights[2:], steps, ends, gaps)


def _parameters(windows: Windows, groups: int) -> dict[str, Any]:
    return {
        "stride": windows.stride,
        "padding": windows.padding,
        "dilation": windows.dilation,
        "groups": groups,
    }
