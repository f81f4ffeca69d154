"""The history of a training: columns, the best epoch, the table, files."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest

import nn
from autograd_core.errors import DomainError, DtypeError, IndexRangeError

COLUMNS = {"loss": [0.9, 0.5, 0.5], "validation_accuracy": [0.25, 1.0, 0.75]}


def test_columns_are_lists_by_name():
    history = nn.History(COLUMNS)
    assert history["loss"] == [0.9, 0.5, 0.5]
    assert (len(history), list(history), "loss" in history, "epoch" in history) == (
        3,
        [*COLUMNS],
        True,
        False,
    )
    assert dict(history) == dict(history.items()) == COLUMNS
    assert history.rows()[1] == {"loss": 0.5, "validation_accuracy": 1.0}
    assert history.to_dict() == COLUMNS
    assert history.to_dict()["loss"] is not history["loss"]


def test_a_column_that_comes_later_or_ends_earlier_is_filled_with_nan():
    history = nn.History({"loss": [2.0]})
    history.append({"loss": np.float32(1.5), "accuracy": np.array(0.5)})
    history.append({"accuracy": 1})
    assert repr(history.to_dict()) == "{'loss': [2.0, 1.5, nan], 'accuracy': [nan, 0.5, 1]}"
    assert history.best("loss") == (2, 1.5)


def test_iterations_are_counted_on():
    first, second = ({"loss": [2.0, 1.0], "iteration": [5, 10]}, {"loss": [0.5, 0.2], "iteration": [3, 6]})
    joined = nn.History(first) + nn.History(second) + nn.History(first)
    assert joined["iteration"] == [5, 10, 13, 16, 21, 26]
    assert (nn.History({"loss": [2.0]}) + nn.History(second))["iteration"][1:] == [3, 6]
    assert (nn.History() + nn.History(second))["iteration"] == [3, 6]


def test_one_training_after_the_other_is_one_history():
    joined = nn.History({"loss": [2.0]}) + nn.History({"loss": [1.0], "accuracy": [0.5]}, interrupted=True)
    assert joined == nn.History({"loss": [2.0, 1.0], "accuracy": [math.nan, 0.5]})
    assert joined.interrupted


@pytest.mark.parametrize(
    ("metric", "mode", "expected"),
    [
        ("loss", None, (2, 0.5)),
        ("loss", "max", (1, 0.9)),
        ("validation_accuracy", None, (2, 1.0)),
        ("validation_accuracy", "min", (1, 0.25)),
    ],
)
def test_the_best_is_the_first_of_the_best_epochs(metric, mode, expected):
    assert nn.History(COLUMNS).best(metric, mode) == expected


def test_the_table_shows_few_epochs_whole_and_of_many_the_ends():
    assert repr(nn.History()) == "History of no epochs"
    assert str(nn.History(COLUMNS, interrupted=True)).splitlines() == [
        "epoch  loss  validation_accuracy",
        "    1   0.9                 0.25",
        "    2   0.5                    1",
        "    3   0.5                 0.75",
        "interrupted",
    ]
    lines = repr(nn.History({"loss": np.arange(100.0), "matrix": [np.eye(3)] * 100})).splitlines()
    assert (len(lines), lines[6:9]) == (14, ["    6     5     3×3", "  ...", "   95    94     3×3"])


def test_a_notebook_shows_the_same_numbers_and_no_markup_of_others():
    html = nn.History({"loss": [0.5], "<b>": [1.0]}, interrupted=True)._repr_html_()
    row = "<tr><td>1</td><td>0.5</td><td>1</td></tr>"
    head = "<tr><th>epoch</th><th>loss</th><th>&lt;b&gt;</th></tr>"
    assert html == f"<table>{head}{row}</table><p>interrupted</p>"
    assert nn.History({"loss": [1.0] * 20})._repr_html_().count("<td>") == 13 * 2
    assert nn.History()._repr_html_() == "History of no epochs"


ODD = {
    "loss": [0.1 + 0.2, math.inf, -math.inf, math.nan],
    "steps": [1, 2, -3, 4],
    "matrix": [[[1, 2], [3, 4]], [[0.5, math.nan]], [], [1]],
}


@pytest.mark.parametrize("suffix", ["json", "csv"])
def test_a_file_gives_back_every_number(suffix, tmp_path):
    path = tmp_path / f"history.{suffix}"
    for columns in ({}, COLUMNS, ODD):
        nn.History(columns).save(path)
        assert nn.History.load(path) == nn.History(columns)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_files_are_read_by_others(tmp_path):
    history = nn.History(ODD, interrupted=True)
    history.save(tmp_path / "history.json")
    history.save(tmp_path / "history.csv")

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    content = json.loads((tmp_path / "history.json").read_text(), parse_constant=refuse)
    assert content["columns"]["loss"] == [0.1 + 0.2, "inf", "-inf", None]
    assert nn.History.load(tmp_path / "history.json").interrupted
    with open(tmp_path / "history.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["epoch"], float(rows[0]["loss"]), rows[3]["loss"]) == ("1", 0.1 + 0.2, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.json", '{"interrupted": false, "columns": {"loss": [1.0'),
        ("other.json", "[1, 2]"),
        ("empty.json", ""),
        ("uneven.json", '{"interrupted": false, "columns": {"loss": [1.0], "accuracy": []}}'),
        ("empty.csv", ""),
        ("other.csv", "name,size\na,1\n"),
        ("cut.csv", "epoch,loss,accuracy\n1,0.5,0.5\n2,0.4\n"),
        ("words.csv", "epoch,loss\n1,small\n"),
    ],
)
def test_a_damaged_file_is_told_from_a_history(name, content, tmp_path):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(nn.FileFormatError, match=f"{name}: this is no history, or a damaged one"):
        nn.History.load(path)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda h: h["acuracy"],
            IndexRangeError,
            "no column 'acuracy'; it has 'loss', 'validation_accuracy'",
        ),
        (lambda h: h.best("speed"), IndexRangeError, "no column 'speed'"),
        (lambda h: h.best("loss", "least"), DomainError, r"`mode` \(='least'\)"),
        (lambda h: nn.History({"speed": [1]}).best("speed"), DomainError, "smaller or larger"),
        (lambda h: nn.History({"loss": [math.nan]}).best("loss"), DomainError, "no numbers to compare"),
        (lambda h: nn.History({"a": [1], "b": []}), DomainError, "equal length, got {'a': 1, 'b': 0}"),
        (lambda h: nn.History({"loss": 1.0}), DtypeError, "a name and a list"),
        (lambda h: h.append({"loss": "small"}), DtypeError, "got 'small'"),
        (lambda h: h.save("history.txt"), nn.FileFormatError, "end in .json or .csv"),
        (lambda h: nn.History.load("history.pkl"), nn.FileFormatError, "end in .json or .csv"),
        (lambda h: nn.History.load("nowhere.json"), FileNotFoundError, "nowhere.json"),
        (lambda h: h + 1, TypeError, "unsupported operand"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call(nn.History(COLUMNS))
