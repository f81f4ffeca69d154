"""Norms of matrices, and what singular values tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus import abs, power, sign, where
from ..errors import DomainError, ShapeError
from ..graph import Node, unrecorded
from ..primitive import General, Namespace
from ..spelling import spelled
from ..structure import getitem, max, min, reshape, sum, transpose
from ..structure.operands import (
    as_operand,
    constant,
    data_of,
    reduced_axes,
    several_axes,
    shape_and_name,
    shape_of,
    shaped,
    with_ones,
)
from ..structure.reductions import restored
from ..structure.statistics import euclidean_norm
from .equations import inv
from .matrices import as_matrices, converging
from .singular_values import svdvals

__all__ = ["cond", "matrix_norm", "matrix_rank", "norm", "vector_norm"]


@spelled
def norm(
    x: Any, ord: float | str | None = None, axis: int | Sequence[int] | None = None, keepdims: bool = False
) -> Any:
    """The length of vectors or matrices, as ``numpy.linalg.norm`` defines it.

    Args:
        x: the input.
        ord: for vectors a number p: (Σ |x|^p)^(1/p); ``inf`` the largest and ``-inf`` the smallest
            absolute value, 0 the number of elements that are not 0. For matrices ``"fro"``, the root
            of the sum of squares; 1 and ``inf`` (-1 and ``-inf``), the largest (smallest) sum of
            absolute values over a column and over a row; by singular values 2 the largest, -2 the
            smallest, ``"nuc"`` their sum. None is the root of the sum of squares.
            A node is recorded for vectors.
        axis: one axis holds vectors, a pair of axes matrices. When None, ``x`` is one vector or one
            matrix by its number of axes; without ``ord`` it is one vector whatever its shape.
        keepdims: keep the reduced axes, of length 1.

    The norm of no elements is 0. The gradient at 0 is 0; with an ``ord`` below 1, so is that of every
    element that is 0.

    Raises:
        ShapeError: for a wrong axis, or if ``x`` is neither vector nor matrix.
        DomainError: for an unknown ``ord``, or one that has no derivative where one is asked for.
        GraphError: if a gradient with respect to the ``ord`` of matrices is asked for.

    >>> norm([3.0, 4.0]), norm([3.0, -4.0], 1), norm([3.0, -4.0], float("inf"))
    (np.float64(5.0), np.float64(7.0), np.float64(4.0))
    >>> norm([[3.0, 0.0], [0.0, 4.0]], "nuc")
    np.float64(7.0)
    """
    x, shape = shaped(x)
    if axis is None and ord is not None and len(shape) not in (1, 2):
        raise ShapeError(f"norm(): ord={ord!r} needs a vector or a matrix, got shape {shape}; name the axis")
    axes = reduced_axes("norm", axis, shape)
    keepdims = bool(keepdims)
    if isinstance(ord, Node):
        if len(axes) == 1 and ord.requires_grad and not ord.shape:
            return _norm_by_order(x, as_operand(ord), axes, keepdims)
        ord = constant("norm", "ord", ord).item()
    if ord is None or (len(axes) == 2 and ord == "fro") or (len(axes) == 1 and ord == 2):
        return euclidean_norm(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1 and isinstance(ord, int | float):
        return _norm_of_vectors(x, float(ord), axes, keepdims)
    if len(axes) not in (1, 2):
        raise ShapeError(f"norm(): axis is one axis (vectors) or a pair (matrices), got {axis!r}")
    if len(axes) == 2 and ord in _OF_MATRICES:
        rows, columns = several_axes("norm", axis if isinstance(axis, tuple | list) else axes, len(shape))
        if ord in (2, -2, "nuc"):
            result = _norm_by_singular_values(x, ord, rows, columns)
        else:
            within, over = (rows, columns) if ord in (1, -1) else (columns, rows)
            totals = sum(abs(x), within, keepdims=True)
            result = (_largest if ord in (1, np.inf) else min)(totals, over, keepdims=True)
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)
        return reshape(result, kept)
    known = "'fro', 'nuc', 1, -1, 2, -2, inf or -inf" if len(axes) == 2 else "a number"
    raise DomainError(f"norm(): ord for {('vectors', 'matrices')[len(axes) - 1]} is {known}; got {ord!r}")


_OF_MATRICES = (1, -1, 2, -2, np.inf, -np.inf, "nuc")


def _norm_by_order(x: Any, p: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """(Σ |x|^p)^(1/p) with a derivative by p as well; elements that are 0 have none."""
    if not np.isfinite(data_of(p)) or not data_of(p):
        raise DomainError(f"norm(): there is no derivative with respect to an ord of {data_of(p)}")
    zero = data_of(x) == 0
    if data_of(p) < 0 and zero.any():
        raise DomainError(f"norm(): with the ord {data_of(p)} an element of 0 has no derivative")
    powers = where(zero, 0.0, power(where(zero, 1.0, abs(x)), p))
    total = sum(powers, axes, keepdims)
    origin = data_of(total) == 0
    return where(origin, 0.0, power(where(origin, 1.0, total), 1 / p))


def _norm_of_vectors(x: Any, p: float, axes: tuple[int, ...], keepdims: bool) -> Any:
    if p in (np.inf, -np.inf):
        return (_largest if p > 0 else min)(abs(x), axes, keepdims)
    if p == 0:
        return sum(abs(sign(x)), axes, keepdims)
    if p == 1:
        return sum(abs(x), axes, keepdims)
    return _p_norm(x, p=p, axis=axes, keepdims=keepdims)


def _p_length(x: Any, *, p: float, axis: tuple[int, ...], keepdims: bool) -> Any:
    with np.errstate(divide="ignore"):  # with a negative order an element of 0 makes the norm 0
        return np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)


def _p_direction(m: Namespace, y: Any, x: Any, p: float, axis: tuple[int, ...]) -> Any:
    """sign(x) (|x| / ‖x‖)^(p-1), the slope of the norm; 0 at the origin, and along an element that is 0
    where the norm has a cusp there (p < 1).
    """
    length = restored(m, y, x.shape, axis)
    origin = data_of(length) == 0
    x = m.where(origin, 0.0, x)
    ratios = m.divide(m.abs(x), m.where(origin, 1.0, length))
    if p > 1:
        return m.sign(x) * m.power(ratios, p - 1)
    cusp = data_of(x) == 0
    return m.where(cusp, 0.0, m.sign(x) * m.power(m.where(cusp, 1.0, ratios), p - 1))


_p_norm = General(
    "p_norm",
    "‖x‖ₚ",
    forward=_p_length,
    pullback=lambda m, g, y, x, *, index, p, axis, keepdims: (
        restored(m, g, x.shape, axis) * _p_direction(m, y, x, p, axis)
    ),
    pushforward=lambda m, t, y, x, *, index, p, axis, keepdims: m.sum(
        t * _p_direction(m, y, x, p, axis), axis=axis, keepdims=keepdims
    ),
)
_p_norm.floating = True


def _norm_by_singular_values(x: Any, ord: float | str, rows: int, columns: int) -> Any:
    batch = (i for i in range(len(shape_of(x))) if i not in (rows, columns))
    values = svdvals(transpose(x, (*batch, rows, columns)))
    return sum(values, -1) if ord == "nuc" else (_largest if ord == 2 else min)(values, -1)


def _largest(x: Any, axis: Any, keepdims: bool = False) -> Any:
    """The largest absolute value, which is 0 where there is none."""
    return max(x, axis, keepdims) if np.size(data_of(x)) else max(x, axis, keepdims, initial=0.0)


@spelled
def vector_norm(
    x: Any, *, axis: int | Sequence[int] | None = None, keepdims: bool = False, ord: Any = 2
) -> Any:
    """The :func:`norm` of the elements along ``axis``, one or several axes, as one vector; of all
    elements when None.

    Raises:
        ShapeError: for a wrong axis.
        DomainError: for an unknown ``ord``.

    >>> vector_norm([[3.0], [4.0]])
    np.float64(5.0)
    """
    x, shape = shaped(x)
    axes = reduced_axes("vector_norm", axis, shape)
    if len(axes) == 1:
        return norm(x, ord, axes[0], keepdims)
    kept = [i for i in range(len(shape)) if i not in axes]
    flat = reshape(transpose(x, (*kept, *axes)), (*(shape[i] for i in kept), -1))
    result = norm(flat, ord, -1)
    return reshape(result, with_ones(shape, axes)) if keepdims else result


@spelled
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The :func:`norm` of each matrix in the last two axes.

    Raises:
        ShapeError: if ``x`` is no matrix.
        DomainError: for an unknown ``ord``.

    >>> matrix_norm([[3.0, 0.0], [0.0, 4.0]])
    np.float64(5.0)
    """
    return norm(as_matrices("matrix_norm", x), ord, (-2, -1), keepdims)


