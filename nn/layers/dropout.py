"""The dropout layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor

from .. import functional
from ..functional.operands import check_probability
from ..module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """Leaves numbers out while training, passes them on after ``eval()``; see :func:`nn.functional.dropout`.

    Args:
        p: the probability of being left out.
        generator: draws the masks; the common one (:func:`nn.seed`) when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].

    >>> Dropout(0.5).eval()([1.0, 2.0])
    Tensor([1., 2.])
    """

    def __init__(self, p: float = 0.5, *, generator: np.random.Generator | None = None) -> None:
        super().__init__()
        check_probability(p)
        self.p, self.generator = p, generator

    def forward(self, input: Any) -> Tensor:
        return functional.dropout(input, self.p, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"p={self.p}"
