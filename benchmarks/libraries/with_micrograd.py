"""The scalar workloads in micrograd, with the operations it lacks added in its own way."""

from __future__ import annotations

import math
from typing import Any

from micrograd.engine import Value

from .. import scalar_programs
from .workload import NotWrittenError, Workload

__all__ = ["load"]


def exp(x: Any) -> Any:
    """e to the power of x."""
    out = Value(math.exp(x.data), (x,), "exp")

    def _backward() -> None:
        x.grad += out.data * out.grad

    out._backward = _backward
    return out


def log(x: Any) -> Any:
    """The natural logarithm."""
    out = Value(math.log(x.data), (x,), "log")

    def _backward() -> None:
        x.grad += out.grad / x.data

    out._backward = _backward
    return out


def maximum(x: Any, y: Any) -> Any:
    """The larger of two numbers."""
    larger = x if x.data >= y.data else y
    out = Value(larger.data, (x, y), "maximum")

    def _backward() -> None:
        larger.grad += out.grad

    out._backward = _backward
    return out


class Scalars(Workload):
    """Forward and backward over a graph of single numbers."""

    tolerance = 1e-9

    def __init__(self, name: str) -> None:
        engine = scalar_programs.Engine(Value, Value, Value.relu, maximum, exp, log)
        self.program = scalar_programs.program(name, engine)

    def step(self) -> None:
        for parameter in self.program.parameters:
            parameter.grad = 0
        self.program.forward().backward()

    def results(self) -> dict[str, Any]:
        self.step()
        gradients = [parameter.grad for parameter in self.program.parameters]
        return {"loss": self.program.forward().data, "gradients": gradients}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    if name in scalar_programs.SCALARS or name.split("-")[0] in ("samples", "chain"):
        return Scalars(name)
    raise NotWrittenError(name)
