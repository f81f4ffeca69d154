"""What every library does with a workload: carry out steps against the clock, and hand over its numbers."""

from __future__ import annotations

import gc
import time
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

__all__ = ["Array", "NotWrittenError", "Workload"]

Array = np.ndarray[Any, np.dtype[Any]]


class NotWrittenError(Exception):
    """The library has no such workload: it lacks an operation, or takes no part in it."""


class Workload(ABC):
    """One workload in one library, ready to run."""

    tolerance = 2e-4
    """How far numbers may be from another library's, as a share of the largest of them."""

    operations = 1
    """How many operations one step stands for, where the time of one operation is asked for."""

    @abstractmethod
    def step(self) -> None:
        """What is timed."""

    @abstractmethod
    def results(self) -> dict[str, Any]:
        """The loss and all gradients, of the start values, without randomness."""

    def run(self, steps: int) -> float:
        """Carry out this many steps; returns the seconds they took."""
        step = self.step
        start = time.perf_counter()
        for _ in range(steps):
            step()
        return time.perf_counter() - start

    def run_without_collection(self, steps: int) -> float:
        """The same, with Python's cyclic garbage collector paused; what it would have found goes after."""
        gc.disable()
        try:
            return self.run(steps)
        finally:
            gc.enable()
            gc.collect()
