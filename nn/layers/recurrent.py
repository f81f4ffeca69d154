"""Recurrent layers: the same step for every time of a sequence, in several layers and both directions."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

import autograd_core as ac
from autograd_core import Tensor, scope
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .. import functional, init
from ..checks import check_count, check_flag, check_fraction, check_size, check_word, floating_dtype, glimpse
from ..functional.operands import as_tensor, values_of
from ..functional.recurrent import (
    NONLINEARITIES,
    State,
    Step,
    Weights,
    along_time,
    check_state,
    gru_step,
    lstm_step,
    rnn_step,
)
from ..functional.wording import completed
from ..module import Module
from ..packing import PackedSequence, check_packed
from ..parameter import Parameter
from ..warning import warn

__all__ = ["GRU", "LSTM", "RNN"]

_SHARED = """
Called with a sequence, and with the state before it or None for zeros, the layer gives h of its last layer at
all times, and the state of each layer behind the last step.

Args:
    input_size: the length of x at a time.
    hidden_size: the length of h.
    num_layers: how many layers: the input of each is h of the one before.
    {own}bias: whether to add them.
    batch_first: whether an input, and what is made of it, is (N, T, ...), not (T, N, ...).
    dropout: the probability with which h is left out on its way to the next layer, while training.
    bidirectional: whether each layer reads the sequence from its end, too; both h are joined, h of the future
        behind h of the past.
    {last}dtype: of the parameters; the default dtype when None.
    generator: draws the initial weights from U(-1/√hidden_size, 1/√hidden_size), and dropout's masks; the
        common one (:func:`nn.seed`) when None.

Shapes, with D = 2 if ``bidirectional``, else 1:
    input: (T, N, input_size); (T, input_size) for one sequence; or a :class:`nn.PackedSequence`.
    state: (D · num_layers, N, hidden_size), whatever ``batch_first`` says; without N for one sequence.{pair}
    output: (T, N, D · hidden_size), without N for one sequence; packed, if the input is.

Attributes:
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0: of the first layer, those of all gates below one
        another; l1 ... of those that follow, ``_reverse`` of those that read from the end.

Raises:
    ShapeError: if a size is not positive, there is no step, or an input or state has another size.
    DomainError: if ``dropout`` is no probability{raised}.
    DtypeError: for options or states of another kind.
