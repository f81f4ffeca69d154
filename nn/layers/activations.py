"""Activations as modules, for :class:`nn.Sequential`."""

from __future__ import annotations

from typing import Any

from .. import functional
from ..module import Module

__all__ = ["Identity", "ReLU", "Sigmoid", "Softmax", "Tanh"]


class ReLU(Module):
    """max(0, x); see :func:`nn.functional.relu`.

    >>> ReLU()([-1.0, 2.0])
    Tensor([0., 2.])
    """

    def forward(self, input: Any) -> Any:
        return functional.relu(input)


class Sigmoid(Module):
    """1 / (1 + exp(-x)); see :func:`nn.functional.sigmoid`.

    >>> Sigmoid()(0.0)
    Tensor(0.5)
    """

    def forward(self, input: Any) -> Any:
        return functional.sigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent; see :func:`nn.functional.tanh`.

    >>> Tanh()(0.0)
    Tensor(0.)
    """

    def forward(self, input: Any) -> Any:
        return functional.tanh(input)


class Softmax(Module):
    """exp(x_k) / Σ_j exp(x_j) along ``dim``; see :func:`nn.functional.softmax`.

    >>> Softmax(dim=1)([[1.0, 1.0]])
    Tensor([[0.5, 0.5]])
    """

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        return functional.softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Identity(Module):
    """The input itself: a place holder.

    >>> Identity()(2.0)
    2.0
    """

    def forward(self, input: Any) -> Any:
        return input
