"""Eigenvalues: what is special about them."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, grad, jvp, linalg
from tests.autograd_core.linalg.cases import EYE, positive, wave


def test_equal_eigenvalues_have_gradients_though_their_vectors_have_none():
    """Their sum is the trace, whatever the choice of eigenvectors."""
    np.testing.assert_allclose(grad(lambda a: linalg.eigvalsh(a).sum())(EYE), EYE)
    np.testing.assert_allclose(grad(lambda a: linalg.norm(a, "nuc"))(EYE), EYE)
    _, moved = jvp(lambda a: linalg.eigvalsh(a).sum(), (EYE,), (wave(2, 2),))
    assert moved == pytest.approx(np.trace(wave(2, 2)))


def test_forward_mode_of_vectors_of_equal_eigenvalues_is_nan():
    _, moved = jvp(lambda a: linalg.eigh(a).eigenvectors, (EYE,), (wave(2, 2),))
    assert np.isnan(moved).any()
    _, moved = jvp(lambda a: linalg.svd(a).U, (EYE,), (wave(2, 2),))
    assert np.isnan(moved).any()


def test_either_triangle_of_a_symmetric_matrix_may_be_named():
    a = positive(3, 3)
    for triangle in ("U", "L", "u"):
        assert np.array_equal(np.linalg.eigh(Tensor(a), triangle).eigenvalues.data, linalg.eigvalsh(a))
        assert np.array_equal(np.linalg.eigvalsh(Tensor(a), UPLO=triangle).data, linalg.eigvalsh(a))


def test_eig_takes_real_eigenvalues_from_complex_arrays(monkeypatch):
    """Some versions of NumPy give complex numbers whatever the eigenvalues are."""
    a, real = np.array([[2.0, 1.0], [0.5, 1.0]]), np.linalg.eig
    expected, slope = linalg.eig(a), grad(lambda a: (linalg.eig(a).eigenvectors ** 3).sum())(a)
    monkeypatch.setattr(np.linalg, "eig", lambda a: [x.astype(complex) for x in real(a)])
    found = linalg.eig(Tensor(a))
    assert [x.tolist() for x in found] == [x.tolist() for x in expected]
    assert found.eigenvalues.dtype == float
    assert np.allclose(grad(lambda a: (linalg.eig(a).eigenvectors ** 3).sum())(a), slope)
