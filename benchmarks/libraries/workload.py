"""What every library does with a workload: carry out steps against the clock, and hand over its numbers."""

from __future__ import annotations

import gc
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import chain, cycle
from typing import Any, TypeVar

import numpy as np

__all__ = ["Array", "NotWrittenError", "Workload", "endless"]

Array = np.ndarray[Any, np.dtype[Any]]
Batch = TypeVar("Batch")


class NotWrittenError(Exception):
    """The library has no such workload: it lacks an operation, or takes no part in it."""


class Workload(ABC):
    """One workload in one library, ready to run."""

    tolerance = 2e-4
    """How far numbers may be from another library's, as a share of the largest of them."""

    operations = 1
    """How many operations one step stands for, where the time of one operation is asked for."""

    settling = 1
    """How many steps to take before any is timed: compilers and allocators get ready in the first."""

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


def endless(batches: Sequence[Batch]) -> Iterator[Batch]:
    """The first batch, then the others over and over.

    >>> batches = endless([1, 2, 3])
    >>> [next(batches) for _ in range(6)]
    [1, 2, 3, 2, 3, 2]
    """
    return chain(batches[:1], cycle(batches[1:]))
