"""The lines of an explanation in two notations: text for a terminal, and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..graph import Node
from ..namespaces.formulas import Formulas, formulas, of_arrays
from ..namespaces.latex import latex, latex_of_arrays, symbol
from ..naming import derivative
from .matrices import MOST_IN_FULL, as_latex_matrix, as_rows, exact
from .operations import applied, expression
from .rules import operand

__all__ = ["LATEX", "TEXT", "Notation"]

_CONDITION = re.compile(r"\[[^]]*(?:[<>≤≥=≠]|\\[gl]t|\\[gln]eq)")


class Notation:
    """How the parts of an explanation are written.

    Attributes:
        numbers, arrays: the namespaces that write formulas of single numbers and of arrays.
    """

    numbers: Formulas = formulas
    arrays: Formulas = of_arrays

    def name(self, name: str) -> str:
        """What a node is called."""
        return name

    def derivative(self, of: str, by: str) -> str:
        """The name of a derivative."""
        return derivative(of, by)

    def expression(self, node: Node, names: Mapping[Node, str]) -> str:
        """The operation of a node applied to the names of its operands."""
        return expression(node, [str(self.arrays.text(operand(self.arrays, x, names))) for x in node.inputs])

    def heading(self, words: str) -> str:
        """What the next lines are about."""
        return words

    def backward(self, of: str) -> str:
        """The heading of the backward pass, which says what δ is."""
        return f"backward, δ(v) is {derivative(of, 'v')}"

    def line(self, left: str, parts: Sequence[str], data: Any, rounded: bool = False) -> str:
        """An equation: what is computed, how, and what comes out; ``rounded`` says that the last part is."""
        head = self.equation(left, parts, rounded)
        rows = as_rows(data)
        sign = "≈" if rounded or not exact(data) else "="
        if len(rows) == 1:
            return head if rows == [*parts[-1:]] else f"{head} {sign} {rows[0]}"
        margin = " " * len(left)
        first = f"{head}\n{margin} {sign} " if parts else f"{left} {sign} "
        return first + f"\n{margin}   ".join(rows)

    def equation(self, left: str, parts: Sequence[str], rounded: bool = False) -> str:
        """An equation without its result."""
        signs = [*("=" for _ in parts[1:]), "≈" if rounded else "="]
        return left + "".join(f" {sign} {part}" for sign, part in zip(signs, parts, strict=False))

    def shaped(self, left: str, parts: Sequence[str], data: Any) -> str:
        """A definition, of which small results are written and large ones named by their shape."""
        size = np.shape(data)
        if len(size) <= 2 and all(n <= MOST_IN_FULL for n in size):
            return self.line(left, parts, data)
        return self.said(self.equation(left, parts), f"shape {size}")

    def definition(self, node: Node, names: Mapping[Node, str]) -> list[str]:
        """The name of a node, and what it was computed by; not twice the same."""
        name = self.name(names[node])
        written = self.expression(node, names) if node.op is not None else name
        return [name] if written == name else [name, written]

    def used(self, name: str, count: int) -> str:
        """How often a node is used."""
        return f"{name} is used {count:,} times"

    def use(self, where: str, parts: Sequence[str], data: Any, rounded: bool) -> str:
        """What one of several uses sends back."""
        formula = self.equation(parts[0], parts[1:], rounded)
        rows = as_rows(data)
        sign = "≈" if rounded or not exact(data) else "="
        head = f"  in {where}: {formula}"
        if len(rows) == 1:
            return head if rows == [*parts[-1:]] else f"{head} {sign} {rows[0]}"
        return "\n       ".join([head, f"{sign} {rows[0]}", *(f"  {row}" for row in rows[1:])])

    def left_out(self, count: int, what: str) -> str:
        """That there are more."""
        return f"… {count:,} more {what} …"

    def with_condition(self, lines: Sequence[str]) -> list[str]:
        """What a condition in brackets counts as, if there is one."""
        if not any(_CONDITION.search(line) for line in lines):
            return []
        return [self.heading("a condition in brackets is 1 where it holds, else 0")]

    def said(self, equation: str, words: str) -> str:
        """An equation and a remark."""
        return f"{equation}, {words}" if words else equation

    def finished(self, forward: Sequence[str], backward: Sequence[str], conclusion: str) -> str:
        """The whole."""
        return "\n".join([*forward, "", *backward, "", conclusion])


class _Latex(Notation):
    numbers, arrays = latex, latex_of_arrays

    def name(self, name: str) -> str:
        return symbol(name)

    def derivative(self, of: str, by: str) -> str:
        return symbol(derivative(of, by))

    def expression(self, node: Node, names: Mapping[Node, str]) -> str:
        m = self.arrays if node.shape else self.numbers
        return str(applied(m, node, [operand(m, x, names) for x in node.inputs]))

    def heading(self, words: str) -> str:
        return rf"&\text{{{words}}}"

    def backward(self, of: str) -> str:
        return rf"&\text{{backward, }}\delta_v\text{{ is }}{symbol(derivative(of, 'v'))}"

    def line(self, left: str, parts: Sequence[str], data: Any, rounded: bool = False) -> str:
        sign, result = r"\approx" if rounded or not exact(data) else "=", as_latex_matrix(data)
        head = self.equation(left, parts, rounded)
        return head if result in parts[-1:] else f"{head}{' ' * bool(parts)}{sign} {result}"

    def equation(self, left: str, parts: Sequence[str], rounded: bool = False) -> str:
        signs = [*("=" for _ in parts[1:]), r"\approx" if rounded else "="]
        return f"{left} &" + " ".join(f"{sign} {part}" for sign, part in zip(signs, parts, strict=False))

    def definition(self, node: Node, names: Mapping[Node, str]) -> list[str]:
        """The name of a node, and what it was computed by; not twice the same."""
        name = self.name(names[node])
        written = self.expression(node, names) if node.op is not None else name
        return [name] if written == name else [name, written]

    def used(self, name: str, count: int) -> str:
        return rf"&{name}\text{{ is used {count:,} times}}"

    def use(self, where: str, parts: Sequence[str], data: Any, rounded: bool) -> str:
        left, _, right = self.line(parts[0], parts[1:], data, rounded).partition(" &")
        return rf"&\quad\text{{in }}{where}{{:}}\ {left} {right}"

    def left_out(self, count: int, what: str) -> str:
        return rf"&\quad\vdots\quad\text{{{count:,} more {what}}}"

    def said(self, equation: str, words: str) -> str:
        return rf"{equation}\text{{, {words}}}" if words else equation

    def finished(self, forward: Sequence[str], backward: Sequence[str], conclusion: str) -> str:
        groups = [" \\\\\n".join(group) for group in (forward, backward, [conclusion])]
        return " \\\\[1ex]\n".join(groups).replace("−", "-")


TEXT: Notation = Notation()
LATEX: Notation = _Latex()
