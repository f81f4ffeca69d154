"""The layers of a graph: which nodes share a box when it is drawn layer by layer.

Elementwise functions of one input become a band of the layer before them, a change of the shape goes onto the
arrow, and what is computed between the calls is a layer of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograd_core import Node, Tensor
from autograd_core.inspection.operations import is_scalar_constant, operation
from autograd_core.primitive import Elementwise

from .. import wording
from ..graph.calls import Scope
from ..graph.reading import Reading
from .folding import Run

MOST_LAYERS = 60
"""A network of more layers is drawn with its inner levels closed."""
_RESHAPING = frozenset({"reshape", "transpose", "getitem"})


@dataclass(eq=False)
class Layer:
    """The nodes that share a box.

    Attributes:
        place: the call; empty for an operation between the calls.
        nodes: what is computed, in order.
        bands: the functions that follow, in words.
        following: their nodes.
        inner: the calls in this one.
        run: the calls of the same structure that it stands for, if there are several; ``place`` is the first.
    """

    place: Scope = ()
    nodes: list[Node] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    following: list[Node] = field(default_factory=list)
    inner: dict[Scope, None] = field(default_factory=dict)
    run: Run | None = None

    @property
    def end(self) -> Node:
        """What is computed last."""
        return (self.following or self.nodes)[-1]

    @property
    def calls(self) -> int:
        """How many calls it stands for."""
        return len(self.run.members) if self.run else 1


@dataclass
class Layers:
    """The layers of a graph.

    Attributes:
        order: the layers, each after those that it uses.
        of: the layer of each operation that has a box.
        carried: for what only changes the shape of another node, that node, and how it is changed.
    """

    order: list[Layer]
    of: dict[Node, Layer]
    carried: dict[Node, tuple[Node, str]]


def has_layers(reading: Reading) -> bool:
    """Whether the graph is worth a drawing by layers: several calls with parameters of their own."""
    if reading.recorded_passes or not all(isinstance(output, Tensor) for output in reading.outputs):
        return False
    calls = {
        reading.scope(node)[: _innermost_call(node)]
        for node in reading.order
        if node.op is not None
        and _innermost_call(node)
        and any(isinstance(x, Tensor) and x.op is None and type(x) is not Tensor for x in node.inputs)
    }
    return len(calls) > 1


def _innermost_call(node: Node) -> int:
    """The length of the scope of the innermost call; the scopes in it were opened by hand."""
    return max((level for level, number in enumerate(node.tag.calls, 1) if number is not None), default=0)


def layers_of(reading: Reading, depth: int | None, runs: Sequence[Run] = ()) -> Layers:
    """The layers: the innermost calls, or those at a depth, and every other operation by itself; the calls of
    a run together.
    """
    cut = None if depth is None else depth + 1
    operations = [node for node in reading.order if node.op is not None and node not in reading.aliases]
    run_of = {scope: run for run in runs for scope in run.members}
    places = {node: _once(reading.scope(node)[:cut], run_of) for node in operations}
    outer = {place[:level] for place in places.values() for level in range(len(place))}
    calls: dict[Scope, Layer] = {}
    found = Layers([], {}, {})
    for node, place in places.items():
        layer = Layer() if place in outer else calls.setdefault(place, Layer(place, run=run_of.get(place)))
        layer.nodes.append(node)
        if len(reading.scope(node)) > len(place) and not layer.run:
            layer.inner[reading.scope(node)[: len(place) + 1]] = None
        found.of[node] = layer
    users = _users(reading, found)
    for layer in dict.fromkeys(found.of.values()):
        _joined(reading, layer, found, users)
    last = {found.of[node]: i for i, node in enumerate(reading.order) if node in found.of}
    found.order = sorted(last, key=lambda layer: last[layer])
    return found


def _once(place: Scope, run_of: Mapping[Scope, Run]) -> Scope:
    """A place, or the first of the run that it is in."""
    for level in range(1, 1 + len(place)):
        if place[:level] in run_of:
            return run_of[place[:level]].first
    return place


def _users(reading: Reading, layers: Layers) -> dict[Node, set[Layer]]:
    users: dict[Node, set[Layer]] = {}
    for node, layer in layers.of.items():
        for x in reading.inputs(node):
            if isinstance(x, Node):
                users.setdefault(x, set()).add(layer)
    return users


def _joined(reading: Reading, layer: Layer, layers: Layers, users: Mapping[Node, set[Layer]]) -> None:
    """Put a layer onto the arrow into it, or into the box before it, if it is no more than that."""
    found = entering(reading, layer, layers)
    operands = [x for node in layer.nodes for x in reading.inputs(node)]
    if len(found) != 1 or not all(isinstance(x, Node) or is_scalar_constant(x) for x in operands):
        return
    (x,) = found
    names = [node.op.name for node in layer.nodes if node.op is not None]
    outputs = {*reading.outputs}
    if all(name in _RESHAPING for name in names) and outputs.isdisjoint(layer.nodes):
        _onto_the_arrow(layer, x, names, layers)
        return
    before_it = layers.of.get(x)
    if before_it is None or users[x] != {layer} or x in outputs or len(before_it.inner) > 1:
        return
    if all(isinstance(node.op, Elementwise) for node in layer.nodes):
        single = len(layer.nodes) == 1
        before_it.bands.append(operation(layer.end) if single else bare(reading, layer.place))
        before_it.following += layer.nodes
        for node in layer.nodes:
            layers.of[node] = before_it


def _onto_the_arrow(layer: Layer, x: Node, names: Sequence[str], layers: Layers) -> None:
    """A change of the shape of ``x``, unless it picks from a list of places."""
    changes = []
    for name, node in zip(names, layer.nodes, strict=True):
        if name == "getitem" and not _is_plain(node):
            return
        changes.append(operation(node) if name == "getitem" else name)
    if changes == ["reshape"] and len(layer.end.shape) == 2 and x.shape[:1] == layer.end.shape[:1]:
        changes = ["flatten"]
    source, before = layers.carried.get(x, (x, ""))
    text = ", ".join(filter(None, [before, *dict.fromkeys(changes)]))
    for node in layer.nodes:
        layers.carried[node] = (source, text)
        del layers.of[node]


def _is_plain(node: Node) -> bool:
    """Whether an index takes a part as it stands: numbers and slices, no list of places."""
    index = node.parameters["index"]
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, int | slice | type(None) | type(Ellipsis)) for part in parts)


def bare(reading: Reading, place: Scope) -> str:
    """What a call is called, without the numbers of the call and of its place in a list."""
    name = wording.clean(reading.without_numbers(place)[-1]) if place else ""
    return name.partition(": ")[2] or name


def entering(reading: Reading, layer: Layer, layers: Layers) -> list[Node]:
    """What a layer takes from elsewhere: what others have computed, inputs and parameters."""
    found = (
        x
        for node in layer.nodes
        for x in reading.inputs(node)
        if isinstance(x, Node) and layers.of.get(x) is not layer
    )
    return list(dict.fromkeys(found))
