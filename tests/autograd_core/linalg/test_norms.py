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
