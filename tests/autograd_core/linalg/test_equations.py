"""Equations and least squares are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import grad, gradcheck, linalg
from tests.autograd_core.linalg.cases import invertible, wave


def test_lstsq_returns_what_numpy_returns():
    for shape, b in (((5, 3), wave(5)), ((5, 3), wave(5, 2)), ((3, 3), wave(3)), ((2, 4), wave(2, 2))):
        found, wanted = linalg.lstsq(wave(*shape), b), np.linalg.lstsq(wave(*shape), b)
        for x, y in zip(found, wanted, strict=True):
            assert np.shape(x) == np.shape(y)
            np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-12)
    x, residuals, rank, _ = linalg.lstsq(np.ones((3, 2)), np.ones(3))
    assert (x.tolist(), residuals.tolist(), int(rank)) == (pytest.approx([0.5, 0.5]), [], 1)


def test_the_residuals_of_lstsq_can_be_differentiated():
    gradcheck(lambda a, b: linalg.lstsq(a, b)[1].sum(), wave(4, 2), wave(4), order=2)


def test_solve_triangular_looks_at_one_triangle_only():
    a, b = invertible(3, 3), wave(3, 2)
    for lower, cut in ((True, np.tril), (False, np.triu)):
        x = linalg.solve_triangular(a, b, lower=lower)
        np.testing.assert_allclose(cut(a) @ x, b, atol=1e-13)
        gradient = grad(lambda a, lower=lower: (linalg.solve_triangular(a, b, lower=lower) ** 2).sum())(a)
        np.testing.assert_array_equal(gradient, cut(gradient))
        gradcheck(lambda *ab, lower=lower: (linalg.solve_triangular(*ab, lower=lower) ** 2).sum(), a, b)
    x = linalg.solve_triangular(a, b, lower=True, unit_diagonal=True)
    np.testing.assert_allclose((np.tril(a, -1) + np.eye(3)) @ x, b, atol=1e-13)
