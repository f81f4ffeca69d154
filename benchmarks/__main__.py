"""``python -m benchmarks``: measure, print a table, and write what is asked for."""

from __future__ import annotations

import argparse
import fnmatch
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import (
    drawings,
    memory,
    networks,
    report,
    scalar_programs,
    scaling,
    small_programs,
    startup,
)
from .contenders import CONTENDERS, REFERENCES
from .duel import (
    ROOT,
    Pace,
    Process,
    Result,
    race,
)

__all__ = ["arguments", "chosen_workloads", "main", "measure"]

WORKLOADS: dict[str, dict[str, str]] = {
    "networks": {name: network.title for name, network in networks.NETWORKS.items()},
    "momenta": networks.BLACK,
    "rows": {name: f"{name.removeprefix('T6-')} of (256, 1024)" for name in networks.ROWS},
    "scalars": scalar_programs.SCALARS,
    "operations": dict.fromkeys(small_programs.operation_names(), "8x8, one operation of a hundred"),
    "arrays": dict.fromkeys(small_programs.array_names(), "(1000, 1000)"),
}
"""Names and titles, by family."""

PACES = {
    "networks": (Pace(0.05, 5), Pace(0.2, 11)),
    "momenta": (Pace(0.05, 5), Pace(0.2, 11)),
    "rows": (Pace(0.05, 5), Pace(0.2, 11)),
    "scalars": (Pace(0.05, 3), Pace(0.2, 7)),
    "operations": (Pace(0.01, 5), Pace(0.1, 11)),
    "arrays": (Pace(0.01, 3), Pace(0.1, 11)),
}
"""How long to measure with --quick, and without."""

SLOW = {"W3": {"PyTorch 0-d", "CasADi"}}
"""Who takes many seconds for one step, or to build it, and is left out with --quick."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, and no torch.compile")
    parser.add_argument(
        "--threads", type=int, default=1, metavar="N", help="for every contender (default: 1)"
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help="workloads whose name contains this, or matches it if it has a * or ?; may be repeated",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw a bar chart")
    parser.add_argument(
        "--scaling",
        nargs="?",
        type=Path,
        const=ROOT / "build" / "benchmarks",
        metavar="FOLDER",
        help="measure how time grows, and draw it (default folder: build/benchmarks)",
    )
    parser.add_argument("--memory", action="store_true", help="peak memory beside PyTorch's")
    parser.add_argument("--readme", action="store_true", help="refresh both READMEs and their chart")
    return parser.parse_args(given)


def chosen_workloads(patterns: Sequence[str]) -> dict[str, dict[str, str]]:
    """The workloads that a pattern asks for, all of them if there is none.

    >>> list(chosen_workloads(["T1*"])["networks"])
    ['T1-32', 'T1-128']
    """

    def wanted(name: str) -> bool:
        return not patterns or any(
            fnmatch.fnmatchcase(name, pattern) if set(pattern) & set("*?[") else pattern in name
            for pattern in patterns
        )

    return {
        family: {name: title for name, title in members.items() if wanted(name)}
        for family, members in WORKLOADS.items()
    }


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def measure(family: str, members: dict[str, str], quick: bool, threads: int) -> list[Result]:
    """Race all workloads of a family; its contenders keep their processes from one to the next."""
    contenders = [c for c in CONTENDERS if family in c.families and (c.quick or not quick)]
    processes = [Process(contender, threads) for contender in contenders]
    pace = PACES[family][0 if quick else 1]
    collect = (True, False) if family == "scalars" else (True,)
    results = []
    try:
        for name, title in members.items():
            _progress(f"{name}: {title}")
            slow = SLOW.get(name, set()) if quick else set()
            racing = [process for process in processes if process.contender.label not in slow]
            results += race(name, title, family, racing, REFERENCES[family], pace, collect)
    finally:
        for process in processes:
            process.close()
    _progress("")
    return results


def _memory_of(chosen: dict[str, dict[str, str]], threads: int) -> dict[str, Any]:
    """Networks and rows beside PyTorch, scalars beside micrograd and PyTorch."""
    found: dict[str, Any] = {}
    for family, labels in (
        ("networks", ("autograd-core", "PyTorch")),
        ("rows", ("autograd-core", "PyTorch")),
        ("scalars", ("autograd-core", "micrograd", "PyTorch 0-d")),
    ):
        contenders = [c for c in CONTENDERS if c.label in labels]
        found |= memory.measure(list(chosen[family]), contenders, threads)
    return found


def main(given: Sequence[str] | None = None) -> None:
    """Measure and report."""
    options = arguments(given)
    if options.threads < 1:
        sys.exit(f"--threads must be at least 1, not {options.threads}")
    chosen = chosen_workloads(options.only)
    if not any(chosen.values()):
        names = ", ".join(name for members in WORKLOADS.values() for name in members)
        sys.exit(f"no workload is called like {' or '.join(options.only)}; there are {names}")
    about = report.conditions(options.threads, options.quick)
    if options.readme:
        report.write_pages(ROOT, [], about)  # complains before anything is measured
    more: dict[str, Any] = {}
    results: list[Result] = []
    for family, members in chosen.items():
        if members:
            found = measure(family, members, options.quick, options.threads)
            results += found
            print(report.table(found, options.threads), end="\n\n", flush=True)
    if costs := report.recording_costs(results):
        more["recording"] = costs
        shown = ", ".join(f"{name} {report.duration(cost)}" for name, cost in costs.items())
        print(f"recording an operation, forward minus the plain NumPy call: {shown}", end="\n\n")
    if not options.only:
        more["startup"] = startup.measure(2 if options.quick else 7, options.threads)
        print(startup.table(more["startup"]), end="\n\n", flush=True)
        more["drawings"] = drawings.measure(1 if options.quick else 3, options.threads)
        print(drawings.table(more["drawings"]), end="\n\n", flush=True)
    if options.memory:
        more["memory"] = _memory_of(chosen, options.threads)
        print(memory.table(more["memory"]), end="\n\n", flush=True)
    if options.scaling:
        pace = Pace(0.02, 3) if options.quick else Pace(0.1, 7)
        more["scaling"] = scaling.measure(options.threads, pace, options.quick)
        print(scaling.table(more["scaling"]), end="\n\n", flush=True)
        scaling.draw(more["scaling"], options.scaling)
        report.write_json(options.scaling / "scaling.json", [], about, scaling=more["scaling"])
    if options.json:
        report.write_json(options.json, results, about, **more)
    if options.chart:
        report.draw_chart(options.chart, results)
    if options.readme:
        report.write_pages(ROOT, results, about)


if __name__ == "__main__":
    main()
