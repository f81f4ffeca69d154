"""Sorting and what is read off a sorted array: the gradient goes to the elements where they came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calculus import where
from ..errors import DomainError, ShapeError
from ..primitive import General
from .axes import Axis, as_operand, data_of, one_axis, reduced_axes, shape_of
from .indexing import getitem, take_along_axis
from .reductions import without_gradient
from .shaping import reshape, transpose

__all__ = ["argsort", "kthvalue", "median", "quantile", "sort", "topk"]


def _order(x: Any, axis: int) -> Any:
    return np.argsort(data_of(x), axis=axis, kind="stable")


_sort = General(
    "sort",
    "sort",
    forward=lambda x, *, axis: np.sort(x, axis=axis, kind="stable"),
    pullback=lambda m, g, y, x, *, index, axis: m.put_along_axis(
        g, indices=_order(x, axis), axis=axis, shape=x.shape
    ),
    pushforward=lambda m, t, y, x, *, index, axis: m.take_along_axis(t, indices=_order(x, axis), axis=axis),
)


def sort(x: Any, axis: int | None = -1) -> Any:
    """The elements in ascending order along ``axis``; all in one row when None.

    Equal elements keep their order, so each passes its gradient to a definite place.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> from autograd_core import Tensor
    >>> x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    >>> (sort(x) * [1.0, 10.0, 100.0]).sum().backward()
    >>> x.grad
    array([100.,   1.,  10.])
    """
    x = reshape(x, -1) if axis is None else as_operand(x)
    return _sort(x, axis=one_axis("sort", -1 if axis is None else axis, len(shape_of(x))))


def argsort(x: Any, axis: int | None = -1) -> Any:
    """The indices that sort ``x`` along ``axis``, as integers that need no gradient. Equal elements keep
    their order.

    >>> argsort([3.0, 1.0, 2.0])
    array([1, 2, 0])
    """
    x = as_operand(x)
    if axis is not None:
        one_axis("argsort", axis, len(shape_of(x)))
    return without_gradient(np.argsort, x, axis=axis, kind="stable")


def topk(x: Any, k: int, axis: int = -1, largest: bool = True) -> tuple[Any, Any]:
    """The ``k`` largest elements along ``axis``, the largest first, and their indices (PyTorch's topk).

    Args:
        x: the input.
        k: how many.
        axis: along which.
        largest: False for the smallest, the smallest first.

    Returns:
        ``(values, indices)``; of equal elements the first in ``x`` comes first.

    Raises:
        ShapeError: for a wrong axis, or if there are no ``k`` elements along it.

    >>> topk([1.0, 4.0, 3.0, 2.0], 2)
    (array([4., 3.]), array([1, 2]))
    """
    x = as_operand(x)
    position = one_axis("topk", axis, len(shape_of(x)))
    length = shape_of(x)[position]
    if not 0 <= k <= length:
        raise ShapeError(f"topk(): k={k}, but axis {axis} of shape {shape_of(x)} has {length} elements")
    first = (*(slice(None),) * position, slice(0, k))

    def places(data: Any) -> Any:
        return np.argsort(-data if largest else data, axis=position, kind="stable")[first]

    chosen = places(data_of(x))
    return take_along_axis(x, chosen, position), without_gradient(places, x)


def kthvalue(x: Any, k: int, axis: int = -1, keepdims: bool = False) -> tuple[Any, Any]:
    """The ``k``-th smallest element along ``axis``, counted from 1, and its index (PyTorch's kthvalue).

    Raises:
        ShapeError: for a wrong axis, or if there is no ``k``-th element along it.

    >>> kthvalue([30.0, 10.0, 20.0], 2)
    (np.float64(20.0), np.int64(2))
    """
    x = as_operand(x)
    position = one_axis("kthvalue", axis, len(shape_of(x)))
    length = shape_of(x)[position]
    if not 1 <= k <= length:
        raise ShapeError(f"kthvalue(): k={k}, but axis {axis} of shape {shape_of(x)} has {length} elements")
    place = (*(slice(None),) * position, slice(k - 1, k) if keepdims else k - 1)
    return getitem(sort(x, position), place), getitem(argsort(x, position), place)


def quantile(x: Any, q: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The ``q``-quantile along ``axis``, interpolated linearly between the two nearest elements in order
    (Hyndman and Fan, 1996, definition 7: the default of NumPy and PyTorch).

    Args:
        x: the input.
        q: a number, or an array of numbers, from 0 to 1; it gets no gradient. The axes of ``q`` come first
            in the result.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if ``q`` lies outside 0 to 1.

    >>> quantile([1.0, 2.0, 4.0, 8.0], [0.0, 0.5, 0.9])
    array([1. , 3. , 6.8])
    """
    return _quantile("quantile", x, q, axis, keepdims)


def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The middle element along ``axis``, or the mean of the two in the middle, which share the gradient.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.

    >>> median([5.0, 1.0, 2.0]), median([1.0, 2.0, 4.0, 8.0])
    (np.float64(2.0), np.float64(3.0))
    """
    return _quantile("median", x, 0.5, axis, keepdims)


def _quantile(operation: str, x: Any, q: Any, axis: Axis, keepdims: bool) -> Any:
    x = as_operand(x)
    shape = shape_of(x)
    axes = reduced_axes(operation, axis, shape, nonempty=True)
    levels = np.asarray(data_of(q), dtype=float)
    if not np.all((levels >= 0) & (levels <= 1)):
        raise DomainError(f"{operation}(): a level lies between 0 and 1, got {data_of(q)!r}")
    kept = [i for i in range(len(shape)) if i not in axes]
    size = int(np.prod([shape[i] for i in axes], dtype=int))
    rows = _sort(
        reshape(transpose(x, (*axes, *kept)), (size, *(shape[i] for i in kept))),
        axis=0,
    )
    left = tuple(1 if i in axes else n for i, n in enumerate(shape)) if keepdims else [shape[i] for i in kept]
    result = reshape(_between(rows, levels * (size - 1)), (*levels.shape, *left))
    missing = np.isnan(data_of(x)).any(axis=axes, keepdims=keepdims)  # what is compared with NaN is unknown
    return where(missing, np.nan, result) if missing.any() else result


def _between(rows: Any, places: Any) -> Any:
    """The rows at places that may lie between two of them."""
    below = np.floor(places).astype(int)
    share = (places - below).astype(rows.dtype if rows.dtype.kind == "f" else float)
    if not places.ndim:
        low = getitem(rows, int(below))
        return low + (getitem(rows, int(below) + 1) - low) * share if share else low
    share = share.reshape(places.shape + (1,) * (len(shape_of(rows)) - 1))
    low, high = getitem(rows, below), getitem(rows, np.minimum(below + 1, shape_of(rows)[0] - 1))
    # a level that falls on an element is that element, be its neighbour infinite
    return low + where(share == 0, 0.0, high - low) * share
