"""Metrics that collect over batches."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

import nn
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

rng = np.random.default_rng(0)


LABELS = rng.integers(0, 4, 50)


LOGITS = rng.normal(size=(50, 4)) + 1.5 * np.eye(4)[LABELS]


PREDICTED = LOGITS.argmax(axis=1)


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


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
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
