"""Softmax and its relatives on arrays: one array of exponentials, worked on in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .reductions import row_sums
from .rows import Kept, all_finite, real_numbers, short_rows

__all__ = ["log_softmax", "log_softmax_pull", "logsumexp", "logsumexp_pull", "softmax", "softmax_pull"]

Array = np.ndarray[Any, np.dtype[Any]]


def _largest(x: Array, axis: tuple[int, ...]) -> Array:
    return np.maximum.reduce(x, axis=axis, keepdims=True)


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


def logsumexp(x: Any, *, axis: tuple[int, ...], keepdims: bool, kept: Kept) -> Any:
    """ln Σ exp(x); the softmax's numerators and their sum are left for the pull."""
    x = real_numbers(x)
    largest = _largest(x, axis)
    finite = all_finite(largest)
    with short_rows(x, finite):
        powers, total, largest = _exponentials(x, axis, largest, finite)
        result = np.log(total)
        result += largest
    kept.leave((powers, total))
    if not finite and np.isposinf(largest).any():
        result = np.where(np.isposinf(largest), largest, result)
    return result if keepdims else np.squeeze(result, axis)


def softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """exp(x) / Σ exp(x)"""
    x = real_numbers(x)
    largest = _largest(x, axis)
    finite = all_finite(largest)
    with short_rows(x, finite):
        powers, total, _ = _exponentials(x, axis, largest, finite)
        powers /= total
    return powers


def log_softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """x - ln Σ exp(x)"""
    x = real_numbers(x)
    largest = _largest(x, axis)
    finite = all_finite(largest)
    if not finite:
        largest = _without_minus_infinity(largest)
    with short_rows(x, finite):
        shifted = np.subtract(x, largest, out=np.empty_like(x))
        total = row_sums(np.exp(shifted), axis)
        shifted -= np.log(total, out=total)
    return shifted


def _restored(y: Any, x: Array, axis: tuple[int, ...]) -> Array:
    return np.reshape(y, [1 if i in axis else n for i, n in enumerate(x.shape)])


def logsumexp_pull(m: Any, index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """g softmax(x); where all x are -inf nothing flows."""
    x, axis = np.asarray(inputs[0]), parameters["axis"]
    left = parameters["kept"].take()
    with short_rows(x):
        powers, total = left if left is not None else _exponentials(x, axis, _largest(x, axis), False)[:2]
        powers *= _restored(g, x, axis) / total
    if not np.isfinite(y).all():
        powers = np.where(np.isneginf(_restored(y, x, axis)), 0.0, powers).astype(x.dtype)
    return powers


def softmax_pull(m: Any, index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """y (g - Σ y g)"""
    axis = parameters["axis"]
    if axis == (np.ndim(y) - 1,) and y.dtype == g.dtype:
        with short_rows(y, g):
            share = np.subtract(g, np.vecdot(y, g)[..., None], out=np.empty_like(y))
            share *= y
        return share
    return y * (g - np.add.reduce(y * g, axis=axis, keepdims=True))


def log_softmax_pull(m: Any, index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """g - softmax Σ g"""
    share = np.exp(y, out=np.empty_like(y))
    with short_rows(y, g):
        share *= np.add.reduce(g, axis=parameters["axis"], keepdims=True)
    return np.subtract(g, share, out=share) if share.dtype == g.dtype else g - share
