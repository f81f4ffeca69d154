"""Recurrent cells: a single step, for loops of one's own."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import DtypeError, ShapeError

from .. import functional
from ..checks import check_flag, check_size, check_word, glimpse
from ..functional.operands import as_tensor
from ..functional.recurrent import NONLINEARITIES
from ..functional.wording import completed
from ..module import Module
from .initial import weight_and_bias

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


_SHARED = """
Called with x and the state before, or None for zeros, a cell gives the state behind it; for one sample
without the axis N.

Args:
    input_size: the length of x.
    hidden_size: the length of h.
    bias: whether to add b_ih and b_hh.
    {own}dtype: of the parameters; the default dtype when None.
    generator: draws the initial weights from U(-1/√hidden_size, 1/√hidden_size); the common one
        (:func:`nn.seed`) when None.

Attributes:
    weight_ih: W_ih, ({gates}hidden_size, input_size).
    weight_hh: W_hh, ({gates}hidden_size, hidden_size).
    bias_ih: b_ih, ({gates}hidden_size,) or None.
    bias_hh: b_hh, the same.

Raises:
    ShapeError: if a size is not positive, or an input or state has another.
    {raised}
"""


class Cell(Module):
    """What the cells share: the parameters of one step, those of all gates below one another.

    Three dots in the documentation of a subclass stand for what all have in common.
    """

    _gates: ClassVar[int]

    def __init_subclass__(cls, gates: int, own: str = "", raised: str = "", **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls._gates = gates
        several = f"{gates} " if gates > 1 else ""
        cls.__doc__ = completed(cls.__doc__, _SHARED.format(own=own, raised=raised, gates=several))

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_size(type(self).__name__, input_size=input_size, hidden_size=hidden_size)
        check_flag(type(self).__name__, bias=bias)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = self._gates * hidden_size
        made = [
            weight_and_bias((rows, columns), rows if bias else 0, dtype, generator, fan_in=hidden_size)
            for columns in (input_size, hidden_size)
        ]
        (self.weight_ih, bias_ih), (self.weight_hh, bias_hh) = made
        self.bias_ih, self.bias_hh = bias_ih, bias_hh

    def _read(self, input: Any, *hx: Any) -> tuple[Any, ...]:
        """The input and the state before, zeros for None."""
        x = as_tensor(input, type(self).__name__)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(
                f"the input has shape {x.shape}, not (N, `input_size`) or (`input_size`,) with `input_size` "
                f"(={self.input_size})"
            )
        kind = np.result_type(x.dtype, self.weight_hh.dtype)
        zeros = np.zeros((*x.shape[:-1], self.hidden_size), kind)
        named = zip(hx, ("h0", "c0"), strict=False)
        return x, *(Tensor(zeros, label=name) if s is None else s for s, name in named)

    def _parameters(self) -> tuple[Any, Any, Any, Any]:
        return self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(
    Cell,
    gates=1,
    own='nonlinearity: "tanh", or "relu" in its place.\n    ',
    raised="DomainError: for another nonlinearity.",
):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh): one step of an :class:`nn.RNN`; see
    :func:`nn.functional.rnn_cell`.

    ...

    >>> cell, h = RNNCell(2, 3), None
    >>> for x in np.ones((5, 2)):
    ...     h = cell(x, h)
    >>> h.shape
    (3,)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        check_word("RNNCell", list(NONLINEARITIES), nonlinearity=nonlinearity)
        super().__init__(input_size, hidden_size, bias, dtype=dtype, generator=generator)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        x, h = self._read(input, hx)
        return functional.rnn_cell(x, h, *self._parameters(), nonlinearity=self.nonlinearity)

    def extra_repr(self) -> str:
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity!r}"
        return super().extra_repr() + other


class LSTMCell(Cell, gates=4, raised="DtypeError: if the state is no pair."):
    """c' = σ(f) c + σ(i) tanh(g) and h' = σ(o) tanh(c'): one step of an :class:`nn.LSTM`; see
    :func:`nn.functional.lstm_cell`.

    ...

    >>> cell, state = LSTMCell(2, 3), None
    >>> for x in np.ones((5, 2)):
    ...     state = cell(x, state)
    >>> h, c = state
    >>> h.shape, c.shape
    ((3,), (3,))
    """

    def forward(self, input: Any, hx: Any = None) -> tuple[Tensor, Tensor]:
        if hx is not None and not (isinstance(hx, tuple | list) and len(hx) == 2):
            raise DtypeError(f"the state has to be (h, c), got {glimpse(hx)}")
        x, h, c = self._read(input, *(hx or (None, None)))
        return functional.lstm_cell(x, (h, c), *self._parameters())


class GRUCell(Cell, gates=3):
    """h' = (1 - z) n + z h: one step of an :class:`nn.GRU`; see :func:`nn.functional.gru_cell`.

    ...

    >>> GRUCell(2, 3)(np.ones((4, 2))).shape
    (4, 3)
    """

    def forward(self, input: Any, hx: Any = None) -> Tensor:
        x, h = self._read(input, hx)
        return functional.gru_cell(x, h, *self._parameters())
