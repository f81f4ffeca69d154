"""Functions of two floats give what they give on arrays, for every pair of corners."""

import itertools
import math

import numpy as np
import pytest

from autograd_core import calculus
from autograd_core.primitive import Elementwise, floats

CORNERS = [
    0.0, -0.0, 0.1, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 2.5, 3.0, -3.0, 1e-9, 20.0, -20.0, 745.5, -745.5, 1e300,
    math.inf, -math.inf, math.nan,
]  # fmt: skip
OF_TWO = [
    name
    for name, entry in vars(calculus).items()
    if isinstance(entry, Elementwise) and entry.arity == 2 and name != "polygamma"
]


@pytest.mark.parametrize("name", OF_TWO)
def test_two_floats_give_what_two_arrays_give(name):
    function = getattr(calculus, name)
    wrong = []
    for a, b in itertools.product(CORNERS, CORNERS):
        if (a, b) == (-math.inf, 0.5):  # where NumPy takes a root and C's pow does not
            continue
        with np.errstate(all="ignore"):
            expected = float(function.forward(np.float64(a), np.float64(b)))
        if getattr(floats, name)(a, b) != pytest.approx(expected, rel=1e-12, nan_ok=True):
            wrong.append((a, b))
    assert not wrong
