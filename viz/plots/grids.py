"""Matrices on squared paper: cells with numbers, a window laid over them, a sum written out below."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, ShapeError

from .canvas import BLACK, BLUE, VERMILION, Array, finite, load, numbers, whole

Cell = tuple[int, int]
GAP = 1.4
"""The distance between two matrices, in cells."""
LARGEST = 20
"""Numbers in more rows or columns cannot be read."""
_LETTER = 0.24  # the mean width of a letter of the sum, in cells
_LINE = 0.62  # the height of a line of it


def matrix(operation: str, name: str, given: Any, border: int = 0) -> Array:
    """A matrix of finite numbers, small enough to be read with its border.

    Raises:
        ShapeError: if it is no matrix.
        DomainError: if it is empty, too large, or has NaN or infinities in it.
        DtypeError: if these are no numbers.
    """
    array = numbers(operation, name, given)
    if array.ndim != 2:
        raise ShapeError(
            f"{operation}(): {name} is one matrix, (height, width), got {array.shape}; "
            "take one sample and one channel"
        )
    array = finite(operation, name, array)
    if max(array.shape) + 2 * border > LARGEST:
        raise DomainError(
            f"{operation}(): numbers can be read up to {LARGEST}×{LARGEST}; {name} is "
            f"{array.shape[0]}×{array.shape[1]}{' before padding' if border else ''}"
        )
    return array.astype(float)


def pair(operation: str, name: str, given: Any, least: int) -> tuple[int, int]:
    """One whole number for both axes, or one for each.

    Raises:
        DtypeError: if these are no whole numbers.
        ShapeError: if they are not two.
        DomainError: if one is smaller than ``least``.
    """
    if isinstance(given, str):
        raise DtypeError(f"{operation}(): {name} is one whole number or two, got {given!r}")
    if not isinstance(given, Sequence):
        both = whole(operation, name, given, least)
        return both, both
    if len(given) != 2:
        raise ShapeError(f"{operation}(): {name} is one whole number or two, got {given!r}")
    return whole(operation, name, given[0], least), whole(operation, name, given[1], least)


def written(value: float) -> str:
    """A number in three significant digits, with a real minus sign.

    >>> written(2.0), written(-0.125), written(1 / 3), written(-np.inf), written(-0.0)
    ('2', '−0.125', '0.333', '−∞', '0')
    """
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value + 0.0:.3g}".replace("-", "−")


def factor(value: float) -> str:
    """A number as it stands in a product: negative ones in brackets.

    >>> factor(2.0), factor(-1.0)
    ('2', '(−1)')
    """
    text = written(value)
    return f"({text})" if text.startswith("−") else text


def lines_of(sentence: str, width: float) -> list[str]:
    """The sentence broken into lines at most ``width`` cells wide."""
    joined = sentence.replace(" + ", " +\N{NO-BREAK SPACE}").replace(" = ", " =\N{NO-BREAK SPACE}")
    lines = textwrap.wrap(joined, max(16, int(width / _LETTER)), break_long_words=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


class Sheet:
    """Squared paper in matplotlib axes; the unit is one cell, rows run downwards.

    Args:
        ax: where to draw.
        width: of the whole, in cells.
        height: of the matrices, in cells.
        lines: how many lines of text stand below.
    """

    def __init__(self, ax: Any, width: float, height: float, lines: int) -> None:
        self.ax = ax
        self.width, self.height = width, height
        total = (width + 0.6, height + 2.3 + _LINE * lines)
        ax.set(xlim=(-0.3, total[0] - 0.3), ylim=(total[1] - 1.5, -1.5), aspect="equal")
        ax.set_axis_off()
        place = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
        self.points = 72 * min(place.width / total[0], place.height / total[1])
        self._patches = load("matplotlib.patches", "steps")

    def matrix(
        self,
        title: str,
        left: float,
        texts: Mapping[Cell, str],
        shape: tuple[int, int],
        *,
        filled: Collection[Cell] = (),
        outlined: Collection[Cell] = (),
        pale: Collection[Cell] = (),
        ringed: Collection[Cell] = (),
    ) -> None:
        """Cells with texts: filled and outlined ones are at work now, pale and dashed ones are padding."""
        top = (self.height - shape[0]) / 2
        longest = max(map(len, texts.values()), default=1)
        size = min(0.38, 0.9 / (0.62 * longest))  # one size, for which every cell has room
        for row in range(shape[0]):
            for column in range(shape[1]):
                cell = (row, column)
                x, y = left + column, top + row
                strong = cell in outlined
                self.ax.add_artist(
                    self._patches.Rectangle(
                        (x, y), 1, 1, gid=f"{title} {row} {column}",
                        facecolor="#ffe3a8" if cell in filled else "#f2f2f2" if cell in pale else "white",
                        edgecolor=BLACK if strong else "#8a8a8a",
                        linewidth=2.4 if strong else 0.8,
                        linestyle="--" if cell in pale and not strong else "-",
                        zorder=3 if strong else 1,
                    )
                )  # fmt: skip
                if cell in ringed:
                    self.ax.add_artist(
                        self._patches.Circle(
                            (x + 0.5, y + 0.5), 0.4, fill=False, edgecolor=VERMILION, linewidth=2.4, zorder=4,
                            gid=f"{title} winner {row} {column}",
                        )
                    )  # fmt: skip
                if cell in texts:
                    self._text(
                        x + 0.5, y + 0.5, texts[cell], size, gid=f"{title} text {row} {column}",
                        color="#6b6b6b" if cell in pale else BLACK, weight="bold" if strong else "normal",
                    )  # fmt: skip
        self._text(left + shape[1] / 2, top - 0.45, title, 0.36, gid="title")

    def corner(self, cell: Cell, left: float, rows: int, text: str, negative: bool) -> None:
        """A small number in the lower right of a cell."""
        top = (self.height - rows) / 2
        self.ax.text(
            left + cell[1] + 0.94, top + cell[0] + 0.93, text, ha="right", va="bottom",
            fontsize=0.23 * self.points, color=VERMILION if negative else BLUE, zorder=5, gid="weight",
        )  # fmt: skip

    def sign(self, left: float, text: str) -> None:
        """What stands between two matrices."""
        self._text(left + GAP / 2, self.height / 2, text, 0.5, gid="sign")

    def below(self, lines: Sequence[str]) -> None:
        """The sum, written out."""
        for i, line in enumerate(lines):
            self._text(self.width / 2, self.height + 0.6 + _LINE * i, line, 0.4, gid="sum")

    def _text(self, x: float, y: float, text: str, size: float, **how: Any) -> None:
        self.ax.text(x, y, text, ha="center", va="center", fontsize=size * self.points, zorder=5, **how)
