"""Inserting, deleting and choosing elements: compositions of slices, indices and joins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..calculus import where
from ..calculus import where as _where
from ..dtypes import asarray
from ..errors import DomainError, IndexRangeError, ShapeError
from ..spelling import spelled
from .indexing import getitem, put, take, within
from .joining import concatenate, stack
from .operands import (
    along,
    as_operand,
    as_shape,
    beside,
    common_shape,
    data_of,
    on_axis,
    one_axis,
    shape_and_name,
    shape_of,
    shaped,
)
from .shaping import astype, broadcast_to, moveaxis, ravel, reshape

__all__ = [
    "append",
    "apply_along_axis",
    "apply_over_axes",
    "choose",
    "compress",
    "delete",
    "extract",
    "insert",
    "piecewise",
    "resize",
    "select",
    "trim_zeros",
]


@spelled
def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """``x`` followed by ``values`` along ``axis``; flattened first when None.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if another axis differs in length.

    >>> append([1.0, 2.0], 3.0)
    array([1., 2., 3.])
    """
    x, values = as_operand(x), beside(x, values)
    return concatenate([ravel(x), ravel(values)] if axis is None else [x, values], axis or 0)


@spelled
def delete(x: Any, obj: Any, axis: int | None = None) -> Any:
    """``x`` without the elements, or slices along ``axis``, that ``obj`` names: an index, several, a slice
    or a mask.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
        IndexRangeError: for an index outside it.

    >>> delete([1.0, 2.0, 3.0], 1)
    array([1., 3.])
    """
    x, position = along("delete", x, axis)
    length = shape_of(x)[position]
    try:
        kept = np.delete(np.arange(length), obj if isinstance(obj, slice) else asarray(data_of(obj)))
    except (IndexError, ValueError) as error:
        raise IndexRangeError(f"delete(): axis of length {length}: {error}") from None
    return getitem(x, on_axis(position, kept))


@spelled
def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """``x`` with ``values`` inserted along ``axis`` before the places that ``obj`` names: an index,
    several, a slice or a mask.

    Args:
        x: the input; flattened when the axis is None.
        obj: the places, counted in ``x``.
        values: the new elements; they broadcast to fit.
        axis: along which.

    Raises:
        ShapeError: for a wrong axis, or values that do not fit.
        IndexRangeError: for a place outside.

    >>> insert([1.0, 2.0, 3.0], 1, 9.0)
    array([1., 9., 2., 3.])
    """
    x, position = along("insert", x, axis)
    shape, values = shape_of(x), as_operand(values)
    length = shape[position]
    if isinstance(obj, slice):
        places = np.arange(length)[obj]
    else:
        places = asarray(data_of(obj))
        places = np.flatnonzero(places) if places.dtype == bool else places
    single = places.ndim == 0 or places.size == 1
    before, behind = shape[:position], shape[position + 1 :]
    if places.ndim == 0 and shape_of(values):
        # a single place takes an array the way x[place] = values does: its axes are those of a slice
        ndim = len(shape)
        values = reshape(values, (1,) * (ndim - len(shape_of(values))) + shape_of(values))
        values = moveaxis(values, 0, position)
    count = places.size
    if single and len(shape_of(values)) == len(shape):
        count = shape_of(values)[position]
    wanted = (*before, count, *behind)
    try:
        added = values if shape_of(values) == wanted else broadcast_to(values, wanted)
    except ShapeError:
        raise ShapeError(
            f"insert(): values of shape {shape_and_name(values)} do not fit {count} places on axis "
            f"{position} of shape {shape}"
        ) from None
    if places.size and places.dtype.kind not in "iu":
        raise IndexRangeError(f"insert(): places are whole numbers, got {obj!r}")
    flat = np.ravel(places).astype(int)
    if flat.size and not (-length <= flat.min() and flat.max() <= length):
        raise IndexRangeError(f"insert(): place {obj!r} is outside the axis of length {length}")
    order = np.insert(np.arange(length), flat[0] if single else flat, np.arange(length, length + count))
    kind = data_of(x).dtype
    if not isinstance(values, np.ndarray) or kind.kind == "f":
        joined = concatenate([x, _as(added, kind)], axis=position)
    else:
        joined = concatenate([x, added.astype(kind)], axis=position)
    return getitem(joined, on_axis(position, order))


def _as(values: Any, kind: Any) -> Any:
    """The values in the dtype of ``x``, as in NumPy."""
    return values if data_of(values).dtype == kind else astype(values, kind)


@spelled
def compress(condition: Any, x: Any, axis: int | None = None) -> Any:
    """The slices along ``axis`` at which a row of conditions is true; of the flattened array when None.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
        IndexRangeError: for a condition beyond the end of the axis.

    >>> compress([True, False, True], [1.0, 2.0, 3.0])
    array([1., 3.])
    """
    x, position = along("compress", x, axis)
    chosen = np.flatnonzero(asarray(data_of(condition), dtype=bool))
    return take(x, chosen, position)


def extract(condition: Any, x: Any) -> Any:
    """The elements, in one row, at which the condition is true.

    Raises:
        IndexRangeError: for a condition beyond the last element.

    >>> extract([[True, False], [False, True]], [[1.0, 2.0], [3.0, 4.0]])
    array([1., 4.])
    """
    return compress(np.ravel(data_of(condition)), x)


def select(conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0.0) -> Any:
    """For each element the choice that belongs to the first true condition, ``default`` where none is
    (NumPy's select).

    Raises:
        ShapeError: if there are not as many choices as conditions.

    >>> x = np.array([-2.0, 0.5, 3.0])
    >>> select([x < 0, x < 1], [-x, x * x], 1.0)
    array([2.  , 0.25, 1.  ])
    """
    if len(conditions) != len(choices) or not conditions:
        raise ShapeError(f"select(): {len(conditions)} conditions for {len(choices)} choices")
    result = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = where(asarray(data_of(condition), dtype=bool), choice, result)
    return result


def choose(indices: Any, choices: Sequence[Any], mode: str = "raise") -> Any:
    """For each index the element in its place of the choice with that number.

    Args:
        indices: integers; they and the choices broadcast.
        choices: the arrays to choose from.
        mode: "raise" refuses an index without a choice, "wrap" takes it modulo their number, "clip" takes the
            last choice.

    Raises:
        IndexRangeError: for an index without a choice.
        ShapeError: if the indices and the choices do not broadcast.
        DomainError: for another mode.

    >>> choose([0, 1, 0], [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    array([ 1., 20.,  3.])
    """
    numbers = asarray(data_of(indices))
    options = list(choices)
    if numbers.dtype.kind not in "iub":
        raise IndexRangeError(f"choose(): indices have to be integers, got dtype {numbers.dtype}")
    numbers = within("choose", numbers, len(options), mode)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < len(options)):
        raise IndexRangeError(f"choose(): an index is outside the {len(options)} choices")
    shape = common_shape(numbers.shape, *map(shape_of, options))
    if shape is None:
        listed = " and ".join(str(shape_of(option)) for option in options)
        raise ShapeError(
            f"choose(): indices of shape {numbers.shape} and choices of {listed} do not broadcast"
        )
    stacked = stack([broadcast_to(option, shape) for option in options])
    grid = np.ogrid[tuple(slice(n) for n in shape)]
    return getitem(stacked, (np.broadcast_to(numbers, shape), *grid))


def piecewise(x: Any, conditions: Any, functions: Sequence[Any], *arguments: Any, **options: Any) -> Any:
    """Each function applied to the elements at which its condition is true; the last true one wins.

    Args:
        x: the input.
        conditions: masks of the shape of ``x``, a list of them or a single one.
        functions: one for each mask, and one more for the elements without; a number stands for a constant.
        arguments: further arguments of the functions.
        options: their keyword arguments.

    Raises:
        ShapeError: if there are neither as many functions as conditions nor one more.

    >>> piecewise(np.array([-1.0, 2.0]), [np.array([True, False])], [lambda x: -x, lambda x: x * x])
    array([1., 4.])
    """
    x, shape = shaped(x)
    masks = [conditions] if np.ndim(data_of(conditions)) == len(shape) and shape else list(conditions)
    masks = [np.broadcast_to(asarray(data_of(mask), dtype=bool), shape) for mask in masks]
    if len(functions) == len(masks) + 1:
        masks.append(~np.any(masks, axis=0))
    if len(functions) != len(masks):
        raise ShapeError(f"piecewise(): {len(functions)} functions for {len(masks)} conditions")
    result: Any = np.zeros(shape, data_of(x).dtype)
    for mask, function in zip(masks, functions, strict=True):
        if callable(function):
            part = function(getitem(x, mask), *arguments, **options)
            part = broadcast_to(part, (int(mask.sum()),))
            result = _where(mask, put(part, index=mask, shape=shape), result)
        else:
            result = _where(mask, function, result)
    return result


def resize(x: Any, new_shape: int | Sequence[int]) -> Any:
    """The elements in another shape of any size: repeated from the start, or cut off.

    Raises:
        ShapeError: for a negative length.

    >>> resize([1.0, 2.0, 3.0], (2, 2))
    array([[1., 2.],
           [3., 1.]])
    """
    wanted = as_shape("resize", new_shape)
    if any(n < 0 for n in wanted):
        raise ShapeError(f"resize(): lengths are at least 0, got {wanted}")
    row = ravel(x)
    have, size = shape_of(row)[0], int(np.prod(wanted, dtype=int))
    if not have:
        return np.zeros(wanted, data_of(row).dtype)
    return reshape(getitem(row, np.arange(size) % have), wanted)


@spelled
def trim_zeros(x: Any, trim: str = "fb", axis: int | Sequence[int] | None = None) -> Any:
    """``x`` without the zeros at its front ("f") and back ("b"), along ``axis``, all axes when None.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
        DomainError: for another end than "f" and "b".

    >>> trim_zeros([0.0, 1.0, 0.0, 2.0, 0.0])
    array([1., 0., 2.])
    """
    x = as_operand(x)
    if not set(trim.lower()) <= set("fb"):
        raise DomainError(f"trim_zeros(): trim names the ends, 'f', 'b' or 'fb', got {trim!r}")
    ndim = len(shape_of(x))
    named = range(ndim) if axis is None else axis if isinstance(axis, Sequence) else (axis,)
    axes = {one_axis("trim_zeros", i, ndim) for i in named}
    places = np.argwhere(data_of(x))
    index = []
    for i, n in enumerate(shape_of(x)):
        start, stop = (int(places[:, i].min()), int(places[:, i].max()) + 1) if len(places) else (0, 0)
        front = start if "f" in trim.lower() else 0
        back = stop if "b" in trim.lower() else n
        if not len(places):  # all are zeros: nothing is left
            front, back = 0, 0
        index.append(slice(front, back) if i in axes else slice(None))
    return getitem(x, tuple(index))


@spelled
def apply_along_axis(function: Callable[..., Any], axis: int, x: Any, *arguments: Any, **options: Any) -> Any:
    """A function of rows of numbers applied to each row along ``axis``, which its result replaces.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no row.

    >>> apply_along_axis(lambda row: row[0] + row[-1], 0, np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    x, shape = shaped(x)
    position = one_axis("apply_along_axis", axis, len(shape))
    moved = moveaxis(x, position, -1)
    outer = shape_of(moved)[:-1]
    results = [function(getitem(moved, place), *arguments, **options) for place in np.ndindex(outer)]
    if not results:
        raise ShapeError(
            f"apply_along_axis(): there is no row along axis {axis} of shape {shape_and_name(x)}"
        )
    inner = shape_of(results[0])
    joined = reshape(stack(results), (*outer, *inner))
    sources = range(len(outer), len(outer) + len(inner))
    return moveaxis(joined, list(sources), [position + i for i in range(len(inner))])


@spelled
def apply_over_axes(function: Callable[..., Any], x: Any, axes: int | Sequence[int]) -> Any:
    """``function(x, axis)`` for one axis after the other; an axis that it removes
    is put back with length 1.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> apply_over_axes(np.sum, np.ones((2, 3)), [0, 1])
    array([[6.]])
    """
    x = as_operand(x)
    for axis in (axes,) if isinstance(axes, int) else axes:
        position = one_axis("apply_over_axes", axis, len(shape_of(x)))
        result = function(x, position)
        if len(shape_of(result)) < len(shape_of(x)):
            shape = shape_of(result)
            result = reshape(result, (*shape[:position], 1, *shape[position:]))
        x = result
    return x
