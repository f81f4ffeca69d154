"""Softmax and its relatives on arrays: one array of exponentials, worked on in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import Application
from .reductions import row_sums
from .rows import all_finite, real_numbers, short_rows

__all__ = [
    "log_softmax",
    "log_softmax_shares",
    "logsumexp",
    "logsumexp_shares",
    "softmax",
    "softmax_shares",
]

Array = np.ndarray[Any, np.dtype[Any]]


def _exponentials(
    x: Array, axis: tuple[int, ...], largest: Array, finite: bool
) -> tuple[Array, Array, Array]:
    """exp(x - largest), their sum, and the largest; 0 in its place where all are -inf."""
    if not finite:
        largest = _without_minus_infinity(largest)
    powers = np.subtract(x, largest, out=np.empty_like(x))
    np.exp(powers, out=powers)
    return powers, row_sums(powers, axis), largest


def _without_minus_infinity(largest: Array) -> Array:
    return np.where(np.isneginf(largest), 0.0, largest).astype(largest.dtype)


def logsumexp(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> tuple[Any, tuple[Array, Array]]:
    """ln Σ exp(x); the residuals are the softmax's numerators and their sum."""
    x = real_numbers(x)
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    finite = all_finite(largest)
    with short_rows(x, finite):
        powers, total, largest = _exponentials(x, axis, largest, finite)
        result = np.log(total)
        result += largest
    if not finite and np.isposinf(largest).any():
        result = np.where(np.isposinf(largest), largest, result)
    return (result if keepdims else np.squeeze(result, axis)), (powers, total)


def softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """exp(x) / Σ exp(x)"""
    x = real_numbers(x)
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    finite = all_finite(largest)
    with short_rows(x, finite):
        powers, total, _ = _exponentials(x, axis, largest, finite)
        powers /= total
    return powers


def log_softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """x - ln Σ exp(x)"""
    if type(x) is not np.ndarray or x.dtype.kind != "f":
        x = real_numbers(x)
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    finite = bool(np.isfinite(largest).all())
    if not finite:
        largest = _without_minus_infinity(largest)
    with short_rows(x, finite):
        shifted = np.subtract(x, largest, out=np.empty_like(x))
        total = np.asarray(row_sums(np.exp(shifted), axis))  # which is a scalar where x has no axes
        shifted -= np.log(total, out=total)
    return shifted


def logsumexp_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g softmax(x); where all x are -inf nothing flows."""
    y, (powers, total) = application._raw, application.residuals
    with short_rows(powers):
        share = powers * (np.reshape(g, total.shape) / total)
    if not np.isfinite(y).all():
        share = np.where(np.isneginf(np.reshape(y, total.shape)), 0.0, share).astype(powers.dtype)
    return (share,)


def softmax_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """y (g - Σ y g)"""
    y, axis = application._raw, application.parameters["axis"]
    if axis == (np.ndim(y) - 1,) and y.dtype == g.dtype:
        with short_rows(y, g):
            share = np.subtract(g, np.vecdot(y, g)[..., None], out=np.empty_like(y))
            share *= y
        return (share,)
    return (y * (g - np.add.reduce(y * g, axis=axis, keepdims=True)),)


def log_softmax_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """g - softmax Σ g"""
    y, axis = application._raw, application.parameters["axis"]
    share = np.exp(y, out=np.empty_like(y))
    with short_rows(y, g):
        share *= np.add.reduce(g, axis=axis, keepdims=True)
    return (np.subtract(g, share, out=share) if share.dtype == g.dtype else g - share,)
