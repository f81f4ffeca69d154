"""Factorisations: what their factors give, and where they have no derivative."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import grad, jvp, linalg
from tests.autograd_core.linalg.cases import EYE, invertible, positive, wave


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


def test_a_symmetric_gradient_gives_each_of_two_mirrored_elements_its_half():
    for f in (linalg.eigvalsh, linalg.cholesky):
        gradient = grad(lambda a, f=f: (f(a) * wave(*f(a).shape)).sum())(positive(3, 3))
        np.testing.assert_allclose(gradient, gradient.T)


def test_factors_multiply_to_the_matrix():
    for a in (wave(4, 3), wave(2, 3, 4), invertible(3, 3)):
        u, s, vh = linalg.svd(a, full_matrices=False)
        q, r = linalg.qr(a)
        np.testing.assert_allclose((u * s[..., None, :]) @ vh, a, atol=1e-13)
        np.testing.assert_allclose(q @ r, a, atol=1e-13)
        np.testing.assert_array_equal(linalg.qr(a, mode="r"), r)
        np.testing.assert_array_equal(linalg.svd(a, compute_uv=False), s)
    values, vectors = linalg.eigh(positive(2, 3, 3))
    np.testing.assert_allclose((vectors * values[:, None, :]) @ vectors.mT, positive(2, 3, 3), atol=1e-12)


def test_results_have_numpys_field_names():
    assert linalg.svd(EYE)._fields == ("U", "S", "Vh")
    assert linalg.eigh(EYE)._fields == ("eigenvalues", "eigenvectors")
    assert linalg.qr(EYE)._fields == ("Q", "R")
    assert linalg.slogdet(EYE)._fields == ("sign", "logabsdet")
