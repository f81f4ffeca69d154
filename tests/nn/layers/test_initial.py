"""Layers start where PyTorch's start, initialisers draw from the distributions they name, and seeds repeat.

Every comparison of a sample with a distribution holds with a probability of 99.99 % (see
:mod:`tests.nn.distributions`); the generators are seeded, so that it holds always.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import truncnorm

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


# -- layers --------------------------------------------------------------------------------------------

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


# -- distributions -------------------------------------------------------------------------------------

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
    initialise, distribution, mean, variance = DRAWN[name]
    sample = initialise(nn.Parameter(np.zeros((200, 100)))).data
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


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3, 3), (6, 1, 2), (1, 4)])
@pytest.mark.parametrize("gain", [1.0, math.sqrt(2)])
def test_orthogonal_weights_change_no_length(shape, gain):
    w = nn.init.orthogonal_(nn.Parameter(np.zeros(shape)), gain, rng()).data.reshape(shape[0], -1)
    product = w @ w.T if len(w) <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), atol=1e-13)


def test_no_orthogonal_matrix_is_preferred():
    generator = rng()
    w = nn.Parameter(np.zeros((2, 2)))
    angles, turned = [], 0
    for _ in range(4000):
        q = nn.init.orthogonal_(w, generator=generator).data
        angles.append(math.atan2(q[1, 0], q[0, 0]))
        turned += np.linalg.det(q) > 0
    assert_distributed(np.array(angles), uniform(-math.pi, math.pi))
    assert abs(turned - 2000) < 3.9 * math.sqrt(1000)


@pytest.mark.peers
@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (2, 2)])
def test_the_identity_is_pytorchs(shape):
    torch = pytest.importorskip("torch")
    found = nn.init.eye_(nn.Parameter(np.ones(shape))).data
    assert np.array_equal(found, torch.nn.init.eye_(torch.ones(shape)).numpy())


@pytest.mark.peers
@pytest.mark.parametrize(
    ("shape", "groups"), [((4, 4, 3, 3), 1), ((6, 2, 5), 3), ((2, 3, 4, 2, 1), 2), ((6, 4, 2, 2), 1)]
)
def test_dirac_kernels_are_pytorchs(shape, groups):
    torch = pytest.importorskip("torch")
    found = nn.init.dirac_(nn.Parameter(np.ones(shape)), groups).data
    assert np.array_equal(found, torch.nn.init.dirac_(torch.ones(shape), groups).numpy())


def test_a_dirac_convolution_passes_images_on():
    layer = nn.Conv2d(3, 3, 3, padding=1, bias=False)
    nn.init.dirac_(layer.weight)
    image = rng().standard_normal((2, 3, 4, 4))
    assert np.array_equal(layer(image).data, image)


@pytest.mark.parametrize("sparsity", [0.0, 0.25, 0.9, 1.0])
def test_sparse_columns_have_as_many_zeros(sparsity):
    w = nn.init.sparse_(nn.Parameter(np.ones((200, 101))), sparsity, std=0.5, generator=rng()).data
    assert np.all((w == 0).sum(axis=0) == math.ceil(sparsity * 200))
    others = w[w != 0]
    if others.size:
        assert_mean_and_variance(others, 0.0, 0.25)
        assert_distributed(others, normal(0, 0.5))
        rows = np.flatnonzero(w.T == 0) % 200
        if rows.size:
            assert_distributed(rows + rng(1).random(rows.size), uniform(0, 200))


def test_gains_keep_the_mean_square_of_normal_signals():
    z = np.linspace(-10, 10, 200_001)
    weights = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    for name in ("celu", "elu", "gelu", "hardswish", "mish", "relu", "relu6", "silu", "softplus"):
        square = (weights * getattr(F, name)(z).data ** 2).sum()
        assert nn.init.calculate_gain(name) ** 2 * square == pytest.approx(1, rel=1e-8)


@pytest.mark.peers
@pytest.mark.parametrize("name", ["conv1d", "conv3d", "conv_transpose2d", "selu", "leaky_relu"])
def test_gains_that_pytorch_has_are_pytorchs(name):
    torch = pytest.importorskip("torch")
    assert nn.init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)


# -- repetition ----------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("initialise", DRAWING)
def test_own_generators_repeat_and_leave_the_common_one_alone(initialise):
    def drawn(**options):
        return initialise(nn.Parameter(np.zeros((6, 4))), **options).data

    nn.seed(0)
    common = drawn()
    assert np.array_equal(drawn(generator=rng(7)), drawn(generator=rng(7)))
    nn.seed(0)
    drawn(generator=rng(7))
    assert np.array_equal(drawn(), common)
    assert not np.array_equal(drawn(), common)


@pytest.mark.parametrize("initialise", DRAWING)
def test_single_precision_takes_the_same_numbers(initialise):
    single, double = (
        initialise(nn.Parameter(np.zeros((6, 4), kind)), generator=rng()).data
        for kind in (np.float32, np.float64)
    )
    assert single.dtype == np.float32
    assert np.array_equal(single, double.astype(np.float32))


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
