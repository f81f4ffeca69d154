"""Softmax and its relatives of a number without axes: a distribution of one element, which is 1."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, Value, grad, jvp
from nn import functional as F

EXPECTED = {ac.softmax: (1.0, 0.0), ac.log_softmax: (0.0, 0.0), ac.logsumexp: (3.0, 1.0)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize("function", EXPECTED)
def test_of_a_tensor_without_axes(function, axis, dtype):
    result, slope = EXPECTED[function]
    x = Tensor(np.array(3.0, dtype), requires_grad=True)
    y = function(x, axis=axis)
    y.backward()
    assert y.shape == x.grad.shape == ()
    assert y.dtype == x.grad.dtype == dtype
    assert (y.item(), x.grad.item()) == (result, slope)
    assert function(np.array(3.0, dtype), axis=axis) == result
    assert grad(lambda x: function(x, axis=axis))(3.0) == slope
    assert grad(grad(lambda x: function(x, axis=axis)))(3.0) == 0.0
    assert jvp(lambda x: function(x, axis=axis), (3.0,), (1.0,)) == (result, slope)


@pytest.mark.parametrize("function", EXPECTED)
@pytest.mark.parametrize("axis", [1, -2, 2])
def test_there_is_no_other_axis(function, axis):
    with pytest.raises(ac.errors.ShapeError, match="out of range"):
        function(Tensor(1.0), axis=axis)


@pytest.mark.parametrize("function", EXPECTED)
def test_of_a_value_and_a_number(function):
    value = Value(3.0)
    function(value).backward()
    assert value.grad == EXPECTED[function][1]
    assert function(3.0) == EXPECTED[function][0]


def test_the_layers_functions():
    x = Tensor(3.0, requires_grad=True)
    assert F.softmax(x, dim=0).item() == F.softmax(x, dim=-1).item() == 1.0
    assert F.log_softmax(x, dim=0).item() == F.log_softmax(x, dim=-1).item() == 0.0
