"""The picture of a network by its layers: a box for each call, its parameters beside it, a straight path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from autograd_core import Node

from .. import wording
from ..graph.calls import Scope
from ..graph.reading import Reading
from ..model import Arrow, Box, Kind
from .layer_words import shape_of, what
from .layers import Layer, Layers, bare, entering
from .said import Said

_MOST_LISTED = 4
_MOST_PARTS = 3


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


@dataclass(frozen=True)
class _Flow:
    """What passes from one box to another.

    Attributes:
        tail, head: the keys of the two.
        node: what passes; of several that calls drawn as one pass on, the last.
        change: how its shape is changed on the way.
        count: how many pass.
    """

    tail: str
    head: str
    node: Node
    change: str
    count: int = 1


def drawn(said: Said, layers: Layers) -> Drawn:
    """Boxes for layers, inputs and parameters, and the arrows between them."""
    reading = said.reading
    key_of = {layer: f"s{i}" for i, layer in enumerate(layers.order)}
    runs = {key for layer, key in key_of.items() if layer.run}
    flows: list[_Flow] = []
    held: dict[Node, str] = {node: key_of[layer] for node, layer in layers.of.items()}
    held |= {node: held[x] for node, (x, _) in layers.carried.items() if x in held}
    inputs: dict[Node, str] = {}
    users: dict[Node, list[Layer]] = {}
    for layer in layers.order:
        taken: dict[str, list[_Flow]] = {}
        for x in entering(reading, layer, layers):
            source, change = layers.carried.get(x, (x, ""))
            if source in layers.of:
                key = key_of[layers.of[source]]
            elif reading.is_learned(source):
                users.setdefault(source, []).append(layer)
                continue
            elif reading.given_name(source) or not _is_buffer(source):
                key = inputs.setdefault(source, f"n{len(inputs)}")
            else:
                continue
            taken.setdefault(key, []).append(_Flow(key, key_of[layer], x, change))
        for key, passing in taken.items():
            flows += _of_a_loop(passing) if layer.run or key in runs else passing
    beside: dict[tuple[Layer, ...], list[Node]] = {}
    for parameter, layers_of_it in users.items():
        beside.setdefault(tuple(dict.fromkeys(layers_of_it)), []).append(parameter)
    held |= inputs
    heads = Counter(flow.node for flow in flows)
    write = _Boxes(said, layers, {x: count for x, count in heads.items() if count > 1})
    boxes = [write.input(node, key) for node, key in inputs.items()]
    arrows: list[Arrow] = []
    groups: dict[Layer, list[Box]] = {}
    for number, (using, parameters) in enumerate(beside.items()):
        key = f"p{number}"
        held |= dict.fromkeys(parameters, key)
        stands_at = key_of[using[0]] if len(using) == 1 else ""
        used = sum(layer.calls for layer in using)
        groups.setdefault(using[0], []).append(write.parameters(parameters, key, stands_at, used))
        reached = any(parameter in said.cotangents for parameter in parameters)
        for layer in using:
            arrows += _arrows(said, (key, key_of[layer]), "", "", reached)
    for layer in layers.order:
        boxes += groups.get(layer, [])
        boxes.append(write.layer(layer, key_of[layer]))
    for flow in flows:
        flowing = said.gradient(flow.node) if heads[flow.node] == flow.count == 1 else ""
        each = f"{flow.count} × " if flow.count > 1 else ""
        forward = f"{flow.change} {each}{shape_of(flow.node)}".strip()
        arrows += _arrows(said, (flow.tail, flow.head), forward, flowing, flow.node in said.cotangents)
    main = _longest_path(boxes, flows)
    boxes = [replace(box, main=box.key in main) for box in boxes]
    follows = set(pairwise(main))
    arrows = [
        replace(arrow, main=bool({(arrow.tail, arrow.head), (arrow.head, arrow.tail)} & follows))
        for arrow in arrows
    ]
    return Drawn(boxes, arrows, [held.get(node, "") for node in reading.order])


def _of_a_loop(flows: Iterable[_Flow]) -> list[_Flow]:
    """What passes between two boxes of which one stands for several calls: alike things once."""
    alike: dict[tuple[int, ...], list[_Flow]] = {}
    for flow in flows:
        alike.setdefault(flow.node.shape, []).append(flow)
    return [
        replace(several[-1], count=len(several), change=several[0].change if len(several) == 1 else "")
        for several in alike.values()
    ]


def _is_buffer(leaf: Node) -> bool:
    """Whether a leaf without a name was made inside a call, or is a number that goes into one."""
    return bool(leaf.scope) or not leaf.shape


def _arrows(said: Said, ends: tuple[str, str], forward: str, backward: str, reached: bool) -> Iterable[Arrow]:
    tail, head = ends
    if not said.backward:
        yield Arrow(tail, head, forward)
    if said.graph != "forward" and reached:
        yield Arrow(head, tail, backward, cotangent=True)


def _longest_path(boxes: Sequence[Box], flows: Iterable[_Flow]) -> list[str]:
    """The keys of the boxes on the longest way through the picture: the one that is drawn straight."""
    place = {box.key: i for i, box in enumerate(boxes)}
    into: dict[str, list[str]] = {}
    for flow in flows:
        if place[flow.tail] < place[flow.head]:
            into.setdefault(flow.head, []).append(flow.tail)
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


@dataclass(frozen=True)
class _Boxes:
    """Writes the boxes.

    Attributes:
        said: what is said of the nodes.
        layers: those of the graph.
        several: how many arrows begin at a node, where it is more than one.
    """

    said: Said
    layers: Layers
    several: Mapping[Node, int]

    def _paths(self, nodes: Iterable[Node]) -> list[str]:
        """The gradients that are sums, for pictures of backward passes."""
        said = self.said
        return [
            f"Σ of {self.several[node]} paths: {said.gradient(node)}"
            for node in nodes
            if node in self.several and node in said.cotangents and said.graph != "forward"
        ]

    def input(self, node: Node, key: str) -> Box:
        said = self.said
        name = (said.reading.given_name(node) and said.names[node]) or "input"
        gradient = f", gradient {said.gradient(node)}" if node in said.cotangents else ""
        lines, shape = tuple(self._paths([node])), shape_of(node)
        description = f"{name}: input, {shape}{gradient}"
        return Box(key, Kind.INPUT, name, lines=lines, description=description, shape=shape)

    def parameters(self, nodes: Sequence[Node], key: str, beside: str, used: int) -> Box:
        """The parameters that the same calls use: their shapes, and the norm of their gradient together."""
        names = {node: self.said.reading.given_name(node) or "parameter" for node in nodes}
        texts = [f"{wording.clean(name.rpartition('.')[2])} {shape_of(node)}" for node, name in names.items()]
        whole = [f"{wording.clean(name)} {node.shape}" for node, name in names.items()]
        count = wording.counted(sum(int(np.size(node.data)) for node in nodes), "parameter")
        if len(texts) > _MOST_LISTED:
            texts = [f"{len(texts)} arrays", count]
        if used > 1:
            texts.append(f"used {used}×")
        description, norm = f"{', '.join(whole)}: {count}", self.said.norm(nodes)
        if norm:
            texts.append(f"grad norm {norm}")
            description += f", gradient of norm {norm}"
        kind = Kind.SHARED if used > 1 else Kind.PARAMETER
        lines = tuple(texts[1:])
        return Box(key, kind, texts[0], lines=lines, description=description, beside=beside)

    def layer(self, layer: Layer, key: str) -> Box:
        said, reading = self.said, self.said.reading
        outputs = [node for node in reading.outputs if self.layers.of.get(node) is layer]
        name = wording.clean(layer.place[-1]) if layer.place else ""
        done = _parts(reading, layer.inner) if len(layer.inner) > 1 else what(layer.nodes)
        if layer.run:
            name, done = layer.run.name, f"×{layer.calls}  {done}"
        if not name:
            name, done = done, ""
        lines = [*layer.bands]
        for node in outputs:
            value = said.value(node)
            given = said.names[node] if reading.given_name(node) or not node.shape else "output"
            lines.append(f"{given} {value}" if value.startswith("(") else f"{given} = {value}")
        lines += self._paths((*layer.nodes, *layer.following))
        parts = [f"{name}: {done}" if done else name, *layer.bands, shape_of(layer.end)]
        if layer.end in said.cotangents:
            parts.append(f"gradient {said.gradient(layer.end)}")
        if layer.place:
            parts.append(wording.clean(".".join(layer.place), 200))
        kind = Kind.OUTPUT if outputs else Kind.SCOPE if layer.place else Kind.OPERATION
        shape = shape_of(layer.end)
        return Box(key, kind, name, done, tuple(lines), description=", ".join(parts), shape=shape)


def _parts(reading: Reading, places: Iterable[Scope]) -> str:
    """What a call holds: ``3 × Block``, or the first of its parts."""
    names = [bare(reading, place) for place in places]
    if len({*names}) == 1:
        return f"{len(names)} × {names[0]}"
    more = f", {len(names) - _MOST_PARTS} more" if len(names) > _MOST_PARTS else ""
    return ", ".join(names[:_MOST_PARTS]) + more
