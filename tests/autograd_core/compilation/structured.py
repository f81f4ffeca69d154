"""Computations with single numbers that have a structure: what they are is what matrices are found in."""

import math
import random
from itertools import pairwise

import numpy as np

from autograd_core import Value, exp, log, maximum, primitive, relu, tanh, weighted_sum, where
from tests.autograd_core.compilation.numbers import Case


def dot(w, x, b):
    return sum((a * c for a, c in zip(w, x, strict=True)), b)


def neurons(parameters, x, count, activation=tanh, dropped=0.0, draw=None):
    """A dense layer written as on the board; w and b of a neuron lie side by side among the parameters."""
    y = []
    for _ in range(count):
        w = [next(parameters) for _ in x]
        there = [not dropped or draw.random() >= dropped for _ in x]
        b = next(parameters)
        chosen = [(a, c) for a, c, keep in zip(w, x, there, strict=True) if keep]
        y.append(activation(sum((a * c for a, c in chosen), b)))
    return y


def rows(x, width):
    return [x[i : i + width] for i in range(0, len(x), width)]


def mean(x):
    return sum(x[1:], x[0]) * (1.0 / len(x))


def dense(samples, sizes, dropped=0.0, order=None, activation=tanh, reg=0.0):
    """A network for several samples, which lie one after the other among the inputs, or in a given order."""
    count = sum((a + 1) * b for a, b in pairwise(sizes))

    def f(parameters, inputs):
        inputs = [inputs[i] for i in order] if order else inputs
        losses = []
        for sample in rows(inputs, sizes[0] + 1):
            draw = random.Random(7)
            p = iter(parameters)
            x = sample[:-1]
            for size in sizes[1:]:
                x = neurons(p, x, size, activation, dropped, draw)
            losses.append((mean(x) - sample[-1]) ** 2)
        loss = mean(losses)
        return [loss + sum(p * p for p in parameters) * reg if reg else loss]

    return Case(f, count, samples * (sizes[0] + 1))


def other_samples_in_every_column():
    """Sample s is not the s-th number of a column, and another one in every column."""
    width, samples = 4, 6
    draw = random.Random(3)
    order = [0] * (width * samples)
    for column in range(width):
        those = draw.sample(range(samples), samples)
        for sample in range(samples):
            order[sample * width + column] = those[sample] * width + column
    return order


def convolution(size=6, kernel=3, filters=2):
    def f(parameters, image):
        features = []
        each = kernel * kernel + 1
        for k in range(filters):
            *w, b = parameters[k * each : (k + 1) * each]
            maps = {
                (i, j): relu(
                    dot(w, [image[(i + u) * size + j + v] for u in range(kernel) for v in range(kernel)], b)
                )
                for i in range(size - kernel + 1)
                for j in range(size - kernel + 1)
            }
            for i in range(0, size - kernel + 1, 2):
                for j in range(0, size - kernel + 1, 2):
                    top = maximum(maps[i, j], maps[i, j + 1])
                    features.append(maximum(top, maximum(maps[i + 1, j], maps[i + 1, j + 1])))
        logits = rows(parameters[filters * each :], len(features))
        logits = [dot(w, features, 0.0) for w in logits]
        return [log(sum(exp(z) for z in logits)) - logits[1], logits[0]]

    pooled = (size - kernel + 1) // 2
    return Case(f, filters * (kernel * kernel + 1) + 3 * filters * pooled * pooled, size * size)


def recurrent(steps=5, width=3, samples=2):
    """h = tanh(W x + U h + b), step by step, of several samples."""

    def f(parameters, inputs):
        w, u, b = (
            parameters[: width * width],
            parameters[width * width : 2 * width * width],
            parameters[-width:],
        )
        losses = []
        for sequence in rows(inputs, width * steps):
            h = [0.0] * width
            for x in rows(sequence, width):
                h = [
                    tanh(
                        dot(w[i * width : (i + 1) * width], x, b[i])
                        + dot(u[i * width : (i + 1) * width], h, 0.0)
                    )
                    for i in range(width)
                ]
            losses.append(sum(h) ** 2)
        return [mean(losses)]

    return Case(f, 2 * width * width + width, width * steps * samples)


def attention(tokens=4, width=3):
    """Products of results with results."""

    def f(parameters, inputs):
        n = width * width
        q, k, v = (
            [
                [dot(row, x, 0.0) for row in rows(parameters[i * n : (i + 1) * n], width)]
                for x in rows(inputs, width)
            ]
            for i in range(3)
        )
        out = []
        for a in q:
            weights = [exp(dot(a, b, 0.0) / math.sqrt(width)) for b in k]
            total = sum(weights)
            out += [sum(p * x[i] for p, x in zip(weights, v, strict=True)) / total for i in range(width)]
        return out

    return Case(f, 3 * width * width, tokens * width)


def fixed_data():
    """Numbers that are constants, two samples alike, several of them 0 and 1."""
    data = [[0.0, 1.0, 0.5], [1.0, 1.0, -1.0], [0.0, 1.0, 0.5], [2.0, 0.0, 0.0]]

    def f(parameters, inputs):
        hidden = [neurons(iter(parameters), x, 3) for x in data]
        return [mean([sum(h) ** 2 for h in hidden])]

    return Case(f, 12, 0)


