"""Every function gives PyTorch's numbers and gradients, over a grid of options."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from tests.nn.cases import OPTIMIZERS, REFERENCE
from tests.nn.checks import assert_equal, descend, run, run_in_torch
from tests.nn.families import CASES, FAMILIES, reference


@pytest.fixture(scope="module")
def frozen():
    with np.load(REFERENCE) as file:
        return dict(file)


@pytest.fixture(scope="module")
def frozen_cases():
    found = {}
    for family in FAMILIES:
        with np.load(reference(family)) as file:
            found[family] = dict(file)
    return found


def ours(options):
    return descend(nn.Parameter, lambda parameters: nn.SGD(parameters, lr=0.02, **options))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("family", "name"), CASES)
def test_output_and_gradients_are_pytorchs(family, name, dtype, frozen_cases):
    case = CASES[family, name]
    for key, found in run(case, dtype).items():
        assert found.dtype == dtype
        assert_equal(found, frozen_cases[family][f"{name} | {key}"], case.precision(dtype))


@pytest.mark.peers
@pytest.mark.parametrize(("family", "name"), CASES)
def test_the_frozen_numbers_are_what_pytorch_gives_today(family, name):
    pytest.importorskip("torch")
    case = CASES[family, name]
    for key, wanted in run_in_torch(case).items():
        assert_equal(run(case)[key], wanted, case.precision())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_of_sgd_are_pytorchs(name, frozen):
    assert_equal(ours(OPTIMIZERS[name]), frozen[f"SGD: {name}"])


@pytest.mark.peers
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_of_sgd_are_pytorchs_today(name):
    torch = pytest.importorskip("torch")
    wanted = descend(
        lambda x: torch.nn.Parameter(torch.tensor(x)),
        lambda parameters: torch.optim.SGD(parameters, lr=0.02, **OPTIMIZERS[name]),
    )
    assert_equal(ours(OPTIMIZERS[name]), wanted)


@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu"])
def test_gains_are_pytorchs(name, frozen):
    assert nn.init.calculate_gain(name) == pytest.approx(float(frozen[f"gain: {name}"]), rel=1e-15)


def test_the_gain_of_a_leaky_relu_depends_on_its_slope(frozen):
    assert nn.init.calculate_gain("leaky_relu", 0.2) == pytest.approx(float(frozen["gain: leaky_relu"]))
