"""Pooling on arrays: the largest number of each window, the sum of each window, and their transposes.

Windows are compared by maxima of whole shifted images, channels last in memory, one axis after the
other: a window of 3 x 3 costs four comparisons for each result, not eight. Of equal numbers the first
in reading order wins. Comparing height first keeps memory contiguous, so the row that won is
remembered, and the width's comparison lets the earlier row win a tie.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Winners", "spread_window_sums", "window_sums"]

Array = np.ndarray[Any, np.dtype[Any]]
Numbers = tuple[int, ...]


def _shifted(offset: int, axis: int, count: int, stride: int, dilation: int) -> tuple[Any, ...]:
    """What the windows' element number ``offset`` along ``axis`` sees."""
    start = offset * dilation
    return (slice(None),) * axis + (slice(start, start + stride * (count - 1) + 1, stride),)


def _counts(size: Numbers, window: Numbers, stride: Numbers, dilation: Numbers) -> Numbers:
    return tuple(
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(size, window, stride, dilation, strict=True)
    )


class Winners:
    """The largest number of each window, and which it was.

    The images have shape (N, C, *size); margins belong to them already. ``find`` gives the maxima;
    after it ``collect`` takes from other images what stands at the winners' places, and ``distribute``,
    its transpose, brings numbers back there.
    """

    def __init__(self, window: Numbers, stride: Numbers, dilation: Numbers) -> None:
        self.window, self.stride, self.dilation = window, stride, dilation
        self._steps: list[Array] = []  # for each axis which of its offsets won, in the order of the axes

    def find(self, x: Array) -> Array:
        """The maxima, (N, C, *positions). NaN wins over everything."""
        best = self._find(x, undefined=False)
        return self._find(x, undefined=True) if np.isnan(best).any() else best

    def _find(self, x: Array, undefined: bool) -> Array:
        """The maxima; only with ``undefined`` are the winners right where there are NaNs."""
        self.size = x.shape[2:]
        self._steps = []
        counts = _counts(self.size, self.window, self.stride, self.dilation)
        best = np.moveaxis(x, 1, -1)
        steps: list[Array] = []
        for axis, (k, s, d, count) in enumerate(
            zip(self.window, self.stride, self.dilation, counts, strict=True), start=1
        ):
            first = _shifted(0, axis, count, s, d)
            value = best[first]
            earlier = [step[first] for step in steps]
            step = None
            for offset in range(1, k):
                place = _shifted(offset, axis, count, s, d)
                other = best[place]
                wins = other > value
                others = [step_of[place] for step_of in steps]
                equal = other == value
                if undefined:
                    wins |= (other != other) & (value == value)
                    equal |= (other != other) & (value != value)
                if others:
                    wins |= equal & _comes_first(others, earlier)
                value = np.maximum(value, other)
                if step is None and k == 2:
                    step = wins
                else:
                    step = np.zeros(wins.shape, np.uint8) if step is None else step
                    np.copyto(step, np.uint8(offset), where=wins)
                if offset < k - 1 or axis < len(self.window):  # they will be compared again
                    earlier = [np.where(wins, *pair) for pair in zip(others, earlier, strict=True)]
            if k == 1:
                step = np.zeros(value.shape, bool)
            assert step is not None
            self._steps.append(step)
            steps = [*earlier, step]
            best = value
        return np.moveaxis(np.array(best) if best.base is not None else best, -1, 1)

    def collect(self, x: Array) -> Array:
        """What stands in ``x`` where the winners stood, (N, C, *positions)."""
        found = np.moveaxis(x, 1, -1)
        for axis, step in enumerate(self._steps, start=1):
            s, d = self.stride[axis - 1], self.dilation[axis - 1]
            taken = np.zeros(step.shape, x.dtype)
            for offset in range(self.window[axis - 1]):
                place = _shifted(offset, axis, step.shape[axis], s, d)
                np.copyto(taken, found[place], where=step == offset)
            found = taken
        return np.moveaxis(found, -1, 1)

    def distribute(self, g: Array) -> Array:
        """Zeros (N, C, *size) with every number of ``g`` added where its winner stood."""
        paid = np.ascontiguousarray(np.moveaxis(g, 1, -1))
        for axis in range(len(self.window), 0, -1):
            step = self._steps[axis - 1]
            k, s, d = self.window[axis - 1], self.stride[axis - 1], self.dilation[axis - 1]
            count, length = step.shape[axis], self.size[axis - 1]
            shape = (*paid.shape[:axis], length, *paid.shape[axis + 1 :])
            if k == s and d == 1:  # every element belongs to one window
                result = np.empty(shape, g.dtype)
                result[(slice(None),) * axis + (slice(count * k, None),)] = 0
                if k == 2:
                    mask = step.astype(g.dtype)
                    late = np.multiply(paid, mask, out=result[_shifted(1, axis, count, s, d)])
                    np.subtract(paid, late, out=result[_shifted(0, axis, count, s, d)])
                else:
                    for offset in range(k):
                        np.multiply(paid, step == offset, out=result[_shifted(offset, axis, count, s, d)])
            else:
                result = np.zeros(shape, g.dtype)
                for offset in range(k):
                    result[_shifted(offset, axis, count, s, d)] += paid * (step == offset)
            paid = result
        return np.moveaxis(paid, -1, 1)


def _comes_first(ours: list[Array], theirs: list[Array]) -> Array:
    """Whether one place comes before another in reading order, given its offsets axis by axis."""
    earlier = np.less(ours[-1], theirs[-1])
    for our, their in zip(ours[-2::-1], theirs[-2::-1], strict=True):
        earlier = (our < their) | ((our == their) & earlier)
    return earlier


def window_sums(x: Array, *, window: Numbers, stride: Numbers, dilation: Numbers) -> Array:
    """The sum of each window: (N, C, *size) gives (N, C, *positions)."""
    total = np.moveaxis(x, 1, -1)
    counts = _counts(x.shape[2:], window, stride, dilation)
    for axis, (k, s, d, count) in enumerate(zip(window, stride, dilation, counts, strict=True), start=1):
        sums = total[_shifted(0, axis, count, s, d)]
        sums = np.array(sums) if k == 1 else sums + total[_shifted(1, axis, count, s, d)]
        for offset in range(2, k):
            sums += total[_shifted(offset, axis, count, s, d)]
        total = sums
    return np.moveaxis(total, -1, 1)


def spread_window_sums(
    g: Array, *, window: Numbers, stride: Numbers, dilation: Numbers, size: Numbers
) -> Array:
    """The transpose of :func:`window_sums`: every element receives the sum of its windows' numbers."""
    paid = np.moveaxis(g, 1, -1)
    for axis in range(len(window), 0, -1):
        count = paid.shape[axis]
        result = np.zeros((*paid.shape[:axis], size[axis - 1], *paid.shape[axis + 1 :]), g.dtype)
        for offset in range(window[axis - 1]):
            result[_shifted(offset, axis, count, stride[axis - 1], dilation[axis - 1])] += paid
        paid = result
    return np.moveaxis(paid, -1, 1)
