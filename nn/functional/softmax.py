"""Numbers along an axis weighed against each other: shares that add up to 1, and gates."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.spelling import spelled

from .operands import as_tensor

__all__ = [
    "glu",
    "log_softmax",
    "logsumexp",
    "softmax",
    "softmin",
]


@spelled
def softmax(input: Any, dim: int) -> Tensor:
    """exp(x_k) / Σ_j exp(x_j): positive numbers that add up to 1 along ``dim``.

    Source: Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs".

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> softmax([0.0, 0.0, -1e4], dim=0)
    Tensor([0.5, 0.5, 0. ])
    """
    return ac.softmax(as_tensor(input, "softmax"), axis=dim)  # type: ignore[no-any-return]


@spelled
def softmin(input: Any, dim: int) -> Tensor:
    """exp(-x_k) / Σ_j exp(-x_j) along ``dim``: the smallest number gets most.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> softmin([0.0, 0.0, 1e4], dim=0)
    Tensor([0.5, 0.5, 0. ])
    """
    return ac.softmax(-as_tensor(input, "softmin"), axis=dim)  # type: ignore[no-any-return]


@spelled
def log_softmax(input: Any, dim: int) -> Tensor:
    """x_k - ln Σ_j exp(x_j) along ``dim``: the logarithm of :func:`softmax` without its underflow.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> log_softmax([0.0, -1e4], dim=0)
    Tensor([     0., -10000.])
    """
    return ac.log_softmax(as_tensor(input, "log_softmax"), axis=dim)  # type: ignore[no-any-return]


@spelled
def logsumexp(input: Any, dim: int, keepdim: bool = False) -> Tensor:
    """ln Σ_j exp(x_j) along ``dim``: a smooth maximum, whose gradient is the softmax.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> round(logsumexp([1e4, 1e4], dim=0).item(), 6)
    10000.693147
    """
    return ac.logsumexp(as_tensor(input, "logsumexp"), axis=dim, keepdims=keepdim)  # type: ignore[no-any-return]


@spelled
def glu(input: Any, dim: int = -1) -> Tensor:
    """A σ(B), of the two halves A and B of the input along ``dim``: one half opens gates for the other.

    Raises:
        ShapeError: if the input has no axis ``dim``, or an odd number of elements along it.

    Source: Dauphin et al. (2017), "Language modeling with gated convolutional networks", section 3.

    >>> glu([4.0, 6.0, 0.0, 1000.0])
    Tensor([2., 6.])
    """
    x = as_tensor(input, "glu")
    if not -x.ndim <= dim < x.ndim or x.shape[dim] % 2:
        raise ShapeError(f"glu(): needs two halves along axis {dim}, the input has shape {x.shape}")
    half = x.shape[dim] // 2
    before = (slice(None),) * (dim % x.ndim)
    return x[(*before, slice(half))] * ac.sigmoid(x[(*before, slice(half, None))])  # type: ignore[no-any-return]
