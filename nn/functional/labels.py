"""Class labels: whole numbers that say which class is the right one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, IndexRangeError

from .operands import Array, values_of

__all__ = ["one_hot"]


def checked_labels(function: str, labels: Any, classes: int) -> Array:
    """The labels as an array of integers from 0 to ``classes`` - 1.

    Raises:
        DtypeError: if they are not integers.
        IndexRangeError: if one is no class.
    """
    numbers = values_of(labels)
    if numbers.dtype.kind not in "iu":
        raise DtypeError(
            f"{function}(): labels have to be integers, got {numbers.dtype}: "
            "give the list itself, an integer array, or labels.astype(int)"
        )
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < classes):
        wrong = (numbers < 0) | (numbers >= classes)
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        position = place[0] if len(place) == 1 else place
        at = f" at position {position}" if place else ""
        raise IndexRangeError(
            f"{function}(): label {int(numbers[place])}{at} is out of range, "
            f"{classes} classes are numbered 0 to {classes - 1}"
        )
    return numbers


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """A row of zeros with a single 1 for each label.

    Args:
        tensor: integer labels of any shape.
        num_classes: how many classes there are; one more than the largest label when -1.

    Returns:
        Integers, of the labels' shape with an axis of ``num_classes`` appended.

    Raises:
        DtypeError: if the labels are not integers.
        IndexRangeError: if one is no class.
        DomainError: if the number of classes is not positive, or cannot be told from no labels.

    >>> one_hot([2, 0])
    Tensor([[0, 0, 1], [1, 0, 0]], dtype=int64)
    """
    numbers = values_of(tensor)
    if num_classes == -1 and numbers.size and numbers.dtype.kind in "iu":
        num_classes = int(numbers.max()) + 1
    if num_classes < 1 and not (numbers.size and numbers.dtype.kind not in "iu"):
        raise DomainError(f"one_hot(): `num_classes` (={num_classes}) has to be positive")
    numbers = checked_labels("one_hot", numbers, num_classes)
    return Tensor(np.eye(num_classes, dtype=np.int64)[numbers])
