"""One element of every row: the probability of the right class, the winner of a comparison."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["put_along_axis_or", "take_along_axis"]

Array = np.ndarray[Any, np.dtype[Any]]


def take_along_axis(x: Any, *, indices: Array, axis: int) -> Any:
    """NumPy's function builds an index for every axis, which one number of each row does not need."""
    if axis != x.ndim - 1 or indices.shape != (*x.shape[:-1], 1):
        return np.take_along_axis(x, indices, axis)
    rows = x.reshape(indices.size, x.shape[-1])
    return rows[np.arange(indices.size), indices.reshape(-1)].reshape(indices.shape)


def put_along_axis_or(general: Callable[..., Any]) -> Callable[..., Any]:
    """Zeros with one number put into each row; ``general`` where there are several, which may coincide."""

    def put_along_axis(g: Any, *, indices: Array, axis: int, shape: tuple[int, ...]) -> Any:
        if axis != len(shape) - 1 or indices.shape != (*shape[:-1], 1):
            return general(g, indices=indices, axis=axis, shape=shape)
        result = np.zeros(shape, g.dtype)
        rows = result.reshape(indices.size, shape[-1])
        rows[np.arange(indices.size), indices.reshape(-1)] = g.reshape(-1)
        return result

    return put_along_axis
