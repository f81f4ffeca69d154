"""Metrics that collect over batches: what :func:`nn.fit` measures beside the loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core.errors import DomainError, ShapeError
from autograd_core.spelling import spelled

from ..checks import check_count
from ..functional.operands import values_of
from .scores import Array, check_average, classes_of, matrix, scores

__all__ = ["F1", "Accuracy", "ConfusionMatrix", "Metric", "Precision", "Recall"]


class Metric:
    """Base of the metrics that collect over batches. A subclass writes ``reset``, ``update``, ``compute``.

    :func:`nn.fit` resets it before every pass over the data, updates it with every batch and computes it
    at the end; it then holds the last pass, which is that over the validation data where there are any.

    Attributes:
        name: its column in the history.

    >>> import nn
    >>> class LargestError(nn.Metric):
    ...     name = "largest_error"
    ...     def reset(self):
    ...         self.largest = 0.0
    ...     def update(self, output, target):
    ...         self.largest = max(self.largest, float(abs(output - target).max().item()))
    ...     def compute(self):
    ...         return self.largest
    """

    name = ""

    def reset(self) -> None:
        """Begin a new pass."""
        raise NotImplementedError

    def update(self, output: Any, target: Any) -> None:
        """Take in a batch."""
        raise NotImplementedError

    def compute(self) -> Any:
        """What all batches since the reset give together: a number, or an array."""
        raise NotImplementedError

    def __call__(self, output: Any, target: Any) -> Any:
        """What one batch gives by itself; the collected ones are forgotten."""
        self.reset()
        self.update(output, target)
        return self.compute()


class Accuracy(Metric):
    """The fraction of samples whose class is right, or among the ``top`` largest outputs.

    Args:
        top: how many outputs are looked at; for more than 1 the outputs are (N, C).
        threshold: as in :func:`confusion_matrix`.

    Raises:
        DomainError: if ``top`` is not positive.
        ShapeError: from ``update``, if the shapes do not fit.

    >>> import nn
    >>> accuracy = nn.Accuracy()
    >>> for output, labels in [([[2.0, 1.0], [0.0, 3.0]], [0, 1]), ([[1.0, 0.0]], [1])]:
    ...     accuracy.update(output, labels)
    >>> round(accuracy.compute(), 4)
    0.6667
    """

    name = "accuracy"

    def __init__(self, top: int = 1, *, threshold: float | None = None) -> None:
        check_count("Accuracy", top=top)
        if top > 1 and threshold is not None:
            raise DomainError(f"Accuracy: `top` (={top}) is for several outputs, `threshold` for one")
        self.top, self.threshold = top, threshold
        if top > 1:
            self.name = f"top_{top}_accuracy"
        self.reset()

    def reset(self) -> None:
        self.right, self.samples = 0, 0

    def update(self, output: Any, target: Any) -> None:
        if self.top == 1:
            predicted, wanted, _ = classes_of("Accuracy", output, target, None, self.threshold)
            self.right += int((predicted == wanted).sum())
        else:
            outputs = values_of(output)
            if outputs.ndim != 2 or outputs.shape[1] < self.top:
                raise ShapeError(f"Accuracy: top={self.top} needs (N, C) outputs, got {outputs.shape}")
            _, wanted, _ = classes_of("Accuracy", outputs, target, None, None)
            best = np.argpartition(outputs, -self.top, axis=1)[:, -self.top :]
            self.right += int((best == wanted[:, None]).any(axis=1).sum())
        self.samples += len(wanted)

    def compute(self) -> float:
        return self.right / _some("Accuracy", self.samples)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(top={self.top})"


class ConfusionMatrix(Metric):
    """:func:`confusion_matrix` over all batches.

    Args:
        num_classes: how many classes there are; when None, as many as are met.
        threshold: as in :func:`confusion_matrix`.

    >>> import nn
    >>> matrix = nn.ConfusionMatrix()
    >>> for predicted, labels in [([0, 1], [0, 0]), ([1, 1], [1, 1])]:
    ...     matrix.update(predicted, labels)
    >>> matrix.compute()
    array([[1, 1],
           [0, 2]])
    """

    name = "confusion_matrix"

    def __init__(self, num_classes: int | None = None, *, threshold: float | None = None) -> None:
        if num_classes is not None:
            check_count(type(self).__name__, num_classes=num_classes)
        self.num_classes, self.threshold = num_classes, threshold
        self.reset()

    def reset(self) -> None:
        self.counts: Array = np.zeros((self.num_classes or 0,) * 2, np.int64)

    def update(self, output: Any, target: Any) -> None:
        met = matrix(type(self).__name__, output, target, self.num_classes, self.threshold)
        larger, smaller = (met, self.counts) if len(met) > len(self.counts) else (self.counts, met)
        larger = larger.copy()
        larger[: len(smaller), : len(smaller)] += smaller
        self.counts = larger

    def compute(self) -> Any:
        _some(type(self).__name__, int(self.counts.sum()))
        return self.counts.copy()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Score(ConfusionMatrix):
    """One of the three scores, over all batches."""

    @spelled
    def __init__(
        self,
        average: str | None = "macro",
        num_classes: int | None = None,
        *,
        threshold: float | None = None,
    ) -> None:
        check_average(type(self).__name__, average)
        self.average = average
        super().__init__(num_classes, threshold=threshold)

    def compute(self) -> Any:
        return getattr(scores(super().compute(), self.average), self.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(average={self.average!r})"


class Precision(_Score):
    """TP / (TP + FP) over all batches; see :func:`precision_recall_f1`.

    >>> import nn
    >>> nn.Precision(average=None)([0, 1, 1, 1], [0, 0, 1, 1]).round(2)
    array([1.  , 0.67])
    """

    name = "precision"


class Recall(_Score):
    """TP / (TP + FN) over all batches; see :func:`precision_recall_f1`.

    >>> import nn
    >>> nn.Recall()([0, 1, 1, 1], [0, 0, 1, 1])
    0.75
    """

    name = "recall"


class F1(_Score):
    """2 TP / (2 TP + FP + FN) over all batches; see :func:`precision_recall_f1`.

    >>> import nn
    >>> round(nn.F1()([0, 1, 1, 1], [0, 0, 1, 1]), 4)
    0.7333
    """

    name = "f1"


def _some(function: str, samples: int) -> int:
    if not samples:
        raise ShapeError(f"{function}.compute(): there are no samples yet; update() takes them in")
    return samples
