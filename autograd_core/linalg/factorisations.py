"""Cholesky and QR factorisations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..errors import DomainError
from ..primitive import Namespace
from ..structure import concatenate, getitem, matmul, swapaxes
from ..structure.operands import data_of, shape_of
from .matrices import (
    answered,
    as_matrices,
    below,
    check_symmetric,
    converging,
    general,
    lower_triangle,
    relative_tolerance,
    rows_of,
    symmetric_part,
)

__all__ = ["QRResult", "cholesky", "qr"]


class QRResult(NamedTuple):
    """``A = Q R``: orthonormal columns times an upper triangle."""

    Q: Any
    R: Any


def _cholesky_forward(a: Any) -> Any:
    symmetric = symmetric_part(a)
    try:
        return answered(np.linalg.cholesky(symmetric), symmetric)
    except np.linalg.LinAlgError:
        with converging("cholesky", symmetric):
            smallest = float(np.linalg.eigvalsh(symmetric).min())
        raise DomainError(
            f"cholesky: a matrix of shape {a.shape} is not positive definite: "
            f"its smallest eigenvalue is {smallest:g}"
        ) from None


def _half_lower(m: Namespace, x: Any) -> Any:
    """Φ: the lower triangle with half the diagonal; Φ(X) + Φ(X)ᵀ = X for symmetric X."""
    return (lower_triangle(m, x) + lower_triangle(m, x, -1)) * 0.5


def _cholesky_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int) -> Any:
    """Ā = sym(L⁻ᵀ Φ(Lᵀ L̄) L⁻¹)  (Murray, "Differentiation of the Cholesky decomposition", 2016, eq. 10)"""
    inner = _half_lower(m, y.mT @ g)
    return symmetric_part(m.solve(y.mT, m.solve(y.mT, inner.mT).mT))


def _cholesky_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """dL = L Φ(L⁻¹ dA L⁻ᵀ)  (Murray 2016, eq. 8)"""
    return y @ _half_lower(m, m.solve(y, m.solve(y, symmetric_part(t)).mT))


_cholesky = general("cholesky", "chol", _cholesky_forward, _cholesky_pullback, _cholesky_pushforward)


def cholesky(a: Any, *, upper: bool = False) -> Any:
    """The lower triangle ``L`` with positive diagonal for which ``L @ L.mT`` is ``a``.

    Computed from the symmetric part of ``a``, so the gradient is a symmetric matrix, which gives each
    of ``a[i, j]`` and ``a[j, i]`` its half.

    Args:
        a: symmetric positive definite matrices, ``(..., n, n)``.
        upper: give the upper triangle ``L.mT`` instead.

    Raises:
        ShapeError: if the matrices are not square.
        DomainError: if one is not symmetric, or not positive definite.

    Source: Murray (2016), "Differentiation of the Cholesky decomposition".

    >>> cholesky([[4.0, 2.0], [2.0, 2.0]])
    array([[2., 0.],
           [1., 1.]])
    """
    a = as_matrices("cholesky", a, square=True)
    check_symmetric("cholesky", a)
    return swapaxes(_cholesky(a), -1, -2) if upper else _cholesky(a)


def _qr_forward(a: Any) -> Any:
    q, r = np.linalg.qr(a)
    return np.concatenate([q, np.swapaxes(r, -1, -2)], axis=-2)


def _qr_factors(m: Namespace, y: Any, a: Any) -> tuple[Any, Any]:
    """Q and R of the rows [Q; Rᵀ]."""
    rows, columns = a.shape[-2:]
    r = data_of(rows_of(m, y, rows, rows + columns))
    diagonal = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    if diagonal.size and np.any(
        diagonal <= relative_tolerance("qr", a, None) * diagonal.max(axis=-1, keepdims=True)
    ):
        raise DomainError(
            f"qr: the columns of a matrix of shape {a.shape} are linearly dependent "
            f"(the diagonal of R goes down to {diagonal.min():g}), so Q has no derivative"
        )
    return rows_of(m, y, 0, rows), rows_of(m, y, rows, rows + columns).mT


def _qr_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int) -> Any:
    """Ā = (Q̄ + Q copyltu(R R̄ᵀ - Q̄ᵀ Q)) R⁻ᵀ  (Walter & Lehmann 2012), where copyltu copies the lower
    triangle onto the upper one.
    """
    q, r = _qr_factors(m, y, a)
    rows, columns = a.shape[-2:]
    of_q, of_r = rows_of(m, g, 0, rows), rows_of(m, g, rows, rows + columns).mT
    inner = r @ of_r.mT - of_q.mT @ q
    copied = lower_triangle(m, inner) + lower_triangle(m, inner, -1).mT
    return m.solve(r, (of_q + q @ copied).mT).mT


def _qr_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With C = Qᵀ dA R⁻¹ and the rotation Ω = L - Lᵀ, L the strict lower triangle of C:
    dQ = dA R⁻¹ - Q C + Q Ω and dR = (C - Ω) R.
    """
    q, r = _qr_factors(m, y, a)
    moved = m.solve(r.mT, t.mT).mT
    inner = q.mT @ moved
    strict = lower_triangle(m, inner, -1)
    rotation = strict - strict.mT
    return below(m, moved - q @ (inner - rotation), ((inner - rotation) @ r).mT)


