"""What stands below a drawing: a swatch for each kind of box, and sentences about the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from .model import Kind, Picture
from .style import FONT, THEMES, Palette

MEANING = {
    Kind.INPUT: "input",
    Kind.PARAMETER: "parameter",
    Kind.SHARED: "shared parameter",
    Kind.CONSTANT: "constant",
    Kind.OPERATION: "operation",
    Kind.OUTPUT: "output",
    Kind.SCOPE: "group of nodes",
}
_ROW = 18.0
_MARGIN = 12.0
_LETTER = 5.6  # the mean width of a letter at 10 points


@dataclass(frozen=True)
class Legend:
    """A piece of SVG and the room that it takes."""

    svg: str = ""
    width: float = 0.0
    height: float = 0.0


def kinds_in(picture: Picture) -> list[Kind]:
    """The kinds of boxes that occur in a picture."""
    present = {box.kind for box in picture.boxes}
    return [kind for kind in Kind if kind in present]


def legend_of(picture: Picture, widest: float) -> Legend:
    """Swatches for the kinds of boxes that occur, and the sentence about the numbers."""
    colours = THEMES[picture.theme]
    parts: list[str] = []
    x, y, furthest = _MARGIN, _ROW / 2, 0.0
    for kind in kinds_in(picture):
        text = MEANING[kind]
        width = 28 + _LETTER * len(text)
        if x > _MARGIN and x + width > widest:
            x, y = _MARGIN, y + _ROW
        parts.append(_swatch(kind, x, y, colours) + _words(x + 22, y, text, colours))
        x += width
        furthest = max(furthest, x)
    y += _ROW
    line = ""
    for word in [*picture.legend.split(" "), ""]:
        longer = f"{line} {word}".strip()
        if line and (not word or _MARGIN + _LETTER * len(longer) > widest):
            parts.append(_words(_MARGIN, y, line, colours))
            furthest = max(furthest, _MARGIN * 2 + _LETTER * len(line))
            y += _ROW
            longer = word
        line = longer
    return Legend("".join(parts), furthest, y)


def _swatch(kind: Kind, x: float, y: float, palette: Palette) -> str:
    colours = f'fill="{palette.fills[kind]}" stroke="{palette.lines[kind]}" stroke-width="1.2"'
    x0, x1, y0, y1 = x, x + 16, y - 5.5, y + 5.5
    if kind is Kind.PARAMETER:
        shape = (
            f'<path {colours} d="M{x0} {y0 + 2} v7 a8 2 0 0 0 16 0 v-7 a8 2 0 0 0 -16 0"/>'
            f'<path {colours} d="M{x0} {y0 + 2} a8 2 0 0 0 16 0"/>'
        )
    elif kind is Kind.SHARED:
        shape = (
            f'<path {colours} d="M{x0} {y0 + 3} l3 -3 H{x1} V{y1 - 3} l-3 3 H{x0} Z"/>'
            f'<path {colours} d="M{x0} {y0 + 3} H{x1 - 3} V{y1} M{x1 - 3} {y0 + 3} L{x1} {y0}"/>'
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


def _words(x: float, y: float, text: str, palette: Palette) -> str:
    return (
        f'<text class="quiet" x="{x}" y="{y + 3.5}" font-family="{FONT},sans-serif" font-size="10" '
        f'fill="{palette.quiet}">{escape(text)}</text>'
    )
