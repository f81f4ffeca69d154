"""One contender in a process of its own: reads commands, a JSON object a line, and answers in kind.

``python -m benchmarks.worker MODULE VARIANT``, started by :mod:`benchmarks.duel`, which sets the number of
threads in the environment before anything is imported here.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import traceback
from typing import IO, Any

__all__ = ["main"]


class Session:
    """The library and the workload that is loaded at the moment."""

    def __init__(self, module: str, variant: str) -> None:
        self.module, self.variant = module, variant
        self.library: Any = None
        self.workload: Any = None

    def load(self, workload: str) -> dict[str, Any]:
        """Build a workload in place of the one before."""
        if self.library is None:
            self.library = importlib.import_module(f"benchmarks.libraries.{self.module}")
        self.workload = None
        gc.collect()
        self.workload = self.library.load(workload, self.variant)
        asked = ("tolerance", "operations", "settling")
        return {name: getattr(self.workload, name) for name in asked}

    def check(self, file: str) -> dict[str, Any]:
        """Write the loss and all gradients to a file."""
        import numpy as np

        np.savez(file, **self.workload.results())
        return {}

    def run(self, steps: int, collect: bool = True) -> dict[str, Any]:
        """Carry out steps against the clock."""
        run = self.workload.run if collect else self.workload.run_without_collection
        return {"seconds": run(steps)}

    def peak(self, steps: int) -> dict[str, Any]:
        """The peak memory of this process in bytes, before and after some steps."""
        from .memory import peak_memory

        before = peak_memory()
        self.workload.run(steps)
        return {"before": before, "peak": peak_memory()}


def answer(session: Session, command: dict[str, Any]) -> dict[str, Any]:
    """Carry out a command; what goes wrong becomes a word, not a crash."""
    try:
        return dict(getattr(session, command.pop("do"))(**command))
    except BaseException as error:
        kind = type(error).__name__
        if kind == "NotWrittenError" or isinstance(error, ModuleNotFoundError):
            return {"absent": str(error)}
        if isinstance(error, KeyboardInterrupt):
            raise
        session.workload = None
        return {"failed": kind, "why": traceback.format_exc(limit=-6, chain=False)[-4000:]}


def _own_output() -> IO[str]:
    """A private copy of standard output: whatever a library prints goes to standard error."""
    private = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return private


def main() -> None:
    """Answer until told to quit."""
    output = _own_output()
    session = Session(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "quit":
            break
        output.write(json.dumps(answer(session, command)) + "\n")
        output.flush()
    output.flush()
    os._exit(0)  # a thread pool of some library may not want to end


if __name__ == "__main__":
    main()
