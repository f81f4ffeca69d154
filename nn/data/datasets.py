"""Samples by their number: arrays side by side, and a selection of any dataset."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DtypeError, IndexRangeError, ShapeError

from ..checks import check_function, check_indices
from .collating import collate_samples, read_sample
from .samples import Array, numbers_of, side_by_side

__all__ = ["Dataset", "Subset", "TensorDataset"]


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
    numbers = numbers_of(operation, "indices", indices)
    if not numbers.size and numbers.ndim == 1:
        numbers = numbers.astype(np.intp)
    if numbers.dtype.kind not in "iu":
        hint = "; for a mask write np.flatnonzero(mask)" if numbers.dtype.kind == "b" else ""
        raise DtypeError(f"{operation}: `indices` have to be whole numbers, got {numbers.dtype}{hint}")
    if numbers.ndim != 1:
        raise ShapeError(f"{operation}: `indices` have to be a list, got shape {numbers.shape}")
    check_indices(operation, "index", numbers, (numbers < -count) | (numbers >= count), count, "samples")
    return np.where(numbers < 0, numbers + count, numbers).astype(np.intp)
