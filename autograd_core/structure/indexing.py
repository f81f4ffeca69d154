"""Taking elements out by index, and the transpose: putting cotangents back where they came from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import asarray
from ..errors import DomainError, IndexRangeError, ShapeError
from ..graph import Node
from ..masks import check_unmasked
from ..naming import element
from ..primitive import Linear
from ..spelling import spelled
from .operands import along, as_operand, data_of, lying_along, on_axis, one_axis, shape_and_name, shape_of

__all__ = ["gather", "getitem", "take", "take_along_axis"]


def _is_basic(index: Any) -> bool:
    """Whether the index is made of integers, slices, ``None`` and ``...`` only: then it selects no
    element twice.
    """
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or isinstance(part, slice | int | np.integer) for part in parts
    )


def _put(g: Any, *, index: Any, shape: tuple[int, ...]) -> Any:
    """An array of zeros with ``g`` added at ``index``; an element selected twice gets both shares."""
    if _is_basic(index) or (isinstance(index, np.ndarray) and index.dtype == bool):
        result = np.zeros(shape, dtype=g.dtype)
        result[index] = g
        return result
    axis = _row_axis(index)
    if axis is not None:
        rows = np.asarray(index[axis] if isinstance(index, tuple) else index)
        result = _add_rows(rows, axis, g, shape)
        if result is not None:
            return result
    return _add_at(_selected(index, shape), g, shape)


def _add_part(total: Any, g: Any, *, index: Any) -> bool:
    """Add ``g`` at a basic index of an array, without an array of zeros: of n slices of an array each then
    costs its own length, not that of all.
    """
    basic = _is_basic(index)
    if basic:
        total[index] += g
    return basic


_WIDE = 16  # the length of a row from which whole rows are added faster than their elements
_OFTEN = 8  # how many times one row may be taken for its shares to be added one after the other


def _row_axis(index: Any) -> int | None:
    """The axis of the only integer array in an index such as ``x[rows]`` or ``x[:, rows]``, else None."""
    parts = index if isinstance(index, tuple) else (index,)
    *before, last = parts
    whole = all(isinstance(part, slice) and part == slice(None) for part in before)
    return len(before) if whole and isinstance(last, np.ndarray) and last.dtype.kind in "iu" else None


def _add_rows(rows: Any, axis: int, g: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` with the slices of ``g`` added at the places ``rows`` on ``axis``; None where
    elements are better added one by one.

    Sorting brings the shares of one row together. If no row has many, first shares are added everywhere
    at once, then second shares, and so on; else one reduction adds them all up. The work depends on how
    many rows were taken, not on how many the table has.
    """
    long = g.dtype == object or math.prod(shape[axis + 1 :]) >= _WIDE
    if not long and math.prod(shape[:axis]) < _WIDE:
        return None
    result = np.zeros(shape, dtype=g.dtype)
    if not rows.size:
        return result
    targets = rows.ravel() % shape[axis]
    g = g.reshape(shape[:axis] + targets.shape + shape[axis + 1 :])
    order = np.argsort(targets, kind="stable")
    targets = targets[order]
    starts = np.flatnonzero(np.concatenate(([True], targets[1:] != targets[:-1])))
    shares = np.diff(starts, append=targets.size)
    before = (slice(None),) * axis
    most = int(shares.max())
    if most <= _OFTEN and g.size >= _WIDE * targets.size:
        for number in range(most):
            those = starts[shares > number]
            share = np.take(g, order[those + number], axis=axis)
            if number == 0:
                result[(*before, targets[those])] = share
            else:
                result[(*before, targets[those])] += share
        return result
    if not long:
        return None
    sums = np.add.reduceat(np.take(g, order, axis=axis), starts, axis=axis)
    result[(*before, targets[starts])] = sums
    return result


def _selected(index: Any, shape: tuple[int, ...]) -> Any:
    """The flat position of each element that ``index`` selects from an array of ``shape``.

    Each axis contributes its coordinate times its stride. The coordinates are repeated along the other
    axes as a view, so nothing of the size of the array is built.
    """
    positions: Any = np.broadcast_to(0, shape)[index]
    stride = 1
    for axis in reversed(range(len(shape))):
        length = shape[axis]
        coordinates = np.arange(length).reshape(lying_along(axis, len(shape)))
        positions = positions + np.broadcast_to(coordinates * stride, shape)[index]
        stride *= length
    return np.asarray(positions)


