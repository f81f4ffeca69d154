"""Working on rows of arrays: the surroundings in which NumPy is fast at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np

__all__ = ["all_finite", "real_numbers", "short_rows"]

Array = np.ndarray[Any, np.dtype[Any]]


_SHORT = 8192  # NumPy's buffer
_UNCHANGED = nullcontext()


@contextmanager
def _quiet_and_unbuffered(row: int) -> Iterator[None]:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        # belongs to what errstate puts back; rows below 256 numbers are better off in a buffer
        np.setbufsize(256 if row >= 256 else 1024)
        yield


def all_finite(x: Array) -> bool:
    """Whether there is neither an infinity nor a NaN."""
    return bool(np.logical_and.reduce(np.isfinite(x), axis=None))


def short_rows(
    x: Array, finite: bool | Array = False, row: int | None = None
) -> AbstractContextManager[None]:
    """Surroundings for operations of an array ``x`` with one number for each row, of ``row`` numbers if that
    is not the last axis.

    NumPy copies rows that are shorter than its buffer, 8192 numbers, into that buffer first; with a
    smaller one it does not. The user's setting, and what becomes of overflow and 0 / 0, is put back
    afterwards. Infinities and NaNs that arise inside are meant; where neither they can (``finite``) nor
    the buffer matters, nothing is changed at all. An array in place
    of ``finite`` is looked at only if that matters.
    """
    if x.size < _SHORT and (finite if isinstance(finite, bool) else all_finite(finite)):
        return _UNCHANGED
    return _quiet_and_unbuffered(row or (x.shape[-1] if x.ndim else 1))


def real_numbers(x: Any) -> Array:
    """``x`` as an array that can be worked on in place by functions without integer values."""
    array = np.asarray(x)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array
