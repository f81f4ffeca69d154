"""The picture of one operation with a chosen cell: rectangles, texts and curves, to be written or painted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from ..model import Kind
from ..style import DARK, LIGHT, PRINT, TINTS
from ..wording import clean
from .layout import ARROWS_FROM, CHIPS_FROM, NUMBERS_FROM, Layout, Place, display_index
from .table import Stage
from .telling import Teller, Term, Told

MOST_COLOURED = len(TINTS)
"""Weights have a colour each if they are not more than this."""
MOST_FRAMED = 4
"""More windows at once would hide the numbers."""
_PAID = 6
"""The tint of what is paid: a cotangent."""
_COUNT = count(1)


@dataclass(frozen=True, slots=True)
class Rectangle:
    x: float
    y: float
    width: float
    height: float
    fill: str
    line: str = "none"
    thick: float = 1.0
    dash: str = ""
    round: float = 5.0
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    size: float
    fill: str = "text"
    anchor: str = "start"
    bold: bool = False
    italic: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """Straight lines and Bézier curves: ``[("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y), ...]``."""

    steps: tuple[tuple[Any, ...], ...]
    line: str
    thick: float
    dash: str = ""
    share: float = 1.0
    fill: str = "none"


Item = Rectangle | Text | Curve


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole picture.

    Attributes:
        items: what is on it, back to front.
        height: how high it is; all are of one width.
        label: what it shows, in words.
    """

    items: tuple[Item, ...]
    height: float
    label: str


def moved(items: Iterable[Item], down: float) -> Iterator[Item]:
    """The same further down."""
    for item in items:
        if isinstance(item, Curve):
            steps = tuple(
                (step[0], *(v + down * (i % 2) for i, v in enumerate(step[1:]))) for step in item.steps
            )
            yield replace(item, steps=steps)
        else:
            yield replace(item, y=item.y + down)


def _named(mode: int) -> dict[str, str]:
    palette = (LIGHT, DARK, PRINT)[mode]
    named = {name: getattr(palette, name) for name in ("panel", "text", "quiet", "gradient", "focus")}
    named |= {
        "raised": palette.cluster,
        "line": palette.cluster_line,
        "faint": palette.dim_line,
        "none": "none",
    }
    named |= {
        "positive": ("#0b5c9e", "#6bb1f0", "#000000")[mode],
        "negative": ("#c04a00", "#ff9a57", "#777777")[mode],
    }
    named["wash"] = ("#fdf0e7", "#33231a", "#ffffff")[mode]
    for kind in Kind:
        named[f"fill-{kind.value}"], named[f"line-{kind.value}"] = palette.fills[kind], palette.lines[kind]
    for i, pair in enumerate(TINTS):
        named[f"fill-{i}"], named[f"line-{i}"] = pair[mode] if mode < 2 else ("#ffffff", "#000000")
    return named


COLOURS = tuple(map(_named, range(3)))
"""The colours of a scene by their names, on light, on dark and in print."""


def room_for(text: str, size: float, width: float, bold: bool = False) -> float:
    """The size of the font, smaller where there is not as much room."""
    return min(size, round(width / ((0.6 if bold else 0.56) * max(len(text), 1)), 1))


class Scene:
    """The items of a picture, back to front."""

    def __init__(self, teller: Teller, layout: Layout, told: Told) -> None:
        self.teller, self.layout, self.told = teller, layout, told
        self.stage: Stage = teller.all.stages[told.stage]
        self.items: list[Item] = []
        weights = sum(teller.all.grids[g].values.size for g in self.stage.weights)
        self.coloured = 0 < weights <= MOST_COLOURED
        self.lit: dict[int, tuple[int, str]] = {}
        self.chips: list[tuple[int, str, int]] = []
        if self.coloured:  # weights keep their colours, so that one recognises them anywhere
            start = teller.all.grids[self.stage.weights[0]].start
            self.lit = {start + i: (i, "") for i in range(weights)}
        self._light()
        self._cells()
        self._window()
        self._sum()
        for code, text, tint in self.chips:
            self._chip(code, text, tint)

    def place_of(self, code: int) -> tuple[Place, int] | None:
        """Where a cell stands, if it is on the picture."""
        if code < 0:
            return self.layout.left[0], -1 - code
        g = self.teller.grid_of(code)
        for place in self.layout.places:
            if place.grid == g:
                grid = self.teller.all.grids[g]
                padded = self.stage.frame is not None and place is self.layout.left[0]
                margin = self.stage.margin if padded else (0, 0, 0, 0)
                return place, display_index(grid, code - grid.start, margin)
        return None

    def tint(self, term: Term) -> int:
        """The colour of a term: that of its weight."""
        if not self.coloured or not term.by:
            return 0
        return (term.by - self.teller.all.grids[self.stage.weights[0]].start) % MOST_COLOURED

    def _light(self) -> None:
        """Which cells take part, in which colour, and what their chips say."""
        told, output = self.told, self.teller.all.grids[self.stage.output]
        weight = told.backward and any(term.by == told.code for term in told.terms)
        for term in told.terms:
            tint, lost = self.tint(term), "off" if term.state == "lost" and term.source > 0 else ""
            if not told.backward:
                if term.source:
                    self.lit[term.source] = tint, lost
                if term.by:
                    self.lit[term.by] = tint, ""
                    self.chips.append((term.source, self.teller.name(term.by), tint))
                continue
            other = term.source if term.by == told.code else term.by
            if other:
                self.lit[other] = tint, ""
            self.lit[term.out] = (_PAID if weight or not self.coloured else tint), lost
            if output.start <= term.out < output.start + output.values.size and term.by:
                if weight:
                    self.chips.append((term.source, term.symbol.partition(" ")[0], _PAID))
                else:
                    self.chips.append((term.out, self.teller.name(term.by), tint))
        if not self.coloured:
            self.chips = []

    def _cells(self) -> None:
        for place in self.layout.places:
            self._grid(place)

    def _grid(self, place: Place) -> None:
        grid, told = self.teller.all.grids[place.grid], self.told
        is_output = place is self.layout.output
        padded = self.stage.frame is not None and place is self.layout.left[0]
        title, shape = clean(grid.title, 24), f" {grid.shape}" if grid.shape else ""
        at_end = is_output and len(title) * 9 + len(shape) * 7 > place.width
        x = place.x + place.width if at_end else place.x
        if self.layout.slim:
            shape = ""
        anchor = "end" if at_end else "start"
        self.items.append(Text(x, place.y - 12, title, 15, anchor=anchor, bold=True, after=shape))
        shown = place.cell >= NUMBERS_FROM
        size = max((abs(v) for v in grid.values.tolist() if math.isfinite(v)), default=1.0) or 1.0
        margin = self.stage.margin if padded else (0, 0, 0, 0)
        met = set()
        kind = "parameter" if place in self.layout.above else "input"
        paid = told.backward and grid.gradients is not None
        for i, value in enumerate(grid.values.tolist()):
            code, at = grid.start + i, display_index(grid, i, margin)
            met.add(at)
            gradient = float(grid.gradients[i]) if paid and grid.gradients is not None else None
            self._cell(place, at, code, value, gradient, kind, shown, size, is_output)
        if padded and self.stage.frame is not None:
            for at in set(range(place.planes * place.rows * place.columns)) - met:
                fill = float(self.stage.frame.values.ravel()[at])
                self._cell(place, at, -1 - at, fill, None, "padding", shown, size, False)

    def _cell(
        self, place: Place, at: int, code: int, value: float, gradient: float | None,
        kind: str, shown: bool, largest: float, is_output: bool,
    ) -> None:  # fmt: skip
        x, y = place.at(at)
        s = place.cell
        inset = 3 if s >= 50 else 1.5 if s >= 20 else 0.5
        tint, state = self.lit.get(code, (-1, ""))
        chosen = code == self.told.code
        fill, line, thick, dash = f"fill-{kind}", f"line-{kind}", 1.0, ""
        if is_output:
            fill, line = "panel", "line"
        if kind == "padding":
            fill, line, dash = "panel", "line", "2 3"
        if tint >= 0:
            fill, line, thick = f"fill-{tint}", f"line-{tint}", 2.5 if s >= 20 else 1.5
            dash = "2 3" if kind == "padding" else ""
            if state == "off":
                fill, line = "panel", "faint"
        if chosen:
            line, thick = ("gradient" if self.told.backward else "focus"), 4.0 if s >= 20 else 2.0
        box = (x + inset, y + inset, s - 2 * inset, s - 2 * inset)
        if not shown:  # the colour is the number
            quiet = tint < 0 and not chosen
            self.items.append(
                Rectangle(*box, "panel", "faint" if quiet else line, 0.5 if quiet else thick, "", 1)
            )
            if math.isfinite(value) and value:
                sign = "positive" if value > 0 else "negative"
                self.items.append(Rectangle(*box, sign, "none", 0, "", 1, 0.08 + 0.72 * abs(value) / largest))
            return
        self.items.append(Rectangle(*box, fill, line, thick, dash, 5))
        digits = 3 if s >= 60 else 2
        text = self.teller.write(value, digits)
        strong = tint >= 0 and state != "off"
        big = room_for(text, 17 if s >= 60 else 14, s - 8, strong)
        middle = y + s / 2
        two = gradient is not None
        fill = "quiet" if kind == "padding" or state == "off" else "text"
        self.items.append(
            Text(x + s / 2, middle + (1 if two else 0.35 * big), text, big, fill, "middle", strong)
        )
        if gradient is not None:
            below = ("δ " if is_output else "") + self.teller.write(gradient, digits)
            size = room_for(below, 13 if s >= 60 else 11.5, s - 6)
            self.items.append(
                Text(x + s / 2, middle + (19 if s >= 60 else 13), below, size, "gradient", "middle")
            )

    def _frame_of(self, k: int) -> Iterable[tuple[float, float, float, float]]:
        """The window of an output, plane by plane."""
        uses = self.stage.uses
        first = self.layout.left[0]
        planes: dict[int, list[tuple[float, float]]] = {}
        for code in uses.source[uses.out == k].tolist():
            found = self.place_of(code)
            if found is not None and found[0] is first:
                planes.setdefault(found[1] // (first.rows * first.columns), []).append(first.at(found[1]))
        for corners in planes.values():
            xs, ys = zip(*corners, strict=True)
            if len({*xs}) * len({*ys}) * first.cell**2 < 0.99 * (max(xs) - min(xs) + first.cell) * (
                max(ys) - min(ys) + first.cell
            ):
                continue  # with dilation the cells are framed one by one
            yield min(xs), min(ys), max(xs) + first.cell - min(xs), max(ys) + first.cell - min(ys)

    def _window(self) -> None:
        if not self.stage.windows:
            return
        output = self.teller.all.grids[self.stage.output]
        if not self.told.backward:
            for x, y, w, h in self._frame_of(self.told.code - output.start):
                self.items.append(Rectangle(x - 2, y - 2, w + 4, h + 4, "none", "focus", 4, "", 7))
            return
        outs = list(
            dict.fromkeys(t.out for t in self.told.terms if 0 <= t.out - output.start < output.values.size)
        )
        frames = {tuple(self._frame_of(out - output.start)): out for out in reversed(outs)}
        if len(frames) > MOST_FRAMED:
            return
        for n, (frame, out) in enumerate(reversed(frames.items())):
            inset = -2 if len(frames) == 1 else 3 + 4 * n
            tint = next(self.tint(term) for term in self.told.terms if term.out == out)
            line = f"line-{tint}" if self.coloured else "gradient"
            for x, y, w, h in frame:
                inside = (x + inset, y + inset, w - 2 * inset, h - 2 * inset)
                self.items.append(Rectangle(*inside, "none", line, 2.5, "", 6))

    def _sum(self) -> None:
        told, layout = self.told, self.layout
        x, top, width = layout.box
        cut = len(told.terms) > layout.most
        terms = told.terms[: layout.most - 1] if cut else told.terms
        lines = len(terms) + cut
        h = layout.line(lines)
        height = lines * h + 44
        edge, ground = ("gradient", "wash") if told.backward else ("line", "raised")
        weight = told.backward and any(term.by == told.code for term in told.terms)
        self.items.append(Rectangle(x, top, width, height, ground, edge, 1, "", 8))
        size = min((self._font(term, width, 15 if h >= 22 else 13) for term in terms), default=15)
        for k, term in enumerate(terms):
            y = top + 7 + k * h
            tinted = self.coloured and term.by and not weight
            self.items.append(
                Rectangle(
                    x + 7,
                    y + 1,
                    width - 14,
                    h - 2,
                    f"fill-{self.tint(term)}" if tinted else "panel",
                    "none",
                    0,
                    "",
                    4,
                )
            )
            self._line(term, x, y + h / 2, width, size)
            self._edges(term, x, y + h / 2, width)
        if cut:
            rest = told.terms[len(terms) :]
            y = top + 7 + len(terms) * h + h / 2 + 0.35 * size
            total = (
                self.teller.write(math.fsum(term.value for term in rest))
                if told.backward or self.stage.form == "sum"
                else ""
            )
            self.items.append(Text(x + 14, y, f"… {len(rest)} more", size, "quiet", italic=True))
            self.items.append(Text(x + width - 14, y, total, size, "quiet", "end"))
        foot = room_for(told.foot, 16.5, width - 24, True)
        self.items.append(
            Text(
                x + width - 14,
                top + height - 13,
                told.foot,
                foot,
                "gradient" if told.backward else "text",
                "end",
                True,
            )
        )
        self._result(x, top + height - 18, top, width)

    def _middle(self, term: Term) -> str:
        """What stands between the names and the value of a line."""
        told, form = self.told, self.stage.form
        if not told.backward and form not in ("sum", "softmax", "log_softmax"):
            return "largest" if term.state == "won" and form == "max" else ""
        return f"{term.numbers} =" if " " in term.numbers else ""

    def _font(self, term: Term, width: float, size: float) -> float:
        """The size at which a line has room."""
        used = 0.52 * size * (len(term.symbol) + len(self._middle(term)) + 9)
        return size if used <= width - 28 else max(9.0, math.floor(10 * size * (width - 28) / used) / 10)

    def _line(self, term: Term, x: float, y: float, width: float, size: float) -> None:
        fill = "quiet" if term.state == "lost" else "text"
        strong, value, base = term.state == "won", self.teller.write(term.value), y + 0.35 * size
        gap = max(62.0, 0.6 * size * len(value) + 20)
        self.items.append(Text(x + 14, base, term.symbol, size, fill, italic=True, bold=strong))
        if middle := self._middle(term):
            self.items.append(Text(x + width - gap, base, middle, size, fill, "end", strong))
        self.items.append(Text(x + width - 14, base, value, size, fill, "end", strong))

    def _edges(self, term: Term, x: float, y: float, width: float) -> None:
        told = self.told
        lost = term.state == "lost"
        if not (told.backward and term.by != told.code):
            for code in (term.source,):
                if code and not (told.backward and code == told.code):
                    self._edge(
                        code,
                        x + 7,
                        y,
                        f"line-{self.tint(term)}" if self.coloured else "line",
                        "2 3" if lost else "",
                        lost,
                    )
        if told.backward:
            self._edge(
                term.out, x + width - 7, y, "quiet" if lost else "gradient", "2 3" if lost else "6 3", lost
            )

    def _edge(self, code: int, x: float, y: float, line: str, dash: str, lost: bool) -> None:
        found = self.place_of(code)
        if found is None or found[0] in self.layout.above or found[0].cell < ARROWS_FROM:
            return
        place, at = found
        right = place is not self.layout.output
        px, py = place.at(at)
        s = place.cell
        rim = place.x + place.width if right else place.x
        outer = px + s if right else px
        if abs(outer - rim) < 1:
            start: tuple[tuple[Any, ...], ...] = (("M", rim + (-3 if right else 3), py + s / 2),)
            sx, sy = rim + (-3 if right else 3), py + s / 2
        else:
            offset = ((at % place.columns) % 3 - 1) * 2
            corner = px + s - 10 if right else px + 10
            if s < 30:
                corner = px + s / 2
            sx, sy = rim, py + s + offset
            start = (("M", corner, py + s - 5), ("L", corner + (4 if right else -4), sy), ("L", rim, sy))
        d = (x - sx) / 2
        curve = ("C", sx + d, sy, x - d, y, x, y)
        self.items.append(Curve((*start, curve), line, 1.8, dash, 0.45 if lost else 0.9))

    def _result(self, x: float, y: float, top: float, width: float) -> None:
        """The thick arrow from the sum to the cell."""
        found = self.place_of(self.told.code)
        if found is None or self.layout.slim:
            return
        place, at = found
        px, py = place.at(at)
        s, line = place.cell, "gradient" if self.told.backward else "focus"
        cx, cy = px + s / 2, py + s / 2
        z = 6.0 if s >= 60 else min(3.5, s / 5)
        if place in self.layout.above:
            gx, lowest = px + s, place.y + place.height
            if py + s > lowest - 1:
                steps: tuple[tuple[Any, ...], ...] = (("M", cx, top), ("L", cx, py + s + 8))
                tip = (cx, py + s - 1, "up")
            else:
                steps, tip = (("M", gx, top), ("L", gx, py + s - 12)), (gx - 4, py + s - 12, "left")
        else:
            out = place is self.layout.output
            x0 = x + width if out else x
            rim = place.x if out else place.x + place.width
            if abs(rim - (px if out else px + s)) < 1:
                end = rim + (-9 if out else 9)
                d = (end - x0) / 2
                steps = (("M", x0, y), ("C", x0 + d, y, end - d, cy, end, cy))
                tip = (rim + (2 if out else -2), cy, "right" if out else "left")
            else:
                gy, sx, d = (
                    py + s,
                    (px + min(18.0, s / 2) if out else px + s - min(18.0, s / 2)),
                    (rim - x0) / 2,
                )
                steps = (
                    ("M", x0, y),
                    ("C", x0 + d, y, rim - d, gy, rim, gy),
                    ("L", sx, gy),
                    ("L", sx, gy - (4 if s >= 60 else 0)),
                )
                tip = (sx, gy - (13 if s >= 60 else 4), "up")
        self.items.append(Curve(steps, line, 3.5))
        tx, ty, way = tip
        around = {
            "up": ((-z, 2 * z), (z, 2 * z)),
            "right": ((-2 * z, -z), (-2 * z, z)),
            "left": ((2 * z, -z), (2 * z, z)),
        }
        corners = [(tx, ty), *((tx + dx, ty + dy) for dx, dy in around[way])]
        path = tuple((("M" if i == 0 else "L"), *corner) for i, corner in enumerate([*corners, corners[0]]))
        self.items.append(Curve(path, "none", 0, fill=line))

    def _chip(self, code: int, text: str, tint: int) -> None:
        found = self.place_of(code)
        if found is None or found[0].cell < CHIPS_FROM:
            return
        place, at = found
        x, y = place.at(at)
        size, high = (11.5, 17.0) if place.cell >= 60 else (10.0, 13.0)
        width, middle = 8 + 0.57 * size * len(text), x + place.cell - 2 - (8 + 0.57 * size * len(text)) / 2
        fill, line = f"fill-{tint}", f"line-{tint}"
        self.items.append(Rectangle(middle - width / 2, y + 2, width, high, fill, line, 1.2, "", 4))
        self.items.append(Text(middle, y + 1 + 0.78 * high, text, size, "text", "middle", True))
