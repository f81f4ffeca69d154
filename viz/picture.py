"""From a reading of the graph to a picture of a size that can be read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from autograd_core import GraphError, Node

from . import wording
from .effort import CURVED, EASY, crossed_ranks
from .grouped import Grouping, arrows_between, boxes_of_groups, by_name, by_size
from .model import Arrow, Box, Picture
from .nodewise import Detail, nodewise
from .reading import Reading
from .story import story_of

FULL = 150
"""Up to so many nodes every box is drawn in full, above that compactly."""
COMPACT = 400
"""Up to so many nodes every node has a box, above that every scope has one."""
MOST_CHECKED = 3_000
"""Up to so many nodes the gradients are computed for the drawing."""


def picture_of(
    reading: Reading,
    *,
    graph: str,
    direction: str,
    gradients: bool,
    collapse: bool | Collection[str],
    force: bool,
    title: str,
) -> Picture:
    """Decide what is drawn in full, what small and what as one box, and say so.

    Raises:
        GraphError: for the backward graph of something that has no gradient.
        DomainError: for a scope in ``collapse`` that the graph has not.
    """
    backward = graph == "backward"
    swept = graph in ("backward", "both")
    if swept and not reading.single:
        raise GraphError(
            f"draw(graph={graph!r}): gradients are those of one number, but {reading.why_no_gradients()}; "
            f"reduce the output first, for example draw(y.sum(), graph={graph!r})"
        )
    order = reading.order
    notes: list[str] = []
    grouping: Grouping = {}
    if collapse:
        grouping = by_name(reading, None if collapse is True else collapse)
    if not force and len(order) - len(grouping) + len(set(grouping.values())) > COMPACT:
        grouping = by_size(reading)
        notes.append(
            f"{wording.counted(len(order), 'node')}, {wording.size(reading.depth())} operations deep: "
            "drawn in groups (force=True draws every node)"
        )
    nodes = [node for node in order if node not in grouping]
    names = reading.names(nodes)
    wanted = swept or gradients
    cotangents = {}
    if wanted and not reading.single:
        notes.append(f"no gradients: {reading.why_no_gradients()}")
    elif swept or (wanted and len(order) <= MOST_CHECKED):
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
    boxes, arrows = _drawn(
        reading, nodes, names, grouping, cotangents, Detail(graph, compact, drawn <= COMPACT)
    )
    picture = Picture(tuple(boxes), tuple(arrows), title, graph=graph, direction=direction, compact=compact)
    if not grouping and len(nodes) <= MOST_CHECKED:
        picture = replace(picture, story=story_of(reading, nodes, names, cotangents, boxes))
    crossed = crossed_ranks(picture)
    labelled = any(arrow.label for arrow in arrows)
    if crossed > CURVED or (crossed > EASY and labelled):
        bare = tuple(replace(arrow, label="") for arrow in arrows)
        picture = replace(picture, arrows=bare, straight=crossed > CURVED)
        parts = ["drawn straight"] * picture.straight + ["without local derivatives"] * labelled
        notes.append(f"many long arrows: {', '.join(parts)}")
    legend = _legend(reading, picture, bool(cotangents))
    return replace(picture, notes=tuple(notes), legend=legend)


def _drawn(
    reading: Reading,
    nodes: list[Node],
    names: dict[Node, str],
    grouping: Grouping,
    cotangents: dict[Node, object],
    detail: Detail,
) -> tuple[list[Box], list[Arrow]]:
    groups = boxes_of_groups(reading, grouping) if grouping else {}
    labels = dict(names)
    for node in nodes:
        for x in node.inputs:
            if isinstance(x, Node) and x in grouping:
                labels[x] = groups[grouping[x]].name
    boxes, arrows = nodewise(reading, nodes, labels, cotangents, detail)
    if not groups:
        return boxes, arrows
    keys = {node: f"n{i}" for i, node in enumerate(nodes)}
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
    return merged, arrows


def _legend(reading: Reading, picture: Picture, gradients: bool) -> str:
    output = reading.names([reading.outputs[0]])[reading.outputs[0]] if reading.single else ""
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
