"""Sums, means, products and extremes along axes."""

from __future__ import annotations

import math
from typing import Any, Never

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import maximum, minimum
from ..calculus import where as _where
from ..dtypes import asarray
from ..errors import DomainError
from ..graph import Node, unrecorded
from ..primitive import Elementwise, General, Linear, Namespace
from ..spelling import refuse, spelled
from .operands import Axis, as_operand, data_of, reduced_axes, shape_of, with_ones
from .shaping import astype

__all__ = ["argmax", "argmin", "max", "mean", "min", "prod", "sum"]


def restored(m: Namespace, g: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """``g`` with the reduced axes put back, of length 1."""
    return m.reshape(g, shape=with_ones(shape, axis))


def spread(m: Namespace, g: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """``g`` repeated along the reduced axes: the transpose of a sum."""
    return m.broadcast_to(restored(m, g, x.shape, axis), shape=x.shape)


def count(x: Any, axis: tuple[int, ...]) -> float:
    return float(math.prod([x.shape[i] for i in axis]))


_sum = Linear(
    "sum",
    "Σ",
    forward=lambda x, *, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    transpose=lambda m, g, x, *, axis, keepdims: spread(m, g, x, axis),
)

_mean = Linear(
    "mean",
    "mean",
    forward=lambda x, *, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    transpose=lambda m, g, x, *, axis, keepdims: spread(m, g / count(x, axis), x, axis),
)
_mean.floating = True


def _chosen(m: Namespace, y: Any, x: Any, axis: tuple[int, ...]) -> tuple[Any, Any]:
    """Where the extreme stands, and in how many places."""
    extreme, values = data_of(restored(m, y, x.shape, axis)), data_of(x)
    mask = (values == extreme) | (values != values)  # the extreme is NaN where there is one
    return mask, np.sum(mask, axis=axis, keepdims=True).astype(y.dtype)


def _to_the_extreme(
    m: Namespace, g: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...], keepdims: bool
) -> Any:
    """All elements that equal the extreme share its cotangent."""
    mask, ties = _chosen(m, y, x, axis)
    return m.where(mask, restored(m, g, x.shape, axis) / ties, 0.0)


def _of_the_extreme(
    m: Namespace, t: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...], keepdims: bool
) -> Any:
    """The extreme moves as the mean of the elements that equal it."""
    mask, ties = _chosen(m, y, x, axis)
    return m.sum(m.where(mask, t / ties, 0.0), axis=axis, keepdims=keepdims)


_max = General(
    "max",
    "max",
    forward=lambda x, *, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims),
    pullback=_to_the_extreme,
    pushforward=_of_the_extreme,
)

_min = General(
    "min",
    "min",
    forward=lambda x, *, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims),
    pullback=_to_the_extreme,
    pushforward=_of_the_extreme,
)


# -- products: the derivative with respect to a factor is the product of all the others --------------


def _others(m: Namespace, x: Any) -> Any:
    """For every element the product of all others along the last axis, without dividing by it.

    Multiply the elements in pairs; what is missing from a pair's product for one half is the product
    of the other pairs, found the same way, times the other half. It takes 2 log2(n) multiplications
    of arrays, and is right where elements are 0.
    """
    n = x.shape[-1]
    if n == 1:
        return np.ones(x.shape, x.dtype)
    half = n // 2
    left = m.getitem(x, index=(..., slice(0, half)))
    right = m.getitem(x, index=(..., slice(half, 2 * half)))
    products = left * right
    if n % 2:
        products = m.concatenate(products, m.getitem(x, index=(..., slice(n - 1, n))), axis=len(x.shape) - 1)
    rest = _others(m, products)
    paired = m.getitem(rest, index=(..., slice(0, half)))
    parts = [right * paired, left * paired]
    if n % 2:
        parts.append(m.getitem(rest, index=(..., slice(half, half + 1))))
    return m.concatenate(*parts, axis=len(x.shape) - 1)


