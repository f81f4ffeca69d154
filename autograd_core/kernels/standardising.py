"""Rows and channels with mean 0 and variance 1, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .channels import layout_of
from .rows import Kept, real_numbers, short_rows

__all__ = ["standardize", "standardize_pull"]

Array = np.ndarray[Any, np.dtype[Any]]


def standardize(x: Any, *, axis: tuple[int, ...], eps: float, kept: Kept) -> Any:
    """(x - mean) / √(variance + eps); mean, variance and the reciprocal of the root are left behind."""
    x = real_numbers(x)
    layout = layout_of(x, axis)
    y = np.empty_like(x)
    with short_rows(x):
        if layout is None:
            mean = np.mean(x, axis=axis, keepdims=True)
            np.subtract(x, mean, out=y)
            variance = np.mean(y * y, axis=axis, keepdims=True)
            scale = _reciprocal_root(variance, eps)
            y *= scale
        else:
            result = layout.view(y)
            mean = layout.mean(layout.view(x))
            np.subtract(layout.view(x), layout.spread(mean), out=result)
            variance = layout.mean_of_products(result, result)
            scale = _reciprocal_root(variance, eps)
            result *= layout.spread(scale)
            mean, variance, scale = (s.reshape(layout.statistics) for s in (mean, variance, scale))
    kept.leave((mean, variance, scale))
    return y


def _reciprocal_root(variance: Array, eps: float) -> Array:
    scale: Array = np.asarray(variance + eps)
    np.sqrt(scale, out=scale)
    np.reciprocal(scale, out=scale)
    return scale


def standardize_pull(m: Any, index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """(g - mean(g) - y mean(g y)) / √(variance + eps)"""
    axis, (_, _, scale) = parameters["axis"], parameters["kept"].look()
    g = np.asarray(g)
    layout = layout_of(y, axis) if g.dtype == y.dtype else None
    with short_rows(y, g):
        if layout is None:
            share = np.multiply(y, np.mean(g * y, axis=axis, keepdims=True), out=np.empty_like(y))
            np.subtract(g, share, out=share)
            share -= np.mean(g, axis=axis, keepdims=True)
            share *= scale
        else:
            share = np.empty_like(y)
            cotangent, output, result = layout.view(layout.alike(g)), layout.view(y), layout.view(share)
            np.multiply(output, layout.spread(layout.mean_of_products(cotangent, output)), out=result)
            np.subtract(cotangent, result, out=result)
            result -= layout.spread(layout.mean(cotangent))
            result *= layout.spread(scale.reshape(-1))
    return share
