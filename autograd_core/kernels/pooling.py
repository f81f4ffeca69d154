"""Pooling on arrays: the largest number of each window, the sum of each window, and their transposes.

Windows are compared by maxima of whole shifted images, channels last in memory, one axis after the
other: a window of 3 x 3 costs four comparisons for each result, not eight. Of equal numbers the first
in reading order wins. Comparing height first keeps memory contiguous, so the row that won is
remembered, and the width's comparison lets the earlier row win a tie.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..geometry import Numbers, Windows
from .memory import Room, anew

__all__ = ["collect_from_winners", "distribute_to_winners", "spread_window_sum", "window_max", "window_sum"]

Array = np.ndarray[Any, np.dtype[Any]]
Winners = tuple[Array, ...]
"""For each axis, in the order of the axes, which of the window's offsets won on it."""


def window_max(
    x: Array,
    *,
    window: Numbers,
    stride: Numbers,
    dilation: Numbers,
    out: tuple[Array, ...] | None = None,
    room: Room = anew,
) -> tuple[Array, Winners]:
    """The largest number of each window, (N, C, *positions) from (N, C, *size), and which it was; margins
    belong to the size already. NaN wins over everything. Both are written to ``out`` if that is given;
    ``room`` gives memory for the rest.
    """
    windows = _windows(window, stride, dilation)
    best, winners = _largest(x, windows, False, out, room)
    found = _channels_last(best)
    undefined = np.isnan(found, out=room("undefined", found.shape, bool))
    return _largest(x, windows, True, out, room) if undefined.any() else (best, winners)


def _largest(
    x: Array, windows: Windows, undefined: bool, out: tuple[Array, ...] | None, room: Room
) -> tuple[Array, Winners]:
    """The maxima and the winners, which are right where there are NaNs only with ``undefined``."""
    best = _channels_last(x)
    final = room("best", (*best.shape[:1], *windows.positions(x.shape[2:]), *best.shape[-1:]), x.dtype)
    final = final if out is None else _channels_last(out[0])
    steps: list[Array] = []
    winners: list[Array] = []
    for axis, (count, k, s, _, d) in enumerate(zip(windows.positions(x.shape[2:]), *windows), start=1):
        last = axis == len(windows.kernel)
        value = best[_shifted(0, axis, count, s, d)]
        earlier = [step[_shifted(0, axis, count, s, d)] for step in steps]
        largest = final if last else room(("largest", axis), value.shape, x.dtype)
        kind = bool if k <= 2 else np.uint8
        step = np.empty(value.shape, kind) if out is None else out[axis]
        if k != 2:
            step.fill(0)
        for offset in range(1, k):
            place = _shifted(offset, axis, count, s, d)
            other = best[place]
            wins = step if k == 2 else room("wins", value.shape, bool)
            np.greater(other, value, out=wins)
            others = [step_of[place] for step_of in steps]
            if undefined:
                wins |= (other != other) & (value == value)
            if others:
                equal = np.equal(other, value, out=room("equal", value.shape, bool))
                if undefined:
                    equal |= (other != other) & (value != value)
                equal &= _comes_first(others, earlier, room)
                wins |= equal
            if k != 2:
                np.copyto(step, np.uint8(offset), where=wins)
            if offset < k - 1 or not last:  # they will be compared again
                earlier = [np.where(wins, *pair) for pair in zip(others, earlier, strict=True)]
            value = np.maximum(value, other, out=largest)
        if k == 1 and last:
            final[...] = value
            value = final
        winners.append(step)
        steps = [*earlier, step]
        best = value
    return _channels_first(best), tuple(winners)


def collect_from_winners(
    x: Array, *, winners: Winners, window: Numbers, stride: Numbers, dilation: Numbers
) -> Array:
    """What stands in ``x`` (N, C, *size) where the winners stood, (N, C, *positions)."""
    found = _channels_last(x)
    for axis, (step, k, s, d) in enumerate(zip(winners, window, stride, dilation, strict=True), start=1):
        taken = np.zeros(step.shape, x.dtype)
        for offset in range(k):
            np.copyto(taken, found[_shifted(offset, axis, step.shape[axis], s, d)], where=step == offset)
        found = taken
    return _channels_first(found)


