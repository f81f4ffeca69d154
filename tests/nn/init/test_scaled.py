"""Weights are drawn as widely as the formula says, and carry signals through ten layers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor

INPUTS, OUTPUTS = 300, 200


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(function, shape=(OUTPUTS, INPUTS), **options):
    weight = nn.Parameter(np.zeros(shape))
    assert function(weight, generator=rng(), **options) is weight
    return weight.data


STANDARD_DEVIATIONS = {
    "xavier_normal_": (nn.init.xavier_normal_, {}, math.sqrt(2 / 500)),
    "xavier_normal_, gain": (nn.init.xavier_normal_, {"gain": 5 / 3}, 5 / 3 * math.sqrt(2 / 500)),
    "xavier_uniform_": (nn.init.xavier_uniform_, {}, math.sqrt(2 / 500)),
    "kaiming_normal_": (nn.init.kaiming_normal_, {"nonlinearity": "relu"}, math.sqrt(2 / 300)),
    "kaiming_normal_, fan_out": (nn.init.kaiming_normal_, {"mode": "fan_out"}, math.sqrt(2 / 200)),
    "kaiming_normal_, linear": (nn.init.kaiming_normal_, {"nonlinearity": "linear"}, math.sqrt(1 / 300)),
    "kaiming_uniform_": (nn.init.kaiming_uniform_, {}, math.sqrt(2 / 300)),
    "kaiming_uniform_, leaky": (nn.init.kaiming_uniform_, {"a": math.sqrt(5)}, math.sqrt(1 / 900)),
    "lecun_normal_": (nn.init.lecun_normal_, {}, math.sqrt(1 / 300)),
    "lecun_uniform_": (nn.init.lecun_uniform_, {"gain": 2.0}, math.sqrt(4 / 300)),
    "normal_": (nn.init.normal_, {"std": 0.01}, 0.01),
    "uniform_": (nn.init.uniform_, {"a": -3.0, "b": 3.0}, math.sqrt(3)),
}


@pytest.mark.parametrize("name", STANDARD_DEVIATIONS)
def test_the_standard_deviation_is_that_of_the_formula(name):
    function, options, sigma = STANDARD_DEVIATIONS[name]
    weight = drawn(function, **options)
    assert weight.std() == pytest.approx(sigma, rel=0.01)
    assert abs(weight.mean()) < 3 * sigma / math.sqrt(weight.size)
    if "uniform" in name:
        assert np.abs(weight).max() <= math.sqrt(3) * sigma
        assert np.abs(weight).max() == pytest.approx(math.sqrt(3) * sigma, rel=1e-3)


def test_lab_4_1_hidden_units_that_start_equal_stay_equal():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    model[2].weight.data[:] = [[0.5], [-0.3]]  # equal for all units is enough, zero is the special case
    optimizer = nn.SGD(model.parameters(), lr=0.5)
    x, labels = rng().standard_normal((8, 3)), rng().integers(2, size=8)
    for _ in range(20):
        optimizer.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimizer.step()
    hidden = model[1](model[0](x)).data
    assert np.ptp(hidden, axis=1).max() == 0
    assert np.ptp(model[0].weight.grad, axis=0).max() == 0
    assert np.abs(model[0].weight.grad).max() > 0


@pytest.mark.parametrize(
    ("initialize", "activation", "keeps"),
    [
        (nn.init.xavier_normal_, nn.Tanh, True),
        (lambda w, generator: nn.init.kaiming_normal_(w, generator=generator), nn.ReLU, True),
        (lambda w, generator: nn.init.normal_(w, 0.0, 0.01, generator), nn.Tanh, False),
        (lambda w, generator: nn.init.normal_(w, 0.0, 0.01, generator), nn.ReLU, False),
    ],
)
def test_lab_4_2_the_right_variance_carries_signals_through_ten_layers(initialize, activation, keeps):
    generator, width = rng(), 200
    signal = activation()(Tensor(generator.standard_normal((100, width))))
    first = None
    for _ in range(10):
        layer = nn.Linear(width, width, bias=False)
        initialize(layer.weight, generator=generator)
        signal = activation()(layer(signal))
        first = first or signal.data.std()
    ratio = signal.data.std() / first
    assert 0.2 < ratio < 5 if keeps else ratio < 1e-3
