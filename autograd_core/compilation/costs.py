"""Which way to compute a graph of single numbers is the faster one, on this machine.

Arrays pay for every call, lines of Python for every number. Both prices are measured when the first graph is
compiled, which takes some milliseconds; what a graph would take is a sum then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import Any

import numpy as np

__all__ = ["Costs", "measured_costs"]

_CALLS = 4.5
"""So many calls a step of a lifted graph takes, forwards and backwards."""

_LINES = 3
"""So many lines an operation takes: itself, and the shares of its operands."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices, in seconds.

    Attributes:
        call: of a call of NumPy with a few numbers.
        number: of a number more.
        line: of a line of Python that multiplies or adds two floats.

    >>> costs = Costs(call=1e-6, number=1e-9, line=5e-8)
    >>> costs.of_lines(100) < costs.of_arrays(steps=10, numbers=100)
    True
    >>> costs.of_lines(1000) < costs.of_arrays(steps=10, numbers=1000)
    False
    """

    call: float
    number: float
    line: float

    def of_lines(self, operations: int) -> float:
        """What so many operations take, written as lines, forwards and backwards."""
        return self.line * _LINES * operations

    def of_arrays(self, steps: int, numbers: int) -> float:
        """What so many steps take which make so many numbers, forwards and backwards."""
        return _CALLS * steps * self.call + _LINES * numbers * self.number


@cache
def measured_costs() -> Costs:
    """The prices of this machine; the best of several tries, for others may be at work on it."""
    space: dict[str, Any] = {}
    lines = 200
    exec("def run(a, b):\n" + "    a = a * b + b\n" * (lines // 2) + "    return a", space)
    few, many = np.ones(16), np.ones(4096)
    call = _best(lambda: np.add(few, few, few))
    return Costs(
        call=call,
        number=max(_best(lambda: np.add(many, many, many)) - call, 0.0) / len(many),
        line=_best(lambda: space["run"](1.0, 0.5)) / lines,
    )


def _best(run: Callable[[], Any]) -> float:
    best = np.inf
    for _ in range(30):
        start = perf_counter()
        run()
        best = min(best, perf_counter() - start)
    return float(best)
