"""Who writes another library's word, or misspells one, is told which is right."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import Tensor, Value
from autograd_core.spelling import spelled

X = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)

WORDS = {
    "a layer's axis": (lambda: nn.Softmax(axis=1), r"Softmax\(\) got .* 'axis'; write 'dim' here"),
    "a layer": (lambda: nn.Conv2d(1, 2, kernel=3), r"^Conv2d\(\) got .* 'kernel'; write 'kernel_size' here"),
    "a pooling layer": (lambda: nn.MaxPool2d(2, strides=1), r"^MaxPool2d\(\) .*; did you mean 'stride'"),
    "a layer of units": (lambda: nn.Linear(in_feature=1, out_features=2), "did you mean 'in_features'"),
    "a missing option": (lambda: nn.Linear(3), r"^Linear\(\): missing a required argument: 'out_features'"),
    "nothing like it": (lambda: nn.Dropout(quux=1), r"'quux'; it takes p, inplace, generator"),
}


@pytest.mark.parametrize(("call", "words"), WORDS.values(), ids=WORDS)
def test_a_wrong_keyword_is_answered_with_the_right_one(call, words):
    with pytest.raises(TypeError, match=words):
        call()


NAMED = {
    "nothing given": (nn.MaxPool2d, (), r"^MaxPool2d\(\): missing a required argument: 'kernel_size'"),
    "nothing given to a convolution": (nn.Conv2d, (), r"^Conv2d\(\): missing .* 'in_channels'"),
    "too much": (nn.AvgPool1d, (1,) * 9, r"^AvgPool1d\(\): too many positional arguments"),
    "an unpooling": (nn.MaxUnpool1d, (), r"^MaxUnpool1d\(\): missing"),
    "a score": (nn.F1, (1, 2, 3, 4), r"^F1\(\): too many positional arguments"),
}


@pytest.mark.parametrize(("made", "given", "words"), NAMED.values(), ids=NAMED)
def test_an_error_names_what_was_called(made, given, words):
    with pytest.raises(TypeError, match=words):
        made(*given)


def complaint(call):
    try:
        call()
    except Exception as error:
        return str(error)
    return ""


@pytest.mark.parametrize("given", [(), (1,) * 40])
def test_no_error_of_a_call_names_what_is_private(given):
    kinds = [x for x in vars(nn).values() if isinstance(x, type) and not issubclass(x, BaseException)]
    said = [complaint(lambda kind=kind: kind(*given)) for kind in kinds]
    assert not [text for text in said if text.startswith("_")]


def test_a_copy_of_a_layer_is_not_made_anew():
    for layer in (nn.MaxPool2d(2), nn.Linear(2, 3), nn.Dropout(0.25), nn.Sequential(nn.Linear(2, 1))):
        for twin in (copy.copy(layer), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            assert type(twin) is type(layer)
            assert repr(twin) == repr(layer)
            assert [p.tolist() for p in twin.parameters()] == [p.tolist() for p in layer.parameters()]


OPTIONS = {
    "an optimiser": (lambda: nn.SGD([nn.Parameter([1.0])], learning_rate=0.1), "write 'lr' here"),
    "a schedule": (
        lambda: nn.optim.StepLR(nn.SGD([nn.Parameter([1.0])], lr=0.1), step=3),
        "did you mean 'step_size'",
    ),
    "a training": (lambda: nn.fit(nn.Linear(1, 1), [], epoch=3), r"^fit\(\) .*; did you mean 'epochs'"),
    "a callback": (lambda: nn.EarlyStopping(patient=3), r"^EarlyStopping\(\) .*'patience'"),
    "a split": (lambda: nn.train_test_split([1.0, 2.0], test=1), "did you mean 'test_size'"),
    "a sampler": (lambda: nn.RandomSampler("ab", replace=True), "did you mean 'replacement'"),
    "a device": (lambda: nn.Linear(1, 1, device="cuda"), "there are no devices here, leave it out"),
}


@pytest.mark.parametrize(("call", "words"), OPTIONS.values(), ids=OPTIONS)
def test_options_of_what_trains_and_reads_are_answered_too(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_an_error_from_within_a_function_stays_what_it_is():
    def fails():
        raise TypeError("its own")

    with pytest.raises(TypeError, match="its own"):
        spelled(fails)()


class Silent(nn.Module):
    def forward(self, x):
        F.relu(x)


MEANT = {
    "a forward without return": (lambda: Silent()([1.0]), r"forward\(\) of Silent gave None.*'return'"),
    "the same in a chain": (lambda: nn.Sequential(Silent(), nn.ReLU())([1.0]), "'return'"),
    "a model in place of its output": (lambda: F.mse_loss(nn.Linear(2, 1), [[1.0]]), r"call it.*model\(x\)"),
    "a class in place of a layer": (lambda: F.relu(nn.Linear), r"make one first, Linear\(\.\.\.\)"),
    "nothing": (lambda: F.mse_loss(None, [1.0]), "has the function that made it a 'return'"),
    "two matrices": (
        lambda: F.conv2d(np.ones((5, 5)), np.ones((3, 3))),
        r"images without .* image\[None, None\]",
    ),
    "a matrix": (
        lambda: F.max_pool2d(np.ones((4, 4)), 2),
        r"image\[None\], or image\[None, None\] as a batch",
    ),
    "a column and a row": (
        lambda: F.mse_loss(np.ones((3, 1)), np.ones(3)),
        r"write input\.squeeze\(-1\), or target\[\.\.\., None\]",
    ),
    "a row and a column": (
        lambda: nn.L1Loss()(np.ones(3), np.ones((3, 1))),
        r"write target\.squeeze\(-1\), or input\[\.\.\., None\]",
    ),
    "one value in a group": (lambda: nn.GroupNorm(4, 4)(np.ones((3, 4))), "every group .* is one value"),
}


@pytest.mark.parametrize(("call", "words"), MEANT.values(), ids=MEANT)
def test_what_was_meant_is_said(call, words):
    with pytest.raises(ac.AutogradError, match=words):
        call()


def test_an_operation_without_its_derivative_says_how_it_is_given():
    @ac.primitive
    def double(x):
        return 2 * x

    with pytest.raises(ac.GraphError, match="'double' stands @primitive without its derivative"):
        double(X)


LEAVES = {
    "divide": (lambda x: 1.0 / x, 0.0, "divide by zero encountered in divide"),
    "power": (lambda x: x**-1, 0.0, "divide by zero encountered in power"),
    "power of a negative": (lambda x: x**0.5, -2.0, "invalid value encountered in power"),
    "log": (lambda x: ac.log(x), 0.0, "divide by zero encountered in log"),
    "sqrt": (lambda x: ac.sqrt(x), -1.0, "invalid value encountered in sqrt"),
    "exp": (lambda x: ac.exp(x), 1000.0, "overflow encountered in exp"),
    "arcsin": (lambda x: ac.arcsin(x), 2.0, "invalid value encountered in arcsin"),
}


@pytest.mark.parametrize(("f", "at", "words"), LEAVES.values(), ids=LEAVES)
def test_a_number_warns_where_an_array_does(f, at, words):
    for x in (Value(at), Tensor([at], requires_grad=True)):
        with pytest.warns(RuntimeWarning, match=words):
            y = f(x)
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(np.ravel(y.data), np.ravel(f(x).data))


def test_numpys_switch_makes_numbers_silent_or_strict():
    with np.errstate(all="ignore"):
        assert (Value(1.0) / 0).data == np.inf
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        Value(1.0) / 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3)])
def test_of_no_elements_there_are_no_shares(shape, dtype):
    for f in (F.softmax, F.log_softmax, F.softmin):
        for dim in range(len(shape)):
            x = Tensor(np.zeros(shape, dtype), requires_grad=True)
            y = f(x, dim)
            y.sum().backward()
            assert y.shape == x.grad.shape == shape
            assert y.dtype == dtype


@pytest.mark.parametrize("dim", [0, -1])
def test_a_number_without_axes_is_a_distribution_of_one_element(dim):
    for f, wanted in ((F.softmax, 1.0), (F.log_softmax, 0.0), (F.softmin, 1.0)):
        x = Tensor(np.array(3.0), requires_grad=True)
        y = f(x, dim)
        y.backward()
        assert (y.shape, y.item(), float(x.grad)) == ((), wanted, 0.0)


def test_bounds_that_are_equal_leave_one_number():
    x = Tensor([-1.0, 0.0, 2.0], requires_grad=True)
    y = nn.Hardtanh(0.5, 0.5)(x)
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist()) == ([0.5] * 3, [0.0] * 3)
