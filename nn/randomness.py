"""Where random numbers come from: one generator for everything that draws, unless it is given its own."""

from __future__ import annotations

import numpy as np

__all__ = ["seed"]

_default = np.random.default_rng()


def seed(number: int) -> np.random.Generator:
    """Start the common generator anew, so that initial weights, dropout and shuffles repeat.

    >>> import nn
    >>> first = nn.seed(0).random(), nn.seed(0).random()
    >>> first[0] == first[1]
    True
    """
    global _default
    _default = np.random.default_rng(number)
    return _default


def generator_or_default(generator: np.random.Generator | None) -> np.random.Generator:
    """The generator that was given, or the common one."""
    return _default if generator is None else generator
