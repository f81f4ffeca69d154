"""Dropout leaves out what its probability says, and keeps what its formula promises.

Every statement about chance holds with a probability of more than 99.99 % (four standard deviations);
the generators are seeded, so that it holds always.
"""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, Value, gradcheck, lower
from autograd_core.errors import DomainError, DtypeError, ShapeError
from tests.nn.operands import wave

SIGMAS = 4
LIMIT = -1.0507009873554805 * 1.6732632423543772  # of a SELU

PLAIN = ["dropout", "dropout1d", "dropout2d", "dropout3d"]
ALPHA = ["alpha_dropout", "feature_alpha_dropout"]
BY_CHANNEL = {
    "dropout1d": [(50, 200, 3), (10_000, 3)],
    "dropout2d": [(50, 200, 2, 2)],
    "dropout3d": [(50, 200, 1, 2, 2), (10_000, 1, 2, 2)],
    "feature_alpha_dropout": [(50, 200, 2), (50, 200, 1, 2), (50, 200, 1, 2, 2)],
}
CHANNELS = [(name, shape) for name, shapes in BY_CHANNEL.items() for shape in shapes]
MODULES = {
    "Dropout": (3, 4),
    "Dropout1d": (2, 3, 4),
    "Dropout2d": (2, 3, 2, 2),
    "Dropout3d": (2, 3, 2, 1, 2),
    "AlphaDropout": (3, 4),
    "FeatureAlphaDropout": (2, 3, 4),
}


def drawn(name, x, p, seed=0):
    return getattr(F, name)(x, p, training=True, generator=np.random.default_rng(seed)).data


SPATIAL = {"dropout1d": 1, "dropout2d": 2, "dropout3d": 3, "feature_alpha_dropout": 1}


