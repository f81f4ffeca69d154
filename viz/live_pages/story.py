"""What a live page shows of a computation: numbers, the boxes in which they stand, and the steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, GraphError, Lowered, Node, Value, lower
from autograd_core.inspection.operations import expression, operation
from autograd_core.naming import element

from .. import wording
from ..graph.reading import Reading
from ..graph.targets import read
from ..model import Kind
from ..output.engines import DrawingError
from ..ranges import Choices, Range, Reach, reach_of
from .program import Program

MOST_NUMBERS = 1_000
"""A computation with more numbers is no page: nobody would follow it."""
MOST_BOXES = 400
LEAST_RANGE = 3.0
"""A slider reaches at least from -3 to 3, and to twice the number it starts with."""
LONGEST_TITLE_FORMULA = 60

_DECIDED = {"where", "sort", "cummax", "cummin"}
"""Operations that compare numbers before they are recorded: the graph knows only what was chosen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One box: a number, or the numbers of a tensor as a matrix.

    Attributes:
        node: what the box stands for.
        name: as it is drawn, no two alike.
        kind: input, parameter, constant, operation or output.
        values: the Values in it, row by row; a plain number where an operation put in a constant.
        rows, columns: how they are laid out; a vector is a column.
        operation: what made it, empty for a leaf.
        expression: the same applied to the names of the operands.
    """

    node: Node
    name: str
    kind: Kind
    values: tuple[Any, ...]
    rows: int
    columns: int
    operation: str
    expression: str


class LiveStory:
    """A computation of one number, written out as a program and as boxes to step through.

    Args:
        target: what is computed; as for :func:`viz.draw`.
        inputs: the example inputs of a function or module.
        sliders: which inputs can be changed: all of them when None.
        learn: which are changed by gradient descent: the parameters when None, or, where none are known to
            be parameters, all inputs that have a gradient.
        rate: the learning rate.
    """

    def __init__(
        self, target: Any, inputs: tuple[Any, ...], sliders: Any = None, learn: Any = None, rate: float = 0.1
    ) -> None:
        self.reading, self.name, lowered = _computation(target, inputs)
        self.rate = rate
        output = lowered.output.item() if lowered else self.reading.outputs[0]
        self.boxes = self._boxes(lowered)
        if len(self.boxes) > MOST_BOXES:
            raise DrawingError(
                f"live(): {len(self.boxes)} boxes cannot be followed (at most {MOST_BOXES}): write the "
                "computation with Tensors, which are one box each, or use draw(...).interactive()"
            )
        shown = dict.fromkeys(v for box in self.boxes for v in box.values if isinstance(v, Value))
        self.cotangents = list((Reading([output]) if lowered else self.reading).cotangents())
        self.program = Program(output, self.cotangents, list(shown))
        if len(self.program.order) > MOST_NUMBERS:
            raise _too_large(len(self.program.order))
        self.controls = self._controls(sliders)
        self.learned = self._learned(learn)
        self._chosen = learn is not None

    def _boxes(self, lowered: Lowered | None) -> list[Shown]:
        expanded: Mapping[Node, Any]
        if lowered is None:
            expanded = {node: np.array(node, dtype=object) for node in self.reading.order}
        else:
            expanded = lowered.expanded
        seen: set[Node] = set()
        new: dict[Node, Any] = {}
        found: list[Shown] = []
        for node, values in expanded.items():
            fresh = {v for v in values.flat if isinstance(v, Value)} - seen
            if fresh:
                seen |= fresh
                new[node] = values
        names = self.reading.names(new)
        called: dict[Node, str] = {}
        for node in expanded:  # what only rearranges has no box: it is called by what it does
            operands = [
                called.get(x, "…") if isinstance(x, Node) else wording.value(np.asarray(x))
                for x in node.inputs
            ]
            written = expression(node, operands)
            called[node] = names.get(node) or wording.clean(self.reading.given_name(node) or written)
            if node in new:
                found.append(self._box(node, new[node], names[node], written))
        return found

    def _box(self, node: Node, values: Any, name: str, written: str) -> Shown:
        columns = values.shape[-1] if values.ndim > 1 else 1
        kind, rows = self.reading.kind(node), values.size // columns
        return Shown(node, name, kind, tuple(values.flat), rows, columns, operation(node), written)

    @cached_property
    def _leaves(self) -> list[Shown]:
        return [box for box in self.boxes if box.node.op is None]

    def _numbers(self, box: Shown) -> list[int]:
        return [self.program.place[v] for v in box.values if isinstance(v, Value)]

    @cached_property
    def names(self) -> list[str]:
        """What each number is called, empty for those that stand in no box."""
        names = [""] * len(self.program.order)
        for box in self.boxes:
            shape = np.shape(box.node.data)
            for place, v in zip(np.ndindex(shape), box.values, strict=True):
                if isinstance(v, Value) and not names[self.program.place[v]]:
                    index = ", ".join(map(str, place))
                    names[self.program.place[v]] = element(box.name, index) if place else box.name
        return names

    def _controls(self, sliders: Any) -> dict[int, Reach]:
        """Which numbers can be changed, and how far their sliders reach."""
        if sliders is None:
            return {i: self._range(i) for box in self._leaves for i in self._numbers(box)}
        found: dict[int, Reach] = {}
        for asked in _several(sliders, "sliders"):
            ends = sliders[asked] if isinstance(sliders, Mapping) else None
            for i in self._asked_for(asked, "sliders"):
                found[i] = self._range(i) if ends is None else _numbers(ends, self.names[i])
        return found

    def _range(self, i: int) -> Range:
        size = abs(self.program.order[i].data)
        reach = max(LEAST_RANGE, float(f"{2 * size:.1g}")) if np.isfinite(size) else LEAST_RANGE
        return Range(-reach, reach)

    def _learned(self, learn: Any) -> list[int]:
        """Which numbers gradient descent changes."""
        with_gradient = {self.program.place[node] for node in self.cotangents}
        if learn is None:
            leaves = [
                box for box in self._leaves if box.kind in (Kind.PARAMETER, Kind.SHARED)
            ] or self._leaves
            return [i for box in leaves for i in self._numbers(box) if i in with_gradient]
        found = [i for asked in _several(learn, "learn") for i in self._asked_for(asked, "learn")]
        for i in found:
            if i not in with_gradient:
                raise GraphError(f"live(learn={self.names[i]!r}): no gradient reaches {self.names[i]}")
        return list(dict.fromkeys(found))

    def _asked_for(self, asked: Any, option: str) -> list[int]:
        """The numbers that a name or a node means: one, or those of a tensor."""
        for box in self._leaves:
            if asked is box.node or (isinstance(asked, str) and asked == box.name):
                return self._numbers(box)
        for box in self._leaves:
            for i in self._numbers(box):
                if asked is self.program.order[i] or (isinstance(asked, str) and asked == self.names[i]):
                    return [i]
        if not isinstance(asked, str | Node):
            raise DtypeError(f"live({option}=...): inputs are named or given, got {wording.described(asked)}")
        known = [box.name for box in self._leaves]
        hint = wording.nearest(str(asked), known, f"; there are {', '.join(known)}")
        raise DomainError(
            f"live({option}=...): {wording.quoted(asked)} is no input of this computation{hint}"
        )

    @property
    def note(self) -> str:
        """What does not follow the sliders, in a sentence; empty if everything does."""
        decided = sorted(
            {
                node.op.name
                for node in self.reading.order
                if node.op is not None and node.op.name in _DECIDED and not isinstance(node.inputs[0], Value)
            }
        )
        if not decided:
            return ""
        return (
            f"What {' and '.join(decided)} chose by comparing numbers is held fixed: it stays as it was when "
            "this was computed, whatever is moved."
        )

    @property
    def formula(self) -> list[Any]:
        """The result in its inputs, if that is short; empty if not."""
        leaves = [v for box in self._leaves for v in box.values]
        output = self.program.output
        parts = Program(output, self.cotangents, [*leaves, output]).formula(output)
        names = Program(output, self.cotangents, [*leaves, output]).order
        text = "".join(
            part
            if isinstance(part, str)
            else self._name_of(names[part[0] if isinstance(part, list) else part])
            for part in parts
        )
        whole = f"{self._name_of(output)} = {text}"
        return [whole] if text and len(whole) <= LONGEST_TITLE_FORMULA else []

    def _name_of(self, node: Node) -> str:
        return self.names[self.program.place[node]]

    def kind(self, box: Shown) -> Kind:
        """What the box is on the page: what learns is a parameter, what cannot be moved a constant."""
        if box.node.op is not None:
            holds_it = any(v is self.program.output for v in box.values)
            return Kind.OUTPUT if holds_it else Kind.OPERATION
        numbers = self._numbers(box)
        if not any(i in self.controls or i in self.learned for i in numbers):
            return Kind.CONSTANT
        learns = box.kind in (Kind.PARAMETER, Kind.SHARED)
        if self._chosen:
            learns = any(i in self.learned for i in numbers)
        return Kind.PARAMETER if learns else Kind.INPUT

    @cached_property
    def forward(self) -> list[int]:
        """The boxes in the order in which they are computed."""
        return [b for b, box in enumerate(self.boxes) if box.node.op is not None]

    @cached_property
    def backward(self) -> list[int]:
        """The boxes in the order in which their gradients are complete."""
        arrival = {node: k for k, node in enumerate(self.cotangents)}
        complete = {
            b: max((arrival[v] for v in box.values if v in arrival), default=-1)
            for b, box in enumerate(self.boxes)
        }
        return sorted((b for b, last in complete.items() if last >= 0), key=complete.__getitem__)

    @cached_property
    def arrows(self) -> list[tuple[int, int, int | None]]:
        """From which box to which, and, between two single numbers, the place of the use in the program."""
        where: dict[int, int] = {}
        for b, box in enumerate(self.boxes):
            for i in self._numbers(box):
                where.setdefault(i, b)
        edges: dict[int, int] = {}
        count = 0
        for i, node in enumerate(self.program.order):
            edges[i] = count
            count += len(node.parents)
        found: list[tuple[int, int, int | None]] = []
        for b in self.forward:
            box = self.boxes[b]
            for i in dict.fromkeys(self._numbers(box)):
                if where[i] != b:
                    continue
                inputs = self.program.inputs(self.program.order[i])
                alone = len(box.values) == 1 and all(
                    j in where and len(self.boxes[where[j]].values) == 1 for j in inputs
                )
                if alone:
                    found += [(where[j], b, edges[i] + k) for k, j in enumerate(inputs)]
                else:
                    new = [(where[p.by], b, None) for p in self.program.partials(self.program.order[i])]
                    found += [arrow for arrow in dict.fromkeys(new) if arrow not in found and arrow[0] != b]
        return found

    def data(self) -> dict[str, Any]:
        """What the page reads."""
        shown = {i for box in self.boxes for i in self._numbers(box)}
        numbers = []
        for i, node in enumerate(self.program.order):
            number: dict[str, Any] = {
                "name": self.names[i],
                "inputs": self.program.inputs(node),
                "start": _in_json(node.data) if node.op is None else 0,
                "text": [],
                "partials": [],
            }
            if i in shown and node.op is not None:
                number["text"] = self.program.formula(node)
                number["partials"] = [(p.by, p.symbols, p.numbers) for p in self.program.partials(node)]
            numbers.append(number)
        return {
            "numbers": numbers,
            "boxes": [self._box_data(box) for box in self.boxes],
            "arrows": self.arrows,
            "forward": self.forward,
            "backward": self.backward,
            "output": self.program.place[self.program.output],
            "controls": [{"i": i} | _reach(reach) for i, reach in self.controls.items()],
            "parameters": self.learned,
            "rate": self.rate,
        }

    def _box_data(self, box: Shown) -> dict[str, Any]:
        return {
            "name": box.name,
            "kind": self.kind(box),
            "op": box.operation,
            "text": box.expression,
            "rows": box.rows,
            "columns": box.columns,
            "cells": [self.program.place[v] if isinstance(v, Value) else None for v in box.values],
            "fixed": [None if isinstance(v, Value) else _in_json(v) for v in box.values],
        }


def _computation(target: Any, inputs: tuple[Any, ...]) -> tuple[Reading, str, Lowered | None]:
    """The graph as the reader wrote it, its name, and its numbers one by one where it is made of tensors."""
    if isinstance(target, Lowered) and not inputs:
        reading, name = Reading([next(reversed(target.expanded))]), ""
    else:
        reading, name = read(target, inputs, "live")
    if not reading.single:
        raise GraphError(
            f"live(): gradients are those of one number, but {reading.why_no_gradients()}; reduce the output "
            "first, for example live(y.sum()), or, of a function or module f, live(lambda x: f(x).sum(), x)"
        )
    if isinstance(target, Lowered):
        lowered: Lowered | None = target
    elif all(isinstance(node, Value) for node in reading.order):
        lowered = None
    else:
        count = sum(np.size(node.data) for node in reading.order)
        if count > MOST_NUMBERS:
            raise _too_large(count)
        try:
            lowered = lower(reading.outputs[0])
        except GraphError as error:
            raise DrawingError(
                f"live(): the page computes with single numbers, but {str(error).removeprefix('lower(): ')}; "
                "draw(...).interactive() plays what was recorded"
            ) from None
    return reading, name, lowered


def _in_json(x: Any) -> float | str:
    """A number, or, as JSON has none that are not finite, JavaScript's word for it."""
    number = float(x)
    if np.isfinite(number):
        return number
    return "NaN" if np.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _too_large(count: int) -> DrawingError:
    return DrawingError(
        f"live(): {count:,} numbers cannot be followed one by one (at most {MOST_NUMBERS:,}): take a smaller "
        "example, or draw(...).interactive(), which plays arrays as one step each"
    )


def _several(asked: Any, option: str) -> Iterable[Any]:
    """Names and nodes in a collection; one alone is a collection of one."""
    if isinstance(asked, str | Node):
        return [asked]
    if not isinstance(asked, Collection):
        raise DtypeError(
            f"live({option}=...): a list of inputs or their names, got {wording.described(asked)}"
        )
    return asked


def _numbers(given: Any, name: str) -> Reach:
    reach = reach_of(given, name, "live(sliders=...)")
    if isinstance(reach, Choices) and not reach.numbers:
        raise DtypeError(f"live(sliders=...): {name} chooses among numbers, got {wording.described(given)}")
    return reach


def _reach(reach: Reach) -> dict[str, Any]:
    return {"choices": [float(x) for x in reach.values]} if isinstance(reach, Choices) else asdict(reach)
