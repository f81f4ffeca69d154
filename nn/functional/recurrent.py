"""Recurrent networks: the equations of one step, and the steps one after the other.

The equations are written for a = W_ih x + b_ih, the part that does not depend on what came before: a layer
computes it for all times in one product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import autograd_core as ac
from autograd_core import Tensor, scope
from autograd_core.errors import ShapeError

from ..checks import check_word
from .linear import linear
from .operands import as_tensor

__all__ = ["gru_cell", "lstm_cell", "rnn_cell"]

State = tuple[Tensor, ...]
"""What a network remembers: h, of an LSTM h and c."""

NONLINEARITIES: dict[str, Callable[[Any], Any]] = {"tanh": ac.tanh, "relu": ac.relu}


class Weights(NamedTuple):
    """The parameters of one layer in one direction; those of all gates below one another.

    Attributes:
        w_ih: of the input, (gates · hidden_size, input_size).
        w_hh: of the state, (gates · hidden_size, hidden_size).
        b_ih: (gates · hidden_size,) or None.
        b_hh: the same.
        w_hr: what the new state is multiplied with, (proj_size, hidden_size), or None.
    """

    w_ih: Any
    w_hh: Any
    b_ih: Any = None
    b_hh: Any = None
    w_hr: Any = None


Step = Callable[[Any, State, Weights], State]
"""One step: the new state, of a, the state before and the weights."""


def rnn_step(activation: Callable[[Any], Any]) -> Step:
    """h' = tanh(a + W_hh h + b_hh), or another activation of the same."""

    def step(a: Any, state: State, w: Weights) -> State:
        (h,) = state
        return (activation(a + linear(h, w.w_hh, w.b_hh)),)

    return step


def lstm_step(a: Any, state: State, w: Weights) -> State:
    """c' = σ(f) c + σ(i) tanh(g) and h' = σ(o) tanh(c'), where i, f, g, o are the parts of a + W_hh h + b_hh;
    with a projection h' = W_hr σ(o) tanh(c').
    """
    h, c = state
    i, f, g, o = ac.split(a + linear(h, w.w_hh, w.b_hh), 4, axis=-1)
    c = ac.sigmoid(f) * c + ac.sigmoid(i) * ac.tanh(g)
    h = ac.sigmoid(o) * ac.tanh(c)
    return (h if w.w_hr is None else linear(h, w.w_hr)), c


def gru_step(a: Any, state: State, w: Weights) -> State:
    """h' = (1 - z) n + z h, where r = σ(a_r + b_r), z = σ(a_z + b_z) and n = tanh(a_n + r b_n), of the parts
    of a and of b = W_hh h + b_hh.
    """
    (h,) = state
    a_r, a_z, a_n = ac.split(a, 3, axis=-1)
    b_r, b_z, b_n = ac.split(linear(h, w.w_hh, w.b_hh), 3, axis=-1)
    r, z = ac.sigmoid(a_r + b_r), ac.sigmoid(a_z + b_z)
    n = ac.tanh(a_n + r * b_n)
    return ((1.0 - z) * n + z * h,)


