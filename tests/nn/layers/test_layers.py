"""Layers hold what PyTorch's hold, and pass every gradient check."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, ShapeError, gradcheck, set_default_dtype
from nn.layers.applied import Applied
from tests.nn.checks import assert_equal
from tests.nn.families import LAYERS, LOSSES
from tests.nn.operands import build, wave, whole


@pytest.mark.parametrize("name", LAYERS)
def test_central_differences_confirm_every_layer(name):
    text, shape = LAYERS[name]
    layer = build(nn, text)
    gradcheck(lambda x, *_: whole(layer(x)), wave(*shape, phase=0.1), *layer.parameters())


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", LOSSES)
def test_central_differences_confirm_every_loss(name, reduction):
    loss = build(nn, name)
    loss.reduction = reduction
    differentiable, constants = LOSSES[name]
    gradcheck(lambda *given: loss(*given, *constants), *differentiable)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_can_be_differentiated_twice(name):
    loss = build(nn, name)
    differentiable, constants = LOSSES[name]
    gradcheck(lambda *given: loss(*given, *constants), *differentiable, order=2)


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "Identity()"])
def test_layers_can_be_differentiated_twice(name):
    text, shape = LAYERS[name]
    layer = build(nn, text)
    gradcheck(lambda x: whole(layer(x)).square().sum(), wave(*shape, phase=0.1), order=2)


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", LAYERS)
def test_states_move_to_pytorch_and_back(name, dtype):
    torch = pytest.importorskip("torch")
    text, shape = LAYERS[name]
    kind = torch.float64 if dtype == np.float64 else torch.float32
    theirs, ours = build(torch.nn, text).to(kind), build(nn, text)
    for parameter in ours.parameters():
        parameter.data = parameter.data.astype(dtype)
    theirs.load_state_dict({path: torch.tensor(array) for path, array in ours.state_dict().items()})
    ours.load_state_dict(theirs.state_dict())
    x = wave(*shape).astype(dtype)
    wanted, found = whole(theirs(torch.tensor(x))), whole(ours(x))
    assert found.dtype == dtype or not found.requires_grad
    assert_equal(found.data if hasattr(found, "data") else found, wanted.detach().numpy(), dtype)
    if list(ours.parameters()):
        wanted.sum().backward()
        found.sum().backward()
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert p.grad.dtype == dtype
            assert_equal(p.grad, q.grad.numpy(), dtype)


@pytest.mark.peers
@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_pytorchs_and_called_alike(name):
    torch = pytest.importorskip("torch")
    operands = [x for group in LOSSES[name] for x in group]
    found = build(nn, name)(*operands)
    assert_equal(found.item(), build(torch.nn, name)(*map(torch.tensor, operands)))


def test_float32_stays_float32_when_it_is_the_default():
    set_default_dtype(np.float32)
    try:
        model = nn.Sequential(
            nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.5), nn.Flatten(), nn.Linear(2, 3)
        )
        loss = F.cross_entropy(model(np.ones((2, 1, 4, 4), np.float32)), [0, 2])
        loss.backward()
    finally:
        set_default_dtype(np.float64)
    assert loss.dtype == np.float32
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (lambda: nn.Tanh(slope=3), "Tanh() takes no options, got slope=3"),
        (lambda: nn.Tanh(True), "Tanh() takes no options, got True"),
        (lambda: nn.LeakyReLU(slope=3), "unexpected keyword argument 'slope'; write 'negative_slope' here"),
        (lambda: nn.Linear(2, 3, device="cpu"), "unexpected keyword argument 'device'"),
    ],
)
def test_an_option_that_a_layer_does_not_take_is_refused_where_the_layer_is_made(make, given):
    with pytest.raises(TypeError) as caught:
        make()
    assert given in str(caught.value)


@pytest.mark.parametrize(
    "text", ["ReLU(True)", "ELU(0.5, True)", "Hardtanh(-2.0, 2.0, inplace=True)", "Dropout(0.0, True)"]
)
def test_nothing_is_overwritten_in_place(text):
    x = np.array([-1.0, 2.0])
    y = build(nn, text)(x)
    assert x.tolist() == [-1.0, 2.0]
    assert np.array_equal(y.data, build(nn, text.replace("True", "False"))(x).data)


def test_the_slopes_of_a_randomised_relu_fill_their_interval_while_training():
    n, (lower, upper) = 100_000, (0.2, 0.6)
    x = nn.Parameter(-np.ones(n))
    y = F.rrelu(x, lower, upper, training=True, generator=np.random.default_rng(0))
    y.sum().backward()
    assert np.array_equal(x.grad, -y.data)
    assert lower <= x.grad.min() < 0.201 < 0.599 < x.grad.max() < upper
    assert abs(x.grad.mean() - 0.4) < 3 * (upper - lower) / np.sqrt(12 * n)
    assert nn.RReLU().training


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.glu(np.ones(3)), ShapeError, r"two halves along axis -1, the input has shape \(3,\)"),
        (lambda: F.glu(np.ones((2, 2)), dim=2), ShapeError, "two halves along axis 2"),
        (lambda: F.rrelu([1.0], 0.5, 0.1), DomainError, r"`lower` \(=0.5\) has to be at most `upper`"),
        (lambda: nn.Softmax2d()(np.ones((2, 2))), ShapeError, r"not \(N, C, H, W\)"),
    ],
)
def test_gates_and_slopes_that_cannot_be_are_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_max_pooling_gives_everything_to_the_first_of_equals():
    x = nn.Parameter(np.ones((1, 2, 4)))
    F.max_pool2d(x, 2).sum().backward()
    assert x.grad.tolist() == [[[1, 0, 1, 0], [0, 0, 0, 0]]]


def test_average_pooling_shares_equally():
    x = nn.Parameter(np.ones((1, 2, 4)))
    F.avg_pool2d(x, 2).sum().backward()
    assert np.all(x.grad == 0.25)


# -- dropout -----------------------------------------------------------------------------------------


def test_dropout_keeps_the_expectation_and_drops_the_fraction():
    n, p = 100_000, 0.3
    y = F.dropout(np.ones(n), p, generator=np.random.default_rng(0)).data
    sigma = np.sqrt(p / (1 - p) / n)
    assert abs(y.mean() - 1) < 3 * sigma
    assert abs((y == 0).mean() - p) < 3 * np.sqrt(p * (1 - p) / n)
    assert set(np.unique(y)) == {0, 1 / (1 - p)}


def test_dropout_passes_gradients_where_it_passes_numbers():
    x = nn.Parameter(np.ones(1000))
    y = F.dropout(x, 0.5)
    y.sum().backward()
    assert np.array_equal(x.grad, y.data)


def test_dropout_rests_in_evaluation_and_repeats_with_a_seed():
    layer = nn.Dropout(0.5)
    assert layer.eval()(np.ones(9)).tolist() == [1] * 9
    layer.train()
    nn.seed(3)
    first = layer(np.ones(99)).data
    nn.seed(3)
    assert np.array_equal(first, layer(np.ones(99)).data)
    own = [nn.Dropout(0.5, generator=np.random.default_rng(7))(np.ones(99)).data for _ in range(2)]
    assert np.array_equal(*own)


def test_dropout_of_everything_is_zero():
    assert F.dropout([1.0, 2.0], p=1.0).tolist() == [0, 0]


def test_logsumexp_takes_infinities():
    with np.errstate(divide="ignore"):
        assert F.logsumexp([-np.inf, -np.inf], dim=0).item() == -np.inf
    assert F.logsumexp([[0.0, np.inf]], dim=1).tolist() == [np.inf]
    assert F.logsumexp(np.zeros((2, 3)), dim=1, keepdim=True).shape == (2, 1)


LAYERS_OF_FUNCTIONS = [
    layer for layer in vars(nn).values() if isinstance(layer, type) and "function" in vars(layer)
]


@pytest.mark.parametrize("layer", LAYERS_OF_FUNCTIONS, ids=lambda layer: layer.__name__)
def test_options_of_a_layer_are_those_of_its_function(layer):
    function = inspect.signature(layer.function).parameters
    _, *options = inspect.signature(layer.__init__).parameters.values()
    for option in options if layer.__init__ is not Applied.__init__ else ():
        assert option.name == "data_format" or option.default == function[option.name].default
