"""The tensor workloads in JAX, a whole training step compiled by ``jit``; images are channels-last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .. import networks
from .workload import Array, NotWrittenError, Workload, endless

__all__ = ["load"]


def _stored(parameter: Array) -> Any:
    """From PyTorch's layout: (inputs, outputs), or (height, width, inputs, outputs)."""
    return jnp.asarray(parameter.transpose(2, 3, 1, 0) if parameter.ndim == 4 else parameter.T)


def _pytorch_layout(gradient: Any) -> Array:
    array = np.asarray(gradient)
    return array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T


def _convolved(x: Any, weight: Any, bias: Any, padding: int) -> Any:
    layout = ("NHWC", "HWIO", "NHWC")
    sides = [(padding, padding)] * 2
    return jax.lax.conv_general_dilated(x, weight, (1, 1), sides, dimension_numbers=layout) + bias


def _pooled(x: Any, size: int) -> Any:
    window = (1, size, size, 1)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, window, window, "VALID")


def _dropped(x: Any, p: float, key: Any) -> Any:
    return jnp.where(jax.random.bernoulli(key, 1 - p, x.shape), x / (1 - p), 0)


def _network(layers: tuple[networks.Layer, ...], parameters: dict[str, Any], x: Any, key: Any) -> Any:
    """The outputs for a batch; without a key nothing is dropped."""
    for index, (kind, *arguments) in enumerate(layers):
        weight, bias = parameters.get(f"{index}.weight"), parameters.get(f"{index}.bias")
        if kind == "Linear":
            x = x @ weight + bias
        elif kind == "Conv2d":
            x = _convolved(x, weight, bias, arguments[4] if len(arguments) > 4 else 0)
        elif kind == "MaxPool2d":
            x = _pooled(x, arguments[0])
        elif kind == "Flatten":
            x = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
        elif kind == "Dropout":
            x = x if key is None else _dropped(x, arguments[0], jax.random.fold_in(key, index))
        else:
            x = {"ReLU": jax.nn.relu, "Sigmoid": jax.nn.sigmoid}[kind](x)
    return x


class TrainingStep(Workload):
    """Forward, loss, backward, gradient descent with momentum, compiled as one function."""

    def __init__(self, name: str) -> None:
        problem = networks.problem(name)
        self.tolerance, self.settling = problem.tolerance, problem.settling
        inputs = [jnp.asarray(x.transpose(0, 2, 3, 1) if x.ndim == 4 else x) for x in problem.inputs]
        targets = [jnp.asarray(y) for y in problem.targets]
        self.first, self.batches = (inputs[0], targets[0]), zip(endless(inputs), endless(targets))

        def loss(parameters: dict[str, Any], inputs: Any, targets: Any, key: Any) -> Any:
            one_hot = jax.nn.one_hot(targets, 10) if problem.loss == "CrossEntropyLoss" else None
            outputs = _network(problem.layers, parameters, inputs, key)
            return networks.batch_loss(problem.loss, jnp, outputs, targets, one_hot)

        random = any(kind == "Dropout" for kind, *_ in problem.layers)

        def update(parameters: Any, velocities: Any, key: Any, inputs: Any, targets: Any) -> Any:
            key, now = jax.random.split(key) if random else (key, None)
            value, gradients = jax.value_and_grad(loss)(parameters, inputs, targets, now)
            velocities = jax.tree.map(lambda v, g: networks.MOMENTUM * v + g, velocities, gradients)
            parameters = jax.tree.map(lambda p, v: p - networks.LEARNING_RATE * v, parameters, velocities)
            return parameters, velocities, key, value

        self.parameters = {key: _stored(value) for key, value in problem.parameters.items()}
        self.checked = jax.jit(jax.value_and_grad(lambda parameters: loss(parameters, *self.first, None)))
        self.state = (
            {key: _stored(value) for key, value in problem.parameters.items()},
            jax.tree.map(jnp.zeros_like, self.parameters),
            jax.random.PRNGKey(0) if random else None,
        )
        self.update: Callable[..., Any] = jax.jit(update, donate_argnums=(0, 1))

    def step(self) -> None:
        *state, value = self.update(*self.state, *next(self.batches))
        self.state = tuple(state)
        jax.block_until_ready((self.state, value))

    def results(self) -> dict[str, Any]:
        loss, gradients = self.checked(self.parameters)
        return {"loss": float(loss), **{key: _pytorch_layout(g) for key, g in gradients.items()}}


class Rows(Workload):
    """An operation along the rows of a matrix, forward and backward."""

    def __init__(self, name: str) -> None:
        problem = networks.rows_problem(name)
        operation: Callable[..., Any] = {
            "T6-logsumexp": lambda x: jax.nn.logsumexp(x, axis=1),
            "T6-softmax": lambda x: jax.nn.softmax(x, axis=1),
            "T6-layernorm": lambda x, weight, bias: (
                jax.nn.standardize(x, axis=1, epsilon=1e-5) * weight + bias
            ),
        }[name]
        weights = jnp.asarray(problem.output_weights)
        self.operands = {
            key: jnp.asarray(value) for key, value in {"x": problem.x, **problem.parameters}.items()
        }
        self.function = jax.jit(jax.value_and_grad(lambda operands: (operation(**operands) * weights).sum()))

    def step(self) -> None:
        jax.block_until_ready(self.function(self.operands))

    def results(self) -> dict[str, Any]:
        loss, gradients = self.function(self.operands)
        return {"loss": float(loss), **{key: np.asarray(g) for key, g in gradients.items()}}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    if name in networks.ROWS:
        return Rows(name)
    if name in networks.NETWORKS or name in networks.BLACK:
        return TrainingStep(name)
    raise NotWrittenError(name)
