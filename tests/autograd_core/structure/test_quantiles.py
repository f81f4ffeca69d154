"""Quantiles are NumPy's, by each of its definitions."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, grad
from tests.autograd_core.protocols.numpy_cases import wave


@pytest.mark.parametrize("method", ac.structure.quantiles.METHODS)
@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_quantiles_are_numpys_by_each_of_its_methods(method, n):
    if method == "closest_observation" and np.lib.NumpyVersion(np.__version__) < "2.1.0":
        pytest.skip("NumPy counts its observations from the other end before 2.1")
    x, q = wave(n), [0.0, 0.1, 0.25, 0.5, 0.625, 0.9, 1.0]
    found = np.quantile(Tensor(x, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.quantile(x, q, method=method), rtol=1e-9, atol=1e-12)
    missing = np.append(x, np.nan)
    found = np.nanquantile(Tensor(missing, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.nanquantile(missing, q, method=method), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("x", [[np.inf, 1.0, 2.0, -np.inf], [np.inf, np.inf, 1.0, 2.0], [np.inf, np.inf],
                               [-np.inf, -np.inf, -np.inf, 0.0], [-np.inf, np.inf]])  # fmt: skip
def test_the_median_of_infinities_is_numpys(x):
    with np.errstate(invalid="ignore"):
        expected = np.median(x)
    for found in (np.median(Tensor(x, requires_grad=True)), np.nanmedian(Tensor([*x, np.nan], requires_grad=True)),
                  np.median(Tensor(np.float32(x)))):  # fmt: skip
        assert found.item() == expected or np.isnan(expected)


def test_quantiles_beside_infinities_are_numpys():
    x = np.array([-np.inf, 1.0, 2.0, np.inf])
    levels = [0.1, 0.2, 0.25, 0.5, 0.7, 0.8, 0.9]
    with np.errstate(invalid="ignore"):
        expected = np.quantile(x, levels)
    assert np.array_equal(np.quantile(Tensor(x), levels).data, expected, equal_nan=True)
    for level, value in zip(levels, expected, strict=True):
        assert np.array_equal(np.quantile(Tensor(x), level).data, value, equal_nan=True)
    # where a level falls on an element, that element is the quantile
    assert np.quantile(Tensor(x), [0.0, 1.0]).tolist() == [-np.inf, np.inf]


WEIGHED = {
    "all": ((3, 4), (3, 4), None), "an axis": ((3, 4), (3, 4), 1), "one row of weights": ((3, 4), (3,), 0),
    "two axes": ((2, 3, 4), (4, 2), (2, 0)), "a vector": ((5,), (5,), None),
}  # fmt: skip


@pytest.mark.parametrize(("shape", "weights", "axis"), WEIGHED.values(), ids=WEIGHED)
@pytest.mark.parametrize("keepdims", [False, True])
def test_weighted_quantiles_are_numpys(shape, weights, axis, keepdims):
    if shape != weights and np.lib.NumpyVersion(np.__version__) < "2.3.0":
        pytest.skip("NumPy has taken weights of single axes in their order since 2.3")
    x, w = wave(*shape), np.round(np.abs(wave(*weights, phase=3.0)), 1)
    w.flat[0] = 0.0
    for q in (0.0, 0.35, [0.0, 0.2, 0.5, 0.99, 1.0]):
        options = {"axis": axis, "keepdims": keepdims, "weights": w, "method": "inverted_cdf"}
        found = np.quantile(Tensor(x, requires_grad=True), q, **options)
        assert np.array_equal(found.data, np.quantile(x, q, **options))
        if x.shape != w.shape:  # NumPy leaves weights of one axis out here
            continue
        missing = np.where(x == x.max(), np.nan, x)
        found = np.nanpercentile(Tensor(missing, requires_grad=True), np.multiply(q, 100), **options)
        assert np.array_equal(found.data, np.nanpercentile(missing, np.multiply(q, 100), **options))
    x = np.array([3.0, 1.0, 2.0])
    chosen = grad(lambda x: np.quantile(x, 0.5, weights=np.array([1.0, 1.0, 5.0]), method="inverted_cdf"))(x)
    assert chosen.tolist() == [0.0, 0.0, 1.0]


def test_weights_that_do_not_fit_are_refused():
    t = Tensor(np.ones((2, 3)))
    for weights, method, message in (
        (np.ones(2), "inverted_cdf", r"weights of shape \(2,\) do not fit the shape \(2, 3\)"),
        (-np.ones((2, 3)), "inverted_cdf", "at least 0, got -1"),
        (np.ones((2, 3)), "linear", "weights go with the method 'inverted_cdf'"),
    ):
        with pytest.raises(ValueError, match=message):
            np.quantile(t, 0.5, weights=weights, method=method)
