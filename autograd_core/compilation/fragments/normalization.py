"""Rows, or columns, of a matrix with mean 0 and variance 1. Means are products with ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from .table import forward, ones, shares


def _means(x: Any, axis: tuple[int, ...]) -> Any:
    """The mean of each row (axis 1) or column (axis 0), kept as an axis."""
    each = x.dtype.type(1 / x.shape[axis[0]])
    if axis == (1,):
        return np.matmul(x, ones(x, x.shape[1], 1)) * each
    return np.matmul(ones(x, 1, len(x)), x) * each


def _means_of_products(a: Any, b: Any, axis: tuple[int, ...]) -> Any:
    if axis == (1,):
        return np.vecdot(a, b)[:, None] * a.dtype.type(1 / a.shape[1])
    return _means(a * b, axis)


def _deviations(x: Any, axis: tuple[int, ...], eps: float) -> Any:
    """x - mean, and the residuals: mean, variance and 1 / √(variance + eps)."""
    if x.ndim != 2 or len(axis) != 1 or x.dtype.kind != "f":
        return None
    mean = _means(x, axis)
    centred = x - mean
    variance = _means_of_products(centred, centred, axis)
    scale = np.reciprocal(np.sqrt(variance + x.dtype.type(eps)))
    return centred, (mean, variance, scale)


@forward("standardize")
def standardize(x: Any, *, axis: tuple[int, ...], eps: float) -> Any:
    """(x - mean) / √(variance + eps)"""
    found = _deviations(x, axis, eps)
    return None if found is None else (found[0] * found[1][2], found[1])


@shares("standardize")
def standardize_shares(g: Any, application: Any, wanted: Any) -> Any:
    """(g - mean(g) - y mean(g y)) / √(variance + eps)"""
    y, axis, (_, _, scale) = application._raw, application.parameters["axis"], application.residuals
    if y.ndim != 2 or len(axis) != 1 or g.dtype != y.dtype:
        return None
    return (_back(g, y, scale, axis),)


def _back(g: Any, y: Any, scale: Any, axis: tuple[int, ...]) -> Any:
    return ((g - _means(g, axis)) - y * _means_of_products(g, y, axis)) * scale


@forward("standardize_affine")
def standardize_affine(x: Any, w: Any, b: Any, *, axis: tuple[int, ...], eps: float) -> Any:
    """w (x - mean) / √(variance + eps) + b; x - mean is one more residual."""
    found = _deviations(x, axis, eps)
    if found is None:
        return None
    centred, (mean, variance, scale) = found
    y = (centred * scale) * w.reshape(mean.shape) + b.reshape(mean.shape)
    return y, (mean, variance, scale, centred)


@shares("standardize_affine")
def standardize_affine_shares(g: Any, application: Any, wanted: Any) -> Any:
    """Those of w z + b, and through z = (x - mean) / √(variance + eps)."""
    (x, w, _), axis, residuals = application.values, application.parameters["axis"], application.residuals
    if x.ndim != 2 or len(axis) != 1 or len(residuals) < 4 or g.dtype != x.dtype:
        return None
    _, _, scale, centred = residuals
    z = centred * scale
    sums = x.shape[axis[0]]
    of_weight = (_means(g * z, axis) * x.dtype.type(sums)).reshape(w.shape) if wanted[1] else None
    of_bias = (_means(g, axis) * x.dtype.type(sums)).reshape(w.shape) if wanted[2] else None
    of_input = _back(g * w.reshape(scale.shape), z, scale, axis) if wanted[0] else None
    return of_input, of_weight, of_bias
