"""Reductions without NaNs, where nothing is left."""

from __future__ import annotations

import numpy as np

from autograd_core import Tensor


def test_a_row_of_nothing_but_nans_is_nan():
    x = np.array([[1.0, np.nan], [np.nan, np.nan]])
    for f in (np.nanmax, np.nanmin, np.nanmedian, np.nanmean):
        result = f(Tensor(x, requires_grad=True), axis=1)
        assert np.isnan(result.data[1])
        assert result.data[0] == 1
