"""Scenes as SVG: the chosen cell of an operation under its sentence, and the whole computation in a row."""

from __future__ import annotations

import math
import re
from html import escape
from itertools import count

from ..style import FONT
from ..wording import clean
from .layout import WIDE, Place, planes_of
from .scene import COLOURS, Item, Rectangle, Sheet, Text
from .telling import Teller, Told

MODES = {"auto": 0, "light": 0, "dark": 1, "print": 2}
_COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
_drawings = count(1)
_MINI = 46.0
"""The height of a grid in the row of all of them."""


def head(teller: Teller, told: Told) -> tuple[list[Item], float]:
    """The caption, the row of grids, the sentence and the title of the operation; and their height."""
    items: list[Item] = []
    y = 0.0
    if teller.all.title:
        items.append(Text(26, 30, clean(teller.all.title, 100), 18, bold=True))
        y = 34.0
    if len(teller.all.stages) > 1:
        items += row_of_grids(teller, told, y + 8)
        y += _MINI + 34
    stage = teller.all.stages[told.stage]
    sentence = told.sentence
    items.append(
        Text(26, y + 30, _fitting(sentence, 18), 18, "gradient" if told.backward else "text", bold=True)
    )
    items.append(Text(26, y + 52, clean(stage.title, 100), 14, "quiet"))
    return items, y + 56


def _fitting(sentence: str, size: float) -> str:
    """A sentence with its middle left out, where it is too long for a line."""
    most = int((WIDE - 52) / (0.54 * size))
    if len(sentence) <= most:
        return sentence
    end = max(sentence.rfind(" = "), sentence.rfind(" ≈ "))
    tail = sentence[end:] if end > 0 else ""
    return f"{sentence[: most - len(tail) - 4].rsplit(' + ', 1)[0]} + …{tail}"


def row_of_grids(teller: Teller, told: Told, top: float) -> list[Item]:
    """Every grid small, in the order of the computation, those of the shown operation framed."""
    shown = teller.all.stages[told.stage]
    made = {stage.output for stage in teller.all.stages}
    minis = []
    for g, grid in enumerate(teller.all.grids):
        planes, rows, columns = planes_of(grid.shape)
        across = max(a for a in range(1, planes + 1) if planes % a == 0 and a * a <= planes)
        down = planes // across
        cell = min(
            10.0,
            (_MINI - 3 * (down - 1)) / max(down * rows, 1),
            (90 - 3 * (across - 1)) / max(across * columns, 1),
        )
        minis.append((g, Place(g, 0, 0, cell, planes, rows, columns, across)))
    slots = [
        max(place.width, 6 * min(len(teller.all.grids[g].title), 18)) + (36 if g in made else 16)
        for g, place in minis
    ]
    scale = min(1.0, (WIDE - 40) / max(sum(slots), 1))
    items: list[Item] = []
    x = 26.0
    for (g, place), slot in zip(minis, slots, strict=True):
        grid = teller.all.grids[g]
        if g in made:
            items.append(Text(x, top + 32, "→", 18 * scale, "quiet"))
        left = x + (20 * scale if g in made else 0)
        involved = g == shown.output or g in shown.sources
        finite = [abs(v) for v in grid.values.tolist() if math.isfinite(v)]
        largest = max(finite, default=1.0) or 1.0
        s = place.cell * scale
        for i, value in enumerate(grid.values.tolist()):
            plane, rest = divmod(i, place.rows * place.columns)
            row, column = divmod(rest, place.columns)
            down, right = divmod(plane, place.across)
            cx = left + right * (place.columns * s + 3) + column * s
            cy = top + down * (place.rows * s + 3) + row * s
            sign = "positive" if value > 0 else "negative"
            share = 0.06 + 0.8 * abs(value) / largest if math.isfinite(value) and value else 0.03
            items.append(
                Rectangle(cx + 0.4, cy + 0.4, s - 0.8, s - 0.8, sign, "none", 0, "", 1, round(share, 2))
            )
        wide = place.across * place.columns * s + (place.across - 1) * 3
        high = place.planes // place.across * (place.rows * s + 3) - 3
        edge = ("gradient" if told.backward else "focus") if involved else "faint"
        items.append(
            Rectangle(left - 2, top - 2, wide + 4, high + 4, "none", edge, 2.5 if involved else 1, "", 3)
        )
        items.append(
            Text(
                left,
                top + _MINI + 15,
                clean(grid.title, 18),
                11.5 * scale,
                "text" if involved else "quiet",
                bold=involved,
            )
        )
        x += slot * scale
    return items


