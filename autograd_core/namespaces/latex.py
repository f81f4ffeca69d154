r"""The namespace that writes mathematics for typesetting: the same formulas in LaTeX, for KaTeX and MathJax.

>>> from autograd_core import relu, tanh
>>> a, b = latex.name("a1"), latex.name("b")
>>> print(latex.tanh(a) / b, "|", latex.derivative(tanh, 0, [a]), "|", latex.derivative(relu, 0, [b]))
\frac{\tanh(a_{1})}{b} | 1 − \tanh(a_{1})^{2} | 1 \text{ if } b \gt 0, \text{ else } 0
>>> w, x = latex_of_arrays.name("W"), latex_of_arrays.name("x")
>>> print(w.T @ (2 * x), "|", x * w, "|", latex.cotangent("v₁"))
W^{\top} \, (2 \cdot x) | x \odot W | \delta_{v_{1}}
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from ..naming import ORDERS, clean
from .formulas import Formulas, Marked, Quotient
from .writing import Binding, Text

__all__ = ["Latex", "in_latex", "latex", "latex_of_arrays", "symbol"]

LONGEST = 60
_IN_LATEX = {c: f"\\{c}" for c in "#$%&_{}"} | {
    "\\": r"\backslash{}",
    "^": r"{\wedge}",
    "~": r"{\sim}",
    " ": r"\ ",
    "<": "{<}",
    ">": "{>}",
    "-": "{-}",
}
_SIGNS = {"δ": r"\delta ", "ᵀ": r"^{\top}", "→": r"\to ", "²": "^{2}", "ᵢ": "_{i}", "ⱼ": "_{j}"}
_IN_TEXT = (
    {c: f"\\{c}" for c in "#$%&_{}"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    | {c: rf"}}{sign}\text{{" for c, sign in _SIGNS.items()}
)
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "01234567890123456789-")
_KNOWN = frozenset(
    "arccos arcsin arctan cos cosh det exp ln log max min sin sinh tan tanh".split(" ")  # noqa: SIM905
)
_GREEK = {"σ": r"\sigma", "ψ": r"\psi", "Φ": r"\Phi", "Σ": r"\Sigma", "Π": r"\Pi", "Γ": r"\Gamma"}
_MARKS = {
    "′": "'",
    "ᵀ": r"^{\top}",
    "ᴴ": "^{H}",
    "⁻ᴴ": "^{-H}",
    "⁺": "^{+}",
    "⁽ⁿ⁾": "^{(n)}",
}
_NAMED_MARKS = "|".join(map(re.escape, sorted(_MARKS, key=len, reverse=True)))
_MARK = re.compile(f"(?:{_NAMED_MARKS}|[₀-₉]+|[⁰¹²³⁴-⁹⁻]+)$")
_TURNED = {"ᵀ": r"^{\top}", "⁻¹": "^{-1}", "⁻ᵀ": r"^{-\top}", "⁺": "^{+}"}


def symbol(label: str) -> str:
    r"""A label as a symbol in a formula: one letter as it is, ``w1`` with an index, words upright.

    >>> symbol("w"), symbol("w_12"), symbol("v₁₂"), symbol("w_in"), symbol("Wᵀ")
    ('w', 'w_{12}', 'v_{12}', '\\mathrm{w\\_in}', 'W^{\\top}')
    >>> symbol("∂²y/∂z∂x")
    '\\frac{\\partial^{2} y}{\\partial z \\partial x}'
    """
    label = clean(label, LONGEST)
    if len(label) > 1 and label.endswith("ᵀ"):
        return rf"{symbol(label[:-1])}^{{\top}}"
    if found := re.fullmatch(r"(∂[^∂/]+)/(∂[^/]+)", label):
        return rf"\frac{{{_differentials(found[1])}}}{{{_differentials(found[2])}}}"
    if len(label) > 1 and label[0] == "δ":
        return rf"\delta {symbol(label[1:])}"
    if found := re.fullmatch(r"([^\W\d_])_?(\d*|[₀-₉]*)", label):
        return f"{found[1]}_{{{found[2].translate(_DIGITS)}}}" if found[2] else found[1]
    return rf"\mathrm{{{in_latex(label)}}}" if label else ""


def _differentials(text: str) -> str:
    """``∂²y``, or ``∂z∂x²``."""
    terms = []
    for term in text.split("∂")[1:]:
        order, name, power = re.fullmatch(rf"([{ORDERS}]?)(.*?)([{ORDERS}]?)", term).groups()  # type: ignore[union-attr]
        above, beyond = (f"^{{{1 + ORDERS.index(n)}}}" if n else "" for n in (order, power))
        terms.append(rf"\partial{above} {symbol(name)}{beyond}")
    return " ".join(terms)


def in_latex(text: str) -> str:
    """Text as it stands in math mode; no ``<`` stands before a letter, where HTML would see a tag."""
    return "".join(_IN_LATEX.get(c, c) for c in clean(text, LONGEST))


def operator(word: str) -> str:
    r"""The name of a function.

    >>> operator("tanh"), operator("softmax′"), operator("log₁₀"), operator("σ")
    ('\\tanh', "\\operatorname{softmax}'", '\\log_{10}', '\\sigma')
    """
    if found := _MARK.search(word):
        mark = found[0]
        raised = mark[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
        return operator(word[: found.start()]) + (
            _MARKS.get(mark) or f"{'^' if raised else '_'}{{{mark.translate(_DIGITS)}}}"
        )
    if len(word) == 1:
        return _GREEK.get(word, word)
    plain = "".join(rf"{_GREEK[c]} " if c in _GREEK else _IN_LATEX.get(c, c) for c in clean(word, LONGEST))
    return rf"\{word}" if word in _KNOWN else rf"\operatorname{{{plain}}}"


class Latex(Formulas):
    """Texts that are formulas for typesetting. A minus is ``−`` in them, as LaTeX has it in math mode."""

    both, either = r"\text{ and }", r"\text{ or }"
    signs = {"==": "=", "!=": r"\neq", ">=": r"\geq", "<=": r"\leq", ">": r"\gt", "<": r"\lt"}  # noqa: RUF012
    matrix_product = r"\,"

    def name(self, name: str) -> Text:
        found = super().name(name)
        return found if isinstance(found, Marked) else found.written(symbol(name) or r"\,")

    def cotangent(self, name: str) -> Text:
        return Text(self, rf"\delta_{{{symbol(name)}}}")

    def choice(self, a: Any, condition: Text, b: Any) -> Text:
        return Text(self, rf"{a} \text{{ if }} {condition}, \text{{ else }} {b}", Binding.CHOICE)

    def number(self, x: float) -> Text:
        found = super().number(x)
        if math.isnan(x):
            return Text(self, r"\mathrm{NaN}")
        if math.isinf(x):
            return found.written(found.source.replace("∞", r"\infty"))
        mantissa, _, exponent = found.source.partition("e")
        if not exponent:
            return found.written(found.source.replace("π", r"\pi"))
        power = str(int(exponent.replace("−", "-"))).replace("-", "−")
        return Text(self, rf"{mantissa} \cdot 10^{{{power}}}", Binding.PRODUCT)

    def divide(self, a: Any, b: Any) -> Text:
        found = super().divide(a, b)
        if not isinstance(found, Quotient):
            return found
        source = rf"\frac{{{found.above}}}{{{found.below}}}"
        return Quotient(self, source, found.above, found.below, Binding.POWER)

    def power(self, a: Any, b: Any) -> Text:
        b = self.text(b)
        if b.source in ("0", "1"):
            return super().power(a, b)
        return Text(self, f"{_one(self._held(a, Binding.ATOM))}^{{{b}}}", Binding.POWER)

    def _root(self, sign: str, x: Any) -> Text:
        return Text(self, rf"\sqrt{'[3]' if sign == '∛' else ''}{{{self.text(x)}}}")

    def abs(self, x: Any) -> Text:
        return Text(self, rf"\left|{self.text(x)}\right|")

    def norm(self, x: Any, order: float = 2.0) -> Text:
        below = "" if order == 2 else f"_{{{self.number(order)}}}"
        return Text(self, rf"\left\|{self.text(x)}\right\|{below}")

    def floor(self, x: Any) -> Text:
        return Text(self, rf"\lfloor {self.text(x)} \rfloor")

    def ceil(self, x: Any) -> Text:
        return Text(self, rf"\lceil {self.text(x)} \rceil")

    def marked(self, x: Text, mark: str) -> str:
        return f"{_one(self._held(x, Binding.ATOM))}{_TURNED[mark]}"

    def outer(self, a: Any, b: Any) -> Text:
        return self.infix(a, r"\otimes", b, Binding.PRODUCT)

    def total(self, x: Any, axes: Sequence[int] = ()) -> Text:
        below = rf"_{{\text{{axis {', '.join(map(str, axes))}}}}}" if axes else ""
        return Text(self, rf"\sum{below} {self._held(x, Binding.SIGN)}", Binding.PRODUCT)

    def function(self, name: str, operands: Sequence[Any]) -> Text:
        return Text(self, rf"{operator(name)}({', '.join(str(self.text(x)) for x in operands)})")

    def part(self, x: Any, index: str) -> Text:
        return Text(self, f"{{{self._held(x, Binding.ATOM)}}}_{{{in_latex(index)}}}")

    def words(self, text: str) -> Text:
        return Text(self, rf"\text{{{_plain(text)}}}")

    def said(self, x: Any, words: str) -> Text:
        return Text(self, rf"{self.text(x)} \text{{ {_plain(words)}}}", Binding.CHOICE)


def _one(source: str) -> str:
    """What may have something raised behind it: LaTeX allows one ``^``."""
    return f"{{{source}}}" if "^" in source else source


def _plain(text: str) -> str:
    """Text as it stands in text mode, which signs of mathematics leave."""
    return "".join(_IN_TEXT.get(c, c) for c in clean(text, LONGEST))


latex = Latex("LaTeX", r"\cdot")
latex_of_arrays = Latex("LaTeX", r"\odot", r" \cdot ")
