"""Which cell is chosen, and the picture that shows it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node

from .. import wording
from .layout import HIGH, lay_out
from .scene import Scene, Sheet, moved
from .shared import has_room, shared_weights
from .svg import head
from .table import Grid
from .telling import Teller, Told

_NAMED = re.compile(r"(.*?)\s*(?:\[\s*(\d+(?:\s*,\s*\d+)*)\s*\])?", re.DOTALL)


def sheet_of(teller: Teller, told: Told, whole: bool = False) -> Sheet:
    """The picture of a cell under its sentence; or, if the ``whole`` is asked for and there is room, of all
    windows of the first convolution.
    """
    for stage in teller.all.stages:
        if whole and has_room(teller, stage):
            items, height = shared_weights(teller, stage)
            return Sheet(tuple(items), height, f"{stage.title}: all windows, and the gradient of each weight")
    above, shift = head(teller, told)
    layout = lay_out(teller.all, teller.all.stages[told.stage], teller.most_terms[told.stage])
    items = [*above, *moved(Scene(teller, layout, told).items, shift)]
    return Sheet(tuple(items), HIGH + shift, told.sentence)


def chosen(teller: Teller, highlight: Any, graph: str) -> Told:
    """What a picture shows: the cell that was asked for, or one in the middle of the first sum of products.

    Args:
        teller: tells about the cells.
        highlight: a node, or the name of a cell or of a grid: ``"k[0, 1]"``.
        graph: ``"forward"`` for the value of a cell that has both.

    Raises:
        DomainError: for a name or a node that is in no grid.
        DtypeError: for what is neither.
    """
    backward = graph != "forward"
    gradients = any(block.backward for block in teller.blocks)
    if highlight is not None:
        code = _found(teller, highlight)
        made = any(stage.output == teller.grid_of(code) for stage in teller.all.stages)
        paid = teller.all.grids[teller.grid_of(code)].gradients is not None and bool(teller.uses(code))
        if not made and not paid:
            raise DomainError(
                f"draw(highlight={wording.quoted(highlight)}): {teller.name(code)} is given and no gradient "
                "is asked of it, so there is no sum to show; highlight what is computed from it"
            )
        return teller.told(code, paid and (backward or not made))
    stages = teller.all.stages
    s = next((s for s, stage in enumerate(stages) if stage.weights), 0)
    if backward and gradients:
        g = next((g for g in reversed(stages[s].sources) if teller.all.grids[g].gradients is not None), -1)
        if g >= 0:
            grid = teller.all.grids[g]
            return teller.told(grid.start + grid.values.size // 2, True)
    return teller.forward(s, teller.all.grids[stages[s].output].values.size // 2)


def _found(teller: Teller, highlight: Any) -> int:
    if isinstance(highlight, Node):
        codes = teller.all.cells.get(highlight)
        code = 0 if codes is None or not codes.size else int(codes.flat[codes.size // 2])
        if code <= 0:
            raise DomainError(f"draw(highlight=...): {highlight!r} is on none of these grids")
        return code
    if not isinstance(highlight, str):
        raise DtypeError(
            'draw(highlight=...): on grids one cell is highlighted, by its name ("k[0, 1]") or as a node; '
            f"got {wording.described(highlight)}"
        )
    found = _NAMED.fullmatch(highlight)
    assert found is not None, "any text matches"
    name, places = found[1], found[2]
    for grid in teller.all.grids:
        if name in (grid.letter, grid.title, grid.name):
            return grid.start + (grid.values.size // 2 if places is None else _place(grid, highlight, places))
    known = dict.fromkeys(name for grid in teller.all.grids for name in (grid.letter, grid.name))
    hint = wording.nearest(name, known, f"; there are {', '.join(list(known)[:12])}")
    raise DomainError(f"draw(highlight={wording.quoted(highlight)}): no grid is called {name!r}{hint}")


def _place(grid: Grid, highlight: str, places: str) -> int:
    """The cell at a place, in which axes of length 1 may be left out."""
    given = [int(part) for part in places.split(",")]
    long = [n for n in grid.shape if n > 1]
    shape = grid.shape if len(given) == len(grid.shape) else tuple(long)
    if len(given) != len(shape) or any(i >= n for i, n in zip(given, shape, strict=True)):
        raise DomainError(
            f"draw(highlight={wording.quoted(highlight)}): {grid.letter} has the shape {grid.shape}"
        )
    return int(np.ravel_multi_index(given, shape)) if given else 0
