"""Cholesky, QR, eigenvalue and singular value factorisations."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..calculus import abs, sign
from ..errors import DomainError, NumericalError
from ..primitive import Namespace
from ..structure import concatenate, flip, getitem, matmul, sort, swapaxes, take_along_axis
from ..structure.operands import data_of, shape_of
from .matrices import (
    as_matrices,
    below,
    check_symmetric,
    converging,
    diagonal_row,
    general,
    lower_triangle,
    relative_tolerance,
    rows_of,
    symmetric_part,
    unit,
)

__all__ = [
    "EigResult",
    "EighResult",
    "QRResult",
    "SVDResult",
    "cholesky",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "qr",
    "svd",
    "svdvals",
]


class QRResult(NamedTuple):
    """``A = Q R``: orthonormal columns times an upper triangle."""

    Q: Any
    R: Any


class EighResult(NamedTuple):
    """``A = V diag(w) Vᵀ``: eigenvalues in ascending order, orthonormal columns."""

    eigenvalues: Any
    eigenvectors: Any


class EigResult(NamedTuple):
    """``A V = V diag(w)``: eigenvalues, and eigenvectors of length 1 as columns."""

    eigenvalues: Any
    eigenvectors: Any


class SVDResult(NamedTuple):
    """``A = U diag(S) Vh``: singular values in descending order between orthonormal columns and rows."""

    U: Any
    S: Any
    Vh: Any


def _cholesky_forward(a: Any) -> Any:
    symmetric = symmetric_part(a)
    try:
        return np.linalg.cholesky(symmetric)
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
        q = concatenate([q, _complement(a, factor="Q")], axis=-1)
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


_complement = general(
    "complement",
    "⊥",
    _complement_forward,
    _complement_pullback,
    lambda m, t, y, a, *, index, factor: y * np.nan,
)


def _inverse_gaps(m: Namespace, operation: str, values: Any, needed: bool, missing: float, size: Any) -> Any:
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
    factor = _inverse_gaps(m, "eigh", values, needed, 0.0, data_of(values))
    inner = of_values * unit(a) + factor * (vectors.mT @ of_vectors)
    return symmetric_part(vectors @ inner @ vectors.mT)


def _eigh_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With P = Vᵀ dA V: dw = diag(P) and dV = V (F ∘ P); NaN where eigenvalues coincide."""
    values, vectors = _rows_of_eigen(m, y)
    inner = vectors.mT @ symmetric_part(t) @ vectors
    factor = _inverse_gaps(m, "eigh", values, False, np.nan, data_of(values))
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
    factor = _inverse_gaps(m, "eig", values, needed, 0.0, data_of(values))
    across = of_vectors - vectors * m.sum(vectors * of_vectors, axis=(a.ndim - 2,), keepdims=True)
    inner = of_values * unit(a) + factor * (vectors.mT @ across)
    return m.solve(vectors.mT, inner @ vectors.mT)


def _eig_pushforward(m: Namespace, t: Any, y: Any, a: Any, *, index: int) -> Any:
    """With P = V⁻¹ dA V: dw = diag(P) and dV = D - V diag(Vᵀ D), D = V (F ∘ P)."""
    values, vectors = _rows_of_eigen(m, y)
    inner = m.solve(vectors, t @ vectors)
    factor = _inverse_gaps(m, "eig", values, False, np.nan, data_of(values))
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
    factor = _inverse_gaps(m, "svd", s * s, needed, 0.0, np.square(data_of(s)))
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
    factor = _inverse_gaps(m, "svd", s * s, False, np.nan, np.square(data_of(s)))
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
        left = concatenate([left, _complement(a, factor="U")], axis=-1)
    elif full_matrices and columns > rows:
        right = concatenate([right, _complement(a, factor="V")], axis=-1)
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
