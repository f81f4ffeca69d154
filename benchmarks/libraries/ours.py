"""The workloads in autograd-core and its ``nn``."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

import autograd_core as ac
import nn
import nn.functional as F

from .. import networks, scalar_programs, small_programs
from .workload import Array, NotWrittenError, Workload, endless

__all__ = ["load"]

ac.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


class TrainingStep(Workload):
    """zero_grad, forward, loss, backward, gradient descent with momentum."""

    def __init__(self, name: str) -> None:
        ac.set_default_dtype(np.float32)
        problem = networks.problem(name)
        self.tolerance, self.settling = problem.tolerance, problem.settling
        self.model = nn.Sequential(*(getattr(nn, kind)(*arguments) for kind, *arguments in problem.layers))
        self.model.load_state_dict(problem.parameters)
        self.criterion = getattr(nn, problem.loss)()
        self.optimizer = nn.SGD(
            self.model.parameters(), lr=networks.LEARNING_RATE, momentum=networks.MOMENTUM
        )
        inputs = [ac.Tensor(x) for x in problem.inputs]
        targets = [y if y.dtype.kind in "iu" else ac.Tensor(y) for y in problem.targets]
        self.first, self.batches = (inputs[0], targets[0]), zip(endless(inputs), endless(targets))

    def _gradients(self, inputs: Any, targets: Any) -> Any:
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(inputs), targets)
        loss.backward()
        return loss

    def step(self) -> None:
        self._gradients(*next(self.batches))
        self.optimizer.step()

    def results(self) -> dict[str, Any]:
        self.model.eval()
        loss = self._gradients(*self.first)
        self.model.train()
        gradients = {name: np.array(p.grad) for name, p in self.model.named_parameters()}
        return {"loss": loss.item(), **gradients}


class Rows(Workload):
    """An operation along the rows of a matrix, forward and backward."""

    def __init__(self, name: str) -> None:
        problem = networks.rows_problem(name)
        self.x = ac.Tensor(problem.x, requires_grad=True)
        self.weights = problem.output_weights
        self.parameters = {
            key: ac.Tensor(value, requires_grad=True) for key, value in problem.parameters.items()
        }
        self.operation = {"T6-logsumexp": _logsumexp, "T6-softmax": _softmax, "T6-layernorm": _layer_norm}[
            name
        ]

    def _forward(self) -> Any:
        return (self.operation(self.x, **self.parameters) * self.weights).sum()

    def step(self) -> None:
        self.x.zero_grad()
        for parameter in self.parameters.values():
            parameter.zero_grad()
        self._forward().backward()

    def results(self) -> dict[str, Any]:
        self.step()
        gradients = {name: np.array(p.grad) for name, p in self.parameters.items()}
        return {"loss": self._forward().item(), "x": np.array(self.x.grad), **gradients}


def _logsumexp(x: Any) -> Any:
    return ac.logsumexp(x, axis=1)


def _softmax(x: Any) -> Any:
    return ac.softmax(x, axis=1)


def _layer_norm(x: Any, weight: Any, bias: Any) -> Any:
    if hasattr(F, "layer_norm"):
        return F.layer_norm(x, (x.shape[-1],), weight, bias)
    return ac.standardize(x) * weight + bias


class Scalars(Workload):
    """Forward and backward over a graph of single numbers."""

    tolerance = 1e-9

    def __init__(self, name: str) -> None:
        engine = scalar_programs.Engine(ac.Value, ac.Value, ac.relu, ac.maximum, ac.exp, ac.log)
        self.program = scalar_programs.program(name, engine)

    def step(self) -> None:
        for parameter in self.program.parameters:
            parameter.grad = 0.0
        self.program.forward().backward()

    def results(self) -> dict[str, Any]:
        self.step()
        gradients = [parameter.grad for parameter in self.program.parameters]
        return {"loss": self.program.forward().item(), "gradients": gradients}

    def count(self) -> int:
        """How many operations one forward pass records."""
        return sum(1 for node in ac.ancestors([self.program.forward()]) if node.parents)


class Operation(Workload):
    """A hundred operations on 8x8 arrays, recorded; with the backward pass, if asked for."""

    operations = small_programs.CHAIN

    def __init__(self, operation: str, way: str) -> None:
        x, other = small_programs.operands(operation)
        self.x, self.other = ac.Tensor(x, requires_grad=True), ac.Tensor(other)
        self.function = getattr(ac, operation)
        self.backward = way == "both"
        self.step = {"sum": self._sums, "relu": self._unary, "sigmoid": self._unary}.get(  # type: ignore[method-assign]
            operation, self._binary
        )

    def step(self) -> None:
        """Replaced when the operation is known."""

    def _sums(self) -> None:
        function, x = self.function, self.x
        for _ in range(small_programs.CHAIN):
            y = function(x)
            if self.backward:
                y.backward()
        x.zero_grad()

    def _unary(self) -> None:
        function, y = self.function, self.x
        for _ in range(small_programs.CHAIN):
            y = function(y)
        self._finish(y)

    def _binary(self) -> None:
        function, y, other = self.function, self.x, self.other
        for _ in range(small_programs.CHAIN):
            y = function(y, other)
        self._finish(y)

    def _finish(self, y: Any) -> None:
        if self.backward:
            y.sum().backward()
            self.x.zero_grad()

    def results(self) -> dict[str, Any]:
        function = self.function
        y = function(self.x) if function in (ac.sum, ac.relu, ac.sigmoid) else function(self.x, self.other)
        y.sum().backward()
        gradient = np.array(self.x.grad)
        self.x.zero_grad()
        return {"result": np.array(y.data), **({"gradient": gradient} if self.backward else {})}


class LargeArray(Workload):
    """One operation on arrays of a million numbers: its forward pass, or its backward pass alone."""

    def __init__(self, operation: str, dtype: str, way: str) -> None:
        a, b, cotangent = small_programs.array_operands(dtype)
        name, _, axis = operation.partition("-")
        function = getattr(ac, name)
        self.a, self.b = ac.Tensor(a, requires_grad=True), ac.Tensor(b, requires_grad=True)
        if axis:
            along = None if axis == "None" else int(axis)
            self.forward = lambda: function(self.a, axis=along)
        elif name in ("exp", "tanh"):
            self.forward = lambda: function(self.a)
        else:
            self.forward = lambda: function(self.a, self.b)
        self.cotangent: Array = cotangent(self.forward().shape)
        self.way = way
        self.tolerance = 1e-10 if dtype == "float64" else 2e-4

    def step(self) -> None:
        self.forward()

    def run(self, steps: int) -> float:
        if self.way == "forward":
            return super().run(steps)
        seconds = 0.0
        for _ in range(steps):
            self.a.zero_grad()
            self.b.zero_grad()
            y = self.forward()
            start = time.perf_counter()
            y.backward(self.cotangent)
            seconds += time.perf_counter() - start
        return seconds

    def results(self) -> dict[str, Any]:
        y = self.forward()
        if self.way == "forward":
            return {"result": np.array(y.data)}
        y.backward(self.cotangent)
        gradients = [np.array(x.grad) for x in (self.a, self.b) if x.grad is not None]
        return {f"gradient {index}": gradient for index, gradient in enumerate(gradients)}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    kind, *rest = name.split("-")
    if kind == "op":
        return Operation(*rest)
    if kind == "array":
        *operation, dtype, way = rest
        return LargeArray("-".join(operation), dtype, way)
    if name in networks.ROWS:
        return Rows(name)
    if name in scalar_programs.SCALARS or kind in ("samples", "chain"):
        return Scalars(name)
    if name in networks.NETWORKS or kind in ("depth", "width", "batch", "black"):
        return TrainingStep(name)
    raise NotWrittenError(name)
