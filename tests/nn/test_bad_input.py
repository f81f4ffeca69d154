"""What is wrong is said at the call: the operation, what it got, and what it needs."""

from __future__ import annotations

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, Value
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError
from nn.errors import ModuleError


def zeros(*shape):
    return np.zeros(shape)


MISTAKES = {
    "wrong number of channels": (
        lambda: nn.Conv2d(3, 8, 3)(zeros(2, 1, 9, 9)), ShapeError,
        "Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1)): conv2d(): the input of shape (2, 1, 9, 9) has "
        "1 channels, but weight of shape (8, 3, 3, 3) takes 3",
    ),
    "wrong number of channels in groups": (
        lambda: nn.Conv2d(4, 8, 3, groups=2)(zeros(2, 2, 9, 9)), ShapeError,
        "has 2 channels, but weight of shape (8, 2, 3, 3) takes 4 in 2 groups",
    ),
    "kernel larger than the image": (
        lambda: nn.Conv2d(1, 1, 5)(zeros(1, 1, 4, 4)), ShapeError,
        "Conv2d(1, 1, kernel_size=(5, 5), stride=(1, 1)): conv2d(): the kernel 5x5 is larger "
        "than the image: 4x4",
    ),
    "kernel larger than the padded image": (
        lambda: nn.Conv2d(1, 1, 7, padding=1)(zeros(1, 1, 4, 4)), ShapeError,
        "the kernel 7x7 is larger than the image: 4x4 with padding ((1, 1), (1, 1)) is 6x6",
    ),
    "dilated kernel larger than the image": (
        lambda: F.conv2d(zeros(1, 1, 4, 4), zeros(1, 1, 3, 3), dilation=2), ShapeError,
        "the kernel 3x3 with dilation (2, 2) spans 5x5 is larger than the image: 4x4",
    ),
    "pooling window larger than the image": (
        lambda: nn.MaxPool2d(5)(zeros(1, 1, 4, 4)), ShapeError,
        "MaxPool2d(kernel_size=5, stride=5, padding=0, dilation=1, ceil_mode=False): max_pool2d(): the "
        "kernel 5x5 is larger than the image: 4x4",
    ),
    "padding of more than half of the pooling window": (
        lambda: F.avg_pool2d(zeros(1, 4, 4), 2, padding=2), ShapeError,
        "`padding` (=2) has to be at most half of the kernel (2, 2)",
    ),
    "groups that do not divide the inputs": (
        lambda: nn.Conv2d(5, 4, 3, groups=2), ShapeError,
        "`in_channels` (=5) must be divisible by `groups` (=2)",
    ),
    "groups that do not divide the outputs": (
        lambda: nn.Conv2d(4, 5, 3, groups=2), ShapeError,
        "`out_channels` (=5) must be divisible by `groups` (=2)",
    ),
    "no groups": (lambda: nn.Conv2d(4, 4, 3, groups=0), ShapeError, "`groups` (=0)"),
    "an image without channels": (
        lambda: F.conv2d(zeros(4, 4), zeros(1, 1, 2, 2)), ShapeError,
        "conv2d(): the input has shape (4, 4), not (N, C, H, W), or (C, H, W) for one image",
    ),
    "same with a stride": (
        lambda: nn.Conv2d(1, 1, 2, stride=2, padding="same"), ShapeError,
        "`padding` (='same') keeps the size of the image, which a `stride` (=(2, 2)) cannot",
    ),
    "padding in other words": (
        lambda: nn.Conv2d(1, 1, 2, padding="full"), DomainError,
        "`padding` (='full') has to be one of 'valid', 'same'",
    ),
    "a kernel of nothing": (lambda: nn.Conv2d(1, 1, 0), ShapeError, "`kernel_size` (=0) has to be"),
    "a stride of three numbers": (
        lambda: F.max_pool2d(zeros(1, 9, 9), 2, stride=(1, 2, 3)), ShapeError,
        "`stride` (=(1, 2, 3)) has to be",
    ),
    "no channels": (lambda: nn.Conv2d(0, 1, 2), ShapeError, "Conv2d: `in_channels` (=0)"),
    "no features": (lambda: nn.Linear(2, 0), ShapeError, "Linear: `out_features` (=0)"),
    "wrong number of features": (
        lambda: nn.Linear(4, 2)(zeros(5, 3)), ShapeError,
        "Linear(in_features=4, out_features=2, bias=True): linear(): the input of shape (5, 3) has 3 "
        "features, but weight of shape (2, 4) (out_features, in_features) takes 4",
    ),
    "a label out of range": (
        lambda: F.cross_entropy(zeros(3, 4), [0, 4, 1]), IndexRangeError,
        "cross_entropy(): label 4 at position 1 is out of range, 4 classes are numbered 0 to 3",
    ),
    "a negative label": (
        lambda: F.nll_loss(zeros(2, 4, 2), [[0, 1], [2, -1]]), IndexRangeError,
        "nll_loss(): label -1 at position (1, 1) is out of range",
    ),
    "labels that are no integers": (
        lambda: F.cross_entropy(zeros(3, 4), Tensor([0, 1, 2])), DtypeError,
        "cross_entropy(): labels have to be integers, got float64 of shape (3,)",
    ),
    "labels of the wrong length": (
        lambda: nn.CrossEntropyLoss()(zeros(3, 4), [0, 1]), ShapeError,
        "an input of shape (3, 4) needs labels of shape (3,), got (2,)",
    ),
    "an empty batch": (
        lambda: F.cross_entropy(zeros(0, 4), np.zeros(0, int)), ShapeError,
        "cross_entropy(): the batch is empty",
    ),
    "an empty batch for regression": (lambda: F.mse_loss([], []), ShapeError, "mse_loss(): the batch"),
    "targets of another shape": (
        lambda: F.mse_loss(zeros(3, 1), zeros(3)), ShapeError,
        "mse_loss(): the input has shape (3, 1), the target (3,)",
    ),
    "logits where probabilities belong": (
        lambda: F.binary_cross_entropy([1.5], [1.0]), DomainError,
        "has to lie between 0 and 1, got 1.5 at position 0; for logits use binary_cross_entropy_with_logits",
    ),
    "an undefined probability": (lambda: F.binary_cross_entropy([np.nan], [1.0]), DomainError, "got nan"),
    "an unknown reduction": (
        lambda: nn.MSELoss(reduction="average"), DomainError,
        "`reduction` (='average') has to be one of 'mean', 'sum', 'none'",
    ),
    "a dropout above 1": (lambda: nn.Dropout(1.5), DomainError, "`p` (=1.5) has to be a number between 0 and 1"),
    "an undefined dropout": (lambda: F.dropout([1.0], p=np.nan), DomainError, "`p` (=nan)"),
    "no such axis": (lambda: F.softmax(zeros(2, 3), dim=2), ShapeError, "axis 2 is out of range"),
    "classes that are not there": (lambda: F.one_hot([], num_classes=0), DomainError, "`num_classes` (=0)"),
    "one hot of floats": (lambda: F.one_hot([1.5]), DtypeError, "labels have to be integers, got float64"),
    "a Value where axes are needed": (lambda: F.softmax(Value(1.0), dim=0), DtypeError, "needs a Tensor"),
    "a number of features in words": (
        lambda: nn.Linear("3", 2), ShapeError, "Linear: `in_features` (='3') has to be a whole number from 1",
    ),
    "half a feature": (lambda: nn.Linear(3, 2.5), ShapeError, "Linear: `out_features` (=2.5) has to be"),
    "half a slope": (lambda: nn.PReLU(0.5), ShapeError, "PReLU: `num_parameters` (=0.5) has to be"),
    "a layer without its parentheses": (
        lambda: nn.Sequential(nn.Linear(3, 2), nn.ReLU), DtypeError, "; write ReLU() with parentheses",
    ),
    "a list of layers": (
        lambda: nn.Sequential([nn.ReLU()]), DtypeError, "; unpack it with a star, Sequential(*layers)",
    ),
    "a function among layers": (
        lambda: nn.Sequential(F.relu), DtypeError, "stands here as its layer, like nn.ReLU()",
    ),
    "a device": (
        lambda: nn.Linear(3, 2).to("cuda"), DtypeError,
        "Linear.to(): 'cuda' is no dtype, give np.float32 or np.float64; there are no devices to move to",
    ),
    "a path for a state": (
        lambda: nn.Linear(3, 2).load_state_dict("model.safetensors"), DtypeError,
        "load_state_dict() of Linear: needs arrays by path, got 'model.safetensors'; read a file with nn.load(path)",
    ),
    "no state": (lambda: nn.Linear(3, 2).load_state_dict(None), DtypeError, "needs arrays by path, got None"),
    "data where a loss takes its reduction": (
        lambda: nn.MSELoss(zeros(2)), DomainError, "`reduction` (=array([0., 0.])) has to be one of",
    ),
    "a bare module called": (lambda: nn.Module()(1.0), ModuleError, "Module has no forward()"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_says_what_is_wrong(name):
    mistake, error, message = MISTAKES[name]
    with pytest.raises(error) as caught:
        mistake()
    assert message in str(caught.value)


def test_layers_themselves_take_empty_batches():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 3))
    assert model(zeros(0, 1, 4, 4)).shape == (0, 3)


MASKED = np.ma.array([[1.0, 2.0]], mask=[[False, True]])
LABELS = np.ma.array([0, 1], mask=[False, True])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: F.mse_loss(x, MASKED),
        lambda x: F.binary_cross_entropy(MASKED * 0.1, x),
        lambda x: F.linear(x, MASKED),
        lambda x: F.softmax(MASKED, 1) * x,
        lambda x: F.embedding(LABELS, x),
        lambda x: F.cross_entropy(x * np.ones((2, 1)), LABELS),
        lambda x: F.one_hot(LABELS, 2) * x,
        lambda x: F.dropout(x, 0.5) * MASKED,
        lambda x: nn.Linear(2, 1)(MASKED) * x,
        lambda x: nn.BatchNorm1d(2)(MASKED),
        lambda x: nn.Parameter(MASKED) * x,
    ],
)
def test_masked_arrays_are_refused_before_their_mask_is_lost(f):
    with pytest.raises(DtypeError, match=r"got a masked array of shape .*x\.filled\(0\.0\)"):
        f(Tensor([[0.5, 0.25]], requires_grad=True))
