"""A recorded graph as numbered steps, to be carried out again: as it was, or with one thing changed.

A slip in a student's program is a change of the reference's graph: an operation that computes something
else, a share that is sent back wrongly, a path that is forgotten. What a slip gives is computed here, and
nowhere written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import Node, unrecorded
from ..primitive import Application, Primitive, arrays
from ..sweeping import ancestors, undo_broadcasting
from .wording import formula, ordinal

__all__ = ["AS_IT_WAS", "Change", "Recording", "Run", "Site"]

Array = np.ndarray[Any, np.dtype[Any]]

IMPOSSIBLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised where a change does not fit the graph: shapes, axes, domains. Then it explains nothing."""


CORNERED = (
    "relu",
    "abs",
    "maximum",
    "minimum",
    "max",
    "min",
    "clip",
    "window_max",
    "sign",
    "step",
    "fmax",
    "fmin",
    "sort",
)
"""Where these have a corner, each slope between the two is right."""


@dataclass(frozen=True)
class Site:
    """An operation in a run, as a change finds it.

    Attributes:
        node: as it was recorded.
        op: the operation.
        parameters: of it.
        values: what goes in, now.
        output: what came out; None before it is computed.
        cotangent: of the output; None in the forward pass.
        residuals: what the operation has kept.
    """

    node: Node
    op: Primitive
    parameters: dict[str, Any]
    values: Sequence[Any]
    output: Any = None
    cotangent: Any = None
    residuals: Any = None

    def compute(self, values: Sequence[Any] | None = None) -> Any:
        """What the operation makes of other values."""
        return self.computed(self.values if values is None else values)[0]

    def computed(self, values: Sequence[Any]) -> tuple[Array, Any]:
        """The output, and what is kept."""
        parameters = _widened(self.node, values, self.parameters)
        if self.op.forward_with_residuals is not None:
            data, residuals = self.op.forward_with_residuals(*values, **parameters)
            return np.asarray(data), residuals
        return np.asarray(self.op.forward(*values, **parameters)), None

    def shares(
        self, cotangent: Any = None, values: Sequence[Any] | None = None, output: Any = None
    ) -> list[Any]:
        """What the operation's rule sends back, given something else in place of what it is given."""
        application = Application(
            self.output if output is None else output,
            self.values if values is None else values,
            _widened(self.node, self.values, self.parameters),
            self.residuals,
        )
        c = self.cotangent if cotangent is None else cotangent
        return list(self.op.shares(arrays, c, application, self.node.wanted))


Forward = Callable[..., Any]
"""Of a site: what comes out there."""

Backward = Callable[..., Sequence[Any]]
"""Of a site: what is sent back to its inputs."""


@dataclass(frozen=True)
class Change:
    """What is different in a run. Steps are called by their numbers, which are the same for every recording
    of one function.

    Attributes:
        where: what the sentence of the slip is completed with.
        values: for each step that computes something else, what.
        ops: for each step that is another operation, which, with its parameters.
        shares: for each step that sends something else back, what.
        leaves: for each step that is an input or a constant, what it is made into.
        overwritten: which of the shares of a node counts, the first or the last that arrives (0, -1), for
            each
            step that does not add them.
        unsummed: inputs whose shares are left as long as they were repeated.
        answers: what is made of the answers in the end.
    """

    where: str = ""
    values: Mapping[int, Forward] = field(default_factory=dict)
    ops: Mapping[int, tuple[Primitive, dict[str, Any]]] = field(default_factory=dict)
    shares: Mapping[int, Backward] = field(default_factory=dict)
    leaves: Mapping[int, Callable[..., Any]] = field(default_factory=dict)
    overwritten: Mapping[int, int] = field(default_factory=dict)
    unsummed: frozenset[int] = frozenset()
    answers: Callable[..., list[Array]] | None = None


AS_IT_WAS = Change()


