"""Determinants of singular and of large matrices."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd_core as ac
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


# -- all derivatives of a determinant exist, whatever the rank ------------------------------------------


def by_leibniz(a):
    """The determinant as the polynomial that it is."""
    n = len(a)
    total = 0.0
    for columns in itertools.permutations(range(n)):
        inversions = sum(columns[i] > columns[j] for i in range(n) for j in range(i + 1, n))
        term = (-1.0) ** inversions
        for i, j in enumerate(columns):
            term = term * a[i, j]
        total = total + term
    return total


def of_rank(n, rank, dtype=np.float64):
    generator = np.random.default_rng(10 * n + rank)
    return (generator.normal(size=(n, rank)) @ generator.normal(size=(rank, n))).astype(dtype)


RANKS = [(n, rank) for n in (1, 2, 3, 4) for rank in range(n + 1)]


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 1e-3)])
@pytest.mark.parametrize(("n", "rank"), RANKS)
def test_second_derivatives_of_a_determinant_of_any_rank(n, rank, dtype, tolerance):
    a, v = of_rank(n, rank, dtype), of_rank(n, n, dtype)
    expected = ac.hessian(by_leibniz)(a)
    moved = np.tensordot(expected, v, 2)
    assert_allclose(ac.hessian(ac.linalg.det)(a), expected, atol=tolerance)
    assert_allclose(ac.hvp(ac.linalg.det, a, v), moved, atol=tolerance)
    assert_allclose(ac.jvp(ac.grad(ac.linalg.det), (a,), (v,))[1], moved, atol=tolerance)
    x = ac.Tensor(a, requires_grad=True)
    np.linalg.det(x).backward(create_graph=True)
    slope, x.grad = x.grad, None
    if slope.requires_grad:
        (slope * v).sum().backward()
        assert_allclose(x.grad, moved, atol=tolerance)


def test_the_hessian_of_a_determinant_of_rank_two():
    hessian = ac.hessian(np.linalg.det)(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0]]))
    # the cofactor of the corner is a11 a22 - a12 a21
    assert_allclose(hessian[0, 0], [[0, 0, 0], [0, 9, -7], [0, -6, 5]], atol=1e-13)


@pytest.mark.parametrize(("n", "rank"), [(2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (4, 2)])
def test_third_derivatives_of_a_determinant_of_any_rank(n, rank):
    a, v, w = of_rank(n, rank), of_rank(n, n), of_rank(n, n)[::-1]

    def third(f):
        return ac.grad(lambda a: (ac.hvp(f, a, v) * w).sum())(a)

    assert_allclose(third(ac.linalg.det), third(by_leibniz), atol=1e-11)


def test_fourth_derivatives_of_a_determinant():
    a, v = of_rank(4, 2), of_rank(4, 4)

    def fourth(f):
        second = lambda a: (ac.hvp(f, a, v) * v).sum()  # noqa: E731
        return ac.hvp(second, a, v)

    assert_allclose(fourth(ac.linalg.det), fourth(by_leibniz), atol=1e-10)


def test_a_batch_of_singular_and_regular_matrices():
    batch, v = np.stack([of_rank(3, 1), of_rank(3, 3)]), np.stack([of_rank(3, 3), of_rank(3, 2)])
    found = ac.hvp(lambda a: ac.linalg.det(a).sum(), batch, v)
    assert_allclose(
        found, [np.tensordot(ac.hessian(by_leibniz)(a), t, 2) for a, t in zip(batch, v, strict=True)]
    )


def test_the_hessian_of_the_determinant_of_nothing_is_empty():
    assert ac.hessian(ac.linalg.det)(np.zeros((0, 0))).shape == (0, 0, 0, 0)


def test_second_derivatives_of_a_logarithm_of_a_determinant():
    a = of_rank(3, 3)
    expected = ac.hessian(lambda a: ac.log(abs(by_leibniz(a))))(a)
    assert_allclose(ac.hessian(lambda a: ac.linalg.slogdet(a).logabsdet)(a), expected, rtol=1e-10)
