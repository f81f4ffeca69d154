"""How well a classifier does: numbers for the reader, beside the loss, which is for the optimiser."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import check_count
from ..functional.labels import checked_labels
from ..functional.operands import values_of

__all__ = [
    "F1",
    "Accuracy",
    "ConfusionMatrix",
    "Metric",
    "Precision",
    "PrecisionRecallF1",
    "Recall",
    "confusion_matrix",
    "precision_recall_f1",
]

Array = np.ndarray[Any, np.dtype[Any]]

_AVERAGES = ("macro", "micro", "weighted", None)


class PrecisionRecallF1(NamedTuple):
    """Three numbers, or three arrays with one number for each class."""

    precision: Any
    recall: Any
    f1: Any


def confusion_matrix(
    output: Any, labels: Any, num_classes: int | None = None, *, threshold: float | None = None
) -> Array:
    """How often each class was taken for each: rows are the right classes, columns the predicted ones.

    Args:
        output: (N, C) numbers, the largest of which is the prediction; or (N,) predicted classes,
            integers.
        labels: (N,) integers.
        num_classes: how many classes there are; when None, C, or one more than the largest met.
        threshold: for one number per sample, (N,) or (N, 1): above it is class 1, else class 0. It is 0
            for logits and 0.5 for probabilities. Labels may then be the numbers 0.0 and 1.0.

    Returns:
        Integers, (classes, classes).

    Raises:
        ShapeError: if the shapes do not fit.
        DtypeError: if labels or predicted classes are not integers.
        IndexRangeError: if one is no class.
        DomainError: if there are fewer than 1 classes, or a prediction is NaN.

    >>> confusion_matrix([0, 1, 1, 1], [0, 0, 1, 1])
    array([[1, 1],
           [0, 2]])
    """
    return _matrix("confusion_matrix", output, labels, num_classes, threshold)


def _matrix(
    function: str, output: Any, labels: Any, num_classes: int | None, threshold: float | None
) -> Array:
    predicted, wanted, classes = _classes_of(function, output, labels, num_classes, threshold)
    counts = np.bincount(wanted * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes)


def precision_recall_f1(
    output: Any,
    labels: Any,
    average: str | None = "macro",
    num_classes: int | None = None,
    *,
    threshold: float | None = None,
) -> PrecisionRecallF1:
    """What part of a class's predictions is right, what part of the class is found, and both in one.

    With TP right predictions of a class, FP wrong ones and FN samples of it that were missed:
    precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN). What would be
    0 / 0 is 0.

    Args:
        output: as in :func:`confusion_matrix`.
        labels: (N,) integers.
        average: "macro", the mean over the classes that occur, each counting the same; "weighted",
            the mean in which a class counts by its samples; "micro", from the sums over all classes, each
            sample counting the same; None, one number for each class.
        num_classes: as in :func:`confusion_matrix`.
        threshold: as in :func:`confusion_matrix`.

    Raises:
        DomainError: for another ``average``; see :func:`confusion_matrix` for the rest.

    Source: van Rijsbergen (1979), "Information retrieval", chapter 7.

    >>> precision_recall_f1([0, 1, 1, 1], [0, 0, 1, 1], average=None).recall
    array([0.5, 1. ])
    """
    _check_average("precision_recall_f1", average)
    return _scores(_matrix("precision_recall_f1", output, labels, num_classes, threshold), average)


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
        """Begin a new pass."""
        self.right, self.samples = 0, 0

    def update(self, output: Any, target: Any) -> None:
        """Take in a batch."""
        if self.top == 1:
            predicted, wanted, _ = _classes_of("Accuracy", output, target, None, self.threshold)
            self.right += int((predicted == wanted).sum())
        else:
            outputs = values_of(output)
            if outputs.ndim != 2 or outputs.shape[1] < self.top:
                raise ShapeError(f"Accuracy: top={self.top} needs (N, C) outputs, got {outputs.shape}")
            _, wanted, _ = _classes_of("Accuracy", outputs, target, None, None)
            best = np.argpartition(outputs, -self.top, axis=1)[:, -self.top :]
            self.right += int((best == wanted[:, None]).any(axis=1).sum())
        self.samples += len(wanted)

    def compute(self) -> float:
        """The fraction over all batches since the reset."""
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
        """Begin a new pass."""
        self.counts: Array = np.zeros((self.num_classes or 0,) * 2, np.int64)

    def update(self, output: Any, target: Any) -> None:
        """Take in a batch."""
        met = _matrix(type(self).__name__, output, target, self.num_classes, self.threshold)
        larger, smaller = (met, self.counts) if len(met) > len(self.counts) else (self.counts, met)
        larger = larger.copy()
        larger[: len(smaller), : len(smaller)] += smaller
        self.counts = larger

    def compute(self) -> Any:
        """The matrix over all batches since the reset."""
        _some(type(self).__name__, int(self.counts.sum()))
        return self.counts.copy()

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Score(ConfusionMatrix):
    """One of the three scores, over all batches."""

    def __init__(
        self,
        average: str | None = "macro",
        num_classes: int | None = None,
        *,
        threshold: float | None = None,
    ) -> None:
        _check_average(type(self).__name__, average)
        self.average = average
        super().__init__(num_classes, threshold=threshold)

    def compute(self) -> Any:
        """The score over all batches since the reset."""
        return getattr(_scores(super().compute(), self.average), self.name)

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


def _classes_of(
    function: str, output: Any, labels: Any, num_classes: int | None, threshold: float | None
) -> tuple[Array, Array, int]:
    """The predicted classes, the right ones, and the number of classes."""
    if num_classes is not None:
        check_count(f"{function}()", num_classes=num_classes)
    outputs, wanted = values_of(output), values_of(labels)
    if threshold is not None:
        outputs, wanted = _two_classes(function, outputs, wanted, threshold)
        num_classes = num_classes or 2
    elif outputs.ndim == 2 and outputs.shape[1] == 1:
        raise ShapeError(
            f"{function}(): outputs {outputs.shape} are one number for each sample; "
            "give threshold=0.0 for logits, threshold=0.5 for probabilities"
        )
    if outputs.ndim == 2 and outputs.size:
        if np.isnan(outputs).any():
            raise DomainError(f"{function}(): an output is NaN, so that no class is the most likely")
        num_classes = num_classes or outputs.shape[1]
        outputs = outputs.argmax(axis=1)
    elif outputs.ndim == 1 and outputs.dtype.kind not in "iu":
        raise DtypeError(
            f"{function}(): outputs of shape {outputs.shape} have to be predicted classes, integers, "
            f"got {outputs.dtype}; for one logit per sample give threshold=0.0"
        )
    if outputs.ndim != 1 or wanted.shape != outputs.shape or not outputs.size:
        raise ShapeError(
            f"{function}(): needs outputs (N, C), or (N,) predicted classes, and N labels, N > 0, "
            f"got {outputs.shape} and {wanted.shape}"
        )
    if num_classes is None:
        whole = wanted if wanted.dtype.kind in "iu" else outputs
        num_classes = int(max(outputs.max(), whole.max())) + 1
    return (
        checked_labels(function, outputs, max(num_classes, 1)).astype(np.int64),
        checked_labels(function, wanted, max(num_classes, 1)).astype(np.int64),
        max(num_classes, 1),
    )


def _two_classes(function: str, outputs: Array, wanted: Array, threshold: float) -> tuple[Array, Array]:
    if outputs.ndim == 2 and outputs.shape[1] == 1:
        outputs = outputs[:, 0]
    if outputs.ndim != 1:
        raise ShapeError(
            f"{function}(): `threshold` (={threshold}) is for one number per sample, (N,) or (N, 1), "
            f"got outputs {outputs.shape}"
        )
    if np.isnan(outputs).any():
        raise DomainError(f"{function}(): an output is NaN, which is neither above nor below the threshold")
    if wanted.ndim == 2 and wanted.shape[1] == 1:
        wanted = wanted[:, 0]
    if wanted.dtype.kind in "fb" and ((wanted == 0) | (wanted == 1)).all():
        wanted = wanted.astype(np.int64)
    return (outputs > threshold).astype(np.int64), wanted


def _scores(matrix: Array, average: str | None) -> PrecisionRecallF1:
    right, predicted, wanted = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    if average == "micro":
        right, predicted, wanted = right.sum(), predicted.sum(), wanted.sum()
    scores = [_ratio(right, predicted), _ratio(right, wanted), _ratio(2 * right, predicted + wanted)]
    if average == "macro":
        occurs = (predicted + wanted) > 0
        scores = [score[occurs].mean() for score in scores]
    elif average == "weighted":
        scores = [(score * wanted).sum() / wanted.sum() for score in scores]
    return PrecisionRecallF1(*(scores if average is None else map(float, scores)))


def _ratio(a: Any, b: Any) -> Any:
    return np.divide(a, b, out=np.zeros(np.shape(b)), where=np.asarray(b) > 0)


def _check_average(function: str, average: Any) -> None:
    if average not in _AVERAGES:
        raise DomainError(
            f"{function}: `average` (={average!r}) has to be 'macro', 'micro', 'weighted' or None"
        )


def _some(function: str, samples: int) -> int:
    if not samples:
        raise ShapeError(f"{function}.compute(): there are no samples yet; update() takes them in")
    return samples
