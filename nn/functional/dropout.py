"""Dropout: numbers left out at random while training."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype

from ..randomness import generator_or_default
from .operands import as_tensor, check_probability

__all__ = ["dropout"]


def dropout(
    input: Any, p: float = 0.5, training: bool = True, *, generator: np.random.Generator | None = None
) -> Tensor:
    """Zero each number with probability ``p`` and divide the others by 1 - p: the expectation is kept.

    Args:
        input: of any shape.
        p: the probability of being left out.
        training: False returns the input as it is.
        generator: draws the mask; the common one when None.

    Raises:
        DomainError: if ``p`` lies outside [0, 1].

    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting".

    >>> dropout([1.0, 2.0], p=0.5, training=False)
    Tensor([1., 2.])
    """
    check_probability(p)
    x = as_tensor(input, "dropout")
    if not training or p == 0:
        return x
    kept = generator_or_default(generator).random(x.shape) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * (kept * scale).astype(x.dtype if x.dtype.kind == "f" else default_dtype())
