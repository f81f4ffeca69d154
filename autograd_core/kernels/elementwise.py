"""Elementwise functions on arrays, in long runs and in as few passes over memory as they need.

NumPy works row by row: a short row (a bias of 20 channels) or a number in place of a row costs more
than the arithmetic. Here such operands are laid out as one long row first. An array whose memory has
no gaps is worked through in the order of its memory, whatever the order of its axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..primitive import Application
from .rows import short_rows

__all__ = [
    "add",
    "add_shares",
    "multiply",
    "multiply_shares",
    "relu",
    "relu_shares",
    "sigmoid",
    "sigmoid_shares",
    "step",
    "tanh_shares",
]

Array = np.ndarray[Any, np.dtype[Any]]

_LARGE = 16_384  # elements from which preparing a row pays
_ROW = 2048


_zeros = cache(lambda dtype: np.zeros(_ROW, dtype))
_zero = cache(lambda dtype: np.zeros((), dtype))  # which NumPy need not make of a Python number every time
_one = cache(lambda dtype: np.ones((), dtype))


def relu(x: Any) -> Any:
    """max(x, 0)"""
    if type(x) is not np.ndarray or x.dtype.kind != "f":
        return np.maximum(x, 0)
    if x.size < _LARGE:
        return np.maximum(x, _zero(x.dtype))
    y = np.empty_like(x)
    source, target = x.ravel("K"), y.ravel("K")
    if not np.may_share_memory(target, y) or not np.may_share_memory(source, x):  # there are gaps
        return np.maximum(x, 0)
    zeros = _zeros(x.dtype)
    whole = x.size - x.size % _ROW
    np.maximum(source[:whole].reshape(-1, _ROW), zeros, out=target[:whole].reshape(-1, _ROW))
    np.maximum(source[whole:], zeros[: x.size - whole], out=target[whole:])
    return y


def relu_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g where x > 0, else 0."""
    x, dtype = application.values[0], application._raw.dtype
    return (g * (x > _zero(dtype)).astype(dtype),)


def step(a: Any, b: Any) -> Any:
    """1 where a > b, 1/2 where they are equal, 0 elsewhere, in the dtype of the two."""
    kind = np.result_type(a, b)
    higher = np.greater(a, b).astype(kind)
    equal = np.equal(a, b)
    return higher + equal.astype(kind) * 0.5 if equal.any() else higher


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), in place once -x is made; where exp overflows the result is 0, as it should."""
    if type(x) is not np.ndarray or x.dtype.kind != "f":
        x = np.asarray(x, dtype=np.result_type(x, np.float32 if np.asarray(x).dtype.kind == "f" else float))
    y = np.negative(x, out=np.empty_like(x))
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    return np.divide(_one(y.dtype), y, out=y)


def sigmoid_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g y (1 - y)"""
    y = application._raw
    slope = 1 - y
    if type(slope) is not np.ndarray:
        return (g * slope * y,)
    slope *= y
    return (np.multiply(slope, g, out=slope) if slope.dtype == g.dtype else slope * g,)


def tanh_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g (1 - y²)"""
    y = application._raw
    slope = y * y
    if type(slope) is not np.ndarray or slope.dtype != g.dtype:
        return (g * (1 - slope),)
    np.subtract(1, slope, out=slope)
    return (np.multiply(slope, g, out=slope),)


def add(a: Any, b: Any) -> Any:
    """``a + b``, where ``b`` may be a short row that is added to many."""
    if type(a) is np.ndarray and a.size >= _LARGE and type(b) is np.ndarray and b.size < a.size:
        return _with_rows(np.add, a, b)
    return np.add(a, b)


def add_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any, Any]:
    """g for both."""
    return g if wanted[0] else None, g if wanted[1] else None


def multiply(a: Any, b: Any) -> Any:
    """``a b``, where one may be a short row that multiplies many."""
    if type(a) is np.ndarray and type(b) is np.ndarray:
        if _LARGE <= a.size > b.size:
            return _with_rows(np.multiply, a, b)
        if _LARGE <= b.size > a.size:
            return _with_rows(np.multiply, b, a)
    return np.multiply(a, b)


def multiply_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any, Any]:
    """g times the other factor."""
    a, b = application.values
    if g.size >= _LARGE:
        return multiply(g, b) if wanted[0] else None, multiply(g, a) if wanted[1] else None
    return g * b if wanted[0] else None, g * a if wanted[1] else None


def _with_rows(ufunc: np.ufunc, a: Array, b: Array) -> Any:
    """``ufunc(a, b)``, where ``b`` has fewer elements: as long rows if it stretches along that axis of
    ``a`` only that is innermost in memory.
    """
    if a.dtype != b.dtype or b.ndim > a.ndim or b.size < 2:
        return ufunc(a, b)
    with short_rows(a):
        axis = a.ndim - 1
        if a.strides[axis] != a.itemsize and a.ndim > 2:
            axis = 1  # channels that stand last in memory
        length = a.shape[axis]
        fits = b.size == length and b.ndim >= a.ndim - axis and b.shape[axis - a.ndim] == length
        if length >= 1024 or not fits or a.strides[axis] != a.itemsize:
            return ufunc(a, b)
        y = np.empty_like(a)
        source, target = a.ravel("K"), y.ravel("K")
        if y.strides[axis] != a.itemsize or not np.may_share_memory(source, a):
            return ufunc(a, b)
        repeats = max(1, _ROW // length)
        while len(source) // length % repeats:
            repeats -= 1
        row = np.tile(b.reshape(-1), repeats)
        ufunc(source.reshape(-1, len(row)), row, out=target.reshape(-1, len(row)))
        return y
