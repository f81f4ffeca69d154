"""Differences of neighbours: slopes, steps, and angles without jumps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..dtypes import default_dtype
from ..errors import DomainError, ShapeError
from .indexing import getitem
from .operands import (
    Axis,
    as_operand,
    data_of,
    one_axis,
    reduced_axes,
    shape_of,
)
from .scans import diff
from .shaping import astype, concatenate, ravel, reshape

__all__ = ["ediff1d", "gradient", "unwrap"]


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours of all elements in one row, with more put at either end.

    >>> ediff1d([1.0, 4.0, 9.0], to_end=0.0)
    array([3., 5., 0.])
    """
    parts = [diff(ravel(x))]
    if to_begin is not None:
        parts.insert(0, ravel(_like(to_begin, x)))
    if to_end is not None:
        parts.append(ravel(_like(to_end, x)))
    return concatenate(parts) if len(parts) > 1 else parts[0]


def _like(edge: Any, x: Any) -> Any:
    """A number or a list in the dtype of ``x``."""
    return np.asarray(edge, data_of(as_operand(x)).dtype) if isinstance(edge, int | float | list) else edge


def gradient(f: Any, *spacing: Any, axis: Axis = None, edge_order: int = 1) -> Any:
    """The slope of sampled values along each axis: central differences inside, one-sided ones at the ends.

    Args:
        f: the samples.
        spacing: nothing for steps of 1; one step for all axes; or, for each axis, a step or the
            coordinates of the samples. Gradients go to the spacing as well.
        axis: along which: one axis, several, or all when None.
        edge_order: 1 or 2, the accuracy of the differences at the ends.

    Returns:
        An array of the shape of ``f``, for several axes a tuple of them.

    Raises:
        ShapeError: for a wrong axis, spacings that do not fit, or fewer than ``edge_order + 1`` samples.
        DomainError: for another ``edge_order``.

    >>> gradient([1.0, 2.0, 4.0, 7.0])
    array([1. , 1.5, 2.5, 3. ])
    """
    f = as_operand(f)
    if data_of(f).dtype.kind != "f":
        f = astype(f, default_dtype())
    shape = shape_of(f)
    axes = reduced_axes("gradient", axis, shape)
    if edge_order not in (1, 2):
        raise DomainError(f"gradient(): edge_order is 1 or 2, got {edge_order!r}")
    steps: Sequence[Any] = spacing
    if not spacing or (len(spacing) == 1 and not shape_of(spacing[0])):
        steps = (spacing or (1.0,)) * len(axes)
    if len(steps) != len(axes):
        raise ShapeError(f"gradient(): {len(steps)} spacings for {len(axes)} axes")
    slopes = tuple(_slope(f, step, i, edge_order) for step, i in zip(steps, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(f: Any, step: Any, axis: int, edge_order: int) -> Any:
    n = shape_of(f)[axis]
    if n < edge_order + 1:
        raise ShapeError(
            f"gradient(): axis {axis} of shape {shape_of(f)} needs at least {edge_order + 1} samples"
        )
    ndim = len(shape_of(f))

    def at(start: int | None, stop: int | None) -> Any:
        return getitem(f, (*(slice(None),) * axis, slice(start, stop)))

    widths: Any = step
    if shape_of(step):
        if shape_of(step) != (n,):
            raise ShapeError(f"gradient(): coordinates of shape {shape_of(step)} for an axis of length {n}")
        widths = diff(as_operand(step))
        along = [-1 if i == axis else 1 for i in range(ndim)]
        left, right = (reshape(getitem(widths, slice(*part)), along) for part in ((None, -1), (1, None)))
        known = data_of(widths)
        if n > 2 and bool((known == known[0]).all()):
            widths = getitem(widths, 0)
    if not shape_of(widths):
        first = last = before_last = second = widths
        inside = (at(2, None) - at(None, -2)) / (2.0 * widths)
    else:
        first, last = getitem(widths, 0), getitem(widths, -1)
        second, before_last = (first, last) if n < 3 else (getitem(widths, 1), getitem(widths, -2))
        # the slope of the parabola through three neighbours, at the middle one
        inside = (
            -right / (left * (left + right)) * at(None, -2)
            + (right - left) / (left * right) * at(1, -1)
            + left / (right * (left + right)) * at(2, None)
        )
    if edge_order == 1:
        return concatenate(
            [(at(1, 2) - at(0, 1)) / first, inside, (at(n - 1, n) - at(n - 2, n - 1)) / last], axis
        )
    start = _end_slope(at(0, 1), at(1, 2), at(2, 3), first, second)
    stop = _end_slope(at(n - 1, n), at(n - 2, n - 1), at(n - 3, n - 2), -last, -before_last)
    return concatenate([start, inside, stop], axis)


def _end_slope(at_end: Any, next_one: Any, third: Any, h: Any, k: Any) -> Any:
    """The slope at the end of the parabola through three samples, h and k apart."""
    return -(2.0 * h + k) / (h * (h + k)) * at_end + (h + k) / (h * k) * next_one - h / (k * (h + k)) * third


def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * np.pi) -> Any:
    """Angles with whole turns added so that neighbours along ``axis`` differ by half a turn at most.

    What is added does not change with ``p``, so the gradient passes through as it is.

    Args:
        p: the angles.
        discont: jumps up to this large stay; half a ``period`` when None, or if it is less.
        axis: along which.
        period: a whole turn.

    Raises:
        ShapeError: for an axis that ``p`` does not have.

    >>> unwrap([0.0, 3.0, 6.0, 9.0 - 2 * np.pi])
    array([0., 3., 6., 9.])
    """
    p = as_operand(p)
    position = one_axis("unwrap", axis, len(shape_of(p)))
    values = data_of(p)
    if values.dtype.kind == "f":
        unwrapped = np.unwrap(values, discont, position, period=period)
        return p + (unwrapped - values).astype(values.dtype)
    return p + (np.unwrap(values, discont, position, period=period) - values)
