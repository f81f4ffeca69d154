"""The scalar workloads in XAD: a tape in C++, driven from Python."""

from __future__ import annotations

from typing import Any

import xad.adj_1st as adjoint
import xad.math as functions

from .. import scalar_programs
from .workload import NotWrittenError, Workload

__all__ = ["load"]


class Scalars(Workload):
    """Forward and backward over a graph of single numbers."""

    tolerance = 1e-9
    tape: Any = None

    def __init__(self, name: str) -> None:
        if Scalars.tape is not None:
            Scalars.tape.deactivate()
        Scalars.tape = adjoint.Tape()
        Scalars.tape.activate()
        engine = scalar_programs.Engine(
            adjoint.Real,
            adjoint.Real,
            lambda x: functions.max(x, 0.0),
            *(functions.max, functions.exp, functions.log),
        )
        self.program = scalar_programs.program(name, engine)

    def _gradients(self) -> Any:
        self.tape.registerInputs(self.program.parameters)
        self.tape.newRecording()
        loss = self.program.forward()
        self.tape.registerOutput(loss)
        loss.derivative = 1.0
        self.tape.computeAdjoints()
        return loss

    def step(self) -> None:
        self._gradients()

    def results(self) -> dict[str, Any]:
        loss = self._gradients()
        return {"loss": loss.value, "gradients": [p.derivative for p in self.program.parameters]}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    if name in scalar_programs.SCALARS or name.split("-")[0] in ("samples", "chain"):
        return Scalars(name)
    raise NotWrittenError(name)
