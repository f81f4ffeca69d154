"""Recurrent layers: one step after the other, in both directions, whatever the lengths; and what is refused."""

import warnings

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, ShapeError, Tensor, ancestors, set_default_dtype
from tests.nn.operands import wave

KINDS = ("RNN", "LSTM", "GRU")
SIZES = {"RNN": 1, "LSTM": 4, "GRU": 3}


def made(kind, *sizes, **options):
    nn.seed(0)
    return getattr(nn, kind)(*sizes, **options)


def h_of(state):
    return state[0] if isinstance(state, tuple) else state


def parts(state):
    return state if isinstance(state, tuple) else (state,)


# -- what a layer is


@pytest.mark.parametrize("kind", KINDS)
def test_a_layer_is_its_cell_in_a_loop(kind):
    layer, cell = made(kind, 3, 2), made(f"{kind}Cell", 3, 2)
    cell.load_state_dict({name.removesuffix("_l0"): array for name, array in layer.state_dict().items()})
    x, state = wave(5, 4, 3), None
    outputs = []
    for now in x:
        state = cell(now, state)
        outputs.append(h_of(state).data)
    y, last = layer(x)
    np.testing.assert_allclose(y.data, outputs, rtol=1e-14)
    for found, wanted in zip(parts(last), parts(state), strict=True):
        np.testing.assert_allclose(found.data[0], wanted.data, rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_direction_reads_the_sequence_backwards(kind):
    both, forth = made(kind, 3, 2, bidirectional=True), made(kind, 3, 2)
    state = both.state_dict()
    forth.load_state_dict({name: state[f"{name}_reverse"] for name in forth.state_dict()})
    x = wave(5, 4, 3)
    np.testing.assert_allclose(both(x)[0].data[..., 2:], forth(x[::-1])[0].data[::-1], rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("enforce_sorted", [True, False])
def test_a_packed_sequence_gives_what_it_gives_alone(kind, enforce_sorted):
    layer = made(kind, 3, 2, num_layers=2, bidirectional=True)
    lengths = [4, 2, 2, 1] if enforce_sorted else [2, 1, 4, 2]
    sequences = [wave(n, 3, phase=float(i)) for i, n in enumerate(lengths)]
    packed = nn.pack_sequence(sequences, enforce_sorted=enforce_sorted)
    output, state = layer(packed)
    y, found = nn.pad_packed_sequence(output, batch_first=True)
    assert found.tolist() == lengths
    for i, sequence in enumerate(sequences):
        alone, last = layer(sequence)
        np.testing.assert_allclose(y.data[i, : lengths[i]], alone.data, rtol=1e-13)
        assert not y.data[i, lengths[i] :].any()
        for part, wanted in zip(parts(state), parts(last), strict=True):
            np.testing.assert_allclose(part.data[:, i], wanted.data, rtol=1e-13)


def test_the_state_goes_on_where_it_ended():
    layer, x = made("LSTM", 3, 2, num_layers=2), wave(6, 2, 3)
    whole, last = layer(x)
    first, state = layer(x[:4])
    second, end = layer(x[4:], state)
    np.testing.assert_allclose(whole.data, [*first.data, *second.data], rtol=1e-14)
    for found, wanted in zip(end, last, strict=True):
        np.testing.assert_allclose(found.data, wanted.data, rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_shapes_of_parameters(kind):
    layer = made(kind, 3, 2, num_layers=2, bidirectional=True)
    rows = SIZES[kind] * 2
    shapes = {name: parameter.shape for name, parameter in layer.named_parameters()}
    assert shapes["weight_ih_l0"] == (rows, 3)
    assert shapes["weight_hh_l0_reverse"] == (rows, 2)
    assert shapes["weight_ih_l1_reverse"] == (rows, 4)
    assert shapes["bias_hh_l1"] == (rows,)
    assert len(shapes) == 16
    assert all(parameter.is_bias == name.startswith("bias") for name, parameter in layer.named_parameters())


@pytest.mark.parametrize("kind", [*KINDS, *(f"{kind}Cell" for kind in KINDS)])
def test_parameters_begin_between_the_bounds(kind):
    numbers = np.concatenate([p.data.ravel() for p in made(kind, 30, 25).parameters()])
    assert 0.99 / 5 < numbers.max() <= 1 / 5
    assert -1 / 5 <= numbers.min() < -0.99 / 5
    again = made(kind, 30, 25)
    np.testing.assert_array_equal(numbers, np.concatenate([p.data.ravel() for p in again.parameters()]))


def test_dropout_is_between_the_layers_while_training():
    layer, x = made("GRU", 3, 4, num_layers=2, dropout=0.5), wave(5, 2, 3)
    plain = made("GRU", 3, 4, num_layers=2)
    assert not np.allclose(layer(x)[0].data, plain(x)[0].data)
    np.testing.assert_array_equal(layer(x)[1].data[0], plain(x)[1].data[0])
    np.testing.assert_array_equal(layer.eval()(x)[0].data, plain(x)[0].data)
    own = [made("GRU", 3, 4, 2, dropout=0.5, generator=np.random.default_rng(1))(x)[0].data for _ in range(2)]
    np.testing.assert_array_equal(*own)


def test_dropout_without_a_second_layer_is_warned_of():
    with pytest.warns(UserWarning, match=r"LSTM: `dropout` \(=0.5\) is between layers, and there is one"):
        nn.LSTM(3, 4, dropout=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nn.LSTM(3, 4, num_layers=2, dropout=0.5)


@pytest.mark.parametrize("kind", KINDS)
def test_float32_stays_float32(kind):
    set_default_dtype(np.float32)
    try:
        layer = made(kind, 3, 2, num_layers=2, bidirectional=True)
        y, state = layer(wave(4, 2, 3).astype(np.float32))
        y.sum().backward()
    finally:
        set_default_dtype(np.float64)
    assert {y.dtype, *(s.dtype for s in parts(state)), *(p.grad.dtype for p in layer.parameters())} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_may_be_empty(kind):
    layer = made(kind, 3, 2, num_layers=2, bidirectional=True)
    y, state = layer(np.zeros((4, 0, 3)))
    assert y.shape == (4, 0, 4)
    assert h_of(state).shape == (4, 0, 2)
    y.sum().backward()
    assert not any(p.grad.any() for p in layer.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_is_a_batch_of_one(kind):
    layer, x = made(kind, 3, 2, num_layers=2, bidirectional=True, batch_first=True), wave(4, 3)
    alone, state = layer(x)
    batch, states = layer(x[None])
    np.testing.assert_allclose(alone.data, batch.data[0], rtol=1e-14)
    np.testing.assert_allclose(h_of(state).data, h_of(states).data[:, 0], rtol=1e-14)


def test_every_step_has_a_scope_and_the_input_one_product():
    y, _ = made("LSTM", 3, 2)(wave(4, 2, 3))
    operations = [node for node in ancestors([y]) if node.op is not None]
    scopes = {node.scope[1:] for node in operations}
    assert scopes == {(), *((f"step {t}",) for t in range(1, 5))}
    products = [node for node in operations if node.op.name == "affine"]
    assert [node.scope[1:] for node in products if node.shape == (4, 2, 8)] == [()]
    assert len(products) == 1 + 4
    stacked, _ = made("LSTM", 3, 2, 2, bidirectional=True)(wave(4, 2, 3))
    layers = {node.scope[1] for node in ancestors([stacked]) if len(node.scope) > 1}
    assert layers == {"layer 0", "layer 0 reverse", "layer 1", "layer 1 reverse"}


def test_a_weight_that_is_computed_is_used_as_it_is():
    layer = nn.weight_norm(made("GRU", 3, 2), "weight_hh_l0")
    layer(wave(4, 2, 3))[0].sum().backward()
    assert all(p.grad is not None for p in layer.parameters())


def test_a_gate_that_is_open_lets_the_gradient_pass():
    """Over 200 steps that of a tanh fades, and that of a memory does not."""
    lstm, rnn = made("LSTM", 1, 1), made("RNN", 1, 1)
    for p in lstm.parameters():
        nn.init.zeros_(p)
    lstm.bias_ih_l0.data[1] = 30.0  # the forget gate
    nn.init.constant_(rnn.weight_hh_l0, 0.5)
    for layer, at_most, at_least in ((lstm, 1.0, 0.99), (rnn, 1e-30, 0.0)):
        start = tuple(Tensor(np.zeros((1, 1, 1)), requires_grad=True) for _ in range(2))
        given = start if layer is lstm else start[1]
        _, state = layer(np.zeros((200, 1, 1)), given)
        parts(state)[-1].sum().backward()
        assert at_least <= abs(start[1].grad.item()) <= at_most


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("RNN(3, 4)", "RNN(3, 4)"),
        ("LSTM(3, 4, 2, False, True, 0.5, True, 2)", "LSTM(3, 4, proj_size=2, num_layers=2, bias=False, batch_first=True, dropout=0.5, bidirectional=True)"),
        ("RNNCell(3, 4, False, 'relu')", "RNNCell(3, 4, bias=False, nonlinearity='relu')"),
        ("GRUCell(3, 4)", "GRUCell(3, 4)"),
    ],
)  # fmt: skip
def test_layers_print_as_pytorchs_do(text, printed):
    assert repr(eval(f"nn.{text}")) == printed


# -- what is refused

X = wave(4, 2, 3)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.LSTM(3, 0), ShapeError, "`hidden_size` (=0)"),
        (lambda: nn.LSTM(3, 4, num_layers=0), DomainError, "`num_layers` (=0) has to be a whole number from 1"),
        (lambda: nn.GRU(3, 4, dropout=1.5), DomainError, "`dropout` (=1.5)"),
        (lambda: nn.GRU(3, 4, 2, "relu"), DtypeError, "`bias` (='relu') has to be True or False"),
        (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), DomainError, "has to be one of 'tanh', 'relu'"),
        (lambda: nn.RNNCell(3, 4, nonlinearity="sigmoid"), DomainError, "has to be one of 'tanh', 'relu'"),
        (lambda: nn.LSTM(3, 4, proj_size=4), DomainError, "`proj_size` (=4) has to be below `hidden_size` (=4)"),
        (lambda: nn.LSTM(3, 4, layers=2), TypeError, "unexpected keyword argument 'layers'"),
        (lambda: nn.RNN(3, 4)(wave(4, 2, 5)), ShapeError, "has 5 numbers at a time, not `input_size` (=3)"),
        (lambda: nn.RNN(3, 4)(wave(3)), ShapeError, "has shape (3,), not (T, N, input_size), nor (T, input_size)"),
        (lambda: nn.RNN(3, 4, batch_first=True)(wave(2, 0, 3)), ShapeError, "of shape (2, 0, 3) has no step"),
        (lambda: nn.RNN(3, 4)(X, wave(2, 2, 4)), ShapeError, "hx has shape (2, 2, 4), the input needs (1, 2, 4)"),
        (lambda: nn.LSTM(3, 4)(X, (wave(1, 2, 4), wave(1, 3, 4))), ShapeError, "hx[1] has shape (1, 3, 4), the input needs (1, 2, 4)"),
        (lambda: nn.LSTM(3, 4)(X, wave(1, 2, 4)), DtypeError, "the state has to be (h, c)"),
        (lambda: nn.LSTMCell(3, 4)(X[0], wave(2, 4)), DtypeError, "the state has to be (h, c)"),
        (lambda: nn.GRU(3, 4)(X, (wave(1, 2, 4),) * 2), DtypeError, "the state has to be h, got (array("),
        (lambda: nn.GRUCell(3, 4)(X), ShapeError, "has shape (4, 2, 3), not (N, `input_size`)"),
        (lambda: nn.GRUCell(3, 4)(X[0], wave(3, 4)), ShapeError, "hx has shape (3, 4), the input needs (2, 4)"),
        (lambda: F.lstm_cell(wave(3), (wave(2), wave(2)), wave(6, 3), wave(6, 2)), ShapeError, "w_hh has shape (6, 2), not (4 hidden_size, hidden_size)"),
        (lambda: nn.GRU(3, 4)(nn.pack_sequence([wave(3, 2)])), ShapeError, "has 2 numbers at a time"),
        (lambda: nn.GRU(3, 4)(nn.pack_sequence([wave(3)])), ShapeError, "the packed data has shape (3,)"),
        (lambda: nn.GRU(3, 4)(nn.pack_sequence([wave(2, 3)] * 2)._replace(batch_sizes=Tensor(np.array([1, 3])))), ShapeError, "`batch_sizes` has to fall"),
        (lambda: nn.GRU(3, 4)(nn.pack_sequence([wave(2, 3)] * 2), wave(1, 3, 4)), ShapeError, "the input needs (1, 2, 4)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_the_call(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


def test_a_refused_input_leaves_the_layer_as_it_was():
    layer = made("LSTM", 3, 2, num_layers=2, dropout=0.5)
    before = layer.state_dict()
    for wrong in (wave(4, 2, 5), wave(0, 2, 3), "text"):
        with pytest.raises((ShapeError, DtypeError)):
            layer(wrong)
    assert all(np.array_equal(array, before[name]) for name, array in layer.state_dict().items())
    assert layer.training
    assert all(p.grad is None for p in layer.parameters())
