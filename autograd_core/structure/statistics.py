"""Spread, norms and what is computed from sums: compositions, but for the Euclidean norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import abs, power, sign, square
from ..calculus import where as _where
from ..errors import DomainError, ShapeError
from ..primitive import General, Namespace
from .indexing import getitem
from .operands import (
    Axis,
    as_operand,
    data_of,
    one_axis,
    reduced_axes,
    several_axes,
    shape_of,
)
from .reductions import (
    count,
    max,
    min,
    number_of,
    restored,
    selected,
    sum,
)
from .reductions import mean as _mean_of
from .scans import diff
from .shaping import reshape

__all__ = ["norm", "std", "trapezoid", "var"]


def _direction(m: Namespace, y: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """x / ‖x‖, and 0 at the origin, where the norm has no slope but a smallest value."""
    length = restored(m, y, x.shape, axis)
    return m.where(length == 0, 0.0, x / m.where(length == 0, 1.0, length))


_euclidean_norm = General(
    "euclidean_norm",
    "‖x‖",
    forward=lambda x, *, axis, keepdims: np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims)),
    pullback=lambda m, g, y, x, *, index, axis, keepdims: (
        restored(m, g, x.shape, axis) * _direction(m, y, x, axis)
    ),
    pushforward=lambda m, t, y, x, *, index, axis, keepdims: m.sum(
        t * _direction(m, y, x, axis), axis=axis, keepdims=keepdims
    ),
)
_euclidean_norm.floating = True


def _spread(
    operation: str,
    x: Any,
    axis: Axis,
    keepdims: bool,
    ddof: float,
    known_mean: Any,
    dtype: DTypeLike | None,
    where: Any,
) -> tuple[Any, tuple[int, ...], Any]:
    """``x`` minus its mean, 0 where the mask is not set; the axes; and the degrees of freedom."""
    x = selected(x, dtype, None, 0)
    axes = reduced_axes(operation, axis, shape_of(x), nonempty=True)
    centre = _mean_of(x, axes, keepdims=True, where=where) if known_mean is None else known_mean
    if where is not None:
        freedom = number_of(where, x, axes, keepdims) - ddof
        return selected(x - centre, None, where, 0.0), axes, np.where(freedom <= 0, np.nan, freedom)
    freedom = count(x, axes) - ddof
    if freedom <= 0:
        raise DomainError(
            f"{operation}(): {count(x, axes):g} elements leave no degree of freedom with ddof={ddof}"
        )
    return x - centre, axes, freedom


def var(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    ddof: float = 0,
    mean: Any = None,
    dtype: DTypeLike | None = None,
    where: Any = None,
    correction: float | None = None,
) -> Any:
    """The variance along ``axis``: Σ (x - mean)² / (n - ddof).

    Args:
        x: the input.
        axis: one axis, several, or all when None.
        keepdims: keep the reduced axes, of length 1.
        ddof: 0 for the variance of these numbers, 1 for the unbiased estimate from a sample (what
            PyTorch computes by default).
        mean: the mean, with the reduced axes kept, if it is known already.
        dtype: what to compute in; that of ``x`` when None.
        where: a mask of the elements to take, all when None.
        correction: another name of ``ddof``.

    Raises:
        ShapeError: for a wrong axis, or if there is no element.
        DomainError: if there are no more elements than ``ddof``.

    >>> var([1.0, 2.0, 3.0, 4.0]), var([1.0, 2.0, 3.0], ddof=1)
    (np.float64(1.25), np.float64(1.0))
    """
    lost = ddof if correction is None else correction
    deviations, axes, freedom = _spread("var", x, axis, keepdims, lost, mean, dtype, where)
    return sum(square(deviations), axes, keepdims) / freedom


def std(
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    *,
    ddof: float = 0,
    mean: Any = None,
    dtype: DTypeLike | None = None,
    where: Any = None,
    correction: float | None = None,
) -> Any:
    """The standard deviation along ``axis``, the square root of :func:`var`; same arguments.

    Computed as the length of the deviations, ‖x - mean‖ / √(n - ddof), because the gradient of a
    length is 0 where it vanishes: numbers that are all equal get the gradient 0.

    >>> from autograd_core import Tensor
    >>> x = Tensor([2.0, 2.0], requires_grad=True)
    >>> std(x).backward()
    >>> x.grad
    array([0., 0.])
    """
    lost = ddof if correction is None else correction
    deviations, axes, freedom = _spread("std", x, axis, keepdims, lost, mean, dtype, where)
    return _euclidean_norm(deviations, axis=axes, keepdims=bool(keepdims)) / freedom**0.5


def norm(
    x: Any, ord: float | str | None = None, axis: int | Sequence[int] | None = None, keepdims: bool = False
) -> Any:
    """The length of vectors or matrices, as ``numpy.linalg.norm`` defines it.

    Args:
        x: the input.
        ord: for vectors a number p: (Σ |x|^p)^(1/p); ``inf`` the largest and ``-inf`` the smallest
            absolute value, 0 the number of elements that are not 0. For matrices ``"fro"``, the root
            of the sum of squares; 1 and ``inf`` (-1 and ``-inf``), the largest (smallest) sum of
            absolute values over a column and over a row. None is the root of the sum of squares.
        axis: one axis holds vectors, a pair of axes matrices. When None, ``x`` is one vector or one
            matrix by its number of axes; without ``ord`` it is one vector whatever its shape.
        keepdims: keep the reduced axes, of length 1.

    The gradient at 0 is 0, for any ``ord`` that has one.

    Raises:
        ShapeError: for a wrong axis, or if ``x`` is neither vector nor matrix.
        DomainError: for an ``ord`` that is not listed here; those of singular values (2, -2, "nuc") are
            in :func:`autograd_core.linalg.norm`.

    >>> norm([3.0, 4.0]), norm([3.0, -4.0], 1), norm([3.0, -4.0], float("inf"))
    (np.float64(5.0), np.float64(7.0), np.float64(4.0))
    """
    x = as_operand(x)
    shape = shape_of(x)
    if axis is None and ord is not None and len(shape) not in (1, 2):
        raise ShapeError(f"norm(): ord={ord!r} needs a vector or a matrix, got shape {shape}; name the axis")
    axes = reduced_axes("norm", axis, shape)
    keepdims = bool(keepdims)
    if ord is None or (len(axes) == 2 and ord == "fro") or (len(axes) == 1 and ord == 2):
        return _euclidean_norm(x, axis=axes, keepdims=keepdims)
    if len(axes) == 1 and isinstance(ord, int | float):
        return _vector_norm(x, float(ord), axes, keepdims)
    if len(axes) == 2 and ord in (1, -1, np.inf, -np.inf):
        rows, columns = several_axes("norm", axis if isinstance(axis, tuple | list) else axes, len(shape))
        within, over = (rows, columns) if ord in (1, -1) else (columns, rows)
        totals = sum(abs(x), within, keepdims=True)
        extreme = (max if ord in (1, np.inf) else min)(totals, over, keepdims=True)
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape) if keepdims or i not in axes)
        return reshape(extreme, kept)
    if len(axes) not in (1, 2):
        raise ShapeError(f"norm(): axis is one axis (vectors) or a pair (matrices), got {axis!r}")
    known = "'fro', 1, -1, inf, -inf (2, -2, 'nuc' in linalg.norm)" if len(axes) == 2 else "a number"
    raise DomainError(f"norm(): ord for {('vectors', 'matrices')[len(axes) - 1]} is {known}; got {ord!r}")


def _vector_norm(x: Any, p: float, axes: tuple[int, ...], keepdims: bool) -> Any:
    if p in (np.inf, -np.inf):
        return (max if p > 0 else min)(abs(x), axes, keepdims)
    if p == 0:
        return sum(abs(sign(x)), axes, keepdims)
    if p == 1:
        return sum(abs(x), axes, keepdims)
    total = sum(power(abs(x), p), axes, keepdims)
    zero = data_of(total) == 0
    return _where(zero, 0.0, power(_where(zero, 1.0, total), 1 / p))


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, Σ (y_k + y_(k+1)) (x_(k+1) - x_k) / 2.

    Args:
        y: the values of the integrand.
        x: where they were taken: one number for each element of ``y`` along ``axis``, or an array of
            the shape of ``y``; None for equal steps ``dx``.
        dx: the step, a number, when ``x`` is None.
        axis: along which to integrate.

    >>> trapezoid([1.0, 2.0, 3.0])
    np.float64(4.0)
    """
    y = as_operand(y)
    ndim = len(shape_of(y))
    position = one_axis("trapezoid", axis, ndim)
    widths = dx
    if x is not None:
        widths = diff(x, axis=-1 if len(shape_of(x)) == 1 else position)
        if len(shape_of(x)) == 1:
            widths = reshape(widths, tuple(-1 if i == position else 1 for i in range(ndim)))
    before = getitem(y, (*(slice(None),) * position, slice(None, -1)))
    after = getitem(y, (*(slice(None),) * position, slice(1, None)))
    return sum((before + after) * widths * 0.5, position)
