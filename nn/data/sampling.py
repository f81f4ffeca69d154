"""In which order the samples come, and how they are cut into batches: the samplers of every loader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from itertools import islice
from typing import Any, Protocol, runtime_checkable

import numpy as np

from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.spelling import spelled

from ..checks import check_count, check_flag, glimpse
from ..randomness import generator_from, generator_or_default
from .samples import Array, numbers_of, whole_numbers

__all__ = [
    "BatchSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
]

Generator = np.random.Generator | int | None


@runtime_checkable
class Sampler(Protocol):
    """Whatever gives the numbers of samples, one after the other, each time it is gone through: one epoch.

    A list of numbers is one. ``len()`` is needed only where the number of batches is asked for.

    >>> import nn
    >>> class Backwards:
    ...     def __iter__(self):
    ...         return iter([2, 1, 0])
    >>> [x.tolist() for x in nn.DataLoader([10, 11, 12], 2, sampler=Backwards())]
    [[12, 11], [10]]
    """

    def __iter__(self) -> Iterator[int]:
        """The numbers of the samples of one epoch."""
        ...  # a protocol has no body


class _Drawn:
    """A sampler that knows the order of an epoch before it begins."""

    def order(self) -> Array:
        """The numbers of the samples of one epoch, drawn now."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[int]:
        return iter(self.order().tolist())


