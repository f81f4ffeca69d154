"""How far sliders reach: what is taken, and what is refused in words."""

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError
from viz.ranges import Choices, Range, reach_of


def test_a_tuple_is_a_range_and_a_list_are_choices():
    assert reach_of((0, 2), "w", "f()") == Range(0.0, 2.0)
    assert reach_of((np.float32(0), np.int64(2), 0.5), "w", "f()") == Range(0.0, 2.0, 0.5)
    assert reach_of([0, 2], "w", "f()") == Choices((0, 2))
    assert reach_of(Range(0.0, 2.0), "w", "f()") == Range(0.0, 2.0)


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(-3, 3, 0.05), (0, 1, 0.01), (0, 1e-7, 1e-9), (-500, 500, 10), (0, 0.7, 0.005), (1, 1.25, 0.002)],
)
def test_a_slider_without_a_step_has_about_a_hundred_round_places(low, high, step):
    assert Range(low, high).round_step == step
    assert 99.9 < (high - low) / step <= 250


@pytest.mark.parametrize("reach", [Range(-3, 3), Range(0, 1, 0.3), Range(5, 5.1), Range(-1e-9, 1e9)])
def test_a_slider_begins_at_one_of_its_places(reach):
    places = (reach.begin(None) - reach.low) / reach.round_step
    assert places == pytest.approx(round(places), abs=1e-6)
    assert reach.low < reach.begin(None) <= reach.high


def test_a_slider_begins_at_the_default_that_is_in_its_reach():
    assert Range(0, 1).begin(0.123) == 0.123
    assert Range(0, 1).begin(2.0) == 0.75
    assert Range(0, 1).begin("a") == 0.75
    assert Range(0, 1).begin(True) == 0.75, "True is no number here"
    assert Choices((np.tanh, np.sin)).begin(np.sin) is np.sin
    assert Choices((np.tanh, np.sin)).begin(np.ones(2)) is np.tanh


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (3, DtypeError, r"f\(\): w gets its lowest and its highest number, .* got 3 of type int"),
        ((1,), DtypeError, "lowest and its highest"),
        ((1, 2, 3, 4), DtypeError, "lowest and its highest"),
        (("0", "1"), DtypeError, "lowest and its highest"),
        ((False, True), DtypeError, "lowest and its highest"),
        ([], DomainError, r"f\(\): w has nothing to choose from"),
        ((1, 1), DomainError, r"f\(\): w cannot reach from 1 to 1"),
        ((2, 1), DomainError, "cannot reach from 2 to 1"),
        ((0, float("inf")), DomainError, "cannot reach from 0 to inf"),
        ((float("nan"), 1), DomainError, "cannot reach from nan to 1"),
        ((-1.7e308, 1.7e308), DomainError, "cannot reach"),
        ((0, 1, 0), DomainError, "from 0 to 1 in steps of 0"),
        ((0, 1, -0.1), DomainError, "in steps of -0.1"),
        ((0, 1, 2), DomainError, "in steps of 2"),
        ((0, 1, float("nan")), DomainError, "in steps of nan"),
    ],
)
def test_what_is_no_reach_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        reach_of(given, "w", "f()")
