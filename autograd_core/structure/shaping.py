"""Shapes, axes and dtypes: no element is changed, so every rule is another rearrangement."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..dtypes import default_dtype, real_dtype
from ..errors import DomainError, ShapeError
from ..graph import Node, unrecorded
from ..naming import transposed
from ..primitive import Linear
from ..spelling import spelled
from .operands import (
    array,
    as_operand,
    as_shape,
    common_shape,
    data_of,
    one_axis,
    several_axes,
    shape_and_name,
    shape_of,
    shaped,
)

__all__ = [
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_to",
    "expand",
    "expand_dims",
    "flatten",
    "full",
    "full_like",
    "matrix_transpose",
    "moveaxis",
    "ones",
    "ones_like",
    "permute",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "transpose",
    "unsqueeze",
    "zeros",
    "zeros_like",
]

_reshape = Linear(
    "reshape",
    "reshape",
    forward=lambda x, *, shape: np.reshape(x, shape),
    transpose=lambda m, g, x, *, shape: m.reshape(g, shape=x.shape),
    named_after=lambda name, *, shape: name,
)

_transpose = Linear(
    "transpose",
    "transpose",
    forward=lambda x, *, axes: np.transpose(x, axes),
    transpose=lambda m, g, x, *, axes: m.transpose(
        g, axes=tuple(sorted(range(len(axes)), key=axes.__getitem__))
    ),
    named_after=lambda name, *, axes: transposed(name) if _exchanges_last_two(axes) else name,
)

_broadcast_to = Linear(  # the graph sums cotangents over the repetitions
    "broadcast_to",
    "broadcast",
    forward=lambda x, *, shape: np.broadcast_to(x, shape),
    transpose=lambda m, g, x, *, shape: g,
    named_after=lambda name, *, shape: name,
)

_astype = Linear(  # the cotangent takes the dtype of the input where it is added up
    "astype",
    "astype",
    forward=lambda x, *, dtype: np.asarray(x).astype(dtype),
    transpose=lambda m, g, x, *, dtype: g,
    named_after=lambda name, *, dtype: name,
)


def _exchanges_last_two(axes: tuple[int, ...]) -> bool:
    """Whether every matrix of a batch is transposed, and nothing else happens."""
    last = len(axes) - 1
    return last > 0 and axes == (*range(last - 1), last, last - 1)


def reshape(x: Any, shape: int | Sequence[int], order: str = "C") -> Any:
    """The same elements in another shape, one length of which may be -1.

    Args:
        x: the input.
        shape: the new shape.
        order: "C" reads and writes the elements row by row, "F" column by column, "A" as they lie in
            memory where that is column by column, else row by row.

    Raises:
        ShapeError: if the sizes differ.
        DomainError: for another order.

    >>> reshape([1.0, 2.0, 3.0, 4.0], (2, -1))
    array([[1., 2.],
           [3., 4.]])
    """
    if order not in ("C", "F", "A"):
        raise DomainError(f"reshape(): the order is 'C', 'F' or 'A', got {order!r}")
    if order == "A":
        order = "F" if np.isfortran(data_of(as_operand(x))) else "C"
    wanted = as_shape("reshape", shape)
    if order == "F":
        return transpose(reshape(transpose(x), wanted[::-1]))
    x, have = shaped(x)
    size = math.prod(have)
    known = math.prod([n for n in wanted if n != -1])
    unknown = wanted.count(-1)
    fits = size == known if unknown == 0 else unknown == 1 and known > 0 and size % known == 0
    if not fits or any(n < -1 for n in wanted):
        raise ShapeError(
            f"reshape(): {size} elements of shape {shape_and_name(x)} cannot take the shape {wanted}"
        )
    return _reshape(x, shape=tuple(size // known if n == -1 else n for n in wanted))


@spelled
def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """Reorder the axes; reverse them when ``axes`` is None.

    Raises:
        ShapeError: if ``axes`` is no permutation of the axes.

    >>> transpose([[1.0, 2.0], [3.0, 4.0]])
    array([[1., 3.],
           [2., 4.]])
    """
    x, shape = shaped(x)
    ndim = len(shape)
    order = tuple(range(ndim))[::-1] if axes is None else several_axes("transpose", axes, ndim)
    if len(order) != ndim:
        raise ShapeError(f"transpose(): {order} does not name each of the {ndim} axes")
    return _transpose(x, axes=order)


@spelled
def permute(x: Any, axes: Sequence[int]) -> Any:
    """PyTorch's name of :func:`transpose` with all axes named.

    Raises:
        ShapeError: if ``axes`` is no permutation of the axes.

    >>> permute([[[1.0, 2.0, 3.0]]], (2, 0, 1)).shape
    (3, 1, 1)
    """
    return transpose(x, axes)


def matrix_transpose(x: Any) -> Any:
    """Exchange the last two axes: every matrix of a batch transposed.

    Raises:
        ShapeError: if there are fewer than two axes.

    >>> matrix_transpose([[[1.0, 2.0]]])
    array([[[1.],
            [2.]]])
    """
    shape = shape_of(x)
    if len(shape) < 2:
        raise ShapeError(f"matrix_transpose(): needs matrices, got shape {shape_and_name(x)}")
    return swapaxes(x, -1, -2)


def moveaxis(x: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Any:
    """Move the axes ``source`` to the positions ``destination``; the others keep their order.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if the two differ in length.

    >>> moveaxis([[[1.0, 2.0, 3.0]]], 2, 0).shape
    (3, 1, 1)
    """
    x, shape = shaped(x)
    ndim = len(shape)
    here = several_axes("moveaxis", source if isinstance(source, Sequence) else (source,), ndim)
    there = several_axes(
        "moveaxis", destination if isinstance(destination, Sequence) else (destination,), ndim
    )
    if len(here) != len(there):
        raise ShapeError(f"moveaxis(): {len(here)} axes cannot go to {len(there)} places")
    order = [i for i in range(ndim) if i not in here]
    for place, axis in sorted(zip(there, here, strict=True)):
        order.insert(place, axis)
    return _transpose(x, axes=tuple(order))


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Exchange two axes.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> swapaxes([[1.0, 2.0, 3.0]], 0, 1).shape
    (3, 1)
    """
    x, shape = shaped(x)
    ndim = len(shape)
    first, second = one_axis("swapaxes", axis1, ndim), one_axis("swapaxes", axis2, ndim)
    order = list(range(ndim))
    order[first], order[second] = second, first
    return _transpose(x, axes=tuple(order))