"""


_USUAL = {
    "proj_size": 0,
    "num_layers": 1,
    "bias": True,
    "batch_first": False,
    "dropout": 0.0,
    "bidirectional": False,
}
"""What is not printed of a layer."""


class Recurrent(Module):
    """What the three kinds share: layers, directions, batches of sequences, packed or not.

    A subclass says how many parts of a the equations have (``gates``) and which they are (:meth:`_step`).
    Three dots in its documentation stand for what all have in common; ``words`` complete it.
    """

    _gates: ClassVar[int]
    _states: ClassVar[tuple[str, ...]] = ("h0",)
    proj_size = 0
    weight_hh_l0: Parameter

    def __init_subclass__(cls, gates: int, words: dict[str, str] | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls._gates = gates
        filled = dict.fromkeys(("own", "last", "pair", "raised"), "") | (words or {})
        cls.__doc__ = completed(cls.__doc__, _SHARED.format(**filled))

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        place = type(self).__name__
        check_size(place, input_size=input_size, hidden_size=hidden_size)
        check_count(place, num_layers=num_layers)
        check_flag(place, bias=bias, batch_first=batch_first, bidirectional=bidirectional)
        check_fraction(place, dropout=dropout)
        if dropout and num_layers == 1:
            warn(
                f"{place}: `dropout` (={dropout}) is between layers, and there is one: give num_layers=2 or "
                "more, or put an nn.Dropout behind it"
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional, self.generator = bidirectional, generator
        bound, kind = 1 / math.sqrt(hidden_size), floating_dtype(place, dtype)
        for layer in range(num_layers):
            for suffix in self._suffixes():
                for name, shape in self._shapes(layer).items():
                    parameter = Parameter(np.empty(shape, kind))
                    init.uniform_(parameter, -bound, bound, generator)
                    setattr(self, f"{name}_l{layer}{suffix}", parameter)

    def _suffixes(self) -> tuple[str, ...]:
        """What the names of the parameters of each direction end in."""
        return ("", "_reverse") if self.bidirectional else ("",)

    @property
    def _output_size(self) -> int:
        """The length of h."""
        return self.proj_size or self.hidden_size

    def _shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """The parameters of one direction of a layer."""
        rows = self._gates * self.hidden_size
        columns = self._output_size * len(self._suffixes()) if layer else self.input_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, columns),
            "weight_hh": (rows, self._output_size),
        }
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def _weights(self, layer: int, suffix: str) -> Weights:
        found = {name: getattr(self, f"{name}_l{layer}{suffix}") for name in self._shapes(layer)}
        return Weights(*map(found.get, ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")))

    def _step(self) -> Step:
        """The equations of one step."""
        raise NotImplementedError

    def flatten_parameters(self) -> None:
        """PyTorch's word for putting the weights into one piece of a GPU's memory; there is nothing to do."""

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        packed = input if isinstance(input, PackedSequence) else None
        x = self._in_time(input) if packed is None else self._steps_of(packed)
        sizes = None if packed is None else [int(n) for n in values_of(packed.batch_sizes)]
        batch = x.shape[1:-1] if sizes is None else (sizes[0],)
        states = self._start(hx, batch, x, None if packed is None else packed.sorted_indices)
        last: list[State] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training, generator=self.generator)
            directions = []
            for suffix in self._suffixes():
                w, start = self._weights(layer, suffix), tuple(s[len(last)] for s in states)
                several = self.num_layers > 1 or self.bidirectional
                with scope(f"layer {layer}{suffix.replace('_', ' ')}") if several else nullcontext():
                    a = functional.linear(x, w.w_ih, w.b_ih)
                    h, state = along_time(self._step(), a, sizes, start, w, bool(suffix))
                directions.append(h)
                last.append(state)
            x = directions[0] if len(directions) == 1 else ac.concatenate(directions, axis=-1)
        final = tuple(map(ac.stack, zip(*last, strict=True)))
        if packed is None:
            y = ac.swapaxes(x, 0, 1) if self.batch_first and batch else x
        else:
            y = packed._replace(data=x)
            if packed.unsorted_indices is not None:
                final = tuple(s[:, values_of(packed.unsorted_indices)] for s in final)
        return y, final if len(final) > 1 else final[0]

    def _in_time(self, input: Any) -> Tensor:
        """The input, (T, N, ...) or (T, ...)."""
        x = as_tensor(input, type(self).__name__)
        layout = "(N, T, input_size)" if self.batch_first else "(T, N, input_size)"
        if x.ndim not in (2, 3):
            raise ShapeError(f"the input has shape {x.shape}, not {layout}, nor (T, input_size)")
        self._check_size(x)
        if self.batch_first and x.ndim == 3:
            x = ac.swapaxes(x, 0, 1)
        if not len(x):
            raise ShapeError(f"the input of shape {as_tensor(input, '').shape} has no step, T is at least 1")
        return x

    def _steps_of(self, packed: PackedSequence) -> Tensor:
        check_packed("the packed sequence", packed)
        if packed.data.ndim != 2:
            raise ShapeError(f"the packed data has shape {packed.data.shape}, not (steps, input_size)")
        self._check_size(packed.data)
        return packed.data

    def _check_size(self, x: Tensor) -> None:
        if x.shape[-1] != self.input_size:
            raise ShapeError(
                f"the input of shape {x.shape} has {x.shape[-1]} numbers at a time, not `input_size` "
                f"(={self.input_size})"
            )

    def _start(self, hx: Any, batch: tuple[int, ...], x: Tensor, order: Any) -> list[Any]:
        """For each part of the state its values before the first step, layer by layer."""
        lengths = (self._output_size, self.hidden_size)
        count = self.num_layers * len(self._suffixes())
        names = self._states
        if hx is None:
            kind = np.result_type(x.dtype, self.weight_hh_l0.dtype)
            zeros = [
                Tensor(np.zeros((*batch, n), kind), label=name)
                for n, name in zip(lengths, names, strict=False)
            ]
            return [[zero] * count for zero in zeros]
        several = len(names) > 1
        fits = isinstance(hx, tuple | list) and len(hx) == 2 if several else not isinstance(hx, tuple)
        if not fits:
            raise DtypeError(f"the state has to be {'(h, c)' if several else 'h'}, got {glimpse(hx)}")
        given = hx if several else (hx,)
        state = tuple(as_tensor(s, type(self).__name__) for s in given)
        check_state("", state, *((count, *batch, n) for n in lengths))
        return list(state) if order is None else [s[:, values_of(order)] for s in state]

    def extra_repr(self) -> str:
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        options = {"proj_size": 0, **usual}
        changed = [
            f"{name}={getattr(self, name)}" for name, was in options.items() if getattr(self, name) != was
        ]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *changed])


class RNN(
    Recurrent,
    gates=1,
    words={
        "own": 'nonlinearity: "tanh", or "relu" in its place.\n    ',
        "raised": ", or ``nonlinearity`` another word",
    },
):
    """h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh): a state that every step makes of the input and of
    the state before.

    ...

    Source: Elman (1990), "Finding structure in time"; both directions: Schuster and Paliwal (1997),
    "Bidirectional recurrent neural networks".

    >>> y, h = RNN(3, 5)(np.zeros((7, 2, 3)))
    >>> y.shape, h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_word("RNN", list(NONLINEARITIES), nonlinearity=nonlinearity)
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            dtype=dtype,
            generator=generator,
        )
        self.nonlinearity = nonlinearity

    def _step(self) -> Step:
        return rnn_step(NONLINEARITIES[self.nonlinearity])


