"""Trainings in files: going on from one as if nothing had happened."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core.errors import DomainError, ShapeError
from nn.errors import FileFormatError
from nn.files.arrays import read_arrays, write_arrays
from tests.nn.training.small import (
    LABELS,
    Scripted,
    X,
    classifier,
    same_weights,
    trained,
)

SUFFIXES = [".npz", ".safetensors"]


INPUTS = np.random.default_rng(0).normal(size=(8, 2))


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"weights{request.param}"


def net(seed=0):
    nn.seed(seed)
    return nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.3), nn.Tanh(), nn.Linear(4, 1))


OPTIMIZERS = {
    "SGD": lambda p: nn.SGD(p, lr=0.1, momentum=0.9),
    "Adam": lambda p: nn.Adam(p, lr=0.05),
    "NAdam": lambda p: nn.NAdam(p, lr=0.05),
    "LBFGS": lambda p: nn.LBFGS(p, lr=0.5, max_iter=2, line_search_fn=None),
}


def train(model, optimizer, schedule, epochs):
    for _ in range(epochs):
        for x, y in nn.batches(INPUTS, INPUTS[:, :1] * INPUTS[:, 1:], 4):

            def closure(x=x, y=y):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(model(x), y)
                loss.backward()
                return loss

            optimizer.step(closure)
        schedule.step()


def made(kind, seed):
    model = net(seed)
    optimizer = OPTIMIZERS[kind](model.parameters())
    return model, optimizer, nn.optim.ExponentialLR(optimizer, 0.9)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_training_resumes_bit_for_bit(kind, path):
    whole, first = made(kind, 0), made(kind, 0)
    nn.seed(7)
    train(*whole, epochs=5)
    nn.seed(7)
    train(*first, epochs=2)
    nn.save_checkpoint(path, *first, epoch=2)
    second = made(kind, 1)
    assert nn.load_checkpoint(path, *second) == 2
    train(*second, epochs=3)
    for name, wanted in whole[0].state_dict().items():
        assert np.array_equal(second[0].state_dict()[name], wanted)


def test_a_checkpoint_that_does_not_fit_changes_nothing(path):
    model, optimizer, schedule = made("Adam", 0)
    train(model, optimizer, schedule, 1)
    nn.save_checkpoint(path, model, optimizer, schedule)
    other = net(1)
    before, generator = other.state_dict(), np.random.default_rng(3)
    partial = nn.Adam([other[0].weight])
    with pytest.raises(ShapeError, match=r"groups of \[4\] parameters, this optimiser \[1\]"):
        nn.load_checkpoint(path, other, partial, generator=generator)
    assert all(np.array_equal(before[name], array) for name, array in other.state_dict().items())
    assert generator.random() == np.random.default_rng(3).random()


def test_a_checkpoint_says_what_it_lacks(path):
    model = net()
    nn.save(model, path)
    with pytest.raises(FileFormatError, match="holds arrays but no checkpoint"):
        nn.load_checkpoint(path, model)
    nn.save_checkpoint(path, model)
    with pytest.raises(FileFormatError, match="was saved without optimizer"):
        nn.load_checkpoint(path, model, nn.SGD(model.parameters(), 0.1))


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
    "no such column": (
        lambda p: trained(callbacks=[nn.Checkpoint(p, best_only=True)]),
        DomainError,
        "'validation_loss'.* no validation data",
    ),
    "a pickle": (lambda p: nn.Checkpoint("net.pt"), nn.FileFormatError, "end in .safetensors or .npz"),
    "every 0": (lambda p: nn.Checkpoint(p, every=0), DomainError, r"`every` \(=0\)"),
    "two rules": (lambda p: nn.Checkpoint(p, every=2, best_only=True), DomainError, "two different rules"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told_at_the_call(name, tmp_path):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call(tmp_path / "last.npz")


def test_a_training_that_a_checkpoint_does_not_fit_changes_nothing(tmp_path):
    path = saved(tmp_path / "last.npz", loss=F.cross_entropy)
    model = classifier(hidden=9)
    before = model.state_dict()
    with pytest.raises(nn.ModuleError):
        trained(model, resume_from=path, callbacks=[nn.Checkpoint(path)])
    assert all(np.array_equal(model.state_dict()[name], before[name]) for name in before)


# -- nothing changes where one part is damaged ----------------------------------------------------------------

MISFORMED = {
    "an epoch that is a text": {"epoch": "three"},
    "half an epoch": {"epoch": 1.5},
    "an epoch below zero": {"epoch": -1},
    "a true epoch": {"epoch": True},
    "a model that is a list": {"model": []},
    "a weight that is a number": {"model": {"0.weight": 1.0}},
    "an optimiser without groups": {"optimizer": {"state": {}}},
    "an optimiser that is a number": {"optimizer": 3},
    "groups that are numbers": {"optimizer": {"state": {}, "param_groups": [1]}},
    "a state by a word": {"optimizer": {"state": {"one": {}}, "param_groups": [{"params": [0, 1, 2, 3]}]}},
    "a schedule without its epoch": {"schedule": {"base_lrs": [0.1]}},
    "a schedule of words": {"schedule": {"last_epoch": "two", "base_lrs": [0.1]}},
    "a schedule of nothing": {"schedule": {"last_epoch": None, "base_lrs": [0.1]}},
    "a generator of another kind": {"generator": {"bit_generator": "MT19937", "state": {}}},
    "a generator without a place": {"generator": {"bit_generator": "PCG64"}},
    "a generator of words": {
        "generator": {
            "bit_generator": "PCG64",
            "state": {"state": "x", "inc": 1},
            "has_uint32": 0,
            "uinteger": 0,
        }
    },
    "an extra that is a text": {"extra": "best"},
}


def place_of(generator):
    return generator.bit_generator.state


@pytest.mark.parametrize("case", MISFORMED)
def test_a_damaged_part_changes_nothing(case, path):
    model, optimizer, schedule = made("Adam", 0)
    train(model, optimizer, schedule, 2)
    nn.save_checkpoint(path, model, optimizer, schedule, epoch=2)
    arrays, texts = read_arrays(path)
    write_arrays(path, arrays, {"training": json.dumps(json.loads(texts["training"]) | MISFORMED[case])})

    other, theirs, rates = made("Adam", 1)
    train(other, theirs, rates, 1)
    draws = np.random.default_rng(5)
    before = (repr(other.state_dict()), repr(theirs.state_dict()), repr(rates.state_dict()), place_of(draws))
    attributes = repr(vars(rates)), theirs.steps_taken
    # what a schedule lacks may also mean that the file is of another one
    kinds, reason = (
        ((FileFormatError, DomainError), "")
        if "schedule" in MISFORMED[case]
        else (FileFormatError, "damaged")
    )
    with pytest.raises(kinds, match=f"{path.name}: .*{reason}"):
        nn.load_checkpoint(path, other, theirs, rates, generator=draws)
    after = (repr(other.state_dict()), repr(theirs.state_dict()), repr(rates.state_dict()), place_of(draws))
    assert after == before
    assert (repr(vars(rates)), theirs.steps_taken) == attributes
    train(other, theirs, rates, 1)  # and all of it goes on


@pytest.mark.parametrize(
    "extra",
    [
        {"history": {"loss": "x"}},
        {"history": {"loss": [1.0], "accuracy": []}},
        {"callbacks": {"EarlyStopping 0": {"best": 1}}},
        {"generators": {"default": {}}},
        {"history": 3},
    ],
    ids=str,
)
def test_a_training_does_not_go_on_from_half_a_file(extra, tmp_path):
    path = tmp_path / "last.npz"
    trained(epochs=2, callbacks=[nn.EarlyStopping("loss"), nn.Checkpoint(path)])
    arrays, texts = read_arrays(path)
    content = json.loads(texts["training"])
    for name, value in extra.items():
        known = content["extra"][name]
        merged = {key: value[key] for key in value} if isinstance(value, dict) else value
        if name == "generators":
            merged = {key: {} for key in known}
        content["extra"][name] = merged
    write_arrays(path, arrays, {"training": json.dumps(content)})
    model = classifier()
    before = repr(model.state_dict())
    with pytest.raises(FileFormatError, match=r"last\.npz"):
        nn.fit(model, (X, LABELS), loss=F.cross_entropy, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=3,
               callbacks=[nn.EarlyStopping("loss")], resume_from=path, progress=False)  # fmt: skip
    assert repr(model.state_dict()) == before
