"""Straight lines of floats give what the graph gave."""

import math

import pytest

from autograd_core import Value, log, maximum, primitive, sqrt, where
from autograd_core.compilation.scalars import flattened
from autograd_core.compilation.straight import StraightLines
from tests.autograd_core.compilation.numbers import RandomGraph, agrees, straight
from tests.autograd_core.compilation.structured import STRUCTURED
from tests.fuzzing import amount_and_seed

EXAMPLES, SEED = amount_and_seed(200)


def lines(outputs, parameters, inputs=()):
    return StraightLines(flattened(outputs, parameters, inputs))


@pytest.mark.parametrize("name", STRUCTURED)
def test_a_structured_graph_gives_what_it_gave(name):
    assert agrees(straight, STRUCTURED[name])


def test_random_graphs_give_what_they_gave():
    for seed in range(SEED, SEED + EXAMPLES):
        assert agrees(straight, RandomGraph(seed).case(seed)), f"seed {seed}"


def test_a_number_is_written_out_where_a_rule_looks_at_it():
    w = Value(3.0)
    assert "g0 = g1 * (3.0 * v0**2.0)" in lines([w**3], [w]).source


def test_what_leads_to_no_parameter_gets_no_gradient():
    w, x = Value(3.0), Value(2.0)
    source = lines([w * x.tanh()], [w], [x]).source
    assert "g1" not in source
    assert "g2" not in source


def test_a_number_used_twice_gets_both_shares():
    w = Value(3.0)
    assert lines([w * w], [w]).backward([3.0], [], [1.0]) == ([9.0], [6.0])


def test_cotangents_weigh_the_outputs():
    w = Value(3.0)
    assert lines([w * 2.0, w, w * 2.0], [w]).backward([3.0], [], [1.0, 10.0, 100.0])[1] == [212.0]


@pytest.mark.parametrize(
    ("function", "at"),
    [
        (lambda x: 1.0 / x, 0.0),
        (log, 0.0),
        (log, -1.0),
        (sqrt, -1.0),
        (lambda x: x**-2, 0.0),
        (lambda x: x**0.5, -1.0),
        (lambda x: x.exp(), 1e4),
    ],
)
def test_a_pole_is_an_exception(function, at):
    x = Value(0.5)
    with pytest.raises((ArithmeticError, ValueError)):
        lines([function(x)], [x]).forward([at], [])


def test_choices_are_made_anew():
    a, b = Value(1.0), Value(2.0)
    f = lines([maximum(a, b), a.relu(), where(True, a, b)], [a, b])
    assert f.backward([5.0, -1.0], [], [1.0, 0.0, 0.0]) == ([5.0, 5.0, 5.0], [1.0, 0.0])
    assert f.backward([-5.0, -1.0], [], [1.0, 1.0, 0.0]) == ([-1.0, 0.0, -5.0], [0.0, 1.0])
    assert math.isnan(f.forward([math.nan, 1.0], [])[0])


def test_a_function_of_ones_own_that_cannot_be_written_is_called():
    @primitive(lambda m, y, x: 2.0 if x > 0 else -1.0)
    def bent(x):
        return 2.0 * x if x > 0 else -x

    x = Value(1.0)
    f = lines([bent(x) * 3.0], [x])
    assert f.backward([2.0], [], [1.0]) == ([12.0], [6.0])
    assert f.backward([-2.0], [], [1.0]) == ([6.0], [-3.0])
