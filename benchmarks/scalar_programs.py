"""The scalar workloads, written once for every library whose numbers overload + and *.

The counts are those of the operations that autograd-core records in one forward pass, leaves not counted;
where subtraction is a negation and an addition, as in micrograd, W4 has one more.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["CHAIN_LENGTH", "OPERATIONS", "SCALARS", "Engine", "Program", "program"]

OPERATIONS = {"W1": 65_075, "W2": 644, "W4": 9_940}
CHAIN_LENGTH = 1_000_000
SCALARS = {
    "W1": "two moons, 2-16-16-1, 100 samples",
    "W2": "two moons, 1 sample",
    "W3": "a chain of 1,000,000 operations",
    "W4": "12x12 convolution of scalars",
}

Number = Any
Neuron = tuple[list[Number], Number]


@dataclass(frozen=True)
class Engine:
    """What a program needs of a library besides + and *."""

    parameter: Callable[[float], Number]
    constant: Callable[[float], Number]
    relu: Callable[[Number], Number]
    maximum: Callable[[Number, Number], Number]
    exp: Callable[[Number], Number]
    log: Callable[[Number], Number]


@dataclass(frozen=True)
class Program:
    """Parameters and constants, made once, and the forward pass from them to the loss."""

    parameters: list[Number]
    constants: list[Number]
    forward: Callable[[], Number]


def neuron(weights: Sequence[Number], bias: Number, inputs: Sequence[Number]) -> Number:
    """w·x + b, as micrograd writes it."""
    return sum((w * x for w, x in zip(weights, inputs)), bias)


def _total(numbers: Sequence[Number]) -> Number:
    return sum(numbers[1:], numbers[0])


def _neurons(engine: Engine, generator: random.Random, count: int, size: int, spread: float) -> list[Neuron]:
    return [
        (
            [engine.parameter(generator.uniform(-spread, spread)) for _ in range(size)],
            engine.parameter(generator.uniform(-0.1, 0.1)),
        )
        for _ in range(count)
    ]


def _parameters(neurons: Sequence[Neuron]) -> list[Number]:
    return [number for weights, bias in neurons for number in (*weights, bias)]


def _moons(samples: int) -> tuple[list[list[float]], list[float]]:
    """Two half circles with noise, labelled 1 and -1."""
    generator = random.Random(0)
    points, labels = [], []
    for index in range(samples):
        angle = math.pi * generator.random()
        if index % 2 == 0:
            x, y, label = math.cos(angle), math.sin(angle), 1.0
        else:
            x, y, label = 1 - math.cos(angle), 0.5 - math.sin(angle), -1.0
        points.append([x + generator.gauss(0, 0.1), y + generator.gauss(0, 0.1)])
        labels.append(label)
    return points, labels


def _two_moons(engine: Engine, samples: int, penalty: float) -> Program:
    """The mean hinge loss max(0, 1 - y score) of a 2-16-16-1 network, and a penalty on its parameters."""
    generator = random.Random(1)
    layers = [_neurons(engine, generator, count, size, 1.0) for size, count in ((2, 16), (16, 16), (16, 1))]
    parameters = [number for layer in layers for number in _parameters(layer)]
    points, labels = _moons(samples)
    inputs = [[engine.constant(x) for x in point] for point in points]
    relu = engine.relu

    def score(values: Sequence[Number]) -> Number:
        *hidden, ((weights, bias),) = layers
        for neurons in hidden:
            values = [relu(neuron(w, b, values)) for w, b in neurons]
        return neuron(weights, bias, values)

    def forward() -> Number:
        losses = [relu(score(x) * -y + 1.0) for x, y in zip(inputs, labels)]
        loss = _total(losses) * (1 / samples)
        if penalty:
            loss = loss + _total([p * p for p in parameters]) * penalty
        return loss

    return Program(parameters, [x for point in inputs for x in point], forward)


def _convolution(engine: Engine) -> Program:
    """A 12x12 image, four 3x3 filters, ReLU, 2x2 maxima, a dense layer to 10 classes, cross-entropy."""
    side, kernel, classes = 12, 3, 10
    out = side - kernel + 1
    generator = random.Random(2)
    filters = _neurons(engine, generator, 4, kernel * kernel, 0.5)
    dense = _neurons(engine, generator, classes, 4 * (out // 2) ** 2, 0.1)
    image = [engine.constant(generator.random()) for _ in range(side * side)]
    label = generator.randrange(classes)
    one_hot = [engine.constant(1.0 if index == label else 0.0) for index in range(classes)]
    relu, maximum = engine.relu, engine.maximum

    def forward() -> Number:
        features = []
        for weights, bias in filters:
            rows = [
                [
                    relu(
                        neuron(
                            weights,
                            bias,
                            [image[(i + u) * side + j + v] for u in (0, 1, 2) for v in (0, 1, 2)],
                        )
                    )
                    for j in range(out)
                ]
                for i in range(out)
            ]
            for upper, lower in zip(rows[::2], rows[1::2]):
                for j in range(0, out, 2):
                    features.append(maximum(maximum(upper[j], upper[j + 1]), maximum(lower[j], lower[j + 1])))
        logits = [neuron(weights, bias, features) for weights, bias in dense]
        normaliser = engine.log(_total([engine.exp(z) for z in logits]))
        return normaliser - _total([z * t for z, t in zip(logits, one_hot)])

    return Program(_parameters(filters + dense), [*image, *one_hot], forward)


def _chain(engine: Engine, length: int) -> Program:
    """Multiplied and added to in turn, ``length`` operations one after the other."""
    x = engine.parameter(0.5)

    def forward() -> Number:
        y = x
        for _ in range(length // 2):
            y = y * 1.000001 + 0.1
        return y

    return Program([x], [], forward)


def program(name: str, engine: Engine) -> Program:
    """The workload of this name; of the scaling study, ``"samples-N"`` and ``"chain-N"``."""
    if name == "W1":
        return _two_moons(engine, 100, 1e-4)
    if name == "W2":
        return _two_moons(engine, 1, 0.0)
    if name == "W3":
        return _chain(engine, CHAIN_LENGTH)
    if name == "W4":
        return _convolution(engine)
    kind, size = name.split("-")
    return {
        "samples": lambda: _two_moons(engine, int(size), 0.0),
        "chain": lambda: _chain(engine, int(size)),
    }[kind]()
