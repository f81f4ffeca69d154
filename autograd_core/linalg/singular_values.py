"""Singular values and vectors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..calculus import abs, sign
from ..errors import DomainError
from ..primitive import Namespace
from ..structure import concatenate, flip, getitem, sort, swapaxes, take_along_axis
from ..structure.operands import data_of, shape_of
from .eigenvalues import eigh, eigvalsh, inverse_gaps
from .factorisations import complement
from .matrices import (
    as_matrices,
    below,
    converging,
    diagonal_row,
    general,
    rows_of,
)

__all__ = ["SVDResult", "svd", "svdvals"]


class SVDResult(NamedTuple):
    """``A = U diag(S) Vh``: singular values in descending order between orthonormal columns and rows."""

    U: Any
    S: Any
    Vh: Any


def _svd_forward(a: Any) -> Any:
    with converging("svd", a):
        u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.concatenate([u, s[..., None, :], np.swapaxes(vh, -1, -2)], axis=-2)


def _svd_factors(m: Namespace, y: Any, a: Any) -> tuple[Any, Any, Any]:
    """U, S and V of the rows [U; S; V]."""
    rows, columns = a.shape[-2:]
    return rows_of(m, y, 0, rows), rows_of(m, y, rows, rows + 1), rows_of(m, y, rows + 1, rows + 1 + columns)


def _inverse_values(m: Namespace, s: Any, needed: bool, missing: float) -> Any:
    zero = data_of(s) == 0
    if needed and zero.any():
        raise DomainError("svd: a singular value is 0, so singular vectors beside it have no derivative")
    inverse = m.divide(1.0, m.where(zero, 1.0, s))
    return m.where(zero, missing, inverse) if zero.any() else inverse


def _svd_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int) -> Any:
    """Ā = U ((F ∘ (Uᵀ Ū - Ūᵀ U)) S + diag(s̄) + S (F ∘ (Vᵀ V̄ - V̄ᵀ V))) Vᵀ
        + (1 - U Uᵀ) Ū S⁻¹ Vᵀ + U S⁻¹ V̄ᵀ (1 - V Vᵀ),  F_ij = 1 / (s_j² - s_i²)
    (Townsend, "Differentiating the singular value decomposition", 2016, eq. 21).
    """
    u, s, v = _svd_factors(m, y, a)
    of_u, of_s, of_v = _svd_factors(m, g, a)
    needed = bool(np.any(data_of(of_u)) or np.any(data_of(of_v)))
    factor = inverse_gaps(m, "svd", s * s, needed, 0.0, np.square(data_of(s)))
    from_u, from_v = u.mT @ of_u, v.mT @ of_v
    inner = (factor * (from_u - from_u.mT)) * s + s.mT * (factor * (from_v - from_v.mT))
    slopes = m.where(data_of(s) == 0, 0.0, of_s)  # a singular value is never negative: it has a corner at 0
    total = u @ (inner + slopes * np.eye(s.shape[-1], dtype=s.dtype)) @ v.mT
    rows, columns = a.shape[-2:]
    if rows != columns:
        inverse = _inverse_values(m, s, needed, 0.0)
        if rows > columns:
            total = total + ((of_u - u @ from_u) * inverse) @ v.mT
        else:
            total = total + (u * inverse) @ (of_v - v @ from_v).mT
    return total


def _svd_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With P = Uᵀ dA V: dS = diag(P), dU = U (F ∘ (P S + S Pᵀ)) + (1 - U Uᵀ) dA V S⁻¹,
    dV = V (F ∘ (S P + Pᵀ S)) + (1 - V Vᵀ) dAᵀ U S⁻¹; NaN where singular values coincide.
    """
    u, s, v = _svd_factors(m, y, a)
    inner = u.mT @ t @ v
    factor = inverse_gaps(m, "svd", s * s, False, np.nan, np.square(data_of(s)))
    moved_u = u @ (factor * (inner * s + s.mT * inner.mT))
    moved_v = v @ (factor * (s.mT * inner + inner.mT * s))
    rows, columns = a.shape[-2:]
    if rows != columns:
        inverse = _inverse_values(m, s, False, np.nan)
        if rows > columns:
            moved_u = moved_u + (t @ v - u @ inner) * inverse
        else:
            moved_v = moved_v + (t.mT @ u - v @ inner.mT) * inverse
    moved_s = m.where(data_of(s) == 0, 0.0, diagonal_row(m, inner))
    return below(m, moved_u, moved_s, moved_v)


_svd = general("svd", "SVD", _svd_forward, _svd_pullback, _svd_pushforward)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """The singular value decomposition ``a = U diag(S) Vh``, singular values in descending order.

    The singular vectors are known up to a sign that each pair shares: only what does not depend on the
    signs has a meaningful gradient.

    Args:
        a: matrices, ``(..., m, n)``; with k the smaller of m and n, U is ``(..., m, k)``, S ``(..., k)``
            and Vh ``(..., k, n)``.
        full_matrices: U is ``(..., m, m)`` and Vh ``(..., n, n)``; the further vectors are any that complete
            the basis: they have no derivative.
        compute_uv: False for S alone.
        hermitian: whether the matrices are symmetric; their singular values are then the absolute values
            of :func:`eigh`.

    Raises:
        ShapeError: if ``a`` is no matrix.
        DomainError: if a matrix that should be symmetric is not; in the backward pass, if the gradient of
            singular vectors is asked for whose singular values coincide, or are 0 where a is not square
            (forward mode gives NaN), or of those that complete the basis.

    Source: Townsend (2016), "Differentiating the singular value decomposition".

    >>> svd([[0.0, 2.0], [3.0, 0.0]]).S
    array([3., 2.])
    """
    a = as_matrices("svd", a, square=hermitian)
    if hermitian:
        return _svd_by_eigh(a) if compute_uv else flip(sort(abs(eigvalsh(a)), -1), -1)
    if not compute_uv:
        return svdvals(a)
    rows, columns = shape_of(a)[-2:]
    packed = _svd(a)
    left = getitem(packed, (..., slice(0, rows), slice(None)))
    values = getitem(packed, (..., rows, slice(None)))
    right = getitem(packed, (..., slice(rows + 1, None), slice(None)))
    if full_matrices and rows > columns:
        left = concatenate([left, complement(a, factor="U")], axis=-1)
    elif full_matrices and columns > rows:
        right = concatenate([right, complement(a, factor="V")], axis=-1)
    return SVDResult(left, values, swapaxes(right, -1, -2))


def _svd_by_eigh(a: Any) -> SVDResult:
    """S = |w|, U = V and Vh = (V diag(sign w))ᵀ, largest first."""
    values, vectors = eigh(a)
    order = np.flip(np.argsort(np.abs(data_of(values)), axis=-1), -1)
    values = take_along_axis(values, order, -1)
    vectors = take_along_axis(vectors, order[..., None, :], -1)
    signs = sign(data_of(values))[..., None, :]
    return SVDResult(vectors, abs(values), swapaxes(vectors * signs, -1, -2))


def svdvals(a: Any) -> Any:
    """The singular values of matrices ``(..., m, n)``, in descending order.

    A singular value of 0 has a corner there, like ``abs``, and the gradient 0.

    Raises:
        ShapeError: if ``a`` is no matrix.

    >>> svdvals([[3.0, 0.0], [0.0, -2.0]])
    array([3., 2.])
    """
    a = as_matrices("svdvals", a)
    return getitem(_svd(a), (..., shape_of(a)[-2], slice(None)))
