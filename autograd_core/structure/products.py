"""Products of matrices and vectors, one pair or a batch of them; convolutions of vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..calculus import multiply, subtract
from ..errors import DomainError, ShapeError
from ..kernels import products as kernels
from ..primitive import General, Multilinear, Namespace
from ..spelling import spelled
from .contractions import einsum
from .indexing import getitem
from .operands import as_operand, common_shape, names_of, one_axis, shape_and_name, shape_of, without_lists
from .padding import pad
from .shaping import expand_dims, moveaxis, reshape, squeeze, transpose
from .windows import sliding_windows

__all__ = [
    "affine",
    "convolve",
    "correlate",
    "cross",
    "kron",
    "matmul",
    "matvec",
    "outer",
    "vecdot",
    "vecmat",
]


def _as_matrices(m: Namespace, g: Any, a: Any, b: Any) -> tuple[Any, Any, Any]:
    """The cotangent and the operands of ``a @ b``, vectors among them as matrices of one row or column."""
    if b.ndim == 1:
        b, g = m.reshape(b, shape=(*b.shape, 1)), m.reshape(g, shape=(*g.shape, 1))
    if a.ndim == 1:
        a = m.reshape(a, shape=(1, *a.shape))
        g = m.reshape(g, shape=(*g.shape[:-1], 1, g.shape[-1]))
    return g, a, b


def _matmul_left(m: Namespace, g: Any, a: Any, b: Any) -> Any:
    """G Bᵀ"""
    g, _, right = _as_matrices(m, g, a, b)
    return m.matmul(g, right.mT)


def _matmul_right(m: Namespace, g: Any, a: Any, b: Any) -> Any:
    """Aᵀ G"""
    g, left, _ = _as_matrices(m, g, a, b)
    share = m.matmul(left.mT, g)
    return m.reshape(share, shape=share.shape[:-1]) if b.ndim == 1 else share


_matmul = Multilinear("matmul", "@", forward=np.matmul, transposes=(_matmul_left, _matmul_right))


def matmul(a: Any, b: Any) -> Any:
    """The matrix product ``a @ b`` by NumPy's rules: vectors are rows on the left and columns on the
    right, axes before the last two are batches and broadcast.

    Raises:
        ShapeError: if the inner lengths differ or the batches do not broadcast.

    >>> from autograd_core import Tensor
    >>> a = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> matmul(a, [1.0, 10.0]).sum().backward()
    >>> a.grad
    array([[ 1., 10.],
           [ 1., 10.]])
    """
    try:
        return _matmul(a, b)
    except ValueError:
        raise ShapeError(_why_not(a, b)) from None


def _why_not(a: Any, b: Any) -> str:
    left, right, names = shape_of(a), shape_of(b), names_of(a, b)
    if not left or not right:
        return f"matmul: a number has no rows or columns, got shapes {left} and {right}{names}; use *"
    rows = right[-2] if len(right) > 1 else right[0]
    if left[-1] != rows:
        return (
            f"matmul: shapes {left} and {right} cannot be multiplied{names}: "
            f"the left has {left[-1]} columns, the right has {rows} rows"
        )
    return f"matmul: the batches of shapes {left} and {right} do not broadcast{names}"


def _rows(m: Namespace, x: Any) -> Any:
    return x if x.ndim == 2 else m.reshape(x, shape=(-1, x.shape[-1]) if x.size else (0, x.shape[-1]))


def _affine_pullback(m: Namespace, g: Any, y: Any, x: Any, w: Any, b: Any, *, index: int) -> Any:
    """G W, Gᵀ X and the sum of G over the rows."""
    if index == 0:
        return m.matmul(g, w)
    if index == 1:
        return m.matmul(_rows(m, g).mT, _rows(m, x))
    return m.sum(g, axis=tuple(range(g.ndim - 1)), keepdims=False)


def _affine_pushforward(m: Namespace, t: Any, y: Any, x: Any, w: Any, b: Any, *, index: int) -> Any:
    if index == 2:
        return m.broadcast_to(t, shape=y.shape)
    return m.matmul(t, w.mT) if index == 0 else m.matmul(x, t.mT)


_affine = General(
    "affine", "x Wᵀ + b", forward=kernels.affine, pullback=_affine_pullback, pushforward=_affine_pushforward
)
_affine.floating = True


def affine(x: Any, weight: Any, bias: Any) -> Any:
    """x Wᵀ + b: every row of ``x`` times every row of ``weight``, plus ``bias``.

    Args:
        x: (..., inputs).
        weight: (outputs, inputs).
        bias: (outputs,).

    Returns:
        (..., outputs).

    Raises:
        ShapeError: if the shapes do not fit.

    >>> import numpy as np
    >>> affine(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([5.0]))
    array([16.])
    """
    return _affine(x, weight, bias)


def outer(a: Any, b: Any) -> Any:
    """Every element of ``a`` times every element of ``b``: sizes ``n`` and ``k`` give ``(n, k)``.

    >>> from autograd_core import Tensor
    >>> outer(Tensor([1.0, 2.0]), [3.0, 4.0, 5.0])
    Tensor([[ 3.,  4.,  5.],
            [ 6.,  8., 10.]])
    """
    return multiply(reshape(a, (_size(a), 1)), reshape(b, (1, _size(b))))


def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: ``b`` scaled by every element of ``a``, laid out like ``a``.

    Missing axes count as length 1 in front; each length of the result is the product of the lengths.

    >>> from autograd_core import Tensor
    >>> kron(Tensor([1.0, 10.0]), [1.0, 2.0, 3.0])
    Tensor([ 1.,  2.,  3., 10., 20., 30.])
    """
    left, right = shape_of(a), shape_of(b)
    ndim = max(len(left), len(right))
    left = (1,) * (ndim - len(left)) + left
    right = (1,) * (ndim - len(right)) + right
    coarse = reshape(a, [n for length in left for n in (length, 1)])
    fine = reshape(b, [n for length in right for n in (1, length)])
    return reshape(multiply(coarse, fine), [n * k for n, k in zip(left, right, strict=True)])