def distribute_to_winners(
    g: Array,
    *,
    winners: Winners,
    window: Numbers,
    stride: Numbers,
    dilation: Numbers,
    size: Numbers,
    out: Array | None = None,
    room: Room = anew,
) -> Array:
    """The transpose of :func:`collect_from_winners`: zeros (N, C, *size) with every number of ``g`` added
    where its winner stood. It is written to ``out`` if that is given; ``room`` gives memory for the rest.
    """
    part = _channels_last(g)
    if not part.flags.c_contiguous:
        dense = room("gradient", part.shape, g.dtype)
        dense[...] = part
        part = dense
    for axis in range(len(window), 0, -1):
        step = winners[axis - 1]
        k, s, d = window[axis - 1], stride[axis - 1], dilation[axis - 1]
        count = step.shape[axis]
        shape = (*part.shape[:axis], size[axis - 1], *part.shape[axis + 1 :])
        final = out is not None and axis == 1
        result = _channels_last(out) if final and out is not None else room(("spread", axis), shape, g.dtype)
        if k == s and d == 1:  # every element belongs to one window
            result[(slice(None),) * axis + (slice(count * k, None),)] = 0
            if k == 2:
                mask = room("mask", step.shape, g.dtype)
                mask[...] = step
                late = np.multiply(part, mask, out=result[_shifted(1, axis, count, s, d)])
                np.subtract(part, late, out=result[_shifted(0, axis, count, s, d)])
            else:
                for offset in range(k):
                    np.multiply(part, step == offset, out=result[_shifted(offset, axis, count, s, d)])
        else:
            result.fill(0)
            for offset in range(k):
                result[_shifted(offset, axis, count, s, d)] += part * (step == offset)
        part = result
    return _channels_first(part)


def window_sum(x: Array, *, window: Numbers, stride: Numbers, dilation: Numbers) -> Array:
    """The sum of each window: (N, C, *size) gives (N, C, *positions)."""
    total = _channels_last(x)
    windows = _windows(window, stride, dilation)
    for axis, (count, k, s, _, d) in enumerate(zip(windows.positions(x.shape[2:]), *windows), start=1):
        sums = total[_shifted(0, axis, count, s, d)]
        sums = np.array(sums) if k == 1 else sums + total[_shifted(1, axis, count, s, d)]
        for offset in range(2, k):
            sums += total[_shifted(offset, axis, count, s, d)]
        total = sums
    return _channels_first(total)


def spread_window_sum(
    g: Array, *, window: Numbers, stride: Numbers, dilation: Numbers, size: Numbers
) -> Array:
    """The transpose of :func:`window_sum`: every element receives the sum of its windows' numbers."""
    part = _channels_last(g)
    for axis in range(len(window), 0, -1):
        count = part.shape[axis]
        result = np.zeros((*part.shape[:axis], size[axis - 1], *part.shape[axis + 1 :]), g.dtype)
        for offset in range(window[axis - 1]):
            result[_shifted(offset, axis, count, stride[axis - 1], dilation[axis - 1])] += part
        part = result
    return _channels_first(part)


def _windows(window: Numbers, stride: Numbers, dilation: Numbers) -> Windows:
    return Windows(window, stride, ((0, 0),) * len(window), dilation)


def _channels_last(x: Array) -> Array:
    return x.transpose(_last(x.ndim))


def _last(axes: int) -> tuple[int, ...]:
    return (0, *range(2, axes), 1)


def _channels_first(x: Array) -> Array:
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))


def _shifted(offset: int, axis: int, count: int, stride: int, dilation: int) -> tuple[Any, ...]:
    """What the windows' element number ``offset`` along ``axis`` sees."""
    start = offset * dilation
    return (slice(None),) * axis + (slice(start, start + stride * (count - 1) + 1, stride),)


def _comes_first(ours: list[Array], theirs: list[Array], room: Room) -> Array:
    """Whether one place comes before another in reading order, given its offsets axis by axis."""
    earlier = np.less(ours[-1], theirs[-1], out=room("first", ours[-1].shape, bool))
    for our, their in zip(ours[-2::-1], theirs[-2::-1], strict=True):
        earlier = (our < their) | ((our == their) & earlier)
    return earlier
