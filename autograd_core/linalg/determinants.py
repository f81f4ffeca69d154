"""Determinants, by their cofactors and by their logarithm."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..graph import Node, unrecorded
from ..primitive import Namespace
from ..structure.operands import data_of
from .matrices import as_matrices, each_matrix, each_number, general, total

__all__ = ["SlogdetResult", "det", "slogdet"]


class SlogdetResult(NamedTuple):
    """Sign and logarithm of the absolute value of a determinant."""

    sign: Any
    logabsdet: Any


def _cofactor_forward(a: Any) -> Any:
    """The matrix of cofactors, det(A) A⁻ᵀ; in terms of singular values it exists for every matrix:
    with ``A = U S Vᵀ`` it is ``det(U) det(V) U C Vᵀ``, where ``C_i`` is the product of all other ``S_j``.
    """
    u, s, vh = np.linalg.svd(a)
    n = a.shape[-1]
    others = np.where(np.eye(n, dtype=bool), 1, s[..., None, :]).prod(axis=-1).astype(s.dtype)
    orientation = np.linalg.det(u) * np.linalg.det(vh)
    return orientation[..., None, None] * ((u * others[..., None, :]) @ vh)


def _cofactor_pullback(m: Namespace, g: Any, c: Any, a: Any, *, index: int) -> Any:
    """The transpose of :func:`_cofactor_pushforward`, term by term."""
    turned = m.inv(a).mT
    return total(m, g * c) * turned - turned @ g.mT @ c


def _cofactor_pushforward(m: Namespace, t: Any, c: Any, a: Any, *, index: int) -> Any:
    """dC = ⟨A⁻ᵀ, dA⟩ C - C dAᵀ A⁻ᵀ, from C = det(A) A⁻ᵀ"""
    turned = m.inv(a).mT
    return total(m, turned * t) * c - c @ t.mT @ turned


_cofactor = general("cofactor", "cof", _cofactor_forward, _cofactor_pullback, _cofactor_pushforward)

_det = general(  # d det = ⟨cofactors, dA⟩  (Jacobi)
    "det",
    "det",
    np.linalg.det,
    lambda m, g, y, a, *, index: each_matrix(m, g) * m.cofactor(a),
    lambda m, t, y, a, *, index: each_number(m, total(m, m.cofactor(a) * t)),
)

_logabsdet = general(  # d ln|det| = ⟨A⁻ᵀ, dA⟩  (Giles 2008, 2.2.4)
    "logabsdet",
    "ln|det|",
    lambda a: np.linalg.slogdet(a).logabsdet,
    lambda m, g, y, a, *, index: each_matrix(m, g) * m.inv(a).mT,
    lambda m, t, y, a, *, index: each_number(m, total(m, m.inv(a).mT * t)),
)


def det(a: Any) -> Any:
    """The determinant of square matrices: ``(..., n, n)`` gives ``(...)``.

    The gradient is the matrix of cofactors, also where the matrix is singular; the second derivative
    asks for a matrix that is not.

    Raises:
        ShapeError: if the matrices are not square.

    >>> from autograd_core import Tensor
    >>> a = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> det(a).backward()
    >>> a.grad.round(12)
    array([[ 4., -3.],
           [-2.,  1.]])
    """
    return _det(as_matrices("det", a, square=True))


def slogdet(a: Any) -> SlogdetResult:
    """Sign and logarithm of the absolute value of the determinant, which does not overflow.

    A singular matrix has sign 0 and logarithm -inf, and no gradient (DomainError).

    Raises:
        ShapeError: if the matrices are not square.

    >>> sign, logarithm = slogdet([[-1e300, 0.0], [0.0, 1e300]])
    >>> sign.item(), logarithm.round(3).item()
    (-1.0, 1381.551)
    """
    a = as_matrices("slogdet", a, square=True)
    logabsdet = _logabsdet(a)
    sign = np.linalg.slogdet(data_of(a)).sign
    return SlogdetResult(unrecorded(np.asarray(sign)) if isinstance(a, Node) else sign, logabsdet)
