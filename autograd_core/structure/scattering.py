"""Picking by index and writing by index: PyTorch's gather and scatter, NumPy's take and select.

Nothing is written in place. A scatter is a new array; where several elements go to one place they add up
(``scatter_add``, ``index_add``) or the last one stays (``scatter``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import where
from ..dtypes import default_dtype
from ..errors import DomainError, IndexRangeError, ShapeError
from ..graph import Node, unrecorded
from .indexing import getitem, put, put_along_axis, take_along_axis
from .operands import as_operand, data_of, one_axis, shape_of
from .shaping import pad, reshape

__all__ = [
    "bincount",
    "gather",
    "index_add",
    "masked_fill",
    "one_hot",
    "scatter",
    "scatter_add",
    "select",
    "take",
    "unique",
]


def _integers(operation: str, indices: Any, length: int) -> Any:
    """The indices as an array of numbers from 0 to ``length - 1``."""
    array = np.asarray(data_of(indices))
    if array.size and array.dtype.kind not in "iu":
        raise IndexRangeError(f"{operation}(): indices have to be integers, got dtype {array.dtype}")
    if array.size and not (-length <= array.min() and array.max() < length):
        raise IndexRangeError(
            f"{operation}(): an index is outside the axis of length {length}: "
            f"they range from {array.min()} to {array.max()}"
        )
    return array.astype(np.intp) % length if array.size else array.astype(np.intp)


def take(x: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Any:
    """The elements, or slices along ``axis``, with the given indices; of all in one row when None.

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
    x = reshape(x, -1) if axis is None else as_operand(x)
    position = one_axis("take", 0 if axis is None else axis, len(shape_of(x)))
    length = shape_of(x)[position]
    if mode not in ("raise", "wrap", "clip"):
        raise DomainError(f"take(): mode is 'raise', 'wrap' or 'clip', got {mode!r}")
    if mode == "wrap" and length:
        indices = np.asarray(data_of(indices)) % length
    elif mode == "clip" and length:
        indices = np.clip(data_of(indices), 0, length - 1)
    chosen = _integers("take", indices, length)
    return getitem(x, (*(slice(None),) * position, chosen if chosen.ndim else int(chosen)))


def _along(operation: str, x: Any, axis: int, indices: Any) -> tuple[int, Any]:
    """The axis from the front, and the indices, which may not reach beyond ``x`` on any other axis."""
    shape = shape_of(x)
    position = one_axis(operation, axis, len(shape))
    chosen = _integers(operation, indices, shape[position])
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
    position, chosen = _along("gather", x, axis, indices)
    corner = tuple(slice(None) if i == position else slice(0, n) for i, n in enumerate(chosen.shape))
    return take_along_axis(getitem(x, corner), chosen, position)


def _source(operation: str, x: Any, source: Any, shape: tuple[int, ...]) -> Any:
    """What is written: an array cut to ``shape``, or a number."""
    if not shape_of(source):
        return source + np.zeros(shape, x.dtype if x.dtype.kind == "f" else default_dtype())
    have = shape_of(source)
    if len(have) != len(shape) or any(n > limit for n, limit in zip(shape, have, strict=True)):
        raise ShapeError(
            f"{operation}(): a source of shape {have} has too little for indices of shape {shape}"
        )
    source = as_operand(source)
    return source if have == shape else getitem(source, tuple(slice(0, n) for n in shape))


def scatter(x: Any, axis: int, indices: Any, source: Any) -> Any:
    """``x`` with ``source`` written along ``axis``: ``out[indices[i][j]][j] = source[i][j]`` for axis 0.

    Where several elements go to one place the last one stays, and alone receives the gradient.

    Args:
        x: the input.
        axis: the axis that the indices count along.
        indices: integers, with as many axes as ``x``.
        source: what is written: a number, or an array at least as long as ``indices`` on every axis.

    Raises:
        ShapeError: if the shapes do not fit.
        IndexRangeError: for an index outside the axis.

    >>> scatter(np.zeros((2, 2)), 1, [[1], [0]], 5.0)
    array([[0., 5.],
           [5., 0.]])
    """
    x = as_operand(x)
    position, chosen = _along("scatter", x, axis, indices)
    written = reshape(_source("scatter", x, source, chosen.shape), -1)
    grid = [np.asarray(part) for part in np.ogrid[tuple(slice(n) for n in chosen.shape)]]
    grid[position] = chosen
    writer = np.full(shape_of(x), -1)
    if not chosen.size:
        return x
    writer[tuple(grid)] = np.arange(chosen.size).reshape(chosen.shape)
    return where(writer >= 0, getitem(written, np.maximum(writer, 0)), x)


