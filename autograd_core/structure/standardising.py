"""Numbers shifted and scaled to mean 0 and variance 1: what every normalisation layer does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import DomainError
from ..kernels.rows import Kept
from ..primitive import General, Namespace
from .axes import Axis, reduced_axes, shape_of

__all__ = ["standardize"]


def _standardized(x: Any, *, axis: tuple[int, ...], eps: float, kept: Kept) -> Any:
    mean = np.mean(x, axis=axis, keepdims=True)
    centred = x - mean
    variance = np.mean(np.square(centred), axis=axis, keepdims=True)
    scale = np.reciprocal(np.sqrt(variance + eps))
    kept.leave((mean, variance, scale))
    return centred * scale


def _jacobian(
    m: Namespace, v: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...], eps: float, kept: Kept
) -> Any:
    """(v - mean(v) - y mean(y v)) / √(variance + eps): the Jacobian is symmetric, so both modes are
    this product.
    """
    centred = x - m.mean(x, axis=axis, keepdims=True)
    scale = m.sqrt(m.mean(m.square(centred), axis=axis, keepdims=True) + eps)
    along = m.mean(y * v, axis=axis, keepdims=True)
    return (v - m.mean(v, axis=axis, keepdims=True) - y * along) / scale


_standardize = General("standardize", "z", forward=_standardized, pullback=_jacobian, pushforward=_jacobian)
_standardize.floating = True


def standardize(x: Any, axis: Axis = -1, eps: float = 1e-5, *, moments: bool = False) -> Any:
    """(x - mean) / √(variance + eps) along ``axis``, the variance being the mean of the squares.

    Args:
        x: the input.
        axis: the axes over which mean and variance are taken; all when None.
        eps: keeps the root away from 0 where all numbers are equal.
        moments: give mean and variance too, as plain arrays in which ``axis`` has length 1.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element along it.
        DomainError: if ``eps`` is negative.

    Source: Ba, Kiros and Hinton (2016), "Layer normalization", equation 4.

    >>> standardize([1.0, 3.0], eps=0.0)
    array([-1.,  1.])
    >>> standardize([1.0, 3.0], eps=0.0, moments=True)
    (array([-1.,  1.]), array([2.]), array([1.]))
    """
    if not eps >= 0 or math.isinf(eps):
        raise DomainError(f"standardize(): `eps` (={eps}) has to be a number from 0")
    axes = reduced_axes("standardize", axis, shape_of(x), nonempty=True)
    kept = Kept()
    y = _standardize(x, axis=axes, eps=float(eps), kept=kept)
    if not moments:
        return y
    mean, variance, _ = kept.look()
    return y, mean, variance
