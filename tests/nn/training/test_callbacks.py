"""What is done on the way: callbacks, early stopping, histories in files."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError
from tests.nn.training.small import (
    LABELS,
    Scripted,
    X,
    same_weights,
    trained,
)

MOMENTS = ["on_train_start", "on_epoch_start", "on_batch_end", "on_epoch_end", "on_train_end"]


def noted(seen, moments=MOMENTS):
    """For each moment a function that notes it, with epoch, batch and epochs in the history."""

    def note(moment):
        return lambda t: seen.append((moment.split("_", 1)[1], t.epoch, t.batch, len(t.history)))

    return {moment: note(moment) for moment in moments}


IN_ORDER = [
    ("train_start", 0, 0, 0),
    ("epoch_start", 1, 0, 0),
    ("batch_end", 1, 1, 0),
    ("batch_end", 1, 2, 0),
    ("epoch_end", 1, 2, 1),
    ("epoch_start", 2, 0, 1),
    ("batch_end", 2, 1, 1),
    ("batch_end", 2, 2, 1),
    ("epoch_end", 2, 2, 2),
    ("train_end", 2, 2, 2),
]


def test_functions_are_called_at_their_moments():
    seen = []
    trained(epochs=2, callbacks=[nn.Callback(**noted(seen))])
    assert seen == IN_ORDER


def test_so_are_the_methods_of_any_object():
    seen = []
    one = type("Watcher", (), {})()
    vars(one).update(noted(seen, ["on_epoch_end", "on_train_end"]))
    trained(epochs=2, callbacks=[one])
    assert seen == [moment for moment in IN_ORDER if moment[0] in ("epoch_end", "train_end")]


def test_a_subclass_need_not_call_its_base():
    class Losses(nn.Callback):
        def __init__(self):
            self.losses = []

        def on_batch_end(self, training):
            self.losses.append(training.loss)

    losses = Losses()
    _, history = trained(train=[(X, LABELS)], callbacks=[losses])
    assert losses.losses == history["loss"]


def test_a_bare_function_is_called_after_every_epoch():
    seen = []
    _, history = trained(callbacks=[lambda training: seen.append(training.history["loss"][-1])])
    assert seen == history["loss"]


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (3, "an nn.Callback or a function, got 3"),
        (nn.EarlyStopping, r"write EarlyStopping\(...\)"),
        (type("Odd", (), {"on_epoch_ends": print})(), "on_epoch_ends.*did you mean on_epoch_end?"),
    ],
)
def test_what_is_no_callback_is_refused(callback, message):
    with pytest.raises(DtypeError, match=message):
        trained(callbacks=[callback])


def test_a_callback_may_end_the_training():
    def enough(training):
        if training.epoch == 2 and training.batch == 1:
            training.stop("that is enough")

    seen = []
    stop = nn.Callback(on_batch_end=enough, on_train_end=lambda training: seen.append(training.stopping))
    _, history = trained(epochs=9, callbacks=[stop])
    assert len(history) == 2
    assert not history.interrupted
    assert seen == ["that is enough"]


CASES = {
    # numbers of the epochs, options, epochs made, best epoch
    "worse at once": ([0.5, 0.4, 0.3, 0.9], {"patience": 2}, 3, 1),
    "better in time": ([0.5, 0.4, 0.6, 0.5, 0.5, 0.9], {"patience": 2}, 5, 3),
    "equal is no improvement": ([0.5, 0.5, 0.5, 0.9], {"patience": 2}, 3, 1),
    "too small an improvement": ([0.5, 0.55, 0.6, 0.9], {"patience": 2, "min_delta": 0.1}, 3, 1),
    "small ones that add up": ([0.5, 0.59, 0.61, 0.5, 0.5], {"patience": 2, "min_delta": 0.1}, 5, 3),
    "smaller is better": ([0.5, 0.4, 0.6, 0.7, 0.1], {"patience": 2, "mode": "min"}, 4, 2),
    "never measured": ([math.nan, math.nan, 0.5, 0.4, 0.6], {"patience": 3}, 5, 5),
    "to the end": ([0.1, 0.2, 0.3, 0.2, 0.1], {"patience": 3}, 5, 3),
}


@pytest.mark.parametrize("name", CASES)
def test_early_stopping_ends_after_the_patience_and_goes_back_to_the_best(name):
    values, options, made, best = CASES[name]
    weights = []
    stopping = nn.EarlyStopping("accuracy", **options)
    model, history = trained(
        epochs=5,
        metrics=[Scripted(values)],
        callbacks=[stopping, lambda training: weights.append(training.model.state_dict())],
    )
    assert (len(history), stopping.best_epoch) == (made, best)
    assert stopping.best_value == values[best - 1]
    assert all(np.array_equal(model.state_dict()[name], weights[best - 1][name]) for name in weights[0])


def test_the_last_weights_are_kept_if_that_is_wanted():
    last = trained(epochs=3)[0]
    stopping = nn.EarlyStopping("accuracy", patience=2, restore_best=False)
    model, _ = trained(epochs=9, metrics=[Scripted([0.5, 0.4, 0.3])], callbacks=[stopping])
    assert same_weights(model, last)


def test_a_second_training_begins_without_a_best_epoch():
    stopping = nn.EarlyStopping("accuracy", patience=1)
    trained(epochs=9, metrics=[Scripted([0.9, 0.8])], callbacks=[stopping])
    _, history = trained(epochs=9, metrics=[Scripted([0.1, 0.2, 0.1])], callbacks=[stopping])
    assert (len(history), stopping.best_epoch) == (3, 2)


def test_the_reason_is_told(capfd):
    stopping = nn.EarlyStopping("accuracy", patience=1)
    trained(epochs=9, metrics=[Scripted([0.5, 0.4])], callbacks=[stopping], progress=True)
    expected = "Stopped after epoch 2: accuracy has not improved for 1 epochs, its best was 0.5 in epoch 1"
    assert expected in capfd.readouterr().err


def test_the_history_is_written_as_it_grows_and_goes_on_growing(tmp_path):
    path, checkpoint = tmp_path / "history.csv", tmp_path / "last.npz"
    lengths = []
    callbacks = [
        nn.SaveHistory(path),
        nn.Checkpoint(checkpoint),
        lambda training: lengths.append(len(nn.History.load(path))),
    ]
    trained(epochs=2, callbacks=callbacks)
    _, history = trained(epochs=4, callbacks=callbacks, resume_from=checkpoint)
    assert lengths == [1, 2, 3, 4]
    assert nn.History.load(path) == history


REFUSED = {
    "no folder for the history": (
        lambda p: trained(callbacks=[nn.SaveHistory(p / "a.csv")]),
        FileNotFoundError,
        "SaveHistory: the folder",
    ),
    "nothing to watch": (
        lambda p: trained(callbacks=[nn.EarlyStopping("acuracy", mode="max")]),
        DomainError,
        "EarlyStopping: `monitor` .='acuracy'. is none of 'loss'",
    ),
    "Keras's name of a column": (
        lambda p: trained(validation=(X, LABELS), callbacks=[nn.EarlyStopping("val_loss")]),
        DomainError,
        "did you mean 'validation_loss'?",
    ),
    "no direction": (lambda p: nn.EarlyStopping("speed"), DomainError, "smaller or larger"),
    "no patience": (lambda p: nn.EarlyStopping(patience=0), DomainError, r"`patience` \(=0\)"),
    "a negative gain": (lambda p: nn.EarlyStopping(min_delta=-1), DomainError, r"`min_delta` \(=-1\)"),
    "a text": (lambda p: nn.SaveHistory("history.txt"), nn.FileFormatError, "end in .json or .csv"),
    "no function": (
        lambda p: nn.Callback(on_epoch_end=3),
        DtypeError,
        r"`on_epoch_end` \(=3\) has to be a function",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told_at_the_call(name, tmp_path):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call(tmp_path / "last.npz")
