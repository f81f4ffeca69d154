"""Gradient descent: the update rules, groups, state, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError


def step(optimizer, loss):
    optimizer.zero_grad()
    loss().backward()
    optimizer.step()


def test_lab_5_3_the_lectures_momentum_is_a_moving_average():
    w = nn.Parameter([1.0])
    optimizer = nn.SGD([w], lr=0.1, momentum=0.9, momentum_form="average")
    found = []
    for _ in range(3):
        step(optimizer, lambda: (0.5 * w * w).sum())
        found.append((optimizer.state_dict()["state"][0]["momentum_buffer"].item(), w.item()))
    assert np.allclose(found, [(0.1, 0.99), (0.189, 0.9711), (0.26721, 0.944379)], rtol=0, atol=1e-15)


def test_the_two_forms_of_momentum_agree_when_the_rate_makes_up_for_it():
    paths = []
    for form, rate in (("average", 0.1), ("sum", 0.1 * (1 - 0.9))):
        w = nn.Parameter([1.0])
        optimizer = nn.SGD([w], lr=rate, momentum=0.9, momentum_form=form)
        for _ in range(5):
            step(optimizer, lambda w=w: (0.5 * w * w).sum())
        paths.append(w.item())
    assert paths[0] == pytest.approx(paths[1], rel=1e-14)


def test_lab_3_3_the_ridge_penalty_is_a_decay_of_the_weights_and_spares_biases():
    rate, strength = 0.1, 0.5
    x, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0], [2.0]])
    models = [nn.Linear(2, 1) for _ in range(3)]
    start = models[0].state_dict()
    for model in models:
        model.load_state_dict(start)
    by_loss, by_optimizer, by_hand = models

    step(
        nn.SGD(by_loss.parameters(), rate),
        lambda: nn.functional.mse_loss(by_loss(x), y) + strength * nn.l2_penalty(by_loss),
    )
    step(
        nn.SGD(by_optimizer.parameters(), rate, l2=strength),
        lambda: nn.functional.mse_loss(by_optimizer(x), y),
    )
    nn.functional.mse_loss(by_hand(x), y).backward()
    by_hand.weight.data = (1 - rate * strength) * by_hand.weight.data - rate * by_hand.weight.grad
    by_hand.bias.data = by_hand.bias.data - rate * by_hand.bias.grad

    for path, wanted in by_hand.state_dict().items():
        assert np.allclose(by_loss.state_dict()[path], wanted, rtol=0, atol=1e-15)
        assert np.allclose(by_optimizer.state_dict()[path], wanted, rtol=0, atol=1e-15)


def test_weight_decay_reaches_biases_too():
    bias = nn.Parameter([1.0], is_bias=True)
    step(nn.SGD([bias], lr=0.1, weight_decay=0.5), lambda: (bias * 0).sum())
    assert bias.item() == 0.95
    step(nn.SGD([bias], lr=0.1, l2=0.5), lambda: (bias * 0).sum())
    assert bias.item() == 0.95


def test_the_penalty_of_a_model_without_weights_is_zero():
    assert nn.l2_penalty(nn.ReLU()).item() == 0


def test_groups_have_options_of_their_own():
    slow, fast = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = nn.SGD([{"params": [slow], "lr": 0.01}, {"params": fast}], lr=0.1)
    step(optimizer, lambda: (slow + fast).sum())
    assert (slow.item(), fast.item()) == (0.99, 0.9)
    optimizer.param_groups[1]["lr"] = 0.5
    step(optimizer, lambda: (slow + fast).sum())
    assert fast.item() == pytest.approx(0.4)


def test_a_parameter_without_a_gradient_stays():
    used, unused = nn.Parameter([1.0]), nn.Parameter([1.0])
    step(nn.SGD([used, unused], lr=0.1, weight_decay=1.0), lambda: used.sum())
    assert unused.item() == 1


def test_the_update_is_in_place_and_keeps_the_dtype():
    w = nn.Parameter(np.ones(2, np.float32))
    optimizer = nn.SGD([w], lr=0.1, momentum=0.9, l2=0.1)
    array = w.data
    for _ in range(2):
        step(optimizer, lambda: (w * w).sum())
    assert w.data is array
    assert array.dtype == np.float32


def test_an_interrupted_training_continues_from_its_state():
    def made():
        w = nn.Parameter([1.0, 2.0])
        return w, nn.SGD([w], lr=0.1, momentum=0.9)

    (w, whole), (v, first) = made(), made()
    for _ in range(6):
        step(whole, lambda: (w * w).sum())
    for _ in range(3):
        step(first, lambda: (v * v).sum())
    u, second = made()
    u.data[...] = v.data
    second.load_state_dict(first.state_dict())
    for _ in range(3):
        step(second, lambda: (u * u).sum())
    assert np.array_equal(u.data, w.data)


def test_a_state_that_does_not_fit_is_refused():
    one, two = nn.SGD([nn.Parameter([1.0])], 0.1), nn.SGD([nn.Parameter([1.0]), nn.Parameter([1.0])], 0.1)
    with pytest.raises(ShapeError, match=r"groups of \[2\] parameters, this optimiser \[1\]"):
        one.load_state_dict(two.state_dict())


REFUSED = {
    "an undefined rate": ({"lr": float("nan")}, DomainError, r"`lr` \(=nan\) has to be a finite number"),
    "a negative rate": ({"lr": -0.1}, DomainError, r"`lr` \(=-0.1\)"),
    "a rate in words": ({"lr": "fast"}, DtypeError, r"`lr` \(='fast'\) has to be a finite number"),
    "negative momentum": ({"lr": 0.1, "momentum": -1.0}, DomainError, r"`momentum` \(=-1.0\)"),
    "a negative penalty": ({"lr": 0.1, "l2": -1.0}, DomainError, r"`l2` \(=-1.0\)"),
    "an unknown form": ({"lr": 0.1, "momentum_form": "ema"}, DomainError, r"`momentum_form` \(='ema'\)"),
    "nesterov alone": ({"lr": 0.1, "nesterov": True}, DomainError, "`nesterov` needs a `momentum`"),
    "an average that is dampened": (
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.1, "momentum_form": "average"},
        DomainError,
        "no `dampening`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_options_are_checked(name):
    options, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        nn.SGD([nn.Parameter([1.0])], **options)


W = nn.Parameter([1.0])
NO_PARAMETERS = {
    "nothing": ([], ShapeError, "there are no parameters"),
    "a used-up group": ([{"params": []}], ShapeError, "there are no parameters"),
    "a tensor in the list": ([Tensor([1.0])], DtypeError, "number 0 is no nn.Parameter but Tensor"),
    "a single parameter": (W, DtypeError, r"got Parameter; write \[parameter\]"),
    "a module": (nn.Linear(1, 1), DtypeError, r"got Linear; write model.parameters\(\)"),
    "a method not called": (
        nn.Linear(1, 1).parameters,
        DtypeError,
        r"got method; write model.parameters\(\)",
    ),
    "one twice": ([W, W], DomainError, "is given twice"),
    "one in two groups": ([{"params": [W]}, {"params": [W]}], DomainError, "is given twice"),
    "an unknown option": ([{"params": [W], "rate": 1.0}], DomainError, "unknown option 'rate'"),
    "a group without": ([{"lr": 1.0}], DomainError, "lacks 'params'"),
}


@pytest.mark.parametrize("name", NO_PARAMETERS)
def test_parameters_are_checked(name):
    parameters, error, message = NO_PARAMETERS[name]
    with pytest.raises(error, match=message):
        nn.SGD(parameters, lr=0.1)
