"""The picture of a network by its layers: a box for each call, its parameters beside it, one straight path.

Elementwise functions of one input become a band of the box before them, a change of the shape goes onto the
arrow, and what is computed between the calls has boxes of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_core import Node, Tensor
from autograd_core.primitive import Elementwise

from .. import wording
from ..graph.calls import Scope
from ..graph.reading import Reading
from ..model import Arrow, Box, Kind
from .layer_words import shape_of, what
from .operations import is_scalar_constant, operation

MOST_LAYERS = 60
"""A network of more layers is drawn with its inner levels closed."""
_MOST_LISTED = 4
_MOST_PARTS = 3
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
    """

    place: Scope = ()
    nodes: list[Node] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    following: list[Node] = field(default_factory=list)
    inner: dict[Scope, None] = field(default_factory=dict)

    @property
    def end(self) -> Node:
        """What is computed last."""
        return (self.following or self.nodes)[-1]


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
        reading.scope(node)
        for node in reading.order
        if node.op is not None
        and any(number is not None for number in node.tag.calls)
        and any(isinstance(x, Tensor) and x.op is None and type(x) is not Tensor for x in node.inputs)
    }
    return len(calls) > 1


def _learned(reading: Reading, leaf: Node) -> bool:
    return reading.kind(leaf) in (Kind.PARAMETER, Kind.SHARED)


def layers_of(reading: Reading, depth: int | None) -> Layers:
    """The layers: the innermost calls, or those at a depth, and every other operation by itself."""
    cut = None if depth is None else depth + 1
    operations = [node for node in reading.order if node.op is not None and node not in reading.aliases]
    places = {node: reading.scope(node)[:cut] for node in operations}
    outer = {place[:level] for place in places.values() for level in range(len(place))}
    calls: dict[Scope, Layer] = {}
    found = Layers([], {}, {})
    for node, place in places.items():
        layer = Layer() if place in outer else calls.setdefault(place, Layer(place))
        layer.nodes.append(node)
        if len(reading.scope(node)) > len(place):
            layer.inner[reading.scope(node)[: len(place) + 1]] = None
        found.of[node] = layer
    users = _users(reading, found)
    for layer in dict.fromkeys(found.of.values()):
        _joined(reading, layer, found, users)
    last = {found.of[node]: i for i, node in enumerate(reading.order) if node in found.of}
    found.order = sorted(last, key=lambda layer: last[layer])
    return found


def _users(reading: Reading, layers: Layers) -> dict[Node, set[Layer]]:
    users: dict[Node, set[Layer]] = {}
    for node, layer in layers.of.items():
        for x in reading.inputs(node):
            if isinstance(x, Node):
                users.setdefault(x, set()).add(layer)
    return users


def _joined(reading: Reading, layer: Layer, layers: Layers, users: Mapping[Node, set[Layer]]) -> None:
    """Put a layer onto the arrow into it, or into the box before it, if it is no more than that."""
    operands = [x for node in layer.nodes for x in reading.inputs(node)]
    entering = {x for x in operands if isinstance(x, Node) and layers.of.get(x) is not layer}
    if len(entering) != 1 or not all(isinstance(x, Node) or is_scalar_constant(x) for x in operands):
        return
    (x,) = entering
    names = [node.op.name for node in layer.nodes if node.op is not None]
    ends = layer.nodes[-1]
    outputs = {*reading.outputs}
    if all(name in _RESHAPING for name in names) and outputs.isdisjoint(layer.nodes):
        if any(
            name == "getitem" and not _is_plain(node) for name, node in zip(names, layer.nodes, strict=True)
        ):
            return
        names = [
            operation(node) if name == "getitem" else name
            for name, node in zip(names, layer.nodes, strict=True)
        ]
        if names == ["reshape"] and len(ends.shape) == 2 and x.shape[:1] == ends.shape[:1]:
            names = ["flatten"]
        source, before = layers.carried.get(x, (x, ""))
        text = ", ".join(filter(None, [before, *dict.fromkeys(names)]))
        for node in layer.nodes:
            layers.carried[node] = (source, text)
            del layers.of[node]
        return
    before_it = layers.of.get(x)
    if before_it is None or users[x] != {layer} or x in outputs or len(before_it.inner) > 1:
        return
    if all(isinstance(node.op, Elementwise) for node in layer.nodes):
        name = _bare(reading, layer.place)
        before_it.bands.append(operation(ends) if len(layer.nodes) == 1 else name.partition(": ")[2] or name)
        before_it.following += layer.nodes
        for node in layer.nodes:
            layers.of[node] = before_it


