"""A loss as a landscape with paths."""

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError, ShapeError, Tensor, Value, grad
from tests.viz.plots.drawn import fits, given_axes, lines
from viz.plots import loss_surface


def bowl(x, y):
    return x**2 + 3 * y**2


def two_valleys(x, y):
    return (x**2 - 1) ** 2 + y**2


def descend(start, rate=0.05, steps=100):
    slope = grad(lambda point: two_valleys(point[0], point[1]))
    points = [np.array(start)]
    for _ in range(steps):
        points.append(points[-1] - rate * slope(points[-1]))
    return points


def bar_label(axes):
    (bar,) = [other for other in axes.figure.axes if other is not axes]
    return bar.get_ylabel()


def heights(axes):
    return axes.collections[0]


def test_two_starts_end_in_two_minima():
    axes = loss_surface(
        two_valleys, (-2, 2), (-1, 1), paths={"left": descend([-0.1, 0.9]), "right": descend([0.1, 0.9])}
    )
    ends = [lines(axes)[f"_end {name}"][:, 0] for name in ("left", "right")]
    np.testing.assert_allclose(ends, [[-1, 0], [1, 0]], atol=1e-3)
    np.testing.assert_array_equal(lines(axes)["_start left"][:, 0], [-0.1, 0.9])
    route = next(line for line in axes.get_lines() if line.get_label().startswith("left: 100 steps"))
    np.testing.assert_array_equal(np.stack(route.get_data(), axis=1), descend([-0.1, 0.9]))
    assert fits(axes.figure)


def test_the_legend_tells_the_loss_at_both_ends():
    axes = loss_surface(bowl, (-2, 2), (-1, 1), paths=[[(2, 1), (1, 0)], [(-1, 0), (0, 0), (0.5, 0)]])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "path 1: 1 step, 7 → 1",
        "path 2: 2 steps, 1 → 0.25",
    ]


@pytest.mark.parametrize(
    "path",
    [[(0, 0), (1, 1)], np.array([[0, 0], [1, 1]]), Tensor([[0, 0], [1, 1]]), [np.zeros(2), np.ones(2)]],
    ids=["pairs", "array", "tensor", "arrays"],
)
def test_a_single_path_needs_no_list(path):
    assert "path: 1 step, 0 → 4" in lines(loss_surface(bowl, (-2, 2), (-2, 2), paths=path))


def test_paths_differ_in_dash_and_marker_as_well_as_in_colour():
    axes = loss_surface(bowl, (-2, 2), (-2, 2), paths=[[(0, 0), (1, 1)], [(0, 0), (1, 2)]])
    one, two = (line for line in axes.get_lines() if line.get_label().startswith("path"))
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert getattr(one, look)() != getattr(two, look)()


@pytest.mark.parametrize(
    "f",
    [
        bowl,
        lambda x, y: Tensor(x) ** 2 + 3 * Tensor(y) ** 2,
        lambda x, y: Value(x) ** 2 + 3 * y**2,
        lambda x, y: x**2 + 3 * y**2 if x < 9 else 0.0,
        lambda x, y: float(np.dot([x, y], [x, 3 * y])),
        lambda x, y: x.clip(-9, 9) ** 2 + 3 * y**2,
    ],
    ids=["arrays", "tensors", "values", "numbers", "dot", "methods"],
)
def test_the_contours_are_those_of_the_loss_however_it_is_computed(f):
    levels = heights(loss_surface(f, (-1, 1), (-1, 1), paths=[(0, 0), (1, 1)], resolution=11)).levels
    assert (levels[0], levels[-1]) == (0.0, pytest.approx(4.0))


def test_a_loss_over_decades_has_logarithmic_levels():
    wide, narrow = (loss_surface(f, (0.001, 10), (0.001, 10)) for f in (bowl, lambda x, y: 100 + x + y))
    assert (bar_label(wide), bar_label(narrow)) == ("loss (logarithmic levels)", "loss")
    ratios = heights(wide).levels[1:] / heights(wide).levels[:-1]
    np.testing.assert_allclose(ratios, ratios[0])


def test_holes_and_plains_are_drawn():
    loss_surface(lambda x, y: np.log(x) + y, (-1, 1), (-1, 1)).figure.canvas.draw()
    loss_surface(lambda x, y: 0 * x, (-1, 1), (-1, 1)).figure.canvas.draw()


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert loss_surface(bowl, (-1, 1), (-2, 2), names=["a", "b"], ax=axes) is axes
    assert (axes.get_xlim(), axes.get_ylim()) == ((-1, 1), (-2, 2))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("a", "b")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: loss_surface(3, (0, 1), (0, 1)), DtypeError, "function of two numbers, got int"),
        (lambda: loss_surface(bowl, (1, 0), (0, 1)), DomainError, r"x_range has to rise.*\(1, 0\)"),
        (lambda: loss_surface(bowl, (0, 1), 3), ShapeError, "y_range is the first and the last number, got 3"),
        (lambda: loss_surface(bowl, (0, np.inf), (0, 1)), DomainError, "x_range has to rise"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), resolution=1), DomainError, "at least 2, got 1"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), paths=3), DtypeError, "points in the plane, got int"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), paths=[[(0, 0, 0)]]), ShapeError, r"'path 1'.*\(1, 3\)"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), paths={"a": []}), DomainError, "'a' has no points"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), paths=[[(0, 0)]] * 6), DomainError, "at most 5 paths"),
        (lambda: loss_surface(lambda x, y: None, (0, 1), (0, 1)), DtypeError, "the loss has to be real numbers"),
        (lambda: loss_surface(lambda x, y: [1, 2], (0, 1), (0, 1)), ShapeError, r"one number for two, got shape \(2,\)"),
        (lambda: loss_surface(lambda x, y: x * np.nan, (0, 1), (0, 1)), DomainError, "nowhere finite"),
        (lambda: loss_surface(bowl, (0, 1), (0, 1), names="ab"), ShapeError, "names are those of the two"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
