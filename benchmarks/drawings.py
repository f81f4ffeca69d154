"""How long drawings take by their number of nodes: laid out, forced, and summarised."""

from __future__ import annotations

import statistics
from typing import Any

from .startup import times_printed

__all__ = ["GOALS", "measure", "table"]

# Seconds for the first drawing of a fresh process, and for the next one.
GOALS: dict[str, tuple[float, float]] = {
    "60 nodes": (0.5, 0.03),
    "60 nodes, one weight for all": (0.5, 0.03),
    "400 nodes": (0.5, 0.2),
    "3,000 nodes": (3.0, 3.0),
    "1,000,000 nodes": (3.0, 3.0),
}
# As many nodes as asked for, the input among them: tanh(... * w) by turns, one after the other.
PROGRAM = """
import time
import viz
from autograd_core import Value, tanh

def chain(nodes, shared):
    y, w = Value(0.5, label="x"), Value(1.01, label="w") if shared else 1.01
    for turn in range(nodes - 1 - shared):
        y = tanh(y) if turn % 2 else w * y
    return y

def draw():
    y = chain({nodes}, {shared})
    begun = time.perf_counter()
    viz.draw(y, force={nodes} == 3_000).svg
    return time.perf_counter() - begun

print(draw(), draw())
"""


def measure(rounds: int, threads: int, names: tuple[str, ...] = tuple(GOALS)) -> dict[str, Any]:
    """Median seconds by name: of the first drawing in a fresh process, and of the next."""
    found: dict[str, Any] = {}
    for name in names:
        nodes = int(name.partition(" ")[0].replace(",", ""))
        program = PROGRAM.format(nodes=nodes, shared="one weight" in name)
        pairs = [times_printed(program, threads) for _ in range(rounds)]
        first, again = (statistics.median(times) for times in zip(*pairs, strict=True))
        found[name] = {"first": first, "again": again}
    return found


def table(found: dict[str, Any]) -> str:
    """For the terminal, each figure beside its goal."""
    lines = ["drawings, in fresh processes (goal)"]
    for drawn, times in found.items():
        shown = [
            f"{name} {1e3 * times[name]:.0f} ms ({1e3 * goal:.0f} ms)"
            for name, goal in zip(("first", "again"), GOALS[drawn], strict=True)
        ]
        lines.append(f"  {drawn:>28}: " + ", ".join(shown))
    return "\n".join(lines)