def _parts(reading: Reading, places: Iterable[Scope]) -> str:
    """What a call holds: ``3 × Block``, or the first of its parts."""
    names = [_bare(reading, place) for place in places]
    names = [name.partition(": ")[2] or name for name in names]
    if len({*names}) == 1:
        return f"{len(names)} × {names[0]}"
    return ", ".join(names[:_MOST_PARTS]) + (
        f", {len(names) - _MOST_PARTS} more" if len(names) > _MOST_PARTS else ""
    )


def _is_plain(node: Node) -> bool:
    """Whether an index takes a part as it stands: numbers and slices, no list of places."""
    index = node.parameters["index"]
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(part, int | slice | type(None) | type(Ellipsis)) for part in parts)


def _bare(reading: Reading, place: Scope) -> str:
    return wording.clean(reading.without_numbers(place)[-1]) if place else ""


@dataclass(frozen=True)
class Drawn:
    """What a picture is made of.

    Attributes:
        boxes: in the order of the computation.
        arrows: between them.
        keys: for each node in reading order the key of its box, empty for none.
    """

    boxes: list[Box]
    arrows: list[Arrow]
    keys: list[str]


def drawn(
    reading: Reading,
    layers: Layers,
    names: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    graph: str,
    write: wording.Write,
) -> Drawn:
    """Boxes for layers, inputs and parameters, and the arrows between them."""
    key_of = {layer: f"s{i}" for i, layer in enumerate(layers.order)}
    boxes: list[Box] = []
    flows: dict[tuple[str, str, Node, str], None] = {}
    held: dict[Node, str] = {node: key_of[layer] for node, layer in layers.of.items()}
    held |= {node: held[x] for node, (x, _) in layers.carried.items() if x in held}
    inputs: dict[Node, str] = {}
    users: dict[Node, list[Layer]] = {}
    for layer in layers.order:
        for x in _entering(reading, layer, layers):
            source, change = layers.carried.get(x, (x, ""))
            if source in layers.of:
                flows[key_of[layers.of[source]], key_of[layer], x, change] = None
            elif _learned(reading, source):
                users.setdefault(source, []).append(layer)
            elif reading.given_name(source) or not _is_buffer(reading, source):
                key = inputs.setdefault(source, f"n{len(inputs)}")
                flows[key, key_of[layer], x, change] = None
    beside: dict[tuple[Layer, ...], list[Node]] = {}
    for parameter, layers_of_it in users.items():
        beside.setdefault(tuple(dict.fromkeys(layers_of_it)), []).append(parameter)
    held |= inputs
    heads = Counter(x for _, _, x, _ in flows)
    paths = {
        x: f"Σ of {count} paths: {wording.gradient(cotangents[x], write)}"
        for x, count in heads.items()
        if count > 1 and x in cotangents and graph != "forward"
    }
    boxes += [_input_box(reading, node, key, names, paths, cotangents, write) for node, key in inputs.items()]
    arrows: list[Arrow] = []
    groups: dict[Layer, list[Box]] = {}
    for number, (using, parameters) in enumerate(beside.items()):
        key = f"p{number}"
        held |= dict.fromkeys(parameters, key)
        box = _parameter_box(reading, key, key_of[using[0]], using, parameters, cotangents, write)
        groups.setdefault(using[0], []).append(box)
        reached = any(parameter in cotangents for parameter in parameters)
        for layer in using:
            arrows += _arrows(key, key_of[layer], "", "", reached, graph)
    for layer in layers.order:
        boxes += groups.get(layer, [])
        boxes.append(_layer_box(reading, layer, layers, key_of[layer], names, paths, cotangents, write))
    for tail, head, x, change in flows:
        flowing = ""
        if x in cotangents and heads[x] == 1:
            flowing = wording.gradient(cotangents[x], write)
        arrows += _arrows(tail, head, f"{change} {shape_of(x)}".strip(), flowing, x in cotangents, graph)
    main = _longest_path(boxes, flows)
    boxes = [replace(box, main=box.key in main) for box in boxes]
    follows = set(pairwise(main))
    arrows = [
        replace(arrow, main=bool({(arrow.tail, arrow.head), (arrow.head, arrow.tail)} & follows))
        for arrow in arrows
    ]
    return Drawn(boxes, arrows, [held.get(node, "") for node in reading.order])


def _entering(reading: Reading, layer: Layer, layers: Layers) -> list[Node]:
    entering = (
        x
        for node in layer.nodes
        for x in reading.inputs(node)
        if isinstance(x, Node) and layers.of.get(x) is not layer
    )
    return list(dict.fromkeys(entering))


def _is_buffer(reading: Reading, leaf: Node) -> bool:
    """Whether a leaf without a name was made inside a call, or is a number that goes into one."""
    return bool(leaf.scope) or not leaf.shape


