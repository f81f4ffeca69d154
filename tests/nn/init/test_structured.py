"""Orthogonal weights, identities, kernels that pass on what they get, sparse weights."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
from tests.nn.distributions import (
    assert_distributed,
    assert_mean_and_variance,
    normal,
    uniform,
)


def rng(seed=0):
    return np.random.default_rng(seed)


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
