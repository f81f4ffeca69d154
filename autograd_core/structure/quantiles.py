"""Quantiles: sorted numbers at a position, which may lie between two of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..calculus import clip, where
from ..dtypes import asarray, default_dtype
from ..errors import DomainError, ShapeError
from ..graph import Node
from ..spelling import spelled
from .indexing import getitem, take_along_axis
from .operands import Axis, as_operand, constant, data_of, reduced_axes, shape_of, with_ones
from .shaping import astype, reshape, transpose
from .sorting import sort

__all__ = ["median", "percentile", "quantile"]

Array = np.ndarray[Any, Any]


def _continuous(alpha: float, beta: float) -> Callable[[Any, Any], Any]:
    """The place, counted from 0, of level q among n numbers (Hyndman and Fan, 1996, equation 1)."""
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


def _halves(place: Any) -> Any:
    """The place itself where it is whole, else halfway between its neighbours."""
    return np.where(place % 1 == 0, place, np.floor(place) + 0.5)


def _nearest_to_odd(place: Any) -> Any:
    """The next whole number above, or the place itself where it is whole and odd (even, counted from 1)."""
    below = np.floor(place)
    return np.where((place == below) & (below % 2 == 1), below, below + 1)


METHODS: dict[str, Callable[[Any, Any], Any]] = {
    "inverted_cdf": lambda n, q: np.ceil(n * q - 1),
    "averaged_inverted_cdf": lambda n, q: np.where((n * q) % 1 == 0, n * q - 0.5, np.ceil(n * q - 1)),
    "closest_observation": lambda n, q: _nearest_to_odd(n * q - 1.5),
    "interpolated_inverted_cdf": _continuous(0, 1),
    "hazen": _continuous(0.5, 0.5),
    "weibull": _continuous(0, 0),
    "linear": _continuous(1, 1),
    "median_unbiased": _continuous(1 / 3, 1 / 3),
    "normal_unbiased": _continuous(3 / 8, 3 / 8),
    "lower": lambda n, q: np.floor((n - 1) * q),
    "higher": lambda n, q: np.ceil((n - 1) * q),
    "midpoint": lambda n, q: _halves((n - 1) * q),
    "nearest": lambda n, q: np.rint((n - 1) * q),
}
"""Where among n sorted numbers to read, for each name that NumPy gives to a definition."""

CONTINUOUS = {"interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased"}
"""The definitions by which the place moves with the level, and does not jump."""


@spelled
def quantile(
    x: Any, q: Any, axis: Axis = None, keepdims: bool = False, *, method: str = "linear", weights: Any = None
) -> Any:
    """The ``q``-quantile along ``axis``, by default interpolated linearly between the two nearest elements
    in order (Hyndman and Fan, 1996, definition 7: the default of NumPy and PyTorch).

    Args:
        x: the input.
        q: a number, or an array of numbers, from 0 to 1, whose axes come first in the result. Its gradient
            is the slope between the two elements that it falls between; 0 where it falls on an element, and
            for a ``method`` that moves in steps.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.
        method: NumPy's name of another definition: "lower", "higher", "nearest", "midpoint", "hazen" ...
        weights: how much each element counts, in the shape of ``x`` or of its ``axis``; with the method
            "inverted_cdf". They get no gradient.

    Raises:
        ShapeError: for a wrong axis, weights that do not fit, or if there is no element.
        DomainError: if ``q`` lies outside 0 to 1, for an unknown method, or a negative weight.

    >>> quantile([1.0, 2.0, 4.0, 8.0], [0.0, 0.5, 0.9])
    array([1. , 3. , 6.8])
    """
    return at_levels("quantile", x, as_operand(q), axis, keepdims, method, weights=weights)


@spelled
def percentile(
    x: Any, q: Any, axis: Axis = None, keepdims: bool = False, *, method: str = "linear", weights: Any = None
) -> Any:
    """The quantile at ``q`` percent, from 0 to 100; see :func:`quantile`.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if ``q`` lies outside 0 to 100, or for an unknown method.

    >>> percentile([1.0, 2.0, 4.0, 8.0], 50)
    np.float64(3.0)
    """
    return at_levels("percentile", x, as_operand(q) / 100, axis, keepdims, method, weights=weights)


@spelled
def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The middle element along ``axis``, or the mean of the two in the middle, which share the gradient.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.

    >>> median([5.0, 1.0, 2.0]), median([1.0, 2.0, 4.0, 8.0])
    (np.float64(2.0), np.float64(3.0))
    """
    return at_levels("median", x, 0.5, axis, keepdims, "linear")


