"""Quantiles are NumPy's, by each of its definitions."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor
from tests.autograd_core.protocols.numpy_cases import wave


@pytest.mark.parametrize("method", ac.structure.quantiles.METHODS)
@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_quantiles_are_numpys_by_each_of_its_methods(method, n):
    x, q = wave(n), [0.0, 0.1, 0.25, 0.5, 0.625, 0.9, 1.0]
    found = np.quantile(Tensor(x, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.quantile(x, q, method=method), rtol=1e-9, atol=1e-12)
    missing = np.append(x, np.nan)
    found = np.nanquantile(Tensor(missing, requires_grad=True), q, method=method)
    np.testing.assert_allclose(found.data, np.nanquantile(missing, q, method=method), rtol=1e-9, atol=1e-12)
