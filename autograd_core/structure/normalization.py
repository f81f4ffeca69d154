"""Numbers shifted and scaled to mean 0 and variance 1: what every normalisation layer does."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..dtypes import asarray
from ..errors import DomainError, ShapeError
from ..graph import Node
from ..primitive import General, Namespace, nodes
from ..spelling import spelled
from .operands import Axis, as_operand, common_shape, constant, data_of, reduced_axes, shape_of, with_ones

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
    """Weight and bias have one number for each mean, without the axes it is taken over."""
    z, residuals = _standardized(x, axis=axis, eps=eps)
    return z * w.reshape(residuals[0].shape) + b.reshape(residuals[0].shape), residuals


def _spread(m: Namespace, vector: Any, x: Any, axis: tuple[int, ...]) -> Any:
    return m.reshape(vector, shape=with_ones(x.shape, axis))


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
        return m.sum(g, axis=axis, keepdims=False)
    z = _numbers(m, x, axis, eps)
    if index == 1:
        return m.sum(g * z, axis=axis, keepdims=False)
    g = g * _spread(m, w, x, axis)
    return _jacobian(m, g, z, x, index=0, axis=axis, eps=eps, residuals=residuals)


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
        return m.broadcast_to(_spread(m, t, x, axis), shape=y.shape)
    z = _numbers(m, x, axis, eps)
    if index == 1:
        return _spread(m, t, x, axis) * z
    along = _jacobian(m, t, z, x, index=0, axis=axis, eps=eps, residuals=residuals)
    return _spread(m, w, x, axis) * along


_standardize_affine = General(
    "standardize_affine",
    "z w + b",
    forward=_scaled,
    pullback=_scaled_pullback,
    pushforward=_scaled_pushforward,
    keeps_residuals=True,
)
_standardize_affine.floating = True


@spelled
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
        bias: what is added then; it broadcasts with ``x`` as well.
        moments: give mean and variance too, as plain arrays in which ``axis`` has length 1.

    Raises:
        ShapeError: for an axis that ``x`` does not have, or if there is no element along it; for a weight
            or bias that do not broadcast to the shape of ``x``.
        DomainError: if ``eps`` is negative.
        GraphError: if a gradient with respect to ``eps`` is asked for.

    Source: Ba, Kiros and Hinton (2016), "Layer normalization", equation 4.

    >>> standardize([1.0, 3.0], eps=0.0)
    array([-1.,  1.])
    >>> standardize([1.0, 3.0], -1, 0.0, [2.0, 2.0], [5.0, 6.0])
    array([3., 8.])
    >>> standardize([1.0, 3.0], eps=0.0, moments=True)
    (array([-1.,  1.]), array([2.]), array([1.]))
    """
    eps = constant("standardize", "eps", eps)
    if not eps >= 0 or math.isinf(eps):
        raise DomainError(f"standardize(): `eps` (={eps}) has to be a number from 0")
    axes = reduced_axes("standardize", axis, shape_of(x), nonempty=True)
    shape = shape_of(x)
    w = None if weight is None else _beside("weight", weight, shape)
    b = None if bias is None else _beside("bias", bias, shape)
    how = {"axis": axes, "eps": float(eps)}
    statistics = with_ones(shape, axes)
    vectors = [(1,) * (len(shape) - len(shape_of(v))) + shape_of(v) for v in (w, b) if v is not None]
    if vectors == [statistics, statistics]:
        each = tuple(n for i, n in enumerate(shape) if i not in axes)
        z = y = _standardize_affine(x, nodes.reshape(w, shape=each), nodes.reshape(b, shape=each), **how)
    else:
        z = y = _standardize(x, **how)
        y = y if w is None else y * w
        y = y if b is None else y + b
    return (y, *moments_of(z, x, how)) if moments else y


def moments_of(z: Any, x: Any, how: dict[str, Any]) -> tuple[Any, Any]:
    """Mean and variance, from the residuals of ``z`` if it was recorded."""
    residuals = z.residuals if isinstance(z, Node) else None
    if residuals is None:
        assert _standardize.forward_with_residuals is not None
        _, residuals = _standardize.forward_with_residuals(asarray(data_of(x), data_of(z).dtype), **how)
    mean, variance, *_ = residuals
    return mean, variance


def _beside(name: str, operand: Any, shape: tuple[int, ...]) -> Any:
    """A weight or bias that broadcasts to ``shape`` without enlarging it."""
    operand = as_operand(operand)
    own = shape_of(operand)
    if own != shape[len(shape) - len(own) :] and common_shape(own, shape) != shape:
        raise ShapeError(f"standardize(): the {name} of shape {own} does not broadcast to that of x, {shape}")
    return operand
