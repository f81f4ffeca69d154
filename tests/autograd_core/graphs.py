"""Random graphs as small data, drawn by hypothesis, and what computes them."""

import math
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from autograd_core import Tensor, Value
from tests.autograd_core.operations import (
    CHOICES,
    SCALAR,
    TABLE,
    alike,
    applied,
    choosing,
    operands,
    shape,
)

SHAPES = ["number", (), (3,), (2, 3), (2, 1), (1, 3), (2, 1, 2)]
"""Of leaves; a number becomes a Value, all others a Tensor."""

NUMBERS = [1.5, 2, -0.5]
CONSTANTS = [
    *NUMBERS,
    np.float64(0.75),
    np.array([0.5, -1.0, 1.25]),
    np.array([2, -1, 3]),
    np.linspace(-1.0, 1.0, 12).reshape(6, 2)[::2].T,  # neither contiguous nor in order
    Tensor([[0.8], [-0.3]]),
]
"""What stands beside a node and has no gradient."""

LARGEST_SIZE = 16
LARGEST_NUMBER = 2.0


class Step(NamedTuple):
    """An operation of results that are there already. Among the operands -1, -2 ... count the constants;
    a second operand may stand on the left.
    """

    name: str
    of: tuple[int, ...]
    k: int


class Graph(NamedTuple):
    leaves: tuple
    steps: tuple[Step, ...]
    seed: int

    def __str__(self):
        count = len(self.leaves)
        lines = [
            f"r{i} = a {'Value' if x == 'number' else f'Tensor of {x}'}" for i, x in enumerate(self.leaves)
        ]
        for i, step in enumerate(self.steps, start=count):
            names = [f"r{j}" if j >= 0 else f"CONSTANTS[{-1 - j}]" for j in step.of]
            lines.append(
                f"r{i} = {step.name} of ({', '.join(names)})"
                + (f", k={step.k}" if choosing(step.name) else "")
            )
        return "\n".join([*lines, f"and all of them added up, the numbers drawn with seed {self.seed}"])

    def numbers(self):
        """The leaves: a float for a Value, arrays for Tensors."""
        random = np.random.default_rng(self.seed)
        drawn = [random.uniform(-1.5, 1.5, () if x == "number" else x) for x in self.leaves]
        return [float(x) if of == "number" else x for x, of in zip(drawn, self.leaves, strict=True)]

    def tangents(self):
        random = np.random.default_rng(self.seed + 1)
        return [random.normal(size=np.shape(x)) if np.ndim(x) else random.normal() for x in self.numbers()]


@st.composite
def graphs(draw, names=tuple(TABLE), leaves=SHAPES, constants=CONSTANTS, longest=8):
    of = draw(st.lists(st.sampled_from(leaves), min_size=1, max_size=3))
    steps = []
    for _ in range(draw(st.integers(1, longest))):
        name = draw(st.sampled_from(names))
        results = len(of) + len(steps)
        chosen = [draw(st.integers(0, results - 1))]
        if operands(name) == 2:
            chosen.append(draw(st.integers(-len(constants), results - 1)))
            chosen = chosen[::-1] if draw(st.booleans()) else chosen
        steps.append(Step(name, tuple(chosen), draw(st.integers(0, CHOICES - 1)) if choosing(name) else 0))
    return Graph(tuple(of), tuple(steps), draw(st.integers(0, 2**16)))


class Computation:
    """A graph as a function of its leaves. By which power of two a result that grew too large is divided
    is settled by the first call, so that the function stays smooth.
    """

    def __init__(self, graph):
        self.graph = graph
        self.scales = []

    def results(self, *leaves):
        made = list(leaves)
        for number, step in enumerate(self.graph.steps):
            inputs = [made[i] if i >= 0 else CONSTANTS[-1 - i] for i in step.of]
            y = _cut(applied(step.name, _compatible(step.name, inputs), step.k))
            if number == len(self.scales):
                largest = max(float(np.max(np.abs(_data(y)))), 1e-3)
                self.scales.append(2.0 ** -max(0, math.ceil(math.log2(largest / LARGEST_NUMBER))))
            made.append(y * self.scales[number] if self.scales[number] != 1 else y)
        return made

    def __call__(self, *leaves):
        """The results, weighted so that no two elements can be mistaken for each other, and added up."""
        total = 0.0
        for number, y in enumerate(self.results(*leaves)):
            if not shape(y):
                total = total + y * math.cos(number)
            else:
                weights = np.cos(1.7 * np.arange(y.size) + number).reshape(y.shape)
                total = total + (y * weights).sum() * (1 / y.size)
        return total


def _data(x):
    return x.data if isinstance(x, Tensor | Value) else x


def _cut(y):
    """Every other element of the longest axis, until there are few; of none, the sum."""
    if math.prod(shape(y)) == 0:
        return y.sum()
    while math.prod(shape(y)) > LARGEST_SIZE:
        longest = shape(y).index(max(shape(y)))
        y = y[(*(slice(None),) * longest, slice(None, None, 2))]
    return y


def _compatible(name, inputs):
    """Operands that broadcast, where they have to; an array beside a Value as a Tensor, because NumPy
    would make an array of Values.
    """
    if any(isinstance(x, Value) for x in inputs):
        inputs = [Tensor(x) if isinstance(x, np.ndarray) else x for x in inputs]
    if name in SCALAR and len(inputs) == 2:
        try:
            np.broadcast_shapes(*map(shape, inputs))
        except ValueError:
            inputs = [inputs[0], alike(*inputs)]
    return inputs
