"""A model in single numbers."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Value
from autograd_core.errors import DtypeError

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def net():
    nn.seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))


MODELS = {
    "dense": (net, X.tolist()),
    "one sample": (net, [1.0, 2.0]),
    "flattened": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(4, 1), nn.Sigmoid()), [X.tolist()]),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 3)),
        np.random.default_rng(0).normal(size=(2, 1, 3, 3)).tolist(),
    ),
}  # fmt: skip


def numbers(values):
    return [x for part in values for x in numbers(part)] if isinstance(values, list) else [values]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_in_single_numbers_gives_the_tensors_numbers_and_gradients(name):
    make, x = MODELS[name]
    model = make()
    scalar = model.scalars()
    wanted = model(x)
    wanted.square().sum().backward()
    found = numbers(scalar(x))
    np.testing.assert_allclose([y.data for y in found], wanted.data.ravel(), rtol=1e-12)
    sum((y * y for y in found[1:]), found[0] * found[0]).backward()
    gradients = [np.ravel(p.grad) for p in model.parameters()]
    np.testing.assert_allclose([w.grad for w in scalar.parameters()], np.concatenate(gradients), rtol=1e-10)


def test_values_go_through_and_learn():
    scalar, x = net().scalars(), [Value(1.0), Value(-0.5)]
    losses = []
    for _ in range(20):
        first, second = scalar(x)
        loss = (first - 1.0) ** 2 + (second + 1.0) ** 2
        scalar.zero_grad()
        loss.backward()
        losses.append(loss.data)
        for weight in scalar.parameters():
            weight.data -= 0.1 * weight.grad
    assert losses[-1] < 0.01 * losses[0]
    assert x[0].grad != 0


def test_shared_weights_are_one_value_and_the_model_stays_apart():
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    before = copy.deepcopy(model.state_dict())
    scalar = model.scalars()
    assert len(scalar.parameters()) == 4
    assert scalar.values["0.weight"][0, 1].label == "0.weight[0, 1]"
    scalar.parameters()[0].data += 1
    assert all(np.array_equal(before[path], array) for path, array in model.state_dict().items())


@pytest.mark.parametrize("x", [["a", 1.0], [[1.0], [1.0, 2.0]], [None, 1.0]])
def test_what_is_no_number_is_refused(x):
    with pytest.raises(DtypeError, match="a model in single numbers takes"):
        net().scalars()(x)
    assert F.relu(1.0).item() == 1
