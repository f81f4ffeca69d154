"""Sums along axes as products with a vector of ones, which BLAS carries out at the speed of memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import Application

__all__ = ["broadcast_to", "extreme_shares", "mean", "mean_shares", "row_sums", "sum", "sum_shares"]

Array = np.ndarray[Any, np.dtype[Any]]

_LARGE = 4096
_ones: dict[tuple[int, Any], Array] = {}


def ones(length: int, dtype: np.dtype[Any]) -> Array:
    """A vector of ones; the short ones are kept."""
    key = length, dtype
    found = _ones.get(key)
    if found is None:
        found = np.ones(length, dtype)
        found.flags.writeable = False
        if length <= 65_536 and len(_ones) < 256:
            _ones[key] = found
    return found


def sum(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The sum over ``axis``; over leading axes of memory it is a product with ones from the left.

    NumPy would add up one row after the other, which is no more accurate. Sums along a row stay
    NumPy's, which are pairwise.
    """
    if type(x) is np.ndarray and x.size >= _LARGE and x.dtype.kind == "f" and len(axis) < x.ndim:
        columns = _columns(x, axis)
        if columns is not None:
            rows, shape = columns
            total = (ones(len(rows), x.dtype) @ rows).reshape(shape)
            if keepdims:
                return total.reshape([1 if i in axis else n for i, n in enumerate(x.shape)])
            return total
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]


def sum_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g repeated along the axes that were added up."""
    shape, axis = np.shape(application.values[0]), application.parameters["axis"]
    if g.size == 1 and math.prod(shape) < _LARGE:
        share = np.empty(shape, g.dtype)
        share.fill(g.item())
        return (share,)
    g = np.asarray(g)
    if not application.parameters["keepdims"] and len(axis) < len(shape):
        g = g.reshape([1 if i in axis else n for i, n in enumerate(shape)])
    return (broadcast_to(g, shape=shape),)


def mean_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g divided by how many numbers there were."""
    shape, axis = np.shape(application.values[0]), application.parameters["axis"]
    count = math.prod(shape if len(axis) == len(shape) else [shape[i] for i in axis])
    return sum_shares(m, g / float(count), application, wanted)


def extreme_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any] | None:
    """g, shared by all that equal the extreme; None where infinities or NaNs ask for the rule's care."""
    x, axis = np.asarray(application.values[0]), application.parameters["axis"]
    shape = [1 if i in axis else n for i, n in enumerate(x.shape)]
    extreme, slope = np.reshape(application._raw, shape), np.reshape(g, shape)
    if not (np.isfinite(slope).all() and np.isfinite(extreme).all()):
        return None
    share: Any = np.equal(x, extreme).astype(slope.dtype)
    share *= slope / sum(share, axis=axis, keepdims=True)
    return (share,)


def mean(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The sum over ``axis``, divided by the number of its elements."""
    everything = len(axis) == x.ndim
    count = x.size if everything else math.prod([x.shape[i] for i in axis])
    if type(x) is not np.ndarray or x.dtype.kind != "f" or x.itemsize < 4 or not count:
        return np.mean(x, axis=axis, keepdims=keepdims)
    total: Any = np.add.reduce if everything else sum
    return total(x, axis=axis, keepdims=keepdims) / count


def _columns(x: Array, axis: tuple[int, ...]) -> tuple[Array, tuple[int, ...]] | None:
    """``x`` as a matrix whose columns are to be added up, and the shape of the result."""
    kept = tuple(i for i in range(x.ndim) if i not in axis)
    if x.flags.c_contiguous and kept[0] == len(axis):
        shape = x.shape[kept[0] :]
    elif kept == (1,) and x.ndim > 2 and np.moveaxis(x, 1, -1).flags.c_contiguous:
        x, shape = np.moveaxis(x, 1, -1), x.shape[1:2]  # channels last in memory
    else:
        return None
    width = math.prod(shape)
    if width < 2 or x.size // max(width, 1) < 2:
        return None
    return x.reshape(-1, width), shape


def broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    """The transpose of a sum: a view that repeats ``x``, which may only be read."""
    if type(x) is not np.ndarray or not x.flags.c_contiguous:
        return np.broadcast_to(x, shape)
    if x.shape == shape:
        return x
    missing = len(shape) - x.ndim
    steps = [0] * missing
    for n, step, wanted in zip(x.shape, x.strides, shape[missing:], strict=False):
        if n != wanted and n != 1:
            return np.broadcast_to(x, shape)  # refuses
        steps.append(step if n == wanted else 0)
    if missing < 0 or not x.size:
        return np.broadcast_to(x, shape)
    view = np.ndarray(shape, x.dtype, x, 0, steps)
    view.flags.writeable = False
    return view


def row_sums(x: Array, axis: tuple[int, ...]) -> Array:
    """The sums along the last axis, kept as an axis of length 1: of numbers that were just computed and
    all have one sign, so that there is nothing to lose by adding them in another order.
    """
    if axis == (x.ndim - 1,) and x.flags.c_contiguous and x.dtype.kind == "f" and 1 < x.shape[-1] <= 65_536:
        column: Array = np.matmul(x.reshape(-1, x.shape[-1]), ones(x.shape[-1], x.dtype))
        return column.reshape(*x.shape[:-1], 1)
    total: Array = np.add.reduce(x, axis=axis, keepdims=True)
    return total
