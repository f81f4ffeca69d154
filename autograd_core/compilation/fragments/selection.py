"""One number of each row: what a loss takes out at the labels, and puts gradients to; the larger of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..traced import Traced, bare
from .table import forward, row_starts, shares


@forward("take_along_axis")
def take_along_axis(x: Any, *, indices: Any, axis: int) -> Any:
    """x[i, indices[i]] of a matrix, by one place in memory for each row."""
    if x.ndim != 2 or axis != 1 or indices.shape != (len(x), 1) or not isinstance(indices, Traced):
        return None
    places = _places(indices, x.shape)
    rows = x.reshape(-1)
    found = np.take(bare(rows), bare(places))
    taken = places.recorder.emit("product", np.take, [rows, places], found, {"mode": "clip"})
    return taken.reshape(indices.shape)


@forward("put_along_axis")
def put_along_axis(g: Any, *, indices: Any, axis: int, shape: tuple[int, ...]) -> Any:
    """Zeros, with one number of g in each row."""
    if len(shape) != 2 or axis != 1 or indices.shape != (shape[0], 1) or not isinstance(indices, Traced):
        return None
    places = _places(indices, shape)
    put = places.recorder.opaque(_put, [places, g, shape, g.dtype], {})
    if not isinstance(g, Traced) and np.ptp(g) == 0:
        put.variable.residuals["put"] = np.asarray(g.flat[0]), places
    return put


def _places(indices: Any, shape: tuple[int, ...]) -> Any:
    rows, columns = shape
    column = indices.reshape(-1)
    if bool((bare(column) < 0).any()):
        return np.where(column < 0, column + columns, column) + row_starts(indices, rows, columns)
    return column + row_starts(indices, rows, columns)


def _put(places: Any, g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    result = np.zeros(shape, dtype)
    result.reshape(-1)[places] = np.reshape(g, -1)
    return result


def put_number(g: Any) -> Any:
    """Of a cotangent that is one number in each row of a matrix and zero elsewhere, that number and the
    places; None of any other.
    """
    return g.variable.residuals.get("put") if isinstance(g, Traced) else None


@forward("step")
def step(a: Any, b: Any) -> Any:
    """1 where a > b, 0 where a < b, ½ where they are equal."""
    kind = np.result_type(a, b)
    return np.heaviside(a - b, kind.type(0.5)) if kind.kind == "f" else None


@shares("maximum")
def maximum_shares(g: Any, application: Any, wanted: Any) -> Any:
    """The share of one side is what the other has left over."""
    (a, b), y = application.values, application._raw
    if np.shape(a) != np.shape(b) or not isinstance(y, Traced):
        return None
    left = step(a, b)
    if left is None:
        return None
    of_left = g * left
    return of_left, g - of_left
