"""How long it takes until the library is there: imports, and the first drawing, in fresh processes."""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
from typing import Any

from .duel import ROOT, environment

__all__ = ["measure", "table", "times_printed"]

IMPORTS = ("numpy", "autograd_core", "nn", "viz", "torch", "jax")
IMPORT = """
import time
start = time.perf_counter()
import {package}
print(time.perf_counter() - start)
"""
DRAWING = """
import time
start = time.perf_counter()
import viz
from autograd_core import Value, tanh
imported = time.perf_counter()

def draw():
    x, w, b = Value(2.0, label="x"), Value(-3.0, label="w"), Value(6.7, label="b")
    y = tanh(w * x + b)
    y.backward()
    begun = time.perf_counter()
    viz.draw(y).svg
    return time.perf_counter() - begun

print(imported - start, draw(), sorted(draw() for _ in range(9))[4])
"""


def times_printed(program: str, threads: int) -> list[float]:
    """The numbers that a program prints, run in a fresh process."""
    child = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(threads),
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(word) for word in child.stdout.split()]


def measure(rounds: int, threads: int) -> dict[str, Any]:
    """Median seconds: of each import by itself, and of drawing one neuron, the first time and later."""
    packages = [name for name in IMPORTS if importlib.util.find_spec(name)]
    imports: dict[str, list[float]] = {name: [] for name in packages}
    drawings: list[list[float]] = []
    for _ in range(rounds):
        for name in packages:
            imports[name] += times_printed(IMPORT.format(package=name), threads)
        drawings.append(times_printed(DRAWING, threads))
    names = ("import viz", "first drawing", "drawing again")
    return {
        "imports": {name: statistics.median(times) for name, times in imports.items()},
        "drawing": {
            name: statistics.median(times) for name, times in zip(names, zip(*drawings), strict=True)
        },
    }


def table(found: dict[str, Any]) -> str:
    """For the terminal."""
    lines = ["startup, in fresh processes"]
    for times in found.values():
        lines.append("  " + ", ".join(f"{name} {1e3 * seconds:.1f} ms" for name, seconds in times.items()))
    added = found["imports"]["autograd_core"] - found["imports"]["numpy"]
    lines.append(f"  autograd_core adds {1e3 * added:.1f} ms to the import of NumPy")
    return "\n".join(lines)
