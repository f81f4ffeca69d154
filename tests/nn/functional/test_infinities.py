"""What is not used stays out of the result, even if it is infinite."""

import numpy as np
import pytest

import nn.functional as F
from autograd_core import Tensor


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_slope_of_a_prelu_sees_what_it_scales(dtype):
    x = Tensor(np.array([[np.inf, -2.0], [1.0, -3.0]], dtype), requires_grad=True)
    slopes = Tensor(np.array([0.5], dtype), requires_grad=True)
    y = F.prelu(x, slopes)
    np.testing.assert_array_equal(y.data, [[np.inf, -1.0], [1.0, -1.5]])
    y.backward(np.array([[1.0, 10.0], [100.0, 1000.0]], dtype))
    np.testing.assert_array_equal(slopes.grad, [-3020.0])
    np.testing.assert_array_equal(x.grad, [[1.0, 5.0], [100.0, 500.0]])


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_an_adaptive_mean_is_that_of_its_own_window(number):
    x = Tensor([[[1.0, number, 3.0, 4.0, 5.0]]], requires_grad=True)
    y = F.adaptive_avg_pool1d(x, 3)
    np.testing.assert_array_equal(y.data, [[[number, number, 4.5]]])
    y.backward(np.array([[[1.0, 10.0, 100.0]]]))
    np.testing.assert_allclose(x.grad, [[[1 / 2, 1 / 2 + 10 / 3, 10 / 3, 10 / 3 + 50, 50]]])


def test_an_adaptive_mean_of_images_is_that_of_its_own_window():
    x = np.arange(15.0).reshape(1, 3, 5)
    x[0, 1, 1] = np.inf
    y = F.adaptive_avg_pool2d(x, (2, 3)).data
    np.testing.assert_array_equal(y, [[[np.inf, np.inf, 6.0], [np.inf, np.inf, 11.0]]])
