"""From a reading of the graph to a picture of a size that can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_core import GraphError, Node
from autograd_core.naming import derivative

from .. import wording
from ..graph.calls import Scope
from ..graph.paths import chosen
from ..graph.reading import Reading, backward_passes
from ..model import Arrow, Box, Picture, Scale
from ..options import OPTIONS, Options
from .counts import counts
from .effort import CURVED, EASY, crossed_ranks
from .folding import Run, counterparts, folded, renamed, runs_in, runs_to_fold
from .grouped import (
    ABSENT,
    ALONE,
    MOST_GROUPS,
    Grouping,
    arrows_between,
    boxes_of_groups,
    by_request,
    by_size,
    no_grouping,
)
from .heat import position_on, scale_of, sizes_of
from .layered import drawn
from .layers import MOST_LAYERS, Layers, has_layers, layers_of
from .levels import levels_of
from .nodewise import Detail, nodewise
from .said import Said
from .story import story_of, story_of_boxes

FULL = 150
"""Up to this many nodes every box is drawn in full, above that compactly."""
COMPACT = 400
"""Up to this many nodes every node has a box, above that every scope has one."""
MOST_CHECKED = 3_000
"""Up to this many nodes the gradients are computed for the drawing."""


def picture_of(reading: Reading, options: Options, title: str = "") -> Picture:
    """Decide what is drawn in full, what small and what as one box, and say so.

    Raises:
        GraphError: for the gradients of something that has none.
        DomainError: for a scope in ``collapse`` that the graph has not.
    """
    _check_gradients(reading, options)
    if options["layout"] == "layers" or (options["layout"] == "auto" and _suits_layers(reading, options)):
        layers = _few_layers(reading, options)
        if layers is not None:
            return _by_layers(reading, layers, options, title)
    notes: list[str] = []
    grouping, runs = _summarised(reading, options, notes)
    folds = counterparts(reading, runs)
    twins = folds | {node: folds.get(first, first) for node, first in reading.aliases.items()}
    if twins:
        grouping = grouping.without(np.array([reading.index[node] for node in twins]))
    nodes = [reading.order[i] for i in np.flatnonzero(grouping.of == ALONE).tolist()]
    names = reading.names(nodes)
    cotangents = _cotangents(reading, options, notes)
    backward = options["graph"] == "backward"
    if backward:
        without = sum(node not in cotangents for node in nodes)
        nodes = [node for node in nodes if node in cotangents]
        if without:
            notes.append(f"left out: {wording.counted(without, 'node')} that no gradient reaches")
    groups = boxes_of_groups(reading, grouping) if grouping else {}
    if groups and (reading.has_blocks if options["fold"] is None else options["fold"]):
        groups, stands_for = folded(groups, runs_in(reading, grouping))
        grouping = grouping.merged(stands_for)
    count = len(nodes) + len(groups)
    compact = count > FULL
    if compact:
        notes.append(f"{count:,} boxes: drawn small{'' if backward else ', without gradients'}")
    said = _said(reading, names, cotangents, options)
    detail = Detail(compact, count <= COMPACT)
    own = {node: f"n{i}" for i, node in enumerate(nodes)}
    paint = _Painter(said, options, own, twins, detail, cotangents)
    empty = Picture((), (), title, options=options, compact=compact, backward_passes=backward_passes(reading))
    picture, keys = paint(empty, grouping, groups)
    boxes = renamed(list(picture.boxes), runs)
    picture = replace(picture, boxes=tuple(boxes))
    if not grouping and not folds and len(nodes) <= MOST_CHECKED:
        told = replace(said, cotangents=cotangents)
        picture = replace(picture, story=story_of(told, nodes, boxes))
    elif (options["collapse"] or options["depth"] is not None) and not folds:
        told = replace(said, cotangents=cotangents)
        picture = replace(picture, story=story_of_boxes(told, picture, keys))
    picture = _simplified(picture, notes)
    legend = _legend(reading, picture, bool(cotangents))
    picture = replace(picture, notes=tuple(notes), legend=legend)
    if picture.story is None:
        return picture

    def closed(grouping: Grouping) -> tuple[Picture, list[str], dict[str, str]]:
        mark = "x" if groups else ""  # a box of the picture is none of the level
        inside = {
            path: replace(box, key=box.key + mark) for path, box in boxes_of_groups(reading, grouping).items()
        }
        level, placed = paint(picture, grouping, inside)
        return _simplified(level, []), placed, {box.key: ".".join(path) for path, box in inside.items()}

    return replace(picture, levels=levels_of(reading, picture, keys, closed))


@dataclass(frozen=True)
class _Painter:
    """Paints a picture of a graph with these or those scopes closed.

    Attributes:
        said: what is said of the nodes.
        options: what the reader has asked for.
        own: the key of each node that has a box where no scope is closed.
        twins: nodes that are drawn by others.
        detail: how much is written.
        cotangents: the gradients.
    """

    said: Said
    options: Options
    own: dict[Node, str]
    twins: dict[Node, Node]
    detail: Detail
    cotangents: dict[Node, Any]

    def __call__(
        self, picture: Picture, grouping: Grouping, groups: dict[Scope, Box]
    ) -> tuple[Picture, list[str]]:
        """The picture with these boxes, and for each node in reading order the key of its box."""
        reading, options = self.said.reading, self.options
        own = {node: key for node, key in self.own.items() if grouping.of[reading.index[node]] == ALONE}
        boxes, arrows, keys = _drawn(self.said, own, grouping, groups, self.twins, self.detail)
        if options["highlight"] is not None:
            nodes = chosen(reading, self.said.names, options["highlight"])
            at = {keys[reading.index[self.twins.get(node, node)]] for node in nodes}
            boxes, arrows = _emphasised(boxes, arrows, at)
        scale = None
        if options["heat"]:
            boxes, scale = _heated(reading, boxes, keys, self.cotangents, _by_gradient(options))
        return replace(picture, boxes=tuple(boxes), arrows=tuple(arrows), scale=scale), keys


def _said(reading: Reading, names: dict[Node, str], cotangents: dict[Node, Any], options: Options) -> Said:
    """What is said of the nodes: their gradients where these were asked for."""
    shown = cotangents if options["gradients"] or options["graph"] != "forward" else {}
    return Said(reading, names, shown, options["graph"], wording.writer(options["number_format"]))


_ONLY_BOXES = ("collapse", "fold", "force", "max_nodes")
"""Whoever asks for one of these asks for a box for each node."""


def _suits_layers(reading: Reading, options: Options) -> bool:
    usual = all(options[name] == OPTIONS[name].default for name in _ONLY_BOXES)  # type: ignore[literal-required]
    return usual and has_layers(reading)


def _few_layers(reading: Reading, options: Options) -> Layers | None:
    """The layers at the depth that was asked for, or at the deepest one at which they can be read; None
    where there are too many even so.
    """
    runs = runs_to_fold(reading, (), options["fold"])
    if options["depth"] is not None:
        return layers_of(reading, options["depth"], runs)
    deepest = max(map(len, reading.places))
    for depth in [None, *range(deepest - 2, 0, -1)]:
        layers = layers_of(reading, depth, runs)
        if options["layout"] == "layers" or len(layers.order) <= MOST_LAYERS:
            return layers
    return None


def _by_layers(reading: Reading, layers: Layers, options: Options, title: str) -> Picture:
    names = reading.names(reading.order)
    cotangents = _cotangents(reading, options, [])  # that an output has none is what networks are like
    said = _said(reading, names, cotangents, options)
    found = drawn(said, layers)
    boxes, arrows = found.boxes, found.arrows
    if options["highlight"] is not None:
        at = {found.keys[reading.index[node]] for node in chosen(reading, names, options["highlight"])}
        boxes, arrows = _emphasised(boxes, arrows, at - {""})
    scale = None
    if options["heat"]:
        boxes, scale = _heated(reading, boxes, found.keys, cotangents, _by_gradient(options))
    picture = Picture(tuple(boxes), tuple(arrows), title, options=options, scale=scale, layered=True)
    return replace(
        picture,
        legend=_legend_of_layers(reading, picture),
        story=story_of_boxes(said, picture, found.keys),
    )


def _legend_of_layers(reading: Reading, picture: Picture) -> str:
    output, graph = _legend_name(reading), picture.options["graph"]
    parts = []
    if graph != "backward":
        parts.append("Beside an arrow: the shape of what passes along it.")
    if any("grad" in line for box in picture.boxes for line in box.lines):
        parts.append(f"grad: {derivative(output, 'parameters')}.")
    if graph == "backward":
        parts.append(f"Beside an arrow: the gradient of {output} that passes back along it.")
    elif graph == "both":
        parts.append(f"Dashed: the gradient of {output} on its way back.")
    return " ".join(parts)


def _by_gradient(options: Options) -> bool:
    """Whether the fill of a box measures gradients."""
    return options["heat"] in (True, "gradient")


def _needs_gradients(options: Options) -> bool:
    """Whether the picture is made of gradients, so that it cannot do without."""
    return options["graph"] != "forward" or _by_gradient(options)


def _check_gradients(reading: Reading, options: Options) -> None:
    if _needs_gradients(options) and not reading.single:
        graph, heat = options["graph"], options["heat"]
        asked = f"graph={graph!r}" if graph != "forward" else f"heat={heat!r}"
        raise GraphError(
            f"draw({asked}): gradients are those of one number, but {reading.why_no_gradients()}; reduce the "
            f"output first, for example draw(y.sum(), {asked}), or, of a function or module f, "
            f"draw(lambda x: f(x).sum(), x, {asked})"
        )


def _cotangents(reading: Reading, options: Options, notes: list[str]) -> dict[Node, Any]:
    """The gradients, where the picture needs them or has room for them."""
    needed = _needs_gradients(options)
    wanted = needed or options["gradients"]
    if wanted and not reading.single:
        notes.append(f"no gradients: {reading.why_no_gradients()}")
    elif needed or (wanted and len(reading.order) <= MOST_CHECKED):
        return reading.cotangents()
    return {}


def _summarised(reading: Reading, options: Options, notes: list[str]) -> tuple[Grouping, list[Run]]:
    """Which nodes share a box, those that the reader has said or as many as it takes to stay readable, and
    which open scopes are drawn once for several.
    """
    grouping = no_grouping(reading)
    if options["collapse"] or options["depth"] is not None:
        grouping = by_request(reading, options["collapse"], options["depth"])
    fold = False if options["force"] else options["fold"]
    runs = runs_to_fold(reading, grouping.paths, fold)
    omitted = {scope for run in runs for scope in run.members[1:]}
    absent = [any(place[:i] in omitted for i in range(1, 1 + len(place))) for place in reading.places]
    alone = (grouping.of == ALONE) & ~np.array(absent)[reading.placed]
    most = COMPACT if options["max_nodes"] is None else options["max_nodes"]
    if options["force"] or np.count_nonzero(alone) + len(grouping.paths) <= most:
        told = (f"{run.name}: {len(run.members)} of the same structure, the first is drawn" for run in runs)
        notes += dict.fromkeys(told)
        return grouping, runs
    notes += counts(reading)
    return by_size(reading, min(most, MOST_GROUPS)), []


def _simplified(picture: Picture, notes: list[str]) -> Picture:
    """The picture drawn more simply where its arrows would take Graphviz too long."""
    crossed = crossed_ranks(picture)
    if crossed <= EASY:
        return picture
    labelled = any(arrow.label for arrow in picture.arrows)
    bare = tuple(replace(arrow, label="") for arrow in picture.arrows)
    picture = replace(picture, arrows=bare, hasty=True, straight=crossed > CURVED)
    parts = ["drawn straight"] * picture.straight + ["without local derivatives"] * labelled
    if parts:
        notes.append(f"many long arrows: {', '.join(parts)}")
    return picture


def _drawn(
    said: Said,
    own: dict[Node, str],
    grouping: Grouping,
    groups: dict[Scope, Box],
    twins: dict[Node, Node],
    detail: Detail,
) -> tuple[list[Box], list[Arrow], list[str]]:
    """Boxes and arrows, and for each node in reading order the key of its box, empty for none."""
    reading, nodes = said.reading, list(own)
    known = own | {node: own[first] for node, first in twins.items() if first in own}
    group_of = {
        x: f"[{groups[grouping.paths[number]].name}]"
        for node in nodes
        for x in node.inputs
        if isinstance(x, Node) and (number := grouping.of[reading.index[twins.get(x, x)]]) >= 0
    }
    labels = {**said.names, **group_of}
    labels |= {node: labels[first] for node, first in twins.items() if first in labels}
    labels.setdefault(reading.outputs[0], _legend_name(reading))  # for ∂L, where L is in a group
    boxes, arrows = nodewise(replace(said, names=labels), nodes, known, detail)
    keys = [*own.values(), *(groups[path].key for path in grouping.paths)]
    box_of = np.where(grouping.of >= 0, grouping.of + len(nodes), ABSENT)
    box_of[[reading.index[node] for node in nodes]] = np.arange(len(nodes))
    if groups:
        as_tail = box_of.copy()
        for node, first in twins.items():
            as_tail[reading.index[node]] = box_of[reading.index[first]]
        if not said.backward:
            arrows += arrows_between(reading, as_tail, box_of, keys)
        if said.graph != "forward":
            reached = np.array([node in said.cotangents for node in reading.order])
            backwards = arrows_between(
                reading, np.where(reached, as_tail, ABSENT), np.where(reached, box_of, ABSENT), keys
            )
            arrows += [Arrow(arrow.head, arrow.tail, cotangent=True) for arrow in backwards]
        # A group stands in the list where its last node is computed.
        last = {keys[box]: i for i, box in enumerate(box_of.tolist()) if box >= 0}
        boxes += groups.values()
        boxes.sort(key=lambda box: last[box.key.partition("c")[0]])
    return boxes, arrows, [*map([*keys, "", ""].__getitem__, box_of.tolist())]


def _emphasised(boxes: list[Box], arrows: list[Arrow], keys: set[str]) -> tuple[list[Box], list[Arrow]]:
    """The chosen boxes and the arrows between them set off from the others; all arrows of a box from which
    none leads to another that was chosen.
    """
    between = [arrow.tail in keys and arrow.head in keys for arrow in arrows]
    joined = {
        key for arrow, both in zip(arrows, between, strict=True) if both for key in (arrow.tail, arrow.head)
    }
    lonely = keys - joined
    return (
        [replace(box, emphasis=box.key in keys) for box in boxes],
        [
            replace(arrow, emphasis=both or arrow.tail in lonely or arrow.head in lonely)
            for arrow, both in zip(arrows, between, strict=True)
        ],
    )


def _heated(
    reading: Reading, boxes: list[Box], keys: list[str], cotangents: dict[Node, Any], by_gradient: bool
) -> tuple[list[Box], Scale | None]:
    """The boxes with the places of their gradients or values on a common scale."""
    members: dict[str, list[Node]] = {}
    for node, key in zip(reading.order, keys, strict=True):
        members.setdefault(key, []).append(node)
    members.pop("", None)
    output = _legend_name(reading)
    sizes = sizes_of(members, cotangents if by_gradient else None)
    arrays = any(node.shape for node in reading.order)
    quantity = f"|{derivative(output, 'box')}|" if by_gradient else "|value|"
    scale = scale_of(quantity + (", root mean square of an array" if arrays else ""), list(sizes.values()))
    if scale is None:
        return boxes, None
    return [
        replace(box, heat=position_on(scale, sizes[box.key]) if box.key in sizes else None) for box in boxes
    ], scale


def _legend_name(reading: Reading) -> str:
    return reading.names([reading.outputs[0]])[reading.outputs[0]] if reading.single else ""


def _legend(reading: Reading, picture: Picture, gradients: bool) -> str:
    output = _legend_name(reading)
    labelled = any(arrow.label for arrow in picture.arrows)
    parts = []
    if picture.options["graph"] == "backward":
        parts.append(f"In a box: the gradient of {output}.")
        if labelled:
            parts.append("Beside an arrow: what happens to the gradient on its way.")
        if any(re.search(r"\bg(ᵀ|\b)", arrow.label) for arrow in picture.arrows):
            parts.append("g: the gradient that arrives.")
    else:
        if gradients and any("grad" in line for box in picture.boxes for line in box.lines):
            parts.append(f"grad: {derivative(output, 'box')}.")
        if picture.options["graph"] == "both":
            forwards = any(arrow.label for arrow in picture.arrows if not arrow.cotangent)
            local = ", with the local derivative ∂head/∂tail" if forwards else ""
            parts.append(f"Solid: the computation{local}.")
            parts.append(f"Dashed: the gradient of {output} on its way back.")
        elif labelled:
            parts.append("Beside an arrow: the local derivative ∂head/∂tail.")
    return " ".join(parts)
