"""Initialisers draw from the distributions they name, or write one number.

Every comparison of a sample with a distribution holds with a probability of 99.99 % (see
:mod:`tests.nn.distributions`); the generators are seeded, so that it holds always.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import truncnorm

import nn
from tests.nn.distributions import (
    assert_distributed,
    assert_mean_and_variance,
    normal,
    uniform,
)


def rng(seed=0):
    return np.random.default_rng(seed)


DRAWN = {
    "uniform_": (lambda w: nn.init.uniform_(w, -1.0, 3.0, rng()), uniform(-1, 3), 1.0, 16 / 12),
    "normal_": (lambda w: nn.init.normal_(w, 2.0, 3.0, rng()), normal(2, 3), 2.0, 9.0),
    "xavier_uniform_": (
        lambda w: nn.init.xavier_uniform_(w, generator=rng()),
        uniform(-math.sqrt(6 / 300), math.sqrt(6 / 300)),
        0.0,
        2 / 300,
    ),
    "xavier_normal_": (
        lambda w: nn.init.xavier_normal_(w, generator=rng()), normal(0, math.sqrt(2 / 300)), 0.0, 2 / 300,
    ),
    "kaiming_normal_": (
        lambda w: nn.init.kaiming_normal_(w, generator=rng()), normal(0, math.sqrt(2 / 100)), 0.0, 2 / 100,
    ),
    "kaiming_uniform_ of the outputs": (
        lambda w: nn.init.kaiming_uniform_(w, mode="fan_out", generator=rng()),
        uniform(-math.sqrt(6 / 200), math.sqrt(6 / 200)),
        0.0,
        2 / 200,
    ),
    "lecun_normal_": (lambda w: nn.init.lecun_normal_(w, generator=rng()), normal(0, 0.1), 0.0, 0.01),
    "lecun_uniform_": (
        lambda w: nn.init.lecun_uniform_(w, generator=rng()),
        uniform(-math.sqrt(0.03), math.sqrt(0.03)),
        0.0,
        0.01,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_initialisers_draw_from_the_distributions_they_name(name):
    initialize, distribution, mean, variance = DRAWN[name]
    sample = initialize(nn.Parameter(np.zeros((200, 100)))).data
    assert_mean_and_variance(sample, mean, variance)
    assert_distributed(sample, distribution)


BOUNDS = [
    (0.0, 1.0, -2.0, 2.0),
    (1.0, 3.0, -2.0, 2.0),
    (0.0, 0.02, -0.04, 0.04),
    (0.0, 1.0, -math.inf, 0.5),
    (0.0, 1.0, -0.1, 0.05),
    (0.0, 1.0, 3.0, 4.0),
    (0.0, 1.0, 8.0, math.inf),
    (5.0, 0.5, -1.0, 2.0),
]


@pytest.mark.parametrize(("mean", "std", "a", "b"), BOUNDS)
def test_normal_numbers_between_bounds(mean, std, a, b):
    sample = nn.init.trunc_normal_(nn.Parameter(np.zeros(20_000)), mean, std, a, b, rng()).data
    assert a <= sample.min()
    assert sample.max() <= b
    wanted = truncnorm((a - mean) / std, (b - mean) / std, mean, std)
    assert_distributed(sample, wanted.cdf)
    assert_mean_and_variance(sample, wanted.mean(), wanted.var())


def test_constants_are_written_in_place():
    layer = nn.Linear(2, 2)
    array = layer.bias.data
    assert nn.init.constant_(layer.bias, 0.1) is layer.bias
    assert array.tolist() == [0.1, 0.1]
    nn.init.zeros_(layer.bias)
    assert array.tolist() == [0, 0]
    assert nn.init.ones_(layer.bias) is layer.bias
    assert array.tolist() == [1, 1]
