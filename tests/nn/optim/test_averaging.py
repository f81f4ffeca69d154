"""Averages of weights."""

from __future__ import annotations

import math

import pytest

import nn
from nn.errors import ModuleError

O = nn.optim  # noqa: E741


def test_the_moving_average_of_weights():
    model = nn.Linear(1, 1)
    average = O.AveragedModel(model, decay=0.75)
    for weight in (1.0, 2.0, 3.0):
        model.weight.data[...] = weight
        average.update_parameters(model)
    assert average.module.weight.item() == pytest.approx(0.75 * (0.75 * 1 + 0.25 * 2) + 0.25 * 3)
    assert model.weight.item() == 3
    assert not any(p.requires_grad for p in average.parameters())


def test_the_average_resumes_and_refuses_another_model():
    model = nn.Linear(1, 1)
    average, again = O.AveragedModel(model), O.AveragedModel(model)
    average.update_parameters(model)
    again.load_state_dict(average.state_dict())
    model.weight.data[...] += 1
    for one in (average, again):
        one.update_parameters(model)
    assert again.n_averaged == 2
    assert again.module.weight.item() == average.module.weight.item()
    assert math.isclose(again.module.weight.item(), model.weight.item() - 0.5)
    with pytest.raises(ModuleError, match="another one than that averaged"):
        average.update_parameters(nn.Linear(2, 1))
