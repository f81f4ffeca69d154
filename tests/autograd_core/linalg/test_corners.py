"""What has no inverse, no factors or no derivative, what is empty, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError, ShapeError, Tensor, fft, grad, hessian, linalg
from tests.autograd_core.linalg.cases import EYE, SINGULAR, invertible, wave


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
        (lambda: grad(lambda a: linalg.eigh(a)[1].sum())(EYE), DomainError, r"0 and 1 coincide \(1\)"),
        (lambda: grad(lambda a: linalg.svd(a)[0].sum())(EYE), DomainError, r"svd: .* coincide \(1\)"),
        (
            lambda: grad(lambda a: linalg.svd(a, full_matrices=False)[0].sum())(np.eye(3, 2) * [1.0, 0.0]),
            DomainError,
            "a singular value is 0",
        ),
        (lambda: linalg.qr(EYE, mode="raw"), DomainError, "'reduced', 'r' or 'complete', got 'raw'"),
        (lambda: grad(lambda a: linalg.qr(a).R.sum())(np.ones((3, 2))), DomainError, "linearly dependent"),
        (lambda: grad(lambda a: linalg.slogdet(a)[1])(SINGULAR), DomainError, "singular"),
        (lambda: linalg.eigh(EYE, "lrong"), DomainError, "UPLO is 'L' or 'U', got 'lrong'"),
        (lambda: grad(lambda a: linalg.svd(a).U.sum())(wave(3, 2)), DomainError, "complete the factor U"),
        (lambda: grad(lambda a: linalg.svd(a).Vh.sum())(wave(2, 3)), DomainError, "complete the factor V"),
        (
            lambda: grad(lambda a: linalg.qr(a, "complete").Q.sum())(wave(3, 2)),
            DomainError,
            "complete the factor Q",
        ),
        (lambda: linalg.svd(wave(2, 2), hermitian=True), DomainError, "symmetric"),
        (lambda: linalg.pinv(wave(2, 2), hermitian=True), DomainError, "symmetric"),
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


FACTORED = {
    "svd": lambda a: linalg.svd(a).S,
    "svd, reduced": lambda a: linalg.svd(a, full_matrices=False).S,
    "svdvals": linalg.svdvals,
    "pinv": linalg.pinv,
    "lstsq": lambda a: linalg.lstsq(a, a)[0],
    "cond": linalg.cond,
    "norm, 2": lambda a: linalg.norm(a, 2, (-2, -1)),
    "norm, nuc": lambda a: linalg.norm(a, "nuc", (-2, -1)),
    "matrix_rank": linalg.matrix_rank,
    "eigh": lambda a: linalg.eigh(a).eigenvalues,
    "eigvalsh": linalg.eigvalsh,
    "eig": lambda a: linalg.eig(a).eigenvalues,
    "cholesky": linalg.cholesky,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", FACTORED)
def test_nothing_is_iterated_on_numbers_that_are_not_finite(name, number, dtype):
    a = np.stack([4 * np.eye(3, dtype=dtype)] * 2)
    a[1, 0, 2] = a[1, 2, 0] = number
    with pytest.raises(DomainError, match=rf"takes finite numbers, got {number} at \(1, 0, 2\)"):
        FACTORED[name](Tensor(a, requires_grad=True))


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_batch_with_a_singular_matrix_and_numbers_that_are_not_finite_is_refused_for_these(number):
    for solved in (linalg.inv, lambda a: linalg.solve(a, np.ones(2)), lambda a: linalg.matrix_power(a, -2)):
        with pytest.raises(DomainError, match="takes finite numbers"):
            solved(Tensor(np.stack([0 * EYE, EYE * 2 + [[0, number], [0, 0]]])))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_the_derivatives_of_a_determinant_that_is_not_finite_are_nan_beside_those_that_are(number, dtype):
    a = np.stack([EYE + 1, EYE + 1]).astype(dtype)
    a[1, 0, 1] = number
    with np.errstate(invalid="ignore"):
        first = grad(lambda a: linalg.det(a).sum())(a)
        second = hessian(lambda a: linalg.det(a).sum())(a)
    np.testing.assert_allclose(first, [[[2, -1], [-1, 2]], np.full((2, 2), np.nan)], rtol=1e-6)
    assert first.dtype == dtype
    expected = [[[[0, 0], [0, 1]], [[0, 0], [-1, 0]]], [[[0, -1], [0, 0]], [[1, 0], [0, 0]]]]
    np.testing.assert_allclose(second[0, :, :, 0], expected, atol=1e-6)
    assert np.isnan(second[1, :, :, 1]).all()


def test_the_rank_of_a_vector_asks_only_whether_there_is_something():
    assert [int(linalg.matrix_rank(x)) for x in ([0.0, 0.0], [0.0, np.inf], [np.nan], [], 3.0)] == [
        0,
        1,
        1,
        0,
        1,
    ]
