"""Numbers between numbers: piecewise linear functions, evenly spaced points, polynomials.

A polynomial is a row of coefficients, the highest power first, as in ``numpy.polyval``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..calculus import abs, log10, power, sign
from ..calculus import where as _where
from ..dtypes import asarray, default_dtype
from ..errors import DomainError, ShapeError
from ..spelling import spelled
from .indexing import getitem
from .joining import concatenate
from .operands import as_number_or_operand, as_operand, data_of, shape_and_name, shape_of
from .padding import pad
from .products import convolve
from .shaping import astype, atleast_1d, expand_dims, moveaxis

__all__ = [
    "geomspace",
    "interp",
    "linspace",
    "logspace",
    "polyadd",
    "polyder",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The piecewise linear function through the points ``(xp, fp)``, at ``x``.

    Its gradients go to ``x`` (the slope of the piece), ``fp``, ``xp``, ``left``, ``right`` and ``period``.

    Args:
        x: where to evaluate.
        xp: the points, in ascending order unless there is a ``period``.
        fp: the values there.
        left: the value left of all points; that of the first point when None.
        right: the value right of all points; that of the last point when None.
        period: the period of the function; ``left`` and ``right`` are then ignored.

    Raises:
        ShapeError: if ``xp`` and ``fp`` are not rows of equally many numbers, at least one.
        DomainError: for a period of 0.

    >>> interp([0.5, 3.0], [0.0, 1.0, 2.0], [0.0, 10.0, 30.0])
    array([ 5., 30.])
    """
    x, xp, fp = (
        y if data_of(y).dtype.kind != "b" else astype(y, default_dtype())
        for y in map(as_operand, (x, xp, fp))
    )
    if len(shape_of(xp)) != 1 or shape_of(xp) != shape_of(fp) or not shape_of(xp)[0]:
        raise ShapeError(
            f"interp(): xp and fp are rows of equally many numbers, got {shape_and_name(xp)} and "
            f"{shape_and_name(fp)}"
        )
    if period is not None:
        if period == 0:
            raise DomainError("interp(): the period is not 0")
        period = abs(as_number_or_operand(period))
        turn = data_of(period)
        x = x - np.floor(data_of(x) / turn) * period
        xp = xp - np.floor(data_of(xp) / turn) * period
        order = np.argsort(data_of(xp), kind="stable")
        xp, fp = getitem(xp, order), getitem(fp, order)
        ends = slice(-1, None), slice(0, 1)
        xp = concatenate([getitem(xp, ends[0]) - period, xp, getitem(xp, ends[1]) + period])
        fp = concatenate([getitem(fp, ends[0]), fp, getitem(fp, ends[1])])
        left = right = None
    places, points = asarray(data_of(x)), data_of(xp)
    first, last = getitem(fp, 0), getitem(fp, -1)
    below, above = places < points[0], places > points[-1]
    if len(points) == 1:
        inside = first + x * 0.0
    else:
        piece = np.clip(np.searchsorted(points, places, side="right") - 1, 0, len(points) - 2)
        start, stop = getitem(xp, piece), getitem(xp, piece + 1)
        low, high = getitem(fp, piece), getitem(fp, piece + 1)
        outside = below | above
        # where there is no piece, whatever stands here is not taken and must not divide by 0
        width = _where(outside, 1.0, stop - start)
        with np.errstate(invalid="ignore"):
            inside = low + (high - low) * (_where(outside, 0.0, x - start) / width)
        unsure = np.isnan(data_of(inside)) & ~np.isnan(places)
        if unsure.any():  # infinities meet: the piece is seen from its other end, and a point is itself
            with np.errstate(invalid="ignore"):
                turned = high + (high - low) * ((x - stop) / width)
            turned = _where(np.isnan(data_of(turned)) & (data_of(low) == data_of(high)), low, turned)
            turned = _where(places == points[piece + 1], high, _where(places == points[piece], low, turned))
            inside = _where(unsure, turned, inside)
    inside = _where(below, first if left is None else left, inside)
    return _where(above, last if right is None else right, inside)


def _shares(num: int, endpoint: bool, dtype: Any, ndim: int) -> Any:
    """How far from start to stop each number lies, from 0 to 1, along a first axis."""
    if num < 0:
        raise DomainError(f"linspace(): num counts the points, got {num}")
    steps = num - 1 if endpoint else num
    shares = np.arange(num) / steps if steps > 0 else np.zeros(num)
    return shares.astype(dtype).reshape((-1,) + (1,) * ndim)


