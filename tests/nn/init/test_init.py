"""Seeds repeat, precisions agree, and mistakes are told."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

INPUTS, OUTPUTS = 300, 200


def rng(seed=0):
    return np.random.default_rng(seed)


def drawn(function, shape=(OUTPUTS, INPUTS), **options):
    weight = nn.Parameter(np.zeros(shape))
    assert function(weight, generator=rng(), **options) is weight
    return weight.data


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


DRAWING = [
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.trunc_normal_,
    nn.init.xavier_uniform_,
    nn.init.xavier_normal_,
    nn.init.kaiming_uniform_,
    nn.init.kaiming_normal_,
    nn.init.lecun_uniform_,
    nn.init.lecun_normal_,
    nn.init.orthogonal_,
    lambda w, **options: nn.init.sparse_(w, 0.3, **options),
]


@pytest.mark.parametrize("initialize", DRAWING)
def test_own_generators_repeat_and_leave_the_common_one_alone(initialize):
    def drawn(**options):
        return initialize(nn.Parameter(np.zeros((6, 4))), **options).data

    nn.seed(0)
    common = drawn()
    assert np.array_equal(drawn(generator=rng(7)), drawn(generator=rng(7)))
    nn.seed(0)
    drawn(generator=rng(7))
    assert np.array_equal(drawn(), common)
    assert not np.array_equal(drawn(), common)


@pytest.mark.parametrize("initialize", DRAWING)
def test_single_precision_takes_the_same_numbers(initialize):
    single, double = (
        initialize(nn.Parameter(np.zeros((6, 4), kind)), generator=rng()).data
        for kind in (np.float32, np.float64)
    )
    assert single.dtype == np.float32
    assert np.array_equal(single, double.astype(np.float32))


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
