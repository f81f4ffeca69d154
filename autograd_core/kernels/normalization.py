"""Rows and channels with mean 0 and variance 1, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..primitive import Application
from .channels import layout_of
from .rows import real_numbers, short_rows

__all__ = ["standardize", "standardize_affine", "standardize_affine_shares", "standardize_shares"]

Array = np.ndarray[Any, np.dtype[Any]]
Arrays = tuple[Array, ...]


def standardize(x: Any, *, axis: tuple[int, ...], eps: float) -> tuple[Array, Arrays]:
    """(x - mean) / √(variance + eps); the residuals are mean, variance and the reciprocal of the root."""
    x = real_numbers(x)
    layout = layout_of(x, axis)
    y = np.empty_like(x)
    with short_rows(x, row=layout and layout.row):
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
    return y, (mean, variance, scale)


def _reciprocal_root(variance: Array, eps: float) -> Array:
    scale: Array = np.asarray(variance + eps)
    np.sqrt(scale, out=scale)
    np.reciprocal(scale, out=scale)
    return scale


def standardize_shares(m: Any, g: Any, application: Application, wanted: Sequence[bool]) -> tuple[Any]:
    """(g - mean(g) - y mean(g y)) / √(variance + eps)"""
    y, axis, (_, _, scale) = application._raw, application.parameters["axis"], application.residuals
    g = np.asarray(g)
    layout = layout_of(y, axis) if g.dtype == y.dtype else None
    with short_rows(y, row=layout and layout.row):
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
    return (share,)


# -- with a weight and a bias --------------------------------------------------------------------------


def standardize_affine(x: Any, w: Any, b: Any, *, axis: tuple[int, ...], eps: float) -> tuple[Any, Arrays]:
    """weight (x - mean) / √(variance + eps) + bias; x - mean is one more residual, where it is at hand."""
    x = real_numbers(x)
    layout = layout_of(x, axis)
    if layout is None or w.dtype != x.dtype or b.dtype != x.dtype:
        standardized, residuals = standardize(x, axis=axis, eps=eps)
        statistics = residuals[0].shape
        return standardized * w.reshape(statistics) + b.reshape(statistics), residuals
    centred, y = np.empty_like(x), np.empty_like(x)
    difference, result = layout.view(centred), layout.view(y)
    with short_rows(x, row=layout.row):
        mean = layout.mean(layout.view(x))
        np.subtract(layout.view(x), layout.spread(mean), out=difference)
        variance = layout.mean_of_products(difference, difference)
        scale = _reciprocal_root(variance, eps)
        np.multiply(difference, layout.spread(scale * w.reshape(-1)), out=result)
        result += layout.spread(b.reshape(-1))
    return y, (*(s.reshape(layout.statistics) for s in (mean, variance, scale)), centred)


def standardize_affine_shares(
    m: Any, g: Any, application: Application, wanted: Sequence[bool]
) -> tuple[Any, Any, Any] | None:
    """The rule, from the residuals; None where they do not hold x - mean."""
    (x, w, _), residuals = application.values, application.residuals
    if len(residuals) < 4 or g.dtype != x.dtype:
        return None
    _, _, scale, centred = residuals
    layout = layout_of(x, application.parameters["axis"])
    assert layout is not None
    cotangent, difference = layout.view(layout.alike(np.asarray(g))), layout.view(centred)
    scale = scale.reshape(-1)
    mean, along = layout.mean(cotangent), layout.mean_of_products(cotangent, difference) * scale
    of_weight = (along * layout.numbers).reshape(w.shape) if wanted[1] else None
    of_bias = (mean * layout.numbers).reshape(w.shape) if wanted[2] else None
    if not wanted[0]:
        return None, of_weight, of_bias
    share = np.empty_like(x)
    result = layout.view(share)
    with short_rows(x, row=layout.row):
        np.multiply(difference, layout.spread(along * scale), out=result)
        np.subtract(cotangent, result, out=result)
        result -= layout.spread(mean)
        result *= layout.spread(scale * w.reshape(-1))
    return share, of_weight, of_bias
