"""Numbers to compute with, from formulas: the frozen references need not store them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


def wave(*shape: int, phase: float = 0.0) -> np.ndarray:
    """Numbers between -2 and 2 without a pattern, the same everywhere."""
    n = int(np.prod(shape, dtype=int))
    return (2 * np.sin(np.arange(n) * 1.7 + np.arange(n) ** 2 * 0.13 + phase)).reshape(shape)


def coarse(*shape: int) -> np.ndarray:
    """Few different numbers, so that maxima tie."""
    return np.round(wave(*shape))


class Case(NamedTuple):
    """``function(F, *differentiable, *constants)``

    ``exact`` is False where PyTorch itself rounds its constants to single precision.
    """

    function: Callable[..., Any]
    differentiable: tuple[np.ndarray, ...]
    constants: tuple[np.ndarray, ...] = ()
    exact: bool = True

    def precision(self, dtype: type = np.float64) -> type:
        """The precision in which the results agree."""
        return dtype if self.exact else np.float32


def called(name: str, *operands: np.ndarray, constants: tuple[np.ndarray, ...] = (), **options: Any) -> Case:
    """The function of ``F`` with that name, of the operands, the constants and the options."""
    return Case(lambda F, *given: getattr(F, name)(*given, **options), operands, constants)
