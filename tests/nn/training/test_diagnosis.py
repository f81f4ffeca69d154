"""What a training says when something commonly goes wrong, and that it says nothing else."""

from __future__ import annotations

import re
import warnings
from functools import partial

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from nn.training.diagnosis import Diagnosis
from tests.nn.training.small import (
    LABELS,
    TARGETS,
    X,
    classifier,
    same_weights,
    trained,
)

DEEP = 12
ONES = np.ones((50, 1))


def said(call):
    """The warnings of a training, each of which points at the line that called for it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    assert all(w.category is nn.TrainingWarning and w.filename.endswith("small.py") for w in caught)
    return [str(w.message) for w in caught]


def deep(activation, scale=None, outputs=2):
    nn.seed(2)
    layers = [nn.Linear(3, 16)]
    for _ in range(DEEP - 2):
        layers += [activation(), nn.Linear(16, 16)]
    model = nn.Sequential(*layers, activation(), nn.Linear(16, outputs))
    for layer in model:
        if scale is not None and isinstance(layer, nn.Linear):
            layer.weight.data *= scale
    return model


def with_dead_units(count, hidden=10):
    nn.seed(4)
    model = nn.Sequential(nn.Linear(3, hidden), nn.ReLU(), nn.Linear(hidden, 2))
    model[0].weight.data[:] = 0.1
    model[0].bias.data[:] = 1.0
    model[0].bias.data[:count] = -100.0
    return model


class Sine(nn.Module):
    """Numbers stay below 1 on the way forth while gradients grow with the weights on the way back."""

    def forward(self, x):
        return x.sin()


class Forgetful(nn.Module):
    """One layer is not used, another is cut off."""

    def __init__(self):
        super().__init__()
        self.used, self.cut, self.unused = nn.Linear(3, 2), nn.Linear(3, 2), nn.Linear(3, 2)
        self.frozen = nn.Linear(3, 2).requires_grad_(False)

    def forward(self, x):
        return self.used(x) + self.cut(x).detach() + self.frozen(x)


class Functional(nn.Module):
    """Units of a function rather than of a module, in pictures."""

    def __init__(self):
        super().__init__()
        self.conv, self.out = nn.Conv2d(1, 4, 3), nn.Linear(4, 2)
        self.conv.bias.data[:] = [-100.0, -100.0, 1.0, 100.0]

    def forward(self, x):
        return self.out(F.relu(self.conv(x)).mean((2, 3)))


def descent(model, lr, **options):
    optimizer = nn.SGD(model.parameters(), lr=lr)
    return trained(model, optimizer=optimizer, **options)


def zeros():
    model = nn.Linear(3, 1)
    model.weight.data[:] = 0.0
    return model


def growing(lr):
    """The loss w² grows by a factor (1 - 2 lr)² with every step that is longer than 1."""
    model = nn.Linear(1, 1, bias=False)
    model.weight.data[:] = 1.0
    data = [(ONES, np.zeros((50, 1)))]
    return descent(model, lr, train=data, loss=F.mse_loss, epochs=6)


SAID = {
    "a step that is too long": (
        lambda: growing(1.05),
        [
            r"epoch 4: the training loss has risen for 3 epochs, from 1 to 1.772: the step may be too large, "
            r"lr=1.05; try lr=0.105"
        ],
    ),
    "gradients that vanish": (
        lambda: descent(deep(nn.Sigmoid), 0.01),
        [
            r"epoch 1: the gradient vanishes on its way back: its root mean square is .*e-\d\d in '0.weight', .*e-\d\d "
            r"in '2.weight', .*, but .* in '22.weight'; these layers hardly learn"
        ],
    ),
    "gradients that explode": (
        lambda: descent(deep(Sine, 20.0), 1e-6),
        [
            r"epoch 1: the gradient explodes on its way back: .*\+\d\d in '0.weight', .* in '22.weight'.*clip_norm=1.0 help"
        ],
    ),
    "a training that explodes": (
        lambda: descent(
            deep(nn.Tanh, outputs=1), 3.0, train=(X, TARGETS), loss=F.mse_loss, epochs=3, batch_size=10
        ),
        [
            r"epoch 1: the training explodes: the mean loss is .*, that of the first batch was .*, and the weights "
            r"are .* times what they were: the step is too large, lr=3; try lr=0.3, or clip_norm=1.0$"
        ],
    ),
    "one that began with zeros": (
        lambda: descent(zeros(), 3.0, train=(X, TARGETS), loss=F.mse_loss, batch_size=10),
        [
            r"epoch 1: the training explodes: the mean loss is .*, that of the first batch was [\d.]+: the step"
        ],
    ),
    "dead units": (
        lambda: descent(with_dead_units(7), 0.01),
        [r"epoch 1: 7 of the 10 ReLU units of '0' \(Linear\) \(70%\) were 0 for every sample"],
    ),
    "dead channels": (
        lambda: descent(Functional(), 0.01, train=(X.reshape(50, 1, 3, 1) * np.ones((1, 1, 1, 3)), LABELS)),
        [r"epoch 1: 2 of the 4 ReLU units of 'conv' \(Conv2d\) \(50%\)"],
    ),
    "parameters without a gradient": (
        lambda: descent(Forgetful(), 0.01),
        [
            rf"epoch 1: the parameter '{name}' has no gradient"
            for name in ("cut.bias", "cut.weight", "unused.bias", "unused.weight")
        ],
    ),
}


def ending(*layers, outputs=2, **options):
    """A training of a model that ends with these layers."""
    nn.seed(1)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, outputs), *layers)
    return trained(model, epochs=2, **options)


YES_OR_NO = LABELS[:, None].astype(float)
PIXELS = (X.reshape(50, 3, 1) + np.zeros((1, 1, 4)), LABELS[:, None] * np.ones((1, 4), int))
TWICE = r"the loss takes the softmax of numbers that are probabilities already, its rows add up to 1: .*takes logits"
LOGITS = r"nll_loss takes logarithms of probabilities, but exp of the model's rows .*: end the model with log_softmax"
PROBABILITIES = (
    r"nll_loss takes logarithms of probabilities, but the model gives probabilities.*log_softmax in place"
)


class InFloat32(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 5, dtype=np.float32)

    def forward(self, x):
        return F.softmax(self.layer(x.astype(np.float32)), 1)


class OfPixels(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.layer, self.function = nn.Linear(3, 5), function

    def forward(self, x):
        return self.function(self.layer(x.transpose(0, 2, 1)).transpose(0, 2, 1), 1)


SAID |= {
    "a softmax that is taken twice": (lambda: ending(nn.Softmax(1)), [TWICE]),
    "by a layer": (lambda: ending(nn.Softmax(1), loss=nn.CrossEntropyLoss()), [TWICE]),
    "by a function of one's own": (
        lambda: ending(nn.Softmax(1), loss=lambda output, y: F.cross_entropy(output, y) + 0.1),
        [TWICE],
    ),
    "with targets that are probabilities": (
        lambda: ending(nn.Softmax(1), train=(X, np.eye(2)[LABELS]), loss=F.cross_entropy),
        [TWICE],
    ),
    "as probabilities of one's own": (
        lambda: trained(InFloat32(), loss=partial(F.cross_entropy, label_smoothing=0.1)),
        [TWICE],
    ),
    "for every pixel": (lambda: trained(OfPixels(F.softmax), PIXELS), [TWICE]),
    "logarithms that are logits": (lambda: ending(loss=F.nll_loss), [LOGITS]),
    "logarithms that are logits, by a layer": (lambda: ending(loss=nn.NLLLoss()), [LOGITS]),
    "logarithms that are probabilities": (lambda: ending(nn.Softmax(1), loss=F.nll_loss), [PROBABILITIES]),
    "a sigmoid that is taken twice": (
        lambda: ending(nn.Sigmoid(), outputs=1, train=(X, YES_OR_NO), loss=nn.BCEWithLogitsLoss()),
        [r"binary_cross_entropy_with_logits takes logits, but the model ends with a sigmoid: .*or take binary_cross_"],
    ),
    "and then flattened": (
        lambda: ending(
            nn.Sigmoid(), nn.Flatten(0), outputs=1, train=(X, YES_OR_NO[:, 0]),
            loss=partial(F.binary_cross_entropy_with_logits, pos_weight=2.0),
        ),
        [r"binary_cross_entropy_with_logits takes logits, but the model ends with a sigmoid"],
    ),
    "of several classes": (
        lambda: ending(nn.Softmax(1), train=(X, np.eye(2)[LABELS]), loss=F.multilabel_soft_margin_loss),
        [r"multilabel_soft_margin_loss takes logits, but the model ends with a softmax"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_goes_wrong_is_said_once_in_plain_words(name):
    call, messages = SAID[name]
    found = said(call)
    assert len(found) >= len(messages)
    for message in messages:
        assert len([text for text in found if re.match(message, text)]) == 1


@pytest.mark.parametrize(
    "name", ["a training that explodes", "one that began with zeros", "gradients that explode"]
)
def test_what_comes_after_an_explosion_is_not_blamed_on_the_layers(name):
    assert not [text for text in said(SAID[name][0]) if "vanishes" in text or "ReLU in place" in text]


@pytest.mark.parametrize("grown", [1.0, 200.0])
def test_where_the_weights_have_grown_the_steps_are_blamed_and_not_the_layers(grown):
    model = deep(nn.Tanh) if grown > 1 else deep(nn.Sigmoid)
    diagnosis = Diagnosis(model, nn.SGD(model.parameters(), lr=2.0), batches=1)
    for layer in list(model)[:-1]:
        if isinstance(layer, nn.Linear):
            layer.weight.data *= grown
    loss = F.cross_entropy(model(X), LABELS)
    loss.backward()
    diagnosis.look(1, loss)
    with pytest.warns(nn.TrainingWarning, match="the gradient vanishes on its way back") as caught:
        diagnosis.end_epoch(1, loss.item())
    (message,) = [str(w.message) for w in caught]
    steps = r"the weights are 1\d\d times what they were before the training, and units saturated: the step is too "
    assert bool(re.search(steps + "large, lr=2; try lr=0.2, or clip_norm=1.0$", message)) is (grown > 1)
    assert message.endswith("fewer layers help") is (grown == 1)


COLUMN, ROW = TARGETS, TARGETS[:, 0]
PAIRS = {
    "a column less a row": (
        ROW,
        lambda o, y: ((o - y) ** 2).mean(),
        r"output of shape \(32, 1\).*output\[:, 0\]",
    ),
    "a row less a column": (
        ROW,
        lambda o, y: ac.square(y - o).sum(),
        r"target of shape \(32,\), in which every",
    ),
    "a product": (ROW, lambda o, y: (o * y).mean(), r"table of shape \(32, 32\)"),
    "of the plain numbers": (ROW, lambda o, y: ac.abs(o - y.data).mean(), "table of shape"),
    "a row for an output": (COLUMN, lambda o, y: ((o - y) ** 2).mean(), r"y\[:, 0\] or y.squeeze\(-1\)$"),
    "two columns": (COLUMN, lambda o, y: ((o - y) ** 2).mean(), ""),
    "two rows": (ROW, lambda o, y: ((o[:, 0] - y) ** 2).mean(), ""),
    "a loss that knows": (ROW, lambda o, y: ((o - y[:, None]) ** 2).mean(), ""),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_loss_of_ones_own_that_compares_every_sample_with_every_other_is_warned_of(name):
    target, loss, words = PAIRS[name]
    model = nn.Sequential(nn.Linear(3, 1))
    if name == "a row for an output":
        model.append(nn.Flatten(0))
    found = said(lambda: descent(model, 1e-3, train=(X, target), loss=loss))
    assert len(found) == bool(words)
    assert all(re.search(words, text) for text in found)


HISTORIES = {
    "a plateau that wavers": ([0.6931, 0.6935, 0.694, 0.696, 0.6975, 0.699], ""),
    "labels without a rule": ([0.698, 0.692, 0.695, 0.691, 0.694, 0.6945, 0.695], ""),
    "a swing within what was won": ([1.0, 0.3, 0.32, 0.35, 0.4], ""),
    "noise near the end": ([2.3, 0.1, 0.011, 0.012, 0.02, 0.05], ""),
    "a loss near zero, of both signs": ([0.001, -0.5, -0.49, -0.48, -0.47], ""),
    "a rise through all that was won": ([1.0, 0.4, 0.6, 0.8, 1.1], "has risen for 3 epochs, from 0.4 to 1.1"),
    "a rise from the start": ([1.0, 1.2, 1.5, 1.9], "has risen for 3 epochs, from 1 to 1.9"),
    "no epoch like the first": ([1.0, 1.5, 1.3, 1.4], "has lain above that of the first epoch, 1, for 3"),
    "a negative loss that rises": ([-2.0, -3.0, -2.5, -2.0, -1.5], "has risen for 3 epochs, from -3 to -1.5"),
}


@pytest.mark.parametrize(("losses", "words"), HISTORIES.values(), ids=HISTORIES)
def test_a_loss_may_waver_and_not_rise(losses, words):
    model = classifier()
    diagnosis = Diagnosis(model, nn.SGD(model.parameters(), lr=0.1), batches=20)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for epoch, loss in enumerate(losses, 1):
            diagnosis.end_epoch(epoch, loss)
    found = " ".join(str(w.message) for w in caught)
    assert (words in found) if words else not found


HEALTHY = {
    "a small classifier": lambda: trained(epochs=20),
    "a deep one": lambda: descent(deep(nn.Tanh), 0.05, epochs=5),
    "a few dead units": lambda: descent(with_dead_units(3), 0.01),
    "a loss that wavers": lambda: trained(epochs=60, batch_size=5),
    "a step that is short enough": lambda: growing(0.9),
    "inputs that a ReLU holds back": lambda: descent(
        nn.Sequential(nn.ReLU(), nn.Linear(3, 2)), 0.1, train=[(X[0], LABELS[0])] + [(X, LABELS)] * 3
    ),
    "a loss of exactly zero": lambda: descent(
        nn.Linear(3, 1), 0.1, train=(X, TARGETS), loss=lambda o, y: (o * 0).mean()
    ),
    "logits": lambda: ending(loss=nn.CrossEntropyLoss(label_smoothing=0.1)),
    "logits that are not negative": lambda: ending(nn.ReLU(), outputs=8, loss=F.cross_entropy),
    "one class": lambda: ending(nn.Softmax(1), outputs=1, train=(X, 0 * LABELS)),
    "logarithms of probabilities": lambda: ending(nn.LogSoftmax(1), loss=nn.NLLLoss()),
    "logarithms for every pixel": lambda: trained(OfPixels(F.log_softmax), PIXELS, loss=F.nll_loss),
    "logarithms, normalized twice": lambda: ending(nn.LogSoftmax(1), loss=F.cross_entropy),
    "probabilities of yes": lambda: ending(
        nn.Sigmoid(), outputs=1, train=(X, YES_OR_NO), loss=F.binary_cross_entropy
    ),
    "logits of yes": lambda: ending(outputs=1, train=(X, YES_OR_NO), loss=F.binary_cross_entropy_with_logits),
    "weights that add up to 1 on the way": lambda: ending(nn.Softmax(1), nn.Linear(2, 2)),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_said_of_a_healthy_training(name):
    assert said(HEALTHY[name]) == []


def test_it_can_be_switched_off_and_changes_nothing():
    watched, alone = with_dead_units(7), with_dead_units(7)
    nn.seed(3)
    assert len(said(lambda: descent(watched, 0.01))) == 1
    nn.seed(3)
    assert said(lambda: descent(alone, 0.01, diagnose=False)) == []
    assert same_weights(watched, alone)


def test_units_that_are_active_only_in_the_last_batch_are_alive():
    x = np.full((40, 3), 0.01)
    x[39] = 2000.0
    model = with_dead_units(7)
    batches = [(part, LABELS[:1]) for part in x[:, None]]
    assert said(lambda: descent(model, 0.0, train=batches)) == []
    assert len(said(lambda: descent(model, 0.0, train=batches[:-1]))) == 1


def test_a_layer_that_is_used_twice_is_idle_only_if_it_is_so_twice():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.outer = nn.Linear(3, 4), nn.Linear(4, 2)

        def forward(self, x):
            return self.outer(F.relu(self.inner(x)) + F.relu(-self.inner(x)))

    model = Twice()
    model.inner.weight.data *= 0.01
    model.inner.bias.data[:] = 1.0
    assert said(lambda: descent(model, 0.01)) == []


def test_what_is_to_be_maximised_may_rise():
    model = classifier()
    optimizer = nn.SGD(model.parameters(), lr=0.1, maximize=True)
    assert said(lambda: trained(model, optimizer=optimizer, epochs=6)) == []