def _arrows(tail: str, head: str, forward: str, backward: str, reached: bool, graph: str) -> Iterable[Arrow]:
    if graph != "backward":
        yield Arrow(tail, head, forward)
    if graph != "forward" and reached:
        yield Arrow(head, tail, backward, cotangent=True)


def _longest_path(boxes: Sequence[Box], flows: Iterable[tuple[str, str, Node, str]]) -> list[str]:
    """The keys of the boxes on the longest way through the picture: the one that is drawn straight."""
    place = {box.key: i for i, box in enumerate(boxes)}
    into: dict[str, list[str]] = {}
    for tail, head, _, _ in flows:
        if place[tail] < place[head]:
            into.setdefault(head, []).append(tail)
    length: dict[str, int] = {}
    before: dict[str, str] = {}
    for box in boxes:
        tails = into.get(box.key, [])
        length[box.key] = 1 + max((length[tail] for tail in tails), default=0)
        if tails:
            before[box.key] = max(tails, key=lambda tail: length[tail])
    key = max(reversed(length), key=lambda key: length[key])
    path = [key]
    while path[-1] in before:
        path.append(before[path[-1]])
    return path[::-1]


def _input_box(
    reading: Reading,
    node: Node,
    key: str,
    names: Mapping[Node, str],
    paths: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    write: wording.Write,
) -> Box:
    name = (reading.given_name(node) and names[node]) or "input"
    gradient = f", gradient {wording.gradient(cotangents[node], write)}" if node in cotangents else ""
    lines = (paths[node],) if node in paths else ()
    return Box(key, Kind.INPUT, name, lines=lines, description=f"{name}: input, {shape_of(node)}{gradient}")


def _parameter_box(
    reading: Reading,
    key: str,
    beside: str,
    using: Sequence[Layer],
    parameters: Sequence[Node],
    cotangents: Mapping[Node, Any],
    write: wording.Write,
) -> Box:
    """The parameters that the same calls use: their shapes, and the norm of their gradient together."""
    texts = [
        f"{wording.clean(reading.given_name(node).rpartition('.')[2] or 'parameter')} {shape_of(node)}"
        for node in parameters
    ]
    whole = [f"{wording.clean(reading.given_name(node)) or 'parameter'} {node.shape}" for node in parameters]
    count = sum(int(np.size(node.data)) for node in parameters)
    if len(texts) > _MOST_LISTED:
        texts = [f"{len(texts)} arrays", wording.counted(count, "parameter")]
    if len(using) > 1:
        texts.append(f"used {len(using)}×")
    found = [cotangents[node] for node in parameters if node in cotangents]
    if found:
        with np.errstate(all="ignore"):
            norm = np.sqrt(sum(float(np.sum(np.square(x, dtype=float))) for x in found))
        texts.append(f"grad norm {write(norm)}")
    return Box(
        key,
        Kind.SHARED if len(using) > 1 else Kind.PARAMETER,
        texts[0],
        lines=tuple(texts[1:]),
        description=f"{', '.join(whole)}: {wording.counted(count, 'parameter')}"
        + (f", gradient of norm {write(norm)}" if found else ""),
        beside=beside if len(using) == 1 else "",
    )


def _layer_box(
    reading: Reading,
    layer: Layer,
    layers: Layers,
    key: str,
    names: Mapping[Node, str],
    paths: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    write: wording.Write,
) -> Box:
    outputs = [node for node in reading.outputs if layers.of.get(node) is layer]
    name = wording.clean(layer.place[-1]) if layer.place else ""
    if len(layer.inner) > 1:
        operation_ = _parts(reading, layer.inner)
    else:
        operation_ = what(layer.nodes)
    if not name:
        name, operation_ = operation_, ""
    lines = [*layer.bands]
    for node in outputs:
        value = wording.value(node.data, write=write)
        given = names[node] if reading.given_name(node) or not node.shape else "output"
        lines.append(f"{given} {value}" if value.startswith("(") else f"{given} = {value}")
    lines += [paths[node] for node in (*layer.nodes, *layer.following) if node in paths]
    parts = [f"{name}: {operation_}" if operation_ else name, *layer.bands, shape_of(layer.end)]
    if layer.end in cotangents:
        parts.append(f"gradient {wording.gradient(cotangents[layer.end], write)}")
    if layer.place:
        parts.append(wording.clean(".".join(layer.place), 200))
    kind = Kind.OUTPUT if outputs else Kind.SCOPE if layer.place else Kind.OPERATION
    return Box(key, kind, name, operation_, tuple(lines), description=", ".join(parts))
