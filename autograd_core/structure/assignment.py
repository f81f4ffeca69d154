"""Assignment by index: ``x[index] = value`` as an operation with a derivative.

What is assigned to gives up its old numbers, and the cotangent of what they were is 0 there; the cotangent
of the value is what was selected. If several assignments reach one place the last one stays.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ..dtypes import asarray
from ..errors import DtypeError, IndexRangeError, ShapeError
from ..graph import Node
from ..masks import check_unmasked
from ..primitive import Linear, Namespace
from .indexing import checked_index, written
from .operands import as_operand, common_shape, data_of, holds_nodes, shape_of, shaped
from .shaping import reshape

__all__ = ["index_set"]

Array = np.ndarray[Any, np.dtype[Any]]


class Places:
    """Where an array has been assigned to, one index after the other."""

    def __init__(self, shape: tuple[int, ...], indices: tuple[Any, ...]) -> None:
        self.shape = shape
        self.indices = indices

    def __repr__(self) -> str:
        return " ".join(f"[{written(index)}]" for index in self.indices)

    @cached_property
    def remaining(self) -> tuple[Array, list[Array]]:
        """Of the array: which places were never reached. Of every assignment, shaped as what its index
        selects: which of its numbers no later one has replaced; of an index that names a place twice only
        the last.
        """
        writer = np.zeros(self.shape, np.intp)
        numbers, count = [], 1
        for index in self.indices:
            selected = np.shape(writer[index])
            number = np.arange(count, count := count + int(np.prod(selected, dtype=int))).reshape(selected)
            writer[index] = number
            numbers.append(number)
        return writer == 0, [
            np.asarray(writer[index] == number) for index, number in zip(self.indices, numbers, strict=True)
        ]


def _assigned(x: Any, *values: Any, places: Places) -> Any:
    in_values = any(isinstance(value, np.ndarray) and value.dtype.kind == "O" for value in values)
    result = np.array(x, dtype=object if in_values else None)  # of the graph that is written out in Values
    for index, value in zip(places.indices, values, strict=True):
        result[index] = value
    return result


def _share(m: Namespace, g: Any, *_: Any, index: int, places: Places) -> Any:
    untouched, remaining = places.remaining
    if index == 0:
        return m.where(untouched, g, 0.0)
    share, last = m.getitem(g, index=places.indices[index - 1]), remaining[index - 1]
    return share if last.all() else m.where(last, share, 0.0)


assignment = Linear("index_set", "[ ] =", forward=_assigned, transpose=_share, joint=True)
"""An array and values that are assigned into it in their order; its keyword says where."""


def assignable(operation: str, x: Any, index: Any, value: Any) -> tuple[Any, Any]:
    """The index and the value as an assignment into ``x`` takes them: no axes in front that NumPy would
    leave out.

    Raises:
        IndexRangeError: for an index outside, or none.
        ShapeError: if the value does not broadcast to what the index selects.
        DtypeError: if ``x`` cannot hold the numbers.
    """
    check_unmasked(value, operation)
    index, shape = checked_index(index), shape_of(x)
    try:
        selected = np.broadcast_to(False, shape)[index].shape
    except IndexError as error:
        message = f"{operation}: an input of shape {shape} has no [{written(index)}]: {error}"
        raise IndexRangeError(message) from None
    if not isinstance(value, int | float) and getattr(value, "rank", 2) > 1:
        value, have = shaped(value)
        extra = max(len(have) - len(selected), 0)
        if extra and have[:extra] == (1,) * extra:
            value, have = reshape(value, have[extra:]), have[extra:]
        if common_shape(have, selected) != selected:
            raise ShapeError(
                f"{operation}: [{written(index)}] of shape {shape} selects shape {selected}, to which a "
                f"value of shape {have} does not broadcast"
            )
    kind, numbers = data_of(x).dtype, asarray(data_of(value))
    if numbers.dtype.kind not in "fiub":
        raise DtypeError(f"{operation}: needs real numbers, got {value!r} of dtype {numbers.dtype}")
    if kind.kind != "f" and not _holds(kind, value, numbers):
        raise DtypeError(
            f"{operation}: an input of dtype {kind} would cut off what the value holds (dtype "
            f"{numbers.dtype}): make it floating-point, x.astype(float) or zeros(shape)"
        )
    return index, value


def _holds(kind: np.dtype[Any], value: Any, numbers: Array) -> bool:
    if isinstance(value, Node) and value.requires_grad:
        return False
    with np.errstate(invalid="ignore"):
        return bool((numbers.astype(kind) == numbers).all())


def index_set(x: Any, index: Any, value: Any) -> Any:
    """A copy of ``x`` in which ``value`` stands at ``[index]``: what ``x[index] = value`` writes in place.

    Args:
        x: an array or tensor; its dtype stays.
        index: whatever can stand in brackets: integers, slices, ``...``, ``None``, arrays of integers or
            booleans, a tuple of them. Where an array names a place several times the last value stays, and
            alone receives the gradient.
        value: a number, or what broadcasts to ``x[index]``.

    Raises:
        IndexRangeError: for an index outside, or none.
        ShapeError: if the value does not broadcast to ``x[index]``.
        DtypeError: if an integer ``x`` cannot hold the numbers.

    >>> from autograd_core import Tensor
    >>> x = Tensor([2.0, 3.0], requires_grad=True)
    >>> y = index_set(np.zeros((2, 3)), (slice(None), 1), x)
    >>> y.data
    array([[0., 2., 0.],
           [0., 3., 0.]])
    >>> (y * y).sum().backward()
    >>> x.grad
    array([4., 6.])
    """
    x = as_operand(x)
    if holds_nodes(value):
        value = as_operand(value)
    index, value = assignable("index_set()", x, index, value)
    return assignment(x, value, places=Places(shape_of(x), (index,)))
