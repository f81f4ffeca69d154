"""Places for boxes and arrows, found by Graphviz: boxes keep their size, whatever numbers stand in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from ..output.engines import render_svg
from .story import LiveStory, Shown

CELL = 64, 42
"""Of a matrix, in points."""
SHOWN = 6
"""Rows and columns that are drawn; of a larger matrix the corner."""
_LEAST_WIDTH, _HEIGHT, _TITLE = 96, 78, 44
_LETTER, _MOST_LETTERS = 10, 14
_SVG = "{http://www.w3.org/2000/svg}"
_POINT = re.compile(r"([-\d.]+),([-\d.]+)")


def size(box: Shown) -> tuple[int, int]:
    """Width and height of a box, in points."""
    letters = min(len(box.name), _MOST_LETTERS) + (min(len(box.operation), 12) + 1 if box.operation else 0)
    wide = max(_LEAST_WIDTH, 26 + _LETTER * letters)
    if len(box.values) == 1:
        return wide, _HEIGHT
    rows, columns = min(box.rows, SHOWN), min(box.columns, SHOWN)
    cut = 22 if (rows, columns) != (box.rows, box.columns) else 0
    return max(wide, columns * CELL[0] + 16, 170 if cut else 0), rows * CELL[1] + _TITLE + cut


def layout(story: LiveStory, direction: str) -> dict[str, Any]:
    """The drawing in one direction: its size, the middle and size of each box, the course of each arrow."""
    upright = direction == "TB"
    near, far = (10, 12) if upright else (16, 9)
    lines = [
        f"digraph {{ rankdir={direction}; nodesep={near / 72:.3f}; ranksep={far / 72:.3f};",
        'node [shape=box, fixedsize=true, label=""]; edge [fontname=Helvetica, fontsize=14, arrowsize=0.8];',
    ]
    for b, box in enumerate(story.boxes):
        width, height = size(box)
        lines.append(f"n{b} [width={width / 72:.4f}, height={height / 72:.4f}];")
    room = "−0.0000" if upright else "−0.000"
    for k, (tail, head, edge) in enumerate(story.arrows):
        label = "" if edge is None else f', label="{room}"'
        weight = 2 if story.boxes[tail].node.op is None else 20
        lines.append(f'n{tail} -> n{head} [id="e{k}", weight={weight}{label}];')
    root = ElementTree.fromstring(render_svg("\n".join([*lines, "}"])))
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    graph = root.find(f"{_SVG}g")
    assert graph is not None, "Graphviz draws one group"
    found = re.search(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", graph.attrib["transform"])
    assert found is not None, "Graphviz moves its group"
    move = float(found[1]), float(found[2])
    boxes: dict[int, list[float]] = {}
    arrows: dict[int, dict[str, Any]] = {}
    for group in graph.findall(f"{_SVG}g"):
        if group.get("class") == "node":
            b = int(_text(group, "title")[1:])
            corners = _points(group, "polygon", "points", move)
            (left, top), (right, bottom) = (
                map(min, zip(*corners, strict=True)),
                map(max, zip(*corners, strict=True)),
            )
            boxes[b] = [round((left + right) / 2, 1), round((top + bottom) / 2, 1), *size(story.boxes[b])]
        elif group.get("class") == "edge":
            arrows[int(group.attrib["id"][1:])] = _arrow(group, move)
    return {
        "width": across,
        "height": down,
        "cell": {"width": CELL[0], "height": CELL[1]},
        "boxes": [boxes[b] for b in range(len(story.boxes))],
        "arrows": [arrows[k] for k in range(len(story.arrows))],
    }


def _arrow(group: ElementTree.Element, move: tuple[float, float]) -> dict[str, Any]:
    (x, y), *course = _points(group, "path", "d", move)
    label = group.find(f"{_SVG}text")
    at = [0.0, 0.0]
    if label is not None:
        at = [round(float(label.attrib[key]) + by, 1) for key, by in zip("xy", move, strict=True)]
    return {
        "path": f"M{x:.1f},{y:.1f}C{_written(course)}",
        "tip": _written(_points(group, "polygon", "points", move)),
        "at": at,
    }


def _points(
    group: ElementTree.Element, tag: str, attribute: str, move: tuple[float, float]
) -> Sequence[tuple[float, float]]:
    element = group.find(f"{_SVG}{tag}")
    assert element is not None, f"Graphviz draws a {tag}"
    return [(float(x) + move[0], float(y) + move[1]) for x, y in _POINT.findall(element.attrib[attribute])]


def _written(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _text(group: ElementTree.Element, tag: str) -> str:
    element = group.find(f"{_SVG}{tag}")
    return "" if element is None else element.text or ""
