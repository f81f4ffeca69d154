"""Softmax and its relatives on arrays: one array of exponentials, worked on in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .reductions import row_sums

__all__ = ["log_softmax", "log_softmax_pull", "logsumexp", "logsumexp_pull", "softmax", "softmax_pull"]

Array = np.ndarray[Any, np.dtype[Any]]


def _exponentials(x: Array, axis: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Exp(x - largest), their sum, and the largest; 0 in its place where all are -inf."""
    largest = np.maximum.reduce(x, axis=axis, keepdims=True)
    if not np.isfinite(largest).all():
        largest = np.where(np.isneginf(largest), 0.0, largest).astype(largest.dtype)
    powers = np.subtract(x, largest, out=np.empty_like(x))
    np.exp(powers, out=powers)
    return powers, row_sums(powers, axis), largest


def logsumexp(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    x = np.asarray(x)
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 and inf - inf are right as they come
        _, total, largest = _exponentials(x, axis)
        result = np.log(total, out=total)
        result += largest
    if np.isposinf(largest).any():
        result = np.where(np.isposinf(largest), largest, result)
    return result if keepdims else np.squeeze(result, axis)


def softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    with np.errstate(invalid="ignore"):
        powers, total, _ = _exponentials(np.asarray(x), axis)
        powers /= total
    return powers


def log_softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    x = np.asarray(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers, total, largest = _exponentials(x, axis)
        np.subtract(x, largest, out=powers)
        powers -= np.log(total, out=total)
    return powers


def _restored(y: Array, x: Array, axis: tuple[int, ...]) -> Array:
    return y.reshape([1 if i in axis else n for i, n in enumerate(x.shape)])


def logsumexp_pull(index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """G softmax(x), where the largest element need not be found again: y is one that bounds them as well.
    Where all are -inf nothing flows.
    """
    x, axis = np.asarray(inputs[0]), parameters["axis"]
    bound = _restored(np.asarray(y), x, axis)
    slope = _restored(np.asarray(g), x, axis)
    with np.errstate(invalid="ignore"):
        share = np.subtract(x, bound, out=np.empty_like(x))
        np.exp(share, out=share)
        share *= slope / row_sums(share, axis)
    return share if np.isfinite(bound).all() else np.where(np.isneginf(bound), 0.0, share).astype(x.dtype)


def softmax_pull(index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """Y (g - Σ y g)"""
    axis = parameters["axis"]
    if axis == (np.ndim(y) - 1,) and y.dtype == g.dtype:
        share = np.subtract(g, np.vecdot(y, g)[..., None])
        share *= y
        return share
    return y * (g - np.add.reduce(y * g, axis=axis, keepdims=True))


def log_softmax_pull(index: int, g: Any, y: Any, inputs: Sequence[Any], parameters: Any) -> Any:
    """G - softmax Σ g"""
    share = np.exp(y, out=np.empty_like(y))
    share *= np.add.reduce(g, axis=parameters["axis"], keepdims=True)
    return np.subtract(g, share, out=share) if share.dtype == g.dtype else g - share
