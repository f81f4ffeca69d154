"""Arrays whose first axis counts the samples: what every room of this package takes, made definite."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor, default_dtype
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.graph import Node

Array = np.ndarray[Any, np.dtype[Any]]


def array_of_numbers(operation: str, name: str, data: Any) -> Array:
    """Arrays as they are; lists of integers stay integers, other lists take the default dtype.

    Raises:
        ShapeError: if a list is not rectangular.
        DtypeError: if it is not made of real numbers.
    """
    if isinstance(data, Node):
        return np.asarray(data.data)
    try:
        array = np.asarray(data)
    except ValueError:
        raise ShapeError(f"{operation}: `{name}` is ragged, its samples differ in shape") from None
    if array.dtype.kind not in "fiub":
        hint = "; np.unique(labels, return_inverse=True)[1] numbers them" if array.dtype.kind in "US" else ""
        raise DtypeError(
            f"{operation}: `{name}` has to hold real numbers, got {array.dtype} in {glimpse(data)}{hint}"
        )
    if array.dtype.kind == "f" and not isinstance(data, np.ndarray):
        return array.astype(default_dtype(), copy=False)
    return array


def samples(operation: str, name: str, data: Any) -> Tensor:
    """Data with samples along the first axis, as a tensor.

    Raises:
        ShapeError: if it is a single number, or a list that is not rectangular.
        DtypeError: if it is not made of real numbers.
    """
    tensor = data if isinstance(data, Tensor) else Tensor(array_of_numbers(operation, name, data))
    if not tensor.ndim:
        raise ShapeError(f"{operation}: `{name}` is a single number, not samples along an axis")
    return tensor


def check_counts(operation: str, arrays: Sequence[Any], names: Sequence[str]) -> int:
    """How many samples there are: as many in every array, and at least one.

    Raises:
        ShapeError: if that is not so.
    """
    first = len(arrays[0])
    for array, name in zip(arrays, names, strict=True):
        if len(array) != first:
            raise ShapeError(f"{operation}: `{names[0]}` has {first} samples but `{name}` has {len(array)}")
    if not first:
        raise ShapeError(f"{operation}: there are no samples, `{names[0]}` has shape {arrays[0].shape}")
    return first


def names_of(count: int) -> list[str]:
    """What arrays are called that were given one after the other: x, y, then by their place."""
    return ["x", "y", *(f"array {place}" for place in range(2, count))][:count]


def whole_number(operation: str, name: str, value: Any, least: int) -> int:
    """A count, from ``least`` upwards.

    Raises:
        DtypeError: if it is not a whole number.
        DomainError: if it is too small.
    """
    try:
        number = None if isinstance(value, bool | np.bool_) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise DtypeError(f"{operation}: `{name}` has to be a whole number, got {value!r}")
    if number < least:
        raise DomainError(f"{operation}: `{name}` (={number}) has to be at least {least}")
    return number


def real_number(operation: str, name: str, value: Any) -> float:
    """A finite number.

    Raises:
        DtypeError: if it is none.
        DomainError: if it is infinite or NaN.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise DtypeError(f"{operation}: `{name}` has to be a number, got {value!r}")
    if not math.isfinite(value):
        raise DomainError(f"{operation}: `{name}` (={value}) has to be a finite number")
    return float(value)


def glimpse(data: Any) -> str:
    """The beginning of what something looks like."""
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."
