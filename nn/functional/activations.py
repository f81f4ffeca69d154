"""What follows a linear layer. Those that rectify are in :mod:`nn.functional.rectifiers`.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, ShapeError

from .operands import as_node, as_tensor, where

__all__ = [
    "glu",
    "hardsigmoid",
    "hardtanh",
    "log_softmax",
    "logsigmoid",
    "logsumexp",
    "sigmoid",
    "softmax",
    "softmin",
    "softplus",
    "softsign",
    "tanh",
    "tanhshrink",
]


def sigmoid(input: Any) -> Any:
    """1 / (1 + exp(-x)), of any shape.

    >>> sigmoid([0.0, 1000.0])
    Tensor([0.5, 1. ])
    """
    return ac.sigmoid(as_node(input))


def logsigmoid(input: Any) -> Any:
    """ln(1 / (1 + exp(-x))), of any shape, exact where the sigmoid underflows.

    >>> logsigmoid(-1000.0)
    Tensor(-1000.)
    """
    return ac.log_sigmoid(as_node(input))


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """(x + 3) / 6 between 0 and 1, of any shape: a sigmoid of three straight lines.

    Source: Courbariaux, Bengio and David (2015), "BinaryConnect".

    >>> hardsigmoid([-4.0, 0.0, 4.0])
    Tensor([0. , 0.5, 1. ])
    """
    return ac.hardsigmoid(as_node(input))


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


def tanh(input: Any) -> Any:
    """The hyperbolic tangent, of any shape.

    >>> tanh(0.0)
    Tensor(0.)
    """
    return ac.tanh(as_node(input))


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x between the two bounds, of any shape; no gradient on the bounds and outside.

    Raises:
        DomainError: if ``min_val`` is not below ``max_val``.

    Source: Collobert (2004), "Large scale machine learning".

    >>> hardtanh([-3.0, 0.5, 3.0])
    Tensor([-1. ,  0.5,  1. ])
    """
    return ac.hardtanh(as_node(input), min_val, max_val)


def tanhshrink(input: Any) -> Any:
    """x - tanh(x), of any shape.

    >>> tanhshrink(0.0)
    Tensor(0.)
    """
    return ac.tanhshrink(as_node(input))


def softsign(input: Any) -> Any:
    """x / (1 + |x|), of any shape: like tanh, with tails that fade more slowly.

    Source: Turian, Bergstra and Bengio (2009), "Quadratic features and deep architectures for chunking".

    >>> softsign([-1.0, 3.0])
    Tensor([-0.5 ,  0.75])
    """
    return ac.softsign(as_node(input))


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """ln(1 + exp(β x)) / β, of any shape: a smooth :func:`relu`.

    Args:
        input: x.
        beta: β; the larger, the sharper the bend.
        threshold: where β x is above it the result is x itself, which differs by less than exp(-threshold).

    Raises:
        DomainError: if ``beta`` is 0.

    Source: Dugas et al. (2001), "Incorporating second-order functional knowledge for better option pricing".

    >>> softplus(0.0), softplus(1000.0)
    (Tensor(0.693147), Tensor(1000.))
    """
    if beta == 0:
        raise DomainError("softplus(): `beta` must not be 0")
    x = as_node(input)
    scaled = x * beta
    return where(scaled > threshold, x, ac.softplus(scaled) / beta)


def softmax(input: Any, dim: int) -> Tensor:
    """exp(x_k) / Σ_j exp(x_j): positive numbers that add up to 1 along ``dim``.

    Source: Bridle (1990), "Probabilistic interpretation of feedforward classification network outputs".

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> softmax([0.0, 0.0, -1e4], dim=0)
    Tensor([0.5, 0.5, 0. ])
    """
    return ac.softmax(as_tensor(input, "softmax"), axis=dim)  # type: ignore[no-any-return]


def softmin(input: Any, dim: int) -> Tensor:
    """exp(-x_k) / Σ_j exp(-x_j) along ``dim``: the smallest number gets most.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> softmin([0.0, 0.0, 1e4], dim=0)
    Tensor([0.5, 0.5, 0. ])
    """
    return ac.softmax(-as_tensor(input, "softmin"), axis=dim)  # type: ignore[no-any-return]


def log_softmax(input: Any, dim: int) -> Tensor:
    """x_k - ln Σ_j exp(x_j) along ``dim``: the logarithm of :func:`softmax` without its underflow.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> log_softmax([0.0, -1e4], dim=0)
    Tensor([     0., -10000.])
    """
    return ac.log_softmax(as_tensor(input, "log_softmax"), axis=dim)  # type: ignore[no-any-return]


def logsumexp(input: Any, dim: int, keepdim: bool = False) -> Tensor:
    """ln Σ_j exp(x_j) along ``dim``: a smooth maximum, whose gradient is the softmax.

    Raises:
        ShapeError: if the input has no axis ``dim``.

    >>> round(logsumexp([1e4, 1e4], dim=0).item(), 6)
    10000.693147
    """
    return ac.logsumexp(as_tensor(input, "logsumexp"), axis=dim, keepdims=keepdim)  # type: ignore[no-any-return]