def cond(x: Any, p: float | str | None = None) -> Any:
    """How much a matrix can amplify relative errors: ``‖x‖ ‖x⁻¹‖``, infinite where it is singular.

    Args:
        x: matrices, ``(..., m, n)``; square ones unless ``p`` is None, 2 or -2.
        p: the order of the :func:`norm`; None is 2.

    Raises:
        ShapeError: if ``x`` is no matrix, is empty, or not square where it has to be.
        GraphError: if a gradient with respect to ``p`` is asked for.

    >>> cond([[2.0, 0.0], [0.0, 0.5]]), cond([[1.0, 1.0], [1.0, 1.0]], 1)
    (np.float64(4.0), np.float64(inf))
    """
    p = constant("cond", "p", p)
    x = as_matrices("cond", x, square=p not in (None, 2, -2))
    if not np.size(data_of(x)):
        raise ShapeError(f"cond() of no elements: the input has shape {shape_and_name(x)}")
    if p in (None, 2, -2):
        values = svdvals(x)
        first, last = getitem(values, (..., 0)), getitem(values, (..., -1))
        zero = data_of(first) == 0
        with np.errstate(divide="ignore"):
            ratio = last / where(zero, 1.0, first) if p == -2 else first / where(zero, 1.0, last)
        return ratio + np.where(zero, np.inf, 0.0).astype(data_of(x).dtype) if np.any(zero) else ratio
    with np.errstate(invalid="ignore"):  # NaN stays NaN
        singular = np.asarray(np.linalg.slogdet(data_of(x)).sign == 0)
    if singular.any():
        x = where(singular[..., None, None], np.eye(shape_of(x)[-1], dtype=data_of(x).dtype), x)
    product = norm(x, p, axis=(-2, -1)) * norm(inv(x), p, axis=(-2, -1))
    return product + np.where(singular, np.inf, 0.0).astype(data_of(x).dtype) if singular.any() else product