def shape_for(name, n):
    """``n`` independent numbers: each a channel of its own, where channels are dropped."""
    return (n // 100, 100, *(1,) * SPATIAL[name]) if name in SPATIAL else (n,)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("name", PLAIN)
def test_expectation_and_variance_of_a_dropped_constant(name, p):
    n = 100_000
    y = drawn(name, np.ones(shape_for(name, n)), p)
    variance = p / (1 - p)
    assert set(np.unique(y)) == {0, 1 / (1 - p)}
    assert abs((y == 0).mean() - p) < SIGMAS * np.sqrt(p * (1 - p) / n)
    assert abs(y.mean() - 1) < SIGMAS * np.sqrt(variance / n)
    # of a number that is a or 0, the squared deviation has the variance (1 - 2p)² p (1 - p) / (1 - p)⁴
    spread = abs(1 - 2 * p) * np.sqrt(p * (1 - p)) / (1 - p) ** 2
    assert abs(y.var() - variance) < SIGMAS * spread / np.sqrt(n) + 30 * variance / n


@pytest.mark.parametrize("p", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("name", ALPHA)
def test_mean_0_and_variance_1_survive_alpha_dropout(name, p):
    n = 100_000
    x = np.random.default_rng(1).standard_normal(shape_for(name, n))
    y = drawn(name, x, p, seed=2)
    assert abs(y.mean()) < SIGMAS / np.sqrt(n)
    fourth = ((y - y.mean()) ** 4).mean()
    assert abs(y.var() - 1) < SIGMAS * np.sqrt((fourth - 1) / n)


@pytest.mark.parametrize("name", ALPHA)
def test_what_alpha_dropout_replaces_stands_at_the_limit_of_a_selu(name):
    p, n = 0.3, 100_000
    a = ((1 - p) * (1 + p * LIMIT**2)) ** -0.5
    b = -a * p * LIMIT
    y = drawn(name, np.full(shape_for(name, n), 2.0), p)
    values, counts = np.unique(y, return_counts=True)
    assert values == pytest.approx([a * LIMIT + b, 2 * a + b], rel=1e-14)
    assert abs(counts[0] / n - p) < SIGMAS * np.sqrt(p * (1 - p) / n)


@pytest.mark.parametrize(("name", "shape"), CHANNELS)
def test_channels_are_dropped_as_a_whole_and_independently(name, shape):
    p = 0.4
    y = drawn(name, np.ones(shape), p)
    channels = y.reshape(10_000, -1)
    assert np.all(np.ptp(channels, axis=1) == 0)
    dropped = channels[:, 0] == channels.min()
    n = dropped.size
    assert abs(dropped.mean() - p) < SIGMAS * np.sqrt(p * (1 - p) / n)
    neighbours = (dropped[1:] & dropped[:-1]).mean()
    assert abs(neighbours - p**2) < SIGMAS * np.sqrt(2 * p**2 / n)


@pytest.mark.parametrize("name", [*PLAIN, *ALPHA])
def test_gradients_pass_where_numbers_pass(name):
    x = Tensor(np.ones((2, 30, *(2,) * SPATIAL.get(name, 1))), requires_grad=True)
    y = getattr(F, name)(x, 0.5, training=True, generator=np.random.default_rng(0))
    y.sum().backward()
    kept = y.data == y.data.max()
    assert 0 < kept.mean() < 1
    assert np.all((x.grad != 0) == kept)
    assert np.unique(x.grad[kept]).size == 1


@pytest.mark.parametrize("name", [*PLAIN, *ALPHA])
def test_central_differences_confirm_a_drawn_mask(name):
    x = wave(2, 3, *(1, 2, 1)[: SPATIAL.get(name, 1)])
    gradcheck(
        lambda x: getattr(F, name)(x, 0.4, training=True, generator=np.random.default_rng(5)), x, order=2
    )


@pytest.mark.parametrize("name", MODULES)
def test_modules_rest_in_evaluation_and_repeat_with_a_seed(name):
    x = np.tile(wave(*MODULES[name]), (4,) + (1,) * (len(MODULES[name]) - 1))
    layer = getattr(nn, name)(0.5)
    assert layer.eval()(x).tolist() == x.tolist()
    layer.train()
    nn.seed(3)
    first, second = layer(x).data, layer(x).data
    nn.seed(3)
    assert np.array_equal(first, layer(x).data)
    assert not np.array_equal(first, second)
    own = [getattr(nn, name)(0.5, generator=np.random.default_rng(7))(x).data for _ in range(2)]
    assert np.array_equal(*own)


@pytest.mark.parametrize("name", MODULES)
def test_modules_keep_single_precision_and_print_their_probability(name):
    x = Tensor(np.ones(MODULES[name], np.float32), requires_grad=True)
    layer = getattr(nn, name)(0.25)
    y = layer(x)
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32
    assert repr(layer) == f"{name}(p=0.25)"


@pytest.mark.parametrize("name", MODULES)
def test_modules_take_empty_batches(name):
    shape = (0, *MODULES[name][1:])
    assert getattr(nn, name)(0.5)(np.zeros(shape)).shape == shape


@pytest.mark.parametrize("name", MODULES)
def test_a_drawn_mask_in_single_numbers(name):
    x = Tensor(wave(*MODULES[name]), requires_grad=True)
    y = getattr(nn, name)(0.5, generator=np.random.default_rng(1))(x)
    lowered = lower(y)
    assert np.array_equal([v.data for v in lowered.output.flat], y.data.ravel())
    y.backward(np.ones(y.shape))
    sum(lowered.output.flat).backward()
    assert np.array_equal(lowered.gradient(x), x.grad)


MISTAKES = {
    "a probability above 1": (lambda: nn.Dropout2d(1.5), DomainError, "`p` (=1.5) has to be a number between 0 and 1"),
    "a negative probability": (lambda: F.alpha_dropout([1.0], -0.1), DomainError, "`p` (=-0.1) has to be"),
    "an undefined probability": (lambda: F.feature_alpha_dropout([[1.0]], np.nan), DomainError, "`p` (=nan)"),
    "a probability in words": (lambda: nn.Dropout("half"), DtypeError, "`p` (='half') has to be a number between 0 and 1"),
    "a seed for a generator": (
        lambda: F.dropout([1.0], generator=3), DtypeError,
        "`generator` has to be np.random.default_rng(seed), made once and used again, got 3",
    ),
    "a seed in words": (lambda: nn.seed("a"), DtypeError, "seed(): `number` (='a') has to be a whole number"),
    "a negative seed": (lambda: nn.seed(-1), DomainError, "seed(): `number` (=-1) has to be a whole number"),
    "one image for a batch": (
        lambda: nn.Dropout2d(0.2)(np.zeros((3, 4, 4))), ShapeError,
        "Dropout2d(p=0.2): dropout2d(): the input has shape (3, 4, 4), not (N, C, H, W)",
    ),
    "a vector": (
        lambda: F.dropout1d([1.0, 2.0]), ShapeError, "dropout1d(): the input has shape (2,), not (N, C, L) or (C, L)",
    ),
    "an image for volumes": (
        lambda: F.dropout3d(np.zeros((3, 4, 4))), ShapeError, "not (N, C, D, H, W) or (C, D, H, W)",
    ),
    "no channels": (
        lambda: F.feature_alpha_dropout([1.0]), ShapeError,
        "feature_alpha_dropout(): the input has shape (1,), not (N, C, ...)",
    ),
    "a Value where axes are needed": (lambda: nn.Dropout1d()(Value(1.0)), DtypeError, "needs a Tensor"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)
