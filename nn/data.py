"""Data in mini-batches, and how much of them is recognised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .functional.labels import checked_labels
from .functional.operands import values_of
from .randomness import generator_or_default

__all__ = ["accuracy", "batches"]


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
        DomainError: if ``batch_size`` is not positive.

    >>> [xb.tolist() for xb, yb in batches([1.0, 2.0, 3.0], [0, 1, 0], 2, shuffle=False)]
    [[1.0, 2.0], [3.0]]
    """
    inputs, targets = _samples("x", x), _samples("y", y)
    if len(inputs) != len(targets):
        raise ShapeError(f"batches(): {len(inputs)} inputs but {len(targets)} targets")
    if not len(inputs):
        raise ShapeError(f"batches(): there are no samples, x has shape {inputs.shape}")
    if isinstance(batch_size, bool) or not isinstance(batch_size, int | np.integer):
        raise DtypeError(f"batches(): `batch_size` has to be a whole number, got {batch_size!r}")
    if batch_size < 1:
        raise DomainError(f"batches(): `batch_size` (={batch_size}) has to be at least 1")
    order = np.arange(len(inputs))
    if shuffle:
        order = generator_or_default(generator).permutation(order)
    stop = len(inputs) - len(inputs) % batch_size if drop_last else len(inputs)
    # checked above, at the call; the batches themselves are made one at a time
    parts = (order[start : start + batch_size] for start in range(0, stop, batch_size))
    return ((inputs[part], targets[part]) for part in parts)


def _samples(name: str, data: Any) -> Tensor:
    tensor = data if isinstance(data, Tensor) else Tensor(np.asarray(data))
    if not tensor.ndim:
        raise ShapeError(f"batches(): {name} is a single number, not samples along an axis")
    return tensor


def accuracy(logits: Any, labels: Any) -> float:
    """The fraction of samples whose largest output is that of the right class.

    Args:
        logits: (N, C).
        labels: N integers.

    Raises:
        ShapeError: if the shapes do not fit or there are no samples.
        DtypeError: if the labels are not integers.
        IndexRangeError: if one is no class.

    >>> accuracy([[2.0, 1.0], [0.0, 3.0]], [0, 0])
    0.5
    """
    outputs, wanted = values_of(logits), values_of(labels)
    if outputs.ndim != 2 or wanted.shape != outputs.shape[:1] or not outputs.size:
        raise ShapeError(
            f"accuracy(): needs outputs (N, C) and N labels, N > 0, got {outputs.shape} and {wanted.shape}"
        )
    right = outputs.argmax(axis=1) == checked_labels("accuracy", wanted, outputs.shape[1])
    return float(right.mean())
