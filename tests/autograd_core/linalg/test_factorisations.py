"""Factorisations: what their factors give, and where they have no derivative."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import Tensor, grad, linalg
from autograd_core.errors import DomainError
from tests.autograd_core.linalg.cases import EYE, invertible, positive, wave


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


def signs_apart(found, expected):
    """Singular vectors are known up to their signs."""
    return np.allclose(np.abs(found.data), np.abs(expected))


@pytest.mark.parametrize("shape", [(4, 2), (2, 4), (3, 3), (2, 4, 3)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_full_factors_complete_the_basis_and_have_the_gradient_of_the_reduced_ones(shape, dtype):
    a = wave(*shape).astype(dtype)
    x = Tensor(a, requires_grad=True)
    u, s, vh = np.linalg.svd(x)
    q, r = np.linalg.qr(x, mode="complete")
    for found, expected in zip(
        (u, s, vh, q, r), (*np.linalg.svd(a), *np.linalg.qr(a, mode="complete")), strict=True
    ):
        assert found.shape == expected.shape
        assert found.dtype == dtype
    rows, columns = shape[-2:]
    k = min(rows, columns)
    assert np.allclose((u[..., :k] * s[..., None, :] @ vh[..., :k, :]).data, a, atol=1e-5)
    assert np.allclose((q @ r).data, a, atol=1e-5)
    for square in (u, q, vh):
        assert np.allclose((square.mT @ square).data, np.eye(square.shape[-1]), atol=1e-5)
    for f, g in (
        (lambda a: (linalg.svd(a).S ** 3).sum(), lambda a: (linalg.svdvals(a) ** 3).sum()),
        (lambda a: (linalg.svd(a).U[..., :k] ** 4).sum(), lambda a: (linalg.svd(a, False).U ** 4).sum()),
        (lambda a: (linalg.qr(a, "complete").R ** 2).sum(), lambda a: (linalg.qr(a, "r") ** 2).sum()),
    ):
        assert np.allclose(grad(f)(a), grad(g)(a), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64])
@pytest.mark.parametrize(
    "function", [np.linalg.cholesky, np.linalg.eigvalsh, lambda a: np.linalg.eigh(a).eigenvalues]
)
def test_matrices_of_truths_and_whole_numbers_are_numpys(function, dtype):
    a = np.eye(3).astype(dtype)
    np.testing.assert_allclose(function(Tensor(a)).data, function(a), rtol=1e-14)
    b = np.array([[1, 1], [0, 1]], dtype)
    with pytest.raises(DomainError, match=r"element \(0, 1\) is 1 and element \(1, 0\) is 0"):
        function(Tensor(b))


@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 3)])
def test_symmetric_matrices_by_their_eigenvalues(shape):
    a = wave(*shape) + np.swapaxes(wave(*shape), -1, -2)
    u, s, vh = np.linalg.svd(Tensor(a), hermitian=True)
    for found, expected in zip((u, s, vh), np.linalg.svd(a, hermitian=True), strict=True):
        assert signs_apart(found, expected)
    assert np.allclose((u * s[..., None, :] @ vh).data, a)
    values = np.linalg.svd(Tensor(a), compute_uv=False, hermitian=True)
    assert np.allclose(values.data, s.data)
    assert np.allclose(np.linalg.pinv(Tensor(a), hermitian=True).data, np.linalg.pinv(a))
    weights = wave(*shape[:-1])
    for f, g in (
        (lambda a: linalg.svd(a, hermitian=True).S, linalg.svdvals),
        (lambda a: linalg.svd(a, compute_uv=False, hermitian=True), linalg.svdvals),
        (
            lambda a: linalg.pinv(a, hermitian=True) @ weights[..., None],
            lambda a: linalg.pinv(a) @ weights[..., None],
        ),
    ):
        symmetric = grad(lambda a, f=f: (f(a) ** 3).sum())(a)
        general = grad(lambda a, g=g: (g(a) ** 3).sum())(a)
        assert np.allclose(symmetric, (general + np.swapaxes(general, -1, -2)) / 2)
