"""Many students' files in one run: each in a process of its own, with limits."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from ..checking.exercise import Exercise
from ..errors import DomainError, GraphError
from .grades import Grade, Grades
from .submissions import SUFFIXES, exercises_of
from .worker import work

__all__ = ["grade"]

_START = 60.0
"""Seconds within which a process is ready."""


def grade(
    exercises: str | os.PathLike[str],
    submissions: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    seconds: float = 60.0,
    memory: int | None = 1024,
    processes: int | None = None,
) -> Grades:
    """Check many students' files, each in a process of its own.

    A file that crashes, never ends or takes all memory costs its own exercise alone: the student's next
    exercise is checked in a new process. The same files give the same grades. It is no prison: programs run
    with the rights of whoever grades them, so grade files of strangers in a container.

    Args:
        exercises: a Python file that defines :class:`Exercise` objects.
        submissions: a folder, in which all ``.py`` and ``.ipynb`` files are taken, or the files themselves.
            Each defines functions, or layers, of the names of the exercises. In a notebook a cell that fails
            costs what it defines.
        seconds: for each exercise of a student, beside the limit of a call that the exercise has.
        memory: megabytes that a student's process may take, where the system can limit it (Linux); None for
            any.
        processes: how many run at once; one for each core when None.

    Raises:
        DomainError: if there is no exercise, or no submission.
        GraphError: if no process starts: a script has to call this under ``if __name__ == "__main__":``, and
            in a browser there are none.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     here = Path(folder)
    ...     _ = (here / "exercises.py").write_text(
    ...         "from autograd_core import Exercise; cube = Exercise('cube', lambda x: x**3, 2.0, points=2)"
    ...     )
    ...     _ = (here / "ada.py").write_text("def cube(x): return x * x * x")
    ...     _ = (here / "bob.py").write_text("def cube(x): return x * x")
    ...     grades = grade(here / "exercises.py", [here / "ada.py", here / "bob.py"])
    >>> grades.totals()
    {'ada': 2.0, 'bob': 0.0}
    """
    if multiprocessing.parent_process() is not None:
        raise GraphError("grade() is called in one of its own processes: " + _GUARD)
    asked_in = Path(exercises).resolve()
    asked = exercises_of(asked_in)
    named = _named(submissions, asked_in)
    if sys.platform == "emscripten":
        raise GraphError("grade() calls each file in a process of its own, and in a browser there are none")
    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(way)
    if way == "forkserver":
        context.set_forkserver_preload([work.__module__])
    together = processes or _cores()

    def graded(submission: tuple[str, Path]) -> list[Grade]:
        return _graded(context, asked_in, asked, *submission, seconds, memory)

    with ThreadPoolExecutor(together) as pool:
        rows = [row for several in pool.map(graded, named) for row in several]
    return Grades(tuple(rows))


_GUARD = 'in a script, call it under `if __name__ == "__main__":`'


def _graded(
    context: Any,
    asked_in: Path,
    asked: Sequence[Exercise],
    student: str,
    path: Path,
    seconds: float,
    memory: int | None,
) -> list[Grade]:
    """All grades of one student; after a process that was ended another one goes on."""
    rows: list[Grade] = []
    while len(rows) < len(asked):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            ours, theirs = context.Pipe(duplex=False)
            details = (theirs, str(asked_in), str(path), len(rows), seconds, memory, folder)
            process = context.Process(target=work, args=details, daemon=True)
            process.start()
            theirs.close()
            reason = ""
            try:
                if _received(ours, _START) is not _READY:
                    raise GraphError(f"grade(): the process of {path} does not start: " + _GUARD)
                while len(rows) < len(asked) and not reason:
                    told = _received(ours, 2 * seconds)
                    if isinstance(told, dict):
                        rows.append(_row(student, asked[len(rows)], told))
                    else:
                        reason = told or f"It was still running after {2 * seconds:g} seconds."
            finally:
                _end(process)
                ours.close()
            if reason:
                if reason is _CLOSED:
                    reason = _ended(process.exitcode)
                exercise = asked[len(rows)]
                said = f"{exercise.name}: stopped. {reason}"
                rows.append(
                    _row(student, exercise, {"verdict": "stopped", "slips": ["stopped"], "report": said})
                )
    return rows


_READY: dict[str, Any] = {}
_CLOSED = "closed"


def _received(connection: Any, seconds: float) -> Any:
    """What a process sends: a report, or that it is ready; "closed" when it has ended, "" when it is late."""
    try:
        if not connection.poll(seconds):
            return ""
        told = json.loads(connection.recv_bytes())
    except (EOFError, OSError, ValueError):
        return _CLOSED
    return _READY if told is None else told


def _row(student: str, exercise: Exercise, told: dict[str, Any]) -> Grade:
    points = float(exercise.points) if told["verdict"] == "right" else 0.0
    return Grade(
        student,
        exercise.name,
        points,
        float(exercise.points),
        told["verdict"],
        tuple(told["slips"]),
        told["report"],
    )


def _end(process: BaseProcess) -> None:
    """End a process and whatever it has started."""
    if hasattr(os, "killpg") and process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, signal.SIGKILL)
    process.join(1.0)
    if process.is_alive():
        process.kill()
        process.join()


def _ended(code: int | None) -> str:
    if code is not None and code < 0:
        return f"It ended its process by the signal {signal.Signals(-code).name}."
    return f"It ended its process, with the code {code}."


def _named(submissions: Any, exercises: Path) -> list[tuple[str, Path]]:
    """The files, each with the student's name: the shortest path that tells them apart from their folder."""
    if isinstance(submissions, str | os.PathLike):
        folder = Path(submissions).resolve()
        paths = (
            [folder]
            if folder.is_file()
            else [p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file()]
        )
        paths = [p for p in paths if not any(part[0] in "._" for part in p.relative_to(folder).parts)]
    else:
        paths = [Path(p).resolve() for p in submissions]
        folder = Path(os.path.commonpath([p.parent for p in paths])) if paths else Path()
    paths = sorted(p for p in paths if p != exercises)
    if not paths:
        raise DomainError(f"grade(): there are no .py and .ipynb files in {submissions!r}")
    if absent := [str(p) for p in paths if not p.is_file()]:
        raise DomainError(f"grade(): there is no file {absent[0]}")
    names = [str(p.relative_to(folder).with_suffix("")) if p != folder else p.stem for p in paths]
    twice = {name for name, n in Counter(names).items() if n > 1}
    return [(p.name if name in twice else name, p) for name, p in zip(names, paths, strict=True)]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
