"""Layers that only change the shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_core import Tensor

from .. import functional
from ..functional.operands import as_tensor
from ..functional.shape import checked_lengths
from .applied import Applied

__all__ = ["Flatten", "Unflatten"]


class Flatten(Applied):
    """Join the axes from ``start_dim`` to ``end_dim``; the first, the batch, stays by default.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).shape
    (1, 4)
    """

    start_dim: int = 1
    end_dim: int = -1

    def forward(self, input: Any) -> Tensor:
        return as_tensor(input, "Flatten").flatten(self.start_dim, self.end_dim)


class Unflatten(Applied, function=functional.unflatten):
    """
    >>> Unflatten(1, (2, -1))([[1.0, 2.0, 3.0, 4.0]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    dim: int
    unflattened_size: Sequence[int]

    def __post_init__(self, inplace: bool = False) -> None:
        self.unflattened_size = checked_lengths(self.unflattened_size)
