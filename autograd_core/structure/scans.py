"""Running sums, products and extremes along an axis; differences, slopes and integrals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..dtypes import default_dtype
from ..errors import DomainError, ShapeError
from ..graph import Node
from ..primitive import General, Linear, Namespace
from ..spelling import spelled
from .indexing import getitem
from .joining import concatenate
from .operands import (
    Axis,
    along,
    as_operand,
    beside,
    constant,
    data_of,
    lying_along,
    on_axis,
    one_axis,
    reduced_axes,
    shape_and_name,
    shape_of,
    shaped,
    with_ones,
)
from .reductions import sum
from .shaping import astype, broadcast_to, ravel, reshape

__all__ = [
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "diff",
    "ediff1d",
    "gradient",
    "trapezoid",
    "unwrap",
]


def _reversed(m: Namespace, x: Any, axis: int) -> Any:
    return m.getitem(x, index=on_axis(axis, slice(None, None, -1)))


_cumsum = Linear(  # an element is in every sum from its own on
    "cumsum",
    "cumΣ",
    forward=lambda x, *, axis: np.cumsum(x, axis=axis),
    transpose=lambda m, g, x, *, axis: _reversed(m, m.cumsum(_reversed(m, g, axis), axis=axis), axis),
)


# -- running products --------------------------------------------------------------------------------


def _delayed(m: Namespace, x: Any, axis: int, steps: int, fill: float = 0.0) -> Any:
    """``x`` shifted by ``steps`` along the axis, with ``fill`` in the first places."""
    n, ndim = x.shape[axis], len(x.shape)
    width = tuple((steps if i == axis else 0, 0) for i in range(ndim))
    return m.pad(m.getitem(x, index=on_axis(axis, slice(0, n - steps))), width=width, value=fill)


def _recurrence(m: Namespace, factor: Any, term: Any, axis: int) -> Any:
    """The s with s_k = factor_k s_(k-1) + term_k, in log2(n) steps that each double the reach
    (Kogge and Stone, 1973).
    """
    n, steps = factor.shape[axis], 1
    while steps < n:
        term = term + factor * _delayed(m, term, axis, steps)
        factor = factor * _delayed(m, factor, axis, steps)
        steps *= 2
    return term


def _before(m: Namespace, y: Any, axis: int) -> Any:
    """The product of all elements before each one."""
    return _delayed(m, y, axis, 1, fill=1.0) if y.shape[axis] else y


def _cumprod_pullback(m: Namespace, g: Any, y: Any, x: Any, *, index: int, axis: int) -> Any:
    """dL/dx_i = (Π_(j<i) x_j) s_i, with s_i = g_i + x_(i+1) s_(i+1): nothing is divided by x."""
    if not y.shape[axis]:
        return g
    next_factor = _delayed(m, _reversed(m, x, axis), axis, 1)
    s = _recurrence(m, next_factor, _reversed(m, g, axis), axis)
    return _before(m, y, axis) * _reversed(m, s, axis)


def _cumprod_pushforward(m: Namespace, t: Any, y: Any, x: Any, *, index: int, axis: int) -> Any:
    """The product rule, dy_k = x_k dy_(k-1) + y_(k-1) dx_k."""
    return _recurrence(m, x, _before(m, y, axis) * t, axis)


_cumprod = General(
    "cumprod",
    "cumΠ",
    forward=lambda x, *, axis: np.cumprod(x, axis=axis),
    pullback=_cumprod_pullback,
    pushforward=_cumprod_pushforward,
)

# -- running extremes --------------------------------------------------------------------------------


def _holders(x: Any, y: Any, axis: int) -> Any:
    """Where each running extreme was last reached: the latest place so far at which x equals it."""
    values, extremes = data_of(x), data_of(y)
    places = np.arange(values.shape[axis]).reshape(lying_along(axis, values.ndim))
    equal = (values == extremes) | (values != values)
    return np.maximum.accumulate(np.where(equal, places, 0), axis=axis)


def _running_extreme(name: str, ufunc: np.ufunc) -> General:
    return General(
        name,
        name,
        forward=lambda x, *, axis: ufunc.accumulate(x, axis=axis),
        pullback=lambda m, g, y, x, *, index, axis: m.put_along_axis(
            g, indices=_holders(x, y, axis), axis=axis, shape=x.shape
        ),
        pushforward=lambda m, t, y, x, *, index, axis: m.take_along_axis(
            t, indices=_holders(x, y, axis), axis=axis
        ),
    )


_cummax = _running_extreme("cummax", np.maximum)
_cummin = _running_extreme("cummin", np.minimum)


@spelled
def cumsum(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """The sums of the elements up to each one, along ``axis``; of the flattened array when None.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cumsum([1.0, 2.0, 3.0])
    array([1., 3., 6.])
    """
    x, position = along("cumsum", x if dtype is None else astype(x, dtype), axis)
    return _cumsum(x, axis=position)


@spelled
def cumprod(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """The products of the elements up to each one, along ``axis``; of the flattened array when None.

    The gradient divides by no element, so it is right where elements are 0.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cumprod([1.0, 2.0, 3.0])
    array([1., 2., 6.])
    """
    x, position = along("cumprod", x if dtype is None else astype(x, dtype), axis)
    return _cumprod(x, axis=position)


@spelled
def cummax(x: Any, axis: int | None = None) -> Any:
    """The largest element up to each one, along ``axis``; of the flattened array when None.

    Where elements tie, the latest receives the gradient, as in PyTorch.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cummax([1.0, 3.0, 2.0])
    array([1., 3., 3.])
    """
    x, position = along("cummax", x, axis)
    return _cummax(x, axis=position)


@spelled
def cummin(x: Any, axis: int | None = None) -> Any:
    """The smallest element up to each one, along ``axis``; of the flattened array when None.

    Where elements tie, the latest receives the gradient, as in PyTorch.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cummin([3.0, 1.0, 2.0])
    array([3., 1., 1.])
    """
    x, position = along("cummin", x, axis)
    return _cummin(x, axis=position)


@spelled
def cumulative_sum(
    x: Any, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Any:
    """The array standard's name of :func:`cumsum`; ``include_initial`` puts the empty sum, 0, in front.

    Raises:
        ShapeError: for a wrong axis, or none where there are several.

    >>> cumulative_sum([1.0, 2.0, 3.0], include_initial=True)
    array([0., 1., 3., 6.])
    """
    return _cumulative("cumulative_sum", cumsum, 0.0, x, axis, dtype, include_initial)


@spelled
def cumulative_prod(
    x: Any, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Any:
    """The array standard's name of :func:`cumprod`; ``include_initial`` puts the empty product, 1, in front.

    Raises:
        ShapeError: for a wrong axis, or none where there are several.

    >>> cumulative_prod([2.0, 3.0], include_initial=True)
    array([1., 2., 6.])
    """
    return _cumulative("cumulative_prod", cumprod, 1.0, x, axis, dtype, include_initial)


def _cumulative(
    operation: str, scan: Any, first: float, x: Any, axis: int | None, dtype: Any, include_initial: bool
) -> Any:
    if axis is None and len(shape_of(x)) != 1:
        raise ShapeError(f"{operation}() of shape {shape_and_name(x)} needs an axis")
    x, position = along(operation, x, axis)
    result = scan(x, position, dtype=dtype)
    if not include_initial:
        return result
    edge = np.full(with_ones(shape_of(result), [position]), first, data_of(result).dtype)
    return concatenate([edge, result], axis=position)


@spelled
def diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The differences of neighbours along ``axis``, ``n`` times over: each time one element shorter.

    Args:
        x: the input.
        n: how often to take differences.
        axis: along which.
        prepend: elements to put before the first; a number stands for one.
        append: elements to put behind the last; a number stands for one.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or a negative ``n``.

    >>> diff([1.0, 4.0, 9.0, 16.0])
    array([3., 5., 7.])
    """
    x, shape = shaped(x)
    position = one_axis("diff", axis, len(shape))
    if n < 0:
        raise ShapeError(f"diff(): n counts how often differences are taken, got {n}")
    parts = [_edge(prepend, x, position), [x], _edge(append, x, position)]
    if any(parts[::2]):
        x = concatenate([part for some in parts for part in some], axis=position)
    for _ in range(n):
        later, earlier = (getitem(x, on_axis(position, part)) for part in (slice(1, None), slice(None, -1)))
        x = later != earlier if data_of(x).dtype.kind == "b" else later - earlier
    return x


