"""Running sums, products and extremes along an axis, and their opposite, differences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from ..errors import ShapeError
from ..graph import Node
from ..primitive import General, Linear, Namespace
from .indexing import getitem
from .operands import as_operand, data_of, one_axis, shape_of
from .shaping import astype, broadcast_to, concatenate, reshape

__all__ = ["cummax", "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "diff"]


def _on(axis: int, part: slice) -> tuple[slice, ...]:
    return (*(slice(None),) * axis, part)


def _reversed(m: Namespace, x: Any, axis: int) -> Any:
    return m.getitem(x, index=_on(axis, slice(None, None, -1)))


_cumsum = Linear(  # an element is in every sum from its own on
    "cumsum",
    "cumΣ",
    forward=lambda x, *, axis: np.cumsum(x, axis=axis),
    transpose=lambda m, g, x, *, axis: _reversed(m, m.cumsum(_reversed(m, g, axis), axis=axis), axis),
)


# -- running products --------------------------------------------------------------------------------


def _delayed(m: Namespace, x: Any, axis: int, steps: int, fill: float = 0.0) -> Any:
    """``x`` moved on by so many steps, ``fill`` moving in."""
    n, ndim = x.shape[axis], len(x.shape)
    width = tuple((steps if i == axis else 0, 0) for i in range(ndim))
    return m.pad(m.getitem(x, index=_on(axis, slice(0, n - steps))), width=width, value=fill)


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


def _pull_cumprod(m: Namespace, g: Any, y: Any, x: Any, *, index: int, axis: int) -> Any:
    """dL/dx_i = (Π_(j<i) x_j) s_i, with s_i = g_i + x_(i+1) s_(i+1): nothing is divided by x."""
    if not y.shape[axis]:
        return g
    next_factor = _delayed(m, _reversed(m, x, axis), axis, 1)
    s = _recurrence(m, next_factor, _reversed(m, g, axis), axis)
    return _before(m, y, axis) * _reversed(m, s, axis)


def _push_cumprod(m: Namespace, t: Any, y: Any, x: Any, *, index: int, axis: int) -> Any:
    """The product rule, dy_k = x_k dy_(k-1) + y_(k-1) dx_k."""
    return _recurrence(m, x, _before(m, y, axis) * t, axis)


_cumprod = General(
    "cumprod",
    "cumΠ",
    forward=lambda x, *, axis: np.cumprod(x, axis=axis),
    pullback=_pull_cumprod,
    pushforward=_push_cumprod,
)

# -- running extremes --------------------------------------------------------------------------------


def _holders(x: Any, y: Any, axis: int) -> Any:
    """Where each running extreme was last met: the latest place up to here at which x equals it."""
    values, extremes = data_of(x), data_of(y)
    places = np.arange(values.shape[axis]).reshape([-1 if i == axis else 1 for i in range(values.ndim)])
    met = (values == extremes) | (values != values)
    return np.maximum.accumulate(np.where(met, places, 0), axis=axis)


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


def _scanned(operation: str, x: Any, axis: int | None, dtype: DTypeLike | None = None) -> tuple[Any, int]:
    """``x`` and the axis to run along; flat when ``axis`` is None."""
    x = as_operand(x) if dtype is None else astype(x, dtype)
    if axis is None:
        return reshape(x, -1), 0
    return x, one_axis(operation, axis, len(shape_of(x)))


def cumsum(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """The sums of the elements up to each one, along ``axis``; of all elements in one row when None.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cumsum([1.0, 2.0, 3.0])
    array([1., 3., 6.])
    """
    x, position = _scanned("cumsum", x, axis, dtype)
    return _cumsum(x, axis=position)


def cumprod(x: Any, axis: int | None = None, *, dtype: DTypeLike | None = None) -> Any:
    """The products of the elements up to each one, along ``axis``; of all in one row when None.

    The gradient divides by no element, so it is right where elements are 0.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cumprod([1.0, 2.0, 3.0])
    array([1., 2., 6.])
    """
    x, position = _scanned("cumprod", x, axis, dtype)
    return _cumprod(x, axis=position)


def cummax(x: Any, axis: int | None = None) -> Any:
    """The largest element up to each one, along ``axis``; of all in one row when None.

    Where elements tie, the latest receives the gradient, as in PyTorch.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> cummax([1.0, 3.0, 2.0])
    array([1., 3., 3.])
    """
    x, position = _scanned("cummax", x, axis)
    return _cummax(x, axis=position)


def cummin(x: Any, axis: int | None = None) -> Any:
    """The smallest element up to each one, along ``axis``; of all in one row when None.

    Where elements tie, the latest receives the gradient, as in PyTorch.

    Raises:
        ShapeError: for an axis that ``x`` does not have.
    """
    x, position = _scanned("cummin", x, axis)
    return _cummin(x, axis=position)


def cumulative_sum(
    x: Any, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Any:
    """The array standard's name of :func:`cumsum`; ``include_initial`` puts the empty sum, 0, in front.

    Raises:
        ShapeError: for a wrong axis, or none where there are several.
    """
    return _cumulative("cumulative_sum", cumsum, 0.0, x, axis, dtype, include_initial)


def cumulative_prod(
    x: Any, *, axis: int | None = None, dtype: DTypeLike | None = None, include_initial: bool = False
) -> Any:
    """The array standard's name of :func:`cumprod`; ``include_initial`` puts the empty product, 1, in front.

    Raises:
        ShapeError: for a wrong axis, or none where there are several.
    """
    return _cumulative("cumulative_prod", cumprod, 1.0, x, axis, dtype, include_initial)


def _cumulative(
    operation: str, scan: Any, first: float, x: Any, axis: int | None, dtype: Any, include_initial: bool
) -> Any:
    x = as_operand(x)
    if axis is None and len(shape_of(x)) != 1:
        raise ShapeError(f"{operation}() of shape {shape_of(x)} needs an axis")
    position = one_axis(operation, 0 if axis is None else axis, len(shape_of(x)))
    result = scan(x, position, dtype=dtype)
    if not include_initial:
        return result
    edge = tuple(1 if i == position else n for i, n in enumerate(shape_of(result)))
    return concatenate([np.full(edge, first, data_of(result).dtype), result], axis=position)


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
    x = as_operand(x)
    shape = shape_of(x)
    position = one_axis("diff", axis, len(shape))
    if n < 0:
        raise ShapeError(f"diff(): n counts how often differences are taken, got {n}")
    parts = [_edge(prepend, x, position), [x], _edge(append, x, position)]
    if any(parts[::2]):
        x = concatenate([part for some in parts for part in some], axis=position)
    for _ in range(n):
        x = getitem(x, _on(position, slice(1, None))) - getitem(x, _on(position, slice(None, -1)))
    return x


def _edge(edge: Any, x: Any, axis: int) -> list[Any]:
    """What stands before or behind ``x``; a number is repeated to fit."""
    if edge is None or shape_of(edge):
        return [] if edge is None else [edge]
    shape = tuple(1 if i == axis else n for i, n in enumerate(shape_of(x)))
    return [broadcast_to(edge, shape) if isinstance(edge, Node) else np.full(shape, edge, x.dtype)]
