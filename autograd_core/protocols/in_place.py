"""NumPy's functions that write into their first argument: assignments into a tensor, which are recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import asarray
from ..errors import DomainError, GraphError, IndexRangeError, ShapeError
from ..graph import Node
from ..structure import broadcast_to, ravel, take
from ..structure.operands import as_operand, data_of, shape_of, without_lists

__all__ = ["IN_PLACE"]


def _target(name: str, x: Any) -> Any:
    """What is written to.

    Raises:
        GraphError: if it is no tensor: an array of NumPy has no gradient.
    """
    if isinstance(x, Node) and x.rank > 1:
        return x
    raise GraphError(
        f"np.{name} would write the numbers of a tensor into an object of type {type(x).__name__}, which has "
        "no gradient: make it a tensor, autograd_core.zeros(shape) or Tensor(array), or write tensor.data"
    )


def _write(a: Any, places: Any, values: Any) -> None:
    """Write into the elements with these numbers, counted through all axes."""
    shape = shape_of(a)
    a[np.unravel_index(places, shape) if shape else ...] = values if shape else values[-1]


def _repeated(values: Any, count: int) -> Any:
    """The first ``count`` of the values, gone through again and again."""
    values = ravel(as_operand(without_lists(values)[0]))
    return take(values, np.arange(count) % shape_of(values)[0])


def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    a = _target("put", a)
    places, size = np.ravel(data_of(ind)), int(np.prod(shape_of(a), dtype=int))
    if mode == "wrap":
        places = places % size
    elif mode == "clip":
        places = places.clip(0, size - 1)
    elif mode != "raise":
        raise DomainError(f"np.put: mode is 'raise', 'wrap' or 'clip', got {mode!r}")
    if not places.size or not np.size(data_of(as_operand(without_lists(v)[0]))):
        return
    if not (-size <= places.min() and places.max() < size):
        raise IndexRangeError(
            f"np.put: an index is outside {size} elements: {places.min()} to {places.max()}"
        )
    _write(a, places % size, _repeated(v, places.size))


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    arr = _target("put_along_axis", arr)
    shape, places = shape_of(arr), asarray(data_of(indices))
    if axis is None:
        _put(arr, places, values)
        return
    if places.ndim != len(shape):
        raise ShapeError(f"np.put_along_axis: indices of shape {places.shape} need {len(shape)} dimensions")
    lengths = (
        n if i == axis % len(shape) else m for i, (n, m) in enumerate(zip(places.shape, shape, strict=True))
    )
    grid: list[Any] = list(np.ogrid[tuple(map(slice, lengths))])
    grid[axis] = places
    arr[tuple(grid)] = values


def _place(arr: Any, mask: Any, vals: Any) -> None:
    arr = _target("place", arr)
    chosen = asarray(data_of(mask), dtype=bool)
    if chosen.size != np.prod(shape_of(arr), dtype=int):
        raise ShapeError(f"np.place: a mask of shape {chosen.shape} does not fit shape {shape_of(arr)}")
    if chosen.any():
        arr[chosen.reshape(shape_of(arr))] = _repeated(vals, int(chosen.sum()))


def _putmask(a: Any, mask: Any, values: Any) -> None:
    a = _target("putmask", a)
    chosen = np.flatnonzero(asarray(data_of(mask), dtype=bool))
    if np.size(data_of(mask)) != np.prod(shape_of(a), dtype=int):
        raise ShapeError(f"np.putmask: a mask of shape {shape_of(mask)} does not fit shape {shape_of(a)}")
    if chosen.size:
        _write(a, chosen, take(_repeated(values, int(chosen[-1]) + 1), chosen))


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    dst = _target("copyto", dst)
    if where is True:
        dst[...] = src
    else:
        chosen = np.broadcast_to(asarray(data_of(where), dtype=bool), shape_of(dst))
        dst[chosen] = broadcast_to(as_operand(without_lists(src)[0]), shape_of(dst))[chosen]


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    a = _target("fill_diagonal", a)
    chosen = np.zeros(shape_of(a), dtype=bool)
    np.fill_diagonal(chosen, True, wrap)
    if chosen.any():
        a[chosen] = _repeated(val, int(chosen.sum()))


IN_PLACE: dict[Any, Callable[..., None]] = {
    np.copyto: _copyto,
    np.fill_diagonal: _fill_diagonal,
    np.place: _place,
    np.put: _put,
    np.put_along_axis: _put_along_axis,
    np.putmask: _putmask,
}