@primitive(lambda m, y, x: 2.0 * x * y)
def growing(x):
    return np.exp(x * x)


@primitive(lambda m, y, a, b: 1.0 if a > b else 0.0, lambda m, y, a, b: 0.0 if a > b else 1.0)
def branching(a, b):
    """What asks for the truth of its arguments can be computed number by number only."""
    return a if a > b else b


def case(parameters, inputs=0):
    def decorate(f):
        return Case(lambda p, x: list(f(p, x)), parameters, inputs)

    return decorate


STRUCTURED = {
    "a network": dense(5, (3, 4, 4, 1), reg=0.1),
    "one sample": dense(1, (3, 4, 2)),
    "one neuron": dense(4, (3, 1)),
    "one input": dense(4, (1, 5, 1)),
    "connections dropped": dense(6, (4, 6, 5, 2), dropped=0.4),
    "most connections dropped": dense(4, (5, 6, 5), dropped=0.9),
    "samples in no order": dense(6, (3, 4, 1), order=other_samples_in_every_column()),
    "samples in no order, connections dropped": dense(
        6, (3, 4, 1), order=other_samples_in_every_column(), dropped=0.3
    ),
    "relu": dense(5, (3, 4, 4, 1), activation=relu),
    "a convolution": convolution(),
    "a recurrent network": recurrent(),
    "attention": attention(),
    "fixed data": fixed_data(),
    "constants that coincide": case(3)(lambda p, x: [2.0 * p[0] + 2.0 * p[1] + 2.0, p[2] / 0.5 + 2.0]),
    "several constants in one sum": case(2, 1)(lambda p, x: [1.0 + p[0] + 2.0 + p[1] * x[0] - 4.0 + 0.5]),
    "operands twice": case(2, 2)(
        lambda p, x: [p[0] * x[0] + p[0] * x[0] + p[1] * x[0] + x[1] + x[1], p[0] * p[0] + p[0], p[1] - p[1]]
    ),
    "factors twice in a row": case(3, 4)(
        lambda p, x: [p[0] * a + p[1] * a + p[2] * b for a, b in zip(x[:2], x[2:], strict=True)]
    ),
    "coefficients 0 and 1": case(2, 2)(lambda p, x: [0.0 * p[0] + 1.0 * p[1] + x[0] * 1.0, 0 * x[1], p[0] * 0]),
    "nothing depends on a parameter": case(2, 2)(lambda p, x: [x[0] * x[1] + 1.0, tanh(x[0])]),
    "nothing depends on anything": case(1, 1)(lambda p, x: [Value(2.0) * 3.0 + Value(1.0), tanh(Value(0.5))]),
    "outputs that are leaves": case(2, 1)(lambda p, x: [p[1], x[0], Value(4.0), p[1]]),
    "one output twice": case(2)(lambda p, x: [y := p[0] * p[1], y]),
    "a constant gradient": case(3, 1)(lambda p, x: [p[0] + 2.0 * p[1] - p[2] / 4.0]),
    "outer products": case(3, 4)(lambda p, x: [sum(tanh(a * b) for a in p for b in x)]),
    "a band": case(8, 10)(lambda p, x: [tanh(p[i] * x[i] + p[(i + 1) % 8] * x[i + 1]) for i in range(8)]),
    "sums of very unequal length": case(12, 12)(
        lambda p, x: [sum((a * b for a, b in zip(p[:n], x[12 - n :], strict=True)), 1.0) for n in range(1, 13)]
    ),
    "a sum of many singles": case(6, 2)(lambda p, x: [sum(p) + x[0] * p[0] + x[1], sum(p[1:])]),
    "choices": case(3, 3)(
        lambda p, x: [
            where(True, p[0], x[0]) + where(False, p[1], x[1]),
            sum(maximum(a, b) - a.minimum(0.25) for a, b in zip(p, x, strict=True)),
            abs(p[2]) * x[2].sign() + p[0].clip(-0.5, 0.5),
        ]
    ),
    "powers": case(3, 2)(lambda p, x: [p[0] ** 2 + p[1] ** 3 + (x[0] * x[0] + 1.0) ** -0.5 + 2.0 ** p[2]] + [p[0] ** n for n in range(8)]),
    "quotients": case(2, 2)(lambda p, x: [p[0] / (2.0 + x[0] * x[0]), 1.0 / (3.0 + p[1]), p[1] / 4]),
    "weighted sums": case(6, 4)(
        lambda p, x: [weighted_sum(p[:4], x, p[4]) + weighted_sum(p[1:5], x, 0.5), weighted_sum(p[:2], [1.0, 2.0])]
    ),
    "names": case(2, 1)(lambda p, x: [(p[0] * x[0]).named("product") + p[1].named("w"), (p[0] + x[0]).named("sum")]),
    "functions of one's own": case(2, 2)(lambda p, x: [sum(growing(a * b) for a, b in zip(p, x, strict=True))]),
    "functions of one's own that ask": case(2, 2)(
        lambda p, x: [sum(branching(a, b * b) for a, b in zip(p, x, strict=True))]
    ),
}  # fmt: skip
