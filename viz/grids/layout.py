"""Where the cells of an operation stand: its inputs on the left, its weights above, the sum in the middle,
its output on the right; on a phone one below the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Kind
from .table import Grid, Grids, Stage

WIDE, HIGH = 1240, 470
"""The size of the picture of one operation on a projector, with room for a sentence and for controls."""
SLIM = 374
"""The width of a phone."""
NUMBERS_FROM = 34
"""Smaller cells show their numbers by colour alone."""
CHIPS_FROM = 48
"""Smaller cells have no room for a name beside their number."""
ARROWS_FROM = 20
"""Smaller cells have no arrows of their own."""
_GAP = 14
_LETTER = 0.58
"""The mean width of a letter, as a share of the size of the font."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a grid stands.

    Attributes:
        grid: which one.
        x, y: its upper left corner.
        cell: the length of a side of a cell.
        planes: how many matrices it has.
        rows, columns: of each, padding included.
        across: how many of them stand side by side.
    """

    grid: int
    x: float
    y: float
    cell: float
    planes: int
    rows: int
    columns: int
    across: int

    @property
    def width(self) -> float:
        return self.across * self.columns * self.cell + (self.across - 1) * _GAP

    @property
    def height(self) -> float:
        down = math.ceil(self.planes / self.across)
        return down * self.rows * self.cell + (down - 1) * _GAP

    def at(self, index: int) -> tuple[float, float]:
        """The upper left corner of a cell, counted plane by plane and row by row."""
        plane, rest = divmod(index, self.rows * self.columns)
        row, column = divmod(rest, self.columns)
        down, right = divmod(plane, self.across)
        return (
            self.x + right * (self.columns * self.cell + _GAP) + column * self.cell,
            self.y + down * (self.rows * self.cell + _GAP) + row * self.cell,
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of one operation.

    Attributes:
        width, height: of the picture.
        left, above: the places of its inputs and its weights.
        output: the place of what it makes.
        box: the corner and the width of the sum.
        most: how many lines the sum may have.
        slim: whether it is for a phone.
    """

    width: float
    height: float
    left: tuple[Place, ...]
    above: tuple[Place, ...]
    output: Place
    box: tuple[float, float, float]
    most: int
    slim: bool

    @property
    def places(self) -> tuple[Place, ...]:
        return (*self.left, *self.above, self.output)

    def line(self, count: int) -> float:
        """How high a line of a sum of so many is."""
        if self.slim:
            return 27.0
        return min(34.0, (self.height - self.box[1] - 52) / max(count, 1))