def at_levels(
    operation: str,
    x: Any,
    q: Any,
    axis: Axis,
    keepdims: bool,
    method: str,
    *,
    weights: Any = None,
    skip: bool = False,
) -> Any:
    x = as_operand(x)
    if data_of(x).dtype.kind != "f":
        x = astype(x, default_dtype())
    shape = shape_of(x)
    axes = reduced_axes(operation, axis, shape, nonempty=True)
    levels = asarray(data_of(q), dtype=float)
    if not np.all((levels >= 0) & (levels <= 1)):
        percent = "percentile" in operation
        raise DomainError(
            f"{operation}(): a level lies between 0 and {100 if percent else 1}, "
            f"got {(levels * 100 if percent else levels).tolist()!r}"
        )
    if method not in METHODS:
        raise DomainError(f"{operation}(): the methods are {', '.join(METHODS)}; got {method!r}")
    mixed = _halfway if operation in ("median", "nanmedian") else _along_the_line
    kept = [i for i in range(len(shape)) if i not in axes]
    left = with_ones(shape, axes) if keepdims else [shape[i] for i in kept]
    missing = np.isnan(data_of(x))
    if weights is not None:
        if method != "inverted_cdf":
            raise DomainError(f"{operation}(): weights go with the method 'inverted_cdf', got {method!r}")
        chosen = _by_weight(operation, x, levels, weights, axis, axes, skip)
        result = reshape(chosen, (*levels.shape, *left))
        unknown = (missing.all if skip else missing.any)(axis=axes, keepdims=keepdims)
        return where(unknown, np.nan, result) if unknown.any() else result
    size = math.prod([shape[i] for i in axes])
    if isinstance(q, Node) and method in CONTINUOUS:
        levels = astype(q, float)
    rows = sort(reshape(transpose(x, (*axes, *kept)), (size, *(shape[i] for i in kept))), axis=0)
    if skip and missing.any():
        numbers = np.asarray(size - np.sum(missing, axis=axes))  # NaNs are sorted to the end
        flat = reshape(levels, (-1,) + (1,) * numbers.ndim)
        places = clip(METHODS[method](numbers, flat), 0, np.maximum(numbers - 1, 0))
        return reshape(_between_in_columns(rows, places, mixed), (*levels.shape, *left))
    places = clip(METHODS[method](size, levels), 0, size - 1)
    result = reshape(_between(rows, places, mixed), (*levels.shape, *left))
    unknown = missing.any(axis=axes, keepdims=keepdims)  # what is compared with NaN is unknown
    return where(unknown, np.nan, result) if unknown.any() else result


def _between(rows: Any, places: Any, mixed: Callable[..., Any]) -> Any:
    """The rows at places that may lie between two of them."""
    below, share = _split(places, rows)
    if not below.ndim:
        low = getitem(rows, int(below))
        return mixed(low, getitem(rows, int(below) + 1), share) if data_of(share) else low
    share = reshape(share, below.shape + (1,) * (len(shape_of(rows)) - 1))
    low, high = getitem(rows, below), getitem(rows, np.minimum(below + 1, shape_of(rows)[0] - 1))
    return mixed(low, high, share)


def _along_the_line(low: Any, high: Any, share: Any) -> Any:
    """low + (high - low) share, reckoned from the nearer end, so that an infinity stays one."""
    weight = data_of(share)
    with np.errstate(invalid="ignore"):
        # a level that falls on an element is that element, be its neighbour infinite
        difference = where(weight == 0, 0.0, high - low)
        if np.all(weight < 0.5):
            return low + difference * share
        far = weight >= 0.5
        return where(far, high, low) + difference * (share - far)


def _halfway(low: Any, high: Any, share: Any) -> Any:
    """The mean of two, also of two infinities."""
    half = np.where(data_of(share) == 0, 0.0, 0.5).astype(data_of(low).dtype)
    with np.errstate(invalid="ignore"):
        return low * (1 - half) + where(half == 0, 0.0, high) * half


def _split(places: Any, rows: Any) -> tuple[Array, Any]:
    """The whole numbers below the places, and how far beyond them these lie, in the dtype of the rows."""
    below = np.floor(data_of(places)).astype(int)
    return below, astype(places - below, rows.dtype)


def _between_in_columns(rows: Any, places: Array, mixed: Callable[..., Any]) -> Any:
    """As :func:`_between`, at other places in every column."""
    below, share = _split(places, rows)
    low = take_along_axis(rows, below, 0)
    high = take_along_axis(rows, np.minimum(below + 1, shape_of(rows)[0] - 1), 0)
    return mixed(low, high, share)


def _by_weight(
    operation: str, x: Any, levels: Array, weights: Any, axis: Axis, axes: tuple[int, ...], skip: bool
) -> Any:
    """The first element in order at which the weights so far reach the level, for each column of ``x``."""
    heavy = asarray(constant(operation, "weights", weights), dtype=float)
    shape = shape_of(x)
    if heavy.shape == shape:
        heavy = heavy.transpose(*axes, *(i for i in range(len(shape)) if i not in axes))
    elif axis is None or heavy.shape != tuple(shape[i] for i in axes):
        raise ShapeError(f"{operation}(): weights of shape {heavy.shape} do not fit the shape {shape}")
    size = math.prod([shape[i] for i in axes])
    flat = reshape(transpose(x, (*axes, *(i for i in range(len(shape)) if i not in axes))), (size, -1))
    heavy = np.broadcast_to(heavy.reshape(size, -1), shape_of(flat))
    if not np.all(heavy >= 0):
        raise DomainError(f"{operation}(): weights are at least 0, got {heavy.min():g}")
    order = np.argsort(data_of(flat), axis=0, kind="stable")
    heavy = np.take_along_axis(heavy, order, 0)
    if skip:
        heavy = np.where(np.isnan(np.take_along_axis(data_of(flat), order, 0)), 0.0, heavy)
    reached = np.cumsum(heavy, axis=0)
    with np.errstate(invalid="ignore"):
        reached = np.where(reached == 0, -1.0, reached / reached[-1])  # what weighs nothing is never chosen
    places = np.sum(reached < levels.reshape(-1, 1, 1), axis=1)
    return take_along_axis(flat, np.take_along_axis(order, np.minimum(places, size - 1), 0), 0)
