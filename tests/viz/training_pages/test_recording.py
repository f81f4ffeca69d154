"""What a training leaves behind."""

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, ShapeError, Tensor
from tests.viz.training_pages.trained import plane, trained
from viz import Recording


def counter():
    """One number that grows by one in every epoch."""
    return Tensor([0.0], requires_grad=True)


def counted(epochs, **options):
    w = counter()
    recording = Recording({"w": w}, **options)
    for epoch in range(1, epochs + 1):
        w.data += 1.0
        recording.snap(loss=1 / epoch)
    return w, recording


def test_it_copies_the_parameters_before_and_after_each_epoch():
    _, recording = counted(3)
    assert recording.epochs == [0, 1, 2, 3]
    assert recording.states.tolist() == [[0], [1], [2], [3]]
    assert recording.states.dtype == np.float32
    assert recording.numbers == {"loss": [1.0, 0.5, 1 / 3]}
    assert len(recording) == 3


def test_as_a_callback_it_keeps_the_numbers_of_the_history():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    x, y = plane()
    recording = trained(model, (x, y), F.cross_entropy, epochs=4, validation=(x, y))
    assert recording.epochs == [0, 1, 2, 3, 4]
    assert {"loss", "validation_loss", "seconds"} <= set(recording.numbers)
    assert recording.numbers["validation_loss"][-1] == pytest.approx(
        nn.evaluate(model, (x, y), loss=F.cross_entropy)["loss"]
    )
    now = np.concatenate([p.data.ravel() for p in model.parameters()])
    assert np.array_equal(recording.states[-1], now.astype(np.float32))


def test_a_training_that_begins_later_begins_with_the_weights_of_then():
    model = nn.Linear(2, 1)
    recording = Recording(model)
    nn.init.ones_(model.weight)
    nn.fit(model, (np.ones((2, 2)), np.ones((2, 1))), loss=F.mse_loss, optimizer=nn.SGD(model.parameters(), lr=0.1),
           epochs=1, callbacks=[recording], progress=False, diagnose=False)  # fmt: skip
    assert recording.states[0, :2].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("epochs", [3, 10, 16, 17, 100, 1000])
def test_a_long_training_is_thinned_evenly_and_keeps_its_ends(epochs):
    _, recording = counted(epochs, megabytes=40e-6)  # ten numbers of four bytes
    kept = recording.epochs
    assert kept[0] == 0
    assert kept[-1] == epochs
    assert recording.nbytes <= 40
    assert recording.states[:, 0].tolist() == kept
    steps = np.diff(kept[:-1])
    assert len(set(steps.tolist())) <= 1
    assert len(kept) >= min(epochs + 1, 5)
    assert len(recording.numbers["loss"]) == epochs, "the numbers are all kept"


def test_a_model_larger_than_the_memory_keeps_its_beginning_and_its_end():
    _, recording = counted(7, megabytes=1e-6)
    assert recording.epochs == [0, 7]


def test_what_was_not_measured_is_nan():
    _, recording = counted(2)
    recording.snap(accuracy=0.5)
    assert recording.numbers["accuracy"][2] == 0.5
    assert all(map(math.isnan, [*recording.numbers["accuracy"][:2], recording.numbers["loss"][2]]))


def test_inside_a_state_the_model_is_what_it_was_then_and_afterwards_what_it_is():
    w, recording = counted(5)
    seen = []

    def interrupted():
        with recording.at(recording.states[2]):
            seen.extend(w.data.tolist())
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert (seen, w.data.tolist()) == ([2.0], [5.0])


def test_running_means_belong_to_a_state():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 2))
    recording = trained(model, plane(), F.cross_entropy)
    assert not recording.is_fixed_beside
    mean = model[1].running_mean
    after = np.array(mean.data)
    with recording.at(recording.states[0]):
        assert mean.data.tolist() == [0.0, 0.0, 0.0]
    assert np.array_equal(mean.data, after)


def test_memory_is_stated():
    assert repr(Recording(nn.Linear(2, 3))) == "<Recording: 0 epochs, 1 state of 9 numbers, 36 bytes>"
    assert "40 kB" in repr(Recording(nn.Linear(99, 100)))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Recording(len), DtypeError, "named_parameters"),
        (lambda: Recording({"w": 1.0}), DtypeError, "a dictionary of Tensors"),
        (lambda: Recording(nn.ReLU()), DtypeError, "ReLU without parameters"),
        (lambda: Recording({"w": counter()}, megabytes=0), DomainError, "some memory"),
        (lambda: Recording({"w": counter()}, megabytes="1"), DtypeError, "a number of megabytes"),
        (lambda: Recording({"w": counter()}).snap(loss="low"), DtypeError, "loss='low'"),
        (lambda: Recording({"w": counter()}).snap(loss=[1.0, 2.0]), DtypeError, "is a number"),
    ],
)
def test_what_cannot_be_recorded_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_model_that_grows_is_refused():
    w = counter()
    recording = Recording({"w": w})
    w.data = np.zeros(2)
    with pytest.raises(ShapeError, match="1 numbers at first and has 2 now"):
        recording.snap()
