"""Systems of equations, inverses and least squares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus import where as _where
from ..errors import DomainError, ShapeError
from ..graph import Node, unrecorded
from ..primitive import Namespace
from ..spelling import spelled
from ..structure import getitem, matmul, reshape, sum, transpose
from ..structure.operands import (
    as_operand,
    common_shape,
    constant,
    data_of,
    names_of,
    several_axes,
    shape_and_name,
    shape_of,
    shaped,
)
from .matrices import (
    answered,
    as_matrices,
    check_symmetric,
    converging,
    general,
    relative_tolerance,
    singular,
    symmetric_part,
    unit,
)
from .singular_values import svdvals

__all__ = ["inv", "lstsq", "pinv", "solve", "solve_triangular", "tensorinv", "tensorsolve"]


def _solve_forward(a: Any, b: Any) -> Any:
    try:
        return answered(np.linalg.solve(a, b), a, b)
    except np.linalg.LinAlgError:
        raise singular("solve", a) from None


def _solve_pullback(m: Namespace, g: Any, x: Any, a: Any, b: Any, *, index: int) -> Any:
    """B̄ = A⁻ᵀ X̄ and Ā = -B̄ Xᵀ  (Giles 2008, 2.3.1)"""
    share = m.solve(a.mT, g)
    return share if index == 1 else -share @ x.mT


def _solve_pushforward(m: Namespace, t: Any, x: Any, a: Any, b: Any, *, index: int) -> Any:
    """dX = A⁻¹ (dB - dA X)"""
    return m.solve(a, t if index == 1 else -t @ x)


_solve = general("solve", "A⁻¹B", _solve_forward, _solve_pullback, _solve_pushforward)


def _inv_forward(a: Any) -> Any:
    try:
        return answered(np.linalg.inv(a), a)
    except np.linalg.LinAlgError:
        raise singular("inv", a) from None


_inv = general(  # dY = -Y dA Y  (Giles 2008, 2.2.3)
    "inv",
    "A⁻¹",
    _inv_forward,
    lambda m, g, y, a, *, index: -y.mT @ g @ y.mT,
    lambda m, t, y, a, *, index: -y @ t @ y,
)


def _pinv_pullback(m: Namespace, g: Any, p: Any, a: Any, *, index: int, rcond: float) -> Any:
    """The transpose of :func:`_pinv_pushforward`, term by term."""
    left, right = unit(a) - a @ p, unit(p) - p @ a
    return -p.mT @ g @ p.mT + left @ g.mT @ p @ p.mT + p.mT @ p @ g.mT @ right


def _pinv_pushforward(m: Namespace, t: Any, p: Any, a: Any, *, index: int, rcond: float) -> Any:
    """dP = -P dA P + P Pᵀ dAᵀ (1 - A P) + (1 - P A) dAᵀ Pᵀ P  (Golub & Pereyra 1973, 4.12)"""
    left, right = unit(a) - a @ p, unit(p) - p @ a
    return -p @ t @ p + p @ p.mT @ t.mT @ left + right @ t.mT @ p.mT @ p


def _pinv_forward(a: Any, *, rcond: float) -> Any:
    with converging("pinv", a):
        return np.linalg.pinv(a, rcond=rcond)


_pinv = general("pinv", "A⁺", _pinv_forward, _pinv_pullback, _pinv_pushforward)


def solve(a: Any, b: Any) -> Any:
    """The ``x`` for which ``a @ x = b``.

    Args:
        a: square matrices, ``(..., n, n)``.
        b: a vector ``(n,)``, or matrices ``(..., n, k)`` of k right sides each.

    Raises:
        ShapeError: if the shapes do not fit.
        DomainError: if a matrix is singular.

    Source: Giles (2008), section 2.3.1.

    >>> solve([[2.0, 1.0], [0.0, 4.0]], [4.0, 8.0])
    array([1., 2.])
    """
    a = as_matrices("solve", a, square=True)
    right, vector = _right_sides("solve", a, b)
    x = _solve(a, right)
    return reshape(x, shape_of(x)[:-1]) if vector else x


def _right_sides(operation: str, a: Any, b: Any) -> tuple[Any, bool]:
    """The right sides as matrices that fit the matrices ``a``, and whether they were a vector."""
    shape = shape_of(b)
    vector = len(shape) == 1
    right = reshape(b, (*shape, 1)) if vector else as_matrices(operation, b)
    of_a, of_b = shape_of(a), shape_of(right)
    if of_b[-2] != of_a[-2]:
        raise ShapeError(
            f"{operation}(): matrices of shape {shape_and_name(a)} need {of_a[-2]} rows on the right side, "
            f"got shape {shape_and_name(b)}"
        )
    if common_shape(of_a[:-2], of_b[:-2]) is None:
        raise ShapeError(
            f"{operation}(): the batches of shapes {of_a} and {of_b} do not broadcast{names_of(a, b)}"
        )
    return right, vector


def solve_triangular(a: Any, b: Any, *, lower: bool = False, unit_diagonal: bool = False) -> Any:
    """The ``x`` for which ``a @ x = b``, using one triangle of ``a`` only.

    Args:
        a: square matrices, ``(..., n, n)``; the other triangle is ignored and has gradient 0.
        b: a vector ``(n,)``, or matrices ``(..., n, k)``.
        lower: whether to take the lower triangle; the upper one otherwise.
        unit_diagonal: whether to take the diagonal as ones.

    Raises:
        ShapeError: if the shapes do not fit.
        DomainError: if a number on the diagonal is 0.

    >>> solve_triangular([[2.0, float("nan")], [1.0, 4.0]], [2.0, 9.0], lower=True)
    array([1., 2.])
    """
    a = as_matrices("solve_triangular", a, square=True)
    n = shape_of(a)[-1]
    zeros = np.argwhere(np.diagonal(data_of(a), axis1=-2, axis2=-1) == 0)
    if len(zeros) and not unit_diagonal:
        place = (*map(int, zeros[0]), int(zeros[0][-1]))
        raise DomainError(f"solve_triangular(): element {place} on the diagonal is 0")
    inside = np.tri(n, dtype=bool) if lower else np.tri(n, dtype=bool).T
    triangle = _where(inside, a, 0.0)
    if unit_diagonal:
        triangle = _where(np.eye(n, dtype=bool), 1.0, triangle)
    return solve(triangle, b)


def inv(a: Any) -> Any:
    """The inverse of square matrices ``(..., n, n)``. To solve equations, :func:`solve` is more accurate.

    Raises:
        ShapeError: if the matrices are not square.
        DomainError: if one is singular.

    >>> inv([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return _inv(as_matrices("inv", a, square=True))


def pinv(a: Any, rcond: float | None = None, hermitian: bool = False) -> Any:
    """The pseudo-inverse (Moore & Penrose) of matrices: ``(..., m, n)`` gives ``(..., n, m)``.

    The derivative (Golub and Pereyra, 1973) holds while the rank stays as it is; where it changes, the
    pseudo-inverse jumps.

    Args:
        a: the matrices.
        rcond: singular values up to ``rcond`` times the largest count as 0; ``max(m, n)`` times the machine
            epsilon when None.
        hermitian: whether the matrices are symmetric; the gradient is then symmetric, too.

    Raises:
        ShapeError: if ``a`` is no matrix.
        DomainError: if a matrix that should be symmetric is not.
        GraphError: if a gradient with respect to ``rcond`` is asked for.

    >>> pinv([[2.0], [0.0]])
    array([[0.5, 0. ]])
    """
    a = as_matrices("pinv", a, square=hermitian)
    if hermitian:
        check_symmetric("pinv", a)
        a = symmetric_part(a)
    return _pinv(a, rcond=relative_tolerance("pinv", a, rcond))


@spelled
def tensorsolve(a: Any, b: Any, axes: Sequence[int] | None = None) -> Any:
    """The ``x`` for which the sum of products of ``a`` and ``x`` over all axes of ``x`` is ``b``.

    Args:
        a: ``(*b.shape, *x.shape)``, both of the same size.
        b: the right side.
        axes: axes of ``a`` to move behind all others first.

    Raises:
        ShapeError: if the sizes do not fit.
        DomainError: if ``a``, as a matrix, is singular.

    >>> tensorsolve(np.reshape(np.eye(4) * 2, (4, 2, 2)), np.ones(4))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    a, b = as_operand(a), as_operand(b)
    if axes is not None:
        ndim = len(shape_of(a))
        last = several_axes("tensorsolve", tuple(axes), ndim)
        a = transpose(a, [*(i for i in range(ndim) if i not in last), *last])
    wanted = shape_of(a)[len(shape_of(b)) :]
    size = int(np.prod(wanted, dtype=int))
    if size * int(np.prod(shape_of(b), dtype=int)) != np.prod(shape_of(a), dtype=int) or size**2 != np.prod(
        shape_of(a), dtype=int
    ):
        raise ShapeError(
            f"tensorsolve(): shapes {shape_and_name(a)} and {shape_and_name(b)} are no square system"
        )
    return reshape(solve(reshape(a, (size, size)), reshape(b, -1)), wanted)


def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of ``a`` as a map from its axes behind the first ``ind`` to those.

    Raises:
        ShapeError: if the two groups of axes differ in size.
        DomainError: if ``a`` is singular.

    >>> tensorinv(np.reshape(np.eye(4) * 2, (2, 2, 4))).shape
    (4, 2, 2)
    """
    a, shape = shaped(a)
    if not 0 < ind < len(shape) + 1:
        raise ShapeError(f"tensorinv(): ind counts the first axes, from 1, got {ind} for shape {shape}")
    size = int(np.prod(shape[:ind], dtype=int))
    if size != np.prod(shape[ind:], dtype=int):
        raise ShapeError(f"tensorinv(): the first {ind} axes of shape {shape} and the others differ in size")
    return reshape(inv(reshape(a, (size, size))), (*shape[ind:], *shape[:ind]))


def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    """The least-squares solution: the smallest ``x`` for which ``‖a @ x - b‖`` is smallest.

    Args:
        a: matrices, ``(..., m, n)``.
        b: a vector ``(m,)``, or matrices ``(..., m, k)``.
        rcond: as for :func:`pinv`.

    Returns:
        ``(x, residuals, rank, singular values)``. The residuals are the sums of squares of
        ``a @ x - b``, one for each right side, and an empty array unless ``m > n = rank``. The rank is
        made of integers and has no gradient.

    Raises:
        ShapeError: if the shapes do not fit.
        GraphError: if a gradient with respect to ``rcond`` is asked for.

    >>> points = [[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]  # the line a x + b through (0, 1), (1, 3), (2, 5)
    >>> lstsq(points, [1.0, 3.0, 5.0])[0].round(12)
    array([2., 1.])
    """
    a = as_matrices("lstsq", a)
    right, vector = _right_sides("lstsq", a, b)
    rows, columns = shape_of(a)[-2:]
    rcond = constant("lstsq", "rcond", rcond)
    x = matmul(pinv(a, rcond), right)
    misfit = matmul(a, x) - right
    residuals = sum(misfit * misfit, axis=-2)
    if vector:
        x = reshape(x, shape_of(x)[:-1])
    values = svdvals(a)
    tolerance = relative_tolerance("lstsq", a, rcond) * data_of(values).max(
        axis=-1, keepdims=True, initial=0.0
    )
    rank = np.sum(data_of(values) > tolerance, axis=-1)
    if rows <= columns or np.any(rank < columns):
        residuals = getitem(reshape(residuals, -1), slice(0, 0))
    return x, residuals, unrecorded(np.asarray(rank)) if isinstance(x, Node) else rank, values
