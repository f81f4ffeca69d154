"""Scores of classifiers: the numbers of scikit-learn."""

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
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_accuracy_is_the_fraction_of_right_answers():
    assert nn.accuracy(np.eye(4), [0, 1, 2, 0]) == 0.75
    assert nn.accuracy(Tensor(np.eye(2), requires_grad=True), Tensor(np.array([0, 1]))) == 1


def test_accuracy_checks_labels():
    with pytest.raises(ShapeError, match=r"got \(4, 4\) and \(3,\)"):
        nn.accuracy(np.eye(4), [0, 1, 2])
    with pytest.raises(IndexRangeError, match="label 4 at position 1 is out of range"):
        nn.accuracy(np.eye(4), [0, 4, 1, 1])
