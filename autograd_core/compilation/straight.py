"""A graph of single numbers as straight lines of Python: a line for each operation, a line for each share of
the backward pass.

Few numbers are computed faster one by one than by arrays, of which every call costs as much as ten or twenty
multiplications of floats. The text is written by the page of derivatives itself, like that of a live page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..errors import DtypeError
from ..namespaces.python import python
from ..namespaces.writing import Text
from ..primitive import Application, Elementwise, floats
from .scalars import LEAF, Scalars

__all__ = ["StraightLines"]


class StraightLines:
    """The computation of a graph of numbers, and its gradient, as two functions of lists of floats.

    ``forward(parameters, inputs)`` gives the outputs, ``backward(parameters, inputs, cotangents)`` the
    outputs and the gradients of the weighted sum of the results by the parameters and, if ``of_inputs``, by
    the inputs.

    Both raise ``ArithmeticError`` or ``ValueError`` where Python's floats do and NumPy's numbers become
    infinite or NaN.

    Attributes:
        source: the text.

    >>> from autograd_core import Value
    >>> from autograd_core.compilation.scalars import flattened
    >>> w, x = Value(2.0), Value(0.5)
    >>> lines = StraightLines(flattened([(w * x).tanh()], [w], [x]))
    >>> print(lines.source)
    def forward(parameters, inputs):
        v0, = parameters
        v1, = inputs
        v2 = v0 * v1
        v3 = tanh(v2)
        return [v3]
    <BLANKLINE>
    def backward(parameters, inputs, cotangents):
        v0, = parameters
        v1, = inputs
        c0, = cotangents
        v2 = v0 * v1
        v3 = tanh(v2)
        g3 = c0
        g2 = g3 * (1.0 - v3 * v3)
        g0 = g2 * v1
        return [v3], [g0]
    <BLANKLINE>
    >>> lines.backward([2.0], [0.0], [1.0])
    ([0.0], [0.0])
    """

    def __init__(self, scalars: Scalars, of_inputs: bool = False) -> None:
        self._scalars = scalars
        self._opaque: dict[str, Callable[..., Any]] = {}
        self._names = [python.name(f"v{i}") for i in range(scalars.first_constant)]
        self._names += [python.number(x) for x in scalars.constants.tolist()]
        self._operands = [
            scalars.operands[begin:end].tolist()
            for begin, end in zip(scalars.start[:-1].tolist(), scalars.start[1:].tolist(), strict=True)
        ]
        outputs, parameters, inputs = (
            x.tolist() for x in (scalars.outputs, scalars.parameters, scalars.inputs)
        )
        results = _listed(self._names[i] for i in outputs)
        wanted = [*parameters, *inputs] if of_inputs else parameters
        unpacked = [
            f"{_unpacked([self._names[i] for i in parameters])}parameters",
            f"{_unpacked([self._names[i] for i in inputs])}inputs",
        ]
        made = [i for i, kind in enumerate(scalars.kind.tolist()) if kind != LEAF]
        forward = [f"{self._names[i]} = {self._applied(i)}" for i in made]
        cotangents = [python.name(f"c{k}") for k in range(scalars.results)]
        backward = list(self._swept(outputs[: scalars.results], cotangents, wanted))
        reached = {line.split(" ", 1)[0] for line in backward}
        gradients = _listed(f"g{i}" if f"g{i}" in reached else "0.0" for i in wanted)
        self.source = _function("forward(parameters, inputs)", [*unpacked, *forward, f"return {results}"])
        self.source += "\n" + _function(
            "backward(parameters, inputs, cotangents)",
            [
                *unpacked,
                f"{_unpacked(cotangents)}cotangents",
                *forward,
                *backward,
                f"return {results}, {gradients}",
            ],
        )
        space: dict[str, Any] = {**python.functions(self.source), **self._opaque}
        exec(compile(self.source, "<straight lines>", "exec"), space)
        self.forward: Callable[[Sequence[float], Sequence[float]], list[float]] = space["forward"]
        self.backward: Callable[
            [Sequence[float], Sequence[float], Sequence[float]], tuple[list[float], list[float]]
        ] = space["backward"]

    def explain(self) -> str:
        """How long the text is, and the text."""
        return f"{self.source.count(chr(10))} lines of Python\n\n{self.source}"

    def _primitive(self, i: int) -> Elementwise:
        return self._scalars.primitives[int(self._scalars.kind[i])]

    def _of(self, i: int) -> list[Text]:
        """The operands of a node; a constant as a number, which rules look at."""
        constants, first = self._scalars.constants, self._scalars.first_constant
        return [self._names[x] if x < first else float(constants[x - first]) for x in self._operands[i]]  # type: ignore[misc]

    def _applied(self, i: int) -> Text:
        """A function of the user's own that cannot be written is called."""
        primitive = self._primitive(i)
        try:
            return python.applied(primitive, self._of(i))
        except DtypeError:
            name = self._called(primitive.on_floats, f"f{self._scalars.kind[i]}")
            return python.name(f"float({name}({', '.join(str(self._names[x]) for x in self._operands[i])}))")

    def _called(self, function: Callable[..., Any], name: str) -> str:
        self._opaque[name] = function
        return name

    def _swept(self, outputs: list[int], cotangents: list[Text], wanted: list[int]) -> Iterator[str]:
        """The lines of the sweep: what a number is used for pays in, before it pays in itself."""
        leads = self._scalars.depending_on(np.array(wanted, np.intp))
        begun: set[int] = set()
        for i, cotangent in zip(outputs, cotangents, strict=True):
            if leads[i]:
                yield f"g{i} {'+=' if i in begun else '='} {cotangent}"
                begun.add(i)
        for i in range(self._scalars.first_constant - 1, -1, -1):
            if i not in begun or self._scalars.kind[i] == LEAF:
                continue
            asked = [bool(leads[x]) for x in self._operands[i]]
            for x, share in zip(self._operands[i], self._shares(i, asked), strict=True):
                if share is not None and leads[x]:
                    yield f"g{x} {'+=' if x in begun else '='} {python.text(share)}"
                    begun.add(x)

    def _shares(self, i: int, asked: list[bool]) -> Sequence[Any]:
        primitive, cotangent = self._primitive(i), python.name(f"g{i}")
        try:
            return primitive.shares(python, cotangent, Application(self._names[i], self._of(i), {}), asked)
        except (DtypeError, TypeError, AttributeError):
            derivative = partial(primitive.local_derivative, floats)
            name = self._called(derivative, f"d{self._scalars.kind[i]}")
            values = _listed(self._names[x] for x in self._operands[i])
            return [
                cotangent * python.name(f"float({name}({k}, {self._names[i]}, {values}) or 0.0)")
                if wanted
                else None
                for k, wanted in enumerate(asked)
            ]


def _listed(texts: Iterator[Any]) -> str:
    return f"[{', '.join(map(str, texts))}]"


def _unpacked(names: Sequence[Any]) -> str:
    return "".join(f"{name}, " for name in names)[:-1] + " = " if names else "[] = "


def _function(head: str, lines: list[str]) -> str:
    return "".join([f"def {head}:\n", *(f"    {line}\n" for line in lines)])
