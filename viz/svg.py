"""Graphviz's SVG made fit for pages: names that are unique in a document, light and dark, a legend."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

from .model import Kind, Picture
from .style import DARK, FONT, LIGHT, Palette

_SVG_TAG = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="\s*([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)[ ,]+([-\d.]+)')
_KEYED = re.compile(r'(<g id="[^"]*" class="(?:node|edge)[^"]*")(>\s*<title>([^<]*)</title>)')
_ID = re.compile(r'(<g id=")')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_GRADIENT_LINE = re.compile(r"<text (?=[^>]*>grad\b)")

_MEANING = {
    Kind.INPUT: "input",
    Kind.PARAMETER: "parameter",
    Kind.CONSTANT: "constant",
    Kind.OPERATION: "operation",
    Kind.OUTPUT: "output",
    Kind.SCOPE: "group of nodes",
}
_ROW = 18.0
_MARGIN = 12.0
_LETTER = 5.6  # the mean width of a letter at 10 points


def finish(svg: str, picture: Picture, identity: str) -> str:
    """The final SVG.

    Args:
        svg: what Graphviz wrote.
        picture: what was drawn.
        identity: the prefix of all ids, and the scope of the style: unique in a page.
    """
    start = _SVG_TAG.search(svg)
    view = _VIEW_BOX.search(svg)
    assert start is not None, "Graphviz writes one <svg>"
    assert view is not None, "Graphviz gives it a viewBox"
    content = svg[start.end() : svg.rindex("</svg>")]
    content = re.sub(r"<!--.*?-->\n?", "", content, flags=re.DOTALL)
    content = _ID.sub(rf"\g<1>{identity}-", content)
    content = _KEYED.sub(_with_key, content)
    content = _TITLE.sub(_tooltips(picture), content)
    content = _GRADIENT_LINE.sub('<text class="gradient" ', content)

    left, top, width, height = (float(number) for number in view.groups())
    legend, legend_width, legend_height = _legend(picture, max(width, 440.0))
    full_width, full_height = max(width, legend_width), height + legend_height
    shift = (full_width - width) / 2
    summary = escape(_summary(picture), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'id="{identity}" role="img" aria-label="{summary}" '
        f'width="{full_width:.0f}pt" height="{full_height:.0f}pt" '
        f'viewBox="{left - shift:.2f} {top:.2f} {full_width:.2f} {full_height:.2f}" '
        f'style="max-width:100%;min-width:{0.6 * full_width:.0f}pt;height:auto">\n'
        f"<title>{summary}</title>\n"
        f"<style>{_styles(identity, picture)}</style>\n"
        f'<rect class="panel" x="{left - shift:.2f}" y="{top:.2f}" width="{full_width:.2f}" '
        f'height="{full_height:.2f}" fill="{LIGHT.panel}"/>\n'
        f"{content.strip()}\n"
        f'<g class="legend" transform="translate({left - shift:.2f} {top + height:.2f})">{legend}</g>\n'
        f"</svg>\n"
    )


def _with_key(found: re.Match[str]) -> str:
    """A group with the key of its box or arrow, by which pages find it."""
    key = unescape(found[3])
    if "cotangent" in found[1]:
        tail, _, head = key.partition("->")
        key = f"{head}->{tail}"
    return f'{found[1]} data-key="{escape(key)}"{found[2]}'


def _summary(picture: Picture) -> str:
    title = f"{picture.title}: " if picture.title else ""
    return (
        f"{title}{picture.graph} computation graph, "
        f"{len(picture.boxes)} boxes and {len(picture.arrows)} arrows"
    )


def _tooltips(picture: Picture) -> Callable[[re.Match[str]], str]:
    """What puts a description in the place of a key; browsers show it as a tooltip."""
    boxes = {box.key: box for box in picture.boxes}

    def tooltip(found: re.Match[str]) -> str:
        key = unescape(found[1])
        if key in boxes:
            return f"<title>{escape(boxes[key].description)}</title>"
        tail, _, head = key.partition("->")
        if tail in boxes and head in boxes:
            return f"<title>{escape(f'{boxes[tail].name} → {boxes[head].name}')}</title>"
        return ""

    return tooltip


def _kinds(picture: Picture) -> list[Kind]:
    present = {box.kind for box in picture.boxes}
    return [kind for kind in Kind if kind in present]


def _legend(picture: Picture, widest: float) -> tuple[str, float, float]:
    """Swatches for the kinds of boxes that occur, and the sentence about the numbers."""
    parts: list[str] = []
    x, y, furthest = _MARGIN, _ROW / 2, 0.0
    for kind in _kinds(picture):
        text = _MEANING[kind]
        width = 28 + _LETTER * len(text)
        if x > _MARGIN and x + width > widest:
            x, y = _MARGIN, y + _ROW
        parts.append(_swatch(kind, x, y) + _words(x + 22, y, text))
        x += width
        furthest = max(furthest, x)
    y += _ROW
    line = ""
    for word in [*picture.legend.split(" "), ""]:
        longer = f"{line} {word}".strip()
        if line and (not word or _MARGIN + _LETTER * len(longer) > widest):
            parts.append(_words(_MARGIN, y, line))
            furthest = max(furthest, _MARGIN * 2 + _LETTER * len(line))
            y += _ROW
            longer = word
        line = longer
    return "".join(parts), furthest, y


def _swatch(kind: Kind, x: float, y: float) -> str:
    colours = f'fill="{LIGHT.fills[kind]}" stroke="{LIGHT.lines[kind]}" stroke-width="1.2"'
    x0, x1, y0, y1 = x, x + 16, y - 5.5, y + 5.5
    if kind is Kind.PARAMETER:
        shape = (
            f'<path {colours} d="M{x0} {y0 + 2} v7 a8 2 0 0 0 16 0 v-7 a8 2 0 0 0 -16 0"/>'
            f'<path {colours} d="M{x0} {y0 + 2} a8 2 0 0 0 16 0"/>'
        )
    elif kind is Kind.SCOPE:
        shape = f'<path {colours} d="M{x0} {y1} V{y0} h7 v3 H{x1} V{y1} Z"/>'
    else:
        radius = 4 if kind is Kind.INPUT else 0
        dashes = ' stroke-dasharray="3 2"' if kind is Kind.CONSTANT else ""
        shape = f'<rect {colours}{dashes} x="{x0}" y="{y0}" width="16" height="11" rx="{radius}"/>'
        if kind is Kind.OUTPUT:
            shape += f'<rect {colours} x="{x0 + 2.5}" y="{y0 + 2.5}" width="11" height="6"/>'
    return f'<g class="node {kind.value}">{shape}</g>'


def _words(x: float, y: float, text: str) -> str:
    return (
        f'<text class="quiet" x="{x}" y="{y + 3.5}" font-family="{FONT},sans-serif" font-size="10" '
        f'fill="{LIGHT.quiet}">{escape(text)}</text>'
    )


def _styles(identity: str, picture: Picture) -> str:
    light = (
        f"#{identity} text.gradient{{fill:{LIGHT.gradient}}}"
        f"#{identity} .node>text:first-of-type{{font-weight:bold}}"
        f"#{identity} .node.parameter>text{{transform:translateY(3px)}}"  # clear of the cylinder's rim
    )
    if picture.title:
        light += f"#{identity} .graph>text:first-of-type{{font-weight:bold}}"
    dark = _dark(f"#{identity}", picture, DARK)
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _dark(root: str, picture: Picture, colours: Palette) -> str:
    """Graphviz writes the light colours as attributes; rules of a style go before attributes."""
    arrow = colours.gradient if picture.graph == "backward" else colours.quiet
    rules = [
        f"{root} .panel,{root} .graph>polygon{{fill:{colours.panel}}}",
        f"{root} text{{fill:{colours.text}}}",
        f"{root} .graph>text,{root} .cluster text,{root} text.quiet{{fill:{colours.quiet}}}",
        f"{root} .cluster>path,{root} .cluster>polygon"
        f"{{fill:{colours.cluster};stroke:{colours.cluster_line}}}",
        f"{root} .edge path{{stroke:{arrow}}}",
        f"{root} .edge polygon{{stroke:{arrow};fill:{arrow}}}",
        f"{root} .edge text{{fill:{arrow}}}",
        f"{root} .cotangent path{{stroke:{colours.gradient}}}",
        f"{root} .cotangent polygon{{stroke:{colours.gradient};fill:{colours.gradient}}}",
        f"{root} text.gradient,{root} .cotangent text{{fill:{colours.gradient}}}",
    ]
    for kind in _kinds(picture):
        box = f"{root} .node.{kind.value}"
        rules.append(f'{box} :is(polygon,path,rect):not([fill="none"]){{fill:{colours.fills[kind]}}}')
        rules.append(f"{box} :is(polygon,path,rect){{stroke:{colours.lines[kind]}}}")
        rules.append(f"{box} polyline{{stroke:{colours.lines[kind]}}}")
    return "".join(rules)
