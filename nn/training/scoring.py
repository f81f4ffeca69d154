"""How much of the data is recognised."""

from __future__ import annotations

from typing import Any

from autograd_core.errors import ShapeError

from ..functional.labels import checked_labels
from ..functional.operands import values_of

__all__ = ["accuracy"]


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
