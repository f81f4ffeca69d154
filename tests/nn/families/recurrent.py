"""Recurrent layers and cells, as functions of their inputs, states and parameters."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.nn.operands import Case, of_layer, wave

KINDS = ("RNN", "LSTM", "GRU")
LENGTHS = [2, 4, 1]
X, ONE, ROWS = wave(4, 3, 3, phase=0.1), wave(4, 3, phase=0.2), wave(3, 3, phase=0.3)


def states(kind: str, *shape: int) -> tuple[Any, ...]:
    """h, of an LSTM h and c."""
    return tuple(wave(*shape, phase=0.4 + i) for i in range(2 if kind == "LSTM" else 1))


def from_state(library: Any, layer: Any, x: Any, *hx: Any) -> Any:
    return layer(x, hx if len(hx) > 1 else hx[0])


def packed(enforce_sorted: bool, lengths: list[int]) -> Any:
    """A call with a packed sequence, of which the padded output is looked at."""

    def call(library: Any, layer: Any, x: Any, *hx: Any) -> Any:
        tools = library if library.__name__ == "nn" else import_module("torch.nn.utils.rnn")
        sequence = tools.pack_padded_sequence(x, lengths, enforce_sorted=enforce_sorted)
        y, state = from_state(library, layer, sequence, *hx)
        return tools.pad_packed_sequence(y, padding_value=2.0, total_length=5)[0], state

    return call


CASES: dict[str, Case] = {
    "RNN: rectified": of_layer("RNN(3, 2, nonlinearity='relu')", X),
    "RNN: rectified, by place": of_layer("RNN(3, 2, 2, 'relu', False)", X),
    "LSTM: projected": of_layer("LSTM(3, 4, 2, bidirectional=True, proj_size=2)", X),
    "LSTM: projected, from a state": of_layer(
        "LSTM(3, 4, proj_size=2, bias=False)", X, wave(1, 3, 2), wave(1, 3, 4, phase=0.5), call=from_state
    ),
}
for kind in KINDS:
    CASES |= {
        f"{kind}: sequences": of_layer(f"{kind}(3, 2)", X),
        f"{kind}: one sequence": of_layer(f"{kind}(3, 2, batch_first=True)", ONE),
        f"{kind}: two layers and directions, batch first": of_layer(
            f"{kind}(3, 2, num_layers=2, bidirectional=True, batch_first=True)", X
        ),
        f"{kind}: one step, no bias": of_layer(f"{kind}(3, 2, bias=False)", X[:1]),
        f"{kind}: from a state": of_layer(f"{kind}(3, 2, 2)", X, *states(kind, 2, 3, 2), call=from_state),
        f"{kind}: one sequence from a state": of_layer(
            f"{kind}(3, 2, bidirectional=True)", ONE, *states(kind, 2, 2), call=from_state
        ),
        f"{kind}: packed": of_layer(
            f"{kind}(3, 2, 2, bidirectional=True)",
            X,
            *states(kind, 4, 3, 2),
            call=packed(True, sorted(LENGTHS, reverse=True)),
        ),
        f"{kind}: packed, out of order": of_layer(
            f"{kind}(3, 2, 2, bidirectional=True)",
            X,
            *states(kind, 4, 3, 2),
            call=packed(False, LENGTHS),
        ),
        f"{kind}Cell: a batch": of_layer(f"{kind}Cell(3, 2)", ROWS),
        f"{kind}Cell: one sample, no bias": of_layer(f"{kind}Cell(3, 2, bias=False)", ROWS[0]),
        f"{kind}Cell: from a state": of_layer(
            f"{kind}Cell(3, 2)", ROWS, *states(kind, 3, 2), call=from_state
        ),
    }

LAYERS = {
    "RNN": ("RNN(3, 2)", (3, 2, 3)),
    "RNN rectified": ("RNN(3, 2, nonlinearity='relu')", (3, 2, 3)),
    "LSTM": ("LSTM(3, 2, num_layers=2, bidirectional=True)", (3, 2, 3)),
    "LSTM projected": ("LSTM(3, 3, proj_size=2, batch_first=True)", (2, 3, 3)),
    "GRU": ("GRU(3, 2, bidirectional=True, bias=False)", (3, 2, 3)),
    "GRU of one sequence": ("GRU(3, 2, batch_first=True)", (3, 3)),
    "RNNCell": ("RNNCell(3, 2, nonlinearity='relu')", (2, 3)),
    "LSTMCell": ("LSTMCell(3, 2)", (2, 3)),
    "GRUCell": ("GRUCell(3, 2, bias=False)", (3,)),
}
