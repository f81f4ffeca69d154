"""A pooling layer step by step: what each window gives, and where its gradient goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from autograd_core import DomainError, ShapeError

from .canvas import Array, finite
from .grids import GAP, Cell, Sheet, factor, matrix, pair, written
from .sliding import Steps, Window

_NAME = "pooling_steps"


class PoolingSteps(Steps):
    """The windows of a pooling layer; made by :func:`pooling_steps`.

    Attributes:
        gradient: the gradient of the image after all windows, (height, width).

    >>> steps = pooling_steps([[1, 2], [3, 4]], kind="average")
    >>> steps, steps.output.item(), steps.gradient.ravel()
    (<PoolingSteps: average pooling of a 2×2 image, 1 step>, 2.5, array([0.25, 0.25, 0.25, 0.25]))
    """

    def __init__(self, image: Array, window: Window, kind: str, gradient: Array | None) -> None:
        outside = -np.inf if kind == "max" else 0.0
        super().__init__(f"{kind} pooling", image, window, window.positions, window.padded, outside)
        self._kind = kind
        count = window.positions[0] * window.positions[1]
        pooled = [max(v) if kind == "max" else sum(v) / len(v) for v in map(self._values, range(count))]
        self.output = np.array(pooled).reshape(window.positions)
        self._cotangent = np.ones(window.positions) if gradient is None else gradient
        (up, across), (rows, columns) = window.padding, window.padded
        self.gradient = self._paid(count)[up : rows - up, across : columns - across]

    def _values(self, step: int) -> list[float]:
        return [float(self._image[cell]) for cell in self._window.cells(step)]

    def _receivers(self, step: int) -> list[Cell]:
        """The cells that take part in the result: the first of the largest, or all."""
        cells, values = self._window.cells(step), self._values(step)
        return [cells[values.index(max(values))]] if self._kind == "max" else cells

    def _paid(self, steps: int) -> Array:
        """The gradient of the padded image after the first ``steps`` windows."""
        gradient = np.zeros(self._window.padded)
        for i in range(steps):
            receivers = self._receivers(i)
            for cell in receivers:
                gradient[cell] += self._cotangent[self._window.position(i)] / len(receivers)
        return gradient

    def sentence(self, step: int) -> str:
        """What the window gives, and which cells its gradient goes to."""
        step = self._checked(step)
        place = self._window.position(step)
        row, column = place
        values, gradient = self._values(step), float(self._cotangent[place])
        result = f"output[{row}, {column}]"
        if self._kind == "average":
            terms = " + ".join(map(factor, values))
            share = written(gradient / len(values))
            return (
                f"{result} = ({terms}) / {len(values)} = {written(float(self.output[place]))}; "
                f"of its gradient {written(gradient)} each of the {len(values)} gets {share}"
            )
        up, across = (x - p for x, p in zip(self._receivers(step)[0], self._window.padding, strict=True))
        first = ", the first of equals," if values.count(max(values)) > 1 else ""
        return (
            f"{result} = max({', '.join(map(written, values))}) = {written(float(self.output[place]))}; "
            f"its gradient {written(gradient)} goes to image[{up}, {across}]{first} and nothing to the others"
        )

    def _draw(self, sheet: Sheet, step: int) -> None:
        window = self._window
        used, receivers = window.cells(step), self._receivers(step)
        winners = receivers if self._kind == "max" else []
        left = self._left
        self._draw_image(sheet, left, used, ringed=winners)
        left += window.padded[1]
        sheet.sign(left, "→")
        left += GAP
        self._draw_output(sheet, left, step)
        left += window.positions[1]
        sheet.sign(left, "⇢")
        paid = self._paid(step + 1)
        self._draw_padded(sheet, left + GAP, "gradient of the image", paid, receivers, ringed=winners)


def pooling_steps(
    image: Any,
    size: int | Sequence[int] = 2,
    *,
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    kind: Literal["max", "average"] = "max",
    gradient: Any = None,
) -> PoolingSteps:
    """Show how a pooling layer is computed, and where the gradient of each of its numbers goes.

    The maximum hands its whole gradient to the cell it was taken from, of equals to the first; the
    average hands equal shares to all.

    Args:
        image: (height, width), one channel.
        size: rows and columns of a window, for both axes or for each.
        stride: the distance between neighbouring windows; that of the size when None.
        padding: rows and columns around the image, -∞ for the maximum and 0 for the average, at most
            half a window.
        kind: ``max`` or ``average``.
        gradient: the gradient of the output, of the output's shape; all 1 when None.

    Raises:
        ShapeError: if the image is no matrix, the window does not fit in, or the gradient has not the
            shape of the output.
        DomainError: for a size or stride below 1, another kind, NaN, too much padding, or more rows or
            columns than can be read.
        DtypeError: if something is not numbers.

    >>> steps = pooling_steps([[1, 2, 3, 4], [0, 0, 0, 1], [1, 0, 2, 1], [0, 1, 0, 2]])
    >>> print(steps.sentence(0))
    output[0, 0] = max(1, 2, 0, 0) = 2; its gradient 1 goes to image[0, 1] and nothing to the others
    >>> steps.gradient
    array([[0., 1., 0., 1.],
           [0., 0., 0., 0.],
           [1., 0., 1., 0.],
           [0., 0., 0., 0.]])
    """
    if kind not in ("max", "average"):
        raise DomainError(f"{_NAME}(): kind is 'max' or 'average', got {kind!r}")
    sizes = pair(_NAME, "size", size, 1)
    strides = sizes if stride is None else pair(_NAME, "stride", stride, 1)
    border = pair(_NAME, "padding", padding, 0)
    if any(2 * p > length for p, length in zip(border, sizes, strict=True)):
        raise DomainError(f"{_NAME}(): padding is at most half a window of {sizes}, got {border}")
    pixels = matrix(_NAME, "image", image, max(border))
    window = Window((pixels.shape[0], pixels.shape[1]), sizes, strides, border, (1, 1))
    window.check_fit(_NAME, "a window")
    cotangent = None if gradient is None else finite(_NAME, "gradient", gradient).astype(float)
    if cotangent is not None and cotangent.shape != window.positions:
        raise ShapeError(
            f"{_NAME}(): gradient has to be of the output's shape {window.positions}, got {cotangent.shape}"
        )
    return PoolingSteps(pixels, window, kind, cotangent)
