"""Axes and shapes as users write them, made definite; errors name the operation."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..graph import Node
from ..primitive import nodes

Axis = int | Sequence[int] | None


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a node, an array, a number or nested lists of numbers."""
    data = x.data if isinstance(x, Node) else x
    if type(data) is np.ndarray:
        lengths: tuple[int, ...] = data.shape
        return lengths
    shape = getattr(x, "shape", None)
    return tuple(shape) if shape is not None else np.shape(as_operand(x))


def data_of(x: Any) -> Any:
    """The numbers of a node, or of what is an array already."""
    return x.data if isinstance(x, Node) else x


def as_operand(x: Any) -> Any:
    """A node or an array as it is, anything else as an array: what has a shape and can be indexed.
    A Value becomes a Tensor without axes, a list that holds nodes one Tensor.
    """
    if isinstance(x, Node):
        return x if x.rank > 1 else nodes.reshape(x, shape=())
    if isinstance(x, np.ndarray | np.generic):
        return x
    if isinstance(x, list | tuple) and holds_nodes(x):
        from .nesting import array

        return array(x)
    return np.asarray(x)


def holds_nodes(x: Any) -> bool:
    """Whether there is a node in nested lists."""
    if isinstance(x, list | tuple):
        return any(map(holds_nodes, x))
    return isinstance(x, Node)


def one_axis(operation: str, axis: int, ndim: int) -> int:
    """``axis`` counted from the front.

    Raises:
        ShapeError: if there is no such axis.
    """
    try:
        number = operator.index(axis)
    except TypeError:
        raise ShapeError(f"{operation}(): an axis is an integer, got {axis!r}") from None
    if not -ndim <= number < ndim:
        have = f"axes {-ndim} to {ndim - 1}" if ndim else "no axes (0-dimensional)"
        raise ShapeError(f"{operation}(): axis {number} is out of range, the input has {have}")
    return number % ndim


def several_axes(operation: str, axes: Sequence[int], ndim: int) -> tuple[int, ...]:
    """Each of ``axes`` counted from the front.

    Raises:
        ShapeError: if there is no such axis, or one is named twice.
    """
    found = tuple(one_axis(operation, axis, ndim) for axis in axes)
    if len(set(found)) < len(found):
        raise ShapeError(f"{operation}(): an axis is named twice in {tuple(axes)}")
    return found


def reduced_axes(
    operation: str, axis: Axis, shape: tuple[int, ...], nonempty: bool = False
) -> tuple[int, ...]:
    """The axes over which a reduction runs: all of them when ``axis`` is None.

    Raises:
        ShapeError: for a wrong axis; with ``nonempty``, also for nothing to reduce.
    """
    if axis is None:
        axes = tuple(range(len(shape)))
    elif isinstance(axis, tuple | list):
        axes = several_axes(operation, axis, len(shape))
    else:
        axes = (one_axis(operation, axis, len(shape)),)  # type: ignore[arg-type]
    if nonempty and any(shape[i] == 0 for i in axes):
        raise ShapeError(f"{operation}() of no elements: the input has shape {shape}")
    return axes
