"""Arrays whose first axis counts the samples, as the other rooms of data take them."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import Node, Tensor, default_dtype
from autograd_core.errors import DtypeError, ShapeError

from ..checks import array_of_numbers

Array = np.ndarray[Any, np.dtype[Any]]


def numbers_of(operation: str, name: str, data: Any) -> Array:
    """Arrays as they are; lists of integers stay integers, other lists take the default dtype.

    Raises:
        ShapeError: if a list is not rectangular.
        DtypeError: if it is not made of real numbers.
    """
    array = array_of_numbers(operation, f"`{name}`", data)
    if array.dtype.kind == "f" and not isinstance(data, np.ndarray | Node):
        return array.astype(default_dtype(), copy=False)
    return array


def whole_numbers(operation: str, indices: Any) -> Array:
    """Numbers of samples as an array.

    Raises:
        DtypeError: if they are not whole numbers.
        ShapeError: if they are not a list.
    """
    if isinstance(indices, list | tuple) and all(hasattr(i, "__index__") for i in indices):
        indices = np.array([i if isinstance(i, bool) else operator.index(i) for i in indices])
    numbers = numbers_of(operation, "indices", indices)
    if not numbers.size and numbers.ndim == 1:
        numbers = numbers.astype(np.intp)
    if numbers.dtype.kind not in "iu":
        hint = "; for a mask write np.flatnonzero(mask)" if numbers.dtype.kind == "b" else ""
        raise DtypeError(f"{operation}: `indices` have to be whole numbers, got {numbers.dtype}{hint}")
    if numbers.ndim != 1:
        raise ShapeError(f"{operation}: `indices` have to be a list, got shape {numbers.shape}")
    return numbers


def samples(operation: str, name: str, data: Any) -> Tensor:
    """Data with samples along the first axis, as a tensor.

    Raises:
        ShapeError: if it is a single number, or a list that is not rectangular.
        DtypeError: if it is not made of real numbers.
    """
    tensor = data if isinstance(data, Tensor) else Tensor(numbers_of(operation, name, data))
    if not tensor.ndim:
        raise ShapeError(f"{operation}: `{name}` is a single number, not samples along an axis")
    return tensor


def side_by_side(operation: str, arrays: Sequence[Any]) -> tuple[Tensor, ...]:
    """Arrays given one after the other (x, y, ...), with as many samples in each, and at least one.

    Raises:
        ShapeError: if there are no samples, or not as many in every array.
        DtypeError: if an array is not made of real numbers.
    """
    names = ["x", "y", *(f"array {place}" for place in range(2, len(arrays)))][: len(arrays)]
    tensors = tuple(samples(operation, name, array) for name, array in zip(names, arrays, strict=True))
    first = len(tensors[0])
    for tensor, name in zip(tensors, names, strict=True):
        if len(tensor) != first:
            raise ShapeError(f"{operation}: `{names[0]}` has {first} samples but `{name}` has {len(tensor)}")
    if not first:
        raise ShapeError(f"{operation}: there are no samples, `{names[0]}` has shape {tensors[0].shape}")
    return tensors