class SequentialSampler(_Drawn):
    """Every sample once, in the order in which they lie.

    Args:
        data_source: the dataset, or anything with that ``len()``.

    Raises:
        DtypeError: if it has none.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        self.data_source = _with_length("SequentialSampler()", data_source)

    def __len__(self) -> int:
        return len(self.data_source)

    def order(self) -> Array:
        """0, 1, 2 ..."""
        return np.arange(len(self))


class RandomSampler(_Drawn):
    """Every sample once, in a new order each time; or as many as are asked for.

    Args:
        data_source: the dataset, or anything with that ``len()``.
        replacement: whether each is drawn from all, so that some come twice and others not at all.
        num_samples: how many; the length of the dataset when None. More than that, without replacement, are
            every sample once before any comes again.
        generator: draws the order; a whole number seeds one; the common one (:func:`nn.seed`) when None.

    Raises:
        ShapeError: if there are no samples.
        DtypeError: if an argument has the wrong type.
        DomainError: if ``num_samples`` is not positive.

    >>> sampler = RandomSampler("abcd", generator=0)
    >>> list(sampler), list(sampler)
    ([2, 0, 1, 3], [3, 2, 1, 0])
    """

    @spelled
    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator = None,
    ) -> None:
        self.data_source = _with_length("RandomSampler()", data_source)
        check_flag("RandomSampler()", replacement=replacement)
        if num_samples is not None:
            check_count("RandomSampler()", num_samples=num_samples)
        if not len(data_source):
            raise ShapeError("RandomSampler(): there are no samples to draw from")
        self.replacement, self.num_samples = replacement, num_samples
        self.generator = _own("RandomSampler()", generator)

    def __len__(self) -> int:
        return len(self.data_source) if self.num_samples is None else self.num_samples

    def order(self) -> Array:
        """A new permutation, or independent draws."""
        generator, count, wanted = generator_or_default(self.generator), len(self.data_source), len(self)
        if self.replacement:
            return generator.integers(count, size=wanted)
        parts = [generator.permutation(count) for _ in range(-(-wanted // count))]
        return parts[0][:wanted] if len(parts) == 1 else np.concatenate(parts)[:wanted]


class SubsetRandomSampler(_Drawn):
    """Some samples of a dataset, in a new order each time.

    Args:
        indices: their numbers.
        generator: draws the order; a whole number seeds one; the common one (:func:`nn.seed`) when None.

    Raises:
        DtypeError: if they are not whole numbers.
        ShapeError: if they are not a list.

    >>> sorted(SubsetRandomSampler([4, 2, 9]))
    [2, 4, 9]
    """

    @spelled
    def __init__(self, indices: Any, generator: Generator = None) -> None:
        self.indices = whole_numbers("SubsetRandomSampler()", indices)
        self.generator = _own("SubsetRandomSampler()", generator)

    def __len__(self) -> int:
        return len(self.indices)

    def order(self) -> Array:
        """The indices, permuted anew."""
        shuffled: Array = generator_or_default(self.generator).permutation(self.indices)
        return shuffled


class WeightedRandomSampler(_Drawn):
    """Samples drawn with these probabilities, up to a factor: rare classes as often as frequent ones.

    Args:
        weights: a weight from 0 for each sample.
        num_samples: how many are drawn for an epoch.
        replacement: whether each is drawn from all; without it none comes twice.
        generator: draws them; a whole number seeds one; the common one (:func:`nn.seed`) when None.

    Raises:
        DtypeError: if an argument has the wrong type.
        ShapeError: if the weights are not a list.
        DomainError: for weights below 0 or not finite, or if there are too few above 0.

    >>> labels = np.array([0, 0, 0, 1])
    >>> sampler = WeightedRandomSampler(1 / np.bincount(labels)[labels], 1000, generator=0)
    >>> int(np.bincount(labels[list(sampler)])[1])  # about half of them
    527
    """

    @spelled
    def __init__(
        self, weights: Any, num_samples: int, replacement: bool = True, generator: Generator = None
    ) -> None:
        place = "WeightedRandomSampler()"
        check_count(place, num_samples=num_samples)
        check_flag(place, replacement=replacement)
        numbers = numbers_of(place, "weights", weights)
        if numbers.ndim != 1:
            raise ShapeError(
                f"{place}: `weights` have to be a list, one for each sample, got shape {numbers.shape}"
            )
        if not (np.isfinite(numbers) & (numbers >= 0)).all():
            raise DomainError(f"{place}: `weights` have to be finite numbers from 0, got {glimpse(weights)}")
        positive = int(np.count_nonzero(numbers))
        if not positive:
            raise DomainError(f"{place}: no weight is above 0, so no sample can be drawn")
        if not replacement and num_samples > positive:
            raise DomainError(
                f"{place}: without replacement `num_samples` (={num_samples}) is more than the samples "
                f"whose weight is above 0, {positive}"
            )
        self.weights, self.num_samples, self.replacement = numbers, num_samples, replacement
        self.generator = _own(place, generator)

    def __len__(self) -> int:
        return self.num_samples

    def order(self) -> Array:
        """New draws."""
        shares = self.weights / self.weights.sum(dtype=np.float64)
        generator = generator_or_default(self.generator)
        return generator.choice(len(shares), self.num_samples, self.replacement, shares)


class BatchSampler:
    """The numbers of a sampler, ``batch_size`` at a time: lists of whole numbers.

    Args:
        sampler: gives the numbers of the samples.
        batch_size: the number of samples in a batch.
        drop_last: leave out a short last batch.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``batch_size`` is not positive.

    >>> batches = BatchSampler(SequentialSampler("abc"), 2)
    >>> list(batches), len(batches)
    ([[0, 1], [2]], 2)
    """

    @spelled
    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool = False) -> None:
        require_repeatable("BatchSampler()", "sampler", sampler)
        check_count("BatchSampler()", batch_size=batch_size)
        check_flag("BatchSampler()", drop_last=drop_last)
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __len__(self) -> int:
        count = length_of("BatchSampler", self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        return (part.tolist() for part in self.parts())

    def parts(self) -> Iterator[Array]:
        """The same as arrays. The order is drawn at the call, not at the first batch."""
        each: Iterator[Array]
        if isinstance(self.sampler, _Drawn):
            order = self.sampler.order()
            each = (order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size))
        else:
            each = self._collected(iter(self.sampler))
        return (part for part in each if len(part) == self.batch_size or not self.drop_last)

    def _collected(self, numbers: Iterator[Any]) -> Iterator[Array]:
        while (part := list(islice(numbers, self.batch_size))) != []:
            yield whole_numbers("the sampler", part)


def parts_of(batch_sampler: Iterable[Any]) -> Iterator[Array]:
    """The batches of an epoch, each the numbers of its samples."""
    if isinstance(batch_sampler, BatchSampler):
        return batch_sampler.parts()
    drawn = iter(batch_sampler)
    return (whole_numbers("the batch sampler", part) for part in drawn)


def require_repeatable(operation: str, name: str, sampler: Any) -> None:
    """A sampler gives the numbers of an epoch each time it is gone through.

    Raises:
        DtypeError: if it cannot be gone through, or only once.
    """
    if isinstance(sampler, Iterator):
        raise DtypeError(
            f"{operation}: `{name}` is a {type(sampler).__name__}, which is used up after one epoch; give "
            "what can be gone through again: a sampler, or a list"
        )
    if not isinstance(sampler, Iterable) or isinstance(sampler, str | dict):
        raise DtypeError(f"{operation}: `{name}` has to give the numbers of samples, got {glimpse(sampler)}")


def length_of(owner: str, sampler: Any) -> int:
    """How many numbers a sampler gives.

    Raises:
        DtypeError: if it does not say so.
    """
    if not isinstance(sampler, Sized):
        raise DtypeError(
            f"the length of {owner} is not known: its {type(sampler).__name__} has no __len__(); write one"
        )
    return len(sampler)


def _with_length(operation: str, data_source: Any) -> Any:
    if not isinstance(data_source, Sized):
        raise DtypeError(
            f"{operation}: needs a dataset with len(), or range(count), got {glimpse(data_source)}"
        )
    return data_source


def _own(operation: str, generator: Generator) -> np.random.Generator | None:
    """A generator of its own, None for the common one, which may be seeded anew meanwhile."""
    return None if generator is None else generator_from(operation, generator)
