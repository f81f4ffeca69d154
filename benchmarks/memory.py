"""The peak memory of a workload, each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .contenders import Contender
from .duel import Process
from .goals import MEMORY_GOALS

__all__ = ["measure", "peak_memory", "table"]

STEPS = 3


def peak_memory() -> int:
    """The most memory this process ever had, in bytes.

    Linux has it in /proc: ``getrusage`` starts a child's maximum at its parent's there.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def measure(workloads: Sequence[str], contenders: Sequence[Contender], threads: int) -> dict[str, Any]:
    """Bytes by workload and contender: ``before`` the first step, and the ``peak`` of three steps."""
    found: dict[str, Any] = {}
    for workload in workloads:
        found[workload] = {}
        for contender in contenders:
            if not contender.installed:
                found[workload][contender.label] = {"absent": contender.requires}
                continue
            process = Process(contender, threads)
            reply = process.ask("load", workload=workload)
            if "tolerance" in reply:
                reply = process.ask("peak", steps=1 if workload == "W3" else STEPS)
            process.close()
            found[workload][contender.label] = reply
    return found


def table(found: dict[str, Any]) -> str:
    """For the terminal: what the steps added, and the peak of the whole process, in megabytes."""
    lines = ["memory: MB added by the steps, of a process of ... MB"]
    for workload, members in found.items():
        cells = []
        for label, reply in members.items():
            if "peak" in reply:
                added, peak = ((reply["peak"] - reply["before"]) / 1e6, reply["peak"] / 1e6)
                cells.append(f"{label} {added:.1f} of {peak:.0f}")
            else:
                cells.append(f"{label} {reply.get('failed', '-')}")
        if workload in MEMORY_GOALS:
            cells.append(f"goal {MEMORY_GOALS[workload] / 1e6:.0f}")
        lines.append(f"  {workload:14s} " + ", ".join(cells))
    return "\n".join(lines)
