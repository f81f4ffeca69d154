"""What follows a linear layer."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor

from .operands import as_node, as_tensor

__all__ = ["log_softmax", "logsumexp", "relu", "sigmoid", "softmax", "tanh"]


def relu(input: Any) -> Any:
    """max(0, x), of any shape; the derivative at 0 is 0.

    >>> relu([-1.0, 2.0])
    Tensor([0., 2.])
    """
    return ac.relu(as_node(input))


def sigmoid(input: Any) -> Any:
    """1 / (1 + exp(-x)), of any shape.

    >>> sigmoid([0.0, 1000.0])
    Tensor([0.5, 1. ])
    """
    return ac.sigmoid(as_node(input))


def tanh(input: Any) -> Any:
    """The hyperbolic tangent, of any shape.

    >>> tanh(0.0)
    Tensor(0.)
    """
    return ac.tanh(as_node(input))


def softmax(input: Any, dim: int) -> Tensor:
    """exp(x_k) / Σ_j exp(x_j): positive numbers that add up to 1 along ``dim``.

    Source: Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs".

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> softmax([0.0, 0.0, -1e4], dim=0)
    Tensor([0.5, 0.5, 0. ])
    """
    return ac.softmax(as_tensor(input, "softmax"), axis=dim)  # type: ignore[no-any-return]


def log_softmax(input: Any, dim: int) -> Tensor:
    """x_k - ln Σ_j exp(x_j) along ``dim``: the logarithm of :func:`softmax` without its underflow.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> log_softmax([0.0, -1e4], dim=0)
    Tensor([     0., -10000.])
    """
    return ac.log_softmax(as_tensor(input, "log_softmax"), axis=dim)  # type: ignore[no-any-return]


def logsumexp(input: Any, dim: int, keepdim: bool = False) -> Tensor:
    """Ln Σ_j exp(x_j) along ``dim``: a smooth maximum, whose gradient is the softmax.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> round(logsumexp([1e4, 1e4], dim=0).item(), 6)
    10000.693147
    """
    return ac.logsumexp(as_tensor(input, "logsumexp"), axis=dim, keepdims=keepdim)  # type: ignore[no-any-return]
