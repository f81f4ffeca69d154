"""Working on rows of arrays: the surroundings in which NumPy is fast at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

__all__ = ["Kept", "short_rows"]


@contextmanager
def short_rows() -> Iterator[None]:
    """For operations of an array with one number for each row.

    NumPy copies rows that are shorter than its buffer, 8192 numbers, into that buffer first; with a
    smaller one it does not. The user's setting, and what becomes of overflow and 0 / 0, is put back
    afterwards. Infinities and NaNs that arise inside are meant.
    """
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        np.setbufsize(1024)  # belongs to what errstate puts back
        yield


class Kept:
    """What the forward kernel of one operation leaves behind for its pull, which may use it up."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: Any = None

    def leave(self, what: Any) -> None:
        self._left = what

    def look(self) -> Any:
        """What was left, None if there is nothing."""
        return self._left

    def take(self) -> Any:
        """What was left; the next one finds nothing."""
        left, self._left = self._left, None
        return left
