"""Small things to learn, for the tests of training."""

from __future__ import annotations

import numpy as np

import nn
import nn.functional as F

rng = np.random.default_rng(0)
X = rng.normal(size=(50, 3))
LABELS = (X[:, 0] + X[:, 1] ** 2 > 0.5).astype(int)
TARGETS = X @ rng.normal(size=(3, 1))


def classifier(dropout=0.0, hidden=8):
    nn.seed(1)
    parts = [nn.Linear(3, hidden), nn.Tanh(), nn.Dropout(dropout), nn.Linear(hidden, 2)]
    return nn.Sequential(*parts)


def trained(model=None, train=(X, LABELS), validation=None, optimizer=None, **options):
    """A short training, silent unless something is asked for; returns model and history."""
    model = model or classifier()
    optimizer = optimizer or nn.SGD(model.parameters(), lr=0.1, momentum=0.9)
    usual = {"loss": F.cross_entropy, "epochs": 3, "progress": False}
    return model, nn.fit(model, train, validation, optimizer=optimizer, **usual | options)


def same_weights(a, b):
    ours, theirs = a.state_dict(), b.state_dict()
    return ours.keys() == theirs.keys() and all(np.array_equal(ours[name], theirs[name]) for name in ours)


class Scripted(nn.Metric):
    """A number that goes its way whatever is learned: the first column is shown in training."""

    name = "accuracy"

    def __init__(self, values):
        self.values = iter(values)

    def reset(self):
        pass

    def update(self, output, target):
        pass

    def compute(self):
        return next(self.values)
