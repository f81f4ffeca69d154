"""Losses: stable for the surest of networks, and with the lecture's gradients."""

from __future__ import annotations

import numpy as np
import pytest

import nn.functional as F
from autograd_core import Tensor
from tests.nn.operands import wave

Z = [-1e4, -1000.0, -30.0, -1.0, 0.0, 0.5, 30.0, 1000.0, 1e4]


def gradient(loss, z, y):
    x = Tensor(z, requires_grad=True)
    loss(x, y, reduction="sum").backward()
    return x.grad


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("z", Z)
def test_lab_1_5_log_loss_on_a_sigmoid_has_the_gradient_p_minus_y(z, label):
    p = F.sigmoid(z).item()
    found = gradient(F.binary_cross_entropy_with_logits, [z], np.array([label]))
    assert found == pytest.approx([p - label], abs=1e-16, rel=1e-15)


@pytest.mark.parametrize("z", [-1000.0, 1000.0])
def test_lab_1_5_the_gradient_is_exact_where_the_network_is_sure(z):
    for label in (0.0, 1.0):
        found = gradient(F.binary_cross_entropy_with_logits, [z], np.array([label]))
        assert found.tolist() == [float(z > 0) - label]
        logits = [[0.0, z]]
        found = gradient(F.cross_entropy, logits, [int(label)])
        assert found.tolist() == [[float(z < 0) - (label == 0), float(z > 0) - label]]


@pytest.mark.parametrize("scale", [1.0, 1000.0, 1e4])
def test_lab_1_5_cross_entropy_on_a_softmax_has_the_gradient_p_minus_y(scale):
    z, labels = scale * wave(5, 4), np.array([0, 3, 1, 2, 2])
    p, y = F.softmax(z, dim=1).data, F.one_hot(labels, 4).data
    np.testing.assert_allclose(gradient(F.cross_entropy, z, labels), p - y, rtol=0, atol=4e-16)


@pytest.mark.parametrize("z", Z)
def test_losses_are_finite_and_right_at_the_extremes(z):
    found = F.binary_cross_entropy_with_logits([z], [1.0]).item()
    assert found == pytest.approx(float(np.logaddexp(0, -z)), rel=1e-14)
    assert F.cross_entropy([[0.0, z]], [1]).item() == pytest.approx(
        float(np.logaddexp(0, -z)), rel=1e-14, abs=1e-13
    )


def test_lab_3_2_cross_entropy_of_four_classes():
    p, wanted = np.array([0.63, 0.12, 0.07, 0.18]), 0.4620354595965587
    assert F.nll_loss(np.log(p), 0).item() == pytest.approx(wanted, rel=1e-15)
    assert F.cross_entropy(np.log(p), np.array([1.0, 0.0, 0.0, 0.0])).item() == pytest.approx(
        wanted, rel=1e-14
    )


def test_probabilities_of_exactly_0_and_1_cost_at_most_100_and_leave_no_nan():
    p = Tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    losses = F.binary_cross_entropy(p, [0.0, 1.0, 1.0, 0.0], reduction="none")
    assert losses.tolist() == [0, 0, 100, 100]
    losses.sum().backward()
    assert p.grad.tolist() == [1, -1, 0, 0]


def test_targets_may_be_learned_too():
    x, y = Tensor([1.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    F.mse_loss(x, y).backward()
    assert x.grad.tolist() == [-4]
    assert y.grad.tolist() == [4]


@pytest.mark.parametrize("loss", [F.mse_loss, F.binary_cross_entropy, F.cross_entropy])
def test_targets_in_a_list_do_not_widen_float32(loss):
    assert loss(np.full((1, 2), 0.5, np.float32), [[0.0, 1.0]]).dtype == np.float32


def test_one_hot_rows():
    assert F.one_hot([[1], [0]], num_classes=3).tolist() == [[[0, 1, 0]], [[1, 0, 0]]]
    assert F.one_hot([2, 0]).shape == (2, 3)
