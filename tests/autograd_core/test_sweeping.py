"""Whose memory a cotangent is: leaves own theirs, and nothing underway is written that somebody else may hold."""

import numpy as np
import pytest

from autograd_core import Tensor, Value, primitive, stack, sweep
from autograd_core.primitive import arrays
from autograd_core.sweeping import descendants_of

ONES = np.ones((2, 3))


def leaf():
    return Tensor(2 * ONES, requires_grad=True)


def test_a_cotangent_is_the_sum_of_the_shares():
    x = leaf() * 1
    y = x * 1 + x * 2 + x * 3 + x
    (x_sum,) = (cotangent for node, cotangent in sweep([y], [ONES]) if node is x)
    np.testing.assert_array_equal(x_sum, 7 * ONES)


def test_a_root_given_twice_pays_twice():
    x = leaf()
    seen = dict(sweep([x, x * 2, x], [ONES, ONES, ONES]))
    np.testing.assert_array_equal(seen[x], 4 * ONES)


@pytest.mark.parametrize(
    "share_of", [lambda g: g, lambda g: g[::-1], lambda g: np.broadcast_to(g[:1], g.shape)]
)
@pytest.mark.parametrize("leaf_or_not", [lambda x: x, lambda x: x * 1])
def test_borrowed_memory_is_not_written(share_of, leaf_or_not):
    lending = primitive(pullback=lambda m, g, y, x, index: share_of(g))(np.array)
    g = 1 * ONES
    x = leaf_or_not(leaf())
    y = x * 1 + x * 1 + lending(x)  # which is made last, and so pays first
    seen = {node: (cotangent, cotangent.copy()) for node, cotangent in sweep([y], [g])}
    np.testing.assert_array_equal(seen[x][0], 3 * ONES)
    np.testing.assert_array_equal(g, ONES)
    for cotangent, then in seen.values():
        np.testing.assert_array_equal(cotangent, then)


def test_what_slices_send_back_is_added_where_it_belongs(monkeypatch):
    """Without an array of zeros for each, with which n slices would cost the square of their number."""
    made = []
    put = arrays.put
    monkeypatch.setattr(arrays, "put", lambda g, **how: made.append(how) or put(g, **how))
    x = Tensor(np.ones((20, 3)), requires_grad=True)
    (stack([x[i] * i for i in range(20)]) + x[3:4] + x[0, None]).sum().backward()
    np.testing.assert_array_equal(
        x.grad,
        np.arange(20)[:, None] + np.where(np.isin(np.arange(20), (0, 3)), 20, 0)[:, None] + np.zeros((20, 3)),
    )
    assert len(made) == 1


def test_slices_and_other_uses_of_a_tensor_add_up():
    x = leaf() * 1
    index = np.array([0, 0, 1])
    y = x[0].sum() + x[index].sum() + (x * x).sum() + x[:, 1].sum() + x[x.data > 0].sum() + x[1, 2]
    (found,) = (g.copy() for node, g in sweep([y], [np.ones(())]) if node is x)
    np.testing.assert_array_equal(found, [[8, 9, 8], [6, 7, 7]])


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


def test_a_recorded_node_knows_what_went_in():
    x, v = leaf(), Value(2.0)
    assert (x * 2).values[1] == 2
    assert (v * 3).values == (2.0, 3)
    assert np.shape(stack([x.sum(), v]).values[1]) == ()
    y = x * x
    x.data = 5 * ONES
    y.backward(ONES)
    np.testing.assert_array_equal(x.grad, 4 * ONES)  # of the numbers that were multiplied


def test_descendants_are_what_was_computed_from_a_target():
    x, other = leaf(), leaf()
    y, apart = x * 2, other * 2
    z = y + apart
    assert descendants_of([x], [z, y, apart, x, other]) == {x, y, z}
