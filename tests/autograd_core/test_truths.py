"""Truths are joined, counted and compared as numbers are; what NumPy has no operation for is refused by name."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import DtypeError, Tensor

TRUTHS = np.array([True, False, True])


@pytest.mark.parametrize("make", [np.array, Tensor])
@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: ac.subtract(x, x), "subtract"),
        (lambda x: ac.subtract(x, TRUTHS), "subtract"),
        (ac.negative, "negative"),
        (ac.sign, "sign"),
    ],
)
def test_what_numpy_has_no_operation_for_is_refused_by_name(make, function, name):
    with pytest.raises(
        DtypeError, match=rf"{name}\(\) takes numbers, got truths \(bool\): x.astype\(float\)"
    ):
        function(make(TRUTHS))


def test_pythons_signs_refuse_them_too():
    for function in (
        lambda x: -x,
        lambda x: x - x,
        lambda x: TRUTHS - x,
        lambda x: np.subtract(x, x),
        np.ptp,
        lambda x: np.cross(x, x),
    ):
        with pytest.raises(DtypeError, match="got truths"):
            function(Tensor(TRUTHS))


@pytest.mark.parametrize("options", [{}, {"n": 2}, {"prepend": False}, {"append": np.array([True, True])}])
def test_neighbours_differ_or_not(options):
    expected = np.diff(TRUTHS, **options)
    found = np.diff(Tensor(TRUTHS), **options)
    assert found.dtype == expected.dtype == bool
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize(
    "x", [TRUTHS, np.array([1, 2]), np.array([1, 2], np.int8), np.array([1.5], np.float32)], ids=str
)
@pytest.mark.parametrize("number", [0.5, 300, [0.5, 1.0], [2]], ids=str)
def test_joined_numbers_keep_their_fractions(x, number):
    for function in (np.append, lambda x, number: np.diff(x, prepend=number, append=number)):
        if x.dtype == bool and function is not np.append:
            continue
        found, expected = function(Tensor(x), number), function(x, number)
        np.testing.assert_array_equal(found.data, expected)
        assert found.dtype == (x.dtype if x.dtype.kind == "f" else expected.dtype)


def test_further_differences_keep_their_fractions():
    assert np.ediff1d(Tensor(np.array([1, 3])), to_end=0.5, to_begin=[0.25]).tolist() == [0.25, 2.0, 0.5]
