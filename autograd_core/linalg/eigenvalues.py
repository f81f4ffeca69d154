"""Eigenvalues and eigenvectors, of symmetric matrices and of all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import DomainError, NumericalError
from ..primitive import Namespace
from ..structure import getitem
from ..structure.operands import data_of
from .matrices import (
    as_matrices,
    below,
    check_symmetric,
    converging,
    diagonal_row,
    general,
    rows_of,
    symmetric_part,
    unit,
)

__all__ = ["EigResult", "EighResult", "eig", "eigh", "eigvals", "eigvalsh"]


class EighResult(NamedTuple):
    """``A = V diag(w) Vᵀ``: eigenvalues in ascending order, orthonormal columns."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """``A V = V diag(w)``: eigenvalues, and eigenvectors of length 1 as columns."""

    eigenvalues: Any
    eigenvectors: Any


def inverse_gaps(m: Namespace, operation: str, values: Any, needed: bool, missing: float, size: Any) -> Any:
    """F_ij = 1 / (w_j - w_i), and ``missing`` where two values coincide: there the vectors that belong
    to them can be rotated freely and have no derivative.

    Raises:
        DomainError: if a derivative is ``needed`` where two values coincide.
    """
    gaps = values - values.mT
    n = values.shape[-1]
    rounding = n * np.finfo(values.dtype).eps
    close = np.abs(data_of(gaps)) <= rounding * np.abs(size).max(axis=(-2, -1), keepdims=True, initial=0.0)
    diagonal = np.eye(n, dtype=bool)
    coincide = close & ~diagonal
    if needed and coincide.any():
        index = np.argwhere(coincide)[0]
        value = float(np.broadcast_to(size, coincide.shape)[tuple(index)])
        raise DomainError(
            f"{operation}: the values at positions {int(index[-2])} and {int(index[-1])} coincide "
            f"({value:g}), so the vectors that belong to them have no derivative"
        )
    inverse = m.where(close, 0.0, m.divide(1.0, m.where(close, 1.0, gaps)))
    return m.where(coincide, missing, inverse) if coincide.any() else inverse


def _eigh_forward(a: Any) -> Any:
    symmetric = symmetric_part(a)
    with converging("eigh", symmetric):
        values, vectors = np.linalg.eigh(symmetric)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _rows_of_eigen(m: Namespace, y: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors of the rows [w; V]."""
    return rows_of(m, y, 0, 1), rows_of(m, y, 1, y.shape[-1] + 1)


def _eigh_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int) -> Any:
    """Ā = V (diag(w̄) + F ∘ (Vᵀ V̄)) Vᵀ, symmetrised  (Giles 2008, 3.1)"""
    values, vectors = _rows_of_eigen(m, y)
    of_values, of_vectors = _rows_of_eigen(m, g)
    needed = bool(np.any(data_of(of_vectors)))
    factor = inverse_gaps(m, "eigh", values, needed, 0.0, data_of(values))
    inner = of_values * unit(a) + factor * (vectors.mT @ of_vectors)
    return symmetric_part(vectors @ inner @ vectors.mT)


