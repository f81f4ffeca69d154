"""Several trainings in one diagram."""

import math

import numpy as np
import pytest

import nn
from autograd_core import DomainError, DtypeError, ShapeError
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import compare_runs

RUNS = {
    "batch": {"loss": [3.0, 2.0], "seconds": [0.5, 1.0]},
    "mini-batch": {"loss": [3.0, 1.0, 0.5], "seconds": [0.1, 0.2, 0.3], "validation_loss": [3.5, 1.5, 1.0]},
}


def test_each_run_is_a_line_as_long_as_it_ran():
    axes = compare_runs(RUNS)
    assert list(lines(axes)) == ["batch (last 2)", "mini-batch (last 0.5)"]
    np.testing.assert_array_equal(lines(axes)["batch (last 2)"], [[1, 2], [3.0, 2.0]])
    np.testing.assert_array_equal(lines(axes)["mini-batch (last 0.5)"], [[1, 2, 3], [3.0, 1.0, 0.5]])
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("epoch", "loss", "linear")
    assert fits(axes.figure)


def test_any_column_stands_against_any_other():
    axes = compare_runs({"run": RUNS["mini-batch"]}, "validation_loss", against="seconds")
    np.testing.assert_array_equal(lines(axes)["run (last 1)"], [[0.1, 0.2, 0.3], [3.5, 1.5, 1.0]])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds", "validation loss")


def test_epochs_may_be_given():
    axes = compare_runs({"run": {"epoch": [5, 10], "loss": [1, 2]}})
    np.testing.assert_array_equal(lines(axes)["run (last 2)"][0], [5, 10])


def test_a_column_of_ones_own_stands_beside_those_of_a_training():
    history = nn.History({"loss": [3.0, 2.0], "learning_rate": [0.1, 0.1]})
    axes = compare_runs({"run": {**history.to_dict(), "flops": [50, 100]}}, against="flops")
    np.testing.assert_array_equal(lines(axes)["run (last 2)"], [[50, 100], [3.0, 2.0]])
    with pytest.raises(DomainError, match=r"has no 'flops'.*added by \{\*\*history.to_dict\(\), 'flops'"):
        compare_runs({"run": history}, against="flops")


def test_trainings_with_batches_of_several_sizes_stand_against_their_iterations():
    runs = {}
    for size in (40, 20, 8):
        model = nn.Linear(2, 1)
        optimizer = nn.SGD(model.parameters(), lr=0.01)
        data = (np.ones((40, 2)), np.zeros((40, 1)))
        runs[str(size)] = nn.fit(
            model, data, loss=nn.functional.mse_loss, optimizer=optimizer, epochs=2, batch_size=size,
            progress=False, diagnose=False,
        )  # fmt: skip
    drawn = compare_runs(runs, against="iteration").get_lines()
    assert [line.get_xdata().tolist() for line in drawn] == [[1, 2], [2, 4], [5, 10]]


def test_a_fall_over_decades_has_a_logarithmic_axis():
    assert compare_runs({"a": {"loss": [1.0]}, "b": {"loss": [0.01]}}).get_yscale() == "log"


def test_lines_differ_in_dash_and_marker_as_well_as_in_colour():
    drawn = compare_runs({f"run {i}": {"loss": [1.0, 2.0]} for i in range(7)}).get_lines()
    for look in ("get_color", "get_marker"):
        assert len({getattr(line, look)() for line in drawn}) == 7
    assert len({(line.get_linestyle(), *map(str, line._dash_pattern)) for line in drawn}) == 7


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert compare_runs(RUNS, ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: compare_runs([RUNS["batch"]]), DtypeError, "histories by name"),
        (lambda: compare_runs({}), DomainError, "from 1 to 7 histories, got 0"),
        (lambda: compare_runs({"a": [1.0]}), DtypeError, r"compare_runs\(\) takes columns by name.*got list"),
        (lambda: compare_runs(RUNS, "validation_loss"), DomainError, "'batch' has no 'validation_loss'; it has loss"),
        (lambda: compare_runs(RUNS, against="iteration"), DomainError, "'batch' has no 'iteration'"),
        (lambda: compare_runs({"a": {"loss": [math.nan]}}), DomainError, "no numbers to draw"),
        (lambda: compare_runs({"a": {"loss": []}}), DomainError, "no numbers to draw"),
        (lambda: compare_runs({"a": {"loss": [1], "x": [1, 2]}}), ShapeError, r"compare_runs\(\): the columns"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
