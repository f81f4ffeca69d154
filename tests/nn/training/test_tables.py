"""Tables that grow with a training: whole after a crash, without a gap or a repetition after it has gone on."""

from __future__ import annotations

import csv
import subprocess
import sys

import pytest

import nn
from autograd_core.errors import DomainError
from tests.nn.training.small import LABELS, X, classifier, trained

BATCHES = 4  # in an epoch


class Crashed(Exception):
    pass


def crash(epoch, batch):
    """Ends the program, so to speak, when this batch is done and written down."""

    def end(training):
        if (training.epoch, training.batch) == (epoch, batch):
            raise Crashed

    return nn.Callback(on_batch_end=end)


def training(path, every, *callbacks, epochs=4, **options):
    return trained(
        classifier(dropout=0.2),
        validation=(X, LABELS),
        epochs=epochs,
        batch_size=13,
        metrics=[nn.accuracy],
        callbacks=[nn.CSV(path, every), *callbacks],
        **options,
    )


def rows(path):
    """The lines by the names in the header, without the seconds, which are never the same."""
    with open(path, newline="") as file:
        return [{name: x for name, x in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def test_an_epoch_is_a_line_of_the_history(tmp_path):
    path = tmp_path / "epochs.csv"
    _, history = training(path, "epoch")
    assert nn.History.load(path) == history
    assert path.read_text().startswith(
        "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,iteration,seconds\n1,"
    )


def test_a_step_is_a_line_with_its_loss_and_its_rate(tmp_path):
    path, losses = tmp_path / "steps.csv", []
    training(path, "batch", nn.Callback(on_batch_end=lambda t: losses.append(t.loss)), epochs=2)
    found = rows(path)
    assert [float(row["loss"]) for row in found] == losses
    assert [int(row["iteration"]) for row in found] == list(range(1, 9))
    assert [(row["epoch"], row["batch"]) for row in found[3:5]] == [("1", "4"), ("2", "1")]
    assert {row["learning_rate"] for row in found} == {"0.1"}


def test_the_lines_are_there_while_the_training_runs(tmp_path):
    path, counts = tmp_path / "steps.csv", []
    training(path, "batch", nn.Callback(on_batch_end=lambda t: counts.append(len(rows(path)))), epochs=1)
    assert counts == [1, 2, 3, 4]


@pytest.mark.parametrize("every", ["epoch", "batch"])
@pytest.mark.parametrize(
    "place", [(1, 2), (3, 1), (3, BATCHES)], ids=["first epoch", "a batch", "last batch"]
)
def test_what_goes_on_after_a_crash_ends_as_if_there_had_been_none(every, place, tmp_path):
    whole, path, last = tmp_path / "whole.csv", tmp_path / "crashed.csv", tmp_path / "last.npz"
    training(whole, every)
    with pytest.raises(Crashed):
        training(path, every, crash(*place), nn.Checkpoint(last))
    epochs = place[0] - 1
    assert len(rows(path)) == (epochs if every == "epoch" else epochs * BATCHES + place[1])
    training(path, every, nn.Checkpoint(last), resume_from=last if last.exists() else None)
    assert rows(path) == rows(whole)


def test_a_line_that_was_being_written_is_left_out(tmp_path):
    whole, path, last = tmp_path / "whole.csv", tmp_path / "crashed.csv", tmp_path / "last.npz"
    training(whole, "batch")
    training(path, "batch", nn.Checkpoint(last), epochs=2)
    with open(path, "a") as file:
        file.write("2,5,9,0.6")
    training(path, "batch", resume_from=last)
    assert path.read_bytes() == whole.read_bytes()


def test_a_program_that_is_killed_leaves_whole_lines(tmp_path):
    code = (
        "import os, nn\n"
        "from tests.nn.training.test_tables import training\n"
        "kill = nn.Callback(on_batch_end=lambda t: os._exit(9) if t.iteration == 6 else None)\n"
        "training('steps.csv', 'batch', kill)\n"
    )
    environment = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 9
    assert [int(row["iteration"]) for row in rows(tmp_path / "steps.csv")] == [1, 2, 3, 4, 5, 6]


def test_epochs_are_written_anew_from_a_checkpoint_where_the_table_is_gone(tmp_path):
    path, last = tmp_path / "epochs.csv", tmp_path / "last.npz"
    training(path, "epoch", nn.Checkpoint(last), epochs=2)
    path.unlink()
    _, history = training(path, "epoch", resume_from=last)
    assert nn.History.load(path) == history


def test_a_new_training_begins_a_new_table(tmp_path):
    path = tmp_path / "steps.csv"
    for _ in range(2):
        training(path, "batch", epochs=1)
    assert len(rows(path)) == BATCHES


REFUSED = {
    "another suffix": (lambda p: nn.CSV("a.txt"), nn.FileFormatError, "end in .csv"),
    "another word": (lambda p: nn.CSV("a.csv", every="step"), DomainError, "`every`"),
    "no folder": (lambda p: training(p / "no/a.csv", "epoch"), FileNotFoundError, "CSV: the folder"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told_at_the_call(name, tmp_path):
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "no table of nn.CSV"),
        ("epoch,batch,iteration,loss,learning_rate\nsun,1,1,0.5,0.1\n", "begins with 'sun'"),
    ],
)
def test_a_file_of_something_else_is_not_gone_on_in_and_stays(text, message, tmp_path):
    path, last = tmp_path / "steps.csv", tmp_path / "last.npz"
    training(path, "batch", nn.Checkpoint(last), epochs=1)
    path.write_text(text)
    with pytest.raises(nn.FileFormatError, match=message):
        training(path, "batch", resume_from=last)
    assert path.read_text() == text
