"""Where the windows of a kernel lie on a signal, an image or a volume, which differ in nothing but the
number of their axes. Kernels, structure and layers ask the same object.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import NamedTuple, Self

from .errors import ShapeError

__all__ = ["NAMES", "Numbers", "Padding", "Sizes", "Windows", "per_axis", "times"]

Sizes = int | Sequence[int]
Numbers = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

NAMES = {1: "signal", 2: "image", 3: "volume"}
"""What the input is called, by the number of its axes of size."""

_SEVERAL = {1: "a sequence of one", 2: "a pair of them", 3: "three of them"}


class Windows(NamedTuple):
    """Window o sees the elements s o + d k - p of an axis, for k = 0, ..., K - 1.

    The plain constructor checks nothing; :meth:`of` and :meth:`pooling` read and check what a user gives.

    Attributes:
        kernel: K, the lengths of a window.
        stride: s, the distances between neighbouring windows.
        padding: p, the elements added (before, after) each axis. A negative number cuts off.
        dilation: d, the distances between neighbouring elements of one window.

    >>> windows = Windows.of(2, kernel_size=3, stride=2, padding=1)
    >>> windows.positions((7, 8)), windows.span
    ((4, 4), (3, 3))
    """

    kernel: Numbers
    stride: Numbers
    padding: Padding
    dilation: Numbers

    @classmethod
    def of(
        cls,
        axes: int,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
    ) -> Self:
        """The windows on so many axes: numbers for each axis, or one for all; side by side when ``stride``
        is None.

        Raises:
            ShapeError: for anything else, or numbers that are too small.
        """
        kernel = per_axis("kernel_size", kernel_size, axes)
        steps = kernel if stride is None else per_axis("stride", stride, axes)
        ends = per_axis("padding", padding, axes, least=0)
        return cls(kernel, steps, tuple(zip(ends, ends, strict=True)), per_axis("dilation", dilation, axes))

    @classmethod
    def pooling(
        cls,
        axes: int,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
    ) -> Self:
        """Windows of which at most half lies outside.

        Raises:
            ShapeError: for numbers that are too small, or a padding of more than half a window.
        """
        windows = cls.of(axes, kernel_size, stride, padding, dilation)
        if any(2 * before > k for (before, _), k in zip(windows.padding, windows.kernel, strict=True)):
            raise ShapeError(
                f"`padding` (={padding}) has to be at most half of the kernel {windows.kernel}, "
                "or a window would see nothing but the margin"
            )
        return windows

    def same(self) -> Self:
        """With the padding that keeps the size; an odd one is longer at the end.

        Raises:
            ShapeError: with a stride, which cannot keep the size.
        """
        if set(self.stride) != {1}:
            raise ShapeError(
                f"`padding` (='same') keeps the size of the {NAMES[len(self.kernel)]}, which a `stride` "
                f"(={self.stride}) cannot: use stride 1, or give the padding as a number"
            )
        return self._replace(padding=tuple(((n - 1) // 2, n // 2) for n in self.span))

    def ceiled(self, size: Numbers) -> Self:
        """With a longer padding at the end, so that each window that starts before the end fits."""
        ends = []
        for n, k, s, (before, after), d in zip(size, *self, strict=True):
            count = -(-(n + before + after - d * (k - 1) - 1) // s) + 1
            count -= (count - 1) * s >= n + before
            ends.append((before, max(after, (count - 1) * s + d * (k - 1) + 1 - n - before)))
        return self._replace(padding=tuple(ends))

    @property
    def before(self) -> Numbers:
        """How many elements are added before each axis, the way a user says it."""
        return tuple(before for before, _ in self.padding)

    @property
    def span(self) -> Numbers:
        """From the first to the last element of a window, d (K - 1) + 1."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def padded(self, size: Numbers) -> Numbers:
        """The size with the padding."""
        return tuple(n + before + after for n, (before, after) in zip(size, self.padding, strict=True))

    def positions(self, size: Numbers) -> Numbers:
        """How many windows fit on each axis, 0 where none does."""
        return tuple(
            [
                max(0, (n + before + after - d * (k - 1) - 1) // s + 1)
                for n, k, s, (before, after), d in zip(size, *self)
            ]
        )

    def least_size(self, positions: Numbers) -> Numbers:
        """The smallest size with so many windows."""
        return tuple(
            (n - 1) * s + d * (k - 1) + 1 - before - after
            for n, k, s, (before, after), d in zip(positions, *self, strict=True)
        )

    def check_size(self, size: Numbers, function: str) -> None:
        """At least one window has to fit.

        Raises:
            ShapeError: if none does.
        """
        for n, k, _, (before, after), d in zip(size, *self):
            if n + before + after <= d * (k - 1):
                break
        else:
            return
        whole = self.padded(size)
        margin = f" with padding {self.padding} is {times(whole)}" if whole != size else ""
        dilated = f" with dilation {self.dilation} spans {times(self.span)}" * (self.span != self.kernel)
        raise ShapeError(
            f"{function}(): the kernel {times(self.kernel)}{dilated} is larger than the {NAMES[len(size)]}: "
            f"{times(size)}{margin}"
        )

    def seen(self, offset: Numbers, positions: Numbers) -> tuple[slice, ...]:
        """What the windows' elements at ``offset`` are of a padded image, on as many axes as it has."""
        return tuple(
            [
                slice(k * d, k * d + s * (count - 1) + 1, s)
                for k, count, s, d in zip(offset, positions, self.stride, self.dilation)
            ]
        )

    def inside(self, size: Numbers) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
        """Where what an image and the padded image have in common stands in each of them."""
        source = tuple(
            slice(max(0, -before), n - max(0, -after))
            for n, (before, after) in zip(size, self.padding, strict=True)
        )
        target = tuple(
            slice(max(0, before), n - max(0, after))
            for n, (before, after) in zip(self.padded(size), self.padding, strict=True)
        )
        return source, target


def per_axis(name: str, value: Sizes, axes: int, least: int = 1) -> Numbers:
    """``3`` as ``(3, 3)`` where there are two axes, ``(3, 5)`` as it is.

    Raises:
        ShapeError: for anything else, or numbers below ``least``.
    """
    if type(value) is int and value >= least:
        return (value,) * axes
    parts = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,) * axes
    try:
        numbers = tuple(operator.index(part) for part in parts if not isinstance(part, bool))
    except TypeError:
        numbers = ()
    if len(numbers) != axes or len(parts) != axes or min(numbers) < least:
        raise ShapeError(f"`{name}` (={value!r}) has to be a whole number from {least}, or {_SEVERAL[axes]}")
    return numbers


def times(lengths: Sequence[int]) -> str:
    """3x5, as sizes are written."""
    return "x".join(map(str, lengths))
