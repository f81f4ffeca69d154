"""A dense network as circles and lines: its units, their activations, its weights."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd_core import ShapeError

from ..style import LIGHT
from ..wording import counted
from .columns import Column, left_out_in_words
from .figure import NEGATIVE, POSITIVE, Figure, cross, legend, line, unit, weighted_line, words

MOST_UNITS = 10
"""A layer of more units is drawn with dots in its middle."""
ROW, TOP, RADIUS = 46.0, 60.0, 18.0
_COLUMN = 170.0
_LETTERS, _LINE = 20, 16.0  # of a title above a column
_GONE = 0.12
"""The opacity of the weights of a unit that was left out: they have no part in this pass."""


def follow_one_another(columns: Sequence[Column]) -> bool:
    """Whether each layer is dense and takes what the one before gives."""
    return all(
        column.weight is not None
        and column.weight.shape == (column.size, before.size)
        and column.sources == (i,)
        and len(column.shape) < 2
        for i, (before, column) in enumerate(pairwise(columns))
    )


def circles(name: str, columns: Sequence[Column], training: bool) -> Figure:
    """The figure of a dense network.

    Raises:
        ShapeError: if a layer does not take what the one before gives.
    """
    if columns[0].weight is not None:  # at rest nothing has been put in
        columns = [Column("input", (columns[0].weight.shape[1],)), *columns]
    for before, column in pairwise(columns):
        assert column.weight is not None, "asked before"
        if column.weight.shape[1] != before.size:
            raise ShapeError(
                f"network(): layer {column.title} takes {column.weight.shape[1]} numbers, "
                f"the one before gives {before.size}"
            )
    tallest = max(min(column.size, MOST_UNITS) for column in columns)
    titles = [textwrap.wrap(column.names, _LETTERS) for column in columns]
    top = TOP + _LINE * (max(map(len, titles)) - 1)
    rows = [places(column.size, tallest, top) for column in columns]
    gone = [_gone(column) for column in columns]
    parts = []
    for i, column in enumerate(columns[1:]):
        weight = np.asarray(column.weight)
        largest = float(np.max(np.abs(weight), initial=0.0))
        for k, y1 in rows[i + 1]:
            for j, y0 in rows[i]:
                x0, x1 = _COLUMN * (i + 0.5), _COLUMN * (i + 1.5)
                drawn = weighted_line(x0, y0, x1, y1, float(weight[k, j]), largest)
                parts.append(f'<g opacity="{_GONE}">{drawn}</g>' if gone[i + 1][k] or gone[i][j] else drawn)
    for i, column in enumerate(columns):
        x = _COLUMN * (i + 0.5)
        parts += _units(column, x, rows[i], gone[i])
        if column.size > MOST_UNITS:
            parts.append(words(x, top + ROW * tallest / 2, "⋮", 24, bold=True))
        below = top - TOP + 38
        for k, part in enumerate(reversed(titles[i])):
            parts.append(words(x, below - 18 - _LINE * k, part, 14, bold=True, room=_COLUMN - 8))
        parts.append(words(x, below, counted(column.size, "unit"), 12, LIGHT.quiet))
        if column.left_out:
            lowest = max(y for _, y in rows[i]) + RADIUS + 14
            parts.append(words(x, lowest, column.left_out, 12, LIGHT.quiet, room=_COLUMN - 8))
    width, low = _COLUMN * len(columns), top + ROW * tallest + 26
    entries = [(line(POSITIVE), "weight, positive"), (line(NEGATIVE, "6 3"), "weight, negative")]
    if any(column.dropped is not None for column in columns):
        entries.append((cross(-8, -8, 16, 16), left_out_in_words(columns)))
    key, height = legend(width, low, entries)
    lines = [f"{name}, in training mode" if training else name]
    lines += [
        "; ".join(filter(None, [f"{column.names}: {counted(column.size, 'unit')}", column.left_out]))
        for column in columns
    ]
    return Figure(f"network {name}", width, low + height, "\n".join([*parts, key]), "\n".join(lines))


def _gone(column: Column) -> Any:
    """Which units were left out."""
    return np.broadcast_to(False if column.dropped is None else column.dropped, (column.size,))


def _units(column: Column, x: float, rows: Sequence[tuple[int, float]], gone: Any) -> list[str]:
    values = column.values if column.values is not None and column.values.size == column.size else None
    largest = 0.0 if values is None else float(np.max(np.abs(values), initial=0.0))
    parts = []
    for i, y in rows:
        value = None if values is None else float(values[i])
        if gone[i]:
            parts.append(unit(x, y, RADIUS, 0.0, 0.0) + cross(x - 13, y - 13, 26, 26))
        else:
            parts.append(unit(x, y, RADIUS, value, largest, "" if value is None else brief(value, 2)))
    return parts


def brief(value: float, digits: int) -> str:
    """A number as short as it fits into a unit."""
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")


def places(size: int, tallest: int, top: float = TOP) -> list[tuple[int, float]]:
    """The units that are drawn, and their heights; of many the first and the last."""
    middle = top + ROW * tallest / 2
    if size <= MOST_UNITS:
        return [(i, middle + ROW * (i - (size - 1) / 2)) for i in range(size)]
    half = (MOST_UNITS - 1) // 2
    drawn = [*range(half), *range(size - half, size)]
    rows = [*range(half), *range(MOST_UNITS - half, MOST_UNITS)]
    return [(i, middle + ROW * (row - (MOST_UNITS - 1) / 2)) for i, row in zip(drawn, rows, strict=True)]
