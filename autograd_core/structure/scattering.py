"""Writing by index: PyTorch's scatter and its relatives, NumPy's bincount.

Nothing is written in place. A scatter is a new array; where several elements go to one place they add up
(``scatter_add``, ``index_add``) or the last one stays (``scatter``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import where
from ..dtypes import asarray, default_dtype
from ..errors import IndexRangeError, ShapeError
from ..graph import Node, unrecorded
from ..spelling import spelled
from .assignment import index_set
from .indexing import checked_along, checked_indices, getitem, put, put_along_axis
from .operands import as_operand, data_of, on_axis, one_axis, shape_and_name, shape_of, shaped
from .padding import pad

__all__ = ["bincount", "index_add", "masked_fill", "one_hot", "scatter", "scatter_add"]


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


@spelled
def scatter(x: Any, axis: int, indices: Any, source: Any) -> Any:
    """``x`` with ``source`` written along ``axis``: ``out[indices[i][j]][j] = source[i][j]`` for axis 0.

    Where several elements go to one place the last one stays, and alone receives the gradient.

    Args:
        x: the input.
        axis: the axis that the indices count along.
        indices: integers, with as many axes as ``x``.
        source: the numbers to write: one number, or an array at least as long as ``indices`` on every axis.

    Raises:
        ShapeError: if the shapes do not fit.
        IndexRangeError: for an index outside the axis.

    >>> scatter(np.zeros((2, 2)), 1, [[1], [0]], 5.0)
    array([[0., 5.],
           [5., 0.]])
    """
    x = as_operand(x)
    position, chosen = checked_along("scatter", x, axis, indices)
    grid = [np.asarray(part) for part in np.ogrid[tuple(slice(n) for n in chosen.shape)]]
    grid[position] = chosen
    return index_set(x, tuple(grid), _source("scatter", x, source, chosen.shape))


@spelled
def scatter_add(x: Any, axis: int, indices: Any, source: Any) -> Any:
    """``x`` with ``source`` added along ``axis``: ``out[indices[i][j]][j] += source[i][j]`` for axis 0;
    the arguments are those of :func:`scatter`.

    Raises:
        ShapeError: if the shapes do not fit.
        IndexRangeError: for an index outside the axis.

    >>> scatter_add(np.zeros(3), 0, [2, 2, 0], [1.0, 2.0, 4.0])
    array([4., 0., 3.])
    """
    x = as_operand(x)
    position, chosen = checked_along("scatter_add", x, axis, indices)
    shape = shape_of(x)
    added = _source("scatter_add", x, source, chosen.shape)
    reached = tuple(shape[i] if i == position else n for i, n in enumerate(chosen.shape))
    total = put_along_axis(added, indices=chosen, axis=position, shape=reached)
    if reached != shape:
        total = pad(total, [(0, n - m) for n, m in zip(shape, reached, strict=True)])
    return x + total


@spelled
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
    x, shape = shaped(x)
    position = one_axis("index_add", axis, len(shape))
    chosen = checked_indices("index_add", indices, shape[position])
    wanted = (*shape[:position], chosen.size, *shape[position + 1 :])
    if chosen.ndim != 1 or shape_of(source) != wanted:
        raise ShapeError(
            f"index_add(): indices of shape {chosen.shape} on axis {position} of shape {shape} need a "
            f"source of shape {wanted}, got {shape_and_name(source)}"
        )
    return x + put(as_operand(source), index=on_axis(position, chosen), shape=shape)


def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """``x`` with ``value`` wherever ``mask`` is true (PyTorch's masked_fill).

    Raises:
        ShapeError: if the shapes do not broadcast.

    >>> masked_fill(np.array([1.0, 2.0]), [False, True], -1.0)
    array([ 1., -1.])
    """
    return where(asarray(data_of(mask), dtype=bool), value, as_operand(x))


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each whole number occurs, or the sum of the ``weights`` at its places, each of which
    gets the gradient of its sum.

    Raises:
        ShapeError: if there are not as many weights as numbers, or they are no vectors.
        IndexRangeError: for a negative number or one that is not whole.

    >>> bincount([0, 2, 2], weights=[1.0, 2.0, 4.0])
    array([1., 0., 6.])
    """
    numbers = asarray(data_of(x))
    if numbers.ndim != 1 or (weights is not None and shape_of(weights) != numbers.shape):
        beside = "" if weights is None else f" and weights of shape {shape_and_name(weights)}"
        raise ShapeError(f"bincount(): takes a row of numbers, got shape {numbers.shape}{beside}")
    if numbers.size and (numbers.dtype.kind not in "iub" or numbers.min() < 0):
        raise IndexRangeError("bincount(): counts whole numbers from 0")
    if not isinstance(weights, Node):
        return np.bincount(numbers.astype(np.intp), weights, minlength)
    length = max(int(numbers.max()) + 1 if numbers.size else 0, minlength)
    return put(weights, index=numbers.astype(np.intp), shape=(length,))


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
    array = asarray(data_of(indices))
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
