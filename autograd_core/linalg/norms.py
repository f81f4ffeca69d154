"""Norms of matrices, and what singular values tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Node, unrecorded
from ..structure import (
    getitem,
    max,
    min,
    reshape,
    sum,
    transpose,
)
from ..structure.operands import (
    as_operand,
    data_of,
    reduced_axes,
    several_axes,
    shape_of,
)
from ..structure.statistics import norm as _entrywise_norm
from .equations import inv
from .factorisations import svdvals
from .matrices import as_matrices


def norm(
    x: Any, ord: float | str | None = None, axis: int | Sequence[int] | None = None, keepdims: bool = False
) -> Any:
    """The length of vectors or matrices, as ``numpy.linalg.norm`` defines it.

    Args:
        x: the input.
        ord: for vectors a number p: (Σ |x|^p)^(1/p), with ``inf`` and ``-inf`` the largest and smallest
            absolute value. For matrices ``"fro"``, 1, -1, ``inf``, ``-inf``, and by singular values: 2 the
            largest, -2 the smallest, ``"nuc"`` their sum. None is the root of the sum of squares.
        axis: one axis holds vectors, a pair of axes matrices; when None, the axes of ``x``.
        keepdims: keep the reduced axes, of length 1.

    The gradient at 0 is 0.

    Raises:
        ShapeError: for a wrong axis, or if ``x`` is neither vector nor matrix.
        DomainError: for an unknown ``ord``.

    >>> norm([[3.0, 0.0], [0.0, 4.0]], "nuc")
    np.float64(7.0)
    """
    x = as_operand(x)
    shape = shape_of(x)
    pair = tuple(range(len(shape))) if axis is None else axis
    if not isinstance(pair, tuple | list) or len(pair) != 2 or ord not in (2, -2, "nuc"):
        return _entrywise_norm(x, ord, axis, keepdims)
    axes = several_axes("norm", pair, len(shape))
    last = (*(i for i in range(len(shape)) if i not in axes), *axes)
    values = svdvals(transpose(x, last))
    result = sum(values, -1) if ord == "nuc" else (max if ord == 2 else min)(values, -1)
    return reshape(result, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else result


def vector_norm(
    x: Any, *, axis: int | Sequence[int] | None = None, keepdims: bool = False, ord: Any = 2
) -> Any:
    """The :func:`norm` of the elements along ``axis``, one or several axes, taken as one vector; of all
    elements when None.

    >>> vector_norm([[3.0], [4.0]])
    np.float64(5.0)
    """
    x = as_operand(x)
    shape = shape_of(x)
    axes = reduced_axes("vector_norm", axis, shape)
    if len(axes) == 1:
        return norm(x, ord, axes[0], keepdims)
    kept = [i for i in range(len(shape)) if i not in axes]
    flat = reshape(transpose(x, (*kept, *axes)), (*(shape[i] for i in kept), -1))
    result = norm(flat, ord, -1)
    return reshape(result, tuple(1 if i in axes else n for i, n in enumerate(shape))) if keepdims else result


def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The :func:`norm` of each matrix in the last two axes.

    Raises:
        ShapeError: if ``x`` is no matrix.
        DomainError: for an unknown ``ord``.
    """
    return norm(as_matrices("matrix_norm", x), ord, (-2, -1), keepdims)


def cond(x: Any, p: float | str | None = None) -> Any:
    """How much a matrix can amplify relative errors: ``‖x‖ ‖x⁻¹‖``, infinite or refused if singular.

    Args:
        x: matrices, ``(..., m, n)``; square ones unless ``p`` is None, 2 or -2.
        p: the order of the :func:`norm`; None is 2.

    Raises:
        ShapeError: if ``x`` is no matrix, or not square where it has to be.
        DomainError: if it is singular and has to be inverted.
    """
    x = as_matrices("cond", x)
    if p in (None, 2, -2):
        values = svdvals(x)
        first, last = getitem(values, (..., 0)), getitem(values, (..., -1))
        with np.errstate(divide="ignore"):
            return last / first if p == -2 else first / last
    return norm(x, p, axis=(-2, -1)) * norm(inv(as_matrices("cond", x, square=True)), p, axis=(-2, -1))


def matrix_rank(a: Any, tol: Any = None) -> Any:
    """How many singular values exceed ``tol``: integers, which have no gradient.

    Args:
        a: matrices, ``(..., m, n)``.
        tol: the largest singular value times ``max(m, n)`` roundings when None.
    """
    rank = np.linalg.matrix_rank(data_of(as_matrices("matrix_rank", a)), tol)
    return unrecorded(np.asarray(rank)) if isinstance(a, Node) else rank
