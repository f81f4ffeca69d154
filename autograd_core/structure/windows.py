"""Sliding windows: the view through which a convolution shares its weights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..primitive import Linear
from .operands import several_axes, shape_of

__all__ = ["fold_windows", "sliding_windows"]


def _windows(
    x: Any,
    *,
    window: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    axes: tuple[int, ...],
) -> Any:
    """A view: the axes named become counts of positions, and the offsets within a window are appended."""
    shape, strides = list(x.shape), list(x.strides)
    for axis, size, step, gap in zip(axes, window, stride, dilation, strict=True):
        shape[axis] = positions(x.shape[axis], size, step, gap)
        strides[axis] = x.strides[axis] * step
    shape += window
    strides += [x.strides[axis] * gap for axis, gap in zip(axes, dilation, strict=True)]
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


def positions(length: int, window: int, stride: int, dilation: int) -> int:
    """How many windows fit on an axis."""
    return (length - dilation * (window - 1) - 1) // stride + 1


def _fold(
    g: Any,
    *,
    window: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    axes: tuple[int, ...],
    shape: tuple[int, ...],
) -> Any:
    """Add every window back to where it was taken from: one strided addition for each offset."""
    result = np.zeros(shape, dtype=g.dtype)
    for offset in product(*map(range, window)):
        place: list[slice] = [slice(None)] * len(shape)
        for axis, start, step, gap in zip(axes, offset, stride, dilation, strict=True):
            place[axis] = slice(start * gap, start * gap + step * (g.shape[axis] - 1) + 1, step)
        result[tuple(place)] += g[(..., *offset)]
    return result


_sliding_windows = Linear(
    "sliding_windows",
    "windows",
    forward=_windows,
    transpose=lambda m, g, x, **how: m.fold_windows(g, **how, shape=x.shape),
)

_fold_windows = Linear(
    "fold_windows",
    "fold",
    forward=_fold,
    transpose=lambda m, g, x, *, shape, **how: m.sliding_windows(g, **how),
)


def sliding_windows(
    x: Any,
    window: int | Sequence[int],
    stride: int | Sequence[int] = 1,
    dilation: int | Sequence[int] = 1,
    axes: Sequence[int] | None = None,
) -> Any:
    """All windows of ``x``, without copying: an element occurs once for each window that contains it.

    Args:
        x: the input.
        window: the length of a window along each of ``axes``.
        stride: the distance between neighbouring windows.
        dilation: the distance between neighbouring elements of one window.
        axes: the axes along which the window slides; the last ones when None.

    Returns:
        The shape of ``x`` with each of ``axes`` shortened to the number of windows, followed by the
        shape of a window.

    Raises:
        ShapeError: if a window is longer than its axis, or a length is not positive.

    >>> from autograd_core import Tensor
    >>> sliding_windows(Tensor([1.0, 2.0, 3.0, 4.0]), 2, stride=2)
    Tensor([[1., 2.], [3., 4.]])
    """
    shape = shape_of(x)
    sizes = (window,) if isinstance(window, int) else tuple(window)
    steps = (stride,) * len(sizes) if isinstance(stride, int) else tuple(stride)
    gaps = (dilation,) * len(sizes) if isinstance(dilation, int) else tuple(dilation)
    if axes is None:
        axes = range(-len(sizes), 0)
    if not len(sizes) == len(steps) == len(gaps) == len(axes):
        raise ShapeError(
            f"sliding_windows(): window {sizes}, stride {steps}, dilation {gaps} and axes {tuple(axes)} "
            "need one entry for each axis"
        )
    if any(n < 1 for n in (*sizes, *steps, *gaps)):
        raise ShapeError(
            f"sliding_windows(): window {sizes}, stride {steps} and dilation {gaps} have to be positive"
        )
    where = several_axes("sliding_windows", axes, len(shape))
    for axis, size, gap in zip(where, sizes, gaps, strict=True):
        span = gap * (size - 1) + 1
        if span > shape[axis]:
            raise ShapeError(
                f"sliding_windows(): a window spanning {span} elements does not fit on axis {axis} "
                f"of length {shape[axis]} (input shape {shape})"
            )
    return _sliding_windows(x, window=sizes, stride=steps, dilation=gaps, axes=where)


def fold_windows(
    x: Any,
    shape: Sequence[int],
    stride: int | Sequence[int] = 1,
    dilation: int | Sequence[int] = 1,
    axes: Sequence[int] | None = None,
) -> Any:
    """The transpose of :func:`sliding_windows`: an array of ``shape`` to which every window of ``x``
    has been added at its place.

    Raises:
        ShapeError: if ``x`` is not shaped like the windows of an array of ``shape``.
    """
    have, target = shape_of(x), tuple(int(n) for n in shape)
    count = len(have) - len(target)
    if count < 1 or count > len(target):
        raise ShapeError(f"fold_windows(): {have} is not the shape of windows of an array {target}")
    sizes = have[len(target) :]
    steps = (stride,) * count if isinstance(stride, int) else tuple(stride)
    gaps = (dilation,) * count if isinstance(dilation, int) else tuple(dilation)
    where = several_axes("fold_windows", range(-count, 0) if axes is None else axes, len(target))
    expected = list(target)
    for axis, size, step, gap in zip(where, sizes, steps, gaps, strict=True):
        expected[axis] = positions(target[axis], size, step, gap)
    if tuple(expected) != have[: len(target)]:
        raise ShapeError(
            f"fold_windows(): windows of an array {target} have shape {(*expected, *sizes)}, got {have}"
        )
    return _fold_windows(x, window=sizes, stride=steps, dilation=gaps, axes=where, shape=target)
