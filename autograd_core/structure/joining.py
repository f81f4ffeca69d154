"""Joining, splitting and repeating: concatenate and stack, and compositions of slices and broadcasts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..graph import Node
from ..primitive import Linear, Namespace
from ..spelling import spelled
from .indexing import getitem
from .operands import (
    along,
    as_operand,
    as_shape,
    common_shape,
    lying_along,
    on_axis,
    one_axis,
    shape_and_name,
    shape_of,
    shaped,
)
from .shaping import atleast_1d, atleast_2d, atleast_3d, broadcast_to, expand_dims, reshape

__all__ = [
    "array_split",
    "block",
    "broadcast_arrays",
    "chunk",
    "column_stack",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "meshgrid",
    "repeat",
    "split",
    "stack",
    "tile",
    "unbind",
    "unstack",
    "vsplit",
    "vstack",
]


def _piece(m: Namespace, g: Any, *inputs: Any, index: int, axis: int) -> Any:
    start = sum(np.shape(x)[axis] for x in inputs[:index])
    return m.getitem(g, index=on_axis(axis, slice(start, start + inputs[index].shape[axis])))


def _with_weak_numbers(inputs: tuple[Any, ...]) -> list[Any]:
    """Python's numbers in the dtype of the arrays that they are joined with: they promote nothing."""
    kinds = [x.dtype for x in inputs if isinstance(x, np.ndarray | np.generic)]
    reals = [kind for kind in kinds if kind.kind == "f"]
    if not reals or len(kinds) == len(inputs):
        return list(inputs)
    common = np.result_type(*kinds)
    return [x if isinstance(x, np.ndarray | np.generic) else np.asarray(x, common) for x in inputs]


_concatenate = Linear(
    "concatenate",
    "concat",
    forward=lambda *inputs, axis: np.concatenate(inputs, axis=axis),
    transpose=_piece,
    joint=True,
)


_stack = Linear(
    "stack",
    "stack",
    forward=lambda *inputs, axis: np.stack(_with_weak_numbers(inputs), axis=axis),
    transpose=lambda m, g, *inputs, index, axis: m.getitem(g, index=on_axis(axis, index)),
    joint=True,
)


@spelled
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    """Join along an existing axis; flattened first when ``axis`` is None.

    Raises:
        ShapeError: if there is nothing to join, or another axis differs in length.

    >>> concatenate([[1.0, 2.0], [3.0]])
    array([1., 2., 3.])
    """
    inputs = tuple(map(as_operand, arrays))
    if not inputs:
        raise ShapeError("concatenate(): needs at least one array")
    if axis is None:
        return concatenate([reshape(x, -1) for x in inputs])
    shapes = [shape_of(x) for x in inputs]
    position = one_axis("concatenate", axis, len(shapes[0]))
    rests = {(*shape[:position], *shape[position + 1 :]) for shape in shapes}
    if len({len(shape) for shape in shapes}) > 1 or len(rests) > 1:
        listed = ", ".join(map(shape_and_name, inputs))
        raise ShapeError(f"concatenate(): shapes {listed} differ elsewhere than on axis {position}")
    return _concatenate(*inputs, axis=position)


@spelled
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """Join along a new axis. A list of Values becomes a Tensor.

    Raises:
        ShapeError: if there is nothing to join, or the shapes differ.

    >>> from autograd_core import Value
    >>> a, b = Value(1.0), Value(2.0)
    >>> (stack([a, b]) * [3.0, 4.0]).sum().backward()
    >>> a.grad, b.grad
    (3.0, 4.0)
    """
    inputs = tuple(as_operand(x) if isinstance(x, list | tuple) else x for x in arrays)
    if not inputs:
        raise ShapeError("stack(): needs at least one array")
    shapes = [shape_of(x) for x in inputs]
    if len(set(shapes)) > 1:
        raise ShapeError(f"stack(): all shapes have to be equal, got {', '.join(map(str, shapes))}")
    return _stack(*inputs, axis=one_axis("stack", axis, len(shapes[0]) + 1))


