"""Every layer written out in single numbers computes the same values and gradients."""

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, lower
from tests.nn.families import LAYERS
from tests.nn.operands import build, whole

RANDOM = np.random.default_rng(0)

WITHIN = LAYERS | {
    "Dropout": ("Dropout(0.5, generator=np.random.default_rng(1))", (3, 3)),
    "a network": (
        "Sequential(nn.Conv2d(1, 2, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 3))",
        (2, 1, 3, 3),
    ),
}

LOSSES = {
    "mse_loss": lambda y: F.mse_loss(y, np.ones((2, 3))),
    "cross_entropy": lambda y: F.cross_entropy(y, np.array([0, 2])),
    "binary_cross_entropy_with_logits": lambda y: F.binary_cross_entropy_with_logits(y, np.eye(3)[:2]),
    "weighted cross_entropy": lambda y: F.cross_entropy(
        y, np.array([0, 2]), np.arange(3.0), label_smoothing=0.1
    ),
    "binary_cross_entropy": lambda y: F.binary_cross_entropy(y.sigmoid(), np.eye(3)[:2]),
    "huber_loss": lambda y: F.huber_loss(y, np.ones((2, 3))),
    "multi_margin_loss": lambda y: F.multi_margin_loss(y, np.array([0, 2]), p=2),
    "multilabel_margin_loss": lambda y: F.multilabel_margin_loss(y, np.array([[0, 2, -1], [1, -1, -1]])),
    "cosine_embedding_loss": lambda y: F.cosine_embedding_loss(y, np.ones((2, 3)), np.array([1, -1])),
    "triplet_margin_loss": lambda y: F.triplet_margin_loss(y, np.ones((2, 3)), -np.ones((2, 3)), 9.0),
    "kl_div": lambda y: F.kl_div(F.log_softmax(y, dim=1), np.eye(3)[:2]),
    "poisson_nll_loss": lambda y: F.poisson_nll_loss(y, np.ones((2, 3)), full=True),
    "gaussian_nll_loss": lambda y: F.gaussian_nll_loss(y, np.ones((2, 3)), y.square()),
    "nll_loss": lambda y: F.nll_loss(F.log_softmax(y, dim=1), np.array([1, 1])),
}


def assert_lowered_equal(y, leaves):
    weights = RANDOM.normal(size=y.shape)
    y.backward(weights)
    lowered = lower(y)
    assert np.allclose([v.data for v in lowered.output.flat], y.data.ravel(), rtol=1e-12, atol=1e-13)
    total = sum(v * float(w) for v, w in zip(lowered.output.flat, weights.flat, strict=True))
    total.backward()
    for leaf in leaves:
        assert np.allclose(lowered.gradient(leaf), leaf.grad, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", WITHIN)
def test_a_layer_in_single_numbers(name):
    text, shape = WITHIN[name]
    nn.seed(0)
    layer = build(nn, text)
    x = Tensor(RANDOM.normal(size=shape), requires_grad=True)
    assert_lowered_equal(whole(layer(x)), [x, *layer.parameters()])


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_in_single_numbers(name):
    x = Tensor(RANDOM.normal(size=(2, 3)), requires_grad=True)
    assert_lowered_equal(LOSSES[name](x), [x])
