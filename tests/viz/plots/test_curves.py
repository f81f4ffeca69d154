"""The curves of a training."""

import math

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError, Node, ShapeError, Value
from tests.viz.plots.drawn import fits, given_axes, lines, texts
from viz.plots import history

BOTH = {"loss": [2.0, 1.0, 0.5], "validation_loss": [2.1, 1.2, 1.4], "accuracy": [0.2, 0.6, 0.9]}


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_each_measure_has_a_panel_and_each_data_set_a_line():
    loss, accuracy = history(BOTH)
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("loss", "accuracy")
    assert {a.get_xlabel() for a in (loss, accuracy)} == {"epoch"}
    np.testing.assert_array_equal(lines(loss)["training"], [[1, 2, 3], BOTH["loss"]])
    np.testing.assert_array_equal(lines(loss)["validation"], [[1, 2, 3], BOTH["validation_loss"]])
    assert "validation" not in lines(accuracy)
    assert fits(loss.figure)


@pytest.mark.parametrize("prefix", ["val", "valid", "validation"])
def test_every_usual_prefix_is_understood(prefix):
    (loss,) = history({"train_loss": [2.0, 1.0], f"{prefix}_loss": [3.0, 2.0], "test_loss": [4.0, 3.0]})
    assert {"training", "validation", "test"} <= set(lines(loss))


def test_the_best_epoch_is_that_of_the_validation():
    loss, accuracy = history(BOTH)
    assert "best validation: 1.2, epoch 2" in labels(loss)
    np.testing.assert_array_equal(lines(loss)["best validation: 1.2, epoch 2"], [[2], [1.2]])
    assert "best training: 90.0%, epoch 3" in labels(accuracy)


def test_a_measure_of_unknown_direction_has_no_best():
    (axes,) = history({"norm": [1.0, 2.0]})
    assert labels(axes) == ["training"]


@pytest.mark.parametrize(
    ("loss", "scale"),
    [([1.0, 0.5, 0.02], "linear"), ([1.0, 0.1, 0.009], "log"), ([1.0, 0.001, 0.0], "linear")],
)
def test_a_loss_over_decades_has_a_logarithmic_axis(loss, scale):
    assert history({"loss": loss})[0].get_yscale() == scale


def test_lines_differ_in_dash_and_marker_as_well_as_in_colour():
    training, validation = history(BOTH)[0].get_lines()[:2]
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert getattr(training, look)() != getattr(validation, look)()


def test_smoothing_is_the_moving_average_over_the_raw_curve():
    raw = [1.0, 0.0, math.nan, 1.0]
    (axes,) = history({"loss": raw}, smoothing=0.5)
    np.testing.assert_array_equal(axes.get_lines()[0].get_ydata(), raw)
    np.testing.assert_allclose(lines(axes)["training"][1], [1.0, 1 / 3, math.nan, 5 / 7])
    assert axes.get_legend().get_title().get_text() == "smoothing 0.5"


def test_the_epochs_may_be_given_and_learning_rates_are_drawn_on_request():
    columns = {"epoch": [10, 20], "loss": [2.0, 1.0], "learning_rate": [0.1, 0.01]}
    (loss,) = history(columns)
    np.testing.assert_array_equal(lines(loss)["training"][0], [10, 20])
    (rate,) = history(columns, measures="learning_rate")
    assert rate.get_ylabel() == "learning rate"


def test_anything_with_columns_is_a_history():
    class Columns:
        def keys(self):
            return ["loss"]

        def __getitem__(self, name):
            return [Value(2.0), 1.0, None]

    assert isinstance(Columns()["loss"][0], Node)
    np.testing.assert_array_equal(lines(history(Columns())[0])["training"][1], [2.0, 1.0, math.nan])


def test_tables_by_epoch_are_left_out():
    confusion = [[[3, 1], [0, 2]], [[4, 0], [0, 2]]]
    axes = history({"loss": [2.0, 1.0], "confusion_matrix": confusion})
    assert [axis.get_ylabel() for axis in axes] == ["loss"]


def test_it_draws_where_it_is_told():
    one, two = given_axes(2)
    assert history(BOTH, [one, two]) == [one, two]
    place = given_axes()
    drawn = history(BOTH, place)
    assert [axes.figure for axes in drawn] == [place.figure] * 2
    assert not place.axison
    single = given_axes()
    assert history({"loss": [1.0]}, single) == [single]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: history([1.0, 2.0]), DtypeError, "columns by name.*got list"),
        (lambda: history({"loss": 3.0}), DtypeError, "column 'loss' is a list of numbers, got 3.0"),
        (lambda: history({"loss": ["a"]}), DtypeError, "column 'loss' has to be real numbers"),
        (lambda: history({"loss": [1.0], "accuracy": [1.0, 2.0]}), ShapeError, "equally long"),
        (lambda: history({}), DomainError, "no numbers to draw"),
        (lambda: history({"loss": []}), DomainError, "no numbers to draw"),
        (lambda: history({"loss": [math.nan]}), DomainError, "no numbers to draw"),
        (lambda: history({"loss": [1.0]}, measures=["los"]), DomainError, "no measure 'los'; there are loss"),
        (lambda: history({"loss": [1.0]}, smoothing=1.0), DomainError, "below 1, got 1.0"),
        (lambda: history({"loss": [1.0]}, smoothing="a"), DtypeError, "a number, got 'a'"),
        (lambda: history({"loss": [1.0]}, ax=3), DtypeError, "ax is a matplotlib Axes, got int"),
        (lambda: history(BOTH, ax=given_axes(3)), ShapeError, "2 axes are needed, got 3"),
        (lambda: history({"loss": [1], "train_loss": [1]}), DomainError, "two columns are the training loss"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_texts_have_words_and_percents():
    axes = history(BOTH)[1]
    axes.figure.canvas.draw()
    assert any(text.endswith("%") for text in texts(axes))
