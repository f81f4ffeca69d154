"""When two answers are the same, and where they are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .recording import Array

__all__ = ["Difference", "difference", "is_same"]

_SINGLE = {2: 1e-2, 4: 1e-4}
"""What is allowed of numbers of 16 and 32 bits."""


_ROUNDING = 1e-12
"""What is lost where nearly equal numbers are subtracted, as in 1 - y² of a tanh that is nearly 1."""


@dataclass(frozen=True)
class Difference:
    """Where an answer is farthest from the right one.

    Attributes:
        index: of the element.
        shape: of the right answer.
        yours: the number that is there.
        right: the number that belongs there.
        error: relative to the larger of the two.
        count: how many numbers differ.
    """

    index: tuple[int, ...]
    shape: tuple[int, ...]
    yours: float
    right: float
    error: float
    count: int


def is_same(found: Array, right: Array, tolerance: float) -> bool:
    """Whether two arrays have one shape and, up to the tolerance, the same numbers."""
    return fits(found, right) and not _wrong(found, right, tolerance).any()


def fits(found: Array, right: Array) -> bool:
    """Whether the shapes agree; those of one number always do."""
    return found.shape == right.shape or found.size == right.size == 1


def difference(found: Array, right: Array, tolerance: float) -> Difference | None:
    """Where two arrays of one shape differ most; None if they do not."""
    wrong = _wrong(found, right, tolerance)
    if not wrong.any():
        return None
    found = found.reshape(right.shape)
    with np.errstate(all="ignore"):
        distance = np.where(wrong, np.nan_to_num(np.abs(found - right), nan=np.inf), -1.0)
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(distance)), right.shape))
    yours, belongs = float(found[index]), float(right[index])
    larger = max(abs(yours), abs(belongs))
    error = abs(yours - belongs) / larger if np.isfinite(larger) and larger else float("inf")
    return Difference(index, right.shape, yours, belongs, error, int(wrong.sum()))


def _wrong(found: Array, right: Array, tolerance: float) -> Any:
    """For each number whether it is off by more than is allowed, relative to the largest."""
    allowed = max(tolerance, _SINGLE.get(found.dtype.itemsize, 0.0) if found.dtype.kind == "f" else 0.0)
    a, b = found.reshape(right.shape).astype(np.float64), right.astype(np.float64)
    finite = np.abs(b[np.isfinite(b)])
    scale = max(float(finite.max(initial=0.0)), 1e-3 if not finite.any() else 0.0)
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= max(allowed * scale, _ROUNDING)
    return ~(near | (a == b) | (np.isnan(a) & np.isnan(b)))
