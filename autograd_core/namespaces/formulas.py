"""The namespace that writes mathematics: what a rule computes, as the formula that a reader sees.

>>> from autograd_core import multiply, relu, tanh
>>> a, b = formulas.name("a"), formulas.name("b")
>>> print(multiply.local_derivative(formulas, 0, a * b, [a, b]), "|", 2 * (a - b), "|", formulas.exp(-a) / b)
b | 2 · (a − b) | exp(−a) / b
>>> print(formulas.derivative(tanh, 0, [a]), "|", formulas.derivative(relu, 0, [a]))
1 − tanh(a)² | 1 if a > 0, else 0

Of arrays the same line says what happens to each element, and matrices have their own signs:

>>> w, x = of_arrays.name("W"), of_arrays.name("x")
>>> print(w.T @ (2 * x), "|", 2 * x * x * w, "|", of_arrays.inverse(w).T)
Wᵀ @ (2·x) | 2·x × x × W | W⁻ᵀ

A formula is for reading, not for computing: where a rule sets a corner apart (equal operands, a length of 0,
NaN), what holds everywhere else is written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..primitive import Elementwise, Primitive, nodes
from .writing import Binding, Text, Writer

__all__ = ["Formulas", "Marked", "Part", "Quotient", "formulas", "of_arrays"]

Part = str | int | list[int]
"""A piece of a formula: what is written, or the index of a number that stands there; in a list of its own
where that number has to stand in brackets if it is negative.
"""

_RAISED = str.maketrans("0123456789-−.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻·")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_OPEN, _TIGHT, _CLOSE = "\ue000", "\ue001", "\ue002"  # around an index: characters that no formula has
_HOLE = re.compile(f"([{_OPEN}{_TIGHT}])([0-9]+){_CLOSE}")
_SIMPLE = re.compile(r"([\w.′…]+|\[[^\[\]]*\])(\[[^\[\]]*\])*ᵀ?")
_SHORT = 4
_LONGEST = 80
"""A longer derivative is not written out: it is named."""


class _Rare(Text):
    """A condition that holds on corners only."""

    __slots__ = ()


class _Negative(Text):
    """A number with the opposite sign."""

    __slots__ = ("of",)

    def __init__(self, writer: Formulas, source: str, of: Text) -> None:
        super().__init__(writer, source, Binding.SIGN)
        self.of = of


class Quotient(Text):
    """One number divided by another."""

    __slots__ = ("above", "below")

    def __init__(
        self, writer: Formulas, source: str, above: Text, below: Text, binds: Binding = Binding.PRODUCT
    ) -> None:
        super().__init__(writer, source, binds)
        self.above, self.below = above, below


class _MatrixProduct(Text):
    """A product of matrices, which needs no brackets among others of its kind."""

    __slots__ = ()


class Marked(Text):
    """A matrix with a mark: transposed, inverted, or both."""

    __slots__ = ("mark", "of")

    def __init__(self, writer: Formulas, of: Text, mark: str) -> None:
        super().__init__(writer, writer.marked(of, mark))
        self.of, self.mark = of, mark


class Formulas(Writer):
    """Texts that are formulas.

    Args:
        name: what the namespace is called.
        product: the sign between two factors.
        scaled: the same between a plain number and an array, with the room around it.
    """

    both, either = "and", "or"
    signs = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤"}  # noqa: RUF012  never changed
    matrix_product = "@"

    def __init__(self, name: str, product: str = "·", scaled: str = "") -> None:
        super().__init__(name)
        self.product = f" {product} "
        self.scaled = scaled or self.product

    def hole(self, index: int) -> Text:
        """The place of a number that is inserted later: a value, or a name."""
        return Text(self, f"{_OPEN}{index}{_CLOSE}")

    def parts(self, formula: Text | str) -> list[Part]:
        """A formula cut at its holes.

        >>> formulas.parts(formulas.sin(formulas.hole(3)) - formulas.hole(4))
        ['sin(', 3, ') − ', [4]]
        """
        found: list[Part] = []
        pieces = _HOLE.split(str(formula))
        for written, kind, index in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=False):
            found += [written] if written else []
            found.append(int(index) if kind == _OPEN else [int(index)])
        return found + ([pieces[-1]] if pieces[-1] else [])

    def derivative(
        self, primitive: Elementwise, index: int, operands: Sequence[Any], output: Text | None = None
    ) -> Text:
        """The local derivative with respect to one operand; 0 where there is none. What is too long to be
        read is named: ``sinc′(x)``.

        Args:
            primitive: the function.
            index: which operand.
            operands: their texts, or plain numbers.
            output: the text of the result; the function of the operands when None.
        """
        if output is None:
            output = self.applied(primitive, operands)
        return self.as_number(self.slope(primitive, index, operands, output))

    def slope(self, primitive: Elementwise, index: int, operands: Sequence[Any], output: Text) -> Text:
        """The same as a factor: where it is a condition, that, which counts as 1 or 0."""
        local = primitive.local_derivative(self, index, output, operands)
        found = self.text(0.0 if local is None else local)
        if len(found.source) <= _LONGEST:
            return found
        return self.function(f"{self._word(primitive)}′", operands)

    def applied(self, primitive: Elementwise, operands: Sequence[Any]) -> Text:
        """An operation on operands; one that is not in the table by its name."""
        if getattr(nodes, primitive.name, None) is primitive:
            return super().applied(primitive, operands)
        return self.function(primitive.name, operands)

    def name(self, name: str) -> Text:
        """What is known by a name, which stands in brackets among other signs if it has signs of its own."""
        if _SIMPLE.fullmatch(name):
            marked = len(name) > 1 and name.endswith("ᵀ")
            return Marked(self, self.name(name[:-1]), "ᵀ") if marked else Text(self, name)
        return Text(self, name, Binding.POWER if name.startswith("∂") else Binding.CHOICE)

    def cotangent(self, name: str) -> Text:
        """The derivative of the result by the node of this name: ``δ(v₁)``."""
        return Text(self, f"δ({name})")

    def as_number(self, x: Any) -> Text:
        """A text as it stands alone; of a condition what it counts as."""
        text = self.text(x)
        if Binding.EITHER <= text.binds <= Binding.COMPARISON:
            return self.choice("1", text, "0")
        return text

    def choice(self, a: Any, condition: Text, b: Any) -> Text:
        """One of two numbers."""
        return Text(self, f"{a} if {condition}, else {b}", Binding.CHOICE)

    def number(self, x: float) -> Text:
        if x == math.pi:
            return Text(self, "π")
        rounded = f"{x:.{_SHORT}g}"
        if rounded in ("1", "-1") and abs(x) != 1:  # a factor that would vanish
            rounded = f"{x:.{2 * _SHORT}g}"
        mantissa, _, exponent = rounded.partition("e")
        source = f"{mantissa}e{int(exponent)}" if exponent else mantissa
        source = source.replace("-", "−").replace("inf", "∞").replace("nan", "NaN")
        return Text(self, source, Binding.SIGN if source.startswith("−") else Binding.ATOM)

    def truth(self, holds: bool) -> Text:
        return self.number(float(holds))

    def bracketed(self, x: Any, least: Binding) -> str:
        x = self.text(x)
        if x.binds <= Binding.COMPARISON < least:
            return f"[{x.source}]" if x.binds != Binding.CHOICE else f"({x.source})"  # Iverson's brackets
        return super().bracketed(x, least)

    def _held(self, x: Any, least: Binding) -> str:
        """An operand in a place where no minus sign may stand."""
        source = self.bracketed(x, least)
        if source.startswith("−"):
            return f"({source})"
        return _TIGHT + source[1:] if source.startswith(_OPEN) else source

    def infix(self, a: Any, sign: str, b: Any, binds: Binding) -> Text:
        held = self._held(b, Binding(binds + 1))
        return Text(self, f"{self.bracketed(a, binds)} {sign} {held}", binds)

    def add(self, a: Any, b: Any) -> Text:
        left, right = self.text(a), self.text(b)
        if left.source == "0":
            return right
        return left if right.source == "0" else self.infix(left, "+", right, Binding.SUM)

    def subtract(self, a: Any, b: Any) -> Text:
        left, right = self.text(a), self.text(b)
        return left if right.source == "0" else self.infix(left, "−", right, Binding.SUM)

    def multiply(self, a: Any, b: Any) -> Text:
        left, right = self.text(a), self.text(b)
        if "0" in (left.source, right.source) or isinstance(left, _Rare) or isinstance(right, _Rare):
            return self.number(0.0)
        if left.source == "1":
            return right
        if right.source == "1":
            return left
        if left.source == "−1":
            return self.negative(right)
        if right.source == "−1":
            return self.negative(left)
        if left.source == right.source:
            return self.power(left, 2.0)
        if isinstance(left, _Negative) and left.of.source == right.source:
            return self.negative(self.power(right, 2.0))
        if isinstance(right, _Negative):
            return self.negative(self.multiply(left, right.of))
        if isinstance(right, Quotient) and right.above.source == "1":
            return self.divide(left, right.below)
        sign = self.product
        if left.binds is Binding.ATOM and left.source[0].isdigit():
            sign = self.scaled
        return Text(self, f"{self._factor(left)}{sign}{self._factor(right, self._held)}", Binding.PRODUCT)

    def _factor(self, x: Text, written: Callable[[Any, Binding], str] | None = None) -> str:
        if isinstance(x, _MatrixProduct):
            return f"({x})"
        return (written or self.bracketed)(x, Binding.PRODUCT)

    def divide(self, a: Any, b: Any) -> Text:
        above, below = self.text(a), self.text(b)
        if below.source == "1":
            return above
        if isinstance(above, Quotient):
            return self.divide(above.above, self.multiply(above.below, below))
        return Quotient(self, self.infix(above, "/", below, Binding.PRODUCT).source, above, below)

    def matmul(self, a: Any, b: Any) -> Text:
        """A product of matrices."""
        sides = [
            str(x) if isinstance(x, _MatrixProduct) else self._held(x, Binding.POWER)
            for x in (self.text(a), self.text(b))
        ]
        return _MatrixProduct(self, f" {self.matrix_product} ".join(sides), Binding.PRODUCT)

    def transposed(self, x: Any) -> Text:
        """xᵀ."""
        return self._turned(x, {"": "ᵀ", "ᵀ": "", "⁻¹": "⁻ᵀ", "⁻ᵀ": "⁻¹"})

    def inverse(self, x: Any) -> Text:
        """x⁻¹, of a matrix."""
        return self._turned(x, {"": "⁻¹", "⁻¹": "", "ᵀ": "⁻ᵀ", "⁻ᵀ": "ᵀ"})

    def pseudo_inverse(self, x: Any) -> Text:
        """x⁺, of a matrix."""
        return Text(self, self.marked(self.text(x), "⁺"))

    def _turned(self, x: Any, marks: dict[str, str]) -> Text:
        x = self.text(x)
        of, mark = (x.of, marks[x.mark]) if isinstance(x, Marked) else (x, marks[""])
        return Marked(self, of, mark) if mark else of

    def marked(self, x: Text, mark: str) -> str:
        """A matrix with a mark behind it."""
        return self._held(x, Binding.ATOM) + mark

    def outer(self, a: Any, b: Any) -> Text:
        """Each element of one vector times each of another."""
        return self.infix(a, "⊗", b, Binding.PRODUCT)

    def total(self, x: Any, axes: Sequence[int] = ()) -> Text:
        """The sum of all elements, or of those along axes."""
        detail = [f"axis {', '.join(map(str, axes))}"] if axes else []
        return Text(self, f"Σ({', '.join([str(self.text(x)), *detail])})")

    def function(self, name: str, operands: Sequence[Any]) -> Text:
        """A function by its name."""
        return Text(self, f"{name}({', '.join(str(self.text(x)) for x in operands)})")

    def part(self, x: Any, index: str) -> Text:
        """A part of an array, with its index in brackets."""
        return Text(self, self._held(x, Binding.ATOM) + index)

    def words(self, text: str) -> Text:
        """What is no formula."""
        return Text(self, text)

    def said(self, x: Any, words: str) -> Text:
        """A number, and where it goes, in words."""
        return Text(self, f"{self.text(x)} {words}", Binding.CHOICE)

    def negative(self, x: Any) -> Text:
        x = self.text(x)
        if isinstance(x, _Negative):
            return x.of
        return _Negative(self, f"−{self._held(x, Binding.PRODUCT)}", x)

    def power(self, a: Any, b: Any) -> Text:
        b = self.text(b)
        if b.source in ("0", "1"):
            return self.number(1.0) if b.source == "0" else self.text(a)
        base = self._held(a, Binding.ATOM)
        if b.source.removeprefix("−").isdigit():
            return Text(self, base + b.source.translate(_RAISED), Binding.POWER)
        return Text(self, f"{base}^{self._held(b, Binding.ATOM)}", Binding.POWER)

    def float_power(self, a: Any, b: Any) -> Text:
        """a^b."""
        return self.power(a, b)

    def exp2(self, x: Any) -> Text:
        """2^x."""
        return self.power(2.0, x)

    def expm1(self, x: Any) -> Text:
        """exp(x) − 1."""
        return self.subtract(self.exp(x), 1.0)

    def log1p(self, x: Any) -> Text:
        """ln(1 + x)."""
        return self.log(self.add(1.0, x))

    def sqrt(self, x: Any) -> Text:
        """√x."""
        return self._root("√", x)

    def cbrt(self, x: Any) -> Text:
        """∛x."""
        return self._root("∛", x)

    def _root(self, sign: str, x: Any) -> Text:
        return Text(self, f"{sign}{self._held(x, Binding.ATOM)}", Binding.POWER)

    def abs(self, x: Any) -> Text:
        """|x|."""
        return Text(self, f"|{self.text(x)}|")

    def norm(self, x: Any, order: float = 2.0) -> Text:
        """‖x‖, with its order where that is not 2."""
        below = "" if order == 2 else str(self.number(order))
        below = below.translate(_LOWERED) if below.isdigit() else below and f"_{below}"
        return Text(self, f"‖{self.text(x)}‖{below}")

    def floor(self, x: Any) -> Text:
        """⌊x⌋."""
        return Text(self, f"⌊{self.text(x)}⌋")

    def ceil(self, x: Any) -> Text:
        """⌈x⌉."""
        return Text(self, f"⌈{self.text(x)}⌉")

    def floor_divide(self, a: Any, b: Any) -> Text:
        """⌊a / b⌋."""
        return self.floor(self.divide(a, b))

    def comparison(self, a: Any, sign: str, b: Any) -> Text:
        found = super().comparison(a, sign, b)
        never = sign == "!=" and self.text(a).source == self.text(b).source
        return _Rare(self, found.source, found.binds) if never or sign == "==" else found

    def joined(self, a: Any, how: Binding, b: Any) -> Text:
        found = super().joined(a, how, b)
        rare = [isinstance(x, _Rare) for x in (a, b)]
        return _Rare(self, found.source, how) if all(rare) or (how is Binding.BOTH and any(rare)) else found

    def where(self, condition: Any, a: Any, b: Any) -> Text:
        """One of two numbers."""
        if isinstance(condition, _Rare) or (isinstance(a, float) and math.isnan(a)):
            return self.text(b)
        condition, a, b = map(self.text, (condition, a, b))
        return a if a.source == b.source else self.choice(a, condition, b)

    def call(self, name: str, operands: tuple[Text, ...]) -> Text | None:
        primitive = getattr(nodes, name)
        if getattr(primitive, "formula", None) is not None and not primitive.symbol.isalnum():
            return None
        return self.function(self._word(primitive), operands)

    def _word(self, primitive: Primitive) -> str:
        return primitive.symbol if primitive.symbol.isalnum() else primitive.name


formulas = Formulas("formulas")
of_arrays = Formulas("formulas", "×", "·")
