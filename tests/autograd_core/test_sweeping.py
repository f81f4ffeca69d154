"""Whose memory a cotangent is: leaves own theirs, and nothing underway is written that somebody else may hold."""

import numpy as np
import pytest

from autograd_core import Tensor, Value, sweep
from autograd_core.primitive import arrays
from autograd_core.sweeping import Cotangents, applied, descendants_of

ONES = np.ones((2, 3))


def leaf():
    return Tensor(2 * ONES, requires_grad=True)


def test_a_cotangent_is_the_sum_of_the_shares():
    x = leaf()
    underway = Cotangents([x], arrays)
    assert x in underway
    for _ in range(3):
        underway.add(x, 1 * ONES, None)
    np.testing.assert_array_equal(underway.pop(x), 3 * ONES)
    assert x not in underway


@pytest.mark.parametrize(
    "share_of", [lambda g: g, lambda g: g[::-1], lambda g: np.broadcast_to(g[:1], g.shape)]
)
def test_borrowed_memory_is_not_written(share_of):
    g = 1 * ONES
    x = leaf() * 1
    underway = Cotangents([x], arrays)
    underway.add(x, share_of(g), g)
    underway.add(x, 1 * ONES, None)
    underway.add(x, 1 * ONES, None)
    np.testing.assert_array_equal(underway.pop(x), 3 * ONES)
    np.testing.assert_array_equal(g, ONES)


def test_our_own_memory_serves_the_next_share():
    x = leaf() * 1
    underway = Cotangents([x], arrays)
    own = 1 * ONES
    underway.add(x, own, None)
    underway.add(x, 1 * ONES, None)
    assert underway.pop(x) is own


@pytest.mark.parametrize(
    "function", [lambda x: x + 1, lambda x: x.reshape(3, 2), lambda x: x.T, lambda x: x + x]
)
def test_a_leaf_has_an_array_of_its_own(function):
    x = leaf()
    y = function(x)
    seen = dict(sweep([y], [np.ones(y.shape)]))
    assert not np.shares_memory(seen[x], seen[y])


def test_a_root_that_is_a_leaf_does_not_take_the_callers_array():
    x, g = leaf(), 1 * ONES
    x.backward(g)
    assert x.grad is not g


def test_a_cotangent_that_was_seen_stays_as_it_was():
    x = leaf()
    y = x * 1
    z = y + 1 + y * y
    seen = {node: (g, g.copy()) for node, g in sweep([z], [ONES])}
    for g, then in seen.values():
        np.testing.assert_array_equal(g, then)


def test_an_application_in_arrays_and_values():
    x, v = leaf(), Value(2.0)
    assert applied(x * 2, arrays).inputs[1] == 2
    assert applied(x + 2, arrays).inputs == []  # the rule of + looks at nothing
    assert np.shape(applied(x * v, arrays).inputs[1]) == ()


def test_descendants_are_what_was_computed_from_a_target():
    x, other = leaf(), leaf()
    y, apart = x * 2, other * 2
    z = y + apart
    assert descendants_of([x], [z, y, apart, x, other]) == {x, y, z}
