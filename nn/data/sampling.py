"""In which order the samples come, and how they are cut into batches: the one sampler of every loader."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..randomness import generator_or_default
from .samples import Array


def index_batches(
    count: int, batch_size: int, shuffle: bool, generator: np.random.Generator | None, drop_last: bool
) -> Iterator[Array]:
    """The indices of one epoch, a batch at a time; the order is drawn at the call, not at the first batch."""
    order = generator_or_default(generator).permutation(count) if shuffle else np.arange(count)
    starts = range(0, number_of_batches(count, batch_size, drop_last) * batch_size, batch_size)
    return (order[start : start + batch_size] for start in starts)


def number_of_batches(count: int, batch_size: int, drop_last: bool) -> int:
    """How many batches an epoch has; the last one may be short unless it is dropped."""
    return count // batch_size if drop_last else -(-count // batch_size)
