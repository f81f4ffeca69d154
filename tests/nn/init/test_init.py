"""Initial weights have the variance that the formulas promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

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


@pytest.mark.peers
@pytest.mark.parametrize("shape", [(7, 3), (20, 3, 5, 5), (4, 6, 2, 3)])
def test_fans_are_pytorchs(shape):
    torch = pytest.importorskip("torch")
    wanted = torch.nn.init._calculate_fan_in_and_fan_out(torch.zeros(shape))
    assert nn.init.fan_in_and_fan_out(Tensor(np.zeros(shape))) == wanted


def test_a_seed_repeats_the_weights_and_own_generators_do_not_disturb():
    nn.seed(0)
    first = nn.Linear(3, 3).weight.data
    nn.seed(0)
    nn.Linear(3, 3, generator=rng(5))
    assert np.array_equal(first, nn.Linear(3, 3).weight.data)
    assert not np.array_equal(first, nn.Linear(3, 3).weight.data)
    assert np.array_equal(
        nn.Linear(2, 2, generator=rng(5)).weight.data, nn.Linear(2, 2, generator=rng(5)).weight.data
    )


def test_the_same_seed_gives_the_same_weights_in_both_precisions():
    single, double = (
        nn.Linear(4, 4, dtype=kind, generator=rng()).weight.data for kind in (np.float32, np.float64)
    )
    assert single.dtype == np.float32
    assert np.array_equal(single, double.astype(np.float32))


def test_constants_are_written_in_place():
    layer = nn.Linear(2, 2)
    array = layer.bias.data
    assert nn.init.constant_(layer.bias, 0.1) is layer.bias
    assert array.tolist() == [0.1, 0.1]
    nn.init.zeros_(layer.bias)
    assert array.tolist() == [0, 0]
    assert nn.init.ones_(layer.bias) is layer.bias
    assert array.tolist() == [1, 1]


def test_lab_4_1_hidden_units_that_start_equal_stay_equal():
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    model[2].weight.data[:] = [[0.5], [-0.3]]  # equal for all units is enough, zero is the special case
    optimiser = nn.SGD(model.parameters(), lr=0.5)
    x, labels = rng().standard_normal((8, 3)), rng().integers(2, size=8)
    for _ in range(20):
        optimiser.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimiser.step()
    hidden = model[1](model[0](x)).data
    assert np.ptp(hidden, axis=1).max() == 0
    assert np.ptp(model[0].weight.grad, axis=0).max() == 0
    assert np.abs(model[0].weight.grad).max() > 0


@pytest.mark.parametrize(
    ("initialise", "activation", "keeps"),
    [
        (nn.init.xavier_normal_, nn.Tanh, True),
        (lambda w, generator: nn.init.kaiming_normal_(w, generator=generator), nn.ReLU, True),
        (lambda w, generator: nn.init.normal_(w, 0.0, 0.01, generator), nn.Tanh, False),
        (lambda w, generator: nn.init.normal_(w, 0.0, 0.01, generator), nn.ReLU, False),
    ],
)
def test_lab_4_2_the_right_variance_carries_signals_through_ten_layers(initialise, activation, keeps):
    generator, width = rng(), 200
    signal = activation()(Tensor(generator.standard_normal((100, width))))
    first = None
    for _ in range(10):
        layer = nn.Linear(width, width, bias=False)
        initialise(layer.weight, generator=generator)
        signal = activation()(layer(signal))
        first = first or signal.data.std()
    ratio = signal.data.std() / first
    assert 0.2 < ratio < 5 if keeps else ratio < 1e-3


MISTAKES = {
    "the fans of a bias": (
        lambda: nn.init.xavier_uniform_(weight(3)), ShapeError,
        "need a weight of shape (out, in, ...), got shape (3,)",
    ),
    "an unknown nonlinearity": (
        lambda: nn.init.calculate_gain("rleu"), DomainError, "(='rleu') has to be one of 'linear', ",
    ),
    "a slope in words": (
        lambda: nn.init.calculate_gain("leaky_relu", "a"), DtypeError, "`param` (='a') has to be a finite number",
    ),
    "an unknown mode": (
        lambda: nn.init.kaiming_normal_(weight(2, 2), mode="fan_avg"), DomainError,
        "`mode` (='fan_avg') has to be one of 'fan_in', 'fan_out'",
    ),
    "whole numbers": (
        lambda: nn.init.zeros_(Tensor(np.array([1, 2]))), DtypeError, "writes into a floating-point Tensor",
    ),
    "an array": (lambda: nn.init.orthogonal_(np.zeros((2, 2))), DtypeError, "got array([[0., 0.]"),
    "an array for Xavier": (lambda: nn.init.xavier_normal_(np.zeros((2, 2))), DtypeError, "got array([[0., 0.]"),
    "bounds the wrong way round": (
        lambda: nn.init.uniform_(weight(2), 1.0, 0.0), DomainError,
        "uniform_(): `a` (=1.0) has to be at most `b` (=0.0)",
    ),
    "a negative deviation": (lambda: nn.init.normal_(weight(2), std=-1.0), DomainError, "`std` (=-1.0)"),
    "no deviation to cut": (lambda: nn.init.trunc_normal_(weight(2), std=0.0), DomainError, "`std` (=0.0)"),
    "nothing between the bounds": (
        lambda: nn.init.trunc_normal_(weight(2), a=2.0, b=2.0), DomainError,
        "trunc_normal_(): `a` (=2.0) has to be smaller than `b` (=2.0)",
    ),
    "an orthogonal bias": (lambda: nn.init.orthogonal_(weight(3)), ShapeError, "orthogonal_(): needs a weight"),
    "an identity of three axes": (lambda: nn.init.eye_(weight(2, 2, 2)), ShapeError, "eye_(): needs a matrix"),
    "a Dirac matrix": (lambda: nn.init.dirac_(weight(2, 2)), ShapeError, "dirac_(): needs a weight (out, in, ...)"),
    "groups that do not divide the channels": (
        lambda: nn.init.dirac_(weight(3, 2, 3), groups=2), ShapeError,
        "dirac_(): 3 output channels cannot be split into `groups` (=2) evenly",
    ),
    "sparse kernels": (lambda: nn.init.sparse_(weight(2, 2, 2), 0.5), ShapeError, "sparse_(): needs a matrix"),
    "more zeros than numbers": (
        lambda: nn.init.sparse_(weight(2, 2), 1.5), DomainError, "`sparsity` (=1.5) has to be a number between 0 and 1",
    ),
    "a negative deviation of few numbers": (
        lambda: nn.init.sparse_(weight(2, 2), 0.5, -1.0), DomainError, "sparse_(): `std` (=-1.0)",
    ),
}  # fmt: skip


def weight(*shape):
    return nn.Parameter(np.zeros(shape))


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)
