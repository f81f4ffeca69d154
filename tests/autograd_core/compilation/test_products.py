"""Each way to compute a product gives it, and the fastest is remembered."""

import numpy as np
import pytest

from autograd_core import set_num_threads
from autograd_core.compilation import products
from autograd_core.compilation.products import _ways, fastest

NUMBERS = np.random.default_rng(0)
FACTORS = {
    "matrices": ((40, 30), (30, 20)),
    "a vector": ((30,), (30, 20)),
    "two vectors": ((30,), (30,)),
    "a stack": ((2, 40, 30), (30, 20)),
    "two stacks": ((2, 40, 30), (2, 30, 20)),
}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("shapes", FACTORS.values(), ids=FACTORS)
def test_each_way_gives_the_product(shapes, turned):
    a, b = (NUMBERS.normal(size=shape) for shape in shapes)
    if turned:
        a, b = (np.asarray(x, order="F") for x in (a, b))
    expected = a @ b
    ways = list(_ways(a, b, expected))
    assert len(ways) == len(set(ways)) > 0
    for way in ways:
        out = np.full_like(expected, np.nan, order="C")
        way(a, b, out)
        np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)


def test_a_product_is_shared_out_among_threads_where_that_is_faster(monkeypatch):
    monkeypatch.setattr(products, "WORTHWHILE", 30_000)
    a, b, out = np.ones((64, 30)), np.ones((30, 20)), np.ones((64, 20))
    try:
        set_num_threads(1)
        assert products.shared_out not in [way.function for way in _ways(a, b, out)]
        set_num_threads(2)
        assert products.shared_out not in [way.function for way in _ways(a[:9], b, out[:9])]
        (shared,) = [way for way in _ways(a, b, out) if way.function is products.shared_out]
    finally:
        set_num_threads(None)
    shared(a, b, out)
    np.testing.assert_array_equal(out, a @ b)


def test_blocks_have_to_win_by_far(monkeypatch):
    usual, blocks = products.Way(np.dot), products.Way(np.matmul, (2, 10, 30), (2, 10, 20))
    a, b, out = np.ones((20, 30)), np.ones((30, 20)), np.ones((20, 20))
    for times, winner in (((1.0, 0.8), blocks), ((1.0, 0.9), usual)):
        clock = iter(np.cumsum([0.0, *[x for _ in range(20) for x in (0.0, times[0], 0.0, times[1], 0.0)]]))
        monkeypatch.setattr(products, "perf_counter", lambda clock=clock: next(clock))
        assert products._measured([usual, blocks], a, b, out) is winner


def test_a_shape_is_measured_once_and_a_small_product_not_at_all(monkeypatch):
    measured = []
    monkeypatch.setattr(products, "_known", {})
    monkeypatch.setattr(products, "_measured", lambda ways, *_: measured.append(ways) or ways[0])
    large, small = np.ones((64, 64)), np.ones((8, 8))
    for _ in range(2):
        fastest(large, large, large)
        fastest(small, small, small)
        fastest(large, large, large, tune=False)
    assert len(measured) == 1
