"""Log-sum-exp, softmax and its logarithm: stable where the plain formulas overflow.

Each subtracts the largest element before exponentiating, which changes nothing in the result
(numerator and denominator share the factor) and keeps every exponent at or below 0 (Blanchard, Higham
and Higham, 2021, "Accurately computing the log-sum-exp and softmax functions").
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calculus import multiply
from ..primitive import General, Namespace
from ..spelling import spelled
from .operands import Axis, as_operand, reduced_axes, shape_of
from .reductions import restored, sum

__all__ = ["log_softmax", "logsumexp", "softmax"]


def _exponentials(x: Any, axis: tuple[int, ...]) -> tuple[Any, Any, Any]:
    """exp(x - largest), their sum, and the largest; 0 in its place where all are -inf."""
    largest = np.max(x, axis=axis, keepdims=True)
    largest = np.where(np.isneginf(largest), 0.0, largest).astype(largest.dtype)
    with np.errstate(invalid="ignore"):  # inf - inf: the result is not a number, as it should be
        powers = np.exp(x - largest)
    return powers, np.sum(powers, axis=axis, keepdims=True), largest


def _logsumexp_of(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The residuals are the softmax's numerators and their sum."""
    with np.errstate(divide="ignore", invalid="ignore"):
        powers, total, largest = _exponentials(x, axis)
        result = np.where(np.isposinf(largest), largest, np.log(total) + largest).astype(largest.dtype)
    return (result if keepdims else np.squeeze(result, axis)), (powers, total)


def _softmax_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    powers, total, _ = _exponentials(x, axis)
    with np.errstate(invalid="ignore"):
        return powers / total


def _log_softmax_of(x: Any, *, axis: tuple[int, ...]) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        _, total, largest = _exponentials(x, axis)
        return x - largest - np.log(total)


def _shares(m: Namespace, v: Any, y: Any, x: Any, axis: tuple[int, ...]) -> Any:
    """softmax(x) v: the share of each element in the change of ``y``; none where all are -inf."""
    finite = restored(m, y, x.shape, axis) > -np.inf
    return m.where(finite, m.softmax(x, axis=axis) * v, 0.0)


def _softmax_jacobian(m: Namespace, v: Any, y: Any, x: Any, *, index: int, axis: tuple[int, ...]) -> Any:
    """y (v - Σ y v): the Jacobian diag(y) - y yᵀ is symmetric, so both modes are this product."""
    moved = y * v
    return moved - y * m.sum(moved, axis=axis, keepdims=True)


_logsumexp = General(
    "logsumexp",
    "logΣexp",
    forward=_logsumexp_of,
    pullback=lambda m, g, y, x, *, index, axis, keepdims, residuals: _shares(
        m, restored(m, g, x.shape, axis), y, x, axis
    ),
    pushforward=lambda m, t, y, x, *, index, axis, keepdims, residuals: m.sum(
        _shares(m, t, y, x, axis), axis=axis, keepdims=keepdims
    ),
    keeps_residuals=True,
)

_softmax = General(
    "softmax", "softmax", forward=_softmax_of, pullback=_softmax_jacobian, pushforward=_softmax_jacobian
)

_log_softmax = General(
    "log_softmax",
    "log softmax",
    forward=_log_softmax_of,
    pullback=lambda m, g, y, x, *, index, axis: g - m.exp(y) * m.sum(g, axis=axis, keepdims=True),
    pushforward=lambda m, t, y, x, *, index, axis: t - m.sum(m.exp(y) * t, axis=axis, keepdims=True),
)

_logsumexp.floating = _softmax.floating = _log_softmax.floating = True


@spelled
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """ln Σ exp(x) along ``axis``: a smooth maximum, whose gradient is the softmax.

    Where every element is -inf, or there is none, the result is -inf, and the gradient 0.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1e4, 1e4], requires_grad=True)
    >>> y = logsumexp(x)
    >>> y.backward()
    >>> y, x.grad
    (Tensor(10000.693147, op=logsumexp), array([0.5, 0.5]))
    """
    axes = reduced_axes("logsumexp", axis, shape_of(x))
    if 0 in shape_of(x):
        return sum(as_operand(x), axes, keepdims) - np.inf
    return _logsumexp(x, axis=axes, keepdims=bool(keepdims))


@spelled
def softmax(x: Any, axis: Axis = -1) -> Any:
    """exp(x) / Σ exp(x) along ``axis``: positive numbers that add up to 1. An element of -inf gets 0;
    where every element is -inf there is no such distribution and the result is NaN.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> softmax([0.0, 0.0, -float("inf")])
    array([0.5, 0.5, 0. ])
    """
    axes = reduced_axes("softmax", axis, shape_of(x))
    return multiply(x, 1.0) if 0 in shape_of(x) else _softmax(x, axis=axes)


@spelled
def log_softmax(x: Any, axis: Axis = -1) -> Any:
    """x - ln Σ exp(x) along ``axis``: the logarithm of :func:`softmax` without its underflow.

    Raises:
        ShapeError: for an axis that ``x`` does not have.

    >>> log_softmax([0.0, -1e4])
    array([     0., -10000.])
    """
    axes = reduced_axes("log_softmax", axis, shape_of(x))
    return multiply(x, 1.0) if 0 in shape_of(x) else _log_softmax(x, axis=axes)
