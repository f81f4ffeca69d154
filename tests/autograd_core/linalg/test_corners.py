"""What has no inverse, no factors or no derivative, what is empty, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import (
    DomainError,
    DtypeError,
    ShapeError,
    Tensor,
    fft,
    grad,
    gradcheck,
    jvp,
    linalg,
)
from tests.autograd_core.linalg.cases import invertible, positive, wave

SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])
EYE = np.eye(2)


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


def test_the_gradient_of_norms_at_zero_is_zero():
    for order in (None, 2, "nuc", "fro"):
        assert (
            grad(lambda a, order=order: linalg.norm(a, order))(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2
        )


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


@pytest.mark.parametrize("p", [None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"])
def test_cond_is_numpys(p):
    assert linalg.cond(invertible(3, 3), p) == pytest.approx(np.linalg.cond(invertible(3, 3), p))


def test_cond_of_a_singular_matrix_is_infinite():
    assert linalg.cond(np.diag([1.0, 0.0])) == np.inf


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 3, 7, 8])
def test_matrix_power_is_numpys(n):
    np.testing.assert_allclose(
        linalg.matrix_power(invertible(2, 3, 3), n), np.linalg.matrix_power(invertible(2, 3, 3), n), rtol=1e-9
    )


def test_multi_dot_of_vectors_and_matrices_is_numpys():
    for shapes in (((3,), (3, 2), (2,)), ((5, 2), (2, 7), (7, 1), (1, 4)), ((2, 3), (3,)), ((3,), (3,))):
        arrays = [wave(*shape) for shape in shapes]
        found = linalg.multi_dot(arrays)
        assert np.shape(found) == np.shape(np.linalg.multi_dot(arrays))
        np.testing.assert_allclose(found, np.linalg.multi_dot(arrays), rtol=1e-12, atol=1e-14)


def test_the_rank_is_made_of_integers_without_gradient():
    rank = linalg.matrix_rank(Tensor(np.stack([EYE, SINGULAR]), requires_grad=True))
    assert rank.tolist() == [2, 1]
    assert rank.dtype.kind == "i"
    assert not rank.requires_grad


@pytest.mark.parametrize("name", ["inv", "det", "cholesky", "eigvalsh", "svdvals", "pinv"])
def test_a_batch_of_no_matrices_has_no_results_and_an_empty_gradient(name):
    a = Tensor(np.zeros((0, 2, 2)), requires_grad=True)
    y = getattr(linalg, name)(a)
    y.sum().backward()
    assert y.shape == getattr(np.linalg, name)(np.zeros((0, 2, 2))).shape
    assert a.grad.shape == (0, 2, 2)


def test_integers_are_computed_in_the_default_dtype():
    for name in ("inv", "det", "cholesky", "eigvalsh", "svdvals", "pinv"):
        a = np.array([[4, 1], [1, 3]])
        assert getattr(linalg, name)(Tensor(a)).dtype == np.float64
        np.testing.assert_allclose(getattr(linalg, name)(a), getattr(np.linalg, name)(a))
    assert fft.fft(np.ones((3, 2), dtype=int)).tolist() == [[3.0, 3.0], [0.0, 0.0], [0.0, 0.0]]


def test_a_spectrum_of_half_the_length_carries_the_whole_energy():
    """Parseval: the numbers between the ends count twice, so the gradient of the energy is 2 x."""
    x = wave(3, 6)
    pairs = fft.fft(np.stack([x, 0 * x], axis=-1), norm="ortho")
    np.testing.assert_allclose((pairs**2).sum(), (x**2).sum())
    np.testing.assert_allclose(fft.irfft(fft.rfft(x)), x, atol=1e-14)
    gradient = grad(lambda z: (fft.fft(z, norm="ortho") ** 2).sum())(wave(5, 2))
    np.testing.assert_allclose(gradient, 2 * wave(5, 2))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: linalg.solve(SINGULAR, wave(2)), DomainError, r"solve: the matrix .* rank is 1, not 2"),
        (lambda: linalg.inv(np.stack([EYE, 0 * EYE])), DomainError, r"inv: .* at index \(1,\) of the batch"),
        (lambda: linalg.inv(wave(2, 3)), ShapeError, r"inv\(\) takes square matrices, got shape \(2, 3\)"),
        (lambda: linalg.det(wave(2)), ShapeError, r"det\(\) takes matrices, got shape \(2,\)"),
        (lambda: linalg.inv(EYE + 1j), DtypeError, "float32 or float64, got complex128"),
        (lambda: linalg.inv(EYE.astype(np.float16)), DtypeError, "float32 or float64, got float16"),
        (lambda: linalg.solve(EYE, wave(3)), ShapeError, r"need 2 rows on the right side, got shape \(3,\)"),
        (lambda: linalg.solve(invertible(2, 2, 2), wave(3, 2, 2)), ShapeError, "batches .* do not broadcast"),
        (lambda: linalg.solve_triangular(np.diag([1.0, 0.0]), wave(2)), DomainError, r"\(1, 1\) .* is 0"),
        (
            lambda: linalg.lstsq(wave(3, 2), wave(2)),
            ShapeError,
            r"need 3 rows on the right side, got shape \(2,\)",
        ),
        (lambda: linalg.cholesky([[1.0, 2.0], [2.0, 1.0]]), DomainError, "smallest eigenvalue is -1"),
        (lambda: linalg.cholesky([[2.0, 1.0], [0.0, 2.0]]), DomainError, r"symmetric .* \(0, 1\) is 1 and"),
        (lambda: linalg.eigh([[2.0, 1.0], [0.0, 2.0]]), DomainError, r"eigh\(\) takes symmetric"),
        (lambda: linalg.eigvalsh(EYE * np.nan), DomainError, "finite numbers, got NaN or infinities"),
        (lambda: linalg.svdvals(EYE * np.nan), DomainError, "did not converge on NaN or infinities"),
        (lambda: grad(lambda a: linalg.eigh(a)[1].sum())(EYE), DomainError, r"0 and 1 coincide \(1\)"),
        (lambda: grad(lambda a: linalg.svd(a)[0].sum())(EYE), DomainError, r"svd: .* coincide \(1\)"),
        (
            lambda: grad(lambda a: linalg.svd(a, full_matrices=False)[0].sum())(np.eye(3, 2) * [1.0, 0.0]),
            DomainError,
            "a singular value is 0",
        ),
        (lambda: linalg.svd(wave(3, 2)), ShapeError, "use full_matrices=False"),
        (lambda: linalg.qr(EYE, mode="complete"), DomainError, "'reduced' or 'r', got 'complete'"),
        (lambda: grad(lambda a: linalg.qr(a).R.sum())(np.ones((3, 2))), DomainError, "linearly dependent"),
        (lambda: grad(lambda a: linalg.slogdet(a)[1])(SINGULAR), DomainError, "singular"),
        (lambda: linalg.cond(SINGULAR, 1), DomainError, "singular"),
        (lambda: linalg.matrix_power(EYE, 0.5), DomainError, "the exponent is an integer, got 0.5"),
        (lambda: linalg.matrix_power(SINGULAR, -1), DomainError, "singular"),
        (lambda: linalg.multi_dot([EYE]), ShapeError, "two or more arrays, got 1"),
        (lambda: linalg.multi_dot([EYE, wave(3, 2)]), ShapeError, "numbers 0 and 1 of shapes"),
        (lambda: linalg.multi_dot([EYE, wave(2), EYE]), ShapeError, r"number 1 has shape \(2,\)"),
        (lambda: linalg.norm(wave(2, 3, 4), "nuc"), ShapeError, "name the axis"),
        (lambda: fft.fft(wave(3)), ShapeError, r"last axis of .*2, got shape \(3,\)"),
        (lambda: fft.fft(wave(3, 2), n=0), ShapeError, "at least one number on axis -1, got n=0"),
        (lambda: fft.fft(wave(3, 2), axis=1), ShapeError, "axis 1 is out of range"),
        (lambda: fft.rfft(wave(3), n=2.5), ShapeError, "n is an integer, got 2.5"),
        (lambda: fft.rfft(wave(3), norm="half"), DomainError, "'backward', 'ortho' or 'forward', got 'half'"),
        (lambda: fft.irfft(wave(1, 2)), ShapeError, "length of at least 1, got n=0"),
        (lambda: fft.rfft(wave(3) * 1j), DtypeError, "pairs in a last axis"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(call, error, message):
    with pytest.raises(error, match=message):
        call()