def _edge(edge: Any, x: Any, axis: int) -> list[Any]:
    """What stands before or behind ``x``; a number is repeated to fit."""
    if edge is None:
        return []
    edge = beside(x, edge)
    return [edge if shape_of(edge) else broadcast_to(edge, with_ones(shape_of(x), [axis]))]


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours of all elements in one row, with further elements at either end.

    >>> ediff1d([1.0, 4.0, 9.0], to_end=0.0)
    array([3., 5., 0.])
    """
    parts = [diff(ravel(x))]
    if to_begin is not None:
        parts.insert(0, ravel(beside(x, to_begin)))
    if to_end is not None:
        parts.append(ravel(beside(x, to_end)))
    return concatenate(parts) if len(parts) > 1 else parts[0]


@spelled
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
            f"gradient(): axis {axis} of shape {shape_and_name(f)} needs at least {edge_order + 1} samples"
        )

    def at(start: int | None, stop: int | None) -> Any:
        return getitem(f, on_axis(axis, slice(start, stop)))

    widths: Any = step
    if shape_of(step):
        if shape_of(step) != (n,):
            raise ShapeError(
                f"gradient(): coordinates of shape {shape_and_name(step)} for an axis of length {n}"
            )
        widths = diff(as_operand(step))
        shape = lying_along(axis, len(shape_of(f)))
        left, right = (reshape(getitem(widths, slice(*part)), shape) for part in ((None, -1), (1, None)))
        if n > 2 and not isinstance(widths, Node) and bool((widths == widths[0]).all()):
            widths = widths[0]  # of a node every width gets a gradient of its own
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


@spelled
def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    """Angles with whole turns added so that neighbours along ``axis`` differ by half a turn at most.

    How many turns are added does not change with ``p``, so its gradient passes through as it is; that of
    the ``period`` is their number.

    Args:
        p: the angles.
        discont: jumps up to this large stay; half a ``period`` when None, or if it is less.
        axis: along which.
        period: a whole turn.

    Raises:
        ShapeError: for an axis that ``p`` does not have.
        GraphError: if a gradient with respect to ``discont`` is asked for.

    >>> unwrap([0.0, 3.0, 6.0, 9.0 - 2 * np.pi])
    array([0., 3., 6., 9.])
    """
    p = as_operand(p)
    position = one_axis("unwrap", axis, len(shape_of(p)))
    values, turn = data_of(p), data_of(period)
    jump = None if discont is None else constant("unwrap", "discont", discont)
    added = np.unwrap(values, jump, position, period=turn) - values
    added[on_axis(position, slice(0, 1))] = 0  # an infinite first one stays
    if values.dtype.kind == "f":
        added = added.astype(values.dtype)
    if isinstance(period, Node):
        return p + np.rint(added / turn).astype(added.dtype) * as_operand(period)
    return p + added


@spelled
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, Σ (y_k + y_(k+1)) (x_(k+1) - x_k) / 2.

    Args:
        y: the values of the integrand.
        x: where they were taken: one number for each element of ``y`` along ``axis``, or an array of
            the shape of ``y``; None for equal steps ``dx``.
        dx: the step, a number, when ``x`` is None.
        axis: along which to integrate.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> trapezoid([1.0, 2.0, 3.0])
    np.float64(4.0)
    """
    y = as_operand(y)
    position = one_axis("trapezoid", axis, len(shape_of(y)))
    widths = dx
    if x is not None:
        widths = diff(x, axis=-1 if len(shape_of(x)) == 1 else position)
        if len(shape_of(x)) == 1:
            widths = reshape(widths, lying_along(position, len(shape_of(y))))
    before = getitem(y, on_axis(position, slice(None, -1)))
    after = getitem(y, on_axis(position, slice(1, None)))
    return sum((before + after) * widths * 0.5, position)
