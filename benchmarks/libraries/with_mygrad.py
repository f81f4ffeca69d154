"""The workloads in MyGrad."""

from __future__ import annotations

from typing import Any

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu, sigmoid
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy

from .. import networks, small_programs
from .workload import Array, NotWrittenError, Workload, endless

__all__ = ["load"]


class TrainingStep(Workload):
    """Forward, loss, backward, gradient descent with momentum."""

    def __init__(self, name: str) -> None:
        self.problem = networks.problem(name)
        self.tolerance, self.settling = self.problem.tolerance, self.problem.settling
        self.batches = zip(endless(self.problem.inputs), endless(self.problem.targets))
        self.parameters = {key: mg.tensor(value.copy()) for key, value in self.problem.parameters.items()}
        self.velocities = {key: np.zeros_like(value) for key, value in self.problem.parameters.items()}
        self.generator = np.random.default_rng(0)
        self.training = True

    def _outputs(self, x: Any) -> Any:
        for index, (kind, *arguments) in enumerate(self.problem.layers):
            weight, bias = self.parameters.get(f"{index}.weight"), self.parameters.get(f"{index}.bias")
            if kind == "Linear":
                x = mg.matmul(x, weight.T) + bias
            elif kind == "Conv2d":
                padding = arguments[4] if len(arguments) > 4 else 0
                x = conv_nd(x, weight, stride=1, padding=padding) + bias.reshape(1, -1, 1, 1)
            elif kind == "MaxPool2d":
                x = max_pool(x, (arguments[0],) * 2, arguments[0])
            elif kind == "Flatten":
                x = x.reshape(len(x), -1)
            elif kind == "Dropout":
                x = self._dropped(x, np.float32(1 - arguments[0])) if self.training else x
            else:
                x = relu(x) if kind == "ReLU" else sigmoid(x)
        return x

    def _dropped(self, x: Any, kept: np.float32) -> Any:
        return x * ((self.generator.random(x.shape, dtype=np.float32) < kept) / kept)

    def _gradients(self, inputs: Array, targets: Array) -> Any:
        outputs = self._outputs(inputs)
        if self.problem.loss == "CrossEntropyLoss":
            loss = softmax_crossentropy(outputs, targets)
        else:
            loss = networks.batch_loss(self.problem.loss, mg, outputs, targets, None)
        loss.backward()
        return loss

    def step(self) -> None:
        self._gradients(*next(self.batches))
        for key, parameter in self.parameters.items():
            velocity = self.velocities[key]
            velocity *= np.float32(networks.MOMENTUM)
            velocity += parameter.grad
            parameter.data -= np.float32(networks.LEARNING_RATE) * velocity
            parameter.null_grad()

    def results(self) -> dict[str, Any]:
        self.training = False
        loss = self._gradients(self.problem.inputs[0], self.problem.targets[0])
        self.training = True
        gradients: dict[str, Array] = {}
        for key, parameter in self.parameters.items():
            gradients[key] = parameter.grad.copy()
            parameter.null_grad()
        return {"loss": loss.item(), **gradients}


class Rows(Workload):
    """An operation along the rows of a matrix, forward and backward."""

    def __init__(self, name: str) -> None:
        self.problem = networks.rows_problem(name)
        self.operation = {"T6-logsumexp": _logsumexp, "T6-softmax": _softmax, "T6-layernorm": _layer_norm}[
            name
        ]

    def _gradients(self) -> tuple[Any, dict[str, Any]]:
        operands = {
            key: mg.tensor(value) for key, value in {"x": self.problem.x, **self.problem.parameters}.items()
        }
        loss = mg.sum(self.operation(*operands.values()) * self.problem.output_weights)
        loss.backward()
        return loss, operands

    def step(self) -> None:
        self._gradients()

    def results(self) -> dict[str, Any]:
        loss, operands = self._gradients()
        return {"loss": loss.item(), **{key: x.grad for key, x in operands.items()}}


def _logsumexp(x: Any) -> Any:
    largest = x.data.max(axis=1, keepdims=True)
    return (mg.log(mg.sum(mg.exp(x - largest), axis=1, keepdims=True)) + largest)[:, 0]


def _softmax(x: Any) -> Any:
    exponentials = mg.exp(x - x.data.max(axis=1, keepdims=True))
    return exponentials / mg.sum(exponentials, axis=1, keepdims=True)


def _layer_norm(x: Any, weight: Any, bias: Any) -> Any:
    centred = x - mg.mean(x, axis=1, keepdims=True)
    variance = mg.mean(centred * centred, axis=1, keepdims=True)
    return centred / mg.sqrt(variance + np.float32(1e-5)) * weight + bias


class Operation(Workload):
    """A hundred operations on 8x8 arrays, recorded; with the backward pass, if asked for."""

    operations = small_programs.CHAIN

    def __init__(self, operation: str, way: str) -> None:
        x, self.other = small_programs.operands(operation)
        self.x = mg.tensor(x)
        self.operation, self.backward = operation, way == "both"
        self.function = {"relu": relu, "sigmoid": sigmoid}.get(operation) or getattr(mg, operation)

    def step(self) -> None:
        function, y = self.function, self.x
        if self.operation == "sum":
            for _ in range(small_programs.CHAIN):
                y = function(self.x)
                if self.backward:
                    y.backward()
        elif self.operation in ("relu", "sigmoid"):
            for _ in range(small_programs.CHAIN):
                y = function(y)
        else:
            for _ in range(small_programs.CHAIN):
                y = function(y, self.other)
        if self.backward:
            if self.operation != "sum":
                mg.sum(y).backward()
            self.x.null_grad()
        else:
            y.clear_graph()

    def results(self) -> dict[str, Any]:
        unary = self.operation in ("sum", "relu", "sigmoid")
        y = self.function(self.x) if unary else self.function(self.x, self.other)
        mg.sum(y).backward()
        gradient = self.x.grad.copy()
        self.x.null_grad()
        return {"result": y.data, **({"gradient": gradient} if self.backward else {})}


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