def _product_of_others(m: Namespace, x: Any, axis: tuple[int, ...]) -> Any:
    """:func:`_others` along several axes at once."""
    shape = x.shape
    order = (*(i for i in range(len(shape)) if i not in axis), *axis)
    moved = tuple(shape[i] for i in order)
    size = math.prod([shape[i] for i in axis])
    if 0 in shape:
        return np.ones(shape, x.dtype)
    rows = m.reshape(m.transpose(x, axes=order), shape=(*moved[: len(shape) - len(axis)], size))
    back = tuple(int(i) for i in np.argsort(order))
    return m.transpose(m.reshape(_others(m, rows), shape=moved), axes=back)


_prod = General(
    "prod",
    "Π",
    forward=lambda x, *, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    pullback=lambda m, g, y, x, *, index, axis, keepdims: (
        restored(m, g, x.shape, axis) * _product_of_others(m, x, axis)
    ),
    pushforward=lambda m, t, y, x, *, index, axis, keepdims: m.sum(
        t * _product_of_others(m, x, axis), axis=axis, keepdims=keepdims
    ),
)


def reduced(
    operation: str,
    x: Any,
    axis: Axis,
    dtype: DTypeLike | None = None,
    where: Any = None,
    neutral: float = 0,
    nonempty: bool = False,
) -> tuple[Any, tuple[int, ...]]:
    """What a reduction takes: the operand in ``dtype``, the neutral element where the mask is not set, and
    the axes, counted from the front.
    """
    if dtype is not None or where is not None:
        x = selected(x, dtype, where, neutral)
    elif not isinstance(x, Node) or x.rank < 2:
        x = as_operand(x)
    shape = (x._raw if isinstance(x, Node) else x).shape  # as shaped() does, on the way of every sum
    if axis is None and not nonempty:
        return x, tuple(range(len(shape)))
    return x, reduced_axes(operation, axis, shape, nonempty)


def selected(x: Any, dtype: DTypeLike | None, where: Any, neutral: float) -> Any:
    """``x`` in ``dtype``, and the neutral element wherever the mask ``where`` is not set."""
    x = as_operand(x)
    if dtype is not None:
        x = astype(x, dtype)
    return x if where is None else _where(asarray(data_of(where), dtype=bool), x, neutral)


def sum(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    dtype: DTypeLike | None = None,
    initial: Any = None,
    where: Any = None,
    **unknown: Never,
) -> Any:
    """Add up the elements along ``axis`` (one, several, or all when None).

    Args:
        x: the input.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.
        dtype: the dtype to compute in; that of ``x`` when None.
        initial: the value to start from, 0 when None.
        where: a mask of the elements to take, all when None.
        unknown: nothing; what other libraries call ``axis`` and ``keepdims`` is answered.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.

    >>> from autograd_core import Tensor
    >>> sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.])
    """
    if unknown:  # looked at here, for a further call would cost as much as a small sum
        refuse(sum, unknown)
    x, axes = reduced("sum", x, axis, dtype, where)
    total = _sum(x, axis=axes, keepdims=bool(keepdims))
    return total if initial is None else total + initial


def mean(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    dtype: DTypeLike | None = None,
    where: Any = None,
    **unknown: Never,
) -> Any:
    """The arithmetic mean along ``axis`` (one, several, or all when None), of the elements that the mask
    ``where`` selects (all when None), computed in ``dtype`` (that of ``x`` when None).

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.

    >>> mean([[1.0, 2.0], [3.0, 6.0]], axis=0)
    array([2., 4.])
    """
    if unknown:
        refuse(mean, unknown)
    x, axes = reduced("mean", x, axis, dtype, where)
    if where is None:
        return _mean(x, axis=axes, keepdims=bool(keepdims))
    return _sum(x, axis=axes, keepdims=bool(keepdims)) / number_of(where, x, axes, keepdims)