@spelled
def expand_dims(x: Any, axis: int | Sequence[int]) -> Any:
    """Insert an axis of length 1 at position ``axis`` of the result, or several at several positions.

    Raises:
        ShapeError: for a position that the result does not have, or one named twice.

    >>> expand_dims([1.0, 2.0], (0, 2)).shape
    (1, 2, 1)
    """
    x, shape = shaped(x)
    named = tuple(axis) if isinstance(axis, tuple | list) else (axis,)
    new = several_axes("expand_dims", named, len(shape) + len(named))
    lengths = iter(shape)
    return _reshape(x, shape=tuple(1 if i in new else next(lengths) for i in range(len(shape) + len(new))))


@spelled
def unsqueeze(x: Any, dim: int) -> Any:
    """PyTorch's name of :func:`expand_dims`.

    Raises:
        ShapeError: for a position that the result does not have.

    >>> unsqueeze([1.0, 2.0], -1).shape
    (2, 1)
    """
    return expand_dims(x, dim)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Join the axes from ``start_dim`` to ``end_dim`` into one; a single number becomes a row of one.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if the end lies before the start.

    >>> flatten(np.zeros((2, 3, 4)), start_dim=1).shape
    (2, 12)
    """
    shape = shape_of(x)
    if not shape:
        return _reshape(x, shape=(1,))
    first, last = one_axis("flatten", start_dim, len(shape)), one_axis("flatten", end_dim, len(shape))
    if first > last:
        raise ShapeError(f"flatten(): start_dim {start_dim} lies behind end_dim {end_dim}")
    size = math.prod(shape[first : last + 1])
    return _reshape(x, shape=(*shape[:first], size, *shape[last + 1 :]))


def ravel(x: Any, order: str = "C") -> Any:
    """All elements in one row: row after row ("C"), or column after column ("F").

    Raises:
        DomainError: for another order.

    >>> ravel([[1.0, 2.0], [3.0, 4.0]], order="F")
    array([1., 3., 2., 4.])
    """
    if order == "K":
        strides = data_of(as_operand(x)).strides
        x, order = transpose(x, sorted(range(len(strides)), key=lambda axis: -abs(strides[axis]))), "C"
    return reshape(x, -1, order)


def atleast_1d(*arrays: Any) -> Any:
    """Each input with at least one axis: a number becomes a row of one. Several inputs give a tuple.

    >>> atleast_1d(3.0, [1.0, 2.0])
    (array([3.]), array([1., 2.]))
    """
    return _each(arrays, lambda shape: shape or (1,))


def atleast_2d(*arrays: Any) -> Any:
    """Each input with at least two axes; new ones of length 1 come first: a row becomes a matrix of one
    row. Several inputs give a tuple.

    >>> atleast_2d([1.0, 2.0]).shape
    (1, 2)
    """
    return _each(arrays, lambda shape: (*(1,) * (2 - len(shape)), *shape))


def atleast_3d(*arrays: Any) -> Any:
    """Each input with at least three axes. As in NumPy, a row gets the shape (1, n, 1), and a
    matrix its new axis at the end. Several inputs give a tuple.

    >>> atleast_3d([1.0, 2.0]).shape
    (1, 2, 1)
    """
    return _each(
        arrays, lambda shape: shape if len(shape) > 2 else (*(1,) * (len(shape) < 2), *shape, 1, 1)[:3]
    )


def _each(arrays: tuple[Any, ...], wanted: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Any:
    inputs = [as_operand(x) for x in arrays]
    shapes = [shape_of(x) for x in inputs]
    results = tuple(
        x if shape == wanted(shape) else _reshape(x, shape=wanted(shape))
        for x, shape in zip(inputs, shapes, strict=True)
    )
    return results[0] if len(results) == 1 else results


@spelled
def squeeze(x: Any, axis: int | Sequence[int] | None = None) -> Any:
    """Remove axes of length 1: all of them, or those named.

    Raises:
        ShapeError: if a named axis is longer than 1.

    >>> squeeze([[[1.0], [2.0]]]).shape
    (2,)
    """
    x, shape = shaped(x)
    if axis is None:
        gone: tuple[int, ...] = tuple(i for i, n in enumerate(shape) if n == 1)
    else:
        named = (axis,) if isinstance(axis, int) else tuple(axis)
        gone = several_axes("squeeze", named, len(shape))
        for i in gone:
            if shape[i] != 1:
                raise ShapeError(
                    f"squeeze(): axis {i} of shape {shape_and_name(x)} has length {shape[i]}, not 1"
                )
    return _reshape(x, shape=tuple(n for i, n in enumerate(shape) if i not in gone))


def broadcast_to(x: Any, shape: int | Sequence[int]) -> Any:
    """Repeat ``x`` along new axes and axes of length 1, as arithmetic does.

    Raises:
        ShapeError: if the shapes do not fit.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> broadcast_to(x, (3, 2)).sum().backward()
    >>> x.grad
    array([3., 3.])
    """
    x = as_operand(x)
    have = shape_of(x)
    wanted = as_shape("broadcast_to", shape)
    if common_shape(have, wanted) != wanted:
        raise ShapeError(f"broadcast_to(): shape {shape_and_name(x)} cannot be repeated to shape {wanted}")
    return _broadcast_to(x, shape=wanted)


def expand(x: Any, shape: Sequence[int]) -> Any:
    """:func:`broadcast_to` where -1 keeps the length of an axis that is there (PyTorch's expand).

    Raises:
        ShapeError: if the shapes do not fit.

    >>> expand([[1.0], [2.0]], (-1, 3)).shape
    (2, 3)
    """
    have, wanted = shape_of(x), tuple(shape)
    new = len(wanted) - len(have)
    if new < 0 or -1 in wanted[:new]:
        raise ShapeError(f"expand(): shape {shape_and_name(x)} cannot be expanded to {wanted}")
    return broadcast_to(x, [have[i - new] if n == -1 else n for i, n in enumerate(wanted)])


def astype(x: Any, dtype: DTypeLike) -> Any:
    """The same numbers in another dtype. The gradient comes back in the dtype of ``x``.

    Raises:
        DtypeError: if the dtype is not real.

    >>> astype([1.7, -1.7], int)
    array([ 1, -1])
    """
    return _astype(as_operand(x), dtype=real_dtype(dtype, "astype()"))


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
    """An array of the shape and dtype of ``x`` filled with ``fill_value``; see :func:`full`.

    Raises:
        ShapeError: if ``fill_value`` does not broadcast to the shape.
        DtypeError: if the dtype is not real.

    >>> full_like([[1.0, 2.0]], 7.0)
    array([[7., 7.]])
    """
    kind = data_of(as_operand(x)).dtype if dtype is None else dtype
    return full(shape_of(x) if shape is None else shape, fill_value, kind)


def zeros(shape: int | Sequence[int], dtype: DTypeLike | None = None) -> Any:
    """A tensor of zeros, without a gradient of its own.

    Args:
        shape: its shape.
        dtype: its dtype, the default dtype when None.

    Raises:
        ShapeError: for a shape that is none.
        DtypeError: if the dtype is not real.

    >>> zeros((2, 1))
    Tensor([[0.],
            [0.]])
    """
    return _constant("zeros", shape, 0, dtype)


def ones(shape: int | Sequence[int], dtype: DTypeLike | None = None) -> Any:
    """A tensor of ones, without a gradient of its own; see :func:`zeros`.

    Raises:
        ShapeError: for a shape that is none.
        DtypeError: if the dtype is not real.

    >>> ones((1, 2))
    Tensor([[1., 1.]])
    """
    return _constant("ones", shape, 1, dtype)


def zeros_like(x: Any, dtype: DTypeLike | None = None) -> Any:
    """A tensor of zeros of the shape and dtype of ``x``; see :func:`zeros`.

    Raises:
        DtypeError: if the dtype is not real.

    >>> zeros_like(np.ones(2, np.float32))
    Tensor([0., 0.], dtype=float32)
    """
    return _constant("zeros_like", shape_of(x), 0, data_of(as_operand(x)).dtype if dtype is None else dtype)


def ones_like(x: Any, dtype: DTypeLike | None = None) -> Any:
    """A tensor of ones of the shape and dtype of ``x``; see :func:`zeros`.

    Raises:
        DtypeError: if the dtype is not real.

    >>> ones_like([[1.0, 2.0]])
    Tensor([[1., 1.]])
    """
    return _constant("ones_like", shape_of(x), 1, data_of(as_operand(x)).dtype if dtype is None else dtype)


def _constant(operation: str, shape: Any, number: int, dtype: DTypeLike | None) -> Any:
    kind = default_dtype() if dtype is None else real_dtype(dtype, f"{operation}()")
    lengths = as_shape(operation, shape)
    if any(n < 0 for n in lengths):
        raise ShapeError(f"{operation}(): a shape has no negative lengths, got {lengths}")
    return unrecorded(np.full(lengths, number, kind))
