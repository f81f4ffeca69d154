"""Computations with single numbers, and what holds for every way to carry them out."""

import random

import numpy as np
import pytest

from autograd_core import Tensor, Value, weighted_sum
from autograd_core.compilation.lifting import Lifted
from autograd_core.compilation.matrices import Matrices
from autograd_core.compilation.scalars import flattened
from autograd_core.compilation.straight import StraightLines
from tests.autograd_core.operations import CHOICES, SCALAR, applied, choosing, operands

CONSTANTS = [0.0, 1.0, -1.0, 2.0, 0.5, 2.0]
LARGEST = 4.0


class Case:
    """A function of two lists of Values, parameters and inputs, that gives a list of Values."""

    def __init__(self, f, parameters, inputs, seed=0):
        self.f, self.counts = f, (parameters, inputs)
        self._random = np.random.default_rng(seed)

    def numbers(self, *behind):
        return [self._random.uniform(-1.5, 1.5, (count, *behind)) for count in self.counts]

    def recorded(self):
        """Parameters, inputs and outputs of one run."""
        parameters, inputs = ([Value(x) for x in numbers] for numbers in self.numbers())
        return parameters, inputs, self.f(parameters, inputs)

    def flattened(self):
        parameters, inputs, outputs = self.recorded()
        return flattened(outputs, parameters, inputs)

    def eagerly(self, parameters, inputs):
        """The outputs, and the gradients of their weighted sum."""
        parameters, inputs = [Value(x) for x in parameters], [Value(x) for x in inputs]
        outputs = self.f(parameters, inputs)
        for y, weight in zip(outputs, weights(len(outputs)), strict=True):
            y.backward(weight)
        return [y.data for y in outputs], [v.grad for v in parameters], [v.grad for v in inputs]


def lifted(scalars):
    """By arrays: the gradient is the engine's."""
    f = Lifted(scalars)

    def run(parameters, inputs, weights):
        parameters, inputs = (Tensor(x, requires_grad=True) for x in (parameters, inputs))
        outputs = f(parameters, inputs)
        if outputs.requires_grad:
            outputs.backward(np.array(weights))
        return [
            outputs.data,
            *(np.zeros(x.shape) if x.grad is None else x.grad for x in (parameters, inputs)),
        ]

    return run


def straight(scalars):
    """By straight lines of floats."""
    lines = StraightLines(scalars, of_inputs=True)

    def run(parameters, inputs, weights):
        outputs, gradients = lines.backward(parameters.tolist(), inputs.tolist(), weights)
        assert lines.forward(parameters.tolist(), inputs.tolist()) == outputs
        return [outputs, gradients[: len(parameters)], gradients[len(parameters) :]]

    return run


def bound(scalars):
    """By a program in fixed memory; the inputs have no gradient."""
    program = Matrices(Lifted(scalars))

    def run(parameters, inputs, weights):
        outputs, gradient = program.backward(parameters, inputs, weights)
        assert program.forward(parameters, inputs) == pytest.approx(outputs, rel=1e-12, abs=1e-12)
        return [outputs, gradient]

    return run


def agrees(way, case, replays=2):
    """Whether a recorded run, carried out again with other numbers, gives what the function gives for those."""
    run = way(case.flattened())
    for _ in range(replays):
        numbers = case.numbers()
        expected = case.eagerly(*numbers)
        found = run(*numbers, weights(len(expected[0])))
        for x, y in zip(found, expected, strict=False):  # not each way has gradients by inputs
            rounding = 1e-9 * (1 + np.max(np.abs(y), initial=0.0))
            np.testing.assert_allclose(x, y, rtol=1e-9, atol=rounding)
    return True


def weights(count):
    """Of each output its share in the sum whose gradient is compared."""
    return np.cos(1.0 + np.arange(count)).tolist()


class RandomGraph:
    """A computation drawn at random: functions of the table, arithmetic with constants, sums of many terms, and
    numbers used again. What grows too large is divided; by how much is settled when it is first called.
    """

    def __init__(self, seed):
        draw = random.Random(seed)
        self.parameters, self.inputs = draw.randint(1, 5), draw.randint(0, 4)
        self.captured = [Value(draw.uniform(-1.5, 1.5)) for _ in range(draw.randint(0, 2))]
        self.scales = []
        count = self.parameters + self.inputs + len(self.captured)
        self.steps = []
        for _ in range(draw.randint(1, 30)):
            kind = draw.choice(KINDS) if draw.random() < 0.7 else of_the_table(draw.choice(SCALAR))
            self.steps.append((kind, draw.choices(range(count), k=6), draw.randrange(CHOICES)))
            count += 1
        self.outputs = draw.sample(range(count), min(count, draw.randint(1, 3)))

    def __call__(self, parameters, inputs):
        made = [*parameters, *inputs, *self.captured]
        for number, (kind, of, k) in enumerate(self.steps):
            y = kind([made[i] for i in of], k)
            if not isinstance(y, Value):
                y = made[of[0]] * y
            if number == len(self.scales):
                self.scales.append(LARGEST / max(abs(y.data), LARGEST))
            made.append(y * self.scales[number] if self.scales[number] != 1 else y)
        return [made[i] for i in self.outputs]

    def case(self, seed=0):
        return Case(self, self.parameters, self.inputs, seed)


def constant(k):
    return CONSTANTS[k % len(CONSTANTS)]


def of_the_table(name):
    return lambda of, k: applied(name, of[: operands(name)], k if choosing(name) else 0)


KINDS = [
    lambda of, k: of[0] + of[1],
    lambda of, k: of[0] * of[1],
    lambda of, k: of[0] - of[1],
    lambda of, k: of[0] * of[1] + of[2],
    lambda of, k: of[0] + constant(k),
    lambda of, k: constant(k) - of[0],
    lambda of, k: constant(k) * of[0],
    lambda of, k: of[0] / (constant(k) or 3.0),
    lambda of, k: -of[0],
    lambda of, k: of[0] ** (2 + k % 2),
    lambda of, k: of[0] / (1.0 + of[1] * of[1]),
    lambda of, k: sum(of),
    lambda of, k: sum(a * b for a, b in zip(of[:3], of[3:], strict=True)) + constant(k),
    lambda of, k: weighted_sum(of[:2], of[2:4], of[4]),
    lambda of, k: weighted_sum(of[:2], [1.0, of[2]]),
    lambda of, k: of[0].tanh(),
    lambda of, k: of[0].relu(),
    lambda of, k: of[0] - (of[1] + (of[2] - constant(k))),
]