def hstack(arrays: Sequence[Any]) -> Any:
    """Join side by side: along the second axis, rows of numbers along their only one.

    Raises:
        ShapeError: if there is nothing to join, or another axis differs in length.

    >>> hstack([[[1.0], [2.0]], [[3.0], [4.0]]])
    array([[1., 3.],
           [2., 4.]])
    """
    parts = [atleast_1d(x) for x in arrays]
    return concatenate(parts, axis=0 if parts and len(shape_of(parts[0])) == 1 else 1)


def vstack(arrays: Sequence[Any]) -> Any:
    """Join one below the other, along the first axis; a row of numbers is a matrix of one row.

    Raises:
        ShapeError: if there is nothing to join, or another axis differs in length.

    >>> vstack([[1.0, 2.0], [3.0, 4.0]])
    array([[1., 2.],
           [3., 4.]])
    """
    return concatenate([atleast_2d(x) for x in arrays], axis=0)


def dstack(arrays: Sequence[Any]) -> Any:
    """Join one behind the other, along the third axis, which rows and matrices are given first.

    Raises:
        ShapeError: if there is nothing to join, or another axis differs in length.

    >>> dstack([[1.0, 2.0], [3.0, 4.0]])
    array([[[1., 3.],
            [2., 4.]]])
    """
    return concatenate([atleast_3d(x) for x in arrays], axis=2)


def column_stack(arrays: Sequence[Any]) -> Any:
    """Join columns to a matrix: a row of numbers is one column, a matrix keeps its own.

    Raises:
        ShapeError: if there is nothing to join, or the columns differ in length.

    >>> column_stack([[1.0, 2.0], [3.0, 4.0]])
    array([[1., 3.],
           [2., 4.]])
    """
    parts = [atleast_1d(x) for x in arrays]
    return concatenate([reshape(x, (-1, 1)) if len(shape_of(x)) == 1 else x for x in parts], axis=1)


def block(arrays: Any) -> Any:
    """Assemble from nested lists of blocks: the innermost lists join along the last axis, the ones
    around them along the axis before it, and so on.

    Raises:
        ShapeError: if blocks do not fit, a list is empty, or the lists are not equally deep.

    >>> block([[np.eye(1), np.zeros((1, 2))], [np.ones((1, 3))]])
    array([[1., 0., 0.],
           [1., 1., 1.]])
    """
    depth = _depth(arrays)
    ndim = max(depth, _most_axes(arrays))

    def assembled(part: Any, level: int) -> Any:
        if level == depth:
            shape = shape_of(part)
            return reshape(part, (*(1,) * (ndim - len(shape)), *shape))
        return concatenate([assembled(inner, level + 1) for inner in part], axis=ndim - depth + level)

    return assembled(arrays, 0)


def _depth(part: Any) -> int:
    if not isinstance(part, list):
        return 0
    depths = {_depth(inner) for inner in part}
    if len(depths) != 1:
        raise ShapeError(f"block(): lists have to be filled, and equally deep, got depths {sorted(depths)}")
    return 1 + depths.pop()


def _most_axes(part: Any) -> int:
    return max(map(_most_axes, part)) if isinstance(part, list) else len(shape_of(part))


# -- splitting ---------------------------------------------------------------------------------------


@spelled
def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along ``axis`` into a number of equal parts, or before each of the given indices.

    Raises:
        ShapeError: for a wrong axis, or if the length does not divide into that many parts.

    >>> split([1.0, 2.0, 3.0, 4.0], 2)
    [array([1., 2.]), array([3., 4.])]
    """
    if isinstance(indices_or_sections, int | np.integer):
        length = shape_of(x)[one_axis("split", axis, len(shape_of(x)))]
        if indices_or_sections < 1 or length % indices_or_sections:
            raise ShapeError(
                f"split(): a length of {length} does not divide into {indices_or_sections} equal parts; "
                "array_split() makes unequal ones"
            )
    return _cut("split", x, indices_or_sections, axis)


@spelled
def array_split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along ``axis`` into parts that are as equal as possible, the longer ones first, or before each of
    the given indices.

    Raises:
        ShapeError: for a wrong axis, or fewer than one part.

    >>> array_split([1.0, 2.0, 3.0], 2)
    [array([1., 2.]), array([3.])]
    """
    return _cut("array_split", x, indices_or_sections, axis)


