"""One array from nested lists of numbers and nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..dtypes import as_array
from ..errors import ShapeError
from ..graph import Node
from .operands import as_operand, data_of, holds_nodes, shape_of
from .shaping import (
    astype,
    broadcast_to,
    concatenate,
    reshape,
    stack,
)

__all__ = ["array", "full", "full_like"]


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
        return nested if dtype is None else astype(nested, dtype)
    leaves: list[Any] = []
    shape = _laid_out(nested, leaves)
    if len({shape_of(leaf) for leaf in leaves}) == 1:
        joined = stack(leaves)
    else:
        joined = concatenate([reshape(leaf, -1) for leaf in leaves])
    result = joined if shape_of(joined) == shape else reshape(joined, shape)
    return result if dtype is None else astype(result, dtype)


def full(shape: int | Sequence[int], fill_value: Any, dtype: DTypeLike | None = None) -> Any:
    """An array of ``shape`` filled with one number, or with what broadcasts to it: the gradient of
    ``fill_value`` is the sum over its copies.

    Raises:
        ShapeError: if ``fill_value`` does not broadcast to the shape.

    >>> from autograd_core import Value
    >>> x = Value(2.0)
    >>> full((2, 3), x).sum().backward()
    >>> x.grad
    6.0
    """
    filled = broadcast_to(array(fill_value), shape)
    if dtype is not None:
        filled = astype(filled, dtype)
    return filled if isinstance(filled, Node) else np.array(filled)


def full_like(
    x: Any, fill_value: Any, dtype: DTypeLike | None = None, shape: int | Sequence[int] | None = None
) -> Any:
    """An array of the shape and dtype of ``x`` filled with ``fill_value``; see :func:`full`."""
    kind = data_of(as_operand(x)).dtype if dtype is None else dtype
    return full(shape_of(x) if shape is None else shape, fill_value, kind)


def _laid_out(part: Any, leaves: list[Any]) -> tuple[int, ...]:
    """The shape of nested lists, whose leaves are collected on the way."""
    if not isinstance(part, list | tuple):
        leaves.append(part)
        return shape_of(part)
    shapes = {_laid_out(inner, leaves) for inner in part}
    if len(shapes) > 1:
        listed = " and ".join(map(str, sorted(shapes)))
        raise ShapeError(f"array(): the parts of a list have to be of one shape, got {listed}")
    return (len(part), *(shapes.pop() if shapes else ()))
