"""Schedules that fit() steps at the right moments."""

from __future__ import annotations

import pytest

import nn
from autograd_core.errors import DomainError
from tests.nn.training.small import (
    LABELS,
    Scripted,
    X,
    classifier,
    trained,
)


def rates(make, epochs=4, **options):
    """The rate of every batch (two in an epoch) under a schedule."""
    model = classifier()
    optimizer = nn.SGD(model.parameters(), lr=1.0, momentum=0.9)
    seen = []
    note = nn.Callback(
        on_train_start=lambda training: seen.append(optimizer.param_groups[0]["lr"]),
        on_batch_end=lambda training: seen.append(optimizer.param_groups[0]["lr"]),
    )
    _, history = trained(
        model,
        optimizer=optimizer,
        epochs=epochs,
        diagnose=False,
        schedule=make(optimizer),
        callbacks=[note],
        **options,
    )
    return [round(rate, 6) for rate in seen[:-1]], history


def test_a_schedule_is_stepped_after_every_epoch():
    found, history = rates(lambda optimizer: nn.optim.StepLR(optimizer, 1, 0.5))
    # the rate is noted before the epoch's step: the first batch of an epoch has the one after
    assert found == [1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125]
    assert history["learning_rate"] == [1.0, 0.5, 0.25, 0.125]


def test_or_after_every_batch():
    def make(optimizer):
        return nn.LearningRateSchedule(nn.optim.ExponentialLR(optimizer, 0.5), every="batch")

    assert rates(make, epochs=2)[0] == [1.0, 0.5, 0.25, 0.125]


def test_one_cycle_goes_by_batches_by_itself():
    def make(optimizer):
        return nn.optim.OneCycleLR(optimizer, 1.0, epochs=2, steps_per_epoch=2, anneal_strategy="linear")

    model = classifier()
    optimizer = nn.SGD(model.parameters(), lr=1.0, momentum=0.9)
    expected, schedule = [], make(optimizer)
    for _ in range(4):
        expected.append(round(optimizer.param_groups[0]["lr"], 6))
        optimizer.step()
        schedule.step()
    assert rates(make, epochs=2)[0] == expected


@pytest.mark.parametrize(
    ("values", "mode", "expected"),
    [([0.5, 0.5, 0.6, 0.6], "max", [1.0, 1.0, 0.1, 0.1]), ([0.5, 0.6, 0.7, 0.8], "max", [1.0] * 4)],
)
def test_a_plateau_watches_what_it_is_told_to(values, mode, expected):
    def make(optimizer):
        plateau = nn.optim.ReduceLROnPlateau(optimizer, mode, patience=0)
        return nn.LearningRateSchedule(plateau, monitor="accuracy")

    _, history = rates(make, metrics=[Scripted(values)])
    assert history["learning_rate"] == pytest.approx(expected)


def test_a_plateau_watches_the_validation_loss_where_there_is_one():
    plateaus = []

    def make(optimizer):
        plateaus.append(nn.optim.ReduceLROnPlateau(optimizer))
        return plateaus[-1]

    for validation, column in ((None, "loss"), ((X, LABELS), "validation_loss")):
        _, history = rates(make, validation=validation, epochs=2)
        assert plateaus[-1].best == min(history[column])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: nn.optim.StepLR(nn.SGD(classifier().parameters(), lr=1.0), 1), "of another optimiser"),
        (lambda o: nn.optim.OneCycleLR(o, 1.0, total_steps=7), "7 steps left of 7, the training takes 8"),
        (
            lambda o: nn.optim.ReduceLROnPlateau(o, "max"),
            "watches 'loss', whose best is its min: write mode='min'",
        ),
        (
            lambda o: nn.LearningRateSchedule(nn.optim.ReduceLROnPlateau(o), monitor="validation_loss"),
            "is none of 'loss', 'learning_rate', 'iteration', 'seconds'; fit.. was given no validation data",
        ),
        (
            lambda o: nn.LearningRateSchedule(nn.optim.ReduceLROnPlateau(o), "batch"),
            "leave out every='batch'",
        ),
        (lambda o: nn.LearningRateSchedule(nn.optim.StepLR(o, 1), "step"), "one of 'epoch', 'batch'"),
        (lambda o: nn.LearningRateSchedule(nn.optim.StepLR(o, 1), monitor="loss"), "StepLR watches nothing"),
    ],
)
def test_a_schedule_that_does_not_fit_is_refused(make, message):
    with pytest.raises(DomainError, match=message):
        rates(make)
