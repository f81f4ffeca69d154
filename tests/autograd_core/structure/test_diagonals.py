"""Diagonals and triangles are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import structure as s


@pytest.mark.parametrize("offset", [-4, -1, 0, 2, 5])
def test_diagonals_and_triangles_are_numpys_for_any_offset(offset):
    x = np.arange(1.0, 13.0).reshape(3, 4)
    for name in ("diag", "tril", "triu"):
        np.testing.assert_array_equal(getattr(s, name)(x, offset), getattr(np, name)(x, offset))
    np.testing.assert_array_equal(s.diag(x[0], offset), np.diag(x[0], offset))
