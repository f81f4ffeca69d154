"""Layers that only change the shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd_core import Tensor

from .. import functional
from ..functional.operands import as_tensor
from ..functional.shape import checked_lengths
from ..module import Module

__all__ = ["Flatten", "Unflatten"]


class Flatten(Module):
    """Join the axes from ``start_dim`` to ``end_dim``; the first, the batch, stays by default.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).shape
    (1, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Tensor:
        return as_tensor(input, "Flatten").flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Split one axis into several: the inverse of :class:`Flatten`.

    Args:
        dim: the axis.
        unflattened_size: the lengths of the new axes; one of them may be -1, the length that is left.

    Raises:
        ShapeError: if the lengths do not multiply to that of the axis.

    >>> Unflatten(1, (2, -1))([[1.0, 2.0, 3.0, 4.0]]).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        self.dim, self.unflattened_size = dim, checked_lengths(unflattened_size)

    def forward(self, input: Any) -> Tensor:
        return functional.unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