@spelled
def chunk(x: Any, chunks: int, axis: int = 0) -> list[Any]:
    """Cut along ``axis`` into parts of length ⌈n / chunks⌉, the last one shorter (PyTorch's chunk): there
    may be fewer parts than asked for.

    Raises:
        ShapeError: for a wrong axis, or fewer than one part.

    >>> [len(part) for part in chunk(np.zeros(5), 4)]
    [2, 2, 1]
    """
    length = shape_of(x)[one_axis("chunk", axis, len(shape_of(x)))]
    if chunks < 1:
        raise ShapeError(f"chunk(): chunks counts the parts, got {chunks}")
    step = -(-length // chunks)
    return _cut("chunk", x, list(range(step, length, step)) if step else [], axis)


@spelled
def unbind(x: Any, axis: int = 0) -> list[Any]:
    """The slices along ``axis``, without that axis (PyTorch's unbind).

    Raises:
        ShapeError: for a wrong axis.

    >>> unbind([[1.0, 2.0], [3.0, 4.0]])
    [array([1., 2.]), array([3., 4.])]
    """
    x, shape = shaped(x)
    position = one_axis("unbind", axis, len(shape))
    return [getitem(x, on_axis(position, i)) for i in range(shape_of(x)[position])]


@spelled
def unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    """The slices along ``axis`` as a tuple: the opposite of :func:`stack`.

    Raises:
        ShapeError: for a wrong axis.

    >>> unstack([[1.0, 2.0], [3.0, 4.0]], axis=1)
    (array([1., 3.]), array([2., 4.]))
    """
    return tuple(unbind(x, axis))


def hsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut side by side: along the second axis, a row of numbers along its only one; see :func:`split`.

    Raises:
        ShapeError: if there is no axis, or the length does not divide into that many parts.

    >>> hsplit([1.0, 2.0, 3.0, 4.0], [1])
    [array([1.]), array([2., 3., 4.])]
    """
    return split(x, indices_or_sections, 1 if len(shape_of(x)) > 1 else 0)


def vsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut one below the other, along the first of at least two axes; see :func:`split`.

    Raises:
        ShapeError: if there are fewer than two axes, or the length does not divide into that many parts.

    >>> vsplit([[1.0], [2.0]], 2)
    [array([[1.]]), array([[2.]])]
    """
    if len(shape_of(x)) < 2:
        raise ShapeError(f"vsplit(): needs at least two axes, got shape {shape_and_name(x)}")
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut one behind the other, along the third axis; see :func:`split`.

    Raises:
        ShapeError: if there are fewer than three axes, or the length does not divide into that many parts.

    >>> [part.shape for part in dsplit(np.ones((2, 3, 4)), 2)]
    [(2, 3, 2), (2, 3, 2)]
    """
    if len(shape_of(x)) < 3:
        raise ShapeError(f"dsplit(): needs at least three axes, got shape {shape_and_name(x)}")
    return split(x, indices_or_sections, 2)


def broadcast_arrays(*arrays: Any) -> tuple[Any, ...]:
    """Each input repeated to the shape that arithmetic between them would have.

    Raises:
        ShapeError: if the shapes do not broadcast.

    >>> column, row = broadcast_arrays([[1.0], [2.0]], [3.0, 4.0])
    >>> column.tolist(), row.tolist()
    ([[1.0, 1.0], [2.0, 2.0]], [[3.0, 4.0], [3.0, 4.0]])
    """
    shapes = [shape_of(x) for x in arrays]
    shape = common_shape(*shapes)
    if shape is None:
        raise ShapeError(f"broadcast_arrays(): shapes {' and '.join(map(str, shapes))} do not broadcast")
    return tuple(broadcast_to(x, shape) for x in arrays)


def _cut(operation: str, x: Any, where: int | Sequence[int], axis: int) -> list[Any]:
    x = as_operand(x)
    position = one_axis(operation, axis, len(shape_of(x)))
    if isinstance(where, int | np.integer):
        if where < 1:
            raise ShapeError(f"{operation}(): needs at least one part, got {where}")
        size, longer = divmod(shape_of(x)[position], int(where))
        edges: list[int | None] = [i * size + min(i, longer) for i in range(int(where) + 1)]
    else:
        edges = [0, *map(int, where), None]
    return [getitem(x, on_axis(position, slice(*ends))) for ends in pairwise(edges)]


# -- repeating ---------------------------------------------------------------------------------------


def tile(x: Any, reps: int | Sequence[int]) -> Any:
    """Lay out copies of the whole array, ``reps`` along each axis, as ``numpy.tile`` does.

    Raises:
        ShapeError: for a negative number of copies.

    >>> tile([1.0, 2.0], 2)
    array([1., 2., 1., 2.])
    """
    counts = as_shape("tile", reps)
    if any(n < 0 for n in counts):
        raise ShapeError(f"tile(): the number of copies is at least 0, got {reps!r}")
    shape = shape_of(x)
    shape = (*(1,) * (len(counts) - len(shape)), *shape)
    counts = (*(1,) * (len(shape) - len(counts)), *counts)
    apart = [length for n in shape for length in (1, n)]
    copied = [length for pair in zip(counts, shape, strict=True) for length in pair]
    joined = [n * r for n, r in zip(shape, counts, strict=True)]
    return reshape(broadcast_to(reshape(x, apart), copied), joined)


@spelled
def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Repeat each element, or slice along ``axis``, in place; of the flattened array when None.

    Args:
        x: the input.
        repeats: how often, one number for all or one for each slice.
        axis: along which.

    Raises:
        ShapeError: for a wrong axis, a negative number, or numbers that do not fit the axis.

    >>> repeat([1.0, 2.0], [3, 1])
    array([1., 1., 1., 2.])
    """
    x, position = along("repeat", x, axis if shape_of(x) or axis not in (0, -1) else None)
    shape = shape_of(x)
    length = shape[position]
    counts = np.asarray(repeats)
    if counts.dtype.kind not in "iu" or (counts.size and counts.min() < 0):
        raise ShapeError(f"repeat(): repeats are whole numbers from 0, got {repeats!r}")
    if counts.ndim == 0:
        apart = expand_dims(x, position + 1)
        copied = broadcast_to(apart, (*shape[: position + 1], int(counts), *shape[position + 1 :]))
        return reshape(copied, (*shape[:position], length * int(counts), *shape[position + 1 :]))
    if counts.shape not in ((length,), (1,)):
        raise ShapeError(f"repeat(): {counts.size} repeats for an axis of length {length}")
    return getitem(x, on_axis(position, np.repeat(np.arange(length), counts)))


def meshgrid(*arrays: Any, indexing: str = "xy", sparse: bool = False) -> tuple[Any, ...]:
    """Coordinates of a grid from the coordinates along its axes.

    Args:
        arrays: one row of numbers for each axis.
        indexing: "ij": the first array runs along the first axis; "xy": along the second.
        sparse: leave the coordinates of length 1 on the axes that they do not run along.

    Returns:
        One array of the grid's shape for each input.

    Raises:
        ShapeError: if an input is no row of numbers, or for another ``indexing``.

    >>> x, y = meshgrid([1.0, 2.0, 3.0], [10.0, 20.0])
    >>> (x + y).tolist()
    [[11.0, 12.0, 13.0], [21.0, 22.0, 23.0]]
    """
    if indexing not in ("xy", "ij"):
        raise ShapeError(f"meshgrid(): indexing is 'xy' or 'ij', got {indexing!r}")
    rows = [x if isinstance(x, Node) and x.shape else reshape(x, -1) for x in arrays]
    for row in rows:
        if len(shape_of(row)) != 1:
            raise ShapeError(f"meshgrid(): needs rows of numbers, got shape {shape_and_name(row)}")
    axes = list(range(len(rows)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    shape = [0] * len(rows)
    for row, axis in zip(rows, axes, strict=True):
        shape[axis] = shape_of(row)[0]
    thin = [reshape(row, lying_along(axis, len(rows))) for row, axis in zip(rows, axes, strict=True)]
    return tuple(thin) if sparse else tuple(broadcast_to(row, shape) for row in thin)
