"""A convolution step by step: the kernel slides over the image, and each sum is written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .canvas import Array
from .grids import GAP, Sheet, factor, matrix, pair, written
from .sliding import Steps, Window

_NAME = "convolution_steps"


class ConvolutionSteps(Steps):
    """The positions of a kernel on an image; made by :func:`convolution_steps`.

    >>> steps = convolution_steps([[1, 2], [3, 4]], [[1, -1]])
    >>> steps, steps.output.ravel()
    (<ConvolutionSteps: convolution of a 2×2 image, 2 steps>, array([-1., -1.]))
    """

    def __init__(self, image: Array, kernel: Array, window: Window) -> None:
        name = "convolution" if window.dilation == (1, 1) else "dilated convolution"
        super().__init__(name, image, window, window.window, window.positions)
        self._kernel = kernel
        self.output = np.array(
            [sum(a * k for a, k in self._terms(i)) for i in range(int(np.prod(window.positions)))]
        ).reshape(window.positions)

    def _terms(self, step: int) -> list[tuple[float, float]]:
        """The pairs that are multiplied and added."""
        return [
            (float(self._image[cell]), float(k))
            for cell, k in zip(self._window.cells(step), self._kernel.ravel(), strict=True)
        ]

    def sentence(self, step: int) -> str:
        """The sum behind one number of the output."""
        row, column = self._window.position(self._checked(step))
        terms = " + ".join(f"{factor(a)}·{factor(k)}" for a, k in self._terms(step % len(self)))
        return f"output[{row}, {column}] = {terms} = {written(self.output[row, column])}"

    def _draw(self, sheet: Sheet, step: int) -> None:
        window = self._window
        used = window.cells(step)
        left = self._left
        self._draw_image(sheet, left, used)
        for cell, weight in zip(used, self._kernel.ravel(), strict=True):
            sheet.corner(cell, left, window.padded[0], f"×{written(weight)}", bool(weight < 0))
        left += window.padded[1]
        sheet.sign(left, "∗")
        left += GAP
        size = window.window
        weights = {cell: written(float(self._kernel[cell])) for cell in np.ndindex(*size)}
        sheet.matrix(f"kernel {size[0]}×{size[1]}", left, weights, size)
        left += size[1]
        sheet.sign(left, "=")
        self._draw_output(sheet, left + GAP, step)


def convolution_steps(
    image: Any,
    kernel: Any,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
) -> ConvolutionSteps:
    """Show how a convolution is computed: C(x, y) = Σ_m Σ_n I(x + m, y + n) K(m, n).

    This is what the networks of the field call a convolution; the kernel is not turned round
    (LeCun et al., 1989). ``steps.draw(0)`` draws the first position, ``steps.animation`` plays all,
    ``steps.animation.save("steps.html")`` and ``.save("steps.gif")`` keep them.

    Args:
        image: (height, width), one channel.
        kernel: (height, width).
        stride: the distance between neighbouring positions, for both axes or for each.
        padding: rows and columns of zeros around the image, for both axes or for each.
        dilation: the distance between the cells that the kernel touches, for both axes or for each.

    Raises:
        ShapeError: if image or kernel is no matrix, or the kernel does not fit in.
        DomainError: for a stride below 1, NaN, or more rows or columns than can be read.
        DtypeError: if something is not numbers.

    >>> image = [[1, 2, 3, 4], [0, 0, 0, 1], [1, 0, 2, 1], [0, 1, 0, 2]]
    >>> steps = convolution_steps(image, [[0, 1], [-1, 0]], stride=2)
    >>> steps.output
    array([[2., 4.],
           [0., 1.]])
    >>> print(steps.sentence(3))
    output[1, 1] = 2·0 + 1·1 + 0·(−1) + 2·0 = 1
    """
    strides, gaps = pair(_NAME, "stride", stride, 1), pair(_NAME, "dilation", dilation, 1)
    border = pair(_NAME, "padding", padding, 0)
    pixels, weights = matrix(_NAME, "image", image, max(border)), matrix(_NAME, "kernel", kernel)
    window = Window(
        (pixels.shape[0], pixels.shape[1]), (weights.shape[0], weights.shape[1]), strides, border, gaps
    )
    window.check_fit(_NAME, "a kernel" if gaps == (1, 1) else "a dilated kernel")
    return ConvolutionSteps(pixels, weights, window)