_qr = general("qr", "QR", _qr_forward, _qr_pullback, _qr_pushforward)


def qr(a: Any, mode: str = "reduced") -> Any:
    """Orthonormal columns ``Q`` and an upper triangle ``R`` for which ``Q @ R`` is ``a``.

    The signs are LAPACK's: they make R's diagonal neither positive nor continuous in ``a``.

    Args:
        a: matrices, ``(..., m, n)``; with k the smaller of m and n, Q is ``(..., m, k)`` and R
            ``(..., k, n)``.
        mode: ``"reduced"``; ``"r"`` for R alone; ``"complete"`` for ``(..., m, m)`` and ``(..., m, n)``,
            where the further columns of Q are any that complete the basis: they have no derivative.

    Raises:
        ShapeError: if ``a`` is no matrix.
        DomainError: for another mode; in the backward pass, if the first k columns are linearly dependent, or
            if the gradient of the columns that complete the basis is asked for.

    Source: Walter and Lehmann (2012).

    >>> q, r = qr([[3.0, 0.0], [4.0, 5.0]])
    >>> (q @ r).round(12)
    array([[3., 0.],
           [4., 5.]])
    """
    if mode not in ("reduced", "r", "complete"):
        raise DomainError(f"qr(): the mode is 'reduced', 'r' or 'complete', got {mode!r}")
    a = as_matrices("qr", a)
    rows, columns = shape_of(a)[-2:]
    k = min(rows, columns)
    packed = _qr(getitem(a, (..., slice(0, k))) if columns > rows else a)
    q = getitem(packed, (..., slice(0, rows), slice(None)))
    r = swapaxes(getitem(packed, (..., slice(rows, rows + k), slice(None))), -1, -2)
    if columns > rows:  # the columns to the right are turned as the square to their left was
        rest = matmul(swapaxes(q, -1, -2), getitem(a, (..., slice(k, None))))
        r = concatenate([r, rest], axis=-1)
    if mode == "complete" and rows > columns:
        q = concatenate([q, complement(a, factor="Q")], axis=-1)
        r = concatenate(
            [r, np.zeros((*shape_of(r)[:-2], rows - columns, columns), data_of(r).dtype)], axis=-2
        )
    return r if mode == "r" else QRResult(q, r)


def _complement_forward(a: Any, *, factor: str) -> Any:
    """The columns that LAPACK adds to those of a factor that are determined by ``a``."""
    if factor == "Q":
        return np.linalg.qr(a, mode="complete").Q[..., a.shape[-1] :]
    with converging("svd", a):
        u, s, vh = np.linalg.svd(a, full_matrices=True)
    return (u if factor == "U" else np.swapaxes(vh, -1, -2))[..., s.shape[-1] :]


def _complement_pullback(m: Namespace, g: Any, y: Any, a: Any, *, index: int, factor: str) -> Any:
    if np.any(data_of(g)):
        raise DomainError(
            f"the columns that complete the factor {factor} of a matrix of shape {a.shape} are arbitrary and "
            "have no derivative: use the reduced factors"
        )
    return a * 0.0


complement = general(
    "complement",
    "⊥",
    _complement_forward,
    _complement_pullback,
    lambda m, t, y, a, *, index, factor: y * np.nan,
)
