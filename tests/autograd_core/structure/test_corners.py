"""Values and gradients where the plain formulas divide by zero, overflow or have several answers."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import Tensor, grad, gradcheck
from autograd_core import linalg as la
from autograd_core import structure as s

INF, NAN = np.inf, np.nan


def gradient(f, x, dtype=np.float64):
    leaf = Tensor(np.array(x, dtype=dtype), requires_grad=True)
    f(leaf).sum().backward()
    assert leaf.grad.dtype == dtype
    return leaf.grad.tolist()


@pytest.mark.parametrize(
    ("why", "f", "x", "expected"),
    [
        ("a factor's slope is the product of the others, also at 0", s.prod, [0, 2, 3], [6, 0, 0]),
        ("with two zeros every product of the others holds one", s.prod, [0, 0, 3], [0, 0, 0]),
        ("running products divide by nothing either", s.cumprod, [2, 0, 3], [1, 8, 0]),
        ("a running product of one element is the element", s.cumprod, [5], [1]),
        ("numbers that do not differ have the smallest spread there is", s.std, [2, 2], [0, 0]),
        ("the shortest vector is the minimum of the length", la.norm, [0, 0], [0, 0]),
        ("and so it is for other powers", lambda x: la.norm(x, 3), [0, 0], [0, 0]),
        ("how many elements are not 0 does not change with them", lambda x: la.norm(x, 0), [0, 2], [0, 0]),
        ("equal maxima share", lambda x: la.norm(x, INF), [3, -3], [0.5, -0.5]),
        (
            "equal maxima over two axes share",
            lambda x: s.max(x, (0, 1)),
            [[1, 7], [7, 0]],
            [[0, 0.5], [0.5, 0]],
        ),
        ("a NaN is its own maximum", s.max, [1, NAN], [0, 1]),
        ("e^-inf adds nothing", s.logsumexp, [-INF, 0.0], [0, 1]),
        ("a sum of nothing does not move", s.logsumexp, [-INF, -INF], [0, 0]),
        ("large numbers do not overflow", s.logsumexp, [1e4, 1e4], [0.5, 0.5]),
        ("small ones do not vanish", s.logsumexp, [-1e4, -1e4], [0.5, 0.5]),
        ("probabilities add up to 1 whatever the logits", s.softmax, [1e4, -1e4, -INF], [0, 0, 0]),
        ("a winner by far has log-probability 0", lambda x: s.log_softmax(x)[0], [1e4, -1e4], [0, 0]),
        ("the latest of equal running maxima holds", s.cummax, [1, 3, 3, 2], [1, 1, 2, 0]),
        ("the two in the middle share the median", s.median, [4, 1, 3, 2], [0, 0, 0.5, 0.5]),
        ("a level on an element is that element", lambda x: s.quantile(x, 0.5), [1, 5, INF], [0, 1, 0]),
        ("NaNs are left out of a sum", s.nansum, [1, NAN], [1, 0]),
        ("and of the count", s.nanmean, [1, NAN, 3], [0.5, 0, 0.5]),
        (
            "the last of several writers stays",
            lambda x: s.scatter(x[:1], 0, [0, 0], x[1:]),
            [1, 2, 3],
            [0, 0, 1],
        ),
        ("an index that occurs twice adds twice", lambda x: x[[1, 1, -1]], [1, 2, 3], [0, 2, 1]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_gradient_at_a_corner(why, f, x, expected, dtype):
    np.testing.assert_allclose(gradient(f, x, dtype), expected, rtol=4 * np.finfo(dtype).eps, err_msg=why)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (s.logsumexp, [-INF, -INF], -INF),
        (s.logsumexp, [INF, 1.0], INF),
        (s.softmax, [1e4, -1e4, -INF], [1, 0, 0]),
        (s.softmax, [-INF, -INF], [NAN, NAN]),
        (s.log_softmax, [1e4, -1e4, -INF], [0, -2e4, -INF]),
        (s.softmax, 3.0, 1),
        (s.prod, [], 1),
        (s.cumsum, [], []),
        (s.cumprod, [], []),
        (s.median, [1, NAN], NAN),
        (s.median, [INF, INF, 1], INF),
        (s.sort, [], []),
        (s.trace, np.zeros((0, 0)), 0),
        (s.flip, [], []),
        (lambda x: s.nanmean(x), [NAN], NAN),
        (lambda x: x[np.array([], dtype=int)], [1, 2], []),
        (lambda x: s.repeat(x, 0), [1, 2], []),
        (lambda x: s.tile(x, 0), [1, 2], []),
    ],
)
def test_value_at_a_corner(f, x, expected):
    np.testing.assert_array_equal(f(Tensor(np.asarray(x, dtype=float))).data, expected)


@pytest.mark.parametrize("x", [[0.0, 2.0, 3.0, -1.0], [0.0, 0.0, 3.0, 2.0], [0.0, 0.0, 0.0, 2.0, 1.5]])
@pytest.mark.parametrize("f", [s.prod, s.cumprod])
def test_products_with_zeros_can_be_differentiated_twice(f, x):
    gradcheck(f, np.array(x), order=1)
    gradcheck(f, np.array(x), order=2)


@pytest.mark.parametrize("f", [s.cumsum, s.cumprod, s.sort, s.flip, s.ravel])
def test_the_gradient_of_nothing_is_nothing(f):
    assert gradient(f, np.zeros((0,))) == []


def test_softmax_of_nothing_is_nothing():
    for shape, axis in (((2, 0), 1), ((0, 2), 0), ((0,), 0), ((2, 0, 3), (0, 1))):
        x = Tensor(np.zeros(shape, np.float32), requires_grad=True)
        for f in (ac.softmax, ac.log_softmax):
            y = f(x, axis=axis)
            assert y.shape == shape
            assert y.dtype == np.float32
            y.sum().backward()
        assert x.grad.shape == shape
    assert ac.logsumexp(np.zeros((2, 0)), axis=1).tolist() == [-np.inf, -np.inf]


@pytest.mark.parametrize("axis", [0, -1])
def test_a_number_is_its_own_only_element(axis):
    x = Tensor(0.7, requires_grad=True)
    for f in (np.sum, np.prod, np.max, np.min, np.mean, ac.logsumexp):
        assert f(x, axis=axis).shape == ()
        assert grad(lambda x, f=f: f(x, axis=axis))(0.7) == pytest.approx(1.0)
    assert ac.softmax(x, axis).item() == 1.0
    assert ac.log_softmax(x, axis).item() == 0.0
    assert np.repeat(x, 3, axis=axis).tolist() == [0.7] * 3
    with pytest.raises(ac.ShapeError, match="axis 1 is out of range"):
        np.sum(x, axis=1)


def test_interpolation_beside_infinities_is_numpys():
    inf = np.inf
    places = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, np.nan])
    for xp, fp in (
        ([0.0, 1.0, 2.0], [0.0, inf, 1.0]), ([0.0, 1.0, inf], [0.0, 1.0, 2.0]), ([0.0, 1.0, 2.0], [-inf, inf, inf]),
        ([0.0, 1.0, 2.0], [inf, 1.0, -inf]), ([-inf, 0.5, 2.0], [3.0, 1.0, 2.0]),
    ):  # fmt: skip
        with np.errstate(invalid="ignore"):
            expected = np.interp(places, xp, fp)
        assert np.array_equal(np.interp(places, xp, Tensor(fp)).data, expected, equal_nan=True)
        assert np.array_equal(np.interp(Tensor(places), xp, fp).data, expected, equal_nan=True)


def test_orders_follow_the_memory_as_numpys_do():
    x = np.arange(24.0).reshape(2, 3, 4)
    for y in (x, x.T, x.transpose(1, 0, 2), x[:, ::2], x[::-1], np.asfortranarray(x), x[:, :1]):
        for order in "CFAK":
            assert np.ravel(Tensor(y), order=order).tolist() == np.ravel(y, order=order).tolist()
            if order != "K":
                shape = (y.size // 2, 2)
                expected = np.reshape(y, shape, order=order)
                assert np.reshape(Tensor(y), shape, order=order).tolist() == expected.tolist()
                weights = np.arange(y.size).reshape(shape)
                slope = grad(lambda y, o=order, s=shape, w=weights: (np.reshape(y, s, order=o) * w).sum())(y)
                assert (slope * y).sum() == pytest.approx((expected * weights).sum())


@pytest.mark.parametrize(("shift", "axis"), [(1.5, None), (-1.5, 0), ((1.5, 1), (0, 1)), ((1, 2), 1), (2, (0, 1)),
                                             (np.array([1, -2]), (1, 1)), ((1, 2), None)])  # fmt: skip
def test_shifts_are_numpys(shift, axis):
    x = np.arange(12.0).reshape(3, 4)
    whole = np.asarray(shift).astype(int)  # which NumPy has made of fractions since 2.2
    assert np.roll(Tensor(x), shift, axis).tolist() == np.roll(x, whole, axis).tolist()


@pytest.mark.parametrize("place", [1.0, 1.5, [1.0, 2.0], np.array([0.0])])
def test_places_are_whole_numbers(place):
    for f in (lambda x: np.insert(x, place, 9.0), lambda x: np.delete(x, place)):
        with pytest.raises((IndexError, TypeError)):
            f(np.arange(3.0))
        with pytest.raises(ac.IndexRangeError):
            f(Tensor([0.0, 1.0, 2.0]))


def test_elements_are_picked_from_all_when_there_is_no_axis():
    x, index = np.arange(6.0).reshape(2, 3) ** 2, np.array([5, 0, 5])
    assert np.take_along_axis(Tensor(x), index, axis=None).tolist() == [25.0, 0.0, 25.0]
    assert grad(lambda x: np.take_along_axis(x, index, None).sum())(x).tolist() == [
        [1.0, 0.0, 0.0],
        [0.0, 0.0, 2.0],
    ]