def svg_of(sheet: Sheet, theme: str = "auto") -> str:
    """A picture as an SVG document."""
    mode = MODES[theme]
    identity = f"grids-{next(_drawings)}"
    label, size = escape(sheet.label, quote=True), f"{WIDE} {sheet.height:.0f}"
    body = "".join(map(_Written(mode), sheet.items))
    dark = f"<style>{_dark(identity, body)}</style>" if theme == "auto" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{identity}" role="img" aria-label="{label}" '
        f'width="{WIDE}" height="{sheet.height:.0f}" viewBox="0 0 {size}" '
        f'style="max-width:100%;height:auto" font-family="{FONT},Arial,sans-serif">\n'
        f"<title>{label}</title>\n{dark}"
        f'<rect width="{WIDE}" height="{sheet.height:.0f}" fill="{COLOURS[mode]["panel"]}"/>\n'
        f"{body}\n</svg>\n"
    )


def _dark(identity: str, body: str) -> str:
    """The light colours are attributes; on a dark page rules of a style go before them."""
    light, dark = COLOURS[0], COLOURS[1]
    becomes: dict[str, str] = {}
    for name, colour in light.items():
        becomes.setdefault(colour, dark[name])  # the panel comes first
    used = dict.fromkeys(_COLOUR.findall(body + f'fill="{light["panel"]}"'))
    rules = (f'#{identity} [{what}="{colour}"]{{{what}:{becomes[colour]}}}' for what, colour in used)
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


class _Written:
    """Writes items in the colours of a mode."""

    def __init__(self, mode: int) -> None:
        self.colours = COLOURS[mode]

    def __call__(self, item: Item) -> str:
        c = self.colours
        if isinstance(item, Rectangle):
            dash = f' stroke-dasharray="{item.dash}"' if item.dash else ""
            share = f' fill-opacity="{item.share:.2f}"' if item.share < 1 else ""
            edge = (
                f' stroke="{c[item.line]}" stroke-width="{item.thick:g}"{dash}' if item.line != "none" else ""
            )
            return (
                f'<rect x="{item.x:.1f}" y="{item.y:.1f}" width="{max(item.width, 0):.1f}" '
                f'height="{max(item.height, 0):.1f}" rx="{item.round:g}" fill="{c[item.fill]}"'
                f"{share}{edge}/>\n"
            )
        if isinstance(item, Text):
            anchor = f' text-anchor="{item.anchor}"' if item.anchor != "start" else ""
            weight = ' font-weight="bold"' if item.bold else ""
            after = (
                f'<tspan dx="6" font-size="{0.83 * item.size:.1f}" font-weight="normal" fill="{c["quiet"]}">'
                f"{escape(item.after)}</tspan>"
                if item.after
                else ""
            )
            slant = ' font-style="italic"' if item.italic else ""
            return (
                f'<text x="{item.x:.1f}" y="{item.y:.1f}" font-size="{item.size:g}" fill="{c[item.fill]}"'
                f"{anchor}{weight}{slant}>{escape(item.text)}{after}</text>\n"
            )
        path = "".join(step[0] + ",".join(f"{v:.1f}" for v in step[1:]) for step in item.steps)
        dash = f' stroke-dasharray="{item.dash}"' if item.dash else ""
        share = f' stroke-opacity="{item.share:g}"' if item.share < 1 else ""
        edge = (
            f' stroke="{c[item.line]}" stroke-width="{item.thick:g}"{dash}{share}'
            if item.line != "none"
            else ""
        )
        return f'<path d="{path}" fill="{c[item.fill]}"{edge}/>\n'
