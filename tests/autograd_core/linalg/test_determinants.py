"""Determinants of singular and of large matrices."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, grad, gradcheck, linalg
from tests.autograd_core.linalg.cases import SINGULAR, invertible, wave


def test_the_gradient_of_det_is_the_matrix_of_cofactors_also_where_it_is_singular():
    np.testing.assert_allclose(grad(linalg.det)(SINGULAR), [[4, -2], [-2, 1]], atol=1e-14)
    assert grad(linalg.det)(np.zeros((3, 3))).tolist() == np.zeros((3, 3)).tolist()
    gradcheck(linalg.det, np.outer(wave(3), wave(3, phase=2.0)) + np.diag([1.0, 0.0, 0.0]))


def test_the_third_derivative_of_det_of_two_by_two_is_zero():
    def second(a):
        return grad(lambda b: grad(linalg.det)(b)[0, 0])(a)[1, 1]

    np.testing.assert_allclose(second(invertible(2, 2)), 1.0)
    np.testing.assert_allclose(grad(second)(invertible(2, 2)), np.zeros((2, 2)), atol=1e-12)


def test_slogdet_does_not_overflow_and_gives_the_sign_apart():
    sign, logabsdet = linalg.slogdet(-1e200 * np.eye(3))
    assert sign == -1
    assert logabsdet == pytest.approx(600 * np.log(10))
    sign, logabsdet = linalg.slogdet(Tensor(SINGULAR * 0, requires_grad=True))
    assert (sign.item(), logabsdet.item()) == (0.0, -np.inf)
    assert not sign.requires_grad
