"""Losses: stable for the surest of networks, and with the lecture's gradients."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, gradcheck
from tests.nn.checks import assert_equal
from tests.nn.families import LOSSES
from tests.nn.operands import build, wave

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


def test_probabilities_of_exactly_0_and_1_cost_at_most_100_and_have_pytorchs_slopes():
    p = Tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    losses = F.binary_cross_entropy(p, [0.0, 1.0, 1.0, 0.0], reduction="none")
    assert losses.tolist() == [0, 0, 100, 100]
    losses.sum().backward()
    assert p.grad.tolist() == [0, 0, -1e12, 1e12]


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


# -- numbers -----------------------------------------------------------------------------------------


def test_half_the_squared_error_has_the_gradient_x_minus_y():
    x, y = wave(3, 2), wave(3, 2, phase=1.0)
    assert F.half_squared_error(x, y).item() == pytest.approx(((x - y) ** 2).sum() / 2, rel=1e-15)
    assert np.allclose(gradient(F.half_squared_error, x, y), x - y, rtol=1e-15)


@pytest.mark.parametrize(("reduction", "divisor"), [("sum", 1), ("batchmean", 3), ("mean", 6)])
def test_half_the_squared_error_is_a_sum_a_mean_over_samples_or_over_numbers(reduction, divisor):
    x, y = wave(3, 2), wave(3, 2, phase=1.0)
    found = nn.HalfSquaredError(reduction)(x, y).item()
    assert found == pytest.approx(((x - y) ** 2).sum() / 2 / divisor, rel=1e-14)


def test_a_huber_loss_is_a_parabola_that_goes_on_as_its_tangent():
    d = np.array([-1e300, -2.0, -0.5, 0.0, 0.5, 2.0, 1e300])
    x = Tensor(d, requires_grad=True)
    F.huber_loss(x, np.zeros(7), reduction="sum", delta=0.5).backward()
    assert x.grad.tolist() == [-0.5, -0.5, -0.5, 0, 0.5, 0.5, 0.5]


@pytest.mark.parametrize("loss", [F.huber_loss, F.smooth_l1_loss, F.mse_loss])
def test_the_second_derivative_of_a_parabola_is_there_at_its_bottom_too(loss):
    gradcheck(lambda x: loss(x, np.zeros(3)), np.array([0.0, 0.3, -0.2]), order=2)


# -- classes -----------------------------------------------------------------------------------------


def test_labels_that_change_after_the_loss_do_not_change_its_gradient():
    z, labels = Tensor(wave(2, 3), requires_grad=True), np.array([0, 1])
    loss = F.cross_entropy(z, labels, reduction="sum")
    labels[:] = 2
    loss.backward()
    assert np.allclose(z.grad, F.softmax(wave(2, 3), dim=1).data - np.eye(3)[:2], atol=1e-15)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.uint64, ">i8"])
def test_labels_may_be_integers_of_any_kind(kind):
    z, labels = wave(4, 3), np.array([2, 0, 1, 2])
    assert F.cross_entropy(z, labels.astype(kind)).item() == F.cross_entropy(z, labels).item()


def test_ignored_labels_neither_cost_nor_pull():
    z = Tensor(np.array([[0.0, -np.inf], [1.0, 2.0]]), requires_grad=True)
    losses = F.cross_entropy(z, [-1, 0], ignore_index=-1, reduction="none")
    assert losses.tolist() == pytest.approx([0, np.log1p(np.e)])
    losses.sum().backward()
    assert z.grad[0].tolist() == [0, 0]


def test_smoothed_labels_are_the_same_as_smoothed_probabilities():
    z, labels = wave(5, 4), np.array([0, 3, 1, 2, 2])
    found = F.cross_entropy(z, labels, label_smoothing=0.2).item()
    y = 0.8 * np.eye(4)[labels] + 0.2 / 4
    assert found == pytest.approx(F.cross_entropy(z, y).item(), rel=1e-14)


# -- margins -----------------------------------------------------------------------------------------


def test_a_hinge_costs_nothing_beyond_the_margin_and_pulls_nothing_on_it():
    f = Tensor([-1.0, 1.0, 2.0, 0.5], requires_grad=True)
    losses = nn.HingeLoss(reduction="none")(f, [1, 1, 1, -1])
    assert losses.tolist() == [2, 0, 0, 1.5]
    losses.sum().backward()
    assert f.grad.tolist() == [-1, 0, 0, 1]


def test_central_differences_confirm_the_hinge():
    gradcheck(lambda f: F.hinge_loss(f, [1, -1, 1]), np.array([0.3, 0.2, 1.7]))


@pytest.mark.parametrize("z", Z)
def test_a_soft_margin_is_finite_however_wide(z):
    assert F.soft_margin_loss([z], [-1]).item() == pytest.approx(float(np.logaddexp(0, z)), rel=1e-14)


# -- distances and distributions ---------------------------------------------------------------------


def test_a_triplet_that_is_far_enough_apart_costs_nothing():
    anchor, near, far = [[0.0, 0.0]], [[0.0, 1.0]], [[9.0, 0.0]]
    assert F.triplet_margin_loss(anchor, near, far).item() == 0
    assert F.triplet_margin_loss(anchor, far, near).item() == pytest.approx(9, abs=1e-5)


def test_the_distance_of_triplets_may_be_ones_own():
    x = [wave(4, 3, phase=phase) for phase in (0.0, 1.0, 2.0)]
    loss = nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: F.pairwise_distance(a, b, p=3.0))
    assert loss(*x).item() == nn.TripletMarginLoss(p=3.0)(*x).item()


def test_equal_vectors_have_no_distance_and_no_gradient_but_a_defined_one():
    x = Tensor(wave(2, 3), requires_grad=True)
    F.pairwise_distance(x, wave(2, 3), eps=0.0).sum().backward()
    assert np.all(x.grad == 0)


def test_a_divergence_is_0_between_equals_and_positive_otherwise():
    p, q = np.array([[0.25, 0.75]]), np.array([[0.5, 0.5]])
    assert F.kl_div(np.log(p), p, reduction="batchmean").item() == pytest.approx(0, abs=1e-16)
    wanted = 0.5 * np.log(2) + 0.5 * np.log(2 / 3)
    assert F.kl_div(np.log(p), q, reduction="batchmean").item() == pytest.approx(wanted, rel=1e-14)


def test_impossible_events_do_not_count_in_a_divergence():
    log_p = Tensor([[0.0, -2.0]], requires_grad=True)
    q = Tensor([[1.0, 0.0]], requires_grad=True)
    loss = F.kl_div(log_p, q, reduction="sum")
    loss.backward()
    assert (loss.item(), log_p.grad.tolist(), q.grad[0, 1]) == (0, [[-1, 0]], 2)


@pytest.mark.parametrize("variance", [[[1.0, 4.0], [9.0, 16.0]], [[1.0], [4.0]], [1.0, 4.0], 4.0])
def test_a_variance_for_each_number_each_row_or_all(variance):
    x, y = wave(2, 2), wave(2, 2, phase=1.0)
    v = np.broadcast_to(np.reshape(variance, (2, 1)) if np.shape(variance) == (2,) else variance, (2, 2))
    wanted = 0.5 * (np.log(v) + (x - y) ** 2 / v)
    found = F.gaussian_nll_loss(x, y, variance, reduction="none")
    assert np.allclose(found.data, wanted, rtol=1e-14)


# -- as modules --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_keeps_float32_and_its_targets_in_lists_do_too(name):
    differentiable, constants = LOSSES[name]
    x = [Tensor(d.astype(np.float32), requires_grad=True) for d in differentiable]
    loss = build(nn, name)(*x, *(c.tolist() for c in constants))
    loss.backward()
    assert loss.dtype == np.float32
    assert {tensor.grad.dtype for tensor in x} == {np.dtype(np.float32)}


WEIGHTED = {
    "BCELoss": (0.5 + wave(2, 3) / 5, np.eye(3)[:2]),
    "BCEWithLogitsLoss": (wave(2, 3), np.eye(3)[:2]),
    "MultiLabelSoftMarginLoss": (wave(2, 3), np.eye(3)[:2]),
    "NLLLoss": (wave(2, 3), np.array([2, 0])),
    "CrossEntropyLoss": (wave(2, 3), np.array([2, 0])),
    "MultiMarginLoss": (wave(2, 3), np.array([2, 0])),
}


@pytest.mark.peers
@pytest.mark.parametrize("name", WEIGHTED)
def test_weights_are_part_of_the_state_and_move_to_pytorch(name):
    torch = pytest.importorskip("torch")
    weight, operands = [0.5, 2.0, 1.25], WEIGHTED[name]
    ours = getattr(nn, name)(weight=weight)
    theirs = getattr(torch.nn, name)(weight=torch.zeros(3, dtype=torch.float64))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    theirs.load_state_dict({path: torch.tensor(array) for path, array in ours.state_dict().items()})
    assert_equal(ours(*operands).item(), theirs(*map(torch.tensor, operands)))


@pytest.mark.parametrize("name", WEIGHTED)
def test_weights_in_double_precision_do_not_widen_float32(name):
    x, y = WEIGHTED[name]
    loss = getattr(nn, name)(weight=np.array([0.5, 2.0, 1.25]))
    assert loss(x.astype(np.float32), y if y.dtype.kind == "i" else y.tolist()).dtype == np.float32


def test_losses_show_what_is_not_usual():
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()"
    assert repr(nn.HuberLoss("sum", delta=2.0)) == "HuberLoss(reduction='sum', delta=2.0)"
    assert repr(nn.MultiMarginLoss(p=2, weight=[1.0, 2.0])) == "MultiMarginLoss(p=2)"
