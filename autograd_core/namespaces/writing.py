"""Texts to compute with: a rule that is given names in place of numbers writes itself down.

A rule of the page of derivatives is a line such as ``1 - y * y``. With texts for its operands the same line
puts a longer text together, in whatever language a namespace writes: the program of a page
(:mod:`~autograd_core.namespaces.javascript`) or the formula that a reader sees
(:mod:`~autograd_core.namespaces.formulas`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, NoReturn

import numpy as np

from ..errors import DtypeError
from ..primitive import Elementwise, Namespace, nodes

__all__ = ["Binding", "Code", "Text", "Writer"]


class Binding(IntEnum):
    """How tightly the outermost sign of a text holds it together."""

    CHOICE = 1
    EITHER = 2
    BOTH = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    POWER = 8
    ATOM = 9


class Text:
    """An expression under construction: what is written so far, and how tightly it binds.

    >>> from autograd_core.namespaces.javascript import javascript
    >>> a, b = javascript.name("a"), javascript.name("b")
    >>> str((a + b) * -a)
    '(a + b) * (-a)'
    """

    __slots__ = ("binds", "source", "writer")

    def __init__(self, writer: Writer, source: str, binds: Binding = Binding.ATOM) -> None:
        self.writer, self.source, self.binds = writer, source, binds

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"<{self.source}>"

    def written(self, source: str) -> Text:
        """The same in other signs."""
        return Text(self.writer, source, self.binds)

    def __bool__(self) -> NoReturn:
        raise DtypeError(
            f"{self.source}: a rule asked whether this holds, which no text can tell: write "
            "m.where(condition, a, b) in place of if, & and | in place of and and or"
        )

    def __add__(self, other: Any) -> Text:
        return self.writer.add(self, other)

    def __radd__(self, other: Any) -> Text:
        return self.writer.add(other, self)

    def __sub__(self, other: Any) -> Text:
        return self.writer.subtract(self, other)

    def __rsub__(self, other: Any) -> Text:
        return self.writer.subtract(other, self)

    def __mul__(self, other: Any) -> Text:
        return self.writer.multiply(self, other)

    def __rmul__(self, other: Any) -> Text:
        return self.writer.multiply(other, self)

    def __truediv__(self, other: Any) -> Text:
        return self.writer.divide(self, other)

    def __rtruediv__(self, other: Any) -> Text:
        return self.writer.divide(other, self)

    def __pow__(self, other: Any) -> Text:
        return self.writer.power(self, other)

    def __matmul__(self, other: Any) -> Text:
        return self.writer.matmul(self, other)

    @property
    def T(self) -> Text:
        return self.writer.transposed(self)

    def __neg__(self) -> Text:
        return self.writer.negative(self)

    def __gt__(self, other: Any) -> Text:
        return self.writer.comparison(self, ">", other)

    def __lt__(self, other: Any) -> Text:
        return self.writer.comparison(self, "<", other)

    def __ge__(self, other: Any) -> Text:
        return self.writer.comparison(self, ">=", other)

    def __le__(self, other: Any) -> Text:
        return self.writer.comparison(self, "<=", other)

    def __eq__(self, other: object) -> Text:  # type: ignore[override]
        return self.writer.comparison(self, "==", other)

    def __ne__(self, other: object) -> Text:  # type: ignore[override]
        return self.writer.comparison(self, "!=", other)

    def __and__(self, other: Any) -> Text:
        return self.writer.joined(self, Binding.BOTH, other)

    def __or__(self, other: Any) -> Text:
        return self.writer.joined(self, Binding.EITHER, other)

    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **how: Any) -> Any:
        """NumPy's functions of texts are those of the namespace."""
        if method != "__call__" or how:
            return NotImplemented
        return getattr(self.writer, ufunc.__name__)(*operands)


