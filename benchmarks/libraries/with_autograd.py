"""The workloads in HIPS autograd, as far as it has the operations: no convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad, value_and_grad

from .. import networks, small_programs
from .workload import NotWrittenError, Workload, endless

__all__ = ["load"]


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + anp.exp(-x))


class TrainingStep(Workload):
    """Forward, loss, backward, gradient descent with momentum."""

    def __init__(self, name: str) -> None:
        problem = networks.problem(name)
        self.tolerance, self.settling = problem.tolerance, problem.settling
        if problem.inputs[0].ndim != 2:
            raise NotWrittenError(name)
        self.parameters = {key: value.copy() for key, value in problem.parameters.items()}
        self.velocities = {key: np.zeros_like(value) for key, value in problem.parameters.items()}
        ones = np.eye(10, dtype=np.float32)
        targets = [(y, ones[y] if y.dtype.kind in "iu" else None) for y in problem.targets]
        self.first, self.batches = (
            (problem.inputs[0], targets[0]),
            zip(endless(problem.inputs), endless(targets)),
        )

        def loss(parameters: dict[str, Any], x: Any, targets: tuple[Any, Any]) -> Any:
            for index, (kind, *_) in enumerate(problem.layers):
                if kind == "Linear":
                    x = anp.dot(x, parameters[f"{index}.weight"].T) + parameters[f"{index}.bias"]
                else:
                    x = anp.maximum(x, 0) if kind == "ReLU" else _sigmoid(x)
            return networks.batch_loss(problem.loss, anp, x, *targets)

        self.function: Callable[..., Any] = value_and_grad(loss)

    def step(self) -> None:
        _, gradients = self.function(self.parameters, *next(self.batches))
        for key, velocity in self.velocities.items():
            velocity *= np.float32(networks.MOMENTUM)
            velocity += gradients[key]
            self.parameters[key] -= np.float32(networks.LEARNING_RATE) * velocity

    def results(self) -> dict[str, Any]:
        loss, gradients = self.function(self.parameters, *self.first)
        return {"loss": float(loss), **gradients}


class Rows(Workload):
    """An operation along the rows of a matrix, forward and backward."""

    def __init__(self, name: str) -> None:
        problem = networks.rows_problem(name)
        operation = {"T6-logsumexp": _logsumexp, "T6-softmax": _softmax, "T6-layernorm": _layer_norm}[name]
        self.operands = {"x": problem.x, **problem.parameters}
        self.function: Callable[..., Any] = value_and_grad(
            lambda operands: anp.sum(operation(*operands.values()) * problem.output_weights)
        )

    def step(self) -> None:
        self.function(self.operands)

    def results(self) -> dict[str, Any]:
        loss, gradients = self.function(self.operands)
        return {"loss": float(loss), **gradients}


def _logsumexp(x: Any) -> Any:
    largest = anp.max(x, axis=1, keepdims=True)
    return (anp.log(anp.sum(anp.exp(x - largest), axis=1, keepdims=True)) + largest)[:, 0]


def _softmax(x: Any) -> Any:
    exponentials = anp.exp(x - anp.max(x, axis=1, keepdims=True))
    return exponentials / anp.sum(exponentials, axis=1, keepdims=True)


def _layer_norm(x: Any, weight: Any, bias: Any) -> Any:
    centred = x - anp.mean(x, axis=1, keepdims=True)
    variance = anp.mean(centred * centred, axis=1, keepdims=True)
    return centred / anp.sqrt(variance + np.float32(1e-5)) * weight + bias


class Operation(Workload):
    """A hundred operations on 8x8 arrays and the backward pass: it records only while differentiating."""

    operations = small_programs.CHAIN

    def __init__(self, operation: str, way: str) -> None:
        if way != "both":
            raise NotWrittenError(operation)
        self.x, other = small_programs.operands(operation)
        function = {"relu": lambda x: anp.maximum(x, 0), "sigmoid": _sigmoid}.get(operation)
        function = function or getattr(anp, operation)
        self.unary = operation in ("relu", "sigmoid", "sum")

        def once(x: Any) -> Any:
            return function(x) if self.unary else function(x, other)

        def chain(x: Any) -> Any:
            for _ in range(small_programs.CHAIN):
                x = once(x)
            return anp.sum(x)

        self.once = once
        self.gradient_once: Callable[..., Any] = grad(lambda x: anp.sum(once(x)))
        self.gradient: Callable[..., Any] = grad(chain)
        if operation == "sum":
            self.step = self._sums  # type: ignore[method-assign]

    def step(self) -> None:
        self.gradient(self.x)

    def _sums(self) -> None:
        for _ in range(small_programs.CHAIN):
            self.gradient_once(self.x)

    def results(self) -> dict[str, Any]:
        return {"result": self.once(self.x), "gradient": self.gradient_once(self.x)}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    kind, *rest = name.split("-")
    if kind == "op":
        return Operation(*rest)
    if name in networks.ROWS:
        return Rows(name)
    if name in networks.NETWORKS or name in networks.BLACK:
        return TrainingStep(name)
    raise NotWrittenError(name)
