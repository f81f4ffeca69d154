"""Data standardised with the training data's figures."""

from __future__ import annotations

import numpy as np
import pytest

import nn
from autograd_core import Tensor, gradcheck
from autograd_core.errors import DomainError, DtypeError, IndexRangeError, ShapeError

rng = np.random.default_rng(0)


X = rng.normal(3, 5, (50, 4))


IMAGES = rng.normal(0, 1, (6, 3, 9, 9)) + np.arange(9)


@pytest.mark.parametrize(
    ("data", "axis", "rest"),
    [
        (X, 0, (4,)),
        (X, -2, (4,)),
        (X, None, ()),
        (X[:, 0], 0, ()),
        (IMAGES, (0, 2, 3), (3,)),
        (IMAGES, 0, (3, 9, 9)),
        (IMAGES, (1, 2, 3), (6,)),
    ],
    ids=["columns", "negative axis", "everything", "a row", "channels", "pixels", "each image"],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_mean_is_0_and_the_variance_1_along_the_axis_and_inverse_undoes_it(data, axis, rest, dtype):
    data = data.astype(dtype)
    scaled = nn.Standardize(data, axis)
    z = scaled(data)
    close = 1e-10 if dtype == np.float64 else 1e-5
    np.testing.assert_allclose(z.mean(axis), np.zeros(rest), atol=close)
    np.testing.assert_allclose(z.std(axis), np.ones(rest), atol=close)
    np.testing.assert_allclose(scaled.inverse(z), data, atol=20 * close)
    assert (z.dtype, scaled.inverse(z).dtype) == (dtype, dtype)
    assert np.array_equal(z, nn.standardize(data, axis))


def test_test_data_get_the_training_datas_figures():
    scaled = nn.Standardize(X[:40])
    np.testing.assert_allclose(scaled(X[40:]), (X[40:] - X[:40].mean(0)) / X[:40].std(0))


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_constant_column_becomes_0_and_stays_finite_for_other_values(value, dtype):
    data = np.full((7, 2), value, dtype)
    data[:, 1] = np.arange(7)
    scaled = nn.Standardize(data)
    assert (scaled(data)[:, 0] == 0).all()
    assert scaled(data + dtype(1))[0, 0] == dtype(value) + dtype(1) - dtype(value)


def test_it_is_scikit_learns():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    theirs = preprocessing.StandardScaler().fit(X[:40])
    np.testing.assert_allclose(nn.Standardize(X[:40])(X), theirs.transform(X), rtol=1e-12)


def test_a_single_sample_can_be_standardised_so_it_serves_as_a_transform():
    scaled = nn.Standardize(X)
    np.testing.assert_allclose(scaled(X[3]), scaled(X)[3])
    pixels = nn.Standardize(IMAGES, (0, 2, 3))
    np.testing.assert_allclose(pixels(IMAGES[3]), pixels(IMAGES)[3])
    (batch,) = nn.DataLoader(X, 50, transform=scaled)
    np.testing.assert_allclose(batch.data, scaled(X))


def test_a_tensor_stays_in_the_graph_and_integers_take_the_default_dtype():
    scaled = nn.Standardize(X)
    gradcheck(scaled, Tensor(X[:3], requires_grad=True))
    assert scaled(Tensor(X.astype(np.float32))).dtype == np.float32
    assert nn.standardize([[1, 5], [3, 9]]).tolist() == [[-1, -1], [1, 1]]
    assert nn.standardize([[1, 5], [3, 9]]).dtype == np.float64


def test_it_shows_what_it_found():
    assert repr(nn.Standardize([[1.0, 7.0], [3.0, 7.0]])) == "Standardize(mean=[2. 7.], deviation=[1. 1.])"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: nn.standardize(X[:0]), ShapeError, r"nothing to measure, `x` has shape \(0, 4\)"),
        (lambda: nn.standardize(3.0), ShapeError, "`x` is a single number"),
        (lambda: nn.standardize(X, 2), IndexRangeError, "no `axis` 2 in data of 2 axes"),
        (lambda: nn.standardize(X, "rows"), IndexRangeError, "no `axis` 'rows'"),
        (
            lambda: nn.standardize([[1.0], [np.nan]]),
            DomainError,
            r"`x` has to be finite, got nan at position \(1, 0\)",
        ),
        (lambda: nn.standardize(["a"]), DtypeError, "`x` has to be made of numbers"),
        (
            lambda: nn.Standardize(X)(X[:, :3]),
            ShapeError,
            r"made from data of shape \(\*, 4\), got \(50, 3\)",
        ),
        (lambda: nn.Standardize(X)(X[:3].T[:3]), ShapeError, r"\(\*, 4\), got \(3, 3\)"),
        (lambda: nn.Standardize(X).inverse(X[0, :3]), ShapeError, r"inverse\(\): made from .* got \(3,\)"),
        (lambda: nn.Standardize(X)(X[None]), ShapeError, r"\(\*, 4\), got \(1, 50, 4\)"),
    ],
)
def test_mistakes_are_told_at_the_call(call, error, message):
    with pytest.raises(error, match=message):
        call()