class Writer(Namespace):
    """A namespace whose numbers are texts: brackets where they are needed, and functions by their names.

    A function that the language has not, nor the table of the namespace, is written out by its formula in
    the page of derivatives, where it has one.
    """

    both: str
    either: str
    signs: dict[str, str]
    """How comparisons are written, where not as in Python."""

    def name(self, name: str) -> Text:
        """A number that is known by a name."""
        return Text(self, name)

    def text(self, x: Any) -> Text:
        """What has been written, or a plain number written down."""
        if isinstance(x, Text):
            return x
        return self.truth(bool(x)) if isinstance(x, bool | np.bool_) else self.number(float(x))

    def number(self, x: float) -> Text:
        """A plain number."""
        raise NotImplementedError

    def truth(self, holds: bool) -> Text:
        """A condition that holds always or never."""
        raise NotImplementedError

    def call(self, name: str, operands: tuple[Text, ...]) -> Text | None:
        """A function of the language applied to operands, or None if it has no such function."""
        raise NotImplementedError

    def applied(self, primitive: Elementwise, operands: Sequence[Any]) -> Text:
        """An operation on operands: one of the table by its name there, one of the user's own as its function
        writes itself.

        Raises:
            DtypeError: if it cannot be written.
        """
        if getattr(nodes, primitive.name, None) is primitive:
            return self.text(getattr(self, primitive.name)(*operands))
        try:
            return self.text(primitive.on_floats(*operands))
        except (TypeError, AttributeError) as error:
            raise DtypeError(f"{primitive.name}() cannot be written in {self._name}: {error}") from None

    def bracketed(self, x: Any, least: Binding) -> str:
        """The text of an operand, in brackets unless it binds at least as tightly as this."""
        x = self.text(x)
        return x.source if x.binds >= least else f"({x.source})"

    def infix(self, a: Any, sign: str, b: Any, binds: Binding) -> Text:
        """Two operands and a sign between them that is read from left to right."""
        right = self.text(b)
        least = Binding.POWER if right.binds == Binding.SIGN else Binding(binds + 1)
        return Text(self, f"{self.bracketed(a, binds)} {sign} {self.bracketed(right, least)}", binds)

    def add(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def subtract(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def multiply(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def divide(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def negative(self, x: Any) -> Text:
        raise NotImplementedError

    def power(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def matmul(self, a: Any, b: Any) -> Text:
        raise NotImplementedError

    def transposed(self, x: Any) -> Text:
        raise NotImplementedError

    def reciprocal(self, x: Any) -> Text:
        return self.divide(1.0, x)

    def square(self, x: Any) -> Text:
        return self.multiply(x, x)

    def comparison(self, a: Any, sign: str, b: Any) -> Text:
        """A condition on two numbers."""
        sign = self.signs.get(sign, sign)
        left, right = self.bracketed(a, Binding.SUM), self.bracketed(b, Binding.SUM)
        return Text(self, f"{left} {sign} {right}", Binding.COMPARISON)

    def joined(self, a: Any, how: Binding, b: Any) -> Text:
        """Two conditions that must both hold, or of which one must."""
        word = self.both if how is Binding.BOTH else self.either
        return Text(self, f"{self.bracketed(a, how)} {word} {self.bracketed(b, how)}", how)

    def __getattr__(self, function: str) -> Callable[..., Text]:
        if function.startswith("__"):
            raise AttributeError(function)

        def applied(*operands: Any) -> Text:
            found = self.call(function, tuple(map(self.text, operands)))
            if found is not None:
                return found
            primitive = getattr(nodes, function, None)
            if isinstance(primitive, Elementwise) and primitive.formula is not None:
                return self.text(primitive.formula(self, *operands))
            raise DtypeError(f"{function}() cannot be written in {self._name}")

        self.__dict__[function] = applied
        return applied


class Code(Writer):
    """A programming language: it writes arithmetic on one line, with the signs of Python."""

    def add(self, a: Any, b: Any) -> Text:
        return self.infix(a, "+", b, Binding.SUM)

    def subtract(self, a: Any, b: Any) -> Text:
        return self.infix(a, "-", b, Binding.SUM)

    def multiply(self, a: Any, b: Any) -> Text:
        return self.infix(a, "*", b, Binding.PRODUCT)

    def divide(self, a: Any, b: Any) -> Text:
        return self.infix(a, "/", b, Binding.PRODUCT)

    def negative(self, x: Any) -> Text:
        return Text(self, f"-{self.bracketed(x, Binding.POWER)}", Binding.SIGN)
