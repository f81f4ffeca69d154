"""Statistics of channels: how an array lies in memory, seen from the axes that are reduced.

Whatever the number of axes, in the order of memory there is mostly a block of reduced axes, one of kept
axes and one of reduced axes again: (outer, kept, inner). Rows have no outer block; channels that stand
last in memory, as a convolution leaves them, have no inner one.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from .reductions import ones

__all__ = ["Layout", "layout_of"]

Array = np.ndarray[Any, np.dtype[Any]]

_ROW = 2048
_LONGEST = 65_536  # what is added up in one row of single precision


class Layout(NamedTuple):
    """Arrays of one shape and order in memory, as (outer, kept, inner); without an inner block as long rows,
    in which the kept axes are repeated.

    ``statistics`` is the shape of what is kept, ``row`` how long the rows of a view are, and ``numbers`` how
    many numbers a statistic is made of.
    """

    order: tuple[int, ...]
    outer: int
    kept: int
    inner: int
    repeats: int
    strides: tuple[int, ...]
    statistics: tuple[int, ...]
    row: int
    numbers: int

    def view(self, x: Array) -> Array:
        """``x`` in this form, without copying."""
        if self.inner == 1:
            return x.transpose(self.order).reshape(-1, self.repeats * self.kept)
        blocks = (self.kept, self.inner) if self.outer == 1 else (self.outer, self.kept, self.inner)
        return x.transpose(self.order).reshape(blocks)

    def alike(self, x: Array) -> Array:
        """``x``, in the order of this layout."""
        if x.strides == self.strides:
            return x
        moved = np.empty([x.shape[i] for i in self.order], x.dtype).transpose(np.argsort(self.order))
        moved[...] = x
        return moved

    def spread(self, statistic: Array) -> Array:
        """One number for each place on the kept axes, as it stands beside a view."""
        if self.inner == 1:
            return np.tile(statistic, self.repeats)
        return statistic[:, None]

    def mean(self, view: Array) -> Array:
        """The mean over the reduced axes, one for each place on the others."""
        if self.inner == 1:
            return self._averaged(ones(len(view), view.dtype) @ view)
        return self._averaged(view.reshape(-1, self.inner) @ ones(self.inner, view.dtype))

    def mean_of_products(self, a: Array, b: Array) -> Array:
        """The mean of ``a b`` over the reduced axes."""
        return self.mean(a * b) if self.inner == 1 else self._averaged(np.vecdot(a, b))

    def _averaged(self, total: Array) -> Array:
        """The sum of few sums, in double precision, divided by the number of their parts."""
        rows = total.reshape(-1, self.kept)
        if len(rows) == 1:
            mean: Array = rows[0]
            mean /= self.numbers
            return mean
        summed: Array = np.add.reduce(rows, axis=0, dtype=np.float64)
        summed /= self.numbers
        return summed.astype(total.dtype)


def layout_of(x: Array, axis: tuple[int, ...]) -> Layout | None:
    """The layout of ``x`` when ``axis`` is reduced, None if it is no such one."""
    if x.dtype.kind != "f" or x.itemsize < 4:
        return None
    return _layout(x.shape, x.strides, x.itemsize, axis)


@lru_cache(maxsize=256)
def _layout(
    shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int, axis: tuple[int, ...]
) -> Layout | None:
    order = tuple(sorted(range(len(shape)), key=lambda i: -strides[i]))
    step = itemsize
    for i in reversed(order):
        if shape[i] != 1 and strides[i] != step:
            return None  # there are gaps
        step *= shape[i]
    kept = [i for i in order if i not in axis]
    if 0 in shape or kept != sorted(kept):
        return None
    blocks = [
        (reduced, math.prod(shape[i] for i in block))
        for reduced, block in groupby([i for i in order if shape[i] > 1], lambda i: i in axis)
    ]
    if len(blocks) > 3 or not blocks or (len(blocks) == 3 and not blocks[0][0]):
        return None
    outer = blocks[0][1] if blocks[0][0] and len(blocks) > 1 else 1
    inner = blocks[-1][1] if blocks[-1][0] else 1
    channels = math.prod(shape[i] for i in kept)
    if inner > _LONGEST or outer * inner == 1:
        return None
    repeats = max(1, min(_ROW // channels, outer)) if inner == 1 else 1
    while outer % repeats:
        repeats -= 1
    statistics = tuple(1 if i in axis else n for i, n in enumerate(shape))
    row = inner if inner > 1 else repeats * channels
    return Layout(order, outer, channels, inner, repeats, strides, statistics, row, outer * inner)
