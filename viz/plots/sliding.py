"""A window that slides over a matrix, position by position: drawn, described and played."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograd_core import DtypeError, IndexRangeError, ShapeError

from ..output.notebook import Bundle, Shown
from ..wording import counted
from .animation import MOST_FRAMES, Animation
from .canvas import Array, Axes, one_axes
from .grids import GAP, Cell, Sheet, lines_of, written


class Window:
    """Where a window lies in a padded matrix.

    Args:
        image: (rows, columns) of the image without padding.
        window: rows and columns of the window.
        stride: the distance between neighbouring positions, by axis.
        padding: rows above and below, columns left and right.
        dilation: the distance between neighbouring cells of the window, by axis.
    """

    def __init__(
        self,
        image: tuple[int, int],
        window: tuple[int, int],
        stride: tuple[int, int],
        padding: tuple[int, int],
        dilation: tuple[int, int],
    ) -> None:
        self.window, self.stride, self.padding, self.dilation = window, stride, padding, dilation
        self.padded = (image[0] + 2 * padding[0], image[1] + 2 * padding[1])
        counts = [(self.padded[i] - dilation[i] * (window[i] - 1) - 1) // stride[i] + 1 for i in (0, 1)]
        self.positions = (counts[0], counts[1])

    def check_fit(self, operation: str, what: str) -> None:
        """Check that the window has a position.

        Raises:
            ShapeError: if there is none.
        """
        if min(self.positions) < 1:
            (rows, columns), (height, width) = self.window, self.padded
            raise ShapeError(
                f"{operation}(): {what} of {rows}×{columns} does not fit in an image of {height}×{width}"
                f"{' with its padding' if any(self.padding) else ''}"
            )

    def position(self, step: int) -> Cell:
        """The row and column of the output that a step computes."""
        return divmod(step, self.positions[1])

    def cells(self, step: int) -> list[Cell]:
        """The cells of the padded image that it uses, in reading order."""
        row, column = (p * s for p, s in zip(self.position(step), self.stride, strict=True))
        return [
            (row + i * self.dilation[0], column + j * self.dilation[1])
            for i in range(self.window[0])
            for j in range(self.window[1])
        ]

    def is_padding(self, cell: Cell) -> bool:
        """Whether a cell lies outside the image."""
        return any(not p <= x < size - p for x, p, size in zip(cell, self.padding, self.padded, strict=True))


class Steps(Shown, ABC):
    """The positions of a window on an image, in reading order.

    ``len(steps)`` is their number, ``steps.draw(3)`` draws one, ``steps.sentence(3)`` describes it,
    ``steps.animation`` plays them; in a notebook that is what is shown.

    Attributes:
        output: the result, (rows, columns).
    """

    output: Array

    def __init__(
        self, name: str, image: Array, window: Window, second: Cell, third: Cell, outside: float = 0.0
    ) -> None:
        """Three matrices stand side by side: the padded image, then two of these rows and columns."""
        self._name, self._shape, self._window = name, image.shape, window
        rows, columns = zip(window.padded, second, third, strict=True)
        self._rows, self._width = max(rows), max(sum(columns) + 2 * GAP, 8.0)
        self._left = (self._width - sum(columns) - 2 * GAP) / 2
        self._image = np.pad(image, [(p, p) for p in window.padding], constant_values=outside)
        self._everywhere = list(np.ndindex(*window.padded))
        self._border = [cell for cell in self._everywhere if window.is_padding(cell)]

    def __len__(self) -> int:
        return int(self.output.size)

    @abstractmethod
    def sentence(self, step: int) -> str:
        """What happens in a step, with its numbers."""

    @abstractmethod
    def _draw(self, sheet: Sheet, step: int) -> None:
        """Draw the matrices as they stand in this step."""

    def draw(self, step: int = -1, ax: Axes | None = None) -> Axes:
        """Draw one step, counted from 0, or from the end when negative; the last when none is named.

        Raises:
            IndexRangeError: if there is no such step.
            DtypeError: if the step is no whole number.
        """
        step = self._checked(step)
        ax = one_axes("draw", ax, self._size())
        self._draw_into(ax, step)
        return ax

    @cached_property
    def animation(self) -> Animation:
        """All steps as one page that needs no network, or as a GIF."""
        sentences = [self.sentence(step) for step in range(len(self))]
        return Animation(self._name, self._draw_into, sentences, self._size())

    def _draw_image(self, sheet: Sheet, left: float, used: Sequence[Cell], **how: Any) -> None:
        """The padded image, with the cells that are used in this step."""
        title = f"image {self._shape[0]}×{self._shape[1]}{', padded' if self._border else ''}"
        self._draw_padded(sheet, left, title, self._image, used, **how)

    def _draw_padded(
        self, sheet: Sheet, left: float, title: str, values: Array, used: Sequence[Cell], **how: Any
    ) -> None:
        texts = {cell: written(float(values[cell])) for cell in self._everywhere}
        look = {"filled": used, "outlined": used, "pale": self._border, **how}
        sheet.matrix(title, left, texts, self._window.padded, **look)

    def _draw_output(self, sheet: Sheet, left: float, step: int) -> None:
        """The numbers of the output so far."""
        shape, done = self._window.positions, [self._window.position(i) for i in range(step + 1)]
        texts, now = {cell: written(float(self.output[cell])) for cell in done}, done[-1:]
        sheet.matrix(f"output {shape[0]}×{shape[1]}", left, texts, shape, filled=now, outlined=now)

    def _checked(self, step: int) -> int:
        if isinstance(step, bool) or not hasattr(step, "__index__"):
            raise DtypeError(f"draw(): a step is a whole number, got {step!r}")
        i = step.__index__()
        if not -len(self) <= i < len(self):
            raise IndexRangeError(f"draw(): no step {i}; there are {len(self)}, counted from 0")
        return i % len(self)

    def _lines(self) -> int:
        return max(len(lines_of(self.sentence(step), self._width)) for step in range(len(self)))

    def _size(self) -> tuple[float, float]:
        """In inches: cells that can be read, on a page that fits a screen."""
        cell = min(0.62, 13.0 / self._width, 8.0 / self._rows)
        return cell * (self._width + 0.6), cell * (self._rows + 2.3 + 0.62 * self._lines())

    def _draw_into(self, ax: Any, step: int) -> None:
        sheet = Sheet(ax, self._width, self._rows, self._lines())
        self._draw(sheet, step)
        sheet.below(lines_of(self.sentence(step), self._width))

    def __str__(self) -> str:
        shown = [self.sentence(step) for step in range(min(len(self), MOST_FRAMES))]
        more = len(self) - len(shown)
        return "\n".join([*shown, f"… {counted(more, 'more step')}"] if more else shown)

    def __repr__(self) -> str:
        rows, columns = self._shape
        steps = counted(len(self), "step")
        return f"<{type(self).__name__}: {self._name} of a {rows}×{columns} image, {steps}>"

    def _bundle(self) -> Bundle:
        return {"text/plain": repr(self)} if len(self) > MOST_FRAMES else self.animation._repr_mimebundle_()
