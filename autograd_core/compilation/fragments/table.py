"""The fragments by the names of their primitives, and constants that they share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Fragment = Callable[..., Any]

FORWARD: dict[str, Fragment] = {}
"""``(*inputs, **parameters) -> output``, of a primitive that keeps residuals ``(output, residuals)``."""

SHARES: dict[str, Fragment] = {}
"""``(cotangent, application, wanted) -> shares``."""


def forward(primitive: str) -> Callable[[Fragment], Fragment]:
    """How this primitive computes."""
    return lambda fragment: FORWARD.setdefault(primitive, fragment)


def shares(primitive: str) -> Callable[[Fragment], Fragment]:
    """How this primitive sends cotangents back."""
    return lambda fragment: SHARES.setdefault(primitive, fragment)


def ones(beside: Any, *shape: int) -> Any:
    """Ones of the dtype of an array. Equal constants are one array, so that equal instructions are seen to
    be equal.
    """
    return _constant(beside, _ones(shape, beside.dtype))


def row_starts(beside: Any, rows: int, columns: int) -> Any:
    """Where the rows of a matrix begin, counted in numbers."""
    return _constant(beside, _row_starts(rows, columns))


def _constant(beside: Any, array: Array) -> Any:
    recorder = getattr(beside, "recorder", None)
    return array if recorder is None else recorder.constant(array)


@cache
def _ones(shape: tuple[int, ...], dtype: Hashable) -> Array:
    return np.ones(shape, dtype)  # type: ignore[call-overload, no-any-return]


@cache
def _row_starts(rows: int, columns: int) -> Array:
    return np.arange(rows) * columns
