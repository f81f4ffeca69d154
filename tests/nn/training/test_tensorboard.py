"""What TensorBoard itself reads of a training."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, MissingDependencyError
from nn.training import tensorboard as room
from tests.nn.training.small import LABELS, X, classifier, trained
from tests.nn.training.test_tables import Crashed, crash


@pytest.fixture
def read():
    """Reads a folder as TensorBoard does."""
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

    def numbers(folder):
        return reading.EventAccumulator(str(folder), {"scalars": 0, "histograms": 0}).Reload()

    return numbers


def training(folder, *callbacks, epochs=3, histograms=None, **options):
    board = nn.TensorBoard(folder, histograms)
    return trained(
        classifier(dropout=0.2),
        validation=(X, LABELS),
        epochs=epochs,
        batch_size=13,
        metrics=[nn.accuracy, nn.ConfusionMatrix()],
        callbacks=[board, *callbacks],
        **options,
    )


def curve(found, tag):
    return [(event.step, event.value) for event in found.Scalars(tag)]


@pytest.mark.peers
def test_every_epoch_and_every_step_is_a_point(read, tmp_path):
    losses = []
    _, history = training(tmp_path / "runs/one", nn.Callback(on_batch_end=lambda t: losses.append(t.loss)))
    found = read(tmp_path / "runs/one")
    names = ["loss", "accuracy", "validation_loss", "validation_accuracy", "learning_rate", "seconds"]
    assert set(found.Tags()["scalars"]) == {"batch/loss", "batch/learning_rate"} | {
        f"epoch/{n}" for n in names
    }
    assert curve(found, "batch/loss") == [(i + 1, np.float32(loss)) for i, loss in enumerate(losses)]
    for name in names:
        expected = zip(history["iteration"], np.float32(history[name]), strict=True)
        assert curve(found, f"epoch/{name}") == list(expected)
    assert not found.Tags()["histograms"]


@pytest.mark.peers
def test_parameters_are_counted_when_it_is_asked_for(read, tmp_path):
    weights = []
    kept = lambda t: weights.append(t.model[0].weight.data.copy())  # noqa: E731
    model, _ = training(tmp_path, kept, epochs=4, histograms=2)
    found = read(tmp_path)
    assert set(found.Tags()["histograms"]) == {f"parameters/{name}" for name, _ in model.named_parameters()}
    events = found.Histograms("parameters/0.weight")
    assert [event.step for event in events] == [8, 16]
    for event, values in zip(events, weights[1::2], strict=True):
        counted = event.histogram_value
        assert (counted.num, sum(counted.bucket)) == (values.size, values.size)
        assert (counted.min, counted.max) == (values.min(), values.max())
        assert counted.sum == pytest.approx(values.sum())
        assert counted.sum_squares == pytest.approx((values**2).sum())
        below = sum(n for n, limit in zip(counted.bucket, counted.bucket_limit, strict=True) if limit <= 0)
        assert abs(below - (values < 0).sum()) <= max(counted.bucket)


@pytest.mark.peers
def test_a_crash_leaves_what_was_written_and_the_steps_gone_through_again_are_taken_back(read, tmp_path):
    last = tmp_path / "last.npz"
    training(tmp_path / "whole")
    with pytest.raises(Crashed):
        training(tmp_path / "crashed", crash(3, 2), nn.Checkpoint(last))
    assert len(curve(read(tmp_path / "crashed"), "batch/loss")) == 10
    training(tmp_path / "crashed", resume_from=last)
    whole, crashed = read(tmp_path / "whole"), read(tmp_path / "crashed")
    for tag in ("batch/loss", "batch/learning_rate", "epoch/loss", "epoch/validation_accuracy"):
        assert curve(crashed, tag) == curve(whole, tag)
    assert len(list((tmp_path / "crashed").iterdir())) == 2


@pytest.mark.peers
def test_a_number_of_epochs_is_positive():
    pytest.importorskip("tensorboard")
    with pytest.raises(DomainError, match=r"`histograms` \(=0\)"):
        nn.TensorBoard("runs", histograms=0)


def test_where_it_is_missing_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto", None)
    room._protocol.cache_clear()
    with pytest.raises(
        MissingDependencyError, match=r"^nn.TensorBoard needs tensorboard: pip install tensorboard$"
    ):
        nn.TensorBoard("runs")
    room._protocol.cache_clear()
