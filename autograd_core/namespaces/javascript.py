"""The namespace that writes JavaScript: what a rule computes, as the program of a page.

>>> from autograd_core import tanh
>>> x, y = javascript.name("x"), javascript.name("y")
>>> print(javascript.tanh(x), "|", tanh.local_derivative(javascript, 0, y, [x]))
Math.tanh(x) | 1 - y * y

The texts compute what the :mod:`~autograd_core.namespaces.floats` do, infinities and NaNs included.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from typing import Any

from .writing import Binding, Code, Text

__all__ = ["javascript"]

_LIKE_PYTHON = (
    "abs cbrt ceil cos cosh exp expm1 floor hypot log log10 log1p log2 sign sin sinh sqrt tan tanh trunc"
)
_IN_MATH = {name: name for name in _LIKE_PYTHON.split()} | {
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
}
"""The functions that every browser has, by their names in the page of derivatives. What stands neither here
nor in ``javascript.js``, which has the others, is written out by its formula.
"""


class JavaScript(Code):
    """Texts that are expressions of JavaScript."""

    both, either = "&&", "||"
    signs = {"==": "===", "!=": "!=="}  # noqa: RUF012  never changed

    def number(self, x: float) -> Text:
        if math.isinf(x):
            source = "Infinity" if x > 0 else "-Infinity"
        elif math.isnan(x):
            source = "NaN"
        else:
            source = repr(x).removesuffix(".0")
        return Text(self, source, Binding.SIGN if source.startswith("-") else Binding.ATOM)

    def truth(self, holds: bool) -> Text:
        return Text(self, "true" if holds else "false")

    def power(self, a: Any, b: Any) -> Text:
        if not isinstance(b, Text):
            if b == 1:
                return self.text(a)
            if math.isfinite(b):  # then Math.pow has no cases of its own
                return Text(self, f"Math.pow({self.text(a)}, {self.number(float(b))})")
        return Text(self, f"power({self.text(a)}, {self.text(b)})")

    def where(self, condition: Any, a: Any, b: Any) -> Text:
        """One of two numbers."""
        if_not = self.bracketed(b, Binding.EITHER)
        source = (
            f"{self.bracketed(condition, Binding.EITHER)} ? {self.bracketed(a, Binding.EITHER)} : {if_not}"
        )
        return Text(self, source, Binding.CHOICE)

    def call(self, name: str, operands: tuple[Text, ...]) -> Text | None:
        if name in _IN_MATH:
            name = f"Math.{_IN_MATH[name]}"
        elif name not in _functions():
            return None
        return Text(self, f"{name}({', '.join(map(str, operands))})")

    def functions(self, program: str) -> str:
        """The source of the functions that a program calls and no browser has, and of those that they call.

        >>> javascript.functions("step(v[0], fmin(v[1], v[2]))")
        'function fmin(a, b) {\\n  return a !== a ? b : b !== b || a <= b ? a : b;\\n}\\n'
        """
        known = _functions()
        needed: dict[str, None] = {}
        unread = [program]
        for text in unread:  # the list grows while it is read
            for name in re.findall(r"(?<![.\w])\w+(?=\()", text):
                if name in known and name not in needed:
                    needed[name] = None
                    unread.append(known[name])
        return "".join(source for name, source in known.items() if name in needed)


@cache
def _functions() -> dict[str, str]:
    """The functions of ``javascript.js`` by their names, each with its remarks."""
    text = files(__package__).joinpath("javascript.js").read_text(encoding="utf-8")
    found = re.finditer(r"(?:^//.*\n)*^function (\w+)\(.*\n(?:.*\n)*?^\}\n", text, re.MULTILINE)
    return {function[1]: function[0] for function in found}


javascript = JavaScript("JavaScript")
