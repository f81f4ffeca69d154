"""Norms and condition numbers are NumPy's; at 0 their gradient is 0."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, grad, linalg
from tests.autograd_core.linalg.cases import EYE, SINGULAR, invertible


def test_one_norm_does_everything():
    assert ac.norm is ac.linalg.norm
    assert ac.norm([[3.0, 0.0], [0.0, 4.0]], "nuc") == 7.0


def test_the_gradient_of_norms_at_zero_is_zero():
    for order in (None, 2, "nuc", "fro"):
        assert (
            grad(lambda a, order=order: linalg.norm(a, order))(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2
        )


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"])
def test_cond_is_numpys(p):
    assert linalg.cond(invertible(3, 3), p) == pytest.approx(np.linalg.cond(invertible(3, 3), p))


def test_cond_of_a_singular_matrix_is_infinite():
    assert linalg.cond(np.diag([1.0, 0.0])) == np.inf


def test_the_rank_is_made_of_integers_without_gradient():
    rank = linalg.matrix_rank(Tensor(np.stack([EYE, SINGULAR]), requires_grad=True))
    assert rank.tolist() == [2, 1]
    assert rank.dtype.kind == "i"
    assert not rank.requires_grad


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"])
def test_cond_of_singular_matrices_is_infinite_of_every_order(p):
    for a in (np.zeros((2, 2)), np.zeros((2, 2), np.float32), np.stack([np.eye(2), np.zeros((2, 2))])):
        found = linalg.cond(Tensor(a, requires_grad=True), p)
        expected = (
            np.linalg.cond(a, p)
            if p != "nuc"
            else np.array([2.0**2, np.inf])[-1 if a.ndim == 2 else slice(None)]
        )
        assert np.allclose(found.data, expected)
        assert found.dtype == a.dtype
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    if p not in (None, 2, -2, "nuc"):  # by singular values it is a large number, rounded
        assert np.linalg.cond(Tensor(singular), p).item() == np.inf
    mixed = np.stack([invertible(2, 2), singular])
    alone = grad(lambda a: np.linalg.cond(a, p))(mixed[0])
    assert np.allclose(grad(lambda a: np.linalg.cond(a, p)[0])(mixed), np.stack([alone, np.zeros((2, 2))]))


def test_cond_of_nothing_is_refused():
    with pytest.raises(ac.ShapeError, match="no elements"):
        np.linalg.cond(Tensor(np.zeros((0, 0))))


@pytest.mark.parametrize("p", [None, 1, 2, 3, 0.5, np.inf])
def test_the_norm_of_no_elements_is_zero(p):
    for shape, axis in (((0,), 0), ((2, 0), 1), ((0, 3), 0)):
        nothing = np.zeros(shape)
        found = np.linalg.norm(Tensor(nothing, requires_grad=True), p, axis=axis)
        assert found.tolist() == np.zeros(np.delete(shape, axis)).tolist()
        assert grad(lambda a, axis=axis: np.linalg.norm(a, p, axis).sum())(nothing).shape == shape


@pytest.mark.parametrize("p", [1, 2, np.inf, "fro", "nuc"])
def test_the_norm_of_a_matrix_without_elements_is_zero(p):
    for shape in ((0, 2), (2, 0), (3, 0, 2)):
        found = np.linalg.matrix_norm(Tensor(np.zeros(shape)), ord=p, keepdims=True)
        assert found.tolist() == np.zeros((*shape[:-2], 1, 1)).tolist()
        assert np.linalg.vector_norm(Tensor(np.zeros(shape)), ord=np.inf).item() == 0.0


def test_the_rank_of_vectors_and_of_symmetric_matrices():
    for x in (np.array(3.0), np.array([1.0, 2.0]), np.zeros(3)):
        assert np.linalg.matrix_rank(Tensor(x)).tolist() == np.linalg.matrix_rank(x)
    for shape in ((0, 2), (3, 0, 2), (3, 2, 0), (0,)):
        assert np.linalg.matrix_rank(Tensor(np.zeros(shape))).tolist() == np.zeros(shape[:-2]).tolist()
    a = Tensor(np.stack([EYE, SINGULAR]), requires_grad=True)
    assert np.linalg.matrix_rank(a, hermitian=True).tolist() == [2, 1]
    assert np.linalg.matrix_rank(np.diag([1.0, 0.3]), rtol=0.5) == 1
    assert np.linalg.matrix_rank(Tensor(np.diag([1.0, 0.3])), rtol=0.5).item() == 1
    with pytest.raises(ac.DomainError, match="give one of them"):
        linalg.matrix_rank(a, 0.1, rtol=0.1)
