"""Padding is NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import structure as s


@pytest.mark.parametrize("mode", ["edge", "reflect", "symmetric", "wrap"])
def test_padding_is_numpys_also_beyond_the_length(mode):
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(s.pad(x, ((1, 7), (9, 0)), mode=mode), np.pad(x, ((1, 7), (9, 0)), mode))