def _add_at(positions: Any, g: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` with every element of ``g`` added at its flat position."""
    size = math.prod(shape)
    if g.dtype == object:
        return _add_rows(positions, 0, g, (size,)).reshape(shape)
    sums = np.bincount(positions.ravel(), weights=np.ravel(g), minlength=size)
    return sums.reshape(shape).astype(g.dtype, copy=False)


_getitem = Linear(
    "getitem",
    "[ ]",
    forward=lambda x, *, index: x[index],
    transpose=lambda m, g, x, *, index: m.put(g, index=index, shape=x.shape),
    named_after=lambda name, *, index: _name_of_part(name, index),
)

_getitem.add_share = _add_part

put = Linear(
    "put",
    "put",
    forward=_put,
    transpose=lambda m, g, x, *, index, shape: m.getitem(g, index=index),
)


def _positions(indices: Any, axis: int, shape: tuple[int, ...]) -> Any:
    """The flat position in an array of ``shape`` of each element that ``take_along_axis`` picks."""
    grid = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    grid[axis] = indices
    return np.ravel_multi_index(np.broadcast_arrays(*grid), shape, mode="wrap")


_take_along_axis = Linear(
    "take_along_axis",
    "take",
    forward=lambda x, *, indices, axis: np.take_along_axis(x, indices, axis),
    transpose=lambda m, g, x, *, indices, axis: m.put_along_axis(
        g, indices=indices, axis=axis, shape=x.shape
    ),
)

put_along_axis = Linear(
    "put_along_axis",
    "put",
    forward=lambda g, *, indices, axis, shape: _add_at(
        _positions(np.broadcast_to(indices, g.shape), axis, shape), g, shape
    ),
    transpose=lambda m, g, x, *, indices, axis, shape: m.take_along_axis(g, indices=indices, axis=axis),
)


def as_index(index: Any) -> Any:
    """The index that NumPy is to use: tensors and lists in it become arrays."""
    if isinstance(index, tuple):
        return tuple(as_index(part) for part in index)
    if isinstance(index, list):
        check_unmasked(index, "an index")
        array = np.asarray(index)
        return array.astype(int) if array.size == 0 else array
    if isinstance(index, Node):
        index = index.data
    if isinstance(index, np.ndarray):
        check_unmasked(index, "an index")
        return index.copy()  # it may have changed when it is needed
    return index


def checked_index(index: Any) -> Any:
    """The index that NumPy is to use, see :func:`as_index`.

    Raises:
        IndexRangeError: if it is not made of integers or booleans.
    """
    index = as_index(index)
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, float | np.floating) or (
            isinstance(part, np.ndarray) and part.dtype.kind not in "iub"
        ):
            raise IndexRangeError(f"an index has to be made of integers or booleans, got {part!r}")
    return index


def getitem(x: Any, index: Any) -> Any:
    """``x[index]`` as NumPy defines it: slices, integers, ``None``, ``...``, boolean and integer arrays.

    Elements selected several times receive the sum of the cotangents.

    Raises:
        IndexRangeError: for an index outside the array or one that is no index.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> getitem(x, [0, 0, 2]).sum().backward()
    >>> x.grad
    array([2., 0., 1.])
    """
    index = checked_index(index)
    try:
        return _getitem(x, index=index)
    except IndexError as error:
        message = f"cannot index an input of shape {shape_and_name(x)} with [{written(index)}]: {error}"
        raise IndexRangeError(message) from None


def _name_of_part(name: str, index: Any) -> str:
    """Everything keeps its name, with axes of length 1 or without; elements and slices are called by their
    index; what an array picks has none.
    """
    if not _is_basic(index):
        return ""
    parts = index if isinstance(index, tuple) else (index,)
    everything = all(part is None or part is Ellipsis or part == slice(None) for part in parts)
    return name if everything else element(name, written(index))


def written(index: Any) -> str:
    """What stands between the brackets."""
    if isinstance(index, tuple):
        return ", ".join(written(part) for part in index)
    if isinstance(index, slice):
        ends = ["" if end is None else str(end) for end in (index.start, index.stop, index.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if index is Ellipsis:
        return "..."
    return f"array of shape {index.shape}" if isinstance(index, np.ndarray) else str(index)


@spelled
def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """Pick along ``axis`` with an index array of the same number of dimensions; on the other axes both
    broadcast. When the axis is None, pick from all elements with a row of indices.

    Raises:
        ShapeError: if the dimensions do not fit.
        IndexRangeError: for an index outside the axis.

    >>> x = np.array([[3.0, 1.0], [2.0, 4.0]])
    >>> take_along_axis(x, np.argsort(x, axis=1), axis=1)
    array([[1., 3.],
           [2., 4.]])
    """
    x, position = along("take_along_axis", x, axis)
    shape, chosen = shape_of(x), as_index(indices)
    if not isinstance(chosen, np.ndarray) or chosen.dtype.kind not in "iu":
        raise IndexRangeError(f"take_along_axis(): indices have to be integers, got {indices!r}")
    if chosen.ndim != len(shape):
        raise ShapeError(
            f"take_along_axis(): indices of shape {chosen.shape} need {len(shape)} dimensions, "
            f"as the input of shape {shape}"
        )
    for i, (n, length) in enumerate(zip(chosen.shape, shape, strict=True)):
        if i != position and n != length and 1 not in (n, length):
            raise ShapeError(
                f"take_along_axis(): indices of shape {chosen.shape} and the input of shape {shape} "
                f"do not broadcast on axis {i}"
            )
    length = shape[position]
    if chosen.size:
        least, most = np.minimum.reduce(chosen, axis=None), np.maximum.reduce(chosen, axis=None)
        if not (-length <= least and most < length):
            raise IndexRangeError(f"take_along_axis(): an index is outside axis {axis} of length {length}")
    return _take_along_axis(x, indices=chosen, axis=position)


def checked_indices(operation: str, indices: Any, length: int) -> Any:
    """The indices as an array of numbers from 0 to ``length - 1``."""
    array = asarray(data_of(indices))
    if array.size and array.dtype.kind not in "iu":
        raise IndexRangeError(f"{operation}(): indices have to be integers, got dtype {array.dtype}")
    if array.size and not (-length <= array.min() and array.max() < length):
        raise IndexRangeError(
            f"{operation}(): an index is outside the axis of length {length}: "
            f"they range from {array.min()} to {array.max()}"
        )
    return array.astype(np.intp) % length if array.size else array.astype(np.intp)


def within(operation: str, indices: Any, length: int, mode: str) -> Any:
    """Indices with those outside taken modulo the length ("wrap") or moved to the nearest end ("clip").

    Raises:
        DomainError: for another mode than these and "raise", which leaves them as they are.
    """
    if mode not in ("raise", "wrap", "clip"):
        raise DomainError(f"{operation}(): mode is 'raise', 'wrap' or 'clip', got {mode!r}")
    if mode == "raise" or not length:
        return indices
    places = asarray(data_of(indices))
    return places % length if mode == "wrap" else np.clip(places, 0, length - 1)


@spelled
def take(x: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    """The elements, or slices along ``axis``, with the given indices; of the flattened array when None.

    The axes of ``indices`` take the place of ``axis``: rows of a table, ``take(table, tokens, axis=0)``,
    are an embedding. An index outside is refused, or counts round with ``mode="wrap"``, or becomes the
    nearest one with ``mode="clip"``.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
        IndexRangeError: for an index outside it.
        DomainError: for another mode.

    >>> take([10.0, 20.0, 30.0], [2, 0])
    array([30., 10.])
    """
    x, position = along("take", x, axis)
    length = shape_of(x)[position]
    if mode != "raise":
        indices = within("take", indices, length, mode)
    chosen = checked_indices("take", indices, length)
    return getitem(x, on_axis(position, chosen if chosen.ndim else int(chosen)))


def checked_along(operation: str, x: Any, axis: int, indices: Any) -> tuple[int, Any]:
    """The axis from the front, and the indices, which may not reach beyond ``x`` on any other axis."""
    shape = shape_of(x)
    position = one_axis(operation, axis, len(shape))
    chosen = checked_indices(operation, indices, shape[position])
    if chosen.ndim != len(shape):
        raise ShapeError(
            f"{operation}(): indices of shape {chosen.shape} need {len(shape)} dimensions, "
            f"as the input of shape {shape}"
        )
    for i, (n, limit) in enumerate(zip(chosen.shape, shape, strict=True)):
        if i != position and n > limit:
            raise ShapeError(
                f"{operation}(): indices of shape {chosen.shape} reach beyond axis {i} of the input, "
                f"which has shape {shape}"
            )
    return position, chosen


@spelled
def gather(x: Any, axis: int, indices: Any) -> Any:
    """Pick along ``axis``: ``out[i][j] = x[indices[i][j]][j]`` for axis 0 (PyTorch's gather).

    Args:
        x: the input.
        axis: the axis that the indices count along.
        indices: integers, with as many axes as ``x``; on the other axes they may be shorter.

    Returns:
        An array of the shape of ``indices``.

    Raises:
        ShapeError: if the shapes do not fit.
        IndexRangeError: for an index outside the axis.

    >>> gather([[1.0, 2.0], [3.0, 4.0]], 1, [[0, 0], [1, 0]])
    array([[1., 1.],
           [4., 3.]])
    """
    x = as_operand(x)
    position, chosen = checked_along("gather", x, axis, indices)
    corner = tuple(slice(None) if i == position else slice(0, n) for i, n in enumerate(chosen.shape))
    return take_along_axis(getitem(x, corner), chosen, position)
