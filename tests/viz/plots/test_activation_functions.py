"""Functions with their derivatives: the curves are the engine's, kinks and edges are where they are."""

import numpy as np
import pytest

import autograd_core as ac
import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, ShapeError
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import activation_functions
from viz.plots.kinks import curve_of

EXACT = {
    "sigmoid": (ac.sigmoid, lambda s: s * (1 - s)),
    "tanh": (ac.tanh, lambda t: 1 - t * t),
    "exp": (ac.exp, lambda e: e),
    "softplus": (ac.softplus, lambda s: 1 - np.exp(-s)),
}


@pytest.mark.parametrize("name", EXACT)
def test_the_dashed_curve_is_the_derivative(name):
    function, derivative = EXACT[name]
    (axes,) = activation_functions(name, (-3, 3))
    x, f = lines(axes)["f"]
    np.testing.assert_allclose(f, function(ac.Tensor(x)).data)
    np.testing.assert_allclose(lines(axes)["f′"], [x, derivative(f)], atol=1e-12)


def kinks(function, ends=(-5.0, 5.0)):
    return [(kink.x, kink.slope[1]) for kink in curve_of("test", "f", function, ends).kinks]


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (ac.relu, [(0.0, 0.0)]),
        (ac.abs, [(0.0, 0.0)]),
        (nn.LeakyReLU(0.1), [(0.0, 0.1)]),
        (nn.ELU(alpha=0.5), [(0.0, 0.5)]),
        (nn.Hardtanh(-2.5, 1.0), [(-2.5, 0.0), (1.0, 0.0)]),
        (nn.ReLU6(), [(0.0, 0.0), (6.0, 0.0)]),
        (lambda x: ac.maximum(x, 1 / 3), [(1 / 3, 0.0)]),
        (lambda v: v * 2 if v > 1 else v, [(1.0, 1.0)]),
        (lambda x: ac.relu(x) + 3 * x, [(0.0, 3.0)]),
        (np.floor, [(float(k), 0.0) for k in range(-4, 7)]),
    ],
    ids=["relu", "abs", "leaky", "elu", "hardtanh", "relu6", "max", "branch", "slanted", "floor"],
)
def test_kinks_are_where_the_slope_or_the_value_jumps(function, found):
    assert kinks(function, (-5.0, 7.0)) == [(pytest.approx(x, abs=1e-7), slope) for x, slope in found]


@pytest.mark.parametrize(
    "function",
    [
        ac.tanh,
        ac.exp,
        nn.ELU(),
        nn.GELU(),
        nn.SiLU(),
        nn.Softsign(),
        lambda x: ac.tanh(40 * x),
        lambda x: x * 0 + 1,
    ],
    ids=["tanh", "exp", "elu", "gelu", "silu", "softsign", "steep", "constant"],
)
def test_what_is_smooth_has_none(function):
    assert kinks(function) == []


def test_a_kink_is_shown_with_the_slope_that_the_engine_takes():
    (axes,) = activation_functions("relu")
    drawn = lines(axes)
    np.testing.assert_array_equal(drawn["kink at 0: f′(0) = 0"].ravel(), [0.0, 0.0])
    x, slope = drawn["f′"]
    gap = np.flatnonzero(np.isnan(slope))
    assert x[gap].tolist() == [0.0]
    assert (slope[gap - 1].tolist(), slope[gap + 1].tolist()) == ([0.0], [1.0])
    circles = [
        line for line in axes.get_lines() if line.get_marker() == "o" and line.get_label().startswith("_")
    ]
    assert [line.get_ydata() for line in circles] == [[1.0]]


@pytest.mark.parametrize(
    ("function", "title"),
    [
        ("log", "log\n0 < x ≤ 5\nf′ without bound at 0"),
        ("sqrt", "sqrt\n0 ≤ x ≤ 5\nf′ without bound at 0"),
        ("arctanh", "arctanh\n−1 < x < 1\nf′ without bound at −1"),
        ({"1/x": lambda x: 1 / x}, "1/x\n−4.5 ≤ x < 0 or 0 < x ≤ 5\nf′ without bound at 0"),
        ({"NaN": lambda x: x * np.nan}, "NaN\ndefined nowhere here\nlargest |f′| 0"),
        ("tanh", "tanh\n−4.5 ≤ x ≤ 5\nlargest |f′| 1"),
    ],
)
def test_the_title_says_where_the_function_is_defined(function, title):
    (axes,) = activation_functions(function, (-4.5, 5.0))
    assert axes.get_title().startswith(title)
    slopes = lines(axes)
    assert np.all(np.isfinite(slopes["f"][1]) | ~np.isfinite(slopes["f′"][1]))


def test_the_slope_of_a_sigmoid_is_a_quarter_at_most():
    (axes,) = activation_functions(ac.sigmoid)
    assert axes.get_title().splitlines()[2] == "largest |f′| 0.25 at 0"


def test_functions_have_the_names_that_they_are_given_or_have():
    drawn = activation_functions(["relu", F.silu, nn.Tanh(), nn.Tanh(), lambda x: x])
    assert [axes.get_title().splitlines()[0] for axes in drawn] == ["relu", "silu", "Tanh", "Tanh (2)", "f"]
    (axes,) = activation_functions({"mine": ac.relu})
    assert axes.get_title().startswith("mine\n")


def test_a_module_is_left_as_it_was():
    module = nn.RReLU()
    activation_functions(module)
    assert module.training


def test_all_of_it_fits_and_is_drawn_where_it_is_told():
    assert fits(activation_functions(["relu", "sigmoid", "exp"])[0].figure)
    axes = given_axes(2)
    assert activation_functions(["relu", "tanh"], ax=axes) == axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: activation_functions("rlu"), DomainError, "no function 'rlu'.*did you mean 'relu'"),
        (lambda: activation_functions("Tensor"), DomainError, "no function 'Tensor'"),
        (lambda: activation_functions(nn.Softmax(0)), DomainError, "Softmax is no function of one number"),
        (lambda: activation_functions(nn.ReLU), DtypeError, "such as ac.tanh"),
        (lambda: activation_functions(3), DtypeError, "got 3"),
        (lambda: activation_functions([]), DomainError, "from 1 to 16 functions, got 0"),
        (lambda: activation_functions(lambda x: None), DtypeError, "f has to give numbers, got NoneType"),
        (lambda: activation_functions("relu", (3, 1)), DomainError, "x_range has to rise"),
        (lambda: activation_functions("relu", 3), ShapeError, "first and the last number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
