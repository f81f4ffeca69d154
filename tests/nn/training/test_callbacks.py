"""What is done on the way: callbacks, early stopping, schedules, checkpoints, and going on from one."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core.errors import DomainError, DtypeError, ShapeError
from tests.nn.training.small import (
    LABELS,
    X,
    classifier,
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


# -- early stopping ---------------------------------------------------------------------------------


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


# -- schedules --------------------------------------------------------------------------------------


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
            "is none of 'loss', 'learning_rate', 'seconds'; fit.. was given no validation data",
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


# -- files ------------------------------------------------------------------------------------------

SETTINGS = {
    "arrays": {},
    "its own generator": {"generator": 3},
    "a schedule of epochs": {"schedule": lambda o: nn.optim.CosineAnnealingLR(o, 4)},
    "a schedule of batches": {
        "schedule": lambda o: nn.optim.OneCycleLR(o, 0.1, epochs=4, steps_per_epoch=2),
    },
    "a plateau": {"schedule": lambda o: nn.optim.ReduceLROnPlateau(o, patience=0, threshold=0.5)},
    "a schedule among the callbacks": {"callback": lambda o: nn.optim.ExponentialLR(o, 0.9)},
    "a loader that shuffles": {"loader": True},
    "a layer that draws by itself": {"dropout": 7},
    "AMSGrad": {"optimizer": lambda p: nn.Adam(p, lr=0.01, amsgrad=True)},
}


class Shuffling:
    def __init__(self):
        self.rng = np.random.default_rng(9)

    def __iter__(self):
        order = self.rng.permutation(len(X))
        return iter([(X[part], LABELS[part]) for part in np.split(order, [20, 40])])


def set_up(setting):
    model = classifier(dropout=0.3)
    if "dropout" in setting:
        model[2].generator = np.random.default_rng(setting["dropout"])
    make = setting.get("optimizer", lambda parameters: nn.SGD(parameters, lr=0.05, momentum=0.9))
    optimizer = make(model.parameters())
    options = {"diagnose": False, "validation": (X[:20], LABELS[:20]), "metrics": [nn.accuracy]}
    if "schedule" in setting:
        options["schedule"] = setting["schedule"](optimizer)
    if "generator" in setting:
        options["generator"] = np.random.default_rng(setting["generator"])
    options["callbacks"] = []
    if "callback" in setting:
        options["callbacks"] = [nn.LearningRateSchedule(setting["callback"](optimizer), every="batch")]
    options["train"] = Shuffling() if "loader" in setting else (X, LABELS)
    return model, {"optimizer": optimizer, **options}


def without_seconds(history):
    return {name: column for name, column in history.to_dict().items() if name != "seconds"}


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.parametrize("name", SETTINGS)
def test_two_epochs_and_two_more_are_four(name, suffix, tmp_path):
    path = tmp_path / f"last.{suffix}"
    model, options = set_up(SETTINGS[name])
    _, expected = trained(model, epochs=4, **options)

    halfway, options = set_up(SETTINGS[name])
    options["callbacks"].append(nn.Checkpoint(path))
    trained(halfway, epochs=2, **options)
    nn.seed(12345)  # a new day
    resumed, options = set_up(SETTINGS[name])
    options["callbacks"].append(nn.Checkpoint(path))
    _, history = trained(resumed, epochs=4, resume_from=path, **options)

    assert same_weights(resumed, model)
    assert not same_weights(resumed, halfway)
    assert without_seconds(history) == without_seconds(expected)
    again, options = set_up(SETTINGS[name])
    schedule = options.get("schedule")
    assert nn.load_checkpoint(path, again, options["optimizer"], schedule) == 4
    assert same_weights(again, model)


def test_after_ctrl_c_it_goes_on_from_the_last_whole_epoch(tmp_path):
    def interrupt(training):
        if (training.epoch, training.batch) == (3, 1):
            raise KeyboardInterrupt

    checkpoint = nn.Checkpoint(tmp_path / "last.npz")
    _, history = trained(epochs=4, callbacks=[checkpoint, nn.Callback(on_batch_end=interrupt)])
    assert (len(history), history.interrupted) == (2, True)
    nn.seed(54321)
    resumed, history = trained(epochs=4, callbacks=[checkpoint], resume_from=checkpoint.path)
    assert (len(history), history.interrupted) == (4, False)
    assert same_weights(resumed, trained(epochs=4)[0])


def test_early_stopping_goes_on_waiting_after_a_break(tmp_path):
    values = [0.5, 0.9, 0.8, 0.7, 0.6, 1.0]

    def train(values, epochs, **options):
        callbacks = [nn.EarlyStopping("accuracy", patience=3), nn.Checkpoint(tmp_path / "last.npz")]
        return trained(epochs=epochs, metrics=[Scripted(values)], callbacks=callbacks, **options)

    model, history = train(values, 9)
    assert len(history) == 5
    train(values, 3)
    resumed, history = train(values[3:], 9, resume_from=tmp_path / "last.npz")
    assert len(history) == 5
    assert same_weights(resumed, model)
    # what was stopped stays stopped, and has the best weights
    resumed, history = train([], 9, resume_from=tmp_path / "last.npz")
    assert len(history) == 5
    assert same_weights(resumed, model)


def test_a_callback_may_come_or_go_when_a_training_goes_on(tmp_path):
    path = tmp_path / "last.npz"
    whole = trained(epochs=4)[0]
    trained(epochs=2, callbacks=[nn.EarlyStopping("loss"), nn.Checkpoint(path)])
    stopping = nn.EarlyStopping("loss", restore_best=False)
    alone, _ = trained(epochs=4, resume_from=path)
    beside, history = trained(epochs=4, resume_from=path, callbacks=[print_nothing, stopping])
    assert same_weights(alone, whole)
    assert same_weights(beside, whole)
    assert stopping.best_epoch == history.best("loss").epoch


def print_nothing(training):
    pass


def test_files_are_written_every_few_epochs_and_at_the_end(tmp_path):
    trained(epochs=5, callbacks=[nn.Checkpoint(tmp_path / "net-{epoch:02d}.npz", every=2)])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["net-02.npz", "net-04.npz", "net-05.npz"]


def test_or_when_an_epoch_is_the_best(tmp_path):
    best = nn.Checkpoint(tmp_path / "{epoch}.npz", best_only=True, monitor="accuracy")
    trained(epochs=6, metrics=[Scripted([math.nan, 0.5, 0.4, 0.5, 0.6, 0.1])], callbacks=[best])
    assert sorted(file.name for file in tmp_path.iterdir()) == ["2.npz", "5.npz"]


def test_what_is_done_already_is_not_done_again(tmp_path):
    path = tmp_path / "last.npz"
    model, first = trained(epochs=2, callbacks=[nn.Checkpoint(path)])
    with pytest.warns(
        nn.TrainingWarning, match=r"nothing left to do.*`epochs` \(=2\).* two more would be epochs=4"
    ):
        again, history = trained(epochs=2, resume_from=path)
    assert history == first
    assert same_weights(again, model)


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


def saved(path, **options):
    trained(epochs=1, callbacks=[nn.Checkpoint(path)], **options)
    return path


REFUSED = {
    "another model": (
        lambda p: trained(classifier(hidden=9), resume_from=saved(p)),
        nn.ModuleError,
        "mismatched",
    ),
    "another optimiser": (
        lambda p: trained(model := classifier(), optimizer=nn.Adam(model.parameters()), resume_from=saved(p)),
        DomainError,
        "is it that of another optimiser than Adam",
    ),
    "fewer parameters": (
        lambda p: trained(
            model := classifier(), optimizer=nn.SGD(model[0].parameters(), lr=0.1), resume_from=saved(p)
        ),
        ShapeError,
        "this optimiser",
    ),
    "a generator that was not there": (
        lambda p: trained(
            callbacks=[nn.Checkpoint(p)], generator=np.random.default_rng(), resume_from=saved(p)
        ),
        DomainError,
        "with other generators",
    ),
    "a checkpoint without a history": (
        lambda p: trained(
            model := classifier(),
            optimizer=(o := nn.SGD(model.parameters(), lr=0.1)),
            resume_from=[nn.save_checkpoint(p, model, o), p][1],
        ),
        nn.FileFormatError,
        "nn.load_checkpoint.. reads it",
    ),
    "no file": (lambda p: trained(resume_from=p), FileNotFoundError, "last.npz"),
    "no folder": (lambda p: trained(callbacks=[nn.Checkpoint(p / "a.npz")]), FileNotFoundError, "the folder"),
    "no folder for the history": (
        lambda p: trained(callbacks=[nn.SaveHistory(p / "a.csv")]),
        FileNotFoundError,
        "SaveHistory: the folder",
    ),
    "no such column": (
        lambda p: trained(callbacks=[nn.Checkpoint(p, best_only=True)]),
        DomainError,
        "'validation_loss'.* no validation data",
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
    "a pickle": (lambda p: nn.Checkpoint("net.pt"), nn.FileFormatError, "end in .safetensors or .npz"),
    "every 0": (lambda p: nn.Checkpoint(p, every=0), DomainError, r"`every` \(=0\)"),
    "two rules": (lambda p: nn.Checkpoint(p, every=2, best_only=True), DomainError, "two different rules"),
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


def test_a_checkpoint_that_does_not_fit_changes_nothing(tmp_path):
    path = saved(tmp_path / "last.npz", loss=F.cross_entropy)
    model = classifier(hidden=9)
    before = model.state_dict()
    with pytest.raises(nn.ModuleError):
        trained(model, resume_from=path, callbacks=[nn.Checkpoint(path)])
    assert all(np.array_equal(model.state_dict()[name], before[name]) for name in before)