def _eigh_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With P = Vᵀ dA V: dw = diag(P) and dV = V (F ∘ P); NaN where eigenvalues coincide."""
    values, vectors = _rows_of_eigen(m, y)
    inner = vectors.mT @ symmetric_part(t) @ vectors
    factor = inverse_gaps(m, "eigh", values, False, np.nan, data_of(values))
    return below(m, diagonal_row(m, inner), vectors @ (factor * inner))


_eigh = general("eigh", "eigh", _eigh_forward, _eigh_pullback, _eigh_pushforward)


def eigh(a: Any, UPLO: str = "L") -> EighResult:  # noqa: N803
    """Eigenvalues, in ascending order, and eigenvectors of symmetric matrices ``(..., n, n)``.

    Computed from the symmetric part of ``a``, so the gradient is a symmetric matrix, which gives each
    of ``a[i, j]`` and ``a[j, i]`` its half. The eigenvectors are the columns of ``(..., n, n)``. They are
    known up to their signs: only what does not depend on the signs has a meaningful gradient.

    Args:
        a: the matrices.
        UPLO: NumPy's word for the triangle to read, "L" or "U"; both are the same.

    Raises:
        ShapeError: if the matrices are not square.
        DomainError: if a matrix is not symmetric, or for another triangle; in the backward pass, if the
            gradient of eigenvectors is asked for whose eigenvalues coincide (forward mode gives NaN).

    Source: Giles (2008), section 3.1.

    >>> values, vectors = eigh([[2.0, 0.0], [0.0, 1.0]])
    >>> values
    array([1., 2.])
    """
    return EighResult(*_values_and_vectors(_eigh(_symmetric("eigh", a, UPLO))))


def _symmetric(operation: str, a: Any, triangle: str) -> Any:
    if str(triangle).upper() not in ("L", "U"):
        raise DomainError(f"{operation}(): UPLO is 'L' or 'U', got {triangle!r}")
    a = as_matrices(operation, a, square=True)
    check_symmetric(operation, a)
    return a


def _values_and_vectors(packed: Any) -> tuple[Any, Any]:
    return getitem(packed, (..., 0, slice(None))), getitem(packed, (..., slice(1, None), slice(None)))


def eigvalsh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    """The eigenvalues of symmetric matrices ``(..., n, n)``, in ascending order.

    Where eigenvalues coincide, the gradient is that of one choice of eigenvectors.

    Args:
        a: the matrices.
        UPLO: NumPy's word for the triangle to read, "L" or "U"; both are the same.

    Raises:
        ShapeError: if the matrices are not square.
        DomainError: if a matrix is not symmetric, or for another triangle.

    >>> eigvalsh([[2.0, 1.0], [1.0, 2.0]]).round(12)
    array([1., 3.])
    """
    return getitem(_eigh(_symmetric("eigvalsh", a, UPLO)), (..., 0, slice(None)))


def _eig_forward(a: Any) -> Any:
    with converging("eig", a):
        values, vectors = np.linalg.eig(a)
    turning = values[np.imag(values) != 0]
    if turning.size:
        first = turning[0]
        raise NumericalError(
            f"eig: a matrix of shape {a.shape} has complex eigenvalues ({first:g} is one), which a graph of "
            "real numbers cannot hold; symmetric matrices have real ones, by eigh"
        )
    # some versions of NumPy give complex numbers always
    return np.concatenate([np.real(values)[..., None, :], np.real(vectors)], axis=-2)


def _eig_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int) -> Any:
    """Ā = V⁻ᵀ (diag(w̄) + F ∘ (Vᵀ (V̄ - V diag(Vᵀ V̄)))) Vᵀ  (Giles 2008, 3.1, with vectors kept at length 1)"""
    values, vectors = _rows_of_eigen(m, y)
    of_values, of_vectors = _rows_of_eigen(m, g)
    needed = bool(np.any(data_of(of_vectors)))
    factor = inverse_gaps(m, "eig", values, needed, 0.0, data_of(values))
    across = of_vectors - vectors * m.sum(vectors * of_vectors, axis=(a.ndim - 2,), keepdims=True)
    inner = of_values * unit(a) + factor * (vectors.mT @ across)
    return m.solve(vectors.mT, inner @ vectors.mT)


def _eig_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With P = V⁻¹ dA V: dw = diag(P) and dV = D - V diag(Vᵀ D), D = V (F ∘ P)."""
    values, vectors = _rows_of_eigen(m, y)
    inner = m.solve(vectors, t @ vectors)
    factor = inverse_gaps(m, "eig", values, False, np.nan, data_of(values))
    moved = vectors @ (factor * inner)
    along = m.sum(vectors * moved, axis=(a.ndim - 2,), keepdims=True)
    return below(m, diagonal_row(m, inner), moved - vectors * along)


_eig = general("eig", "eig", _eig_forward, _eig_pullback, _eig_pushforward)


def eig(a: Any) -> EigResult:
    """Eigenvalues and eigenvectors of matrices ``(..., n, n)`` all of whose eigenvalues are real.

    The eigenvalues come in the order in which LAPACK finds them, the eigenvectors, the columns, have
    length 1 and are known up to their signs.

    Raises:
        ShapeError: if the matrices are not square.
        NumericalError: if an eigenvalue is complex.
        DomainError: if the matrix holds NaN or infinities; in the backward pass, if the gradient of
            eigenvectors is asked for whose eigenvalues coincide.

    >>> eig([[2.0, 1.0], [0.0, 1.0]]).eigenvalues
    array([2., 1.])
    """
    return EigResult(*_values_and_vectors(_eig(as_matrices("eig", a, square=True))))


def eigvals(a: Any) -> Any:
    """The eigenvalues of matrices ``(..., n, n)`` all of whose eigenvalues are real; see :func:`eig`.

    Raises:
        ShapeError: if the matrices are not square.
        NumericalError: if an eigenvalue is complex.
        DomainError: if the matrix holds NaN or infinities.

    >>> eigvals([[2.0, 1.0], [0.0, 1.0]])
    array([2., 1.])
    """
    return eig(a).eigenvalues
