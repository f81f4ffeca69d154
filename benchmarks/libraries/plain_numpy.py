"""Single operations in plain NumPy: what is left when nothing is recorded.

Forward is NumPy's own function. Backward is the least that gives the leaf a gradient of its own: an
array is written for every operand, and what the forward pass made anyway is used again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import small_programs
from .workload import Array, NotWrittenError, Workload

__all__ = ["load"]

Pass = Callable[[Array, Array], tuple[Array, Any]]
"""Two operands -> the result, and what backward needs."""


class Operation(Workload):
    """A hundred calls on 8x8 arrays."""

    operations = small_programs.CHAIN

    def __init__(self, operation: str, way: str) -> None:
        if way != "forward":
            raise NotWrittenError(operation)
        self.x, self.other = small_programs.operands(operation)
        self.operation = operation
        self.function: Callable[..., Array] = {
            "add": np.add,
            "multiply": np.multiply,
            "matmul": np.matmul,
            "relu": lambda x: np.maximum(x, 0),
            "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
            "sum": np.sum,
        }[operation]

    def step(self) -> None:
        function, y, other = self.function, self.x, self.other
        if self.operation == "sum":
            for _ in range(small_programs.CHAIN):
                function(y)
        elif self.operation in ("relu", "sigmoid"):
            for _ in range(small_programs.CHAIN):
                y = function(y)
        else:
            for _ in range(small_programs.CHAIN):
                y = function(y, other)

    def results(self) -> dict[str, Any]:
        unary = self.operation in ("sum", "relu", "sigmoid")
        return {"result": self.function(self.x) if unary else self.function(self.x, self.other)}


def _logsumexp(a: Array, b: Array) -> tuple[Array, Any]:
    largest = a.max(axis=1, keepdims=True)
    exponentials = a - largest
    np.exp(exponentials, out=exponentials)
    total = exponentials.sum(axis=1, keepdims=True)
    return (np.log(total) + largest)[:, 0], (exponentials, total[:, 0])


FORWARD: dict[str, Callable[[Array, Array], Array]] = {
    "sum-0": lambda a, b: a.sum(axis=0),
    "sum-1": lambda a, b: a.sum(axis=1),
    "sum-None": lambda a, b: a.sum(),
    "mean-1": lambda a, b: a.mean(axis=1),
    "max-1": lambda a, b: a.max(axis=1),
    "logsumexp-1": lambda a, b: _logsumexp(a, b)[0],
    "add": np.add,
    "multiply": np.multiply,
    "exp": lambda a, b: np.exp(a),
    "tanh": lambda a, b: np.tanh(a),
    "maximum": np.maximum,
}


def _spread(g: Array, shape: tuple[int, ...]) -> Array:
    gradient = np.empty(shape, g.dtype)
    gradient[...] = g
    return gradient


def _tanh_gradient(g: Array, y: Array) -> Array:
    slope = y * y
    np.subtract(1, slope, out=slope)
    slope *= g
    return slope


def _maximum_gradients(g: Array, a: Array, b: Array) -> tuple[Array, ...]:
    first = a >= b
    return g * first, g * ~first


BACKWARD: dict[str, Callable[[Array, Array, Array, Any], tuple[Array, ...]]] = {
    "sum-0": lambda g, a, b, y: (_spread(g, a.shape),),
    "sum-1": lambda g, a, b, y: (_spread(g[:, None], a.shape),),
    "sum-None": lambda g, a, b, y: (_spread(g, a.shape),),
    "mean-1": lambda g, a, b, y: (_spread(g[:, None] / a.dtype.type(a.shape[1]), a.shape),),
    "max-1": lambda g, a, b, y: (g[:, None] * (a == y[:, None]),),
    "logsumexp-1": lambda g, a, b, y: (y[0] * (g / y[1])[:, None],),
    "add": lambda g, a, b, y: (g.copy(), g.copy()),
    "multiply": lambda g, a, b, y: (g * b, g * a),
    "exp": lambda g, a, b, y: (g * y,),
    "tanh": lambda g, a, b, y: (_tanh_gradient(g, y),),
    "maximum": lambda g, a, b, y: _maximum_gradients(g, a, b),
}


class LargeArray(Workload):
    """One operation on arrays of a million numbers: its forward pass, or its backward pass alone."""

    def __init__(self, operation: str, dtype: str, way: str) -> None:
        self.a, self.b, cotangent = small_programs.array_operands(dtype)
        self.forward, self.backward = FORWARD[operation], BACKWARD[operation]
        self.operation, self.way = operation, way
        self.cotangent = cotangent(np.shape(self.forward(self.a, self.b)))
        self.tolerance = 1e-10 if dtype == "float64" else 2e-4

    def step(self) -> None:
        self.forward(self.a, self.b)

    def _kept(self) -> Any:
        """What the forward pass leaves for the backward pass."""
        if self.operation == "logsumexp-1":
            return _logsumexp(self.a, self.b)[1]
        return self.forward(self.a, self.b)

    def run(self, steps: int) -> float:
        if self.way == "forward":
            return super().run(steps)
        seconds = 0.0
        gradients: list[Array] = []
        for _ in range(steps):
            gradients.clear()
            kept = self._kept()
            start = time.perf_counter()
            gradients += self.backward(self.cotangent, self.a, self.b, kept)
            seconds += time.perf_counter() - start
        return seconds

    def results(self) -> dict[str, Any]:
        if self.way == "forward":
            return {"result": self.forward(self.a, self.b)}
        gradients = self.backward(self.cotangent, self.a, self.b, self._kept())
        return {f"gradient {index}": gradient for index, gradient in enumerate(gradients)}


def load(name: str, variant: str = "") -> Workload:
    """The workload of this name."""
    kind, *rest = name.split("-")
    if kind == "op":
        return Operation(*rest)
    if kind == "array":
        *operation, dtype, way = rest
        return LargeArray("-".join(operation), dtype, way)
    raise NotWrittenError(name)
