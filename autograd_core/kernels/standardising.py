"""Rows with mean 0 and variance 1, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .reductions import row_sums
from .rows import Kept, real_numbers, short_rows

__all__ = ["standardize", "standardize_pull"]

Array = np.ndarray[Any, np.dtype[Any]]


def standardize(x: Any, *, axis: tuple[int, ...], eps: float, kept: Kept) -> Any:
    """(x - mean) / √(variance + eps); mean, variance and the reciprocal of the root are left behind."""
    x = real_numbers(x)
    with short_rows(x):
        mean = _mean(x, axis)
        y = np.subtract(x, mean, out=np.empty_like(x))
        variance = _mean_of_products(y, y, axis)
        scale = variance + eps
        np.sqrt(scale, out=scale)
        np.reciprocal(scale, out=scale)
        y *= scale
    kept.leave((mean, variance, scale))
    return y


def standardize_pull(m: Any, index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """(g - mean(g) - y mean(g y)) / √(variance + eps)"""
    axis, (_, _, scale) = parameters["axis"], parameters["kept"].look()
    g = np.asarray(g)
    with short_rows(y, g):
        share = np.multiply(y, _mean_of_products(g, y, axis), out=np.empty_like(y))
        np.subtract(g, share, out=share)
        share -= _mean(g, axis)
        share *= scale
    return share


def _mean(x: Array, axis: tuple[int, ...]) -> Array:
    total = row_sums(x, axis)
    total /= x.size // max(total.size, 1)
    return total


def _mean_of_products(a: Array, b: Array, axis: tuple[int, ...]) -> Array:
    if axis == (a.ndim - 1,):
        total: Array = np.asarray(np.vecdot(a, b))[..., None]
    else:
        total = row_sums(a * b, axis)
    count = a.size // max(total.size, 1)
    total /= count
    return total
