"""Contenders in processes of their own, asked in turn to do the same work.

Timings on a shared computer drift by more than the libraries differ. So the contenders alternate, A B C
A B C ..., each for a fraction of a second at a time, and only times of the same round are divided by one
another: a round in which the computer was slow was slow for all of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .contenders import Contender

__all__ = ["Entry", "Pace", "Process", "Result", "disagreement", "environment", "race", "reference_entry"]

SETTLING = 0.02
"""Seconds for the threads of the one before to stop waiting for more work, which they do at full speed."""
ROOT = Path(__file__).resolve().parents[1]
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Pace:
    """How long to measure: seconds each time a contender is asked, and how many rounds."""

    seconds: float
    rounds: int


@dataclass
class Entry:
    """What one contender did in one workload.

    Attributes:
        contender: its label.
        seconds: the time of one step, or of one operation, in each round.
        word: why there are no times: "RecursionError", "disagrees", or "-" if it takes no part.
        detail: the same at length.
    """

    contender: str
    seconds: list[float] = field(default_factory=list)
    word: str = ""
    detail: str = ""

    @property
    def median(self) -> float:
        """The median time of one step in seconds."""
        return statistics.median(self.seconds)

    def ratios(self, reference: Entry) -> list[float]:
        """The contender's time over another's, round by round."""
        return [a / b for a, b in zip(self.seconds, reference.seconds, strict=True)]


@dataclass
class Result:
    """One workload: its entries, in the order of the columns."""

    workload: str
    title: str
    family: str
    entries: list[Entry] = field(default_factory=list)

    def entry(self, contender: str) -> Entry | None:
        """What this contender did, if it was timed."""
        return next((e for e in self.entries if e.contender == contender and e.seconds), None)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def environment(threads: int) -> dict[str, str]:
    """The environment of a process whose libraries use this many threads."""
    several = "true" if threads > 1 else "false"
    return {
        **os.environ,
        **{f"{name}_NUM_THREADS": str(threads) for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")},
        "VECLIB_MAXIMUM_THREADS": str(threads),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={several} intra_op_parallelism_threads={threads}",
        "JAX_PLATFORMS": "cpu",
        "PYTHONWARNINGS": "ignore",
    }


class Process:
    """The process of one contender."""

    def __init__(self, contender: Contender, threads: int) -> None:
        self.contender, self.threads = contender, threads
        self.child: subprocess.Popen[str] | None = None

    def _start(self) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-m", "benchmarks.worker", self.contender.module, self.contender.variant]
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=environment(self.threads),
        )
        if hasattr(os, "sched_setaffinity"):
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(child.pid, cores[-self.threads :])
        return child

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send a command and wait for the answer; a process that dies answers with a word."""
        self.child = self.child or self._start()
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        try:
            self.child.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self.child.stdin.flush()
            line = self.child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if line:
            return dict(json.loads(line))
        code = self.child.wait()
        self.close()
        return {"failed": "crash", "why": f"the process ended with code {code}"}

    def close(self) -> None:
        """End the process."""
        if self.child is None:
            return
        for pipe in (self.child.stdin, self.child.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        try:
            self.child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child = None


def disagreement(ours: Mapping[str, Array], theirs: Mapping[str, Array], tolerance: float) -> str:
    """What differs, or nothing: errors are compared with the largest number of each array.

    >>> import numpy as np
    >>> disagreement({"w": np.array([1.0, 2.0])}, {"w": np.array([1.0, 2.5])}, 1e-6)
    'w differs by 0.25 of its largest number'
    """
    if set(ours) != set(theirs):
        return f"has {sorted(theirs)} instead of {sorted(ours)}"
    for name, expected in ours.items():
        found = np.asarray(theirs[name])
        if found.size != np.asarray(expected).size:
            return f"{name} has shape {found.shape} instead of {np.shape(expected)}"
        scale = float(np.max(np.abs(expected), initial=0.0)) or 1.0
        error = float(np.max(np.abs(found.reshape(np.shape(expected)) - expected), initial=0.0)) / scale
        if not error <= tolerance:
            return f"{name} differs by {error:.2g} of its largest number"
    return ""


def _agreeing(processes: Iterable[Process], entries: dict[str, Entry], tolerance: float) -> list[Process]:
    """Those whose loss and gradients are the same as the first one's."""
    first: dict[str, Array] = {}
    witness = ""
    agreeing = []
    with tempfile.TemporaryDirectory() as folder:
        for process in processes:
            label = process.contender.label
            file = Path(folder) / "results.npz"
            reply = process.ask("check", file=str(file))
            if _set_aside(entries[label], reply):
                continue
            with np.load(file) as archive:
                numbers = dict(archive)
            if not first:
                first, witness = numbers, label
            problem = disagreement(first, numbers, tolerance)
            if problem:
                entries[label].word = "disagrees"
                entries[label].detail = f"{problem}, compared with {witness}"
            else:
                agreeing.append(process)
    return agreeing


def _set_aside(entry: Entry, reply: Mapping[str, Any]) -> bool:
    """Note why a contender cannot take part, if so."""
    if "absent" in reply:
        entry.word = "-"
    elif "failed" in reply:
        entry.word, entry.detail = reply["failed"], reply["why"]
    return bool(entry.word)


def _steps(process: Process, seconds: float, collect: bool, settling: int) -> int:
    """How many steps take about so many seconds, once the workload has settled."""
    process.ask("run", steps=settling, collect=collect)
    steps = 1
    while True:
        taken = process.ask("run", steps=steps, collect=collect).get("seconds", seconds)
        if taken >= seconds / 4 or steps >= 1_000_000:
            return max(1, round(steps * seconds / max(taken, 1e-9)))
        steps *= max(2, min(50, round(seconds / 3 / max(taken, 1e-9))))


def race(
    workload: str,
    title: str,
    family: str,
    processes: list[Process],
    reference: str,
    pace: Pace,
    collect: tuple[bool, ...] = (True,),
) -> list[Result]:
    """Build, compare, then time a workload; one result for each setting of garbage collection.

    Args:
        workload: its name.
        title: its description.
        family: the group of workloads it belongs to.
        processes: the contenders.
        reference: the label whose numbers the others have to agree with, if it takes part.
        pace: how long to measure.
        collect: whether Python's cyclic garbage collector runs: True as always, False paused.
    """
    entries = {process.contender.label: Entry(process.contender.label) for process in processes}
    loaded, tolerance, operations, settling = [], 0.0, 1, 1
    for process in processes:
        if not process.contender.installed:
            entries[process.contender.label].word = "-"
            continue
        reply = process.ask("load", workload=workload)
        if not _set_aside(entries[process.contender.label], reply):
            tolerance = max(tolerance, reply["tolerance"])
            operations, settling = reply["operations"], reply["settling"]
            loaded.append(process)
    loaded.sort(key=lambda process: process.contender.label != reference)
    agreeing = _agreeing(loaded, entries, tolerance)
    results = []
    for collecting in collect:
        timed = {
            label: Entry(label, word=entry.word, detail=entry.detail) for label, entry in entries.items()
        }
        suffix = "" if len(collect) == 1 else (" (GC on)" if collecting else " (GC off)")
        _rounds(agreeing, timed, pace, collecting, operations, settling)
        results.append(Result(workload + suffix, title, family, list(timed.values())))
    return results


def _rounds(
    processes: list[Process],
    entries: dict[str, Entry],
    pace: Pace,
    collect: bool,
    operations: int,
    settling: int,
) -> None:
    """Take the times, in turns."""
    steps = {
        process.contender.label: _steps(process, pace.seconds, collect, settling) for process in processes
    }
    for _ in range(pace.rounds):
        for process in processes:
            label = process.contender.label
            entry = entries[label]
            if entry.word:
                continue
            if process.threads > 1:
                time.sleep(SETTLING)
            if steps[label] > 4:  # the first step after the others' turn finds cold caches
                process.ask("run", steps=1, collect=collect)
            reply = process.ask("run", steps=steps[label], collect=collect)
            if _set_aside(entry, reply):
                entry.seconds.clear()
            else:
                entry.seconds.append(reply["seconds"] / steps[label] / operations)


def reference_entry(result: Result, references: Mapping[str, str]) -> Entry | None:
    """The entry whose time is 1."""
    return result.entry(references[result.family]) if result.family in references else None
