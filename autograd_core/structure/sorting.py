"""Sorting, and what sorting finds: the gradient goes to the elements where they came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import IndexRangeError, ShapeError
from ..primitive import General
from ..spelling import spelled
from .indexing import getitem, take, take_along_axis
from .operands import along, as_operand, data_of, on_axis, one_axis, shape_and_name, shape_of, shaped
from .reductions import without_gradient

__all__ = ["argsort", "kthvalue", "partition", "sort", "topk", "unique"]


def _order(x: Any, axis: int, descending: bool) -> Any:
    """NaN comes last either way; ~n is -n - 1, which unsigned numbers have, too."""
    data = data_of(x)
    if descending:
        data = -data if data.dtype.kind == "f" else ~data
    return np.argsort(data, axis=axis, kind="stable")


def _sorted(x: Any, *, axis: int, descending: bool) -> Any:
    if descending:
        return np.take_along_axis(x, _order(x, axis, True), axis)
    return np.sort(x, axis=axis, kind="stable")


_sort = General(
    "sort",
    "sort",
    forward=_sorted,
    pullback=lambda m, g, y, x, *, index, axis, descending: m.put_along_axis(
        g, indices=_order(x, axis, descending), axis=axis, shape=x.shape
    ),
    pushforward=lambda m, t, y, x, *, index, axis, descending: m.take_along_axis(
        t, indices=_order(x, axis, descending), axis=axis
    ),
)


@spelled
def sort(x: Any, axis: int | None = -1, descending: bool = False) -> Any:
    """The elements in ascending order along ``axis``, or in descending order; flattened first when the axis
    is None.

    Equal elements keep their order, so it is clear where each gradient goes; NaN comes last.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> from autograd_core import Tensor
    >>> x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    >>> (sort(x) * [1.0, 10.0, 100.0]).sum().backward()
    >>> x.grad
    array([100.,   1.,  10.])
    >>> sort([3.0, 1.0, 2.0], descending=True)
    array([3., 2., 1.])
    """
    x, position = along("sort", x, axis)
    return _sort(x, axis=position, descending=bool(descending))


@spelled
def argsort(x: Any, axis: int | None = -1) -> Any:
    """The indices that sort ``x`` along ``axis``, as integers that need no gradient. Equal elements keep
    their order.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> argsort([3.0, 1.0, 2.0])
    array([1, 2, 0])
    """
    x = as_operand(x)
    if axis is not None:
        one_axis("argsort", axis, len(shape_of(x)))
    return without_gradient(np.argsort, x, axis=axis, kind="stable")


@spelled
def partition(x: Any, kth: Any, axis: int | None = -1) -> Any:
    """The elements along ``axis`` in such an order that the ``kth`` is where sorting would put it, smaller
    ones before it and larger ones behind it; flattened first when the axis is None.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
        IndexRangeError: if there is no ``kth`` element.

    >>> partition([3.0, 1.0, 2.0], 1)
    array([1., 2., 3.])
    """
    x, position = along("partition", x, axis)
    try:
        order = np.argpartition(data_of(x), data_of(kth), axis=position)
    except ValueError:
        raise IndexRangeError(
            f"partition(): kth={kth!r} is outside the axis of length {shape_of(x)[position]}"
        ) from None
    return take_along_axis(x, order, position)


@spelled
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
    x, shape = shaped(x)
    position = one_axis("topk", axis, len(shape))
    length = shape_of(x)[position]
    if not 0 <= k <= length:
        raise ShapeError(f"topk(): k={k}, but axis {axis} of shape {shape_and_name(x)} has {length} elements")
    first = on_axis(position, slice(0, k))

    def places(data: Any) -> Any:
        return np.argsort(-data if largest else data, axis=position, kind="stable")[first]

    chosen = places(data_of(x))
    return take_along_axis(x, chosen, position), without_gradient(places, x)


@spelled
def kthvalue(x: Any, k: int, axis: int = -1, keepdims: bool = False) -> tuple[Any, Any]:
    """The ``k``-th smallest element along ``axis``, counted from 1, and its index (PyTorch's kthvalue).

    Raises:
        ShapeError: for a wrong axis, or if there is no ``k``-th element along it.

    >>> kthvalue([30.0, 10.0, 20.0], 2)
    (np.float64(20.0), np.int64(2))
    """
    x, shape = shaped(x)
    position = one_axis("kthvalue", axis, len(shape))
    length = shape_of(x)[position]
    if not 1 <= k <= length:
        raise ShapeError(
            f"kthvalue(): k={k}, but axis {axis} of shape {shape_and_name(x)} has {length} elements"
        )
    place = on_axis(position, slice(k - 1, k) if keepdims else k - 1)
    return getitem(sort(x, position), place), getitem(argsort(x, position), place)


@spelled
def unique(
    x: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
) -> Any:
    """The different elements in ascending order, or the different slices along ``axis``. Of equal ones the
    first receives the gradient.

    Args:
        x: the input.
        return_index: give the places of the first occurrences, too.
        return_inverse: give the number of each element among the different ones, too.
        return_counts: give how often each occurs, too.
        axis: along which; flattened when None.
        equal_nan: whether NaNs count as equal.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> unique([3.0, 1.0, 3.0])
    array([1., 3.])
    """
    x = as_operand(x)
    _, index, inverse, counts = np.unique(data_of(x), True, True, True, axis, equal_nan=equal_nan)
    asked = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    values = take(x, index, axis)
    extra = tuple(found for wanted, found in asked if wanted)
    return (values, *extra) if extra else values
