"""What sorting finds, besides the elements."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, grad, gradcheck, jvp
from autograd_core import structure as s


def test_integers_that_come_of_choosing_need_no_gradient():
    x = Tensor([3.0, 1.0, 2.0], requires_grad=True)
    for y in (s.argsort(x), s.topk(x, 2)[1], s.kthvalue(x, 1)[1]):
        assert isinstance(y, Tensor)
        assert y.dtype.kind == "i"
        assert not y.requires_grad
    assert s.one_hot(Tensor(np.array([1, 0]))).data.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("x", "axis", "wanted"),
    [
        ([3.0, np.nan, 1.0, 2.0], -1, [3.0, 2.0, 1.0, np.nan]),
        ([[3.0, 5.0], [4.0, 1.0]], 0, [[4.0, 5.0], [3.0, 1.0]]),
        ([[3.0, 5.0], [4.0, 1.0]], None, [5.0, 4.0, 3.0, 1.0]),
        ([-np.inf, 0.0, np.inf], 0, [np.inf, 0.0, -np.inf]),
        ([], 0, []),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_descending_order_is_numpys(x, axis, wanted, dtype):
    found = s.sort(Tensor(np.array(x, dtype)), axis, descending=True)
    np.testing.assert_array_equal(found.data, np.array(wanted, dtype))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool])
def test_descending_order_of_whole_numbers_does_not_overflow(dtype):
    x = np.array([0, -128, 1, 127], np.int8).astype(dtype)
    assert s.sort(x, descending=True).tolist() == sorted(x.tolist(), reverse=True)


def test_in_descending_order_each_gradient_goes_to_its_element_and_equals_keep_their_order():
    x = Tensor([1.0, 2.0, 1.0, 3.0], requires_grad=True)
    (x.sort(descending=True) * np.array([1.0, 10.0, 100.0, 1000.0])).sum().backward()
    assert x.grad.tolist() == [100.0, 10.0, 1000.0, 1.0]

    def f(x):
        return (s.sort(x, 0, descending=True) ** 3 * np.array([[1.0], [2.0]])).sum()

    point = np.array([[0.4, -1.2], [0.9, 0.3]])
    assert gradcheck(f, point)
    assert gradcheck(f, point, order=2)
    np.testing.assert_allclose(jvp(f, (point,), (np.ones((2, 2)),))[1], np.sum(grad(f)(point)), rtol=1e-12)


@pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.5.0", reason="NumPy sorts in descending order from 2.5 on"
)
def test_numpys_own_word_for_it_is_understood():
    x = Tensor([3.0, np.nan, 1.0, 3.0], requires_grad=True)
    np.testing.assert_array_equal(np.sort(x, descending=True).data, np.sort(x.data, descending=True))
    assert (
        np.argsort(x, descending=True, stable=True).tolist()
        == np.argsort(x.data, descending=True, stable=True).tolist()
    )
