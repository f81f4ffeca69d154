"""Windows lie where their definition says: window o sees the elements s o + d k - p."""

import itertools

import pytest

from autograd_core.errors import ShapeError
from autograd_core.geometry import Windows

LENGTHS = range(1, 9)
FORMS = list(itertools.product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2)))


def windows_of(kernel, stride, padding, dilation):
    return Windows.of(1, kernel, stride, padding, dilation)


def fitting(n, kernel, stride, padding, dilation):
    """How many windows lie inside an axis with its padding, one after the other."""
    starts = range(-padding, n + padding, stride)
    return sum(start + dilation * (kernel - 1) < n + padding for start in starts)


@pytest.mark.parametrize("form", FORMS)
def test_as_many_windows_as_fit(form):
    windows = windows_of(*form)
    for n in LENGTHS:
        assert windows.positions((n,)) == (fitting(n, *form),)


@pytest.mark.parametrize("form", FORMS)
def test_the_least_size_is_the_shortest_axis_with_so_many_windows(form):
    windows = windows_of(*form)
    for n in LENGTHS:
        count = fitting(n, *form)
        if count:
            least = windows.least_size((count,))[0]
            assert least <= n < least + windows.stride[0]


@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_keeps_the_size(kernel, dilation):
    windows = Windows.of(2, kernel, 1, 0, dilation).same()
    assert windows.positions((7, 12)) == (7, 12)


def test_rounding_up_takes_in_every_window_that_starts_before_the_end():
    windows = Windows.pooling(1, 2)
    assert [windows.positions((n,)) for n in (3, 4, 5)] == [(1,), (2,), (2,)]
    assert [windows.ceiled((n,)).positions((n,)) for n in (3, 4, 5)] == [(2,), (2,), (3,)]


def test_windows_are_values():
    assert Windows.of(2, 3, padding=1) == Windows.of(2, (3, 3), (3, 3), (1, 1))
    assert len({Windows.of(2, 3), Windows.of(2, 3), Windows.of(2, 2)}) == 2
    with pytest.raises(AttributeError):
        Windows.of(1, 2).kernel = (3,)


def test_a_pooling_window_sees_more_than_its_margin():
    with pytest.raises(ShapeError, match="at most half of the kernel"):
        Windows.pooling(2, 2, padding=2)
