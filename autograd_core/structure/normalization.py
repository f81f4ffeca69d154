"""Numbers shifted and scaled to mean 0 and variance 1: what every normalisation layer does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import DomainError, ShapeError
from ..graph import Node
from ..primitive import General, Namespace
from .operands import Axis, as_operand, data_of, reduced_axes, shape_of

__all__ = ["standardize"]


def _standardized(x: Any, *, axis: tuple[int, ...], eps: float) -> Any:
    """The residuals are mean, variance and 1 / √(variance + eps)."""
    mean = np.mean(x, axis=axis, keepdims=True)
    centred = x - mean
    variance = np.mean(np.square(centred), axis=axis, keepdims=True)
    scale = np.reciprocal(np.sqrt(variance + eps))
    return centred * scale, (mean, variance, scale)


def _jacobian(
    m: Namespace, v: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...], eps: float, residuals: Any
) -> Any:
    """(v - mean(v) - y mean(y v)) / √(variance + eps): the Jacobian is symmetric, so both modes are
    this product.
    """
    centred = x - m.mean(x, axis=axis, keepdims=True)
    scale = m.sqrt(m.mean(m.square(centred), axis=axis, keepdims=True) + eps)
    along = m.mean(y * v, axis=axis, keepdims=True)
    return (v - m.mean(v, axis=axis, keepdims=True) - y * along) / scale


_standardize = General(
    "standardize",
    "z",
    forward=_standardized,
    pullback=_jacobian,
    pushforward=_jacobian,
    keeps_residuals=True,
)
_standardize.floating = True


def _scaled(x: Any, w: Any, b: Any, *, axis: tuple[int, ...], eps: float) -> Any:
    z, residuals = _standardized(x, axis=axis, eps=eps)
    return z * w + b, residuals


def _numbers(m: Namespace, x: Any, axis: tuple[int, ...], eps: float) -> Any:
    centred = x - m.mean(x, axis=axis, keepdims=True)
    return centred / m.sqrt(m.mean(m.square(centred), axis=axis, keepdims=True) + eps)


def _scaled_pullback(
    m: Namespace,
    g: Any,
    y: Any,
    x: Any,
    w: Any,
    b: Any,
    *,
    index: int,
    axis: tuple[int, ...],
    eps: float,
    residuals: Any,
) -> Any:
    if index == 2:
        return g
    z = _numbers(m, x, axis, eps)
    return g * z if index else _jacobian(m, g * w, z, x, index=0, axis=axis, eps=eps, residuals=residuals)


def _scaled_pushforward(
    m: Namespace,
    t: Any,
    y: Any,
    x: Any,
    w: Any,
    b: Any,
    *,
    index: int,
    axis: tuple[int, ...],
    eps: float,
    residuals: Any,
) -> Any:
    if index == 2:
        return m.broadcast_to(t, shape=y.shape)
    z = _numbers(m, x, axis, eps)
    return t * z if index else w * _jacobian(m, t, z, x, index=0, axis=axis, eps=eps, residuals=residuals)


_standardize_affine = General(
    "standardize_affine",
    "z w + b",
    forward=_scaled,
    pullback=_scaled_pullback,
    pushforward=_scaled_pushforward,
    keeps_residuals=True,
)
_standardize_affine.floating = True


def standardize(
    x: Any,
    axis: Axis = -1,
    eps: float = 1e-5,
    weight: Any = None,
    bias: Any = None,
    *,
    moments: bool = False,
) -> Any:
    """(x - mean) / √(variance + eps) along ``axis``, the variance being the mean of the squares; then times
    ``weight`` plus ``bias``, if they are given.

    Args:
        x: the input.
        axis: the axes over which mean and variance are taken; all when None.
        eps: keeps the root away from 0 where all numbers are equal.
        weight: what the result is multiplied with; it broadcasts with ``x``.
        bias: what is added then; the same.
        moments: give mean and variance too, as plain arrays in which ``axis`` has length 1.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element along it; for a weight
            or bias that do not broadcast to the shape of ``x``.
        DomainError: if ``eps`` is negative.

    Source: Ba, Kiros and Hinton (2016), "Layer normalization", equation 4.

    >>> standardize([1.0, 3.0], eps=0.0)
    array([-1.,  1.])
    >>> standardize([1.0, 3.0], -1, 0.0, [2.0, 2.0], [5.0, 6.0])
    array([3., 8.])
    >>> standardize([1.0, 3.0], eps=0.0, moments=True)
    (array([-1.,  1.]), array([2.]), array([1.]))
    """
    if not eps >= 0 or math.isinf(eps):
        raise DomainError(f"standardize(): `eps` (={eps}) has to be a number from 0")
    axes = reduced_axes("standardize", axis, shape_of(x), nonempty=True)
    w = None if weight is None else _beside("weight", weight, shape_of(x))
    b = None if bias is None else _beside("bias", bias, shape_of(x))
    affine = w is not None and b is not None and _constant_along(axes, w, b, ndim=len(shape_of(x)))
    how = {"axis": axes, "eps": float(eps)}
    z = y = _standardize_affine(x, w, b, **how) if affine else _standardize(x, **how)
    if not affine:
        y = y if w is None else y * w
        y = y if b is None else y + b
    return (y, *_moments(z, x, how)) if moments else y


def _moments(z: Any, x: Any, how: dict[str, Any]) -> tuple[Any, Any]:
    """Mean and variance, from the residuals of ``z`` if it was recorded."""
    residuals = z.residuals if isinstance(z, Node) else None
    if residuals is None:
        assert _standardize.forward_with_residuals is not None
        _, residuals = _standardize.forward_with_residuals(np.asarray(data_of(x), data_of(z).dtype), **how)
    mean, variance, *_ = residuals
    return mean, variance


def _beside(name: str, operand: Any, shape: tuple[int, ...]) -> Any:
    """A weight or bias that stretches to ``shape``, and does not stretch it."""
    operand = as_operand(operand)
    own = shape_of(operand)
    if own != shape[len(shape) - len(own) :]:
        try:
            fits = np.broadcast_shapes(own, shape) == shape
        except ValueError:
            fits = False
        if not fits:
            raise ShapeError(
                f"standardize(): the {name} of shape {own} does not broadcast to that of x, {shape}"
            )
    return operand


def _constant_along(axes: tuple[int, ...], *operands: Any, ndim: int) -> bool:
    """Whether operands are the same along all these axes, so that only the statistics meet them."""
    shapes = [(1,) * (ndim - len(shape_of(x))) + shape_of(x) for x in operands]
    return all(shape[i] == 1 for shape in shapes for i in axes)
