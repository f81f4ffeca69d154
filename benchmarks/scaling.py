"""How time grows with depth, width, batch size and the number of nodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .contenders import CONTENDERS, OURS
from .duel import Pace, Process, race
from .report import COLOURS

__all__ = ["SIZES", "draw", "fitted_slope", "measure", "table"]

SIZES = {
    "depth": (2, 4, 8, 16, 32, 64),
    "width": (16, 32, 64, 128, 256, 512),
    "batch": (8, 32, 128, 512, 2048),
    "samples": (1, 4, 16, 64, 256),
    "chain": (1_000, 10_000, 100_000, 1_000_000),
}
AXES = {
    "depth": "dense layers of 64",
    "width": "width of two dense layers",
    "batch": "samples through 784-100-10",
    "samples": "samples through 2-16-16-1, 643 nodes each",
    "chain": "operations on a number, one after the other",
}
PEERS = {kind: "micrograd" if kind in ("samples", "chain") else "PyTorch" for kind in SIZES}


def fitted_slope(sizes: list[int], seconds: list[float]) -> float:
    """The exponent p of time = c size^p that fits the larger half of the sizes, by least squares.

    >>> round(fitted_slope([1, 2, 4, 8], [1.0, 4.0, 16.0, 64.0]), 6)
    2.0
    """
    half = min(len(sizes) // 2, len(sizes) - 2)
    return float(np.polyfit(np.log(sizes[half:]), np.log(seconds[half:]), 1)[0])


def measure(threads: int, pace: Pace, quick: bool) -> dict[str, Any]:
    """Seconds by size for us and a peer, and the slope in a log-log plot."""
    found: dict[str, Any] = {}
    for kind, sizes in SIZES.items():
        chosen = sizes[:-1] if quick else sizes
        contenders = [c for c in CONTENDERS if c.label in (OURS, PEERS[kind])]
        processes = [Process(contender, threads) for contender in contenders]
        curves: dict[str, Any] = {c.label: {"sizes": [], "seconds": [], "words": {}} for c in contenders}
        for size in chosen:
            (result,) = race(f"{kind}-{size}", AXES[kind], "scaling", processes, PEERS[kind], pace)
            for entry in result.entries:
                if entry.seconds:
                    curves[entry.contender]["sizes"].append(size)
                    curves[entry.contender]["seconds"].append(entry.median)
                else:
                    curves[entry.contender]["words"][str(size)] = entry.word
        for process in processes:
            process.close()
        for curve in curves.values():
            enough = len(curve["sizes"]) >= 2
            curve["slope"] = fitted_slope(curve["sizes"], curve["seconds"]) if enough else None
        found[kind] = curves
    return found


def table(found: dict[str, Any]) -> str:
    """For the terminal: the exponents, and where somebody gave up."""
    lines = ["scaling: the exponent p in time ~ size^p, over the larger half of the sizes"]
    for kind, curves in found.items():
        cells = []
        for label, curve in curves.items():
            slope = "-" if curve["slope"] is None else f"{curve['slope']:.2f}"
            words = "".join(f", {word} at {size}" for size, word in curve["words"].items())
            cells.append(f"{label} {slope}{words}")
        lines.append(f"  {kind:8s} {'; '.join(cells)}")
    return "\n".join(lines)


def draw(found: dict[str, Any], folder: Path) -> list[Path]:
    """A log-log plot of each study, ``scaling-KIND.png``."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import LogFormatter, NullFormatter

    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, curves in found.items():
        figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
        for (label, curve), colour, marker in zip(curves.items(), COLOURS, "os^"):
            if curve["sizes"]:
                slope = "" if curve["slope"] is None else f", slope {curve['slope']:.2f}"
                milliseconds = [1e3 * seconds for seconds in curve["seconds"]]
                axes.loglog(curve["sizes"], milliseconds, marker=marker, color=colour, label=label + slope)
        axes.set(xlabel=AXES[kind], ylabel="milliseconds, forward and backward", title=f"Time and {kind}")
        sizes = sorted({size for curve in curves.values() for size in curve["sizes"]})
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))
        axes.grid(which="major", color="#DDDDDD")
        if axes.get_legend_handles_labels()[1]:
            axes.legend()
        files.append(folder / f"scaling-{kind}.png")
        figure.savefig(files[-1], dpi=144)
        plt.close(figure)
    return files
