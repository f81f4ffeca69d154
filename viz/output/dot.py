"""A picture as DOT text, written with the ``graphviz`` package."""

from __future__ import annotations

import textwrap
from typing import Any

import graphviz

from ..model import Box, Kind, Picture
from ..picture.heat import heat_colour, text_colour
from ..style import FONT, SHAPES, THEMES, Palette
from ..wording import clean
from .clearing import padded

_IN_TEXT = str.maketrans({"\\": "\\\\", "&": "&amp;"})
_IN_RECORD = str.maketrans(
    {c: "\\" + c for c in '\\{}|<>"'} | {"&": "&amp;"},
)
_LINE_OF_NOTES = 88


def dot_text(picture: Picture) -> str:
    """The picture in the DOT language: boxes, nested clusters, arrows.

    >>> from viz.model import Arrow, Box, Kind
    >>> a, b = Box("n0", Kind.INPUT, "a"), Box("n1", Kind.OUTPUT, "b", operation="tanh")
    >>> print(dot_text(Picture((a, b), (Arrow("n0", "n1", "0.5"),))).splitlines()[-2])
        n0 -> n1 [label=" 0.5 "]
    """
    colours = THEMES[picture.options["theme"]]
    dot = graphviz.Digraph("computation")
    dot.attr(
        "graph",
        rankdir=picture.direction,
        newrank="true",
        bgcolor=colours.panel,
        fontname=FONT,
        fontsize="12",
        fontcolor=colours.quiet,
        pad="0.15",
        nodesep="0.15" if picture.compact else "0.3" if picture.layered else "0.25",
        ranksep=_between_ranks(picture),
    )
    if picture.straight:
        dot.attr("graph", splines="line", mclimit="0.01", outputorder="edgesfirst")
    if picture.hasty:
        dot.attr("graph", nslimit="0.1")
    caption = _caption(picture)
    if caption:
        dot.attr("graph", label=caption, labelloc="t", labeljust="l")
    size = "10" if picture.compact else "14" if picture.layered else "12"
    dot.attr("node", fontname=FONT, fontsize=size, fontcolor=colours.text, height="0.3", width="0.4")
    line = colours.gradient if picture.options["graph"] == "backward" else colours.quiet
    small = "12" if picture.layered else "10"
    dot.attr("edge", fontname=FONT, fontsize=small, color=line, fontcolor=line, arrowsize="0.7")
    _write_scopes(dot, picture)
    for box in picture.boxes:
        if box.beside:
            with dot.subgraph() as level:
                level.attr(rank="same")
                level.node(box.key)
                level.node(box.beside)
    for arrow in picture.arrows:
        label = f"×{arrow.count}" if arrow.count > 1 else arrow.label
        attributes = {"label": f" {_text(label)} "} if label else {}
        if arrow.count > 1 or arrow.emphasis:
            attributes["penwidth"] = "2"
        tail, head = arrow.tail, arrow.head
        if picture.layered:
            attributes["weight"] = "100" if arrow.main else "1"
        if arrow.cotangent and (picture.layered or picture.options["graph"] == "both"):
            # Written the way of the computation, so that Graphviz puts the two side by side.
            tail, head = head, tail
            attributes |= {
                "dir": "back",
                "style": "dashed" if picture.options["graph"] == "both" else "solid",
                "color": colours.gradient,
                "fontcolor": colours.gradient,
                "class": "cotangent",
            }
            if picture.options["theme"] == "print":
                attributes["arrowtail"] = "empty"
        if arrow.emphasis is False:
            attributes |= _dimmed(attributes.get("class", ""), colours, picture.options["theme"])
            if "dir" not in attributes and picture.options["theme"] == "print":
                attributes["style"] = "dotted"
        dot.edge(tail, head, **attributes)
    return dot.source  # type: ignore[no-any-return]


def _between_ranks(picture: Picture) -> str:
    """The room between two ranks in inches: the more arrows there are for each box, the more of it."""
    if picture.layered:
        return "0.17"  # the shapes beside the arrows take a rank of their own
    arrows = sum(not (arrow.cotangent and picture.options["graph"] == "both") for arrow in picture.arrows)
    dense = arrows / max(len(picture.boxes), 1)
    room = 0.3 if picture.compact else 0.4
    return f"{room * min(max(dense, 1.0) ** 1.5, 5.0):.2g}"


Scope = tuple[str, ...]


def _by_scope(picture: Picture) -> dict[Scope, list[Box]]:
    """The boxes of each cluster; clusters that only hold other clusters are there with none."""
    found: dict[Scope, list[Box]] = {(): []}
    for box in picture.boxes:
        for depth in range(1, len(box.scope) + 1):
            found.setdefault(box.scope[:depth], [])
        found[box.scope].append(box)
    return found


