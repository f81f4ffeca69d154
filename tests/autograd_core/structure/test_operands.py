"""What operations take: lists of numbers and nodes become one recorded array."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import ShapeError, Tensor, Value, grad, gradcheck


def test_nested_lists_of_numbers_and_nodes_become_one_recorded_array():
    v, t, row = Value(2.0), Tensor(3.0, requires_grad=True), Tensor(np.array([4.0, 5.0]), requires_grad=True)
    a = ac.array([[v, 1.0], [t, v * t], row])
    assert a.tolist() == [[2.0, 1.0], [3.0, 6.0], [4.0, 5.0]]
    (a * a).sum().backward()
    assert v.grad == 4 + 2 * 6 * 3
    assert t.grad == 6 + 2 * 6 * 2
    assert row.grad.tolist() == [8.0, 10.0]
    assert gradcheck(lambda x, y: ac.array([[x, y], [x * y, 1.0]]).square(), 0.3, 0.7, order=2)


def test_numbers_in_lists_promote_no_single_precision():
    t = Tensor(np.float32(2), requires_grad=True)
    assert ac.array([t, 1.0]).dtype == ac.stack([t, 1.0, Value(2.0)]).dtype == np.float32
    assert isinstance(ac.array([[1, 2]]), np.ndarray)
    with pytest.raises(ShapeError, match="of one shape"):
        ac.array([[t, 1.0], [t]])


@pytest.mark.parametrize(
    "f",
    [
        ac.sum,
        ac.mean,
        ac.max,
        ac.prod,
        ac.var,
        ac.cumsum,
        ac.sort,
        ac.transpose,
        ac.ravel,
        ac.median,
        ac.norm,
        ac.ptp,
    ],
)
def test_the_librarys_functions_take_lists_of_nodes(f):
    assert gradcheck(lambda x, y: f([[x, y, x * y], [y, 1.0, x * x]]), 0.3, 0.7)
    assert np.shape(grad(lambda x: ac.sum(f([x, 2 * x])))(np.array([1.0, 2.0]))) == (2,)
