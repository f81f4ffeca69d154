"""The loader: a dataset in mini-batches, in a new order every epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.spelling import spelled

from ..checks import check_count, check_flag, check_function, glimpse
from ..randomness import generator_from
from .collating import collate_samples, like, read_sample
from .datasets import Dataset, Subset, TensorDataset
from .prefetching import prefetched
from .samples import Array, samples
from .sampling import (
    BatchSampler,
    RandomSampler,
    SequentialSampler,
    length_of,
    parts_of,
    require_repeatable,
)

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
        sampler: gives the order in place of ``shuffle``: a :class:`Sampler`, a list of whole numbers.
        batch_sampler: gives the batches in place of ``batch_size``, ``shuffle``, ``sampler`` and
            ``drop_last``: lists of whole numbers, each time it is gone through.
        generator: draws the orders; a whole number seeds one; the common one (:func:`nn.seed`) when None. A
            sampler has its own.
        drop_last: leave out a short last batch.
        transform: called with the input of every sample (the first part of a tuple, or the sample itself);
            what it returns takes the input's place.
        collate: joins a list of samples into a batch; by default numbers and arrays are stacked along a new
            first axis, tuples and dictionaries field by field.
        prefetch: how many batches a background thread makes ahead, if one can be started; none when 0.

    Raises:
        ShapeError: if there are no samples, or not as many in every array.
        DtypeError: if an argument has the wrong type.
        DomainError: if ``batch_size`` is not positive or ``prefetch`` is negative, or if the order is told
            twice.

    >>> loader = DataLoader(([1.0, 2.0, 3.0], [0, 1, 0]), batch_size=2, shuffle=True, generator=0)
    >>> len(loader)
    2
    >>> for epoch in range(2):
    ...     print([x.tolist() for x, y in loader])
    [[3.0, 1.0], [2.0]]
    [[3.0, 2.0], [1.0]]
    """

    @spelled
    def __init__(
        self,
        data: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        sampler: Iterable[int] | None = None,
        batch_sampler: Iterable[Sequence[int]] | None = None,
        *,
        generator: np.random.Generator | int | None = None,
        drop_last: bool = False,
        transform: Callable[[Any], Any] | None = None,
        collate: Callable[[Sequence[Any]], Any] | None = None,
        prefetch: int = 0,
    ) -> None:
        self.dataset: Any = _dataset(data)
        check_count("DataLoader()", batch_size=batch_size)
        check_count("DataLoader()", 0, prefetch=prefetch)
        shuffle = False if shuffle is None else shuffle  # PyTorch's way to say nothing
        check_flag("DataLoader()", shuffle=shuffle, drop_last=drop_last)
        given = {"transform": transform, "collate": collate}
        check_function("DataLoader()", **{name: x for name, x in given.items() if x is not None})
        drawing = None if generator is None else generator_from("DataLoader()", generator)
        self.transform, self.collate, self.prefetch = transform, collate, prefetch
        if sampler is not None:
            require_repeatable("DataLoader()", "sampler", sampler)
            _exclude("sampler", shuffle=shuffle, generator=generator)
        elif shuffle:
            sampler = RandomSampler(self.dataset, generator=drawing)
        if batch_sampler is not None:
            require_repeatable("DataLoader()", "batch_sampler", batch_sampler)
            own = {
                "batch_size": batch_size != 1,
                "shuffle": shuffle,
                "sampler": sampler,
                "drop_last": drop_last,
            }
            _exclude("batch_sampler", **own, generator=generator)
        else:
            sampler = SequentialSampler(self.dataset) if sampler is None else sampler
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_sampler = batch_sampler

    @property
    def sampler(self) -> Any:
        """What gives the order; None where a batch sampler of another kind gives batches."""
        return getattr(self.batch_sampler, "sampler", None)

    @property
    def batch_size(self) -> int | None:
        """The number of samples in a batch; None where the batch sampler does not say."""
        return getattr(self.batch_sampler, "batch_size", None)

    @property
    def drop_last(self) -> bool:
        """Whether a short last batch is left out."""
        return bool(getattr(self.batch_sampler, "drop_last", False))

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return length_of("DataLoader", self.batch_sampler)

    def __iter__(self) -> Iterator[Any]:
        """One epoch; its order is drawn now."""
        parts = parts_of(self.batch_sampler)
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
        size = "" if self.batch_size is None else f", batch_size={self.batch_size}"
        inner = self.batch_sampler if self.sampler is None else self.sampler
        count = f", {len(self)} batches" if isinstance(inner, Sized) else ""
        return f"DataLoader({self.dataset!r}{size}{count})"


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


def _exclude(what: str, **others: Any) -> None:
    """The order is told once.

    Raises:
        DomainError: if it is told otherwise, too.
    """
    for name, told in others.items():
        if told is not None and told is not False:
            advice = f"give it to the {what}" if name == "generator" else f"leave out `{name}`"
            raise DomainError(f"DataLoader(): `{what}` says already what `{name}` says; {advice}")


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
