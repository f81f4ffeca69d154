"""The loader: a dataset in mini-batches, in a new order every epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.errors import DtypeError, ShapeError

from ..checks import check_count, check_function, glimpse
from ..randomness import generator_from
from .collating import collate_samples, like, read_sample
from .datasets import Dataset, Subset, TensorDataset
from .prefetching import prefetched
from .samples import Array, samples
from .sampling import index_batches, number_of_batches

__all__ = ["DataLoader"]


class DataLoader:
    """A dataset in mini-batches of tensors; every pass over it is one epoch, each sample once.

    Floating-point data keep their dtype, labels stay integers. With a seed or a generator of its own a run
    repeats bit for bit, whether or not batches are prefetched. A transform that draws random numbers needs a
    generator of its own too: with ``prefetch`` it works ahead of the training, beside whatever that draws.

    Args:
        data: a dataset (see :class:`Dataset`), a single array, or a tuple of arrays with samples along the
            first axis, ``(x, y)``.
        batch_size: the number of samples in a batch.
        shuffle: whether to draw a new order for every epoch.
        generator: draws the orders; a whole number seeds one; the common one (:func:`nn.seed`) when None.
        drop_last: leave out a short last batch.
        transform: called with the input of every sample (the first part of a tuple, or the sample itself);
            what it returns takes the input's place.
        collate: joins a list of samples into a batch; by default numbers and arrays are stacked along a new
            first axis, tuples and dictionaries field by field.
        prefetch: how many batches a background thread makes ahead, if one can be started; none when 0.

    Raises:
        ShapeError: if there are no samples, or not as many in every array.
        DtypeError: if an argument has the wrong type.
        DomainError: if ``batch_size`` is not positive or ``prefetch`` is negative.

    >>> loader = DataLoader(([1.0, 2.0, 3.0], [0, 1, 0]), batch_size=2, shuffle=True, generator=0)
    >>> len(loader)
    2
    >>> for epoch in range(2):
    ...     print([x.tolist() for x, y in loader])
    [[3.0, 1.0], [2.0]]
    [[3.0, 2.0], [1.0]]
    """

    def __init__(
        self,
        data: Any,
        batch_size: int = 1,
        *,
        shuffle: bool = False,
        generator: np.random.Generator | int | None = None,
        drop_last: bool = False,
        transform: Callable[[Any], Any] | None = None,
        collate: Callable[[Sequence[Any]], Any] | None = None,
        prefetch: int = 0,
    ) -> None:
        self.dataset: Any = _dataset(data)
        check_count("DataLoader()", batch_size=batch_size)
        check_count("DataLoader()", 0, prefetch=prefetch)
        given = {"transform": transform, "collate": collate}
        check_function("DataLoader()", **{name: x for name, x in given.items() if x is not None})
        self.batch_size, self.prefetch = batch_size, prefetch
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        self.generator = None if generator is None else generator_from("DataLoader()", generator)
        self.transform, self.collate = transform, collate

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return number_of_batches(len(self.dataset), self.batch_size, self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        """One epoch; its order is drawn now."""
        parts = index_batches(
            len(self.dataset), self.batch_size, self.shuffle, self.generator, self.drop_last
        )
        made = (self._batch(part) for part in parts)
        return prefetched(made, self.prefetch) if self.prefetch else made

    def _batch(self, part: Array) -> Any:
        if self.transform is None and self.collate is None and isinstance(self.dataset, _AT_ONCE):
            return self.dataset.take(part)
        chosen = [self._sample(int(index)) for index in part]
        try:
            return (self.collate or collate_samples)(chosen)
        except Exception as error:
            error.add_note(f"while joining the samples {glimpse(part.tolist())}")
            raise

    def _sample(self, index: int) -> Any:
        sample = read_sample(self.dataset, index)
        if self.transform is None:
            return sample
        try:
            if isinstance(sample, tuple):
                return like(sample, (self.transform(sample[0]), *sample[1:]))
            return self.transform(sample)
        except Exception as error:
            error.add_note(f"while transforming sample {index} of {type(self.dataset).__name__}")
            raise

    def __repr__(self) -> str:
        return f"DataLoader({self.dataset!r}, batch_size={self.batch_size}, {len(self)} batches)"


class _Rows:
    """A single array: its samples are its rows, not tuples of one."""

    def __init__(self, data: Any) -> None:
        self.tensor = samples("DataLoader()", "data", data)

    def __len__(self) -> int:
        return len(self.tensor)

    def __getitem__(self, index: int) -> Any:
        return self.tensor[index]

    def take(self, indices: Array) -> Any:
        return self.tensor[indices]

    def __repr__(self) -> str:
        return f"{self.tensor.shape} {self.tensor.dtype}"


_AT_ONCE = TensorDataset | Subset | _Rows  # which give a batch without going through its samples


def _dataset(data: Any) -> Any:
    if isinstance(data, tuple):
        data = TensorDataset(*data)
    elif isinstance(data, np.ndarray | Node):
        data = _Rows(data)
    elif not isinstance(data, Dataset) or isinstance(data, str | dict | set):
        raise DtypeError(
            "DataLoader(): needs a dataset with len() and [index], an array, or a tuple of arrays (x, y), "
            f"got {type(data).__name__}"
        )
    if not len(data):
        raise ShapeError("DataLoader(): there are no samples in the dataset")
    return data
