"""What normalising layers and functions refuse, and how they say it."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Value
from autograd_core.errors import DomainError, DtypeError, ShapeError


def zeros(*shape):
    return np.zeros(shape)


MISTAKES = {
    "a single value for each channel": (
        lambda: nn.BatchNorm1d(3)(zeros(1, 3)), ShapeError,
        "batch_norm(): the input of shape (1, 3) has 1 value for each channel, and training needs at least "
        "two: give a larger batch, or call eval()",
    ),
    "no values": (lambda: nn.BatchNorm1d(3)(zeros(0, 3)), ShapeError, "has 0 values for each channel"),
    "a single place of each sample": (
        lambda: nn.InstanceNorm2d(2)(zeros(5, 2, 1, 1)), ShapeError,
        "instance_norm(): the input of shape (5, 2, 1, 1) has 1 value for each channel of a sample, and needs "
        "at least two",
    ),
    "another number of channels": (
        lambda: nn.BatchNorm2d(3)(zeros(2, 4, 5, 5)), ShapeError,
        "track_running_stats=True): the input of shape (2, 4, 5, 5) has 4 channels, not `num_features` (=3)",
    ),
    "vectors for images": (
        lambda: nn.BatchNorm2d(3)(zeros(2, 3)), ShapeError, "the input has shape (2, 3), not (N, C, H, W)",
    ),
    "images for vectors": (
        lambda: nn.BatchNorm1d(3)(zeros(2, 3, 4, 4)), ShapeError,
        "the input has shape (2, 3, 4, 4), not (N, C), or (N, C, L)",
    ),
    "another number of channels of one image": (
        lambda: nn.InstanceNorm2d(3)(zeros(2, 5, 5)), ShapeError, "(2, 5, 5) has 2 channels, not",
    ),
    "vectors for instance normalisation": (
        lambda: nn.InstanceNorm1d(3)(zeros(3)), ShapeError,
        "the input has shape (3,), not (N, C, L), or (C, L) for one sample",
    ),
    "a vector": (lambda: F.batch_norm(zeros(3), None, None, training=True), ShapeError, "not (N, C, ...)"),
    "a matrix where places are needed": (
        lambda: F.instance_norm(zeros(3, 2)), ShapeError, "not (N, C, ...) with at least three axes",
    ),
    "no running statistics": (
        lambda: F.batch_norm(zeros(3, 2), None, None), DomainError,
        "batch_norm(): without the input's own statistics `running_mean` and `running_var` are needed",
    ),
    "half of the running statistics": (
        lambda: F.batch_norm(zeros(3, 2), zeros(2), None, training=True), DomainError,
        "give both `running_mean` and `running_var`, or neither",
    ),
    "running statistics in a list": (
        lambda: F.batch_norm(zeros(3, 2), [0.0, 0.0], [1.0, 1.0], training=True), DtypeError,
        "batch_norm(): `running_mean` is changed in place, which takes a floating-point Tensor or array, got "
        "[0.0, 0.0]",
    ),
    "running statistics in whole numbers": (
        lambda: F.batch_norm(zeros(3, 2), np.zeros(2, int), zeros(2), training=True), DtypeError,
        "`running_mean` is changed in place",
    ),
    "running statistics of other channels": (
        lambda: F.instance_norm(zeros(3, 2, 4), zeros(2), zeros(3)), ShapeError,
        "instance_norm(): `running_var` has shape (3,), but the input has 2 channels",
    ),
    "a factor for other channels": (
        lambda: F.batch_norm(zeros(3, 2), None, None, zeros(3), training=True), ShapeError,
        "batch_norm(): the weight has shape (3,), but the input of shape (3, 2) has 2 channels",
    ),
    "a shift for other channels": (
        lambda: F.group_norm(zeros(3, 2), 1, None, zeros(3)), ShapeError,
        "group_norm(): the bias has shape (3,), but the input of shape (3, 2) has 2 channels",
    ),
    "groups that do not divide the channels": (
        lambda: nn.GroupNorm(3, 4), ShapeError, "`num_channels` (=4) must be divisible by `num_groups` (=3)",
    ),
    "groups that do not divide the channels of the input": (
        lambda: F.group_norm(zeros(2, 5), 2), ShapeError,
        "`num_channels` (=5) must be divisible by `num_groups` (=2)",
    ),
    "no groups": (lambda: nn.GroupNorm(0, 4), ShapeError, "`num_groups` (=0) has to be a whole number"),
    "half a channel": (lambda: nn.BatchNorm1d(2.5), ShapeError, "BatchNorm1d: `num_features` (=2.5) has to"),
    "another end": (
        lambda: nn.LayerNorm(4)(zeros(4, 3)), ShapeError,
        "layer_norm(): the input of shape (4, 3) does not end in `normalized_shape` (=(4,))",
    ),
    "fewer axes than are normalised": (
        lambda: nn.RMSNorm((3, 4))(zeros(4)), ShapeError,
        "rms_norm(): the input of shape (4,) does not end in `normalized_shape` (=(3, 4))",
    ),
    "a factor of another shape": (
        lambda: F.layer_norm(zeros(2, 3), 3, zeros(2)), ShapeError,
        "layer_norm(): the weight has shape (2,), the numbers it belongs to have (3,)",
    ),
    "nothing to normalise": (
        lambda: nn.LayerNorm(()), ShapeError, "LayerNorm: `normalized_shape` (=()) has to be",
    ),
    "a shape in words": (
        lambda: nn.RMSNorm("all"), ShapeError, "RMSNorm: `normalized_shape` (='all') has to be",
    ),
    "a negative eps": (
        lambda: F.batch_norm(zeros(3, 2), None, None, training=True, eps=-1.0), DomainError,
        "batch_norm(): `eps` (=-1.0) has to be a finite number from 0",
    ),
    "a negative eps in evaluation": (
        lambda: F.instance_norm(zeros(3, 2, 2), zeros(2), zeros(2), use_input_stats=False, eps=-1.0), DomainError,
        "instance_norm(): `eps` (=-1.0) has to be a finite number from 0",
    ),
    "an eps in words": (lambda: nn.LayerNorm(2, eps="small"), DtypeError, "LayerNorm: `eps` (='small') has to be"),
    "no eps": (lambda: F.group_norm(zeros(3, 2), 1, eps=None), DtypeError, "group_norm(): `eps` (=None)"),
    "a momentum above 1": (
        lambda: nn.BatchNorm1d(2, momentum=2.0), DomainError,
        "BatchNorm1d: `momentum` (=2.0) has to be a number between 0 and 1",
    ),
    "a momentum in words": (
        lambda: F.batch_norm(zeros(3, 2), None, None, training=True, momentum="a"), DtypeError, "(='a') has to be",
    ),
    "no momentum of instances": (
        lambda: nn.InstanceNorm1d(2, momentum=None), DtypeError, "InstanceNorm1d: `momentum` (=None)",
    ),
    "parameters in whole numbers": (
        lambda: nn.BatchNorm1d(2, dtype=int), DtypeError,
        "`dtype` (=<class 'int'>) has to be a dtype of floating-point numbers",
    ),
    "no neighbours": (lambda: nn.LocalResponseNorm(0), ShapeError, "LocalResponseNorm: `size` (=0) has to"),
    "neighbours of vectors": (
        lambda: F.local_response_norm(zeros(2, 3), 2), ShapeError, "local_response_norm(): the input has shape",
    ),
    "no such axis": (
        lambda: F.normalize(zeros(3)), ShapeError, "normalize(): the input of shape (3,) has no axis `dim` (=1)",
    ),
    "two axes": (lambda: F.normalize(zeros(3, 2), dim=(0, 1)), ShapeError, "has no axis `dim` (=(0, 1))"),
    "a Value where axes are needed": (lambda: F.layer_norm(Value(1.0), 1), DtypeError, "needs a Tensor"),
    "a Value for a layer": (lambda: nn.BatchNorm1d(1)(Value(1.0)), DtypeError, "needs a Tensor"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)
