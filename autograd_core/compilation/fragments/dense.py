"""Products of matrices, sums as products with ones, and what only looks at memory in another way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..traced import bare
from .table import forward, ones, shares


@forward("affine")
def affine(x: Any, w: Any, b: Any) -> Any:
    """x wᵀ + b"""
    return np.matmul(x, w.T) + b if np.ndim(x) == 2 else None


@shares("affine")
def affine_shares(g: Any, application: Any, wanted: Any) -> Any:
    """g w, gᵀ x and Σ g"""
    x, w, _ = application.values
    if np.ndim(x) != 2 or np.ndim(g) != 2:
        return None
    return (
        np.matmul(g, w) if wanted[0] else None,
        np.matmul(g.T, x) if wanted[1] else None,
        total(g, axis=(0,), keepdims=False) if wanted[2] else None,
    )


@forward("matmul")
def matmul(a: Any, b: Any) -> Any:
    """a b"""
    return np.matmul(a, b) if np.ndim(a) == 2 == np.ndim(b) else None


@forward("reshape")
def reshape(x: Any, *, shape: tuple[int, ...], order: str = "C") -> Any:
    """The elements in their order."""
    return x.reshape(shape) if order == "C" else None


@forward("transpose")
def transpose(x: Any, *, axes: tuple[int, ...]) -> Any:
    """The axes in another order."""
    return x.transpose(axes)


@forward("broadcast_to")
def broadcast_to(x: Any, *, shape: tuple[int, ...]) -> Any:
    """Repeated along axes, without being copied."""
    return np.broadcast_to(x, shape)


@forward("sum")
def total(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Σ x; of the rows or columns of a matrix a product with ones, which BLAS computes at once."""
    if x.dtype.kind != "f":
        return None
    if x.ndim == 2 and axis == (0,):
        found = np.matmul(ones(x, len(x)), x)
    elif x.ndim == 2 and axis == (1,):
        found = np.matmul(x, ones(x, x.shape[1]))
    elif not keepdims and x.ndim > 2 and axis == (0, *range(2, x.ndim)) and _channels_stand_last(x):
        pixels = x.transpose(0, *range(2, x.ndim), 1).reshape(-1, x.shape[1])
        return np.matmul(ones(x, len(pixels)), pixels)
    else:
        reduce: Any = np.add.reduce
        return reduce(x, axis=axis if len(axis) < x.ndim else None, keepdims=keepdims)
    return found.reshape([1 if i in axis else n for i, n in enumerate(x.shape)]) if keepdims else found


def _channels_stand_last(x: Any) -> bool:
    return bool(np.moveaxis(np.asarray(bare(x)), 1, -1).flags.c_contiguous)


@forward("mean")
def mean(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Σ x / n"""
    found = total(x, axis=axis, keepdims=keepdims)
    return None if found is None else found * x.dtype.type(1 / math.prod(x.shape[i] for i in axis))


@forward("relu")
def relu(x: Any) -> Any:
    """max(x, 0)"""
    return np.maximum(x, x.dtype.type(0)) if x.dtype.kind == "f" else None


@shares("relu")
def relu_shares(g: Any, application: Any, wanted: Any) -> Any:
    """g where y > 0: asked of y, so that the input may be overwritten."""
    return (g * (application._raw > 0),)


@forward("sigmoid")
def sigmoid(x: Any) -> Any:
    """(tanh(x / 2) + 1) / 2"""
    if x.dtype.kind != "f":
        return None
    half = x.dtype.type(0.5)
    return np.tanh(x * half) * half + half


@shares("sigmoid")
def sigmoid_shares(g: Any, application: Any, wanted: Any) -> Any:
    """g y (1 - y)"""
    y = application._raw
    return ((y - y * y) * g,)
