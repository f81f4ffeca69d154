"""Windows: the view through which a convolution shares its weights; the maximum and the sum of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..geometry import Numbers, Sizes, Windows
from ..kernels import pooling as kernels
from ..primitive import General, Linear
from ..spelling import spelled
from .operands import as_operand, several_axes, shape_of
from .reductions import without_gradient

__all__ = ["fold_windows", "sliding_windows", "window_argmax", "window_max", "window_sum"]


def _views(x: Any, *, window: Numbers, stride: Numbers, dilation: Numbers, axes: Numbers) -> Any:
    """A view: the axes named become counts of positions, and the offsets within a window are appended."""
    shape, strides = list(x.shape), list(x.strides)
    counts = _unpadded(window, stride, dilation).positions(tuple(x.shape[axis] for axis in axes))
    for axis, count, step in zip(axes, counts, stride, strict=True):
        shape[axis] = count
        strides[axis] = x.strides[axis] * step
    shape += window
    strides += [x.strides[axis] * gap for axis, gap in zip(axes, dilation, strict=True)]
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


def _fold(
    g: Any, *, window: Numbers, stride: Numbers, dilation: Numbers, axes: Numbers, shape: Numbers
) -> Any:
    """Add every window back to where it was taken from: one strided addition for each offset."""
    windows, counts = _unpadded(window, stride, dilation), tuple(g.shape[axis] for axis in axes)
    result = np.zeros(shape, dtype=g.dtype)
    for offset in product(*map(range, window)):
        place: list[slice] = [slice(None)] * len(shape)
        for axis, seen in zip(axes, windows.seen(offset, counts), strict=True):
            place[axis] = seen
        result[tuple(place)] += g[(..., *offset)]
    return result


_sliding_windows = Linear(
    "sliding_windows",
    "windows",
    forward=_views,
    transpose=lambda m, g, x, **how: m.fold_windows(g, **how, shape=x.shape),
)

_fold_windows = Linear(
    "fold_windows",
    "fold",
    forward=_fold,
    transpose=lambda m, g, x, *, shape, **how: m.sliding_windows(g, **how),
)

_window_max = General(
    "window_max",
    "max",
    forward=kernels.window_max,
    pullback=lambda m, g, y, x, *, index, residuals, **how: m.distribute_to_winners(
        g, winners=residuals, **how, size=tuple(x.shape[2:])
    ),
    pushforward=lambda m, t, y, x, *, index, residuals, **how: m.collect_from_winners(
        t, winners=residuals, **how
    ),
    keeps_residuals=True,
)

_collect_from_winners = Linear(
    "collect_from_winners",
    "collect",
    forward=kernels.collect_from_winners,
    transpose=lambda m, g, x, **how: m.distribute_to_winners(g, **how, size=tuple(x.shape[2:])),
)

_distribute_to_winners = Linear(
    "distribute_to_winners",
    "distribute",
    forward=kernels.distribute_to_winners,
    transpose=lambda m, c, g, *, size, **how: m.collect_from_winners(c, **how),
)

_window_sum = Linear(
    "window_sum",
    "Σ",
    forward=kernels.window_sum,
    transpose=lambda m, g, x, **how: m.spread_window_sum(g, **how, size=tuple(x.shape[2:])),
)

_spread_window_sum = Linear(
    "spread_window_sum",
    "spread",
    forward=kernels.spread_window_sum,
    transpose=lambda m, c, g, *, size, **how: m.window_sum(c, **how),
)


@spelled
def sliding_windows(
    x: Any, window: Sizes, stride: Sizes = 1, dilation: Sizes = 1, axes: Sequence[int] | None = None
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
    steps, gaps = _for_each(stride, len(sizes)), _for_each(dilation, len(sizes))
    named = tuple(range(-len(sizes), 0)) if axes is None else tuple(axes)
    if not len(sizes) == len(steps) == len(gaps) == len(named):
        raise ShapeError(
            f"sliding_windows(): window {sizes}, stride {steps}, dilation {gaps} and axes {named} "
            "need one entry for each axis"
        )
    where = several_axes("sliding_windows", named, len(shape))
    _check("sliding_windows", _unpadded(sizes, steps, gaps), shape, where)
    return _sliding_windows(x, window=sizes, stride=steps, dilation=gaps, axes=where)


@spelled
def fold_windows(
    x: Any, shape: Sequence[int], stride: Sizes = 1, dilation: Sizes = 1, axes: Sequence[int] | None = None
) -> Any:
    """The transpose of :func:`sliding_windows`: an array to which every window has been added at its place.

    Args:
        x: the windows, shaped as :func:`sliding_windows` gives them.
        shape: the shape of the result.
        stride: the distance between neighbouring windows.
        dilation: the distance between neighbouring elements of one window.
        axes: the axes along which the window slides; the last ones when None.

    Raises:
        ShapeError: if ``x`` is not shaped like the windows of an array of ``shape``.

    >>> fold_windows(np.array([[1.0, 2.0], [3.0, 4.0]]), (3,))
    array([1., 5., 4.])
    """
    have, target = shape_of(x), tuple(int(n) for n in shape)
    count = len(have) - len(target)
    if count < 1 or count > len(target):
        raise ShapeError(f"fold_windows(): {have} is not the shape of windows of an array {target}")
    sizes = have[len(target) :]
    steps, gaps = _for_each(stride, count), _for_each(dilation, count)
    where = several_axes("fold_windows", range(-count, 0) if axes is None else axes, len(target))
    counts = _unpadded(sizes, steps, gaps).positions(tuple(target[axis] for axis in where))
    expected = [dict(zip(where, counts, strict=True)).get(axis, n) for axis, n in enumerate(target)]
    if tuple(expected) != have[: len(target)]:
        raise ShapeError(
            f"fold_windows(): windows of an array {target} have shape {(*expected, *sizes)}, got {have}"
        )
    return _fold_windows(x, window=sizes, stride=steps, dilation=gaps, axes=where, shape=target)


def window_max(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """The largest number of each window. The whole gradient goes to it; of equals, to the first.

    Args:
        x: (N, C, *size).
        window: its length along each axis of the size.
        stride: the distance between neighbouring windows; that of the window when None.
        dilation: the distance between neighbouring elements of one window; 1 when None.

    Returns:
        (N, C, *positions).

    Raises:
        ShapeError: if the shapes do not fit, or no window does.

    Source: Ranzato et al. (2007), "Unsupervised learning of invariant feature hierarchies".

    >>> window_max(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,))
    array([[[3., 2.]]])
    """
    return _window_max(x, **_pooling("window_max", x, window, stride, dilation))


def window_argmax(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """Where the largest number of each window stands: its number in the flattened axes of size. Of equals
    the first. Integers, which have no derivative.

    Args:
        x: (N, C, *size).
        window: its length along each axis of the size.
        stride: the distance between neighbouring windows; that of the window when None.
        dilation: the distance between neighbouring elements of one window; 1 when None.

    Raises:
        ShapeError: if the shapes do not fit, or no window does.

    >>> window_argmax(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,))
    array([[[1, 2]]])
    """
    x = as_operand(x)
    return without_gradient(_winning_places, x, **_pooling("window_argmax", x, window, stride, dilation))


def _winning_places(x: kernels.Array, **how: Any) -> kernels.Array:
    _, winners = kernels.window_max(x, **how)
    size = x.shape[2:]
    places = np.broadcast_to(np.arange(math.prod(size)).reshape(size), x.shape)
    return kernels.collect_from_winners(places, winners=winners, **how)


def window_sum(
    x: Any, window: Sequence[int], stride: Sequence[int] | None = None, dilation: Sequence[int] | None = None
) -> Any:
    """The sum of each window, (N, C, *positions) from (N, C, *size); arguments as for :func:`window_max`.

    Raises:
        ShapeError: if the shapes do not fit, or no window does.

    >>> window_sum(np.array([[[1.0, 3.0, 2.0, 2.0]]]), (2,), stride=(1,))
    array([[[4., 5., 4.]]])
    """
    return _window_sum(x, **_pooling("window_sum", x, window, stride, dilation))


def _for_each(sizes: Sizes, axes: int) -> Numbers:
    return (sizes,) * axes if isinstance(sizes, int) else tuple(sizes)


def _unpadded(window: Numbers, stride: Numbers, dilation: Numbers) -> Windows:
    return Windows(window, stride, ((0, 0),) * len(window), dilation)


def _pooling(
    operation: str,
    x: Any,
    window: Sequence[int],
    stride: Sequence[int] | None,
    dilation: Sequence[int] | None,
) -> dict[str, Numbers]:
    """The parameters of a pooling, checked."""
    shape, sizes = shape_of(x), tuple(window)
    steps = sizes if stride is None else tuple(stride)
    gaps = (1,) * len(sizes) if dilation is None else tuple(dilation)
    if not len(shape) - 2 == len(sizes) == len(steps) == len(gaps) or not sizes:
        raise ShapeError(
            f"{operation}(): an input of shape {shape}, read as (N, C, *size), needs one entry for each axis "
            f"of its size in window {sizes}, stride {steps} and dilation {gaps}"
        )
    _check(operation, _unpadded(sizes, steps, gaps), shape, tuple(range(2, len(shape))))
    return {"window": sizes, "stride": steps, "dilation": gaps}


def _check(operation: str, windows: Windows, shape: Numbers, axes: Numbers) -> None:
    """Numbers are positive, and a window fits on each of the axes.

    Raises:
        ShapeError: if not.
    """
    kernel, stride, _, dilation = windows
    if any(n < 1 for n in (*kernel, *stride, *dilation)):
        raise ShapeError(
            f"{operation}(): window {kernel}, stride {stride} and dilation {dilation} have to be positive"
        )
    for axis, span in zip(axes, windows.span, strict=True):
        if span > shape[axis]:
            raise ShapeError(
                f"{operation}(): a window spanning {span} elements does not fit on axis {axis} "
                f"of length {shape[axis]} (input shape {shape})"
            )