def planes_of(
    shape: tuple[int, ...], margin: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> tuple[int, int, int]:
    """How many matrices of how many rows and columns show an array: the last two axes are one matrix, a
    vector is a column.

    >>> planes_of((2, 3, 4, 4)), planes_of((5,)), planes_of((1, 5)), planes_of((4, 2, 1, 1)), planes_of(())
    ((6, 4, 4), (1, 5, 1), (1, 5, 1), (1, 4, 2), (1, 1, 1))
    """
    while len(shape) > 2 and shape[-1] == shape[-2] == 1 and not any(margin):
        shape = shape[:-2]
    if len(shape) < 2 or (len(shape) == 2 and shape[0] == 1):
        count = math.prod(shape)
        columns = 1 if count <= 12 else math.ceil(math.sqrt(count))
        return 1, math.ceil(count / columns), columns
    above, below, left, right = margin
    return math.prod(shape[:-2]), shape[-2] + above + below, shape[-1] + left + right


def display_index(grid: Grid, index: int, margin: tuple[int, int, int, int]) -> int:
    """The place of a cell among those that are shown, padding included.

    >>> import numpy as np
    >>> grid = Grid(Kind.INPUT, "x", "x", "x", (1, 1, 2, 2), 1, np.zeros(4), None)
    >>> display_index(grid, 2, (1, 1, 1, 1))
    9
    """
    if not any(margin):
        return index
    rows, columns = grid.shape[-2:]
    above, below, left, right = margin
    plane, rest = divmod(index, rows * columns)
    row, column = divmod(rest, columns)
    wide = columns + left + right
    return plane * (rows + above + below) * wide + (row + above) * wide + column + left


def _sized(grid: int, shown: tuple[int, int, int], width: float, height: float, largest: float) -> Place:
    """A grid with the largest cells for which there is room."""
    planes, rows, columns = shown
    best = Place(grid, 0, 0, 0, *shown, 1)
    for across in range(1, planes + 1):
        if planes % across:
            continue
        down = planes // across
        cell = min(
            largest,
            (width - (across - 1) * _GAP) / max(across * columns, 1),
            (height - (down - 1) * _GAP) / max(down * rows, 1),
        )
        if cell > best.cell + 0.01:
            best = Place(grid, 0, 0, max(cell, 2.0), *shown, across)
    return best


def _moved(place: Place, x: float, y: float) -> Place:
    return Place(place.grid, x, y, place.cell, place.planes, place.rows, place.columns, place.across)


def _roles(grids: Grids, stage: Stage) -> tuple[list[int], list[int]]:
    """Which grids stand on the left, and which above."""
    learned = (Kind.PARAMETER, Kind.SHARED)
    first = next(
        (g for g in stage.sources if g not in stage.weights), stage.sources[0] if stage.sources else -1
    )
    above = [
        g for g in stage.sources if g != first and (g in stage.weights or grids.grids[g].kind in learned)
    ]
    return [g for g in stage.sources if g not in above], sorted(above, key=lambda g: g not in stage.weights)


def lay_out(grids: Grids, stage: Stage, most_terms: int, slim: bool = False) -> Layout:
    """The places of one operation whose longest sum has so many terms."""
    left, above = _roles(grids, stage)

    def shown(g: int) -> tuple[int, int, int]:
        return planes_of(
            grids.grids[g].shape, stage.margin if stage.frame is not None and g == left[0] else (0,) * 4
        )

    arrange = _slim if slim else _wide
    return arrange(
        [(g, shown(g)) for g in left],
        [(g, shown(g)) for g in above],
        (stage.output, planes_of(grids.grids[stage.output].shape)),
        [title_width(grids.grids[g]) for g in above],
        most_terms,
    )


def title_width(grid: Grid, size: float = 15) -> float:
    """About how wide the title of a grid is, with its shape."""
    return size * _LETTER * (len(grid.title) + len(str(grid.shape)) * 0.85 + 1)


Shown = tuple[int, tuple[int, int, int]]


def _wide(
    left: Sequence[Shown], above: Sequence[Shown], output: Shown, titles: Sequence[float], most: int
) -> Layout:
    top, room = 46.0, 340.0
    tall = (HIGH - 70 - 44 * (len(left) - 1)) / max(len(left), 1)
    placed, y = [], 0.0
    for g, shown in left:
        place = _sized(g, shown, room, tall, 72)
        placed.append(_moved(place, 26, y))
        y += place.height + 44
    shift = max(top, (HIGH - (y - 44)) / 2)
    placed = [_moved(place, place.x, place.y + shift) for place in placed]
    out = _sized(*output, room, HIGH - 70, 72)
    out = _moved(out, WIDE - 26 - out.width, max(top, (HIGH - out.height) / 2))
    wide = max((place.width for place in placed), default=0.0)
    free_from, free_to = 26 + wide, WIDE - 26 - out.width
    middle, width = (free_from + free_to) / 2, 330.0
    share = (free_to - free_from - 40 * (len(above) + 1)) / max(len(above), 1)
    tall = 172.0 if any(shown[1] > 4 for _, shown in above) else 136.0
    weights = [_sized(g, shown, share, tall, 56) for g, shown in above]
    slots = [max(place.width, title) for place, title in zip(weights, titles, strict=True)]
    x = middle - (sum(slots) + 40 * (len(slots) - 1)) / 2
    over = []
    for place, slot in zip(weights, slots, strict=True):
        over.append(_moved(place, x, top))
        x += slot + 40
    height = max((place.height for place in weights), default=0.0)
    lines = min(most, int((HIGH - (top + height + 28) - 52) / 20) if over else 16)
    box_y = top + height + 28 if over else max(40.0, (HIGH - 34.0 * min(lines, 12) - 52) / 2)
    return Layout(
        WIDE, HIGH, tuple(placed), tuple(over), out, (middle - width / 2, box_y, width), max(lines, 3), False
    )


def _slim(
    left: Sequence[Shown], above: Sequence[Shown], output: Shown, titles: Sequence[float], most: int
) -> Layout:
    half, y = 178.0, 26.0
    beside = all(_sized(g, shown, half, 200, 42).cell >= NUMBERS_FROM for g, shown in (*left, output))
    room = half if beside else SLIM - 8
    placed = []
    for g, shown in left:
        place = _sized(g, shown, room, 200 if beside else 260, 42)
        placed.append(_moved(place, 4, y))
        y += place.height + 34
    out = _sized(*output, room, 200 if beside else 260, 42)
    out = _moved(out, SLIM - 4 - out.width, 26) if beside else _moved(out, 4, y)
    y = max(y, out.y + out.height + 34)
    over = []
    for g, shown in above:
        place = _sized(g, shown, SLIM - 8, 130, 40)
        over.append(_moved(place, 4, y))
        y += place.height + 34
    lines = max(3, min(most, 12))
    return Layout(
        SLIM, y + lines * 27 + 34, tuple(placed), tuple(over), out, (4, y - 14, SLIM - 8), lines, True
    )
