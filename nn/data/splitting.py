"""Some of the data put aside, to be judged by what the network has never seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.spelling import spelled

from ..checks import check_each, check_not_negative, glimpse, is_number, is_whole
from ..randomness import generator_from
from ..warning import warn
from .datasets import Dataset, Subset
from .samples import Array, side_by_side

__all__ = ["random_split", "train_test_split"]


@spelled
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


@spelled
def random_split(
    dataset: Any, lengths: Sequence[float], generator: np.random.Generator | int | None = None
) -> list[Subset]:
    """A dataset in parts, its samples shared out at random: each is in one of them.

    Args:
        dataset: anything with ``len`` and ``[index]``.
        lengths: how many samples each part has, all together as many as there are; or which fraction, all
            together 1. A fraction is rounded down, and the first parts get one more until all are shared out.
        generator: draws the order; a whole number seeds one; the common one (:func:`nn.seed`) when None.

    Raises:
        DtypeError: for what is no dataset, or no list of numbers.
        DomainError: if a length is negative, or they do not add up.

    >>> train, validation, test = random_split(range(10), [0.7, 0.15, 0.15], generator=0)
    >>> len(train), len(validation), len(test)
    (8, 1, 1)
    >>> sorted([*train, *validation, *test]) == list(range(10))
    True
    """
    operation = "random_split()"
    if not isinstance(dataset, Dataset):
        raise DtypeError(f"{operation}: needs a dataset with len() and [index], got {glimpse(dataset)}")
    if not isinstance(lengths, Iterable) or not all(map(is_number, lengths)):
        raise DtypeError(f"{operation}: `lengths` has to be a list of numbers, got {glimpse(lengths)}")
    count, wanted = len(dataset), list(lengths)
    check_each(operation, check_not_negative, lengths=wanted)
    if math.isclose(sum(wanted), 1):
        shares = [math.floor(count * fraction) for fraction in wanted]
        for i in range(count - sum(shares)):
            shares[i % len(shares)] += 1
    elif all(map(is_whole, wanted)):
        shares = [int(length) for length in wanted]
    else:
        raise DomainError(
            f"{operation}: fractions add up to 1, `lengths` {glimpse(wanted)} to {sum(wanted):g}"
        )
    if sum(shares) != count:
        raise DomainError(
            f"{operation}: `lengths` {glimpse(wanted)} add up to {sum(shares)}, but there are {count} samples"
        )
    for i, share in enumerate(shares):
        if not share:
            warn(f"{operation}: part {i} is empty, of {count} samples none is left for it")
    order = generator_from(operation, generator).permutation(count)
    ends = np.cumsum(shares)
    return [Subset(dataset, order[end - share : end]) for end, share in zip(ends, shares, strict=True)]


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
