"""A margin around signals, images and volumes."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.geometry import Padding

from ..checks import check_word
from .operands import as_tensor

__all__ = ["pad"]

_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """The input with a margin along its last axes.

    Args:
        input: of any shape.
        pad: (left, right) of the last axis, then (top, bottom) of the one before it, and so on. A
            negative number cuts off.
        mode: "constant" adds equal numbers, "reflect" mirrors at the outermost element, "replicate"
            repeats it, "circular" goes on from the other end.
        value: what "constant" adds; 0 when None.

    Raises:
        ShapeError: if the numbers are no pairs, or more than the axes, or an axis is too short to be
            mirrored, gone round or cut.
        DomainError: for another mode, or a value where nothing constant is added.
        DtypeError: if integers would have to hold a value that is none.

    >>> pad([[1.0, 2.0, 3.0]], (1, 2))
    Tensor([[0., 1., 2., 3., 0., 0.]])
    >>> pad([[1.0, 2.0, 3.0]], (2, 1), mode="reflect")
    Tensor([[3., 2., 1., 2., 3., 2.]])
    """
    check_word("", tuple(_MODES), mode=mode)
    x = as_tensor(input, "pad")
    if value is not None and mode != "constant":
        raise DomainError(f"pad(): a `value` (={value}) is for mode 'constant', not for {mode!r}")
    ends = _pairs(pad, x.shape)
    margin = tuple((max(0, before), max(0, after)) for before, after in ends)
    if mode == "constant":
        if value and x.dtype.kind != "f" and not float(value).is_integer():
            raise DtypeError(f"pad(): the input has {x.dtype}, which cannot hold the `value` (={value})")
        return ac.pad(_cut(x, ends), margin, value=0.0 if value is None else value)  # type: ignore[no-any-return]
    if mode == "circular":  # goes round what is left; the others go on from what there was
        x = _cut(x, ends)
    for axis, (n, both) in enumerate(zip(x.shape, margin, strict=True)):
        most = {"reflect": n - 1, "circular": n}.get(mode, max(both))
        if any(both) and (not n or max(both) > most):
            reason = f"it can take {most} on each side" if n else "the axis is empty"
            raise ShapeError(
                f"pad(): mode {mode!r} cannot add {both} to axis {axis} of shape {x.shape}: {reason}"
            )
    y: Tensor = ac.pad(x, margin, mode=_MODES[mode])
    return y if mode == "circular" else _cut(y, ends)


def _cut(x: Tensor, ends: list[tuple[int, int]]) -> Tensor:
    """The input without what negative numbers cut off."""
    if all(before >= 0 and after >= 0 for before, after in ends):
        return x
    return x[tuple(slice(max(0, -before), n - max(0, -after)) for n, (before, after) in zip(x.shape, ends))]


def _pairs(pad: Sequence[int], shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """The margin (before, after) of every axis of ``shape``, first to last."""
    try:
        numbers = [operator.index(n) for n in pad]
    except TypeError:
        numbers = [0]
    if len(numbers) % 2 or len(numbers) > 2 * len(shape):
        raise ShapeError(
            f"`pad` (={pad!r}) has to be a pair of whole numbers for each of the last axes, the last one "
            f"first; the input of shape {shape} has {len(shape)} axes"
        )
    given = [(numbers[i], numbers[i + 1]) for i in range(0, len(numbers), 2)][::-1]
    ends = [(0, 0)] * (len(shape) - len(given)) + given
    for n, (before, after) in zip(shape, ends, strict=True):
        if n + min(0, before) + min(0, after) < 0:
            raise ShapeError(f"`pad` (={pad!r}) cuts more off than there is: the input has shape {shape}")
    return ends


def with_margin(x: Tensor, padding: Padding, value: float = 0.0) -> Tensor:
    """The input (N, C, *size) with a margin of equal numbers around its axes of size."""
    if not any(map(any, padding)):
        return x
    return ac.pad(x, ((0, 0), (0, 0), *padding), value=value)  # type: ignore[no-any-return]
