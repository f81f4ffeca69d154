"""Infinities and NaN stay in their places: nothing is made 0 by a product with 0."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, Value, grad

X = np.array([[1.0, np.inf, -np.inf], [np.nan, -2.0, 0.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "function",
    [
        np.imag,
        np.angle,
        lambda x: np.angle(x, deg=True),
        lambda x: np.linalg.matrix_power(x[:, :2], 0),
        lambda x: np.polyval(np.array([], x.dtype), x),
        lambda x: np.unwrap(x[:, 1:], axis=0),
        lambda x: np.linspace(x, 2, 3),
        lambda x: np.linspace(0, x, 4),
        lambda x: np.linspace(x, x, 2, endpoint=False),
        lambda x: x**0,
    ],
)
def test_values_are_numpys(function, dtype):
    x = X.astype(dtype)
    with np.errstate(invalid="ignore"):
        found, expected = function(Tensor(x, requires_grad=True)), function(x)
    np.testing.assert_allclose(found.data, expected, rtol=1e-6)


@pytest.mark.parametrize("function", [ac.imag, lambda x: x**0, lambda x: x**0.0])
@pytest.mark.parametrize("x", [np.inf, -np.inf, np.nan, 2.0])
def test_constants_have_no_slope_anywhere(x, function):
    assert grad(function)(x) == 0.0
    assert grad(grad(function))(x) == 0.0
    assert grad(lambda v: function(v).sum())(np.array([x, x])).tolist() == [0.0, 0.0]
    value = Value(x)
    function(value).backward()
    assert value.grad == 0.0


def test_powers_of_infinity_are_differentiated_until_nothing_is_left():
    slope = grad(lambda x: x**2)
    assert [slope(np.inf), grad(slope)(np.inf), grad(grad(slope))(np.inf)] == [np.inf, 2.0, 0.0]


@pytest.mark.parametrize("num", [2, 3, 50])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_last_of_evenly_spaced_numbers_is_the_end_itself(dtype, num):
    start, stop = np.array([0.1, 0.3], dtype), np.array([0.7, 1e-3], dtype)
    found = ac.linspace(Tensor(start, requires_grad=True), stop, num)
    np.testing.assert_array_equal(found.data[-1], stop)
    np.testing.assert_allclose(grad(lambda a: ac.linspace(a, stop, num).sum())(start), num / 2)
    np.testing.assert_allclose(grad(lambda b: ac.linspace(start, b, num)[-1].sum())(stop), 1.0)
