"""Elements taken by index: each gets the sum of the gradients of its copies."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, gradcheck
from autograd_core import structure as s


def test_rows_never_taken_from_a_table_get_no_gradient():
    table = Tensor(np.zeros((50, 32)), requires_grad=True)
    table[np.array([3, 7, 3])].backward(np.ones((3, 32)))
    assert np.flatnonzero(table.grad.any(axis=1)).tolist() == [3, 7]
    assert (table.grad[3] == 2).all()


@pytest.mark.parametrize("times", [1, 2, 8, 9, 40])
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("shape", [(6, 5, 4), (20, 6, 3), (2, 3, 20), (6, 1, 1), (1, 4, 6)])
def test_a_row_receives_the_shares_of_every_time_it_was_taken(shape, axis, times):
    random = np.random.default_rng(0)
    length = shape[axis]
    rows = random.permutation(np.repeat(np.arange(length) - length * (np.arange(length) % 2), times))[:-1]
    x = Tensor(np.zeros(shape), requires_grad=True)
    y = s.take(x, rows, axis)
    slope = random.normal(size=y.shape)
    y.backward(slope)
    wanted = np.zeros(shape)
    np.add.at(wanted, (*(slice(None),) * axis, rows), slope)
    np.testing.assert_allclose(x.grad, wanted, rtol=1e-13, atol=1e-13)


def test_an_index_array_may_be_overwritten_before_the_backward_pass():
    rows = np.array([0, 1])
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x[rows]
    rows[:] = 2
    y.sum().backward()
    assert x.grad.tolist() == [1, 1, 0]


def test_take_along_axis_broadcasts_on_the_other_axes():
    f = lambda x: s.take_along_axis(x, np.array([[2, 0]]), 1).square()  # noqa: E731
    gradcheck(f, np.arange(6.0).reshape(2, 3))
    g = lambda x: s.take_along_axis(x, np.array([[2, 0], [1, 1]]), 1).square()  # noqa: E731
    gradcheck(g, np.arange(3.0).reshape(1, 3))


@pytest.mark.parametrize("times", [[1, 1, 1], [1, 2, 7], [8, 1, 9], [30, 40, 50], [0, 6, 0], [3, 0, 12]])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axis", [0, 1])
def test_rows_taken_any_number_of_times_get_the_sum(times, dtype, axis):
    generator = np.random.default_rng(0)
    rows = generator.permutation(np.repeat(np.arange(3), times))
    table = Tensor(np.ones((3, 20) if axis == 0 else (2, 3, 20), dtype), requires_grad=True)
    taken = table[rows] if axis == 0 else table[:, rows]
    factors = generator.normal(size=taken.shape).astype(dtype)
    (taken * factors).sum().backward()
    expected = np.zeros(table.shape)
    np.add.at(expected, rows if axis == 0 else (slice(None), rows), factors)
    assert table.grad.dtype == dtype
    np.testing.assert_allclose(table.grad, expected, atol=1e-12 if dtype == np.float64 else 1e-5)
