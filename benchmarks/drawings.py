"""How long drawings take by their number of nodes: laid out, forced, and summarised."""

from __future__ import annotations

import statistics
from typing import Any

from .startup import times_printed

__all__ = ["GOALS", "measure", "table"]

# Seconds for the first drawing of a fresh process with that many nodes, and for the next one.
GOALS: dict[int, tuple[float, float]] = {
    60: (0.5, 0.03),
    400: (0.5, 0.2),
    3_000: (3.0, 3.0),
    1_000_000: (3.0, 3.0),
}
# As many nodes as asked for, the input among them: tanh(... * 1.01) by turns, one after the other.
PROGRAM = """
import time
import viz
from autograd_core import Value, tanh

def chain(nodes):
    y = Value(0.5, label="x")
    for turn in range(nodes - 1):
        y = tanh(y) if turn % 2 else 1.01 * y
    return y

def draw():
    y = chain({nodes})
    begun = time.perf_counter()
    viz.draw(y, force={nodes} == 3_000).svg
    return time.perf_counter() - begun

print(draw(), draw())
"""


def measure(rounds: int, threads: int, sizes: tuple[int, ...] = tuple(GOALS)) -> dict[str, Any]:
    """Median seconds by number of nodes: of the first drawing in a fresh process, and of the next."""
    found: dict[str, Any] = {}
    for nodes in sizes:
        pairs = [times_printed(PROGRAM.format(nodes=nodes), threads) for _ in range(rounds)]
        first, again = (statistics.median(times) for times in zip(*pairs, strict=True))
        found[str(nodes)] = {"first": first, "again": again}
    return found


def table(found: dict[str, Any]) -> str:
    """For the terminal, each figure beside its goal."""
    lines = ["drawings, in fresh processes (goal)"]
    for nodes, times in found.items():
        goals = GOALS[int(nodes)]
        shown = [
            f"{name} {1e3 * times[name]:.0f} ms ({1e3 * goal:.0f} ms)"
            for name, goal in zip(("first", "again"), goals, strict=True)
        ]
        lines.append(f"  {int(nodes):9,} nodes: " + ", ".join(shown))
    return "\n".join(lines)
