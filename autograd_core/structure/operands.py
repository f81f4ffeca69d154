"""Operands and axes as users write them, turned into what the operations take; errors name the operation."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..context import entered, here, is_recording
from ..dtypes import as_array, asarray, real_dtype
from ..errors import GraphError, ShapeError
from ..graph import Node
from ..masks import check_unmasked
from ..primitive import nodes

__all__ = ["array"]

Axis = int | Sequence[int] | None


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of a node, an array, a number or nested lists of numbers."""
    data = x._raw if isinstance(x, Node) else x
    if type(data) is np.ndarray:
        lengths: tuple[int, ...] = data.shape
        return lengths
    shape = getattr(x, "shape", None)
    return tuple(shape) if shape is not None else np.shape(as_operand(x))


def shape_and_name(x: Any) -> str:
    """How an error speaks of an operand: ``(3, 2)``, or ``(3, 2) of 'w'``."""
    label = x.label if isinstance(x, Node) else ""
    return f"{shape_of(x)} of {label!r}" if label else str(shape_of(x))


def names_of(a: Any, b: Any) -> str:
    """Which of two operands an error speaks of, where they have names: `` ('w' and 'b')``."""
    left, right = (x.label if isinstance(x, Node) else "" for x in (a, b))
    if left and right:
        return f" ({left!r} and {right!r})"
    if left:
        return f" (the left is {left!r})"
    return f" (the right is {right!r})" if right else ""


def data_of(x: Any) -> Any:
    """The numbers of a node; an array or a number as it is.

    Raises:
        DtypeError: for a masked array.
    """
    if isinstance(x, Node):
        if entered and (recorder := here().state.recorder) is not None:
            return recorder.read(x)
        return x._raw
    check_unmasked(x, "a function of autograd_core")
    return x


def constant(operation: str, name: str, x: Any) -> Any:
    """The numbers of an argument that has no derivative.

    Raises:
        GraphError: if a gradient with respect to it is asked for: it would be 0 without a word.
    """
    if isinstance(x, Node) and x.requires_grad and is_recording():
        raise GraphError(
            f"{operation}(): there is no derivative with respect to {name}, which is a constant here, but "
            f"{x!r} requires a gradient: give {name} as a plain number or array, or detach it, "
            f"{name}=stop_gradient(...)"
        )
    return data_of(x)


def as_operand(x: Any) -> Any:
    """A node or an array as it is, anything else as an array: what has a shape and can be indexed.
    A Value becomes a Tensor without axes, a list that holds nodes one Tensor.
    """
    if isinstance(x, Node):
        return x if x.rank > 1 else nodes.reshape(x, shape=())
    check_unmasked(x, "a function of autograd_core")
    if isinstance(x, np.ndarray | np.generic):
        return x
    if isinstance(x, list | tuple) and holds_nodes(x):
        return array(x)
    return asarray(x)


def shaped(x: Any) -> tuple[Any, tuple[int, ...]]:
    """The operand, see :func:`as_operand`, and its shape."""
    if not isinstance(x, Node) or x.rank < 2:
        x = as_operand(x)
    return x, (x._raw if isinstance(x, Node) else x).shape


def beside(x: Any, number: Any) -> Any:
    """What is joined to ``x``: plain numbers in its dtype, unless that would cut off their fractions."""
    kind = data_of(as_operand(x)).dtype
    plain = isinstance(number, int | float | list) and not holds_nodes(number)
    return np.asarray(number, kind) if plain and kind.kind == "f" else as_operand(number)


def as_number_or_operand(x: Any) -> Any:
    """A Python number as it is, which promotes nothing, anything else as an operand."""
    return x if isinstance(x, int | float) else as_operand(x)


def without_lists(*operands: Any) -> list[Any]:
    """Lists as arrays, or as tensors if they hold nodes; anything else, numbers too, as it is."""
    return [as_operand(x) if isinstance(x, list | tuple) else x for x in operands]


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


