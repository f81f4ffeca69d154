"""How well a classifier does: numbers for the reader, beside the loss, which is for the optimiser."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import check_count, check_word
from ..functional.labels import checked_labels
from ..functional.operands import values_of

__all__ = ["PrecisionRecallF1", "accuracy", "confusion_matrix", "precision_recall_f1"]

Array = np.ndarray[Any, np.dtype[Any]]


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
    return matrix("confusion_matrix", output, labels, num_classes, threshold)


def matrix(
    function: str, output: Any, labels: Any, num_classes: int | None, threshold: float | None
) -> Array:
    """:func:`confusion_matrix` for a function or metric that is named in errors."""
    predicted, wanted, classes = classes_of(function, output, labels, num_classes, threshold)
    places = (wanted * classes + predicted).astype(np.intp)  # in browsers indices have 32 bits
    counts = np.bincount(places, minlength=classes * classes)
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
    check_average("precision_recall_f1", average)
    return scores(matrix("precision_recall_f1", output, labels, num_classes, threshold), average)


def classes_of(
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


def scores(matrix: Array, average: str | None) -> PrecisionRecallF1:
    """Precision, recall and F1 from a confusion matrix; see :func:`precision_recall_f1`."""
    right, predicted, wanted = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    if average == "micro":
        right, predicted, wanted = right.sum(), predicted.sum(), wanted.sum()
    found = [_ratio(right, predicted), _ratio(right, wanted), _ratio(2 * right, predicted + wanted)]
    if average == "macro":
        occurs = (predicted + wanted) > 0
        found = [score[occurs].mean() for score in found]
    elif average == "weighted":
        found = [(score * wanted).sum() / wanted.sum() for score in found]
    return PrecisionRecallF1(*(found if average is None else map(float, found)))


def _ratio(a: Any, b: Any) -> Any:
    return np.divide(a, b, out=np.zeros(np.shape(b)), where=np.asarray(b) > 0)


def check_average(function: str, average: Any) -> None:
    """A way to make one number of one for each class, or None."""
    if average is not None:
        check_word(function, ("macro", "micro", "weighted", None), average=average)
