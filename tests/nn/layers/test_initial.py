"""Layers start where PyTorch's start, and a seed repeats a training.

Every comparison of a sample with a distribution holds with a probability of 99.99 % (see
:mod:`tests.nn.distributions`); the generators are seeded, so that it holds always.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor
from tests.nn.distributions import (
    assert_alike,
    assert_distributed,
    assert_mean_and_variance,
    normal,
    uniform,
)


def rng(seed=0):
    return np.random.default_rng(seed)


UNIFORM = {
    "Linear": ("Linear(100, 50)", 100),
    "Linear with many outputs": ("Linear(4, 1000)", 4),
    "Conv2d": ("Conv2d(4, 50, 5)", 100),
    "Conv2d in groups": ("Conv2d(8, 50, (5, 2), groups=2)", 40),
    "Bilinear": ("Bilinear(100, 20, 30)", 100),
    "Conv1d": ("Conv1d(20, 200, 5)", 100),
    "Conv3d": ("Conv3d(5, 50, (5, 2, 2))", 100),
    "ConvTranspose2d": ("ConvTranspose2d(50, 4, 5)", 100),
}


def built(library, text):
    return eval(f"nn.{text}", {"nn": library})


def many(text, parameter):
    """The numbers of a parameter of many layers, at least 20,000."""
    sample = []
    while sum(map(len, sample)) < 20_000:
        sample.append(getattr(built(nn, text), parameter).data.ravel())
    return np.concatenate(sample)


@pytest.mark.parametrize("parameter", ["weight", "bias"])
@pytest.mark.parametrize("name", UNIFORM)
def test_layers_start_uniformly_within_one_over_the_root_of_the_fan_in(name, parameter):
    text, fan_in = UNIFORM[name]
    nn.seed(1)
    sample, bound = many(text, parameter), 1 / math.sqrt(fan_in)
    assert np.abs(sample).max() <= bound
    assert np.abs(sample).max() > bound * (1 - 10 / sample.size)  # missed with probability exp(-10)
    assert_mean_and_variance(sample, 0.0, bound**2 / 3)
    assert_distributed(sample, uniform(-bound, bound))


@pytest.mark.peers
@pytest.mark.parametrize("parameter", ["weight", "bias"])
@pytest.mark.parametrize("name", UNIFORM)
def test_layers_start_as_pytorchs_do(name, parameter):
    torch = pytest.importorskip("torch")
    text, _ = UNIFORM[name]
    nn.seed(1)
    torch.manual_seed(1)
    sample = many(text, parameter)
    theirs = [getattr(built(torch.nn, text), parameter).detach().numpy().ravel() for _ in range(5)]
    assert_alike(sample, np.concatenate(theirs))


@pytest.mark.peers
def test_embeddings_start_normally_as_pytorchs_do():
    sample = nn.Embedding(200, 100, generator=rng()).weight.data
    assert_mean_and_variance(sample, 0.0, 1.0)
    assert_distributed(sample, normal())
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    assert_alike(sample, torch.nn.Embedding(200, 100).weight.detach().numpy())


CONSTANT = [
    "BatchNorm1d(3)",
    "BatchNorm2d(3)",
    "BatchNorm3d(3)",
    "InstanceNorm1d(3, affine=True, track_running_stats=True)",
    "InstanceNorm2d(3, affine=True)",
    "LayerNorm((2, 3))",
    "GroupNorm(2, 4)",
    "RMSNorm(3)",
    "PReLU(3)",
]


@pytest.mark.peers
@pytest.mark.parametrize("text", CONSTANT)
def test_layers_that_start_from_constants_start_from_pytorchs(text):
    torch = pytest.importorskip("torch")
    ours, theirs = built(nn, text).state_dict(), built(torch.nn, text).state_dict()
    assert list(ours) == list(theirs)
    for path, array in theirs.items():
        assert np.array_equal(ours[path], array.numpy())


def test_a_seed_repeats_a_whole_training_bit_for_bit():
    x = rng().standard_normal((40, 1, 6, 6))
    labels = (x.mean((1, 2, 3)) > 0).astype(int)

    def trained():
        nn.seed(0)
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.2), nn.Flatten(),
            nn.AlphaDropout(0.1), nn.Linear(64, 8), nn.LayerNorm(8), nn.Dropout(0.5), nn.Linear(8, 2),
        )  # fmt: skip
        nn.init.orthogonal_(model[6].weight)
        optimiser = nn.SGD(model.parameters(), lr=0.1, momentum=0.9)
        losses = []
        for _ in range(3):
            for xb, yb in nn.batches(x, labels, 16):
                optimiser.zero_grad()
                loss = F.cross_entropy(model(xb), yb)
                loss.backward()
                optimiser.step()
                losses.append(loss.item())
        return losses, model.state_dict()

    (first, state), (second, again) = trained(), trained()
    assert first == second
    assert len(set(first)) == len(first)
    for path, array in state.items():
        assert np.array_equal(array, again[path])
    assert Tensor(state["1.num_batches_tracked"]).item() == 9