def along(operation: str, x: Any, axis: int | None) -> tuple[Any, int]:
    """The operand and the axis to work along; flattened first when ``axis`` is None.

    Raises:
        ShapeError: if there is no such axis.
    """
    x, shape = shaped(x)
    if axis is None:
        return (x if len(shape) == 1 else nodes.reshape(x, shape=(math.prod(shape),))), 0
    return x, one_axis(operation, axis, len(shape))


def on_axis(axis: int, part: Any) -> tuple[Any, ...]:
    """The index that takes ``part`` of one axis, and all of the others."""
    return (*(slice(None),) * axis, part)


def lying_along(axis: int, ndim: int) -> tuple[int, ...]:
    """The shape for a row of numbers that lies along one of the axes."""
    return tuple(-1 if i == axis else 1 for i in range(ndim))


def with_ones(shape: tuple[int, ...], axes: Sequence[int]) -> tuple[int, ...]:
    """The shape with the length 1 on some axes."""
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def as_shape(operation: str, shape: int | Sequence[int]) -> tuple[int, ...]:
    """A shape from one length or several.

    Raises:
        ShapeError: if they are not integers.
    """
    try:
        lengths = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
        return tuple(map(operator.index, lengths))
    except TypeError:
        raise ShapeError(f"{operation}(): a shape is made of integers, got {shape!r}") from None


def common_shape(*shapes: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape to which these broadcast; None if they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def reduced_axes(
    operation: str, axis: Axis, shape: tuple[int, ...], nonempty: bool = False
) -> tuple[int, ...]:
    """The axes over which a reduction runs: all of them when ``axis`` is None.

    Raises:
        ShapeError: for a wrong axis; with ``nonempty``, also for nothing to reduce.
    """
    alone = not shape and axis in (0, -1, (0,), (-1,))  # a number is its own only element
    if axis is None or alone:
        axes = tuple(range(len(shape)))
    elif isinstance(axis, tuple | list):
        axes = several_axes(operation, axis, len(shape))
    else:
        axes = (one_axis(operation, axis, len(shape)),)  # type: ignore[arg-type]
    if nonempty and any(shape[i] == 0 for i in axes):
        raise ShapeError(f"{operation}() of no elements: the input has shape {shape}")
    return axes


def array(nested: Any, dtype: DTypeLike | None = None) -> Any:
    """One array from nested lists of numbers, arrays, Values and Tensors, laid out as ``numpy.array`` does.

    If there is a node among them the result is a Tensor and recorded: the gradient of each element goes
    where it came from. Python numbers take the dtype of the arrays beside them.

    Args:
        nested: the lists.
        dtype: of the result.

    Raises:
        ShapeError: if the lists are not rectangular.
        DtypeError: if something is no real number.

    >>> from autograd_core import Tensor, Value
    >>> x, y = Value(2.0), Value(3.0)
    >>> (array([[x, 1.0], [y, x * y]]) ** 2).sum().backward()
    >>> x.grad, y.grad
    (40.0, 30.0)
    """
    if not holds_nodes(nested):
        return as_array(nested, dtype, owner="array()")
    if isinstance(nested, Node):
        joined = nested
    else:  # the graph's operations by name: the rooms that offer them are built on this one
        leaves: list[Any] = []
        shape = _layout(nested, leaves)
        if len({shape_of(leaf) for leaf in leaves}) == 1:
            joined = nodes.stack(*leaves, axis=0)
        else:
            joined = nodes.concatenate(
                *(nodes.reshape(x, shape=(math.prod(shape_of(x)),)) for x in leaves), axis=0
            )
        if shape_of(joined) != shape:
            joined = nodes.reshape(joined, shape=shape)
    return joined if dtype is None else nodes.astype(joined, dtype=real_dtype(dtype, "array()"))


def _layout(part: Any, leaves: list[Any]) -> tuple[int, ...]:
    """The shape of nested lists, whose leaves are collected on the way."""
    if not isinstance(part, list | tuple):
        leaves.append(part)
        return shape_of(part)
    shapes = {_layout(inner, leaves) for inner in part}
    if len(shapes) > 1:
        listed = " and ".join(map(str, sorted(shapes)))
        raise ShapeError(f"array(): the parts of a list have to be of one shape, got {listed}")
    return (len(part), *(shapes.pop() if shapes else ()))
