"""Penalties: on weights, and on units that are busier than wanted."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor, gradcheck
from autograd_core.errors import DomainError, DtypeError, ShapeError
from tests.nn.operands import wave


class Scaling(nn.Module):
    """What a normalising layer keeps."""

    def __init__(self):
        super().__init__()
        self.affine = True
        self.weight = nn.Parameter([5.0, 5.0])
        self.bias = nn.Parameter([7.0, 7.0])


def network():
    model = nn.Sequential(nn.Linear(2, 2), Scaling(), nn.Linear(2, 1))
    for linear in (model[0], model[2]):
        nn.init.constant_(linear.weight, -3.0)
        nn.init.constant_(linear.bias, 2.0)
    return model


WEIGHTS, SCALES, BIASES = (6, 3.0), (2, 5.0), [(3, 2.0), (2, 7.0)]

COUNTED = {
    "the weights": ({}, [WEIGHTS]),
    "biases too": ({"biases": True}, [WEIGHTS, *BIASES]),
    "scales too": ({"normalization": True}, [WEIGHTS, SCALES]),
    "everything": ({"biases": True, "normalization": True}, [WEIGHTS, SCALES, *BIASES]),
}


@pytest.mark.parametrize("name", COUNTED)
def test_penalties_leave_biases_and_scales_alone_unless_they_are_asked_to_count_them(name):
    options, counted = COUNTED[name]
    absolute, half = sum(n * w for n, w in counted), sum(n * w**2 / 2 for n, w in counted)
    model = network()
    assert nn.l1_penalty(model, **options).item() == absolute
    assert nn.l2_penalty(model, **options).item() == half
    found = nn.elastic_net_penalty(model, 0.25, **options).item()
    assert found == pytest.approx(0.25 * absolute + 0.75 * half, rel=1e-15)


def test_their_gradients_are_the_weight_and_its_sign():
    for penalty, wanted in ((nn.l1_penalty, -1), (nn.l2_penalty, -3)):
        model = network()
        penalty(model).backward()
        assert np.all(model[0].weight.grad == wanted)
        assert model[0].bias.grad is None
        assert model[1].weight.grad is None


def test_a_weight_of_0_stays_under_the_lasso():
    layer = nn.Linear(2, 1)
    layer.weight.data = np.array([[0.0, 1.0]])
    nn.l1_penalty(layer).backward()
    assert layer.weight.grad.tolist() == [[0, 1]]


def test_a_part_that_only_is_called_affine_is_penalised():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.affine = nn.Linear(2, 1, bias=False)

    model = Network()
    nn.init.constant_(model.affine.weight, 3.0)
    assert nn.l1_penalty(model).item() == 6


@pytest.mark.parametrize("penalty", [nn.l1_penalty, nn.l2_penalty, nn.elastic_net_penalty])
def test_a_model_without_weights_costs_nothing_and_single_precision_stays(penalty):
    assert penalty(nn.ReLU()).item() == 0
    assert penalty(nn.Linear(2, 1, dtype=np.float32)).dtype == np.float32


# -- sparsity ----------------------------------------------------------------------------------------


def test_the_sparsity_penalty_is_the_divergence_of_two_coins():
    activations = 0.5 + wave(5, 3) / 4.1
    mean = activations.mean(axis=0)
    for rho in (0.01, 0.5):
        wanted = (rho * np.log(rho / mean) + (1 - rho) * np.log((1 - rho) / (1 - mean))).sum()
        assert nn.kl_sparsity_penalty(activations, rho).item() == pytest.approx(wanted, rel=1e-13)


def test_central_differences_confirm_the_sparsity_penalty():
    gradcheck(lambda a: nn.kl_sparsity_penalty(a, 0.1), 0.5 + wave(5, 3) / 4.1, order=2)


def test_its_gradient_is_the_one_of_the_lecture_notes():
    activations, rho = Tensor(0.5 + wave(5, 3) / 4.1, requires_grad=True), 0.05
    nn.kl_sparsity_penalty(activations, rho).backward()
    mean = activations.data.mean(axis=0)
    assert np.allclose(activations.grad, (-rho / mean + (1 - rho) / (1 - mean)) / 5, rtol=1e-13)


def test_units_of_feature_maps_are_places():
    maps = 0.5 + wave(4, 2, 3, 3) / 4.1
    found = nn.kl_sparsity_penalty(maps, 0.1).item()
    assert found == pytest.approx(nn.kl_sparsity_penalty(maps.reshape(4, -1), 0.1).item(), rel=1e-14)


def test_sparsity_in_single_precision_stays_there():
    assert nn.kl_sparsity_penalty(np.full((2, 3), 0.25, np.float32), 0.1).dtype == np.float32


MISTAKES = {
    "never": (lambda: nn.kl_sparsity_penalty([[0.5]], 0), DomainError, "kl_sparsity_penalty(): `rho` (=0) has to lie between 0 and 1"),
    "more than always": (lambda: nn.kl_sparsity_penalty([[0.5]], 1.5), DomainError, "`rho` (=1.5) has to be a number between 0 and 1"),
    "no number": (lambda: nn.kl_sparsity_penalty([[0.5]], "low"), DtypeError, "`rho` (='low') has to be a number"),
    "negative units": (
        lambda: nn.kl_sparsity_penalty([[0.5, -0.5], [0.5, 0.25]], 0.1), DomainError,
        "the mean activation of every unit has to lie between 0 and 1, got -0.125 at position 1; a sigmoid",
    ),
    "dead units": (lambda: nn.kl_sparsity_penalty([[0.5, 0.0]], 0.1), DomainError, "got 0.0 at position 1"),
    "no samples": (lambda: nn.kl_sparsity_penalty(np.zeros((0, 3)), 0.1), ShapeError, "got shape (0, 3)"),
    "no units": (lambda: nn.kl_sparsity_penalty([0.5, 0.5], 0.1), ShapeError, "needs activations (N, units)"),
    "a ratio that is none": (lambda: nn.elastic_net_penalty(nn.ReLU(), 2), DomainError, "elastic_net_penalty(): `l1_ratio` (=2)"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)