def number_of(mask: Any, x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """How many elements of ``x`` along ``axis`` the mask selects, in the dtype of ``x``; NaN for none."""
    everywhere = np.broadcast_to(asarray(data_of(mask), dtype=bool), shape_of(x))
    numbers = np.sum(everywhere, axis=axis, keepdims=bool(keepdims))
    kind = data_of(x).dtype
    return np.where(numbers == 0, np.nan, numbers).astype(kind if kind.kind == "f" else float)


@spelled
def prod(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    dtype: DTypeLike | None = None,
    initial: Any = None,
    where: Any = None,
) -> Any:
    """Multiply the elements along ``axis`` (one, several, or all when None); 1 if there are none. The
    options are those of :func:`sum`.

    The gradient of a factor is the product of all others, computed as such, so it is right where
    factors are 0.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.

    >>> from autograd_core import Tensor
    >>> x = Tensor([0.0, 2.0, 3.0], requires_grad=True)
    >>> prod(x).backward()
    >>> x.grad
    array([6., 0., 0.])
    """
    x, axes = reduced("prod", x, axis, dtype, where, 1)
    product = _prod(x, axis=axes, keepdims=bool(keepdims))
    return product if initial is None else product * initial


def _extreme(
    primitive: General, of_two: Elementwise, x: Any, axis: Axis, keepdims: bool, initial: Any, where: Any
) -> Any:
    name = primitive.name
    if where is not None and initial is None:
        raise DomainError(f"{name}(where=...) needs initial=, its value where nothing is selected")
    x, axes = reduced(name, x, axis, None, where, initial, nonempty=initial is None)
    if initial is None:
        return primitive(x, axis=axes, keepdims=bool(keepdims))
    if any(shape_of(x)[i] == 0 for i in axes):
        return _sum(x, axis=axes, keepdims=bool(keepdims)) + initial
    return of_two(primitive(x, axis=axes, keepdims=bool(keepdims)), initial)


@spelled
def max(x: Any, axis: Axis = None, keepdims: bool = False, *, initial: Any = None, where: Any = None) -> Any:
    """The largest element along ``axis``. Elements that tie for it share the gradient equally.

    Args:
        x: the input.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.
        initial: the least that the result can be.
        where: a mask of the elements to take, all when None; it needs ``initial``.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.
        DomainError: for ``where`` without ``initial``.

    >>> from autograd_core import Tensor
    >>> x = Tensor([3.0, 1.0, 3.0], requires_grad=True)
    >>> max(x).backward()
    >>> x.grad
    array([0.5, 0. , 0.5])
    """
    return _extreme(_max, maximum, x, axis, keepdims, initial, where)


@spelled
def min(x: Any, axis: Axis = None, keepdims: bool = False, *, initial: Any = None, where: Any = None) -> Any:
    """The smallest element along ``axis``. Elements that tie for it share the gradient equally; the
    options are those of :func:`max`.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> min([[3.0, 1.0], [2.0, 4.0]], axis=1)
    array([1., 2.])
    """
    return _extreme(_min, minimum, x, axis, keepdims, initial, where)


@spelled
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the (first) largest element, as integers that need no gradient.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> argmax([[1.0, 5.0], [7.0, 2.0]], axis=1)
    array([1, 0])
    """
    x, _ = reduced("argmax", x, axis, nonempty=True)
    return without_gradient(np.argmax, x, axis=axis, keepdims=keepdims)


@spelled
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the (first) smallest element, as integers that need no gradient.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> argmin([3.0, 1.0, 2.0])
    np.int64(1)
    """
    x, _ = reduced("argmin", x, axis, nonempty=True)
    return without_gradient(np.argmin, x, axis=axis, keepdims=keepdims)


def without_gradient(function: Any, x: Any, **keywords: Any) -> Any:
    """A function whose values are integers: of a node, a tensor of the same kind that records nothing."""
    if isinstance(x, Node):
        return unrecorded(asarray(function(x.data, **keywords)))
    return function(x, **keywords)
