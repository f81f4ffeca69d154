"""The operators and methods of every node, whatever it holds: the functions of the table, and copying."""

from __future__ import annotations

import math
import operator
from typing import Any, Self

import numpy as np

from . import calculus, structure
from .context import is_differentiating, is_recording
from .graph import Node
from .methods import OPERANDS, of_one, of_two, operators
from .sweeping import ancestors


class Operators(Node):
    """Arithmetic and elementary functions, the same for :class:`Value` and :class:`Tensor`."""

    __slots__ = ()

    def item(self) -> float | int | bool:
        raise NotImplementedError

    __add__, __radd__ = operators(calculus.add)
    __sub__, __rsub__ = operators(calculus.subtract)
    __mul__, __rmul__ = operators(calculus.multiply)
    __truediv__, __rtruediv__ = operators(calculus.divide)
    __floordiv__, __rfloordiv__ = operators(calculus.floor_divide)
    __mod__, __rmod__ = operators(calculus.remainder)
    __pow__, __rpow__ = operators(calculus.power)
    __neg__, __abs__ = of_one(calculus.negative), of_one(calculus.abs)

    def __pos__(self) -> Self:
        return self

    def __divmod__(self, other: Any) -> Any:
        return (self // other, self % other) if isinstance(other, OPERANDS) else NotImplemented

    def __rdivmod__(self, other: Any) -> Any:
        return (other // self, other % self) if isinstance(other, OPERANDS) else NotImplemented

    # A whole number changes by jumps, its gradient is 0: none is lost where it leaves the graph.

    def __int__(self) -> int:
        return int(self.item())

    def __trunc__(self) -> int:
        return math.trunc(self.item())

    def __floor__(self) -> int:
        return math.floor(self.item())

    def __ceil__(self) -> int:
        return math.ceil(self.item())

    def __round__(self, digits: int | None = None) -> Any:
        """Python's own: an integer, or with ``digits`` a node that is rounded to so many decimals."""
        return round(self.item()) if digits is None else structure.round(self, operator.index(digits))

    def __format__(self, specification: str) -> str:
        """A number as Python writes it, ``f"{loss:.4f}"``; an array with each of its elements so."""
        if not specification:
            return str(self)
        if not self.shape:
            return format(self.item(), specification)
        each = {"all": lambda x: format(x.item(), specification)}
        return np.array2string(self.data, separator=", ", formatter=each)  # type: ignore[arg-type]

    exp = of_one(calculus.exp)
    exp2 = of_one(calculus.exp2)
    expm1 = of_one(calculus.expm1)
    log = of_one(calculus.log)
    log2 = of_one(calculus.log2)
    log10 = of_one(calculus.log10)
    log1p = of_one(calculus.log1p)
    sqrt = of_one(calculus.sqrt)
    cbrt = of_one(calculus.cbrt)
    square = of_one(calculus.square)
    reciprocal = of_one(calculus.reciprocal)
    abs = __abs__
    sign = of_one(calculus.sign)

    sin = of_one(calculus.sin)
    cos = of_one(calculus.cos)
    tan = of_one(calculus.tan)
    arcsin = of_one(calculus.arcsin)
    arccos = of_one(calculus.arccos)
    arctan = of_one(calculus.arctan)
    deg2rad = of_one(calculus.deg2rad)
    rad2deg = of_one(calculus.rad2deg)
    sinh = of_one(calculus.sinh)
    cosh = of_one(calculus.cosh)
    tanh = of_one(calculus.tanh)
    arcsinh = of_one(calculus.arcsinh)
    arccosh = of_one(calculus.arccosh)
    arctanh = of_one(calculus.arctanh)
    erf = of_one(calculus.erf)

    relu = of_one(calculus.relu)
    sigmoid = of_one(calculus.sigmoid)
    softplus = of_one(calculus.softplus)

    floor = of_one(calculus.floor)
    ceil = of_one(calculus.ceil)
    rint = of_one(calculus.rint)
    trunc = of_one(calculus.trunc)

    maximum = of_two(calculus.maximum)
    minimum = of_two(calculus.minimum)

    def clip(self, low: Any = None, high: Any = None) -> Self:
        """The nearest number between ``low`` and ``high``; None leaves a side open."""
        low = -np.inf if low is None else low
        high = np.inf if high is None else high
        return calculus.clip(self, low, high)  # type: ignore[no-any-return]

    # What notebooks ask for; the room that writes it is opened when one does.

    def _repr_html_(self) -> str:
        from .inspection.showing import as_html

        return as_html(self)

    def _repr_latex_(self) -> str | None:
        from .inspection.showing import as_latex

        return as_latex(self)

    @property
    def is_followed(self) -> bool:
        """Whether a derivative operator is differentiating by this node, or through it: a leaf made from its
        numbers would lose the gradient, so a copy of it is recorded.
        """
        possible = self.requires_grad and (self.op is not None or self._tag.variable)
        return possible and is_differentiating() and is_recording()

    # Python's own copying recurses through the inputs; this does not.

    def __copy__(self) -> Node:
        self.data  # noqa: B018  which both have hold of now
        return (self * 1).named(self.label) if self.is_followed else self._with_inputs(self.inputs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        """Copy this node and everything it was computed from."""
        if self.is_followed:
            return (self * 1).named(self.label)
        for node in ancestors([self]):
            if id(node) not in memo:
                inputs = [memo[id(x)] if isinstance(x, Node) else x for x in node.inputs]
                copied: Any = node._with_inputs(inputs)
                if node.rank > 1:  # the array is of its own, and nobody has hold of it
                    copied._raw, copied._mark, copied._prints = node._raw.copy(), None, None
                memo[id(node)] = copied
        return memo[id(self)]  # type: ignore[no-any-return]
