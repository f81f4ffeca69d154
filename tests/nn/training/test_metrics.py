"""Metrics: scikit-learn's numbers, in one go or batch by batch."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError

rng = np.random.default_rng(0)
LABELS = rng.integers(0, 4, 50)
LOGITS = rng.normal(size=(50, 4)) + 1.5 * np.eye(4)[LABELS]
PREDICTED = LOGITS.argmax(axis=1)
NEVER_MET = np.where(LABELS == 2, 1, LABELS)  # four classes, of which one does not occur
NEVER_SAID = np.where(PREDICTED == 2, 3, PREDICTED)

CASES = {
    "logits": (LOGITS, PREDICTED, LABELS),
    "float32 logits": (LOGITS.astype(np.float32), PREDICTED, LABELS),
    "predicted classes": (PREDICTED, PREDICTED, LABELS),
    "a class that is never predicted": (NEVER_SAID, NEVER_SAID, LABELS),
    "a class that does not occur": (NEVER_SAID, NEVER_SAID, NEVER_MET),
    "all right": (LABELS, LABELS, LABELS),
    "all wrong": ((LABELS + 1) % 4, (LABELS + 1) % 4, LABELS),
}


@pytest.mark.parametrize("name", CASES)
def test_the_confusion_matrix_is_that_of_scikit_learn(name):
    output, predicted, labels = CASES[name]
    expected = reference.confusion_matrix(labels, predicted, labels=range(4))
    assert np.array_equal(nn.confusion_matrix(output, labels, 4), expected)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted", None])
@pytest.mark.parametrize("name", CASES)
def test_precision_recall_and_f1_are_those_of_scikit_learn(name, average):
    output, predicted, labels = CASES[name]
    every = range(4) if average is None else None
    *expected, _ = reference.precision_recall_fscore_support(
        labels, predicted, average=average, labels=every, zero_division=0
    )
    found = nn.precision_recall_f1(output, labels, average, num_classes=4)
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert all(type(score) is (np.ndarray if average is None else float) for score in found)


COLLECTING = {
    "accuracy": (nn.Accuracy(), lambda y, p: reference.accuracy_score(y, p.argmax(1))),
    "top 2": (nn.Accuracy(top=2), lambda y, p: reference.top_k_accuracy_score(y, p, k=2)),
    "confusion": (nn.ConfusionMatrix(), lambda y, p: reference.confusion_matrix(y, p.argmax(1))),
    "precision": (nn.Precision(), lambda y, p: reference.precision_score(y, p.argmax(1), average="macro")),
    "recall": (nn.Recall("micro"), lambda y, p: reference.recall_score(y, p.argmax(1), average="micro")),
    "f1": (nn.F1(None), lambda y, p: reference.f1_score(y, p.argmax(1), average=None)),
}


@pytest.mark.parametrize("name", COLLECTING)
def test_batches_of_any_size_give_what_all_samples_give_at_once(name):
    metric, of_scikit_learn = COLLECTING[name]
    metric.reset()
    for part in (slice(0, 7), slice(7, 8), slice(8, 50)):
        metric.update(Tensor(LOGITS[part], requires_grad=True), Tensor(LABELS[part]))
    np.testing.assert_allclose(metric.compute(), of_scikit_learn(LABELS, LOGITS), rtol=1e-14)
    np.testing.assert_array_equal(metric.compute(), metric(LOGITS, LABELS))


def test_a_matrix_grows_when_a_batch_brings_a_larger_class():
    matrix = nn.ConfusionMatrix()
    matrix.update([0, 1], [0, 0])
    matrix.update([3], [2])
    assert np.array_equal(matrix.compute(), reference.confusion_matrix([0, 0, 2], [0, 1, 3]))


def test_one_number_per_sample_is_compared_with_a_threshold():
    logits, labels = np.array([-1.0, 0.5, 2.0, -0.1]), np.array([0.0, 0.0, 1.0, 1.0])
    assert nn.Accuracy(threshold=0.0)(logits[:, None], labels[:, None]) == 0.5
    assert nn.confusion_matrix(logits, labels, threshold=1.0).tolist() == [[2, 0], [1, 1]]
    assert nn.F1("micro", threshold=0.0)(logits, labels) == 0.5
    assert nn.confusion_matrix([-1.0], [0], threshold=0.0).shape == (2, 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.confusion_matrix(LOGITS, LABELS[:9]), ShapeError, r"got \(50,\) and \(9,\)"),
        (lambda: nn.confusion_matrix(np.zeros((0, 3)), []), ShapeError, "N > 0"),
        (lambda: nn.confusion_matrix(LOGITS[0, 0], 1), ShapeError, r"got \(\) and \(\)"),
        (lambda: nn.confusion_matrix([0, 1], [0.0, 1.0]), DtypeError, "labels have to be integers"),
        (lambda: nn.confusion_matrix([0.2, 0.9], [0, 1]), DtypeError, "threshold=0.0"),
        (lambda: nn.confusion_matrix([[0.2], [0.9]], [0, 1]), ShapeError, "one number for each sample"),
        (lambda: nn.confusion_matrix([0, 3], [0, 1], 3), IndexRangeError, "label 3 at position 1"),
        (lambda: nn.confusion_matrix([0, 1], [0, -1]), IndexRangeError, "label -1 at position 1"),
        (lambda: nn.confusion_matrix([0, 1], [0, 1], 0), DomainError, r"`num_classes` \(=0\)"),
        (lambda: nn.confusion_matrix([[np.nan, 1.0]], [0]), DomainError, "an output is NaN"),
        (lambda: nn.confusion_matrix([np.nan], [0], threshold=0.0), DomainError, "neither above nor below"),
        (lambda: nn.confusion_matrix(LOGITS, LABELS, threshold=0.0), ShapeError, r"got outputs \(50, 4\)"),
        (lambda: nn.confusion_matrix([1.0], [0.5], threshold=0.0), DtypeError, "have to be integers"),
        (lambda: nn.precision_recall_f1(LOGITS, LABELS, "mean"), DomainError, r"`average` \(='mean'\)"),
        (lambda: nn.F1("samples"), DomainError, "one of 'macro', 'micro', 'weighted', None"),
        (lambda: nn.F1()([0.5], [0]), DtypeError, r"F1\(\): outputs of shape \(1,\)"),
        (lambda: nn.Accuracy(top=0), DomainError, r"`top` \(=0\)"),
        (lambda: nn.Accuracy(top=5)(LOGITS, LABELS), ShapeError, r"top=5 needs \(N, C\) outputs"),
        (lambda: nn.Accuracy(top=2, threshold=0.0), DomainError, "`threshold` for one"),
        (lambda: nn.Accuracy().compute(), ShapeError, "there are no samples yet"),
        (lambda: nn.Recall().compute(), ShapeError, "there are no samples yet"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()
