"""Differences against the engine's gradient."""

import math

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import DomainError, DtypeError, GraphError
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import gradient_check

X = np.array([0.3, 1.2, 2.0])


def wave(x):
    return ac.sum(ac.exp(x) * ac.sin(x))


def errors(axes):
    """By method: the steps and the errors."""
    return {name.partition(" (")[0]: data for name, data in lines(axes).items()}


def slope(data, low, high):
    steps, error = np.log10(data)
    chosen = (steps >= low) & (steps <= high)
    return np.polyfit(steps[chosen], error[chosen], 1)[0]


def test_the_slopes_are_one_and_two():
    axes = gradient_check(wave, X)
    found = errors(axes)
    assert slope(found["forward difference"], -6, -2) == pytest.approx(1.0, abs=0.1)
    assert slope(found["central difference"], -4, -1) == pytest.approx(2.0, abs=0.1)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == [
        "forward difference (slope 1.00)",
        "central difference (slope 2.00)",
        "complex step (slope 2.00)",
        "rounding of float64",
    ]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert axes.get_xlabel() == "step ε"
    assert fits(axes.figure)


def test_it_is_a_v_for_differences_and_not_for_the_complex_step():
    found = errors(gradient_check(wave, X))
    for name in ("forward difference", "central difference"):
        steps, error = found[name]
        best = steps[np.argmin(error)]
        assert 1e-10 < best < 1e-3
        assert error[-1] > 1e4 * error.min()
    steps, error = found["complex step"]
    assert error[steps < 1e-9].max() < 1e-14


def test_the_quiz():
    """J = θ³ at θ = 1 with ε = 0.01: the central difference is 3.0001, the true slope 3."""
    found = errors(gradient_check(lambda theta: theta**3, 1.0, steps=[0.01]))
    assert found["central difference"][1] == pytest.approx([0.0001 / 3], rel=1e-6)
    assert found["forward difference"][1] == pytest.approx([0.0301 / 3], rel=1e-6)


def test_the_error_is_the_largest_of_all_elements_relative_to_the_largest_gradient():
    weights = np.array([1.0, 10.0])
    found = errors(gradient_check(lambda x: (weights * x**2).sum(), np.ones(2), steps=[0.1]))
    assert found["forward difference"][1] == pytest.approx([10 * 0.1 / 20])


def test_a_wrong_gradient_shows_as_an_error_that_does_not_fall():
    def off(x):
        return 1.01 * x - 0.01 * ac.stop_gradient(x) if isinstance(x, ac.Node) else x

    found = errors(gradient_check(off, 2.0))
    assert found["central difference"][1][3:20].min() > 0.009


def test_functions_without_complex_numbers_have_no_complex_step():
    found = errors(gradient_check(lambda x: x * x if isinstance(x, ac.Node) else math.pow(x, 2), 1.0))
    assert set(found) == {"forward difference", "central difference", "rounding of float64"}


def test_errors_of_zero_have_a_place():
    axes = gradient_check(lambda x: 2.0 * x, 1.0, steps=[1.0, 0.5])
    np.testing.assert_array_equal(errors(axes)["forward difference"], [[1.0, 0.5], [1e-17, 1e-17]])
    axes.figure.canvas.draw()


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert gradient_check(wave, X, ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gradient_check(3, X), DtypeError, "a function of x, got int"),
        (lambda: gradient_check(wave, "a"), DtypeError, "x has to be real numbers, got str"),
        (lambda: gradient_check(wave, np.ones(0)), DomainError, "x is empty"),
        (lambda: gradient_check(wave, np.ones(101)), DomainError, "at most 100, got 101"),
        (lambda: gradient_check(wave, X, steps=[0.1, -0.1]), DomainError, "steps are positive, got -0.1"),
        (lambda: gradient_check(wave, X, steps=[]), DomainError, "steps is empty"),
        (lambda: gradient_check(ac.sin, X), GraphError, "value is one number, got shape"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_where_a_neighbour_has_no_value_there_is_no_error_to_draw():
    found = errors(gradient_check(ac.log, 0.5, steps=[1.0, 0.1, 0.01]))
    for name in ("forward difference", "central difference"):
        _, error = found[name]
        assert math.isnan(error[0]) == (name == "central difference")  # log(-0.5)
        assert np.all(error[1:] > 0)
