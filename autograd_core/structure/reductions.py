"""Sums, means and extremes along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Node, unrecorded
from ..primitive import General, Linear, Namespace
from .axes import Axis, reduced_axes, shape_of

__all__ = ["argmax", "argmin", "max", "mean", "min", "sum"]


def _restored(m: Namespace, g: Any, shape: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """``g`` with the reduced axes put back, of length 1."""
    return m.reshape(g, shape=tuple(1 if i in axis else n for i, n in enumerate(shape)))


def _spread(m: Namespace, g: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """``g`` repeated along the reduced axes: the transpose of a sum."""
    return m.broadcast_to(_restored(m, g, x.shape, axis), shape=x.shape)


def _count(x: Any, axis: tuple[int, ...]) -> float:
    return float(np.prod([x.shape[i] for i in axis], dtype=int))


_sum = Linear(
    "sum",
    "Σ",
    forward=lambda x, *, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims),
    transpose=lambda m, g, x, *, axis, keepdims: _spread(m, g, x, axis),
)

_mean = Linear(
    "mean",
    "mean",
    forward=lambda x, *, axis, keepdims: np.mean(x, axis=axis, keepdims=keepdims),
    transpose=lambda m, g, x, *, axis, keepdims: _spread(m, g / _count(x, axis), x, axis),
)
_mean.floating = True


def _chosen(m: Namespace, y: Any, x: Any, axis: tuple[int, ...]) -> tuple[Any, Any]:
    """Where the extreme stands, and in how many places."""
    chosen = x == _restored(m, y, x.shape, axis)
    mask = chosen.data if isinstance(chosen, Node) else chosen
    return mask, np.sum(mask, axis=axis, keepdims=True).astype(y.dtype)


def _to_the_extreme(
    m: Namespace, g: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...], keepdims: bool
) -> Any:
    """All elements that equal the extreme share its cotangent."""
    mask, ties = _chosen(m, y, x, axis)
    return m.where(mask, _restored(m, g, x.shape, axis) / ties, 0.0)


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
    return _unrecorded(np.argmax, x, axis=axis, keepdims=keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the (first) smallest element, as integers that need no gradient."""
    reduced_axes("argmin", axis, shape_of(x), nonempty=True)
    return _unrecorded(np.argmin, x, axis=axis, keepdims=keepdims)


def _unrecorded(function: Any, x: Any, **keywords: Any) -> Any:
    """A function whose values are integers: of a node, a tensor of the same kind that records nothing."""
    if isinstance(x, Node):
        return unrecorded(np.asarray(function(x.data, **keywords)))
    return function(x, **keywords)
