"""Reductions that leave out NaNs: the neutral element takes their place, so they get the gradient 0."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import where as _where
from ..dtypes import asarray
from ..spelling import spelled
from .operands import Axis, as_operand, data_of, reduced_axes, shape_of
from .quantiles import at_levels
from .reductions import max, mean, min, prod, sum
from .scans import cumprod, cumsum
from .statistics import std, var

__all__ = [
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
]


def _filled(x: Any, neutral: float) -> Any:
    x = as_operand(x)
    missing = np.isnan(data_of(x))
    return _where(missing, neutral, x) if missing.any() else x


def _numbers(x: Any, where: Any) -> Any:
    """The mask of the elements that are numbers and that ``where`` selects."""
    found = ~np.isnan(data_of(as_operand(x)))
    return found if where is None else found & asarray(data_of(where), dtype=bool)


@spelled
def nansum(x: Any, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
    """The sum of the elements that are numbers; NaNs count as 0 and get the gradient 0. The options are
    those of :func:`sum`.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> nansum([1.0, float("nan"), 2.0])
    np.float64(3.0)
    """
    return sum(_filled(x, 0.0), axis, keepdims, **options)


@spelled
def nanprod(x: Any, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
    """The product of the elements that are numbers; the options are those of :func:`prod`.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> nanprod([3.0, float("nan"), 2.0])
    np.float64(6.0)
    """
    return prod(_filled(x, 1.0), axis, keepdims, **options)


@spelled
def nanmean(
    x: Any, axis: Axis = None, keepdims: bool = False, *, dtype: DTypeLike | None = None, where: Any = None
) -> Any:
    """The mean of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> nanmean([1.0, float("nan"), 2.0])
    np.float64(1.5)
    """
    x = as_operand(x)
    return mean(_filled(x, 0.0), axis, keepdims, dtype=dtype, where=_numbers(x, where))


@spelled
def nanvar(x: Any, axis: Axis = None, keepdims: bool = False, *, where: Any = None, **options: Any) -> Any:
    """The variance of the elements that are numbers; NaN where they are no more than ``ddof``. The
    options are those of :func:`var`.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element along it.

    >>> nanvar([1.0, float("nan"), 3.0], ddof=1)
    np.float64(2.0)
    """
    return var(_filled(x, 0.0), axis, keepdims, where=_numbers(x, where), **options)


@spelled
def nanstd(x: Any, axis: Axis = None, keepdims: bool = False, *, where: Any = None, **options: Any) -> Any:
    """The standard deviation of the elements that are numbers; NaN where they are no more than ``ddof``. The
    options are those of :func:`var`.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element along it.

    >>> nanstd([1.0, float("nan"), 3.0])
    np.float64(1.0)
    """
    return std(_filled(x, 0.0), axis, keepdims, where=_numbers(x, where), **options)


@spelled
def nanmax(x: Any, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
    """The largest of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> nanmax([1.0, float("nan"), 2.0])
    np.float64(2.0)
    """
    return _extreme("nanmax", max, -np.inf, x, axis, keepdims, options)


@spelled
def nanmin(x: Any, axis: Axis = None, keepdims: bool = False, **options: Any) -> Any:
    """The smallest of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element to choose.

    >>> nanmin([1.0, float("nan"), 2.0])
    np.float64(1.0)
    """
    return _extreme("nanmin", min, np.inf, x, axis, keepdims, options)


def _extreme(
    operation: str, extreme: Any, loser: float, x: Any, axis: Axis, keepdims: bool, options: dict[str, Any]
) -> Any:
    x = as_operand(x)
    result = extreme(_filled(x, loser), axis, keepdims, **options)
    axes = reduced_axes(operation, axis, shape_of(x))
    nothing = np.isnan(data_of(x)).all(axis=axes, keepdims=keepdims)
    return _where(nothing, np.nan, result) if nothing.any() and not options else result


@spelled
def nancumsum(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """Running sums in which NaNs count as 0.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> nancumsum([1.0, float("nan"), 2.0])
    array([1., 1., 3.])
    """
    return cumsum(_filled(x, 0.0), axis, dtype=dtype)


@spelled
def nancumprod(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """Running products in which NaNs count as 1.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> nancumprod([2.0, float("nan"), 3.0])
    array([2., 2., 6.])
    """
    return cumprod(_filled(x, 1.0), axis, dtype=dtype)


@spelled
def nanquantile(
    x: Any, q: Any, axis: Axis = None, keepdims: bool = False, *, method: str = "linear", weights: Any = None
) -> Any:
    """The :func:`quantile` of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if ``q`` lies outside 0 to 1, or for an unknown method.

    >>> nanquantile([1.0, float("nan"), 2.0, 3.0], [0.0, 1.0])
    array([1., 3.])
    """
    return at_levels("nanquantile", x, as_operand(q), axis, keepdims, method, weights=weights, skip=True)


@spelled
def nanpercentile(
    x: Any, q: Any, axis: Axis = None, keepdims: bool = False, *, method: str = "linear", weights: Any = None
) -> Any:
    """The :func:`percentile` of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if ``q`` lies outside 0 to 100, or for an unknown method.

    >>> nanpercentile([1.0, float("nan"), 2.0, 3.0], 50).item()
    2.0
    """
    return at_levels(
        "nanpercentile", x, as_operand(q) / 100, axis, keepdims, method, weights=weights, skip=True
    )


@spelled
def nanmedian(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """The :func:`median` of the elements that are numbers; NaN where there is none.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.

    >>> nanmedian([5.0, float("nan"), 2.0]).item()
    3.5
    """
    return at_levels("nanmedian", x, 0.5, axis, keepdims, "linear", skip=True)