def matrix_rank(a: Any, tol: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Any:
    """How many singular values exceed ``tol``: integers, which have no gradient.

    Args:
        a: matrices, ``(..., m, n)``; a vector has the rank 1 unless it is 0.
        tol: the largest singular value times ``rtol`` when None.
        hermitian: whether the matrices are symmetric, which takes less time.
        rtol: ``max(m, n)`` times the machine epsilon when None.

    Raises:
        DomainError: if ``tol`` and ``rtol`` are both given, or for NaN and infinities.
        GraphError: if a gradient with respect to one of them is asked for.

    >>> matrix_rank([[1.0, 2.0], [2.0, 4.0]])
    np.int64(1)
    """
    if tol is not None and rtol is not None:
        raise DomainError("matrix_rank(): tol and rtol say the same, in two ways: give one of them")
    tol, rtol = constant("matrix_rank", "tol", tol), constant("matrix_rank", "rtol", rtol)
    values = data_of(shaped(a)[0])
    if values.ndim < 2:
        rank = np.asarray(int(np.any(values)))
    elif 0 in values.shape[-2:]:  # older versions of NumPy miss a largest one
        rank = np.zeros(values.shape[:-2], np.int64)
    else:
        as_matrices("matrix_rank", a)
        with converging("matrix_rank", values):
            rank = np.asarray(np.linalg.matrix_rank(values, tol, hermitian, rtol=rtol))
    return unrecorded(rank) if isinstance(a, Node) else rank[()]
