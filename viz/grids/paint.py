"""Scenes painted by matplotlib: the frames of an animation."""

from __future__ import annotations

from typing import Any

from ..plots.animation import Animation
from ..plots.canvas import load
from .layout import WIDE
from .scene import COLOURS, Rectangle, Sheet, Text
from .svg import MODES
from .telling import Teller, Told
from .view import sheet_of

MOST_SHOWN = 60
"""An animation of more cells would be long and large."""
_UNITS = 100
"""So many units of a scene are an inch."""


def paint(ax: Any, sheet: Sheet, height: float, mode: int) -> None:
    """Draw a picture into axes of a height."""
    patches, path = load("matplotlib.patches", "draw"), load("matplotlib.path", "draw").Path
    colours = COLOURS[mode]
    ax.set(xlim=(0, WIDE), ylim=(height, 0))
    ax.set_axis_off()
    ax.add_patch(patches.Rectangle((0, 0), WIDE, height, color=colours["panel"], linewidth=0))
    points = 72 / _UNITS
    for order, item in enumerate(sheet.items, start=2):
        if isinstance(item, Text):
            size = {"fontsize": item.size * points * 0.92, "zorder": order, "va": "baseline"}
            weight = "bold" if item.bold else "normal"
            align = {"start": "left", "middle": "center", "end": "right"}[item.anchor]
            ax.text(
                item.x, item.y, _plain(item.text), color=colours[item.fill], ha=align, weight=weight,
                style="italic" if item.italic else "normal", **size,
            )  # fmt: skip
            if item.after and item.anchor == "start":
                ax.text(
                    item.x + 0.68 * item.size * len(item.text), item.y, _plain(item.after), va="baseline",
                    color=colours["quiet"], fontsize=0.8 * item.size * points, zorder=order,
                )  # fmt: skip
            continue
        if isinstance(item, Rectangle):
            corners = f"round,pad=0,rounding_size={min(item.round, item.width / 2, item.height / 2)}"
            shape = patches.FancyBboxPatch((item.x, item.y), item.width, item.height, boxstyle=corners)
            inside = item.share
        else:
            letters = {"M": (path.MOVETO,), "L": (path.LINETO,), "C": (path.CURVE4,) * 3}
            codes = [code for step in item.steps for code in letters[step[0]]]
            points_of = [step[i : i + 2] for step in item.steps for i in range(1, len(step), 2)]
            shape, inside = patches.PathPatch(path(points_of, codes)), 1.0
        dash = tuple(float(part) for part in item.dash.split()) if item.dash else ()
        shape.set(
            facecolor=(colours[item.fill], inside) if item.fill != "none" else "none",
            edgecolor=(colours[item.line], item.share if not isinstance(item, Rectangle) else 1.0)
            if item.line != "none"
            else "none",
            linewidth=item.thick * points,
            linestyle=(0, dash) if dash else "-",
            zorder=order,
        )
        ax.add_artist(shape)


def _plain(text: str) -> str:
    """Text in which matplotlib finds no formula."""
    return text.replace("$", r"\$")


def animated(teller: Teller, told: Told, theme: str) -> Animation:
    """The operation of a chosen cell, cell by cell: every value forwards, every gradient backwards; some of
    them where they are many.
    """
    cells = [
        (code, block.backward)
        for block in teller.blocks
        if block.stage == told.stage
        for grid in (teller.all.grids[block.grid],)
        for code in range(grid.start, grid.start + grid.values.size)
    ]
    shown = cells[:: -(-len(cells) // MOST_SHOWN)]
    sheets = [sheet_of(teller, teller.told(*cell)) for cell in shown]
    height = max(sheet.height for sheet in sheets)

    def draw(ax: Any, frame: int) -> None:
        paint(ax, sheets[frame], height, MODES[theme])

    size = (WIDE / _UNITS, height / _UNITS)
    return Animation(teller.all.title or "number by number", draw, [s.label for s in sheets], size)
