"""Samples by their number: arrays side by side, a selection of any dataset, several one after the other."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError
from autograd_core.spelling import spelled

from ..checks import check_function, check_indices, glimpse
from .collating import collate_samples, read_sample
from .samples import Array, side_by_side, whole_numbers

__all__ = ["ConcatDataset", "Dataset", "Subset", "TensorDataset"]


@runtime_checkable
class Dataset(Protocol):
    """Anything that knows how many samples it has, and gives each by its number.

    A list of samples is one, an array with samples along its first axis is one. A sample is a number, an
    array, a tensor, or a tuple or dictionary of them; usually ``(input, target)``.

    >>> class Squares:
    ...     def __len__(self):
    ...         return 3
    ...
    ...     def __getitem__(self, index):
    ...         return float(index), float(index) ** 2
    >>> isinstance(Squares(), Dataset)
    True
    """

    def __len__(self) -> int:
        """The number of samples."""
        ...  # a protocol has no body

    def __getitem__(self, index: int, /) -> Any:
        """The sample with this number, counted from 0."""
        ...  # a protocol has no body


class TensorDataset:
    """Arrays side by side, samples along the first axis: sample ``i`` is the tuple of their rows ``i``.

    Args:
        arrays: inputs, targets, ..., all with as many samples. Lists of integers stay integers.
        transform: called with the input of a sample, the row of the first array, as a tensor; what it returns
            takes the input's place.

    Attributes:
        tensors: the arrays, as tensors.

    Raises:
        ShapeError: if there are no samples, or not as many in every array.
        DtypeError: if the arrays do not hold numbers.

    >>> data = TensorDataset([[1.0, 2.0], [3.0, 4.0]], [0, 1], transform=lambda x: x / 2)
    >>> len(data), data[1]
    (2, (Tensor([1.5, 2. ]), Tensor(1, dtype=int64)))
    """

    @spelled
    def __init__(self, *arrays: Any, transform: Callable[[Any], Any] | None = None) -> None:
        if not arrays:
            raise ShapeError("TensorDataset(): there is nothing in it; give it the inputs, and the targets")
        if transform is not None:
            check_function("TensorDataset()", transform=transform)
        self.tensors: tuple[Tensor, ...] = side_by_side("TensorDataset()", arrays)
        self.transform = transform

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: int) -> tuple[Any, ...]:
        place = position("TensorDataset", index, len(self))
        first, *others = (tensor[place] for tensor in self.tensors)
        return (first if self.transform is None else self.transform(first), *others)

    def take(self, indices: Any) -> Any:
        """The samples with these numbers, joined as a loader joins them: a tuple of tensors."""
        chosen = checked_indices("TensorDataset.take()", indices, len(self))
        if self.transform is None:
            return tuple(tensor[chosen] for tensor in self.tensors)
        return collate_samples([read_sample(self, int(index)) for index in chosen])

    def __repr__(self) -> str:
        shapes = ", ".join(f"{tensor.shape} {tensor.dtype}" for tensor in self.tensors)
        return f"TensorDataset({shapes})"


class Subset:
    """Some samples of a dataset, by their numbers in it.

    Args:
        dataset: anything with ``len`` and ``[index]``.
        indices: whole numbers, in the order in which the samples are to come; -1 is the last one.

    Raises:
        DtypeError: if they are not whole numbers, or the dataset is none.
        ShapeError: if they are not a list.
        IndexRangeError: if one is no sample of the dataset.

    >>> part = Subset(["a", "b", "c", "d"], [3, 0])
    >>> len(part), part[0], part[1]
    (2, 'd', 'a')
    """

    @spelled
    def __init__(self, dataset: Any, indices: Any) -> None:
        if not isinstance(dataset, Dataset):
            raise DtypeError(f"Subset(): needs a dataset with len() and [index], got {dataset!r}")
        self.dataset: Any = dataset
        self.indices: Array = checked_indices("Subset()", indices, len(dataset))

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, index: int) -> Any:
        return self.dataset[int(self.indices[position("Subset", index, len(self))])]

    def take(self, indices: Any) -> Any:
        """The samples with these numbers in the subset, joined as a loader joins them."""
        chosen = self.indices[checked_indices("Subset.take()", indices, len(self))]
        if isinstance(self.dataset, TensorDataset | Subset):
            return self.dataset.take(chosen)
        return collate_samples([read_sample(self.dataset, int(index)) for index in chosen])

    def __repr__(self) -> str:
        return f"Subset({len(self)} of the {len(self.dataset)} samples of {type(self.dataset).__name__})"


class ConcatDataset:
    """Datasets one after the other: the samples of the first, then those of the second.

    Args:
        datasets: a list of datasets, each with ``len`` and ``[index]``.

    Attributes:
        cumulative_sizes: how many samples there are up to the end of each.

    Raises:
        DtypeError: if one of them is none.
        ShapeError: if there are none.

    >>> both = ConcatDataset([["a", "b"], ["c"]])
    >>> len(both), both[2], both[-3]
    (3, 'c', 'a')
    """

    @spelled
    def __init__(self, datasets: Iterable[Any]) -> None:
        if isinstance(datasets, str | np.ndarray | Tensor | TensorDataset) or not isinstance(
            datasets, Iterable
        ):
            raise DtypeError(f"ConcatDataset(): needs a list of datasets, got {glimpse(datasets)}")
        self.datasets: list[Any] = list(datasets)
        if not self.datasets:
            raise ShapeError("ConcatDataset(): there are no datasets in the list")
        for dataset in self.datasets:
            if not isinstance(dataset, Dataset) or isinstance(dataset, dict):
                raise DtypeError(
                    f"ConcatDataset(): needs datasets with len() and [index], got {glimpse(dataset)}"
                )
        self.cumulative_sizes: list[int] = list(accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> Any:
        place = position("ConcatDataset", index, len(self))
        which = bisect_right(self.cumulative_sizes, place)
        return self.datasets[which][place - (self.cumulative_sizes[which - 1] if which else 0)]

    def __repr__(self) -> str:
        return f"ConcatDataset({', '.join(f'{len(x)} of {type(x).__name__}' for x in self.datasets)})"


def position(owner: str, index: Any, count: int) -> int:
    """The place of one sample, counted from 0.

    Raises:
        IndexRangeError: if it is not there, or ``index`` is not one whole number.
    """
    try:
        place = operator.index(index)
    except TypeError:
        raise IndexRangeError(
            f"{owner}[...]: takes one whole number, got {index!r}; .take([...]) gives several samples joined"
        ) from None
    if not -count <= place < count:
        raise IndexRangeError(f"{owner}[{place}] is out of range, there are {count} samples")
    return place % count


def checked_indices(operation: str, indices: Any, count: int) -> Array:
    """The places of several samples, counted from 0.

    Raises:
        DtypeError: if they are not whole numbers.
        ShapeError: if they are not a list.
        IndexRangeError: if one of ``count`` samples is not there.
    """
    numbers = whole_numbers(operation, indices)
    check_indices(operation, "index", numbers, (numbers < -count) | (numbers >= count), count, "samples")
    return np.where(numbers < 0, numbers + count, numbers).astype(np.intp)
