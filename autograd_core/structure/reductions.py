"""Sums, means, products and extremes along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Node, unrecorded
from ..primitive import General, Linear, Namespace
from .axes import Axis, data_of, reduced_axes, shape_of

__all__ = ["argmax", "argmin", "max", "mean", "min", "prod", "sum"]


def restored(m: Namespace, g: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """``g`` with the reduced axes put back, of length 1."""
    return m.reshape(g, shape=tuple(1 if i in axis else n for i, n in enumerate(shape)))


def spread(m: Namespace, g: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """``g`` repeated along the reduced axes: the transpose of a sum."""
    return m.broadcast_to(restored(m, g, x.shape, axis), shape=x.shape)


def count(x: Any, axis: tuple[int, ...]) -> float:
    return float(np.prod([x.shape[i] for i in axis], dtype=int))


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
    size = int(np.prod([shape[i] for i in axis], dtype=int))
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


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Add up the elements along ``axis`` (one, several, or all when None).

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.

    >>> from autograd_core import Tensor
    >>> sum(Tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    Tensor([4., 6.])
    """
    return _sum(x, axis=reduced_axes("sum", axis, shape_of(x)), keepdims=bool(keepdims))


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The arithmetic mean along ``axis`` (one, several, or all when None).

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.
    """
    return _mean(x, axis=reduced_axes("mean", axis, shape_of(x)), keepdims=bool(keepdims))


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Multiply the elements along ``axis`` (one, several, or all when None); 1 if there are none.

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
    return _prod(x, axis=reduced_axes("prod", axis, shape_of(x)), keepdims=bool(keepdims))


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest element along ``axis``. Elements that tie for it share the gradient equally.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> from autograd_core import Tensor
    >>> x = Tensor([3.0, 1.0, 3.0], requires_grad=True)
    >>> max(x).backward()
    >>> x.grad
    array([0.5, 0. , 0.5])
    """
    axes = reduced_axes("max", axis, shape_of(x), nonempty=True)
    return _max(x, axis=axes, keepdims=bool(keepdims))


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest element along ``axis``. Elements that tie for it share the gradient equally.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.
    """
    axes = reduced_axes("min", axis, shape_of(x), nonempty=True)
    return _min(x, axis=axes, keepdims=bool(keepdims))


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the (first) largest element, as integers that need no gradient."""
    reduced_axes("argmax", axis, shape_of(x), nonempty=True)
    return without_gradient(np.argmax, x, axis=axis, keepdims=keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the (first) smallest element, as integers that need no gradient."""
    reduced_axes("argmin", axis, shape_of(x), nonempty=True)
    return without_gradient(np.argmin, x, axis=axis, keepdims=keepdims)


def without_gradient(function: Any, x: Any, **keywords: Any) -> Any:
    """A function whose values are integers: of a node, a tensor of the same kind that records nothing."""
    if isinstance(x, Node):
        return unrecorded(np.asarray(function(x.data, **keywords)))
    return function(x, **keywords)
