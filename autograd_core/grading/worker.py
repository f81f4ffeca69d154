"""The process in which one student's file is graded: whatever it does, it does to itself."""

from __future__ import annotations

import json
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ..checking.report import CheckReport
from .submissions import exercises_of, loaded

try:
    import resource
except ImportError:  # Windows, where there is no limit
    resource = None  # type: ignore[assignment]

__all__ = ["work"]

_MEGABYTE = 2**20


def work(
    results: Connection,
    exercises: str,
    submission: str,
    first: int,
    seconds: float,
    memory: int | None,
    folder: str,
) -> None:
    """Check a submission, exercise by exercise from the number ``first``, and send a report of each."""
    _alone(memory, folder)
    asked = exercises_of(Path(exercises))
    results.send_bytes(b"null")  # ready
    path = Path(submission)
    sys.path.insert(0, str(path.parent))
    defined, trouble = loaded(path, seconds)
    for exercise in asked[first:]:
        report = exercise.check(defined.get(exercise.name))
        if trouble and exercise.name not in defined:
            report = CheckReport(exercise.name, False, f"The file {trouble}", slips=("no answer",))
        told: dict[str, Any] = {"verdict": report.verdict, "slips": report.slips, "report": str(report)}
        results.send_bytes(json.dumps(told).encode())
    results.close()


def _alone(memory: int | None, folder: str) -> None:
    """Cut the process off: no terminal, a folder of its own, a limit of memory beyond what it has."""
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    if hasattr(os, "setsid"):
        os.setsid()  # what it starts is ended with it
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is not None and memory is not None:
        limit = _occupied() + memory * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _occupied() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # a system that does not tell
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
