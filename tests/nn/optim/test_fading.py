"""What decays in an optimiser does not end among the denormal numbers, and nothing else is changed by that."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import nn
from nn.optim.fading import clear_faded

TINY = np.finfo(np.float32).smallest_normal
STEPS = 1000
FADING = {
    "SGD": {"momentum": 0.9},
    "SGD, half a step": {"momentum": 0.5},
    "SGD, average": {"momentum": 0.9, "momentum_form": "average"},
    "SGD, ahead": {"momentum": 0.8, "nesterov": True},
    "RMSprop": {"alpha": 0.9, "momentum": 0.9},
    "RMSprop, centered": {"alpha": 0.8, "centered": True},
    "Adadelta": {"rho": 0.8},
    "Adam": {"betas": (0.8, 0.9)},
    "AdamW, amsgrad": {"betas": (0.5, 0.9), "amsgrad": True},
    "Adamax": {"betas": (0.8, 0.9)},
    "NAdam": {"betas": (0.8, 0.9)},
    "RAdam": {"betas": (0.9, 0.9)},
    "Muon": {"momentum": 0.9},
}
"""Squares fade a hundred times as fast here as by default, where it takes tens of thousands of steps."""


@cache
def gradient(step):
    """Of six units one dies at once and one after four steps."""
    g = np.random.default_rng(step).normal(size=(6, 4)).astype(np.float32)
    g[1] *= step < 1
    g[4] *= step < 4
    return g


def train(name):
    """The parameter after all steps, and how many denormal numbers were kept in every seventh."""
    w = nn.Parameter(np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32))
    optimizer = getattr(nn, name.partition(",")[0])([w], lr=0.01, **FADING[name])
    counts = []
    for step in range(STEPS):
        w.grad = gradient(step)
        optimizer.step()
        if step % 7 == 0:
            kept = [x for x in optimizer.state_dict()["state"][0].values() if isinstance(x, np.ndarray)]
            counts.append(sum(int(np.sum((x != 0) & (np.abs(x) < TINY))) for x in kept))
    return w.data, counts


@pytest.mark.parametrize("name", FADING)
def test_nothing_that_is_kept_is_ever_denormal_and_parameters_move_alike(name, monkeypatch):
    cleared, counts = train(name)
    assert not any(counts)
    monkeypatch.setattr(nn.optim.optimizer, "EVERY", STEPS + 1)
    left_alone, counts = train(name)
    assert max(counts) >= 4
    np.testing.assert_allclose(cleared, left_alone, rtol=0, atol=1e-7)


@pytest.mark.peers
@pytest.mark.parametrize("name", [name for name in FADING if "average" not in name and name != "Muon"])
def test_units_that_have_died_end_where_those_of_pytorch_do(name):
    torch = pytest.importorskip("torch")
    w = torch.nn.Parameter(torch.tensor(np.random.default_rng(1).normal(size=(6, 4)).astype(np.float32)))
    optimizer = getattr(torch.optim, name.partition(",")[0])([w], lr=0.01, **FADING[name])
    for step in range(STEPS):
        w.grad = torch.tensor(gradient(step))
        optimizer.step()
    ours, _ = train(name)
    np.testing.assert_allclose(ours[[1, 4]], w.detach().numpy()[[1, 4]], rtol=1e-7, atol=1e-7)


def test_the_average_of_weights_that_are_zero_ends_at_zero(monkeypatch):
    def averaged():
        model = nn.Linear(4, 1, bias=False, dtype=np.float32)
        average = nn.optim.AveragedModel(model, decay=0.5)
        for _ in range(200):
            average.update_parameters(model)
            model.weight.data[...] = [[0.0, 0.0, 1.0, 1e-20]]
        return average.module.weight.data

    assert averaged().tolist() == [[0.0, 0.0, 1.0, np.float32(1e-20)]]
    monkeypatch.setattr(nn.optim.averaging, "EVERY", 10_000)
    assert np.all(averaged()[0, 2:] == np.float32([1.0, 1e-20]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_only_what_is_next_to_nothing_is_cleared(dtype):
    least = float(np.finfo(dtype).smallest_normal)
    x = np.array([least, -least / 8, 1e9 * least, -1e10 * least, 1.0, np.inf, -np.inf, np.nan], dtype)
    wanted = np.where(np.abs(x) < 2.0**32 * least, 0, x)
    clear_faded(x)
    np.testing.assert_array_equal(x, wanted)


def test_numbers_of_half_precision_are_left_alone():
    x = np.array([6e-8, -1e-3, 1.0], np.float16)
    before = x.copy()
    clear_faded(x)
    np.testing.assert_array_equal(x, before)


def test_what_is_divided_by_stays_where_there_is_no_epsilon():
    w = nn.Parameter(np.ones(3, np.float32))
    optimizer = nn.RMSprop([w], lr=0.01, alpha=0.5, eps=0.0)
    for step in range(100):
        w.grad = np.full(3, 1.0 if step < 1 else 0.0, np.float32)
        optimizer.step()
    assert np.all(np.isfinite(w.data))
