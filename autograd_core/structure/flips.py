"""Reversing, rotating and shifting: slices and transposes under names of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..spelling import spelled
from .indexing import getitem
from .joining import concatenate
from .operands import Axis, as_operand, data_of, on_axis, one_axis, reduced_axes, several_axes, shape_of
from .shaping import moveaxis, reshape, swapaxes

__all__ = ["flip", "fliplr", "flipud", "roll", "rollaxis", "rot90"]


@spelled
def flip(x: Any, axis: Axis = None) -> Any:
    """Reverse the order along ``axis`` (one, several, or all when None).

    Raises:
        ShapeError: for an axis that ``x`` does not have, or one named twice.

    >>> flip([1.0, 2.0, 3.0])
    array([3., 2., 1.])
    """
    x = as_operand(x)
    axes = reduced_axes("flip", axis, shape_of(x))
    whole, backwards = slice(None), slice(None, None, -1)
    return getitem(x, tuple(backwards if i in axes else whole for i in range(len(shape_of(x)))))


def fliplr(x: Any) -> Any:
    """Reverse the second axis: left and right exchanged.

    Raises:
        ShapeError: if there are fewer than two axes.

    >>> fliplr([[1.0, 2.0], [3.0, 4.0]])
    array([[2., 1.],
           [4., 3.]])
    """
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """Reverse the first axis: up and down exchanged.

    Raises:
        ShapeError: if there is no axis.

    >>> flipud([[1.0, 2.0], [3.0, 4.0]])
    array([[3., 4.],
           [1., 2.]])
    """
    return flip(x, 0)


@spelled
def rot90(x: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """Turn ``k`` times by 90 degrees, from the first of the two axes towards the second.

    Raises:
        ShapeError: unless ``axes`` names two axes that ``x`` has.

    >>> rot90([[1.0, 2.0], [3.0, 4.0]])
    array([[2., 4.],
           [1., 3.]])
    """
    x = as_operand(x)
    pair = several_axes("rot90", axes, len(shape_of(x)))
    if len(pair) != 2:
        raise ShapeError(f"rot90(): axes names the two axes of a plane, got {tuple(axes)}")
    turns = k % 4
    if turns == 0:
        return x
    if turns == 2:
        return flip(x, pair)
    return swapaxes(flip(x, pair[1]), *pair) if turns == 1 else flip(swapaxes(x, *pair), pair[1])


@spelled
def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """Move ``axis`` back until it stands before the axis ``start``; :func:`moveaxis` is easier to read.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> rollaxis([[[1.0, 2.0, 3.0]]], 2).shape
    (3, 1, 1)
    """
    ndim = len(shape_of(x))
    position = one_axis("rollaxis", axis, ndim)
    target = ndim if start == ndim else one_axis("rollaxis", start, ndim)
    return moveaxis(x, position, target - 1 if position < target else target)


@spelled
def roll(x: Any, shift: int | Sequence[int], axis: int | Sequence[int] | None = None) -> Any:
    """Shift along ``axis``; what leaves at one end comes in at the other. Flattened first when None.
    Of a shift that is no whole number the fraction is dropped.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if shifts and axes differ in number.

    >>> roll([1.0, 2.0, 3.0, 4.0], 1)
    array([4., 1., 2., 3.])
    """
    x = as_operand(x)
    if axis is None:
        return reshape(roll(reshape(x, -1), shift, 0), shape_of(x))
    shifts, axes = np.atleast_1d(data_of(shift)), np.atleast_1d(axis)
    if shifts.ndim > 1 or axes.ndim > 1 or (shifts.size != axes.size and 1 not in (shifts.size, axes.size)):
        raise ShapeError(f"roll(): {shifts.size} shifts for {axes.size} axes")
    for steps, named in np.broadcast(shifts, axes):
        position = one_axis("roll", named, len(shape_of(x)))
        length = shape_of(x)[position]
        cut = -int(steps) % length if length else 0
        if cut:
            parts = slice(cut, None), slice(0, cut)
            x = concatenate([getitem(x, on_axis(position, part)) for part in parts], axis=position)
    return x
