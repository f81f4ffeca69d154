"""The graph of Values as arrays, and the sums of products in it."""

import pytest

from autograd_core import Value, maximum, weighted_sum, where
from autograd_core.compilation.scalars import LEAF, flattened
from autograd_core.compilation.sums import found_sums


def listed(scalars):
    """Each operation with its operands, by node number."""
    return [
        (scalars.primitives[kind].name, *scalars.operands[scalars.start[i] : scalars.start[i + 1]].tolist())
        for i, kind in enumerate(scalars.kind.tolist())
        if kind != LEAF
    ]


def terms(outputs, parameters, inputs=()):
    """The pairs and the singles of each sum, by node number."""
    sums = found_sums(flattened(outputs, parameters, inputs))
    found = {}
    for of, *pair in sums.pairs.T.tolist():
        found.setdefault(of, []).append(tuple(pair))
    for of, single in sums.singles.T.tolist():
        found.setdefault(of, []).append(single)
    return found


def test_parameters_come_first_then_inputs_operations_and_constants():
    w, x, captured = Value(1.0), Value(2.0), Value(5.0)
    flat = flattened([(w * x + captured) * 7.0], [w], [x])
    assert listed(flat) == [("multiply", 0, 1), ("add", 2, 5), ("multiply", 3, 6)]
    assert flat.constants.tolist() == [5.0, 7.0]
    assert flat.outputs.tolist() == [4]


def test_a_constant_stands_on_its_side():
    w = Value(2.0)
    assert listed(flattened([2.0 - w, w - 2.0, 2.0**w], [w])) == [
        ("subtract", 4, 0),
        ("subtract", 0, 5),
        ("power", 6, 0),
    ]


def test_a_branch_that_was_not_taken_is_an_operand_like_the_other():
    a, b = Value(1.0), Value(2.0)
    assert listed(flattened([where(True, a, b)], [a, b])) == [("where", 3, 0, 1)]


def test_what_a_given_number_was_computed_from_does_not_count():
    w = Value(2.0)
    x = w * w
    assert listed(flattened([x + w], [w], [x])) == [("add", 1, 0)]


def test_a_chain_of_a_hundred_thousand_needs_no_recursion():
    x = Value(1.0)
    y = x
    for _ in range(100_000):
        y = y * 0.5
    assert len(flattened([y], [x])) == 200_001


def test_a_walk_leaves_nothing_behind():
    w = Value(2.0)
    y = w * w + 1.0
    with pytest.raises(AttributeError):
        flattened([y, None], [w])
    assert listed(flattened([y], [w])) == [("multiply", 0, 0), ("add", 1, 3)]
    y.backward()
    assert w.grad == 4.0


def test_a_chain_of_additions_is_one_sum():
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    [found] = terms([w[0] * x[0] + w[1] * x[1] + b], [*w, b], x).values()
    assert found == [(0, 3), (1, 4), 2]


def test_a_weighted_sum_is_the_sum_that_it_writes():
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)], Value(5.0)
    [found] = terms([weighted_sum(w, x, b)], [*w, b], x).values()
    assert found == [(0, 3), (1, 4), 2]


def test_the_constants_of_a_sum_are_one():
    w = Value(1.0)
    flat = flattened([1.0 + w - 4.0 + 0.5], [w])
    sums = found_sums(flat)
    assert flat.numbers(sums.singles[1, -1:]).tolist() == [-2.5]
    assert sums.singles.shape[1] == 2


def test_what_is_used_twice_does_not_dissolve():
    a, b = Value(1.0), Value(2.0)
    product = a * b
    assert terms([product + a, product + b], [a, b]) == {2: [(0, 1)], 3: [2, 0], 4: [2, 1]}


def test_an_output_does_not_dissolve():
    a, b = Value(1.0), Value(2.0)
    product = a * b
    assert terms([product, product + b], [a, b]) == {2: [(0, 1)], 3: [2, 1]}


def test_levels_count_the_steps():
    a, b = Value(1.0), Value(2.0)
    y = maximum(a * b + a, b).tanh()
    levels = found_sums(flattened([y], [a, b])).level[:6].tolist()  # behind them a constant
    assert levels == [0, 0, -1, 1, 2, 3]