class Recording:
    """The graph of some results.

    Attributes:
        nodes: every step, each after those that it uses.
        outputs: the numbers of the results; None for one that depends on nothing recorded.
        variables: the numbers of the inputs to differentiate by; None for one that is not used.
        names: of the variables.
    """

    def __init__(self, results: Sequence[Any], variables: Sequence[Node], names: Sequence[str]) -> None:
        self.nodes = ancestors([y for y in results if isinstance(y, Node)])
        number = {node: i for i, node in enumerate(self.nodes)}
        self.results = [np.asarray(_data(y)) for y in results]
        self.outputs = [number.get(y) if isinstance(y, Node) else None for y in results]
        self.variables = [number.get(x) for x in variables]
        self.shapes = [x.shape for x in variables]
        self.names = list(names)
        self.inputs = [[number.get(x) if isinstance(x, Node) else None for x in n.inputs] for n in self.nodes]
        self.data = [np.asarray(node.data) for node in self.nodes]
        self.uses: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for i, inputs in enumerate(self.inputs):
            for place, x in enumerate(inputs):
                if x is not None:
                    self.uses[x].append((i, place))

    def steps(self, *names: str) -> list[int]:
        """The numbers of the operations of these names; of all when there is none."""
        found = [i for i, node in enumerate(self.nodes) if node.op is not None]
        return [i for i in found if self.op(i).name in names] if names else found

    def op(self, step: int) -> Primitive:
        op = self.nodes[step].op
        assert op is not None
        return op

    def values(self, step: int) -> list[Any]:
        """What goes into a step, as it was recorded."""
        return [self.data[x] if x is not None else _data(given) for given, x in self.operands(step)]

    def is_constant(self, step: int, place: int) -> bool:
        """Whether an operand does not move with the inputs."""
        given = self.nodes[step].inputs[place]
        return not (isinstance(given, Node) and given.requires_grad)

    def kind(self) -> tuple[Any, ...]:
        """What two recordings of one function have in common: only then do changes of one fit the other."""
        names = tuple(node.op.name if node.op else "" for node in self.nodes)
        return names, tuple(map(tuple, self.inputs)), tuple(self.outputs), tuple(self.variables)

    def called(self, step: int) -> str:
        """How a step is called in a sentence: by its formula if that is short, or by its operation and which
        of them it is.
        """
        node = self.nodes[step]
        if node.op is None:
            return formula(node) if node.label or not node.shape else f"the constant of shape {node.shape}"
        text = formula(node)
        if node.label and node.op.named_after:
            return node.label
        if node.label:
            return f"{node.label} = {text}" if "..." not in text else node.label
        alike = self.steps(node.op.name)
        if text == "..." or ("..." in text and len(alike) > 1):
            return node.op.name if len(alike) == 1 else f"the {ordinal(alike.index(step) + 1)} {node.op.name}"
        return text

    def operands(self, step: int) -> list[tuple[Any, int | None]]:
        """What a step was given, each with its number if it is a step itself."""
        return list(zip(self.nodes[step].inputs, self.inputs[step], strict=True))


class Run:
    """A recording, carried out again with a change.

    Attributes:
        data: the numbers of every step.
    """

    def __init__(self, recording: Recording, change: Change = AS_IT_WAS) -> None:
        self.recording, self.change = recording, change
        self.data: list[Array] = []
        self.residuals: list[Any] = []
        moved: set[int] = set()
        for i, node in enumerate(recording.nodes):
            data, residuals = recording.data[i], node.residuals
            if node.op is None:
                if i in change.leaves:
                    data = np.asarray(change.leaves[i](data))
                    moved.add(i)
            elif i in change.values:
                data = np.asarray(change.values[i](self.site(i)))
                moved.add(i)
            elif i in change.ops or any(x in moved for x in recording.inputs[i]):
                site = self.site(i)
                data, residuals = site.computed(site.values)
                moved.add(i)
            self.data.append(data)
            self.residuals.append(residuals)

    def site(self, step: int, cotangent: Any = None) -> Site:
        """A step as it is in this run, so far."""
        node = self.recording.nodes[step]
        op, parameters = self.change.ops.get(step, (self.recording.op(step), node.parameters))
        operands = self.recording.operands(step)
        values = [self.data[x] if x is not None else _data(given) for given, x in operands]
        if cotangent is None:
            return Site(node, op, parameters, values)
        return Site(node, op, parameters, values, self.data[step], cotangent, self.residuals[step])

    def outputs(self) -> list[Array]:
        found = zip(self.recording.outputs, self.recording.results, strict=True)
        return [result if i is None else self.data[i] for i, result in found]

    def gradients(self, seeds: Sequence[Any]) -> list[Array]:
        """The cotangent of every variable, from one of each output."""
        change = self.change
        underway: dict[int, Any] = {}
        for i, seed in zip(self.recording.outputs, seeds, strict=True):
            if i is not None:
                given = np.broadcast_to(np.asarray(seed, dtype=np.float64), self.data[i].shape)
                underway[i] = underway[i] + given if i in underway else given
        arrived: set[int] = set()
        for i in range(len(self.recording.nodes) - 1, -1, -1):
            node = self.recording.nodes[i]
            if i not in underway or node.op is None or not node.requires_grad:
                continue
            site = self.site(i, underway[i])
            shares = change.shares[i](site) if i in change.shares else site.shares()
            for x, share in zip(self.recording.inputs[i], shares, strict=False):
                if x is None or share is None or not self.recording.nodes[x].requires_grad:
                    continue
                if x not in change.unsummed:
                    share = undo_broadcasting(arrays, np.asarray(share), unrecorded(self.data[x]))
                if x not in underway:
                    underway[x] = share
                elif x not in change.overwritten:
                    underway[x] = underway[x] + share
                elif change.overwritten[x] == -1 or x not in arrived:
                    underway[x] = share if change.overwritten[x] == -1 else underway[x]
                arrived.add(x)
        return [
            np.zeros(shape) if i is None or i not in underway else np.asarray(underway[i])
            for i, shape in zip(self.recording.variables, self.recording.shapes, strict=True)
        ]


def _widened(node: Node, values: Sequence[Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters; a sum over all axes stays one where an array has grown one."""
    axis = parameters.get("axis")
    if isinstance(axis, tuple) and node.inputs and isinstance(node.inputs[0], Node):
        was, now = len(node.inputs[0].shape), np.ndim(values[0])
        if now != was and len(axis) == was:
            return {**parameters, "axis": tuple(range(now))}
    return parameters


def _data(x: Any) -> Any:
    return x.data if isinstance(x, Node) else x
