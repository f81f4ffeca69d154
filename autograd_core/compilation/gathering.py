"""Picking numbers out of an array by their places, and the transpose, which adds them up there.

The places are known when a program is made and never change. That tells apart what has to be moved from what
only has to be looked at: places at equal distances are a *view* of the array, a matrix say that lies in it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..primitive import Linear, arrays
from .scalars import Numbers

__all__ = ["NOWHERE", "Places", "gather", "scatter"]

NOWHERE = -1
"""The place of a number that is not there: it is 0."""


class Places:
    """For each number of a result its place on the first axis of an array.

    Attributes:
        index: the places, of the shape of the result.
        padded: whether some of them are ``NOWHERE``.
        once: whether none of them occurs twice.
        steps: (start, step along each axis), if they lie at equal distances along each; else None.

    >>> Places(np.array([[1, 2], [5, 6]])).steps
    (1, (4, 1))
    >>> Places(np.array([[1, 2], [6, 5]])).steps is None
    True
    """

    def __init__(self, index: Numbers) -> None:
        self.index = index
        self.padded = bool((index == NOWHERE).any())
        self.steps = None if self.padded else _steps(index)
        there = index[index != NOWHERE] if self.padded else index
        self.once = len(np.unique(there)) == there.size

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the result."""
        shape: tuple[int, ...] = self.index.shape
        return shape

    @cached_property
    def _there(self) -> tuple[Numbers, Numbers | slice]:
        """The places that there are, and which numbers of a result they hold."""
        flat = self.index.ravel()
        there = np.flatnonzero(flat != NOWHERE)
        return flat[there], there if self.padded else slice(None)

    def fill(self, whole: Any, g: Any) -> None:
        """Put numbers in their places, of which none occurs twice."""
        index, there = self._there
        whole[index] = g.reshape(-1, *whole.shape[1:])[there]

    def add(self, whole: Any, g: Any) -> None:
        """Add numbers in their places, of which none occurs twice."""
        index, there = self._there
        whole[index] += g.reshape(-1, *whole.shape[1:])[there]

    def view(self, x: Any) -> Any:
        """The picked numbers as a view of ``x``, or None if they cannot be. Further axes of ``x`` follow."""
        if self.steps is None or not x.flags.c_contiguous:
            return None
        start, steps = self.steps
        row = x.strides[0]
        return np.ndarray(
            self.shape + x.shape[1:], x.dtype, x, start * row, tuple(s * row for s in steps) + x.strides[1:]
        )


def _steps(index: Numbers) -> tuple[int, tuple[int, ...]] | None:
    if not index.size:
        return None
    start = int(index.flat[0])
    steps = []
    expected: Any = np.full((1,) * index.ndim, start)
    for axis, length in enumerate(index.shape):
        second = tuple(int(other == axis) for other in range(index.ndim))
        step = int(index[second]) - start if length > 1 else 0
        along = [1] * index.ndim
        along[axis] = length
        expected = expected + step * np.arange(length).reshape(along)
        steps.append(step)
    return (start, tuple(steps)) if np.array_equal(expected, index) else None


def _gather(x: Any, *, places: Places) -> Any:
    view = places.view(x)
    if view is not None:
        return view
    if places.padded:
        x = np.concatenate([x, np.zeros((1, *x.shape[1:]), x.dtype)])  # NOWHERE, -1, is the last place of all
    return x.take(places.index, axis=0)


def _scatter(g: Any, *, places: Places, size: int) -> Any:
    behind = g.shape[places.index.ndim :]
    if places.once:
        whole = np.zeros((size, *behind), g.dtype)
        view = places.view(whole)
        if view is not None:
            view[...] = g
        else:
            places.fill(whole, g)
        return whole
    whole = arrays.put(g, index=places.index, shape=(size + places.padded, *behind))
    return whole[:size]


gather = Linear(
    "gather",
    "take",
    forward=_gather,
    transpose=lambda m, g, x, *, places: m.scatter(g, places=places, size=x.shape[0]),
)
"""``gather(x, places=p)``: the numbers of ``x`` at these places of its first axis; 0 from nowhere."""

scatter = Linear(
    "scatter",
    "put",
    forward=_scatter,
    transpose=lambda m, c, g, *, places, size: m.gather(c, places=places),
)
"""``scatter(g, places=p, size=n)``: zeros with ``g`` added at these places, the transpose of ``gather``."""
