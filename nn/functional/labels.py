"""Class labels: whole numbers that say which class is the right one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError

from ..checks import Array, array_of_numbers, check_indices
from .operands import values_of

__all__ = ["one_hot"]


def given_targets(function: str, target: Any) -> Array:
    """Labels or probabilities as an array; an empty list holds no labels.

    Raises:
        ShapeError: for rows of unequal lengths.
        DtypeError: for anything but numbers.
    """
    numbers = array_of_numbers(f"{function}()", "the target", target)
    return numbers if numbers.size or not isinstance(target, list) else numbers.astype(int)


def checked_labels(function: str, labels: Any, classes: int) -> Array:
    """The labels as an array of integers from 0 to ``classes`` - 1.

    Raises:
        DtypeError: if they are not integers.
        IndexRangeError: if one is no class.
    """
    return labels_and_mask(function, labels, classes, None)[0]


def labels_and_mask(
    function: str, labels: Any, classes: int, ignore_index: int | None
) -> tuple[Array, Array | None]:
    """The labels, and which of them count; None if all do. Those that do not become class 0.

    Raises:
        DtypeError: if they are not integers.
        IndexRangeError: if one is neither a class nor ``ignore_index``.
    """
    numbers = labels if type(labels) is np.ndarray else values_of(labels)
    if numbers.dtype.kind not in "iu":
        raise DtypeError(
            f"{function}(): labels have to be integers, got {numbers.dtype}: "
            "give the list itself, an integer array, or labels.astype(int)"
        )
    # read without a sign, a negative number is a huge one
    unsigned = numbers.view(numbers.dtype.str.replace("i", "u"))
    within = not numbers.size or bool(np.maximum.reduce(unsigned, axis=None) < classes)
    if within and (ignore_index is None or not 0 <= ignore_index < classes):
        return numbers, None
    counts = np.ones(numbers.shape, bool) if ignore_index is None else numbers != ignore_index
    if not within:
        wrong = counts & ((numbers < 0) | (numbers >= classes))
        check_indices(f"{function}()", "label", numbers, wrong, classes, "classes")
    return (numbers, None) if counts.all() else (np.where(counts, numbers, 0), counts)


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
