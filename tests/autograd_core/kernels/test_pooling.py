"""Pooling by shifted images is pooling window by window; of equal numbers the first wins."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import ShapeError, Tensor, gradcheck, jvp, vjp
from autograd_core.kernels import pooling as kernels

RANDOM = np.random.default_rng(0)


def windows_of(x, window, stride, dilation):
    span = tuple(d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True))
    seen = np.lib.stride_tricks.sliding_window_view(x, span, tuple(range(2, x.ndim)))
    seen = seen[(slice(None), slice(None), *(slice(None, None, s) for s in stride))]
    return seen[(..., *(slice(None, None, d) for d in dilation))]


def first_winners(x, window, stride, dilation):
    """The number of the element that wins in each window, in reading order."""
    seen = windows_of(x, window, stride, dilation)
    return np.argmax(seen.reshape(*seen.shape[: x.ndim], -1), -1)


@st.composite
def poolings(draw):
    axes = draw(st.integers(1, 3))
    some = lambda least, most: tuple(draw(st.integers(least, most)) for _ in range(axes))  # noqa: E731
    size, window = some(1, 7), some(1, 3)
    stride = window if draw(st.booleans()) else some(1, 3)
    dilation = some(1, 2)
    assume(all(d * (k - 1) < n for n, k, d in zip(size, window, dilation, strict=True)))
    levels = draw(st.sampled_from([2, 3, 1000]))  # with few levels there are many ties
    x = RANDOM.integers(0, levels, size=(2, 3, *size)).astype(float)
    if draw(st.booleans()):
        x = np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)
    if draw(st.integers(0, 4)) == 0:
        x[RANDOM.random(x.shape) < 0.2] = np.nan
    return x, window, stride, dilation


@settings(max_examples=200, deadline=None, derandomize=True)
@given(poolings())
def test_any_pooling_is_what_the_windows_say(pooling):
    x, window, stride, dilation = pooling
    how = {"window": window, "stride": stride, "dilation": dilation}
    y, winners = kernels.window_max(x, **how)
    seen = windows_of(x, window, stride, dilation)
    axes = tuple(range(x.ndim, seen.ndim))
    np.testing.assert_array_equal(y, seen.max(axes))

    chosen = first_winners(x, window, stride, dilation)
    other = RANDOM.normal(size=x.shape)
    rows = windows_of(other, window, stride, dilation).reshape(*y.shape, -1)
    collected = kernels.collect_from_winners(other, winners=winners, **how)
    np.testing.assert_array_equal(collected, np.take_along_axis(rows, chosen[..., None], -1)[..., 0])

    g = RANDOM.normal(size=y.shape)
    distributed = kernels.distribute_to_winners(g, winners=winners, **how, size=x.shape[2:])
    np.testing.assert_allclose(np.sum(distributed * other), np.sum(g * collected))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(poolings())
def test_the_places_of_the_largest_are_counted_in_the_flattened_image(pooling):
    x, window, stride, dilation = pooling
    places = ac.window_argmax(x, window, stride, dilation)
    numbers = np.broadcast_to(np.arange(np.prod(x.shape[2:])).reshape(x.shape[2:]), x.shape)
    rows = windows_of(numbers, window, stride, dilation).reshape(*places.shape, -1)
    chosen = first_winners(x, window, stride, dilation)
    np.testing.assert_array_equal(places, np.take_along_axis(rows, chosen[..., None], -1)[..., 0])
    assert places.dtype.kind == "i"


def test_places_of_a_tensor_are_a_tensor_without_gradient():
    places = ac.window_argmax(Tensor([[[1.0, 3.0]]], requires_grad=True), (2,))
    assert isinstance(places, Tensor)
    assert places.tolist() == [[[1]]]
    assert not places.requires_grad


@settings(max_examples=100, deadline=None, derandomize=True)
@given(poolings())
def test_any_window_sum_and_its_transpose(pooling):
    x, window, stride, dilation = pooling
    x = np.nan_to_num(x)
    seen = windows_of(x, window, stride, dilation)
    y = kernels.window_sum(x, window=window, stride=stride, dilation=dilation)
    np.testing.assert_allclose(y, seen.sum(tuple(range(x.ndim, seen.ndim))))
    g = RANDOM.normal(size=y.shape)
    spread = kernels.spread_window_sum(g, window=window, stride=stride, dilation=dilation, size=x.shape[2:])
    np.testing.assert_allclose(np.sum(spread * x), np.sum(g * y), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("why", "rows", "expected"),
    [
        ("all equal: the first", [[1, 1], [1, 1]], [[1, 0], [0, 0]]),
        ("the right one above wins over the left one below", [[0, 1], [1, 0]], [[0, 1], [0, 0]]),
        ("below, the left one is first", [[0, 0], [1, 1]], [[0, 0], [1, 0]]),
        ("NaN wins", [[3, 1], [np.nan, 2]], [[0, 0], [1, 0]]),
        ("-0.0 and 0.0 are equal", [[-0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 0]]),
    ],
)
def test_ties(why, rows, expected):
    x = Tensor(np.array(rows, float).reshape(1, 1, 2, 2), requires_grad=True)
    ac.window_max(x, (2, 2)).backward()
    assert x.grad[0, 0].tolist() == expected, why


FORMS = [{"window": (2, 2)}, {"window": (3, 2), "stride": (1, 2)}, {"window": (2, 2), "dilation": (2, 1)}]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pool", [ac.window_max, ac.window_sum])
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives(form, pool, order):
    x = RANDOM.permutation(2 * 2 * 5 * 6).reshape(2, 2, 5, 6) / 10
    assert gradcheck(lambda x: pool(x * x, **form), x, order=order)
    f = lambda x: pool(x, **form)  # noqa: E731
    tangent = RANDOM.normal(size=x.shape)
    y, moved = jvp(f, (x,), (tangent,))
    weights = RANDOM.normal(size=y.shape)
    np.testing.assert_allclose(np.sum(moved * weights), np.sum(vjp(f, x)[1](weights)[0] * tangent))


@pytest.mark.parametrize("pool", [ac.window_max, ac.window_sum])
def test_empty_batches_and_dtypes(pool):
    assert pool(np.ones((0, 2, 4, 4)), (2, 2)).shape == (0, 2, 2, 2)
    x = Tensor(np.ones((1, 1, 4), np.float32), requires_grad=True)
    y = pool(x, (2,))
    y.sum().backward()
    assert y.dtype == x.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ac.window_max(np.ones((2, 4)), (2,)), r"shape \(2, 4\), read as \(N, C, \*size\)"),
        (lambda: ac.window_sum(np.ones((1, 1, 4)), (0,)), "have to be positive"),
        (lambda: ac.window_max(np.ones((1, 1, 4)), (5,)), "a window spanning 5 elements.* length 4"),
        (lambda: ac.window_max(np.ones((1, 1, 4)), (2,), (1, 1)), "one entry for each axis"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ShapeError, match=message):
        call()
