"""Layers that only change the shape."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor

from .. import functional
from ..module import Module

__all__ = ["Flatten"]


class Flatten(Module):
    """Join the axes from ``start_dim`` to ``end_dim``; the first, the batch, stays by default.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).shape
    (1, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Tensor:
        return functional.flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
