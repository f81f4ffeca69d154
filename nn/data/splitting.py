"""Some of the data put aside, to be judged by what the network has never seen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import is_number, is_whole
from ..randomness import generator_from
from .samples import Array, side_by_side

__all__ = ["train_test_split"]


def train_test_split(
    *arrays: Any,
    test_size: float = 0.25,
    stratify: Any = None,
    generator: np.random.Generator | int | None = None,
) -> list[Any]:
    """The samples in a random order, some for training and the rest for testing.

    Args:
        arrays: inputs, targets, ..., all with as many samples. Lists of integers stay integers.
        test_size: the fraction of the samples for testing, rounded up, or with a whole number how many.
        stratify: labels; every class then has the same share in both parts, as nearly as whole samples can,
            and is in both.
        generator: draws the order; a whole number seeds one; the common one (:func:`nn.seed`) when None.

    Returns:
        For every array its training and its testing part: ``x_train, x_test, y_train, y_test``. Tensors stay
        tensors, everything else becomes an array.

    Raises:
        ShapeError: if there are no samples, or not as many in every array.
        DomainError: if a part would be empty, or a class has too few samples to be in both.
        DtypeError: if the arrays are not numbers, or ``test_size`` is none.

    >>> x, y = [[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]
    >>> x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.5, stratify=y, generator=0)
    >>> sorted(y_train.tolist()), sorted(y_test.tolist())
    ([0, 1], [0, 1])
    """
    operation = "train_test_split()"
    if not arrays:
        raise ShapeError(f"{operation}: there is nothing to split; give it the inputs, and the targets")
    tensors = side_by_side(operation, arrays)
    data = [x if isinstance(x, Tensor) else tensor.data for x, tensor in zip(arrays, tensors, strict=True)]
    count = len(tensors[0])
    tests = _test_count(operation, test_size, count)
    order = generator_from(operation, generator).permutation(count)
    if stratify is None:
        testing = order[:tests]
    else:
        testing = _stratified(operation, _labels(operation, stratify, count)[order], order, tests)
    in_test = np.zeros(count, dtype=bool)
    in_test[testing] = True
    training = order[~in_test[order]]
    testing = order[in_test[order]]
    return [part for array in data for part in (array[training], array[testing])]


def _test_count(operation: str, test_size: Any, count: int) -> int:
    if not is_number(test_size):
        raise DtypeError(
            f"{operation}: `test_size` has to be a fraction or a whole number, got {test_size!r}"
        )
    if is_whole(test_size):
        tests = int(test_size)
    elif 0 < test_size < 1:
        tests = math.ceil(round(float(test_size) * count, 9))  # 0.1 * 30 is a little more than 3
    else:
        raise DomainError(
            f"{operation}: `test_size` (={test_size}) has to be a fraction between 0 and 1, or a count"
        )
    if not 0 < tests < count:
        raise DomainError(
            f"{operation}: `test_size` (={test_size}) of {count} samples leaves {count - tests} for training "
            f"and {tests} for testing; both need at least 1"
        )
    return tests


def _labels(operation: str, stratify: Any, count: int) -> Array:
    labels = np.asarray(stratify.data if isinstance(stratify, Tensor) else stratify)
    if labels.shape != (count,):
        raise ShapeError(
            f"{operation}: `stratify` needs a label for each of the {count} samples, got shape {labels.shape}"
        )
    return labels


def _stratified(operation: str, labels: Array, order: Array, tests: int) -> Array:
    """From each class as many as its share, the first ones in the order drawn."""
    classes, of_sample, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if sizes.min() < 2:
        lonely = classes[sizes.argmin()]
        raise DomainError(f"{operation}: class {lonely} has a single sample, which cannot be in both parts")
    if not len(classes) <= tests <= len(labels) - len(classes):
        raise DomainError(
            f"{operation}: {len(labels) - tests} samples for training and {tests} for testing "
            f"cannot hold all {len(classes)} classes each"
        )
    share = sizes * (tests / len(labels))
    taken = np.clip(np.floor(share).astype(int), 1, sizes - 1)
    while taken.sum() != tests:  # a sample more or less where that is nearest to the share
        missing = share - taken
        if taken.sum() < tests:
            taken[np.where(taken < sizes - 1, missing, -np.inf).argmax()] += 1
        else:
            taken[np.where(taken > 1, missing, np.inf).argmin()] -= 1
    return np.concatenate([order[of_sample == i][:number] for i, number in enumerate(taken)])