def scatter_add(x: Any, axis: int, indices: Any, source: Any) -> Any:
    """``x`` with ``source`` added along ``axis``: ``out[indices[i][j]][j] += source[i][j]`` for axis 0;
    the arguments are those of :func:`scatter`.

    >>> scatter_add(np.zeros(3), 0, [2, 2, 0], [1.0, 2.0, 4.0])
    array([4., 0., 3.])
    """
    x = as_operand(x)
    position, chosen = _along("scatter_add", x, axis, indices)
    shape = shape_of(x)
    added = _source("scatter_add", x, source, chosen.shape)
    reached = tuple(shape[i] if i == position else n for i, n in enumerate(chosen.shape))
    total = put_along_axis(added, indices=chosen, axis=position, shape=reached)
    if reached != shape:
        total = pad(total, [(0, n - m) for n, m in zip(shape, reached, strict=True)])
    return x + total


def index_add(x: Any, axis: int, indices: Any, source: Any) -> Any:
    """``x`` with the slices of ``source`` added to those that ``indices`` names along ``axis``
    (PyTorch's index_add).

    Args:
        x: the input.
        axis: along which.
        indices: a row of integers; an index that occurs several times adds several times.
        source: shaped as ``x``, but as long as ``indices`` along ``axis``.

    Raises:
        ShapeError: if the shapes do not fit.
        IndexRangeError: for an index outside the axis.

    >>> index_add(np.zeros(3), 0, [0, 0, 2], [1.0, 2.0, 4.0])
    array([3., 0., 4.])
    """
    x = as_operand(x)
    shape = shape_of(x)
    position = one_axis("index_add", axis, len(shape))
    chosen = _integers("index_add", indices, shape[position])
    wanted = (*shape[:position], chosen.size, *shape[position + 1 :])
    if chosen.ndim != 1 or shape_of(source) != wanted:
        raise ShapeError(
            f"index_add(): indices of shape {chosen.shape} on axis {position} of shape {shape} need a "
            f"source of shape {wanted}, got {shape_of(source)}"
        )
    return x + put(as_operand(source), index=(*(slice(None),) * position, chosen), shape=shape)


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """``x`` with ``value`` wherever ``mask`` is true (PyTorch's masked_fill).

    Raises:
        ShapeError: if the shapes do not broadcast.

    >>> masked_fill(np.array([1.0, 2.0]), [False, True], -1.0)
    array([ 1., -1.])
    """
    return where(np.asarray(data_of(mask), dtype=bool), value, as_operand(x))


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
        result = where(np.asarray(data_of(condition), dtype=bool), choice, result)
    return result


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each whole number occurs, or the sum of the ``weights`` that stand beside it, which get
    the gradient of their sum.

    Raises:
        ShapeError: if there are not as many weights as numbers, or they stand in no row.
        IndexRangeError: for a negative number or one that is not whole.

    >>> bincount([0, 2, 2], weights=[1.0, 2.0, 4.0])
    array([1., 0., 6.])
    """
    numbers = np.asarray(data_of(x))
    if numbers.ndim != 1 or (weights is not None and shape_of(weights) != numbers.shape):
        beside = "" if weights is None else f" and weights of shape {shape_of(weights)}"
        raise ShapeError(f"bincount(): takes a row of numbers, got shape {numbers.shape}{beside}")
    if numbers.size and (numbers.dtype.kind not in "iub" or numbers.min() < 0):
        raise IndexRangeError("bincount(): counts whole numbers from 0")
    if not isinstance(weights, Node):
        return np.bincount(numbers.astype(np.intp), weights, minlength)
    length = max(int(numbers.max()) + 1 if numbers.size else 0, minlength)
    return put(weights, index=numbers.astype(np.intp), shape=(length,))


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
        axis: along which; all elements in one row when None.
        equal_nan: whether NaNs count as equal.

    >>> unique([3.0, 1.0, 3.0])
    array([1., 3.])
    """
    x = as_operand(x)
    _, index, inverse, counts = np.unique(data_of(x), True, True, True, axis, equal_nan=equal_nan)
    asked = ((return_index, index), (return_inverse, inverse), (return_counts, counts))
    values = take(x, index, axis)
    extra = tuple(found for wanted, found in asked if wanted)
    return (values, *extra) if extra else values


def one_hot(indices: Any, num_classes: int | None = None, dtype: DTypeLike | None = None) -> Any:
    """A last axis with 1 at the index and 0 elsewhere, in the default dtype unless another is named.

    Args:
        indices: integers from 0 to ``num_classes - 1``; a tensor gives a tensor.
        num_classes: the length of the new axis; one more than the largest index when None.
        dtype: of the result.

    Raises:
        IndexRangeError: for an index outside the classes.

    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    array = np.asarray(data_of(indices))
    if array.size and array.dtype.kind not in "iu":
        raise IndexRangeError(f"one_hot(): classes have to be integers, got dtype {array.dtype}")
    if num_classes is None:
        num_classes = int(array.max()) + 1 if array.size else 0
    if array.size and (array.min() < 0 or array.max() >= num_classes):
        raise IndexRangeError(
            f"one_hot(): classes range from 0 to {num_classes - 1}, got {array.min()} to {array.max()}"
        )
    result = (array[..., None] == np.arange(num_classes)).astype(dtype or default_dtype())
    return unrecorded(result) if isinstance(indices, Node) else result