def rnn_cell(
    input: Any,
    hx: Any,
    w_ih: Any,
    w_hh: Any,
    b_ih: Any = None,
    b_hh: Any = None,
    nonlinearity: str = "tanh",
) -> Tensor:
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh): the new state is made of the input and of the state before.

    Args:
        input: x, (N, input_size), or (input_size,) for one sample.
        hx: h, (N, hidden_size) or (hidden_size,).
        w_ih: W_ih, (hidden_size, input_size).
        w_hh: W_hh, (hidden_size, hidden_size).
        b_ih: b_ih, (hidden_size,) or None.
        b_hh: b_hh, the same.
        nonlinearity: "tanh", or "relu" in its place.

    Returns:
        h', shaped as h.

    Raises:
        ShapeError: if the shapes do not fit.
        DomainError: for another nonlinearity.

    Source: Elman (1990), "Finding structure in time".

    >>> rnn_cell([1.0], [0.5], [[2.0]], [[-4.0]])
    Tensor([0.])
    """
    check_word("rnn_cell()", list(NONLINEARITIES), nonlinearity=nonlinearity)
    step = rnn_step(NONLINEARITIES[nonlinearity])
    return _one_step("rnn_cell", 1, step, input, (hx,), Weights(w_ih, w_hh, b_ih, b_hh))[0]


def lstm_cell(
    input: Any, hx: tuple[Any, Any], w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Tensor, Tensor]:
    """c' = σ(f) c + σ(i) tanh(g) and h' = σ(o) tanh(c'): a memory c that is written through the input gate i,
    kept through the forget gate f and read through the output gate o.

    The gates and what is to be written, g, are the four parts of W_ih x + b_ih + W_hh h + b_hh. Where
    σ(f) = 1 and σ(i) = 0, c passes unchanged, and so does its gradient.

    Args:
        input: x, (N, input_size), or (input_size,) for one sample.
        hx: h and c, each (N, hidden_size) or (hidden_size,).
        w_ih: W_ih, (4 hidden_size, input_size): the rows of i, f, g and o.
        w_hh: W_hh, (4 hidden_size, hidden_size).
        b_ih: b_ih, (4 hidden_size,) or None.
        b_hh: b_hh, the same.

    Returns:
        h' and c', shaped as h and c.

    Raises:
        ShapeError: if the shapes do not fit.

    Source: Hochreiter and Schmidhuber (1997), "Long short-term memory"; the forget gate: Gers, Schmidhuber
    and Cummins (2000), "Learning to forget".

    >>> keep = [[-1000.0], [1000.0], [0.0], [1000.0]]  # of x = 1: nothing in, nothing lost, all out
    >>> h, c = lstm_cell([1.0], ([0.0], [0.5]), keep, [[0.0]] * 4)
    >>> c
    Tensor([0.5])
    """
    h, c = _one_step("lstm_cell", 4, lstm_step, input, hx, Weights(w_ih, w_hh, b_ih, b_hh))
    return h, c


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Tensor:
    """h' = (1 - z) n + z h: the update gate z mixes the state with a new one, n, for which the reset gate r
    says how much of the state is looked at.

    r = σ(W_ir x + b_ir + W_hr h + b_hr), z = σ(W_iz x + b_iz + W_hz h + b_hz) and
    n = tanh(W_in x + b_in + r (W_hn h + b_hn)).

    Args:
        input: x, (N, input_size), or (input_size,) for one sample.
        hx: h, (N, hidden_size) or (hidden_size,).
        w_ih: W_ir, W_iz and W_in below one another, (3 hidden_size, input_size).
        w_hh: W_hr, W_hz and W_hn, (3 hidden_size, hidden_size).
        b_ih: b_ir, b_iz and b_in, (3 hidden_size,) or None.
        b_hh: b_hr, b_hz and b_hn, the same.

    Returns:
        h', shaped as h.

    Raises:
        ShapeError: if the shapes do not fit.

    Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation"; r after the product, as cuDNN and PyTorch have it.

    >>> gru_cell([1.0], [0.5], [[0.0], [1000.0], [3.0]], [[0.0]] * 3)  # z = 1: all is kept
    Tensor([0.5])
    """
    return _one_step("gru_cell", 3, gru_step, input, (hx,), Weights(w_ih, w_hh, b_ih, b_hh))[0]


def _one_step(function: str, gates: int, step: Step, input: Any, hx: Sequence[Any], w: Weights) -> State:
    x, state = as_tensor(input, function), tuple(as_tensor(s, function) for s in hx)
    rows, columns = as_tensor(w.w_hh, function).shape
    if rows != gates * columns:
        raise ShapeError(
            f"{function}(): w_hh has shape {(rows, columns)}, not ({gates} hidden_size, hidden_size)"
        )
    check_state(f"{function}(): ", state, (*x.shape[:-1], columns))
    return step(linear(x, w.w_ih, w.b_ih), state, w)


def check_state(place: str, state: State, *shapes: tuple[int, ...]) -> None:
    """Every part of a state has its shape; the last one given stands for those that follow.

    Raises:
        ShapeError: if one has another.
    """
    for i, part in enumerate(state):
        wanted = shapes[min(i, len(shapes) - 1)]
        if part.shape != wanted:
            which = f"hx[{i}]" if len(state) > 1 else "hx"
            raise ShapeError(f"{place}{which} has shape {part.shape}, the input needs {wanted}")


def along_time(
    step: Step, a: Tensor, sizes: Sequence[int] | None, start: State, weights: Weights, reverse: bool
) -> tuple[Tensor, State]:
    """The steps one after the other, each in a scope of its own: h of all times, and the last state.

    Args:
        step: the equations.
        a: what the input contributes, (T, N, ...); or (n_1 + ... + n_T, ...), where n_t sequences last at
            least t steps, the longest first.
        sizes: n_1 to n_T, falling; None where all sequences are equally long.
        start: the state before the first step, (N, ...) each.
        weights: the parameters.
        reverse: whether to begin at the end of each sequence.

    A sequence that ends keeps its last state, and the others go on without it; from the end, those that are
    longest begin, and the others join them.
    """
    length = len(a) if sizes is None else len(sizes)
    ends = [0]
    for n in sizes or ():
        ends.append(ends[-1] + n)
    outputs: list[Any] = [None] * length
    state, ended = start, []
    if sizes is not None and reverse:
        state = tuple(s[: sizes[-1]] for s in start)
    for t in reversed(range(length)) if reverse else range(length):
        with scope(f"step {t + 1}"):
            if sizes is None:
                now = a[t]
            else:
                now, running = a[ends[t] : ends[t + 1]], len(state[0])
                if sizes[t] < running:
                    ended.append(tuple(s[sizes[t] :] for s in state))
                    state = tuple(s[: sizes[t]] for s in state)
                elif sizes[t] > running:
                    state = tuple(
                        ac.concatenate([s, first[running : sizes[t]]])
                        for s, first in zip(state, start, strict=True)
                    )
            state = step(now, state, weights)
        outputs[t] = state[0]
    if ended:
        state = tuple(map(ac.concatenate, zip(state, *reversed(ended), strict=True)))
    return (ac.stack(outputs) if sizes is None else ac.concatenate(outputs)), state
