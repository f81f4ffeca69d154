"""From a reading of the graph to a picture of a size that can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograd_core import GraphError, Node

from . import wording
from .effort import CURVED, EASY, crossed_ranks
from .grouped import MOST_GROUPS, Grouping, arrows_between, boxes_of_groups, by_name, by_size
from .heat import position_on, scale_of, sizes_of
from .model import Arrow, Box, Picture, Scale
from .nodewise import Detail, nodewise
from .options import Options
from .paths import chosen
from .reading import Reading
from .story import story_of

FULL = 150
"""Up to so many nodes every box is drawn in full, above that compactly."""
COMPACT = 400
"""Up to so many nodes every node has a box, above that every scope has one."""
MOST_CHECKED = 3_000
"""Up to so many nodes the gradients are computed for the drawing."""


def picture_of(reading: Reading, options: Options, title: str = "") -> Picture:
    """Decide what is drawn in full, what small and what as one box, and say so.

    Raises:
        GraphError: for the gradients of something that has none.
        DomainError: for a scope in ``collapse`` that the graph has not.
    """
    backward = options.graph == "backward"
    if options.swept and not reading.single:
        raise GraphError(
            f"draw({options.asked}): gradients are those of one number, but "
            f"{reading.why_no_gradients()}; reduce the output first, for example "
            f"draw(y.sum(), {options.asked})"
        )
    order = reading.order
    notes: list[str] = []
    grouping = _grouping(reading, options, notes)
    nodes = [node for node in order if node not in grouping]
    names = reading.names(nodes)
    wanted = options.swept or options.gradients
    cotangents = {}
    if wanted and not reading.single:
        notes.append(f"no gradients: {reading.why_no_gradients()}")
    elif options.swept or (wanted and len(order) <= MOST_CHECKED):
        cotangents = reading.cotangents()
    if backward:
        without = sum(node not in cotangents for node in nodes)
        nodes = [node for node in nodes if node in cotangents]
        if without:
            notes.append(f"left out: {wording.counted(without, 'node')} that no gradient reaches")
    drawn = len(nodes) + len(set(grouping.values()))
    compact = drawn > FULL
    if compact:
        notes.append(f"{wording.size(drawn)} boxes: drawn small{'' if backward else ', without gradients'}")
    detail = Detail(options.graph, compact, drawn <= COMPACT, options.write)
    boxes, arrows, keys = _drawn(reading, nodes, names, grouping, cotangents, detail)
    if options.highlight is not None:
        found = chosen(reading, names, options.highlight)
        boxes, arrows = _emphasised(boxes, arrows, {keys[node] for node in found if node in keys})
    scale = None
    if options.measured:
        boxes, scale = _heated(boxes, keys, _legend_name(reading), cotangents, options.measured)
    picture = Picture(
        tuple(boxes),
        tuple(arrows),
        title,
        scale=scale,
        graph=options.graph,
        direction=options.direction,
        compact=compact,
        theme=options.theme,
        keyed=options.legend,
    )
    if not grouping and len(nodes) <= MOST_CHECKED:
        story = story_of(reading, nodes, names, cotangents, boxes, options.write)
        picture = replace(picture, story=story)
    picture = _simplified(picture, notes)
    legend = _legend(reading, picture, bool(cotangents))
    return replace(picture, notes=tuple(notes), legend=legend)


def _grouping(reading: Reading, options: Options, notes: list[str]) -> Grouping:
    """Which nodes share a box: those that the reader has said, or as many as it takes to stay readable."""
    grouping: Grouping = {}
    if options.collapse:
        grouping = by_name(reading, None if options.collapse is True else options.collapse)
    nodes = len(reading.order)
    most = COMPACT if options.max_nodes is None else options.max_nodes
    if options.force or nodes - len(grouping) + len(set(grouping.values())) <= most:
        return grouping
    notes.append(
        f"{wording.counted(nodes, 'node')}, {wording.size(reading.depth())} operations deep: "
        "drawn in groups (force=True draws every node)"
    )
    return by_size(reading, min(most, MOST_GROUPS))


def _simplified(picture: Picture, notes: list[str]) -> Picture:
    """The picture drawn more simply where its arrows would take Graphviz too long."""
    crossed = crossed_ranks(picture)
    labelled = any(arrow.label for arrow in picture.arrows)
    if crossed <= EASY or not (labelled or crossed > CURVED):
        return picture
    bare = tuple(replace(arrow, label="") for arrow in picture.arrows)
    picture = replace(picture, arrows=bare, straight=crossed > CURVED)
    parts = ["drawn straight"] * picture.straight + ["without local derivatives"] * labelled
    notes.append(f"many long arrows: {', '.join(parts)}")
    return picture


def _drawn(
    reading: Reading,
    nodes: list[Node],
    names: dict[Node, str],
    grouping: Grouping,
    cotangents: dict[Node, object],
    detail: Detail,
) -> tuple[list[Box], list[Arrow], dict[Node, str]]:
    """Boxes and arrows, and the key of the box of every node."""
    groups = boxes_of_groups(reading, grouping) if grouping else {}
    labels = dict(names)
    for node in nodes:
        for x in node.inputs:
            if isinstance(x, Node) and x in grouping:
                labels[x] = groups[grouping[x]].name
    boxes, arrows = nodewise(reading, nodes, labels, cotangents, detail)
    keys = {node: f"n{i}" for i, node in enumerate(nodes)}
    if not groups:
        return boxes, arrows, keys
    for arrow in arrows_between(reading.order, grouping, groups, keys):
        if not detail.backward:
            arrows.append(arrow)
        if detail.graph != "forward":
            arrows.append(Arrow(arrow.head, arrow.tail, cotangent=True))
    # A group stands in the list where its last node is computed.
    position = {}
    for i, node in enumerate(reading.order):
        key = groups[grouping[node]].key if node in grouping else keys.get(node)
        if key is not None:
            position[key] = i
    merged = [*boxes, *groups.values()]
    merged.sort(key=lambda box: position[box.key.partition("c")[0]])
    return merged, arrows, keys | {node: groups[path].key for node, path in grouping.items()}


def _emphasised(boxes: list[Box], arrows: list[Arrow], keys: set[str]) -> tuple[list[Box], list[Arrow]]:
    """The chosen boxes and the arrows between them set off from the others."""
    return (
        [replace(box, emphasis=box.key in keys) for box in boxes],
        [replace(arrow, emphasis=arrow.tail in keys and arrow.head in keys) for arrow in arrows],
    )


def _heated(
    boxes: list[Box], keys: dict[Node, str], output: str, cotangents: dict[Node, Any], measured: str
) -> tuple[list[Box], Scale | None]:
    """The boxes with the places of their gradients or values on a common scale."""
    members: dict[str, list[Node]] = {}
    for node, key in keys.items():
        members.setdefault(key, []).append(node)
    by_gradient = measured == "gradient"
    sizes = sizes_of(members, cotangents if by_gradient else None)
    arrays = any(node.shape for node in keys)
    quantity = f"|{wording.derivative(output, 'box')}|" if by_gradient else "|value|"
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
    if picture.graph == "backward":
        parts.append(f"In a box: the gradient of {output}.")
        if labelled:
            parts.append("Beside an arrow: what happens to the gradient on its way.")
    else:
        if gradients and any("grad" in line for box in picture.boxes for line in box.lines):
            parts.append(f"grad: {wording.derivative(output, 'box')}.")
        if picture.graph == "both":
            forwards = any(arrow.label for arrow in picture.arrows if not arrow.cotangent)
            local = ", with the local derivative ∂head/∂tail" if forwards else ""
            parts.append(f"Solid: the computation{local}.")
            parts.append(f"Dashed: the gradient of {output} on its way back.")
        elif labelled:
            parts.append("Beside an arrow: the local derivative ∂head/∂tail.")
    return " ".join(parts)
