"""A compiled step allocates its results and little else, and needs less memory than the step itself."""

import tracemalloc

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, compile

OBJECTS = 40_000  # bytes, that Python's objects, views and NumPy's buffers may take
NUMBERS = np.random.default_rng(0)


def dense():
    layers = nn.Linear(60, 200), nn.Tanh(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)
    return nn.Sequential(*layers), (300, 60)


def convolutional():
    first, second = nn.Conv2d(1, 16, 3), nn.Conv2d(16, 16, 3)
    layers = first, nn.ReLU(), nn.MaxPool2d(2), second, nn.ReLU(), nn.MaxPool2d(2)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * 9, 10)), (50, 1, 18, 18)


def training_step(model):
    optimizer = nn.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step(x, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(Tensor(x)), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def most_allocated(step, *data):
    for _ in range(2):
        step(*data)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        step(*data)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("made", [dense, convolutional])
def test_memory_of_a_step(made):
    model, shape = made()
    data = NUMBERS.normal(size=shape), NUMBERS.integers(0, 10, shape[0])
    eager = most_allocated(training_step(model), *data)
    compiled = compile(training_step(model))
    allocated = most_allocated(compiled, *data)
    flattened = shape[0] * 16 * 9 * 8 if made is convolutional else 0  # is copied into another order
    assert allocated < OBJECTS + flattened
    assert allocated + compiled._last.replay.placement.bytes < eager
