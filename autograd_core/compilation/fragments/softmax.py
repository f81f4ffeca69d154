"""Softmax and its relatives: one array of exponentials, for the result and for its gradient.

Rows without a finite largest number (all -inf, or an inf) are left to the kernels, which treat them apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..traced import Traced, bare
from .selection import put_number
from .table import forward, ones, shares


def _exponentials(x: Any, axis: tuple[int, ...], settled_by_loss: bool) -> Any:
    """The largest, x - largest, its exponentials and their sum, with axes of length 1."""
    if len(axis) != 1 or x.dtype.kind != "f":
        return None
    largest: Any = np.maximum.reduce(x, axis=axis[0], keepdims=True)
    if not largest.recorder.guard_corner(np.isfinite(largest).all(), settled_by_loss):
        return None
    shifted = x - largest
    powers = np.exp(shifted)
    if x.ndim == 2 and axis == (1,):
        return largest, shifted, powers, np.matmul(powers, ones(x, x.shape[1], 1))
    return largest, shifted, powers, np.add.reduce(powers, axis=axis[0], keepdims=True)


@forward("softmax")
def softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """exp(x) / Σ exp(x)"""
    found = _exponentials(x, axis, settled_by_loss=False)
    return None if found is None else found[2] * np.reciprocal(found[3])


@shares("softmax")
def softmax_shares(g: Any, application: Any, wanted: Any) -> Any:
    """y (g - Σ y g)"""
    y, axis = application._raw, application.parameters["axis"]
    if axis != (y.ndim - 1,) or y.dtype != g.dtype:
        return None
    return ((g - np.vecdot(y, g)[..., None]) * y,)


@forward("log_softmax")
def log_softmax(x: Any, *, axis: tuple[int, ...]) -> Any:
    """x - ln Σ exp(x)"""
    found = _exponentials(x, axis, settled_by_loss=True)
    if found is None:
        return None
    _, shifted, powers, sums = found
    y = shifted - np.log(sums)
    y.variable.residuals["exponentials"] = powers, sums
    return y


@shares("log_softmax")
def log_softmax_shares(g: Any, application: Any, wanted: Any) -> Any:
    """g - softmax Σ g; where g has one number c in each row, -c softmax, and c added there."""
    y, axis = application._raw, application.parameters["axis"]
    exponentials = y.variable.residuals.get("exponentials") if isinstance(y, Traced) else None
    if exponentials is None or g.dtype != y.dtype:
        return None
    powers, sums = exponentials
    put = put_number(g)
    if put is None or axis != (1,):
        return (g - powers * (np.add.reduce(g, axis=axis[0], keepdims=True) / sums),)
    number, places = put
    share = powers * (-number.astype(y.dtype) / sums)
    changed = bare(share).copy()
    _add_at(changed, bare(places), number)
    return (y.recorder.emit("modify", _add_at, [share, places, number], changed),)


def _add_at(share: Any, places: Any, number: Any) -> None:
    share.reshape(-1)[places] += number


@forward("logsumexp")
def logsumexp(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """ln Σ exp(x); the residuals are the exponentials and their sum."""
    found = _exponentials(x, axis, settled_by_loss=True)
    if found is None:
        return None
    largest, _, powers, sums = found
    y = np.log(sums) + largest
    shape = np.squeeze(np.empty(y.shape), axis).shape
    return (y if keepdims else y.reshape(shape)), (powers, sums)


@shares("logsumexp")
def logsumexp_shares(g: Any, application: Any, wanted: Any) -> Any:
    """g softmax(x)"""
    powers, sums = application.residuals
    if not np.isfinite(bare(application._raw)).all():
        return None  # these rows the forward pass has left to the kernel
    return (powers * (np.reshape(g, sums.shape) / sums),)