class LSTM(
    Recurrent,
    gates=4,
    words={
        "last": "proj_size: the length of h = W_hr σ(o) tanh(c); 0 for no W_hr, where it is that of c.\n    ",
        "pair": "\n    h, c: the state, a pair; with ``proj_size`` h has that length, in the output too.",
        "raised": ", or ``proj_size`` not below ``hidden_size``",
    },
):
    """c_t = σ(f) c_{t-1} + σ(i) tanh(g) and h_t = σ(o) tanh(c_t): a memory with gates; the equations are at
    :func:`nn.functional.lstm_cell`.

    ...

    Source: Hochreiter and Schmidhuber (1997), "Long short-term memory"; W_hr: Sak, Senior and Beaufays
    (2014), "Long short-term memory recurrent neural network architectures for large scale acoustic modeling".

    >>> y, (h, c) = LSTM(3, 5, num_layers=2, batch_first=True)(np.zeros((2, 7, 3)))
    >>> y.shape, h.shape, c.shape
    ((2, 7, 5), (2, 2, 5), (2, 2, 5))
    """

    _states = ("h0", "c0")

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_size("LSTM", 0, proj_size=proj_size)
        if proj_size and proj_size >= hidden_size:
            raise DomainError(
                f"LSTM: `proj_size` (={proj_size}) has to be below `hidden_size` (={hidden_size})"
            )
        self.__dict__["proj_size"] = proj_size  # the shapes of the parameters depend on it
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            bias,
            batch_first,
            dropout,
            bidirectional,
            dtype=dtype,
            generator=generator,
        )

    def _step(self) -> Step:
        return lstm_step


class GRU(Recurrent, gates=3):
    """h_t = (1 - z) n + z h_{t-1}: the state and a new one, mixed through a gate; the equations are at
    :func:`nn.functional.gru_cell`.

    ...

    Source: Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation".

    >>> y, h = GRU(3, 5, bidirectional=True)(np.zeros((7, 2, 3)))
    >>> y.shape, h.shape
    ((7, 2, 10), (2, 2, 5))
    """

    def _step(self) -> Step:
        return gru_step
