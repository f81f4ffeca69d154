"""Normalising layers: what they remember of what they have seen, and what they give back."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import GraphError, Tensor, grad, gradcheck, jvp, no_grad
from tests.nn.checks import assert_equal
from tests.nn.operands import wave

TRACKING = {
    "BatchNorm1d": ("BatchNorm1d(3)", (5, 3)),
    "BatchNorm1d of sequences": ("BatchNorm1d(3, momentum=0.4)", (2, 3, 4)),
    "BatchNorm2d": ("BatchNorm2d(3, momentum=None)", (4, 3, 2, 2)),
    "BatchNorm2d that forgets everything": ("BatchNorm2d(3, momentum=1.0)", (4, 3, 2, 2)),
    "BatchNorm3d": ("BatchNorm3d(3, affine=False)", (2, 3, 2, 1, 2)),
    "InstanceNorm1d": ("InstanceNorm1d(3, track_running_stats=True)", (2, 3, 4)),
    "InstanceNorm2d": (
        "InstanceNorm2d(3, momentum=0.4, affine=True, track_running_stats=True)",
        (4, 3, 2, 2),
    ),
    "InstanceNorm3d of one sample": ("InstanceNorm3d(3, track_running_stats=True)", (3, 2, 1, 2)),
}

PRINTED = [
    "BatchNorm1d(3)",
    "BatchNorm2d(3, momentum=None, affine=False)",
    "BatchNorm3d(3, bias=False, track_running_stats=False)",
    "InstanceNorm1d(3)",
    "InstanceNorm2d(3, affine=True)",
    "LayerNorm(4)",
    "LayerNorm((2, 3), elementwise_affine=False)",
    "LayerNorm(4, bias=False)",
    "GroupNorm(2, 4)",
    "RMSNorm(4, eps=0.5)",
    "LocalResponseNorm(5, alpha=0.5)",
]


def layer_of(library, text):
    return eval(f"nn.{text}", {"nn": library})


@pytest.mark.peers
@pytest.mark.parametrize("name", TRACKING)
def test_three_batches_leave_the_memory_that_pytorch_keeps(name):
    torch = pytest.importorskip("torch")
    text, shape = TRACKING[name]
    ours, theirs = layer_of(nn, text), layer_of(torch.nn, text).double()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for phase in range(3):
        x = wave(*shape, phase=phase) + phase
        assert_equal(ours(x).data, theirs(torch.tensor(x)).detach().numpy())
    for path, array in theirs.state_dict().items():
        assert_equal(ours.state_dict()[path], array.numpy())
    x = wave(*shape, phase=9)
    assert_equal(ours.eval()(x).data, theirs.eval()(torch.tensor(x)).detach().numpy())
    restored = layer_of(nn, text).eval()
    restored.load_state_dict(theirs.state_dict())
    assert_equal(restored(x).data, ours(x).data)


@pytest.mark.peers
@pytest.mark.parametrize("text", PRINTED)
def test_layers_print_as_pytorchs_do(text):
    torch = pytest.importorskip("torch")
    assert repr(layer_of(nn, text)) == repr(layer_of(torch.nn, text))


def test_a_cumulative_average_gives_every_batch_the_same_weight():
    layer = nn.BatchNorm1d(2, momentum=None)
    batches = [wave(4, 2, phase=phase) for phase in range(5)]
    for batch in batches:
        layer(batch)
    assert_equal(layer.running_mean.data, np.mean([b.mean(0) for b in batches], axis=0))
    assert_equal(layer.running_var.data, np.mean([b.var(0, ddof=1) for b in batches], axis=0))
    assert layer.num_batches_tracked.data == 5


def test_evaluation_remembers_nothing_and_treats_samples_alone():
    layer = nn.BatchNorm1d(2)
    layer(wave(6, 2))
    before = layer.state_dict()
    x = wave(4, 2, phase=1.0)
    together = layer.eval()(x).data
    assert np.array_equal(together, np.concatenate([layer(row[None]).data for row in x]))
    for path, array in layer.state_dict().items():
        assert np.array_equal(array, before[path])


def test_a_refused_batch_is_not_counted():
    layer = nn.BatchNorm1d(2)
    with pytest.raises(ValueError, match="1 value for each channel"):
        layer(np.ones((1, 2)))
    assert layer.num_batches_tracked.data == 0
    assert layer.running_mean.tolist() == [0, 0]


def test_what_was_seen_counts_without_recording_too():
    layer = nn.BatchNorm1d(1)
    with no_grad():
        layer([[1.0], [3.0]])
    assert layer.running_mean.tolist() == pytest.approx([0.2])


def test_forgetting_begins_anew():
    layer = nn.BatchNorm1d(1)
    layer([[1.0], [3.0]])
    layer.reset_running_stats()
    assert layer.running_mean.tolist() == [0]
    assert layer.running_var.tolist() == [1]
    assert layer.num_batches_tracked.item() == 0


def test_a_later_batch_does_not_change_an_earlier_gradient():
    layer = nn.BatchNorm1d(2).eval()
    x = nn.Parameter(wave(3, 2))
    y = layer(x)
    layer.train()(wave(4, 2, phase=5.0) * 10)
    y.sum().backward()
    assert_equal(x.grad, np.full((3, 2), 1 / np.sqrt(1 + 1e-5)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    "text", ["BatchNorm2d(2)", "InstanceNorm2d(2, affine=True, track_running_stats=True)"]
)
def test_single_precision_stays_single(text, training):
    layer = layer_of(nn, text).float().train(training)
    x = Tensor(wave(3, 2, 2, 2).astype(np.float32), requires_grad=True)
    layer(x).sum().backward()
    arrays = [x.grad, *(p.grad for p in layer.parameters()), layer.running_mean.data, layer.running_var.data]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert layer.num_batches_tracked.dtype == np.int64


def test_plain_arrays_hold_running_statistics_as_well():
    mean, variance = np.zeros(1), np.ones(1)
    F.batch_norm([[1.0], [3.0]], mean, variance, training=True, momentum=1.0)
    assert (mean.tolist(), variance.tolist()) == ([2.0], [2.0])
    assert_equal(F.batch_norm([[4.0]], mean, variance, eps=0.0).data, np.array([[np.sqrt(2)]]))
    assert F.batch_norm([[4.0]], [4.0], [1.0]).tolist() == [[0.0]]


@pytest.mark.parametrize(
    "text",
    ["BatchNorm1d(3)", "InstanceNorm1d(3)", "LayerNorm((3, 4))", "GroupNorm(3, 3)", "RMSNorm(4)"],
)
def test_second_derivatives_of_what_is_not_constant(text):
    layer = layer_of(nn, text)
    gradcheck(lambda x: (layer(x) ** 3).sum(), wave(2, 3, 4), order=2)


def test_the_mean_of_a_feature_has_no_gradient_through_a_batch():
    x = nn.Parameter(wave(6, 2))
    (nn.BatchNorm1d(2)(x) * wave(6, 2, phase=1.0)).sum().backward()
    assert_equal(x.grad.sum(0), np.zeros(2))


def test_a_shift_and_a_scale_of_the_input_change_nothing():
    x = wave(6, 3, 2, 2)
    for layer in (nn.BatchNorm2d(3, eps=0.0), nn.InstanceNorm2d(3, eps=0.0), nn.GroupNorm(1, 3, eps=0.0)):
        assert_equal(layer(7 * x + 3).data, layer(x).data)


def test_numbers_that_are_all_equal_become_zero():
    for layer in (nn.BatchNorm1d(2), nn.LayerNorm(2), nn.GroupNorm(1, 2)):
        assert layer(np.full((4, 2), 0.7)).tolist() == [[0, 0]] * 4


@pytest.mark.parametrize("text", ["LayerNorm(3)", "GroupNorm(1, 3)", "RMSNorm(3)", "BatchNorm1d(3).eval()"])
def test_an_empty_batch_gives_an_empty_batch(text):
    assert layer_of(nn, text)(np.zeros((0, 3))).shape == (0, 3)


def test_whole_numbers_are_normalised_as_numbers():
    assert_equal(F.layer_norm(np.array([[1, 3]]), 2, eps=0.0).data, np.array([[-1.0, 1.0]]))
    assert_equal(F.rms_norm(np.array([[3, -3]]), 2).data, np.array([[1.0, -1.0]]))


@pytest.mark.parametrize("pairs", [True, False])
def test_averaged_weights_see_the_data_anew(pairs):
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, momentum=0.3), nn.Dropout(0.5), nn.Linear(3, 1))
    average = nn.optim.AveragedModel(model)
    average.update_parameters(model)
    x = wave(12, 2)
    average.eval()
    model[1].eval()
    nn.optim.update_bn(nn.batches(x, x, 4, shuffle=False) if pairs else [x[:4], x[4:8], x[8:]], average)
    hidden = model[0](x).data.reshape(3, 4, 3)
    layer = average.module[1]
    assert_equal(layer.running_mean.data, hidden.mean((0, 1)))
    assert_equal(layer.running_var.data, hidden.var(1, ddof=1).mean(0))
    assert layer.num_batches_tracked.item() == 3
    assert layer.momentum == 0.3
    assert not any(module.training for module in average.modules())
    assert model[1].running_mean.tolist() == [0, 0, 0]


def test_statistics_of_no_batch_are_refused_and_nothing_is_forgotten():
    layer = nn.BatchNorm1d(1)
    layer([[1.0], [3.0]])
    before = layer.state_dict()
    with pytest.raises(nn.ModuleError, match="there is no batch"):
        nn.optim.update_bn([], layer)
    assert {path: array.tolist() for path, array in layer.state_dict().items()} == {
        path: array.tolist() for path, array in before.items()
    }
    nn.optim.update_bn([], nn.Linear(1, 1))  # has none to update


def test_a_network_with_batch_normalisation_learns_and_moves_to_single_numbers():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2))
    optimiser = nn.SGD(model.parameters(), lr=0.5)
    x, labels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), [0, 1, 1, 0]
    for _ in range(200):
        optimiser.zero_grad()
        F.cross_entropy(model(x), labels).backward()
        optimiser.step()
    assert nn.accuracy(model.eval()(x), labels) == 1
    single = model.scalars()([[0.0, 1.0]])
    assert_equal([[v.data for v in row] for row in single], model(x[1:2]).data)


@pytest.mark.parametrize(
    "normalized",
    [
        lambda x, mean, var: F.batch_norm(x, mean, var, training=False),
        lambda x, mean, var: F.instance_norm(x, mean, var, use_input_stats=False),
    ],
)
def test_running_statistics_have_no_gradient_and_say_so(normalized):
    x, zeros, ones = wave(2, 3, 4), np.zeros(3), np.ones(3)
    with pytest.raises(GraphError, match="no derivative with respect to running_mean"):
        grad(lambda mean: normalized(x, mean, ones).sum())(zeros)
    with pytest.raises(GraphError, match="no derivative with respect to running_var"):
        jvp(lambda var: normalized(x, zeros, var).sum(), (ones,), (ones,))
    assert_equal(grad(lambda x: normalized(x, zeros, ones).sum())(x), np.full(x.shape, 1 / np.sqrt(1 + 1e-5)))
