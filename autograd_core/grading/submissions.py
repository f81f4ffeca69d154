"""The exercises of a course, and what a student's program or notebook defines, however far it gets."""

from __future__ import annotations

import json
import linecache
import re
import runpy
import sys
from pathlib import Path
from typing import Any

from ..checking.calling import called
from ..checking.exercise import Exercise
from ..errors import DomainError

__all__ = ["SUFFIXES", "exercises_of", "loaded"]

SUFFIXES = (".py", ".ipynb")


def exercises_of(path: Path) -> list[Exercise]:
    """The exercises that a Python file defines, in its order.

    Raises:
        DomainError: if there are none, or two of one name.
    """
    before = list(sys.path)
    sys.path.insert(0, str(path.parent))
    try:
        defined = runpy.run_path(str(path))
    finally:
        sys.path[:] = before
    found: dict[str, Exercise] = {}
    for thing in defined.values():
        for exercise in thing if isinstance(thing, list | tuple) else [thing]:
            if not isinstance(exercise, Exercise):
                continue
            if found.setdefault(exercise.name, exercise) is not exercise:
                raise DomainError(f"{path} has two exercises of the name {exercise.name!r}")
    if not found:
        raise DomainError(
            f"{path} has no exercise: write neuron = autograd_core.Exercise('neuron', reference, inputs)"
        )
    return list(found.values())


def loaded(path: Path, seconds: float | None) -> tuple[dict[str, Any], str]:
    """What a file defines, and what went wrong on the way; of a notebook every cell is tried."""
    namespace: dict[str, Any] = {"__name__": "submission", "__file__": str(path)}
    troubles = []
    try:
        pieces = _cells(path) if path.suffix == ".ipynb" else [(str(path), path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return {}, f"cannot be read: {' '.join(str(error).split())}"
    for name, source in pieces:
        try:
            program = compile(source, name, "exec")
        except (SyntaxError, ValueError) as error:
            place = (
                f" (line {error.lineno}: {(error.text or '').strip()})"
                if isinstance(error, SyntaxError)
                else ""
            )
            troubles.append(f"is no Python: {getattr(error, 'msg', error)}{place}")
            continue
        outcome = called(exec, (program, namespace), {}, seconds, name)
        if outcome.trouble:
            troubles.append(outcome.trouble)
    return namespace, troubles[0] if troubles else ""


def _cells(path: Path) -> list[tuple[str, str]]:
    """The code of a notebook's cells, without what is said to the notebook itself."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not re.match(r"\s*%%(?!time|capture)", source):
            lines = ["" if re.match(r"\s*[%!]", line) else line for line in source.splitlines()]
            name = f"<cell {number} of {path.name}>"
            linecache.cache[name] = (len(source), None, [f"{line}\n" for line in lines], name)
            cells.append((name, "\n".join(lines)))
    return cells
