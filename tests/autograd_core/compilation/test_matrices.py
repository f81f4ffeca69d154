"""Lifted graphs as programs in fixed memory give what they gave, gradients included."""

import numpy as np
import pytest

from autograd_core import Value, primitive, tanh
from autograd_core.compilation.lifting import Lifted
from autograd_core.compilation.matrices import Matrices
from autograd_core.compilation.passes import PASSES, improve
from autograd_core.compilation.scalars import flattened
from tests.autograd_core.compilation.numbers import RandomGraph, agrees, bound
from tests.autograd_core.compilation.structured import STRUCTURED
from tests.fuzzing import amount_and_seed

EXAMPLES, SEED = amount_and_seed(60)
BY_ARRAYS = [name for name in STRUCTURED if name != "functions of one's own that ask"]


def matrices(outputs, parameters, inputs=()):
    return Matrices(Lifted(flattened(outputs, parameters, inputs)))


@pytest.mark.parametrize("name", BY_ARRAYS)
def test_a_structured_graph_gives_what_it_gave(name):
    assert agrees(bound, STRUCTURED[name])


def test_random_graphs_give_what_they_gave():
    for seed in range(SEED, SEED + EXAMPLES):
        assert agrees(bound, RandomGraph(seed).case(seed)), f"seed {seed}"


@pytest.mark.parametrize("left_out", [each.__name__ for each in PASSES])
def test_each_pass_may_be_left_out(left_out, monkeypatch):
    monkeypatch.setattr(
        "autograd_core.compilation.matrices.improve", lambda program: improve(program, {left_out})
    )
    for name in ("a network", "connections dropped", "a convolution", "a recurrent network", "choices"):
        assert agrees(bound, STRUCTURED[name])


def test_the_gradient_of_a_layer_is_computed_where_it_belongs():
    w, b, x = ([Value(0.1 * i) for i in range(n)] for n in (6, 2, 3))
    program = matrices(
        [sum(tanh(w[3 * i] * x[0] + w[3 * i + 1] * x[1] + w[3 * i + 2] * x[2] + b[i]) for i in (0, 1))],
        [*w, *b],
        x,
    )
    assert "scatter" not in program.source
    assert "zeros" not in program.source


def test_a_parameter_that_nothing_depends_on_has_no_gradient():
    used, unused = Value(2.0), Value(3.0)
    program = matrices([used * used], [unused, used])
    for _ in range(2):
        assert program.backward([1.0, 5.0], [], [1.0]) == ([25.0], [0.0, 10.0])


def test_a_parameter_that_is_added_up_and_multiplied_gets_both_shares_at_every_run():
    w = [Value(float(i)) for i in range(5)]
    program = matrices([sum(v * v for v in w) + sum(v * 2.0 for v in w[1:3]) + w[4]], w)
    for numbers in ([1.0, 2.0, 3.0, 4.0, 5.0], [0.0, -1.0, 1.0, 0.5, 2.0]):
        expected = 2 * np.array(numbers) + [0.0, 2.0, 2.0, 0.0, 1.0]
        assert program.backward(numbers, [], [1.0])[1] == pytest.approx(expected.tolist())


def test_numbers_that_are_only_looked_at_follow_the_results():
    w, x = Value(2.0), Value(3.0)
    program = Matrices(Lifted(flattened([w * x], [w], [x], watched=[w + x, x])))
    assert program.backward([4.0], [5.0], [1.0]) == ([20.0, 9.0, 5.0], [5.0])


def test_a_function_of_ones_own_is_not_taken_for_the_one_of_its_name():
    @primitive(lambda m, y, x: 3.0, name="exp")
    def tripled(x):
        return 3.0 * x

    w = [Value(1.0), Value(2.0)]
    program = matrices([sum(tripled(v) for v in w)], w)
    assert program.backward([5.0, 1.0], [], [1.0]) == ([18.0], [3.0, 3.0])