@spelled
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    """The cross product of vectors of three components.

    Args:
        a: the left vectors.
        b: the right vectors; the other axes of the two broadcast.
        axisa: the axis of ``a`` that holds the components.
        axisb: the axis of ``b`` that holds the components.
        axisc: the axis of the result that holds the components.
        axis: if given, stands for all three.

    Raises:
        ShapeError: if there are not three components, or the other axes do not broadcast.

    >>> cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    left, right = _moved_last("cross", a, axisa), _moved_last("cross", b, axisb)
    for operand, shape in ((a, shape_of(left)), (b, shape_of(right))):
        if shape[-1] != 3:
            raise ShapeError(
                f"cross(): vectors have 3 components, "
                f"got {shape[-1]} in an operand of shape {shape_and_name(operand)}"
            )
    if common_shape(shape_of(left), shape_of(right)) is None:
        raise ShapeError(f"cross(): shapes {shape_and_name(a)} and {shape_and_name(b)} do not broadcast")
    after, before = (..., [1, 2, 0]), (..., [2, 0, 1])
    first = multiply(getitem(left, after), getitem(right, before))
    second = multiply(getitem(left, before), getitem(right, after))
    product = subtract(first, second)
    ndim = len(shape_of(product))
    place = one_axis("cross", axisc, ndim)
    order = list(range(ndim - 1))
    order.insert(place, ndim - 1)
    return product if place == ndim - 1 else transpose(product, order)


def _moved_last(operation: str, x: Any, axis: int) -> Any:
    """``x`` with one of its axes moved to the end."""
    ndim = len(shape_of(x))
    place = one_axis(operation, axis, ndim)
    order = (*range(place), *range(place + 1, ndim), place)
    return without_lists(x)[0] if place == ndim - 1 else transpose(x, order)


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """The discrete convolution of two vectors: ``result[k] = sum_i a[i] v[k - i]``.

    Args:
        a: one vector, of length n.
        v: the other, of length k.
        mode: ``"full"``, every overlap, n + k - 1 elements; ``"same"``, the middle of it, as many as the
            longer vector has; ``"valid"``, complete overlaps only, ``|n - k| + 1``.

    Raises:
        ShapeError: if an operand is no vector or is empty.
        DomainError: for another mode.

    >>> convolve([1.0, 2.0, 3.0], [0.0, 1.0, 0.5])
    array([0. , 1. , 2.5, 4. , 1.5])
    """
    _check_vectors("convolve", a, v, mode)
    if _size(v) > _size(a):
        a, v = v, a
    return _slide(a, getitem(without_lists(v)[0], slice(None, None, -1)), mode)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """The cross-correlation of two vectors: the products of ``v`` with every window of ``a``.

    ``result[k] = sum_i a[k + i] v[i]``. The modes are those of :func:`convolve`.

    Raises:
        ShapeError: if an operand is no vector or is empty.
        DomainError: for another mode.

    >>> correlate([1.0, 2.0, 3.0], [1.0, -1.0])
    array([-1., -1.])
    """
    _check_vectors("correlate", a, v, mode)
    if _size(v) <= _size(a):
        return _slide(a, without_lists(v)[0], mode)
    return getitem(_slide(v, without_lists(a)[0], mode), slice(None, None, -1))


def _slide(a: Any, v: Any, mode: str) -> Any:
    """The products of ``v`` with the windows of ``a``, which is the longer and gets zeros at its ends."""
    length = _size(v)
    left = {"full": length - 1, "same": length // 2, "valid": 0}[mode]
    right = {"full": length - 1, "same": length - length // 2 - 1, "valid": 0}[mode]
    padded = pad(a, (left, right)) if left or right else without_lists(a)[0]
    return matmul(sliding_windows(padded, length), v)


def _check_vectors(operation: str, a: Any, v: Any, mode: str) -> None:
    for operand in (a, v):
        shape = shape_of(operand)
        if len(shape) != 1 or not shape[0]:
            raise ShapeError(
                f"{operation}() takes two vectors with elements, got shape {shape_and_name(operand)}"
            )
    if mode not in ("full", "same", "valid"):
        raise DomainError(f"{operation}(): the mode is 'full', 'same' or 'valid', got {mode!r}")


def _size(x: Any) -> int:
    return math.prod(shape_of(x))


@spelled
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
        raise ShapeError(f"vecdot(): takes vectors, got shapes {shape_and_name(a)} and {shape_and_name(b)}")
    a = moveaxis(a, one_axis("vecdot", axis, len(left)), -1)
    b = moveaxis(b, one_axis("vecdot", axis, len(right)), -1)
    _check("vecdot", shape_of(a)[-1], shape_of(b)[-1], shape_of(a)[:-1], shape_of(b)[:-1], a, b)
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
        raise ShapeError(
            f"matvec(): takes matrices and vectors, got shapes {shape_and_name(a)} and {shape_and_name(b)}"
        )
    _check("matvec", left[-1], right[-1], left[:-2], right[:-1], a, b)
    return squeeze(matmul(a, expand_dims(b, -1)), -1)


def vecmat(a: Any, b: Any) -> Any:
    """Rows times matrices: ``(..., n)`` and ``(..., n, m)`` give ``(..., m)``.

    Raises:
        ShapeError: if the lengths differ, or the batches do not broadcast.

    >>> vecmat([1.0, 1.0], [[1.0, 2.0], [3.0, 4.0]])
    array([4., 6.])
    """
    a, b = as_operand(a), as_operand(b)
    left, right = shape_of(a), shape_of(b)
    if len(right) < 2 or not left:
        raise ShapeError(
            f"vecmat(): takes vectors and matrices, got shapes {shape_and_name(a)} and {shape_and_name(b)}"
        )
    _check("vecmat", left[-1], right[-2], left[:-1], right[:-2], a, b)
    return squeeze(matmul(expand_dims(a, -2), b), -2)


def _check(operation: str, n: int, k: int, batch: Any, other: Any, a: Any, b: Any) -> None:
    if n != k or common_shape(batch, other) is None:
        left, right, names = shape_of(a), shape_of(b), names_of(a, b)
        raise ShapeError(f"{operation}(): shapes {left} and {right} cannot be multiplied{names}")