def _write_scopes(dot: Any, picture: Picture) -> None:
    """Write the clusters from the innermost outwards, each into the one around it."""
    colours, boxes = THEMES[picture.options["theme"]], _by_scope(picture)
    graphs: dict[Scope, Any] = {(): dot}
    for number, scope in enumerate(sorted(boxes)):
        if scope:
            graphs[scope] = cluster = graphviz.Digraph(f"cluster_{number}")
            title = _name(scope[-1])
            cluster.attr(
                label=_text(padded(title) if picture.direction in ("TB", "BT") else title),
                labeljust="l",
                style="rounded,dotted" if picture.options["theme"] == "print" else "rounded,filled",
                fillcolor=colours.cluster,
                color=colours.cluster_line,
                fontname=FONT,
                fontsize="11",
                fontcolor=colours.quiet,
                margin="10",
            )
            if len(scope) == 1 and scope[0] in picture.backward_passes:
                cluster.attr(color=colours.gradient, fontcolor=colours.gradient, **{"class": "pass"})
                if picture.options["theme"] == "print":
                    cluster.attr(style="rounded,dashed")
        for box in boxes[scope]:
            graphs[scope].node(box.key, **_box_attributes(box, picture))
    for scope in sorted(boxes, key=len, reverse=True):
        if scope:
            graphs[scope[:-1]].subgraph(graphs[scope])


def _box_attributes(box: Box, picture: Picture) -> dict[str, str]:
    shape, colours = SHAPES[box.kind], THEMES[picture.options["theme"]]
    attributes = {
        "label": _label(box, picture, record="ecord" in shape["shape"]),
        "class": box.kind.value,
        "style": "filled",
        "fillcolor": colours.fills[box.kind],
        "color": colours.lines[box.kind],
        "penwidth": "1.6" if box.kind in (Kind.OUTPUT, Kind.PARAMETER, Kind.SHARED) else "1.1",
        "margin": _margin(box, picture),
        **shape,
    }
    if picture.layered:
        attributes |= _standing(box)
    if picture.scale is not None and box.emphasis is not False:
        fill = colours.panel if box.heat is None else heat_colour(box.heat, picture.options["theme"])
        ink = colours.text if box.heat is None else text_colour(fill)
        attributes |= {"fillcolor": fill, "fontcolor": ink}
        attributes["class"] += " blank" if box.heat is None else " heat"
    if box.emphasis:
        attributes["penwidth"] = "2.6"
    elif box.emphasis is False:
        attributes |= _dimmed(attributes["class"], colours, picture.options["theme"])
        attributes["fillcolor"] = colours.panel
        if picture.options["theme"] == "print":
            attributes["style"] = "filled,dotted"
    return attributes


def _standing(box: Box) -> dict[str, str]:
    """A plain box for a call: Graphviz loses level arrows that end at a record. The lines between its bands
    are drawn into the SVG.
    """
    attributes = {"group": "main"} if box.main else {}
    if box.kind in (Kind.PARAMETER, Kind.SHARED):
        return {"fontsize": "12", "margin": "0.12,0.045"}
    return attributes | {
        "shape": "box",
        "style": "filled,rounded" if box.kind is Kind.INPUT else "filled",
        "width": "1.2" if box.kind is Kind.INPUT else "1.9",
        "height": "0.32",
        "penwidth": "1.2",
        "margin": f"{0.12 + 0.006 * len(box.name):.3f},0.06",
    }


def _dimmed(classes: str, colours: Palette, theme: str) -> dict[str, str]:
    """How a box or an arrow looks beside those that were chosen."""
    return {
        "class": f"{classes} dim".strip(),
        "color": colours.dim_line,
        "fontcolor": colours.dim,
        "penwidth": "0.6" if theme == "print" else "1",
    }


def _margin(box: Box, picture: Picture) -> str:
    """Room around the text; the name is shown bold, for which Graphviz has not measured it."""
    letters = len(box.heading or box.name)
    wide, high = (0.06, 0.03) if picture.compact else (0.11, 0.06)
    return f"{wide + 0.005 * letters:.3f},{high}"


def _label(box: Box, picture: Picture, record: bool) -> str:
    name = box.heading or box.name
    if not record or picture.compact or picture.layered:
        record = record and not picture.layered
        escape = _record if record else _text
        heading = "   ".join(text for text in (name, box.operation) if text)
        body = [*box.lines]
        if picture.compact:
            body = ["  ".join(body)]
        return "\\n".join(escape(line) for line in (heading, *body) if line)
    cells = "|".join(_record(text) for text in (name, box.operation) if text)
    body = ["\\n".join(map(_record, box.lines))] if box.lines else []
    label = "|".join([f"{{{cells}}}", *body])
    return label if picture.direction in ("LR", "RL") else f"{{{label}}}"


def _caption(picture: Picture) -> str:
    lines = [_text(picture.title)] if picture.title else []
    for note in picture.notes:
        lines += map(_text, textwrap.wrap(note, _LINE_OF_NOTES))
    return "".join(f"{line}\\l" for line in [*lines, " "]) if lines else ""


def _name(scope: str) -> str:
    return clean(scope) or "␣"


def _text(text: str) -> str:
    """Text as it stands, in a plain label. The blank in front keeps ``<b>`` from being markup."""
    escaped = text.translate(_IN_TEXT)
    return f" {escaped}" if escaped.startswith("<") else escaped


def _record(text: str) -> str:
    """Text as it stands, in a field of a record."""
    return text.translate(_IN_RECORD)
