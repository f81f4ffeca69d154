"""Products of stacks of vectors and matrices, in which the axes before the last ones are batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from .operands import as_operand, one_axis, shape_of
from .products import einsum, matmul
from .shaping import expand_dims, moveaxis, squeeze

__all__ = ["matvec", "vecdot", "vecmat"]


def vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    """The inner products of the vectors along ``axis``; the other axes broadcast.

    Raises:
        ShapeError: if the vectors differ in length, or the batches do not broadcast.

    >>> vecdot([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    array([3., 7.])
    """
    a, b = as_operand(a), as_operand(b)
    left, right = shape_of(a), shape_of(b)
    if not left or not right:
        raise ShapeError(f"vecdot(): takes vectors, got shapes {left} and {right}")
    a = moveaxis(a, one_axis("vecdot", axis, len(left)), -1)
    b = moveaxis(b, one_axis("vecdot", axis, len(right)), -1)
    _check("vecdot", shape_of(a)[-1], shape_of(b)[-1], shape_of(a)[:-1], shape_of(b)[:-1], left, right)
    return einsum("...i,...i->...", a, b)


def matvec(a: Any, b: Any) -> Any:
    """Matrices times columns: ``(..., m, n)`` and ``(..., n)`` give ``(..., m)``.

    Raises:
        ShapeError: if the lengths differ, or the batches do not broadcast.

    >>> matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0])
    array([3., 7.])
    """
    a, b = as_operand(a), as_operand(b)
    left, right = shape_of(a), shape_of(b)
    if len(left) < 2 or not right:
        raise ShapeError(f"matvec(): takes matrices and vectors, got shapes {left} and {right}")
    _check("matvec", left[-1], right[-1], left[:-2], right[:-1], left, right)
    return squeeze(matmul(a, expand_dims(b, -1)), -1)


def vecmat(a: Any, b: Any) -> Any:
    """Rows times matrices: ``(..., n)`` and ``(..., n, m)`` give ``(..., m)``.

    Raises:
        ShapeError: if the lengths differ, or the batches do not broadcast.
    """
    a, b = as_operand(a), as_operand(b)
    left, right = shape_of(a), shape_of(b)
    if len(right) < 2 or not left:
        raise ShapeError(f"vecmat(): takes vectors and matrices, got shapes {left} and {right}")
    _check("vecmat", left[-1], right[-2], left[:-1], right[:-2], left, right)
    return squeeze(matmul(expand_dims(a, -2), b), -2)


def _check(operation: str, n: int, k: int, batch: Any, other: Any, left: Any, right: Any) -> None:
    try:
        np.broadcast_shapes(batch, other)
    except ValueError:
        n = -1
    if n != k:
        raise ShapeError(f"{operation}(): shapes {left} and {right} cannot be multiplied")