@spelled
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Any:
    """Evenly spaced numbers from ``start`` to ``stop``, both of which get gradients.

    Args:
        start: the first number, or an array of them.
        stop: the last number, left out if not ``endpoint``.
        num: how many.
        endpoint: whether ``stop`` is one of them.
        retstep: give the step, too.
        dtype: of the result.
        axis: along which they stand, when the ends are arrays.

    Raises:
        DomainError: for a negative ``num``.

    >>> linspace(0.0, 1.0, 5)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    start, stop = _ends(start, stop)
    ndim = len(np.broadcast_shapes(shape_of(start), shape_of(stop)))
    kind = np.result_type(data_of(start), data_of(stop))
    shares = _shares(num, endpoint, kind, ndim)
    width = stop - start
    result = start + shares * expand_dims(width, 0)
    if endpoint and num > 1:  # the last is stop itself, whatever the rounding, and beside infinities
        result = _where(np.arange(num).reshape(shares.shape) == num - 1, stop, result)
    if axis and ndim:
        result = moveaxis(result, 0, axis)
    if dtype is not None:
        result = astype(result, dtype)
    steps = num - 1 if endpoint else num
    return (result, width / steps if steps else width * np.nan) if retstep else result


@spelled
def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Any:
    """``base`` to the power of evenly spaced numbers; see :func:`linspace`.

    Raises:
        DomainError: for a negative ``num``.

    >>> logspace(0.0, 2.0, 3)
    array([  1.,  10., 100.])
    """
    exponents = linspace(start, stop, num, endpoint, axis=axis)
    result = power(base, exponents)
    return result if dtype is None else astype(result, dtype)


@spelled
def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike | None = None,
    axis: int = 0,
) -> Any:
    """Numbers from ``start`` to ``stop`` of which each is the same multiple of the one before.

    Raises:
        DomainError: if an end is 0, or the ends differ in sign.

    >>> geomspace(1.0, 8.0, 4).round(12)
    array([1., 2., 4., 8.])
    """
    start, stop = _ends(start, stop)
    if np.any(asarray(data_of(start)) * data_of(stop) <= 0):
        raise DomainError("geomspace(): the ends are not 0 and have one sign")
    exponents = linspace(log10(abs(start)), log10(abs(stop)), num, endpoint, axis=axis)
    signs = sign(data_of(start) + 0 * data_of(stop))
    result = power(10.0, exponents) * (np.expand_dims(signs, axis) if np.ndim(signs) else float(signs))
    return result if dtype is None else astype(result, dtype)


def _ends(*ends: Any) -> list[Any]:
    """Both ends as floating-point arrays; Python numbers take the dtype of the other."""
    kinds = [np.result_type(data_of(as_operand(x))) for x in ends if not isinstance(x, int | float)]
    reals = [kind for kind in kinds if kind.kind == "f"]
    common = np.result_type(*reals) if reals else default_dtype()
    return [
        x if np.result_type(data_of(x)).kind == "f" else astype(x, common)
        for x in (np.asarray(x, common) if isinstance(x, int | float) else as_operand(x) for x in ends)
    ]


def _row(operation: str, p: Any) -> Any:
    p = atleast_1d(as_operand(p))
    if len(shape_of(p)) != 1:
        raise ShapeError(f"{operation}(): coefficients are a row of numbers, got shape {shape_and_name(p)}")
    return p


def polyval(p: Any, x: Any) -> Any:
    """The polynomial ``p[0] x^(n-1) + ... + p[n-1]`` at ``x``, by Horner's rule.

    Raises:
        ShapeError: if ``p`` is no row of coefficients.

    >>> polyval([1.0, 0.0, 2.0], 3.0)
    np.float64(11.0)
    """
    p, x = _row("polyval", p), as_number_or_operand(x)
    value = _where(True, 0, x)
    for i in range(shape_of(p)[0]):
        value = value * x + getitem(p, i)
    return value


def polyadd(a: Any, b: Any) -> Any:
    """The sum of two polynomials.

    Raises:
        ShapeError: if an operand is no row of coefficients.

    >>> polyadd([1.0, 2.0], [5.0, 0.0, 0.0])
    array([5., 1., 2.])
    """
    a, b = _of_one_length("polyadd", a, b)
    return a + b


def polysub(a: Any, b: Any) -> Any:
    """The difference of two polynomials.

    Raises:
        ShapeError: if an operand is no row of coefficients.

    >>> polysub([1.0, 2.0, 3.0], [2.0, 2.0])
    array([1., 0., 1.])
    """
    a, b = _of_one_length("polysub", a, b)
    return a - b


def _of_one_length(operation: str, a: Any, b: Any) -> tuple[Any, Any]:
    a, b = _row(operation, a), _row(operation, b)
    n, k = shape_of(a)[0], shape_of(b)[0]
    return pad(a, (max(k - n, 0), 0)), pad(b, (max(n - k, 0), 0))


def polymul(a: Any, b: Any) -> Any:
    """The product of two polynomials, without their leading zeros.

    Raises:
        ShapeError: if an operand is no row of coefficients, or has none.

    >>> polymul([1.0, 1.0], [1.0, -1.0])
    array([ 1.,  0., -1.])
    """
    return convolve(*(_from_the_first(_row("polymul", p)) for p in (a, b)))


def _from_the_first(p: Any) -> Any:
    """The coefficients from the first that is not 0; one 0 where there is none."""
    found = np.flatnonzero(data_of(p))
    return (
        getitem(p, slice(int(found[0]) if found.size else shape_of(p)[0] - 1, None)) if shape_of(p)[0] else p
    )


def polyder(p: Any, m: int = 1) -> Any:
    """The ``m``-th derivative of a polynomial.

    Raises:
        ShapeError: if ``p`` is no row of coefficients.
        DomainError: for a negative ``m``.

    >>> polyder([1.0, 2.0, 3.0])
    array([2., 2.])
    """
    p, m = as_operand(p) if not int(m) else _row("polyder", p), int(m)
    if m < 0:
        raise DomainError(f"polyder(): m counts the derivatives, got {m}")
    for _ in range(m):
        n = shape_of(p)[0]
        p = getitem(p, slice(0, max(n - 1, 0))) * _powers(p, np.arange(n - 1, 0, -1))
    return p


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The ``m``-th integral of a polynomial, with the constants ``k``, one for each time; 0 when None.

    Raises:
        ShapeError: if ``p`` is no row of coefficients.
        DomainError: for a negative ``m``.

    >>> polyint([2.0, 2.0])
    array([1., 2., 0.])
    """
    p, m = as_operand(p) if not int(m) else _row("polyint", p), int(m)
    if m < 0:
        raise DomainError(f"polyint(): m counts the integrals, got {m}")
    constants = atleast_1d(as_operand(0.0 if k is None else k))
    for i in range(m):
        n = shape_of(p)[0]
        constant = getitem(constants, slice(i, i + 1) if shape_of(constants)[0] > 1 else slice(0, 1))
        kind = data_of(p).dtype
        constant = constant if kind.kind != "f" else constant * np.ones((), kind)
        if isinstance(constant, np.ndarray) and kind.kind == "f":
            constant = constant.astype(kind)
        p = concatenate([p / _powers(p, np.arange(n, 0, -1)), constant])
    return p


def _powers(p: Any, powers: Any) -> Any:
    kind = data_of(p).dtype
    return powers.astype(kind) if kind.kind == "f" else powers


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803
    """The Vandermonde matrix: in each row the powers of one element, the highest first.

    Args:
        x: a row of numbers.
        N: the number of columns; as many as rows when None.
        increasing: put the lowest power first.

    Raises:
        ShapeError: if ``x`` is no row of numbers.

    >>> vander([1.0, 2.0, 3.0])
    array([[1., 1., 1.],
           [4., 2., 1.],
           [9., 3., 1.]])
    """
    x = as_operand(x)
    if len(shape_of(x)) != 1:
        raise ShapeError(f"vander(): takes a row of numbers, got shape {shape_and_name(x)}")
    columns = shape_of(x)[0] if N is None else int(N)
    exponents = np.arange(columns) if increasing else np.arange(columns)[::-1]
    kind = data_of(x).dtype
    return power(expand_dims(x, 1), exponents.astype(kind) if kind.kind == "f" else exponents)
