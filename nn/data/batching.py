"""Mini-batches in one line: the plain form of the loader, for arrays that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.spelling import spelled

from ..checks import check_count
from ..randomness import generator_or_default
from .samples import side_by_side
from .sampling import BatchSampler, RandomSampler, SequentialSampler

__all__ = ["batches"]


@spelled
def batches(
    x: Any,
    y: Any,
    batch_size: int,
    shuffle: bool = True,
    generator: np.random.Generator | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch: every sample once, ``batch_size`` at a time, the last batch as short as it has to be.

    Args:
        x: inputs, samples along the first axis.
        y: targets, as many. Lists of integers stay integers.
        batch_size: the number of samples in a batch.
        shuffle: whether to draw a new order.
        generator: draws the order; the common one (:func:`nn.seed`) when None.
        drop_last: leave out a short last batch.

    Raises:
        ShapeError: if there are no samples, or not as many targets as inputs.
        DtypeError: if the data are not numbers, or the batch size is not a whole one.
        DomainError: if ``batch_size`` is not positive.

    >>> [xb.tolist() for xb, yb in batches([1.0, 2.0, 3.0], [0, 1, 0], 2, shuffle=False)]
    [[1.0, 2.0], [3.0]]
    """
    inputs, targets = side_by_side("batches()", (x, y))
    check_count("batches()", batch_size=batch_size)
    # checked here, at the call; the batches themselves are made one at a time
    order = (
        RandomSampler(inputs, generator=generator_or_default(generator))
        if shuffle
        else SequentialSampler(inputs)
    )
    parts = BatchSampler(order, batch_size, bool(drop_last)).parts()
    return ((inputs[part], targets[part]) for part in parts)
