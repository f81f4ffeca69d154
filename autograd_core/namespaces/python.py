"""The namespace that writes Python: what a rule computes, as a line of a program.

>>> from autograd_core import tanh
>>> x, y = python.name("x"), python.name("y")
>>> print(python.tanh(x), "|", tanh.local_derivative(python, 0, y, [x]))
tanh(x) | 1.0 - y * y

The lines compute what the :mod:`~autograd_core.namespaces.floats` do, as fast as Python can. Where that gives
an infinity or a NaN in place of an exception (1/0, the logarithm of 0), they raise the exception.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from ..primitive import Elementwise, floats, nodes
from .floats import loud
from .writing import Binding, Code, Text

__all__ = ["python"]


class Python(Code):
    """Texts that are expressions of Python."""

    both, either = "and", "or"
    signs = {}  # noqa: RUF012  never changed

    def number(self, x: float) -> Text:
        source = repr(x)  # inf and nan are names of the program
        return Text(self, source, Binding.SIGN if source.startswith("-") else Binding.ATOM)

    def truth(self, holds: bool) -> Text:
        return Text(self, repr(holds))

    def power(self, a: Any, b: Any) -> Text:
        if not isinstance(b, Text) and float(b).is_integer():
            if b in (0, 1):
                return self.text(a if b else 1.0)
            exponent = self.number(float(b))
            return Text(self, f"{self.bracketed(a, Binding.ATOM)}**{exponent}", Binding.POWER)
        return Text(self, f"power({self.text(a)}, {self.text(b)})")

    def where(self, condition: Any, a: Any, b: Any) -> Text:
        """One of two numbers."""
        chosen, test, other = (self.bracketed(x, Binding.EITHER) for x in (a, condition, b))
        return Text(self, f"{chosen} if {test} else {other}", Binding.CHOICE)

    def maximum(self, a: Any, b: Any) -> Text:
        """The larger of two numbers; NaN wins."""
        return self._extreme("maximum", a, ">=", b)

    def minimum(self, a: Any, b: Any) -> Text:
        """The smaller of two numbers; NaN wins."""
        return self._extreme("minimum", a, "<=", b)

    def _extreme(self, name: str, a: Any, sign: str, b: Any) -> Text:
        a, b = self.text(a), self.text(b)
        if min(a.binds, b.binds) < Binding.SIGN:  # each stands there twice: not what has to be computed
            return Text(self, f"{name}({a}, {b})")
        return Text(self, f"{a} if {a} {sign} {b} or {a} != {a} else {b}", Binding.CHOICE)

    def call(self, name: str, operands: tuple[Text, ...]) -> Text | None:
        primitive = getattr(nodes, name, None)
        if not hasattr(floats, name) or (
            isinstance(primitive, Elementwise) and primitive.formula is not None
        ):
            return None
        return Text(self, f"{name}({', '.join(map(str, operands))})")

    def functions(self, program: str) -> dict[str, Callable[..., Any]]:
        """The functions that a program calls, by their names.

        >>> sorted(python.functions("v3 = exp(v1) * maximum(v2, 0.5)"))
        ['exp', 'inf', 'maximum', 'nan']
        """
        known = {**vars(floats), **loud, "power": _power}
        found = {name: known[name] for name in re.findall(r"\b[a-z]\w*(?=\()", program) if name in known}
        return {**found, "inf": math.inf, "nan": math.nan}


def _power(a: float, b: float) -> float:
    y: float | complex = a**b
    if isinstance(y, complex):
        raise ValueError("a power of a negative number that is not real")
    return y


python = Python("Python")
