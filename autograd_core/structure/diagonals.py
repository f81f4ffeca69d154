"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import where
from ..errors import ShapeError
from .indexing import getitem, put
from .operands import several_axes, shaped
from .reductions import sum
from .shaping import moveaxis, ravel

__all__ = ["diag", "diagflat", "diagonal", "trace", "tril", "triu"]


def _places(rows: int, columns: int, offset: int) -> tuple[Any, Any]:
    """Row and column of each element of a diagonal; ``offset`` counts upwards from the main one."""
    length = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    steps = np.arange(length)
    return steps + max(-offset, 0), steps + max(offset, 0)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonals of the matrices that lie in two axes, as the last axis of the result.

    Args:
        x: the input.
        offset: 0 for the main diagonal, positive above it, negative below.
        axis1: the axis of the rows.
        axis2: the axis of the columns.

    Raises:
        ShapeError: for a wrong axis.

    >>> diagonal([[1.0, 2.0], [3.0, 4.0]])
    array([1., 4.])
    """
    x, shape = shaped(x)
    pair = several_axes("diagonal", (axis1, axis2), len(shape))
    return getitem(moveaxis(x, pair, (-2, -1)), (..., *_places(shape[pair[0]], shape[pair[1]], offset)))


def diag(x: Any, k: int = 0) -> Any:
    """The ``k``-th diagonal of a matrix; of a row of numbers, the matrix that has it there
    and zeros elsewhere.

    Raises:
        ShapeError: if ``x`` is neither.

    >>> diag([1.0, 2.0])
    array([[1., 0.],
           [0., 2.]])
    """
    x, shape = shaped(x)
    if len(shape) == 2:
        return diagonal(x, k)
    if len(shape) != 1:
        raise ShapeError(f"diag(): needs a row of numbers or a matrix, got shape {shape}")
    size = shape[0] + abs(k)
    return put(x, index=_places(size, size, k), shape=(size, size))


def diagflat(x: Any, k: int = 0) -> Any:
    """The matrix with all elements of ``x`` on its ``k``-th diagonal and zeros elsewhere.

    >>> diagflat([[1.0], [2.0]])
    array([[1., 0.],
           [0., 2.]])
    """
    return diag(ravel(x), k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, *, dtype: DTypeLike | None = None) -> Any:
    """The sum of a diagonal, computed in ``dtype``; the other arguments are those of :func:`diagonal`.

    Raises:
        ShapeError: for a wrong axis.

    >>> trace([[1.0, 2.0], [3.0, 4.0]])
    np.float64(5.0)
    """
    return sum(diagonal(x, offset, axis1, axis2), -1, dtype=dtype)


def _masked(operation: str, x: Any, k: int, lower: bool) -> Any:
    x, shape = shaped(x)
    if len(shape) < 2:
        raise ShapeError(f"{operation}(): needs matrices, got shape {shape}")
    below = np.tri(shape[-2], shape[-1], k=k if lower else k - 1, dtype=bool)
    return where(below if lower else ~below, x, 0)


def tril(x: Any, k: int = 0) -> Any:
    """The lower triangle of every matrix: zeros above the ``k``-th diagonal.

    Raises:
        ShapeError: if there are fewer than two axes.

    >>> tril([[1.0, 2.0], [3.0, 4.0]])
    array([[1., 0.],
           [3., 4.]])
    """
    return _masked("tril", x, k, lower=True)


def triu(x: Any, k: int = 0) -> Any:
    """The upper triangle of every matrix: zeros below the ``k``-th diagonal.

    Raises:
        ShapeError: if there are fewer than two axes.

    >>> triu([[1.0, 2.0], [3.0, 4.0]], k=1)
    array([[0., 2.],
           [0., 0.]])
    """
    return _masked("triu", x, k, lower=False)
