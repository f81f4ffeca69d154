"""A convolutional network as a row of volumes: what each layer makes, and the windows that lie on it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..model import Kind
from ..style import LIGHT
from .columns import Column, left_out_in_words
from .figure import Figure, cross, legend, words

MOST_SHEETS = 8
"""So many channels of a volume are drawn."""
_OFFSET = 5.0
"""How far a channel lies behind the one before."""
_BAR, _STRIP = 12.0, 14.0
_LINE = 16.0
_TITLE, _SHAPE, _SMALL = 14, 13, 12
_LETTERS = 16
"""Of a line of text at a volume."""
_LEAST = 116.0
"""The width of a column."""
_SQUARE, _IN_A_ROW, _MOST_SQUARES = 11.0, 8, 24
_MOST_CROSSES = 32
"""On a channel of more rows or columns no single numbers are crossed out."""
_INK = LIGHT.lines[Kind.SCOPE]


@dataclass
class _Volume:
    """A column as it is drawn.

    Attributes:
        column: what it shows.
        sheets: how many channels are drawn.
        rows, columns: of a channel; of a layer of single units 0.
        wide, high: of a channel, in points.
        left, top: the corner of the first channel, the one in front.
        slot: from where to where the column has room.
    """

    column: Column
    sheets: int
    rows: int
    columns: int
    wide: float
    high: float
    left: float = 0.0
    top: float = 0.0
    slot: tuple[float, float] = (0.0, 0.0)

    @property
    def depth(self) -> float:
        return _OFFSET * (self.sheets - 1)

    def cell(self, row: float, column: float) -> tuple[float, float]:
        """Where a number of the first channel stands."""
        return (
            self.left + self.wide * column / max(self.columns, 1),
            self.top + self.high * row / max(self.rows, 1),
        )


def _volume(column: Column, slides: bool) -> _Volume:
    shape = column.shape
    if len(shape) == 2 and slides:
        channels, rows, columns = shape[0], 1, shape[1]
    elif len(shape) == 2:
        channels, rows, columns = 1, *shape
    elif len(shape) > 2:
        channels, rows, columns = shape[0], *shape[-2:]
    else:
        return _Volume(column, 1, 0, 0, _BAR, 20 + 14 * math.log2(1 + column.size))
    high = _STRIP if len(shape) == 2 and slides else 8 + 14 * math.log2(1 + rows)
    return _Volume(column, min(channels, MOST_SHEETS), rows, columns, 8 + 14 * math.log2(1 + columns), high)


def volumes(name: str, columns: Sequence[Column], training: bool) -> Figure:
    """The figure of a network whose layers are arrays of any shape."""
    sliding = {i for column in columns if column.windows is not None for i in column.sources}
    drawn = [_volume(c, c.windows is not None or i in sliding) for i, c in enumerate(columns)]
    titles = [
        [*textwrap.wrap(c.title, _LETTERS), *textwrap.wrap(", ".join(c.then), _LETTERS)] for c in columns
    ]
    skips = [(s, i) for i, c in enumerate(columns) for s in c.sources if s != i - 1 and i]
    head = 20 + _LINE * max(map(len, titles)) + (12 + 9 * len(skips) if skips else 0)
    tallest = max(volume.high + volume.depth for volume in drawn)
    middle, x = head + tallest / 2 + 6, 16.0
    for i, volume in enumerate(drawn):
        around = 2 * (_padding(columns, i)[1] * volume.wide / max(volume.columns, 1))
        slot = max(_LEAST, volume.wide + volume.depth + around + 44)
        volume.slot = (x, x + slot)
        volume.left = x + (slot - volume.wide + volume.depth) / 2
        volume.top = middle - (volume.high - volume.depth) / 2
        x += slot
    width = x + 16
    behind: list[str] = []
    front: list[str] = []
    for i, volume in enumerate(drawn):
        behind += _arrows(drawn, i)
        front += _sheets(volume)
        front += _margin(volume, _padding(columns, i))
    for i in range(len(drawn)):
        front += _windows(drawn, i)
    for lane, (source, target) in enumerate(skips):
        front.append(_skip(drawn[source], drawn[target], head - 4 - 9 * lane))
    low = middle + tallest / 2 + 18
    lowest = low
    for volume, title in zip(drawn, titles, strict=True):
        parts, bottom = _texts(volume, title, low)
        front += parts
        lowest = max(lowest, bottom)
    key, height = legend(width, lowest + 4, _entries(columns, bool(skips)))
    lines = [f"{name}, in training mode" if training else name, *map(_told, columns)]
    content = "\n".join([*behind, *front, key])
    return Figure(f"network {name}", width, lowest + 4 + height, content, "\n".join(lines))


def _told(column: Column) -> str:
    """A column in one line of text."""
    said = (
        f"{column.change}, {column.said}" if column.change and column.said else column.change or column.said
    )
    return "; ".join(filter(None, [f"{column.names}: {_shape(column)}", said, column.left_out]))


def _shape(column: Column) -> str:
    return " × ".join(map(str, column.shape)) or "1"


def _padding(columns: Sequence[Column], i: int) -> tuple[int, int]:
    """The rows and columns of zeros that a layer puts around what a column has made."""
    found = [c.windows.padding for c in columns if c.windows is not None and not c.onto and i in c.sources]
    rows = max((max(padding[-2]) for padding in found if len(padding) > 1), default=0)
    return rows, max((max(padding[-1]) for padding in found), default=0)


def _sheets(volume: _Volume) -> Iterator[str]:
    """The channels, the first in front; what dropout left out of it is crossed out, other channels dashed."""
    column = volume.column
    gone = np.zeros(0) if column.dropped is None or not column.channels else column.dropped.ravel()
    for k in reversed(range(volume.sheets)):
        out = k < len(gone) and bool(gone[k])
        fill, dash = (LIGHT.panel, ' stroke-dasharray="3 2"') if out else (LIGHT.fills[Kind.SCOPE], "")
        x, y = volume.left - _OFFSET * k, volume.top - _OFFSET * k
        yield (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{volume.wide:.1f}" height="{volume.high:.1f}" '
            f'fill="{fill}" stroke="{_INK}"{dash}/>'
        )
    if column.dropped is None or not volume.rows:
        return
    if len(gone):
        if gone[0]:
            yield cross(volume.left + 4, volume.top + 4, volume.wide - 8, volume.high - 8)
        return
    first = np.broadcast_to(column.dropped, column.shape).reshape(-1, volume.rows, volume.columns)[0]
    if max(first.shape) <= _MOST_CROSSES:
        across, down = volume.wide / volume.columns, volume.high / volume.rows
        marks = []
        for row, place in np.argwhere(first).tolist():
            x, y = volume.cell(row + 0.2, place + 0.2)
            marks.append(f"M{x:.1f} {y:.1f}l{0.6 * across:.1f} {0.6 * down:.1f}")
            marks.append(f"M{x:.1f} {y + 0.6 * down:.1f}l{0.6 * across:.1f} {-0.6 * down:.1f}")
        if marks:
            yield f'<path d="{"".join(marks)}" stroke="{LIGHT.text}" stroke-width="1.1"/>'


def _margin(volume: _Volume, padding: tuple[int, int]) -> Iterator[str]:
    """The zeros around a channel."""
    if not any(padding):
        return
    (left, top), (right, bottom) = (
        volume.cell(-padding[0], -padding[1]),
        volume.cell(volume.rows + padding[0], volume.columns + padding[1]),
    )
    yield (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'fill="none" stroke="{LIGHT.quiet}" stroke-dasharray="2 3"/>'
    )


def _windows(drawn: Sequence[_Volume], i: int) -> Iterator[str]:
    """One window, the next one dotted, and lines to the number that is computed from it."""
    column = drawn[i].column
    if column.windows is None or len(column.sources) != 1:
        return
    source, target = drawn[column.sources[0]], drawn[i]
    held, one = (target, source) if column.onto else (source, target)
    windows, sizes = column.windows, (max(held.rows, 1), max(held.columns, 1))
    axes = range(-min(2, len(windows.kernel)), 0)
    span, stride, before = [0, 0], [1, 1], [0, 0]
    span[0] = 1
    for axis in axes:
        span[axis], stride[axis] = windows.span[axis], windows.stride[axis]
        before[axis] = windows.padding[axis][0]
    counts = max(one.rows, 1), max(one.columns, 1)
    place = [_place(n, k, s, p, m) for n, k, s, p, m in zip(counts, span, stride, before, sizes, strict=True)]
    starts = [n * s - p for n, s, p in zip(place, stride, before, strict=True)]
    frame = _frame(held, starts, span)
    if place[1] + 1 < counts[1]:
        after = _frame(held, (starts[0], starts[1] + stride[1]), span)
        yield _rectangle(after, ' stroke-dasharray="2 2"', 1.2)
    yield _rectangle(frame, "", 2)
    cell = _frame(one, place, (1, 1))
    x, y = (cell[0] + cell[2]) / 2, (cell[1] + cell[3]) / 2
    near = frame[2] if held is source else frame[0]
    lines = "".join(f"M{near:.1f} {corner:.1f}L{x:.1f} {y:.1f}" for corner in (frame[1], frame[3]))
    yield f'<path d="{lines}" stroke="{LIGHT.focus}" stroke-width="1" stroke-opacity="0.9"/>'
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{LIGHT.focus}"/>'


def _place(count: int, span: int, stride: int, before: int, size: int) -> int:
    """A window in the middle, and whole inside if there is one."""
    inside = [n for n in range(count) if n * stride - before >= 0 and n * stride - before + span <= size]
    return inside[(len(inside) - 1) // 2] if inside else (count - 1) // 2


Frame = tuple[float, float, float, float]


def _frame(volume: _Volume, start: Sequence[int], span: Sequence[int]) -> Frame:
    """Left, top, right and bottom of some numbers of the first channel."""
    return (*volume.cell(start[0], start[1]), *volume.cell(start[0] + span[0], start[1] + span[1]))


def _rectangle(frame: Frame, dash: str, thick: float) -> str:
    left, top, right, bottom = frame
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" '
        f'fill="none" stroke="{LIGHT.focus}" stroke-width="{thick:g}"{dash}/>'
    )


def _tip(x: float, y: float, down: bool = False) -> str:
    corners = "l-3.5 -7h7z" if down else "l-7 -3.5v7z"
    return f'<path d="M{x:.1f} {y:.1f}{corners}" fill="{LIGHT.quiet}"/>'


def _arrows(drawn: Sequence[_Volume], i: int) -> Iterator[str]:
    """From the column before, with the change of the shape above it; windows have lines of their own."""
    column = drawn[i].column
    if i == 0 or i - 1 not in column.sources or (column.windows is not None and len(column.sources) == 1):
        return
    before, volume = drawn[i - 1], drawn[i]
    y = before.top + before.high / 2
    start, end = before.left + before.wide + 4, volume.left - volume.depth - 4
    yield f'<path d="M{start:.1f} {y:.1f}H{end - 5:.1f}" stroke="{LIGHT.quiet}" stroke-width="1.4"/>'
    yield _tip(end, y)
    if column.change:
        yield words(
            (start + end) / 2, y - 10, column.change, _SMALL, LIGHT.quiet, room=max(end - start + 6, 30)
        )


def _skip(source: _Volume, target: _Volume, lane: float) -> str:
    """Over the columns between two."""
    x0 = source.left + source.wide / 2
    x1 = target.left + target.wide / 2 - target.depth
    end = target.top - target.depth - 3
    path = f"M{x0:.1f} {source.top - source.depth - 2:.1f}V{lane:.1f}H{x1:.1f}V{end - 5:.1f}"
    return f'<path d="{path}" fill="none" stroke="{LIGHT.quiet}" stroke-width="1.4"/>{_tip(x1, end, True)}'


def _texts(volume: _Volume, title: Sequence[str], low: float) -> tuple[list[str], float]:
    """The names above, and below the shape, what is computed, and the units that were left out."""
    column, (start, end) = volume.column, volume.slot
    x, room = (start + end) / 2, end - start - 6
    named = len(textwrap.wrap(column.title, _LETTERS))
    parts = [
        words(x, 18 + _LINE * k, text, _TITLE, bold=True, room=room)
        if k < named
        else words(x, 18 + _LINE * k, text, _SMALL, LIGHT.quiet, room=room)
        for k, text in enumerate(title)
    ]
    parts.append(words(x, low, _shape(column), _SHAPE, room=room))
    for text in _lines(column.said):
        low += _LINE
        parts.append(words(x, low, text, _SMALL, LIGHT.quiet, room=room))
    if column.left_out:
        for text in textwrap.wrap(column.left_out, _LETTERS + 2):
            low += _LINE
            parts.append(words(x, low, text, _SMALL, room=room))
        if column.channels or len(column.shape) < 2:
            squares, low = _squares(column, x, low + 10)
            parts += squares
    return parts, low + 10


def _lines(said: str) -> Iterator[str]:
    """What is computed, broken between its parts."""
    line = ""
    for part in filter(None, said.split(", ")):
        if line and len(line) + len(part) + 2 > _LETTERS + 2:
            yield line
            line = part
        else:
            line = f"{line}, {part}" if line else part
    if line:
        yield line


def _squares(column: Column, x: float, top: float) -> tuple[list[str], float]:
    """A square for each channel or unit, crossed out where it was left out."""
    assert column.dropped is not None, "asked before"
    gone = column.dropped.ravel()[:_MOST_SQUARES]
    across = min(len(gone), _IN_A_ROW)
    left = x - across * _SQUARE / 2
    parts = []
    for k, out in enumerate(gone.tolist()):
        cx, cy = left + _SQUARE * (k % across), top + _SQUARE * (k // across)
        side = _SQUARE - 2
        parts.append(
            f'<rect x="{cx + 1:.1f}" y="{cy + 1:.1f}" width="{side:.1f}" height="{side:.1f}" '
            f'fill="{LIGHT.panel if out else LIGHT.fills[Kind.SCOPE]}" stroke="{_INK}"/>'
        )
        if out:
            parts.append(cross(cx + 2, cy + 2, side - 2, side - 2))
    low = top + _SQUARE * math.ceil(len(gone) / across)
    if column.dropped.size > len(gone):
        low += 8
        parts.append(words(x, low, f"… and {column.dropped.size - len(gone):,} more", 11, LIGHT.quiet))
        low += 4
    return parts, low


def _entries(columns: Sequence[Column], skips: bool) -> list[tuple[str, str]]:
    """What the marks of the figure mean."""
    entries = []
    if any(column.windows is not None for column in columns):
        frame = (-9.0, -7.0, 5.0, 7.0)
        shifted = (-4.0, -7.0, 10.0, 7.0)
        both = _rectangle(shifted, ' stroke-dasharray="2 2"', 1.2) + _rectangle(frame, "", 2)
        entries.append((both, "a window, and the next, a stride further"))
    if any(any(_padding(columns, i)) for i in range(len(columns))):
        dashed = f'<rect x="-10" y="-7" width="20" height="14" fill="none" stroke="{LIGHT.quiet}"'
        entries.append((f'{dashed} stroke-dasharray="2 3"/>', "padding"))
    if any(column.dropped is not None for column in columns):
        entries.append((cross(-6, -6, 12, 12), left_out_in_words(columns)))
    if any(column.size > 1 and len(column.shape) > 2 and column.shape[0] > MOST_SHEETS for column in columns):
        entries.append(("", f"of more channels {MOST_SHEETS} are drawn"))
    return entries
