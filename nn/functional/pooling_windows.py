"""The windows of a pooling: where they lie, and how much of each is image."""

from __future__ import annotations

import math

import numpy as np

from autograd_core.errors import ShapeError

from ..checks import Array
from .geometry import (
    Numbers,
    Sides,
    Sizes,
    check_size,
    per_axis,
    times,
)


class PoolingWindows:
    """What is asked of a pooling, made definite.

    Attributes:
        kernel: the lengths of a window.
        stride: the distances between neighbouring windows.
        padding: the margin on each side of an axis.
        dilation: the distances between neighbouring elements of one window.
        ceil_mode: whether the last window may reach over the end.

    Raises:
        ShapeError: for numbers that are not positive, or a padding of more than half a window.
    """

    __slots__ = ("ceil_mode", "dilation", "kernel", "padding", "stride")

    def __init__(
        self,
        axes: int,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        ceil_mode: bool = False,
    ) -> None:
        self.kernel = per_axis("kernel_size", kernel_size, axes)
        self.stride = self.kernel if stride is None else per_axis("stride", stride, axes)
        self.padding = per_axis("padding", padding, axes, least=0)
        self.dilation = per_axis("dilation", dilation, axes)
        self.ceil_mode = ceil_mode
        for margin, k in zip(self.padding, self.kernel):
            if 2 * margin > k:
                raise ShapeError(
                    f"`padding` (={padding}) has to be at most half of the kernel {self.kernel}, "
                    "or a window would see nothing but the margin"
                )

    def margin(self, size: Numbers, function: str) -> Sides:
        """The elements before and after each axis with which every window is whole.

        Raises:
            ShapeError: if not one window fits.
        """
        ends: Sides = tuple([(p, p) for p in self.padding])
        if self.ceil_mode:
            ends = tuple(
                (p, max(p, (count - 1) * s + gap * (k - 1) + 1 - n - p))
                for n, count, k, s, p, gap in zip(
                    size,
                    self._counts(size),
                    self.kernel,
                    self.stride,
                    self.padding,
                    self.dilation,
                    strict=True,
                )
            )
        check_size(size, ends, self.kernel, self.dilation, function)
        if any(self.padding) and set(self.dilation) != {1}:
            self._check_every_window(size, ends, function)
        return ends

    def _check_every_window(self, size: Numbers, ends: Sides, function: str) -> None:
        """With gaps between its elements a window can miss a small image.

        Raises:
            ShapeError: if one does.
        """
        for n, k, s, gap, (before, after) in zip(
            size, self.kernel, self.stride, self.dilation, ends, strict=True
        ):
            count = (n + before + after - gap * (k - 1) - 1) // s + 1
            places = (np.arange(count) * s - before)[:, None] + np.arange(k) * gap
            if not np.all(np.any((places >= 0) & (places < n), axis=1)):
                raise ShapeError(
                    f"{function}(): a window {self.kernel} with dilation {self.dilation} and padding "
                    f"{self.padding} sees nothing but the margin of an input of size {times(size)}"
                )

    def _counts(self, size: Numbers) -> Numbers:
        """How many windows an axis has in ``ceil_mode``: the last one starts before the end."""
        counts = []
        for n, k, s, p, gap in zip(size, self.kernel, self.stride, self.padding, self.dilation, strict=True):
            count = -(-(n + 2 * p - gap * (k - 1) - 1) // s) + 1
            counts.append(count - ((count - 1) * s >= n + p))
        return tuple(counts)

    def elements(self, size: Numbers, count_include_pad: bool) -> float | Array:
        """How many elements of each window count: what lies outside the margin never does.

        One number where it is the same for all windows, else an array (*positions).
        """
        outside = any(self.padding) and not count_include_pad
        if not outside and not self.ceil_mode:
            return math.prod(self.kernel)
        counts = self._counts(size) if self.ceil_mode else None
        total: Array = np.ones(())
        for axis, (n, k, s, p) in enumerate(zip(size, self.kernel, self.stride, self.padding, strict=True)):
            count = counts[axis] if counts else (n + 2 * p - k) // s + 1
            start = np.arange(count) * s - p
            end = np.minimum(start + k, n + p)
            if not count_include_pad:
                start, end = np.maximum(start, 0), np.minimum(end, n)
            total = total[..., None] * (end - start)
        return total
