"""The scalar workloads in CasADi: the graph is built once, a step only evaluates it."""

from __future__ import annotations

from typing import Any

import casadi
import numpy as np

from .. import scalar_programs
from .workload import NotWrittenError, Workload

__all__ = ["load"]


class Scalars(Workload):
    """Evaluation of the loss and its gradient, as one function of parameters and constants."""

    tolerance = 1e-9

    def __init__(self, name: str) -> None:
        values: dict[str, list[float]] = {"parameter": [], "constant": []}

        def symbol(kind: str, value: float) -> Any:
            values[kind].append(value)
            return casadi.SX.sym(f"{kind}{len(values[kind])}")

        engine = scalar_programs.Engine(
            lambda x: symbol("parameter", x),
            lambda x: symbol("constant", x),
            lambda x: casadi.fmax(x, 0),
            *(casadi.fmax, casadi.exp, casadi.log),
        )
        program = scalar_programs.program(name, engine)
        parameters, constants = casadi.vertcat(*program.parameters), casadi.vertcat(*program.constants)
        loss = program.forward()
        self.function = casadi.Function(
            "loss_and_gradient", [parameters, constants], [loss, casadi.gradient(loss, parameters)]
        )
        self.parameters, self.constants = np.array(values["parameter"]), np.array(values["constant"])

    def step(self) -> None:
        self.function(self.parameters, self.constants)

    def results(self) -> dict[str, Any]:
        loss, gradient = self.function(self.parameters, self.constants)
        return {"loss": float(loss), "gradients": np.array(gradient).ravel()}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    if name in scalar_programs.SCALARS:
        return Scalars(name)
    raise NotWrittenError(name)
