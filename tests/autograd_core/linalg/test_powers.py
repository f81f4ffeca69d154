"""Products of many matrices are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_core import linalg
from tests.autograd_core.linalg.cases import invertible, wave


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
