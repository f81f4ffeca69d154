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


# The gradient of a determinant is the matrix of cofactors, det(A) A⁻ᵀ. Its entries are sums of products of
# the entries of A, so the gradient has derivatives of every order, where A has no inverse as well. One
# primitive holds them all: cofactor(A, X, Y, ...) is the derivative of the cofactors along X, Y, ...
# Because the order of differentiation does not matter, it is its own transpose in each of X, Y, ...


def _products_of_others(s: Any) -> Any:
    """For each number in the last axis the product of all others."""
    ones = np.ones_like(s[..., :1])
    before = np.concatenate([ones, s[..., :-1]], -1).cumprod(-1)
    behind = np.concatenate([ones, s[..., :0:-1]], -1).cumprod(-1)[..., ::-1]
    return before * behind


def _without_pairs(s: Any) -> Any:
    """``p[i, j]``: the product of all numbers but the i-th and the j-th, and 0 where these are the same."""
    pairs = np.zeros((*s.shape, s.shape[-1]), s.dtype)
    for i in range(s.shape[-1]):
        others = s.copy()
        others[..., i] = 1
        pairs[..., i, :] = _products_of_others(others)
        pairs[..., i, i] = 0
    return pairs


def _cofactor_forward(a: Any, *directions: Any) -> Any:
    """The cofactors of ``A = U S Vᴴ``: det(U) det(Vᴴ) times those of ``S``, turned back by ``U`` and ``V``.

    Along one direction, E as seen from there, those of ``S`` grow by ``Σ_j p_ij E_jj`` on the diagonal and by
    ``-p_ij E_ji`` beside it; ``p_ij`` is the product of all singular values but the i-th and the j-th.
    """
    if len(directions) > 1:
        return _along_one_more(a, *directions)
    if not a.size:
        return np.zeros_like(a)
    finite = np.isfinite(a).all((-2, -1), keepdims=True)
    if not finite.all():  # on infinities the iteration would not end
        return np.where(finite, _cofactor_forward(np.where(finite, a, 0), *directions), np.nan)
    u, s, vh = np.linalg.svd(a)
    if directions:
        seen = u.conj().mT @ directions[0] @ vh.conj().mT
        pairs = _without_pairs(s)
        core = -pairs * seen.mT
        index = np.arange(s.shape[-1])
        core[..., index, index] = np.einsum("...ij,...jj->...i", pairs, seen)
    else:
        core = _products_of_others(s)[..., None] * np.eye(s.shape[-1], dtype=a.dtype)
    orientation = np.linalg.det(u) * np.linalg.det(vh)
    return (orientation[..., None, None] * (u.conj() @ core @ vh.conj())).astype(a.dtype, copy=False)


def _along_one_more(a: Any, *directions: Any) -> Any:
    """The derivative along the last direction X of what the others give: the coefficient of ε in a polynomial
    of degree below n, whose values at ε X on a circle give it by Cauchy's formula.
    """
    *others, x = directions
    n = a.shape[-1]
    size = [np.abs(matrix).max(axis=(-2, -1), keepdims=True, initial=0) for matrix in (a, x)]
    radius = np.where(size[0] > 0, size[0], 1) / np.where(size[1] > 0, size[1], 1)
    total = np.zeros(x.shape, np.result_type(a, 1j))
    for turn in np.exp(2j * np.pi * np.arange(n) / n).astype(total.dtype):
        total += _cofactor_forward(a + radius * turn * x, *others) / turn
    return (total / (n * radius)).real.astype(a.dtype) if a.dtype.kind == "f" else total / (n * radius)


def _cofactor_pullback(m: Namespace, g: Any, c: Any, a: Any, *directions: Any, index: int) -> Any:
    if not index:
        return m.cofactor(a, *directions, g)
    return m.cofactor(a, *directions[: index - 1], g, *directions[index:])


def _cofactor_pushforward(m: Namespace, t: Any, c: Any, a: Any, *directions: Any, index: int) -> Any:
    return _cofactor_pullback(m, t, c, a, *directions, index=index)


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

    The gradient is the matrix of cofactors. It needs no inverse, so that all derivatives of a singular
    matrix exist as well.

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
