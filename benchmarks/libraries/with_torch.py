"""The workloads in PyTorch: eager, with images stored channels-last, or compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from .. import networks, scalar_programs, small_programs
from .workload import NotWrittenError, Workload, endless

__all__ = ["load"]

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


class TrainingStep(Workload):
    """zero_grad, forward, loss, backward, gradient descent with momentum."""

    def __init__(self, name: str, variant: str) -> None:
        problem = networks.problem(name)
        self.tolerance, self.settling = problem.tolerance, problem.settling
        images = problem.inputs[0].ndim == 4
        if variant == "channels_last" and not images:
            raise NotWrittenError(name)
        model: Any = torch.nn.Sequential(
            *(getattr(torch.nn, kind)(*arguments) for kind, *arguments in problem.layers)
        )
        model.load_state_dict({key: torch.tensor(value) for key, value in problem.parameters.items()})
        inputs, targets = (
            [torch.tensor(x) for x in problem.inputs],
            [torch.tensor(y) for y in problem.targets],
        )
        if variant == "channels_last":
            model = model.to(memory_format=torch.channels_last)
            inputs = [x.to(memory_format=torch.channels_last) for x in inputs]
        self.first, self.batches = (inputs[0], targets[0]), zip(endless(inputs), endless(targets))
        self.parameters = dict(model.named_parameters())
        self.model: Any = torch.compile(model) if variant == "compile" else model
        self.criterion = getattr(torch.nn, problem.loss)()
        self.optimizer = torch.optim.SGD(
            model.parameters(), lr=networks.LEARNING_RATE, momentum=networks.MOMENTUM
        )

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
        return {"loss": loss.item(), **{name: p.grad.numpy() for name, p in self.parameters.items()}}


class Rows(Workload):
    """An operation along the rows of a matrix, forward and backward."""

    def __init__(self, name: str, variant: str) -> None:
        if variant == "channels_last":
            raise NotWrittenError(name)
        problem = networks.rows_problem(name)
        self.x = torch.tensor(problem.x, requires_grad=True)
        self.parameters = {
            key: torch.tensor(value, requires_grad=True) for key, value in problem.parameters.items()
        }
        weights = torch.tensor(problem.output_weights)
        operation: Callable[..., Any] = {
            "T6-logsumexp": lambda x: torch.logsumexp(x, 1),
            "T6-softmax": lambda x: F.softmax(x, 1),
            "T6-layernorm": lambda x, weight, bias: F.layer_norm(x, x.shape[1:], weight, bias),
        }[name]

        def forward(x: Any, **parameters: Any) -> Any:
            return (operation(x, **parameters) * weights).sum()

        self.forward = torch.compile(forward) if variant == "compile" else forward

    def step(self) -> None:
        self.x.grad = None
        for parameter in self.parameters.values():
            parameter.grad = None
        self.forward(self.x, **self.parameters).backward()

    def results(self) -> dict[str, Any]:
        self.step()
        gradients = {name: p.grad.numpy() for name, p in self.parameters.items()}
        return {"loss": self.forward(self.x, **self.parameters).item(), "x": self.x.grad.numpy(), **gradients}


class Scalars(Workload):
    """Graphs of single numbers, each a tensor without axes."""

    tolerance = 1e-9

    def __init__(self, name: str) -> None:
        engine = scalar_programs.Engine(
            lambda x: torch.tensor(x, dtype=torch.float64, requires_grad=True),
            lambda x: torch.tensor(x, dtype=torch.float64),
            *(torch.relu, torch.maximum, torch.exp, torch.log),
        )
        self.program = scalar_programs.program(name, engine)

    def step(self) -> None:
        for parameter in self.program.parameters:
            parameter.grad = None
        self.program.forward().backward()

    def results(self) -> dict[str, Any]:
        self.step()
        gradients = [parameter.grad.item() for parameter in self.program.parameters]
        return {"loss": self.program.forward().item(), "gradients": gradients}


class Operation(Workload):
    """A hundred operations on 8x8 arrays, recorded; with the backward pass, if asked for."""

    operations = small_programs.CHAIN

    def __init__(self, operation: str, way: str) -> None:
        x, other = small_programs.operands(operation)
        self.x, self.other = torch.tensor(x, requires_grad=True), torch.tensor(other)
        self.function = getattr(torch, operation)
        self.operation, self.backward = operation, way == "both"

    def step(self) -> None:
        function, y, other = self.function, self.x, self.other
        if self.operation == "sum":
            for _ in range(small_programs.CHAIN):
                y = function(self.x)
                if self.backward:
                    y.backward()
            self.x.grad = None
            return
        if self.operation in ("relu", "sigmoid"):
            for _ in range(small_programs.CHAIN):
                y = function(y)
        else:
            for _ in range(small_programs.CHAIN):
                y = function(y, other)
        if self.backward:
            y.sum().backward()
            self.x.grad = None

    def results(self) -> dict[str, Any]:
        unary = self.operation in ("sum", "relu", "sigmoid")
        y = self.function(self.x) if unary else self.function(self.x, self.other)
        y.sum().backward()
        gradient = self.x.grad.numpy().copy()
        self.x.grad = None
        return {"result": y.detach().numpy(), **({"gradient": gradient} if self.backward else {})}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name, as one of the variants "", "channels_last", "compile"."""
    kind, *rest = name.split("-")
    if name in networks.ROWS:
        return Rows(name, variant)
    if name in networks.NETWORKS or kind in ("depth", "width", "batch", "black"):
        return TrainingStep(name, variant)
    if variant:
        raise NotWrittenError(name)
    if kind == "op":
        return Operation(*rest)
    if name in scalar_programs.SCALARS or kind in ("samples", "chain"):
        return Scalars(name)
    raise NotWrittenError(name)
