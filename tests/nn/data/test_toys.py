"""The made-up sets: shapes, curves and statistics are what their descriptions say."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core.errors import DomainError, DtypeError

CLASSES = {"moons": 2, "circles": 2, "spirals": 2, "xor": 2}
SETS = [*CLASSES, "sine"]


def rows(points):
    """Points in an order that does not depend on how they were drawn."""
    points = points.round(9) + 0.0
    return points[np.lexsort(points.T)]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("n", [1, 2, 5, 101])
def test_shapes_and_dtypes(name, n):
    for noise in (0, 0.1):
        x, y = getattr(nn.data, name)(n, noise, 0)
        assert (x.shape, x.dtype) == ((n, 1 if name == "sine" else 2), np.float64)
        assert (y.shape, y.dtype.kind) == (((n, 1), "f") if name == "sine" else ((n,), "i"))


@pytest.mark.parametrize("name", SETS)
def test_the_default_dtype_is_taken(name):
    ac.set_default_dtype(np.float32)
    try:
        x, y = getattr(nn.data, name)(10)
    finally:
        ac.set_default_dtype(np.float64)
    assert x.dtype == np.float32
    assert y.dtype == (np.float32 if name == "sine" else np.int64)


@pytest.mark.parametrize("name", SETS)
def test_a_seed_repeats_the_set(name):
    make = getattr(nn.data, name)
    first = make(20, 0.2, 5)
    assert all(map(np.array_equal, first, make(20, 0.2, np.random.default_rng(5))))
    assert not np.array_equal(first[0], make(20, 0.2, 6)[0])
    nn.seed(4)
    common = make(20)
    nn.seed(4)
    assert all(map(np.array_equal, common, make(20)))


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_equally_large_and_mixed(name):
    _, labels = getattr(nn.data, name)(400, generator=0)
    assert np.bincount(labels).tolist() == [200, 200]
    runs = 1 + (np.diff(labels) != 0).sum()
    assert abs(runs - 201) < 5 * 10  # five standard deviations of the number of runs in a random order


@pytest.mark.parametrize("name", SETS)
def test_the_noise_has_its_standard_deviation_and_no_mean(name):
    n, noise = 4000, 0.3
    (x, y), (x0, y0) = (getattr(nn.data, name)(n, amount, 1) for amount in (noise, 0))
    added = y - y0 if name == "sine" else x - x0  # the same order, the same curve
    assert np.array_equal(x, x0) if name == "sine" else np.array_equal(y, y0)
    assert (np.abs(added.mean(0)) < 5 * noise / np.sqrt(n)).all()
    assert (np.abs(added.std(0) / noise - 1) < 5 / np.sqrt(2 * n)).all()


@pytest.mark.parametrize("n", [10, 101])
def test_moons_and_circles_are_scikit_learns(n):
    datasets = pytest.importorskip("sklearn.datasets")
    for ours, theirs in (
        (nn.moons(n, noise=0), datasets.make_moons(n)),
        (nn.circles(n, noise=0, factor=0.3), datasets.make_circles(n, factor=0.3)),
    ):
        for label in (0, 1):
            np.testing.assert_allclose(
                rows(ours[0][ours[1] == label]), rows(theirs[0][theirs[1] == label]), atol=1e-8
            )


def test_arms_of_spirals_wind_around_the_origin_as_often_as_asked():
    points, labels = nn.spirals(600, noise=0, classes=3, turns=1.75)
    for label in range(3):
        x, y = points[labels == label].T
        radius = np.hypot(x, y)
        outwards = radius.argsort()
        np.testing.assert_allclose(radius[outwards], np.linspace(0, 1, 200), atol=1e-12)
        angle = np.unwrap(np.arctan2(y, x)[outwards][1:])
        step = angle[1] - angle[0]
        assert angle[-1] - angle[0] + step == pytest.approx(2 * np.pi * 1.75)
        assert np.cos(angle[-1] - 2 * np.pi * (1.75 + label / 3)) == pytest.approx(1)


def test_xor_is_true_where_one_coordinate_is_1_but_not_both():
    points, labels = nn.xor(80, noise=0)
    assert np.array_equal(labels == 1, points[:, 0] != points[:, 1])
    assert np.unique(points, axis=0, return_counts=True)[1].tolist() == [20, 20, 20, 20]
    assert np.unique(points).tolist() == [0, 1]


def test_sine_is_drawn_evenly_over_one_period():
    x, y = nn.sine(4000, noise=0, generator=0)
    assert np.array_equal(y, np.sin(x))
    counts = np.histogram(x, 10, (-np.pi, np.pi))[0]
    assert counts.sum() == 4000
    assert (np.abs(counts - 400) < 5 * np.sqrt(400 * 0.9)).all()


def test_a_line_does_not_separate_what_a_hidden_layer_does():
    for make in (nn.moons, nn.circles, nn.xor):
        x, y = make(60, noise=0.05, generator=0)
        scores = {}
        for hidden in (False, True):
            nn.seed(0)
            model = (
                nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 2)) if hidden else nn.Linear(2, 2)
            )
            optimizer = nn.Adam(model.parameters(), lr=0.05)
            for _ in range(200):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x), y).backward()
                optimizer.step()
            scores[hidden] = nn.accuracy(model(x), y)
        assert scores[False] < 0.95
        assert scores[True] == 1


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0,), DomainError, r"`n` \(=0\) has to be a whole number from 1"),
        ((2.5,), DtypeError, r"`n` \(=2.5\) has to be a whole number"),
        ((5, -0.1), DomainError, r"`noise` \(=-0.1\) has to be a finite number from 0"),
        ((5, float("nan")), DomainError, r"`noise` \(=nan\)"),
        ((5, "much"), DtypeError, r"`noise` \(='much'\) has to be a finite number from 0"),
        ((5, 0.1, "seed"), DtypeError, "`generator` has to be a seed"),
    ],
)
def test_mistakes_are_told_at_the_call(name, arguments, error, message):
    with pytest.raises(error, match=rf"^{name}\(\): {message}"):
        getattr(nn.data, name)(*arguments)


def test_options_out_of_range_are_told():
    with pytest.raises(
        DomainError, match=r"circles\(\): `factor` \(=1\) has to be a number from 0 and below 1"
    ):
        nn.circles(5, factor=1)
    with pytest.raises(DtypeError, match=r"`factor` \(='half'\) has to be a number from 0"):
        nn.circles(5, factor="half")
    with pytest.raises(DomainError, match=r"`turns` \(=inf\) has to be a finite number"):
        nn.spirals(5, turns=np.inf)
    with pytest.raises(DomainError, match=r"spirals\(\): `classes` \(=0\)"):
        nn.spirals(5, classes=0)
