"""A recorded graph of single numbers as a program: JavaScript that computes it, and the formulas to show.

Both are written by the page of derivatives itself. Names that users have given go into the formulas and never
into the program, which knows its numbers by their places.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from autograd_core import DtypeError, Node
from autograd_core.inspection.reading import reading_order
from autograd_core.namespaces.formulas import Part, formulas
from autograd_core.namespaces.javascript import javascript
from autograd_core.namespaces.writing import Text
from autograd_core.primitive import Application, Elementwise

from ..output.engines import DrawingError

MOST_PARTS = 29
"""A formula with more signs and numbers than this is not shown."""

Texts = tuple[Text | None, Text | None]


@dataclass(frozen=True, slots=True)
class Partial:
    """How fast a number moves with one that it was computed from.

    Attributes:
        by: the place of that one.
        symbols: its formula, empty if it is too long to be read.
        numbers: the same with the result by its own name, for numbers to be inserted.
    """

    by: int
    symbols: list[Part]
    numbers: list[Part]


class Program:
    """A graph of Values as straight lines of JavaScript, and each number's formula.

    Args:
        output: what is differentiated.
        cotangents: the gradients, in the order in which the sweep completes them.
        shown: the numbers that a reader sees; those between them are computed only.

    Attributes:
        order: the Values, each after its inputs; a program knows them by their places in it.
        place: the place of each.

    >>> from autograd_core import Value, tanh
    >>> w, x = Value(2.0), Value(0.5)
    >>> y = tanh(w * x)
    >>> program = Program(y, [y, y.inputs[0], w, x], [w, x, y.inputs[0], y])
    >>> print(program.javascript)
    function forward(v) {
      v[2] = v[0] * v[1];
      v[3] = Math.tanh(v[2]);
    }
    function slopes(v, d) {
      d[0] = v[1];
      d[1] = v[0];
      d[2] = 1 - v[3] * v[3];
    }
    function backward(v, g) {
      g[3] = 1;
      g[2] = g[3] * (1 - v[3] * v[3]);
      g[0] = g[2] * v[1];
      g[1] = g[2] * v[0];
    }
    """

    def __init__(self, output: Node, cotangents: Sequence[Node], shown: Sequence[Node]) -> None:
        self.output = output
        self.order = reading_order([*shown, output])
        self.place = {node: i for i, node in enumerate(self.order)}
        self._cotangents = cotangents
        self._shown: Set[Node] = set(shown)

    def inputs(self, node: Node) -> list[int]:
        """The places of the operands, constants left out."""
        return [self.place[x] for x in node.parents]

    @property
    def javascript(self) -> str:
        """Three functions that fill arrays: ``forward(v)`` the values, ``slopes(v, d)`` the local derivative
        of each use in the order of :meth:`inputs`, ``backward(v, g)`` the gradients; before them the
        functions that they call.

        Raises:
            DrawingError: if an operation cannot be written in JavaScript.
        """
        forward, slopes = [], []
        used = 0
        for i, node in enumerate(self.order):
            if node.op is None:
                continue
            op, y = _elementwise(node), self._value(node)
            operands = self._operands(node)
            try:
                forward.append(f"v[{i}] = {javascript.applied(op, operands)};")
                for k, x in enumerate(node.inputs):
                    if isinstance(x, Node):
                        slope = op.local_derivative(javascript, k, y, operands)
                        slopes.append(f"d[{used}] = {javascript.text(0.0 if slope is None else slope)};")
                        used += 1
            except DtypeError as error:
                raise DrawingError(
                    f"live(): {error}; draw(...).interactive() plays what was recorded"
                ) from None
        program = "".join(
            "".join([f"function {head} {{\n", *(f"  {line}\n" for line in lines), "}\n"])
            for head, lines in (
                ("forward(v)", forward),
                ("slopes(v, d)", slopes),
                ("backward(v, g)", self._backward()),
            )
        )
        return javascript.functions(program) + program

    def _backward(self) -> list[str]:
        """The sweep, line by line: a gradient is the sum of what its uses send back."""
        shares: dict[Node, Any] = {self.output: javascript.number(1.0)}
        lines = []
        for node in self._cotangents:
            place = self.place[node]
            lines.append(f"g[{place}] = {javascript.text(shares.pop(node))};")
            if node.op is None:
                continue
            application = Application(self._value(node), self._operands(node), node.parameters)
            cotangent = javascript.name(f"g[{place}]")
            wanted = [isinstance(x, Node) and x.requires_grad for x in node.inputs]
            found = node.op.shares(javascript, cotangent, application, wanted)
            for x, share in zip(node.inputs, found, strict=True):
                if share is not None:
                    shares[x] = shares[x] + share if x in shares else share
        return lines

    def _value(self, node: Node) -> Text:
        return javascript.name(f"v[{self.place[node]}]")

    def _operands(self, node: Node) -> list[Any]:
        return [self._value(x) if isinstance(x, Node) else x for x in node.inputs]

    def formula(self, node: Node) -> list[Part]:
        """What a shown number is computed by from other shown numbers; empty if that is too long."""
        return _readable(self._written_out(self._between(node))[node])

    def partials(self, node: Node) -> list[Partial]:
        """How a shown number moves with those that it was computed from: one for each use, or, where other
        numbers lie between, one for each number, all ways taken together.
        """
        if node.op is None:
            return []
        between = self._between(node)
        known = self._written_out(between)
        if len(between) == 1:
            uses = self._local(node, known)
            return [Partial(self.place[x], *map(_readable, texts)) for x, texts in uses]
        one = formulas.number(1.0)
        found: dict[Node, Texts] = {node: (one, one)}
        for head in between:
            symbols, numbers = found.pop(head)
            for x, (local, by_name) in self._local(head, known):
                before = found.get(x)
                shares = _times(symbols, local), _times(numbers, by_name)
                found[x] = (_plus(shares[0], before[0]), _plus(shares[1], before[1])) if before else shares
        places = sorted(found, key=self.place.__getitem__)
        return [Partial(self.place[x], *map(_readable, found[x])) for x in places]

    def _between(self, node: Node) -> list[Node]:
        """A shown number and those between it and the shown numbers before it, each after all its uses."""
        found, waiting = {node}, [node]
        for head in waiting:  # the list grows while it is read
            new = {x for x in head.parents if x.op is not None and x not in self._shown and x not in found}
            found |= new
            waiting += new
        return sorted(found, key=self.place.__getitem__, reverse=True)

    def _written_out(self, between: Sequence[Node]) -> dict[Node, Text | None]:
        """The formula of each of these numbers in those that are shown; None if it is too long."""
        known: dict[Node, Text | None] = {}
        for node in reversed(between):
            text: Text | None = formulas.hole(self.place[node])
            if node.op is not None:
                operands = self._known(node, known)
                text = None
                if all(x is not None for x in operands):
                    text = _short(formulas.as_number(formulas.applied(_elementwise(node), operands)))
            known[node] = text
        return known

    def _known(self, node: Node, known: dict[Node, Text | None]) -> list[Any]:
        """The operands of a number: by their names where they are shown, else written out."""
        operands: list[Any] = []
        for x in node.inputs:
            if isinstance(x, Node) and x in self._shown:
                operands.append(formulas.hole(self.place[x]))
            elif isinstance(x, Node):
                operands.append(x.data if x.op is None else known[x])
            else:
                operands.append(x)
        return operands

    def _local(self, node: Node, known: dict[Node, Text | None]) -> list[tuple[Node, Texts]]:
        """For each use the number, and the local derivative: written out, and with the result by its name."""
        op, operands = _elementwise(node), self._known(node, known)
        uses = [(k, x) for k, x in enumerate(node.inputs) if isinstance(x, Node) and not self._is_constant(x)]
        if any(x is None for x in operands):
            return [(x, (None, None)) for _, x in uses]
        by_name = formulas.hole(self.place[node]) if node in self._shown else None
        return [
            (x, (formulas.derivative(op, k, operands), formulas.derivative(op, k, operands, by_name)))
            for k, x in uses
        ]

    def _is_constant(self, node: Node) -> bool:
        """Whether a leaf is not shown."""
        return node.op is None and node not in self._shown


def _elementwise(node: Node) -> Elementwise:
    op = node.op
    assert isinstance(op, Elementwise), "what makes Values is elementwise"
    return op


def _short(text: Text | None) -> Text | None:
    """A formula, unless it is too long to be read."""
    return text if text is not None and len(formulas.parts(text)) <= MOST_PARTS else None


def _readable(text: Text | None) -> list[Part]:
    return [] if _short(text) is None else formulas.parts(str(text))


def _times(a: Text | None, b: Text | None) -> Text | None:
    return None if a is None or b is None else _short(a * b)


def _plus(a: Text | None, b: Text | None) -> Text | None:
    return None if a is None or b is None else _short(a + b)
