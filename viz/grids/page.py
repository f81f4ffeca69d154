"""The page on which a computation is followed cell by cell: values forwards, gradients backwards."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Callable
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from ..output.files import save
from ..output.notebook import Bundle, Shown, live_bundle, svg_image
from ..output.page import KEYS, SAID, asset, controls, document, played
from ..wording import counted
from .layout import Layout, Place, lay_out
from .scene import COLOURS
from .table import Stage
from .telling import Teller, note

_pages = count(1)


class GridPage(Shown):
    """A page of grids: a cell that is chosen shows the sum from which its number comes.

    The page needs no network and loads nothing; its policy forbids it. Notebooks that are trusted show it
    live, in a frame that can touch nothing outside itself; others show the picture.

    Attributes:
        html: the page.

    >>> from autograd_core import Tensor
    >>> from viz import draw
    >>> w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> draw((w @ [1.0, -1.0]).sum(), layout="grid").interactive()
    <GridPage: 3 steps forward, 6 steps backward>
    """

    def __init__(self, teller: Teller, theme: str, svg: Callable[[], str], text: Callable[[], str]) -> None:
        self._teller, self._theme, self._svg, self._text = teller, theme, svg, text
        self._number = next(_pages)

    @cached_property
    def html(self) -> str:
        """The whole page."""
        grids = self._teller.all
        title = grids.title or "Number by number"
        passes = "".join(
            f'<button type="button" id="{name.lower()}" aria-pressed="false">{name}</button>\n'
            for name in ("Forward", "Backward")[: 1 + any(block.backward for block in self._teller.blocks)]
        )
        body = (
            f"<h1>{escape(title)}</h1>\n{controls(('First', 'Back', 'Play', 'Step', 'Last'), 16, passes)}"
            f'<div class="row" id="row" role="group" aria-label="The whole computation"></div>\n'
            f'{SAID}<p class="note" id="note"></p>\n'
            f'<svg id="picture" role="group" aria-label="Grids of numbers"></svg>\n'
            f'<p class="keys" id="here" aria-hidden="true"></p>\n{_KEYS}'
        )
        style = f"{_variables(self._theme)}\n{asset('grids.css', __package__)}"
        script = played(asset("grids.js", __package__))
        return document(title, self._theme, style, body, script=script, grids=data_of(self._teller))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to an .html file, whole or not at all.

        Raises:
            DtypeError: if the path is no path.
            DomainError: if the name does not end in .html.
            OSError: if the file cannot be written.
        """
        return save(path, {".html", ".htm"}, "a page of grids is an .html file", lambda _: self.html.encode())

    def __str__(self) -> str:
        return self._text()

    def __repr__(self) -> str:
        sizes = [0, 0]
        for block in self._teller.blocks:
            sizes[block.backward] += self._teller.all.grids[block.grid].values.size
        forward, backward = (counted(size, "step") for size in sizes)
        return f"<GridPage: {forward} forward, {backward} backward>"

    def _bundle(self) -> Bundle:
        text = self._text()
        name = f"g-{hashlib.sha256(text.encode()).hexdigest()[:8]}-{self._number}"
        image = svg_image(self._svg(), text)
        return live_bundle(self.html, image, text, name, "A computation, number by number", 720)


_KEYS = f"""\
<p class="keys help">{KEYS} Choose a cell with a click; or <kbd>Tab</kbd> into a grid, walk with the
arrow keys, <kbd>Enter</kbd>. Point at a line of the sum to see that one use.</p>
"""


def _variables(theme: str) -> str:
    def rules(mode: int) -> str:
        return ";".join(f"--{name}:{colour}" for name, colour in COLOURS[mode].items() if name != "none")

    if theme != "auto":
        return f":root:root{{{rules(('light', 'dark', 'print').index(theme))}}}"
    return f":root{{{rules(0)}}}@media (prefers-color-scheme:dark){{:root{{{rules(1)}}}}}"


def data_of(teller: Teller) -> dict[str, Any]:
    """What the page draws, as JSON."""
    grids = teller.all
    return {
        "output": grids.output,
        "format": teller.write.on_pages,
        "why": grids.why,
        "grids": [
            {
                "title": grid.title,
                "letter": grid.letter,
                "shape": grid.shape,
                "start": grid.start,
                "values": numbers(grid.values),
                "gradients": None if grid.gradients is None else numbers(grid.gradients),
            }
            for grid in grids.grids
        ],
        "stages": [_stage(teller, s) for s in range(len(grids.stages))],
        "blocks": [[block.stage, block.grid, int(block.backward)] for block in teller.blocks],
    }


def numbers(values: Any) -> list[Any]:
    """Numbers for JSON, whole ones short; what JSON has no word for is a text."""
    return [
        (int(x) if x.is_integer() and abs(x) < 1e15 else x) if math.isfinite(x) else _SPOKEN[str(x)]
        for x in np.asarray(values, dtype=np.float64).ravel().tolist()
    ]


_SPOKEN = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def _stage(teller: Teller, s: int) -> dict[str, Any]:
    grids, stage = teller.all, teller.all.stages[s]
    uses, output = stage.uses, teller.all.grids[stage.output]
    factors = uses.factor if len(uses.factor) < 5_000 else np.array([float(f"{x:.6g}") for x in uses.factor])
    same = not factors.size or bool((factors == factors[0]).all())
    said = [] if stage.form == "sum" else [teller.forward(s, k) for k in range(output.values.size)]
    after = {}
    for g in stage.sources:
        grid = grids.grids[g]
        for code in range(grid.start, grid.start + grid.values.size):
            if teller.shown[g] == s and (text := teller.after(code)):
                after[code] = text
    return {
        "output": stage.output,
        "sources": stage.sources,
        "weights": stage.weights,
        "form": stage.form,
        "title": stage.title,
        "windows": stage.windows,
        "counts": np.bincount(uses.out, minlength=output.values.size).tolist(),
        "source": uses.source.tolist(),
        "by": uses.by.tolist() if uses.by.any() else [],
        "factor": numbers(factors[:1])[0] if same and factors.size else numbers(factors),
        "offset": None if stage.offset is None else numbers(stage.offset),
        "fill": {} if stage.frame is None else _fill(stage),
        "margin": stage.margin,
        "said": [[told.parts[0], told.equals, told.foot] for told in said],
        "after": after,
        "notes": {part: note(teller, stage, part) for part in ("out", "by", "add", "in")},
        "wide": _layout(lay_out(grids, stage, teller.most_terms[s])),
        "slim": _layout(lay_out(grids, stage, teller.most_terms[s], slim=True)),
    }


def _fill(stage: Stage) -> dict[int, Any]:
    assert stage.frame is not None, "asked before"
    codes, values = stage.frame.codes.ravel(), stage.frame.values.ravel()
    return dict(zip((-codes[codes < 0]).tolist(), numbers(values[codes < 0]), strict=True))


def _layout(layout: Layout) -> dict[str, Any]:
    def placed(place: Place) -> list[float]:
        where = (round(place.x, 1), round(place.y, 1), round(place.cell, 2))
        return [place.grid, *where, place.planes, place.rows, place.columns, place.across]

    return {
        "width": layout.width,
        "height": round(layout.height),
        "left": [placed(place) for place in layout.left],
        "above": [placed(place) for place in layout.above],
        "output": placed(layout.output),
        "box": [round(x, 1) for x in layout.box],
        "most": layout.most,
    }
