"""What stands below a drawing: a swatch for each kind of box, and sentences about the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ..model import Kind, Picture, Scale
from ..picture.heat import heat_colour
from ..style import FONT, THEMES, Palette
from ..wording import number

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
_BAR, _STEPS = 160.0, 32


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
    """Swatches for the kinds of boxes that occur, the sentence about the numbers, and the scale of the heat,
    which stays where the rest is not wanted.
    """
    colours = THEMES[picture.options["theme"]]
    parts: list[str] = []
    x, y, furthest = _MARGIN, _ROW / 2, 0.0
    if picture.scale is not None:
        parts.append(_bar(picture.scale, y, picture))
        furthest = _MARGIN + _BAR + _LETTER * (len(_measured(picture.scale)) + 28)
        y += _ROW
    if not picture.options["legend"]:
        return Legend("".join(parts), furthest, y - _ROW / 2) if parts else Legend()
    for kind in kinds_in(picture):
        text = "call of a layer" if picture.layered and kind is Kind.SCOPE else MEANING[kind]
        width = 28 + _LETTER * len(text)
        if x > _MARGIN and x + width > widest:
            x, y = _MARGIN, y + _ROW
        parts.append(_swatch(kind, x, y, colours, picture.layered) + _words(x + 22, y, text, colours))
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


def _bar(scale: Scale, y: float, picture: Picture) -> str:
    """The scale as a row of small rectangles, with its two ends and what it measures."""
    colours = THEMES[picture.options["theme"]]
    low, high = number(scale.low), number(scale.high)
    left = _MARGIN + _LETTER * len(low) + 6
    step = _BAR / _STEPS
    cells = [
        f'<rect x="{left + i * step:.2f}" y="{y - 5}" width="{step + 0.3:.2f}" height="10" '
        f'fill="{heat_colour(i / (_STEPS - 1), picture.options["theme"])}"/>'
        for i in range(_STEPS)
    ]
    return (
        _words(_MARGIN, y, low, colours)
        + f'<g class="scale">{"".join(cells)}</g>'
        + _words(left + _BAR + 6, y, f"{high}   {_measured(scale)}", colours)
    )


def _measured(scale: Scale) -> str:
    return f"{scale.quantity}, logarithmic; blank: 0 or none"


def _swatch(kind: Kind, x: float, y: float, palette: Palette, layered: bool) -> str:
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
    elif kind is Kind.SCOPE and not layered:
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
