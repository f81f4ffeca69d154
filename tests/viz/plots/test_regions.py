"""The regions of a classifier in the plane."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection

import nn
from autograd_core import DomainError, DtypeError, ShapeError, sigmoid, softmax
from tests.viz.plots.drawn import fits, given_axes
from viz.plots import decision_boundary

POINTS = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0], [-0.5, 1.0]])
SIDES = [0, 1, 1, 0]
W = np.array([[1.0, -1.0, 0.0], [0.0, 0.0, 2.0]])


def right_of_zero(x):
    return 5.0 * x[:, 0]


def scatters(axes):
    return {c.get_label(): c for c in axes.collections if isinstance(c, PathCollection)}


def boundary(axes):
    """The points of the lines where two classes are equally likely."""
    drawn = [c for c in axes.collections if not isinstance(c, PathCollection) and not c.filled]
    return np.concatenate([path.vertices for c in drawn for path in c.get_paths()])


@pytest.mark.parametrize(
    "model",
    [
        right_of_zero,
        lambda x: sigmoid(5.0 * x[:, :1]),
        lambda x: np.stack([0.0 * x[:, 0], right_of_zero(x)], axis=1),
        lambda x: softmax(np.stack([-right_of_zero(x), right_of_zero(x)], axis=1), axis=1),
    ],
    ids=["logit", "sigmoid", "two logits", "softmax"],
)
def test_the_line_is_where_two_classes_are_equally_likely(model):
    axes = decision_boundary(model, POINTS, SIDES)
    np.testing.assert_allclose(boundary(axes)[:, 0], 0.0, atol=1e-9)
    assert axes.get_title() == "4 of 4 points on the right side"


def test_points_have_a_marker_for_their_class():
    drawn = scatters(decision_boundary(right_of_zero, POINTS, SIDES, names=["left", "right"]))
    np.testing.assert_array_equal(drawn["left"].get_offsets(), POINTS[[0, 3]])
    np.testing.assert_array_equal(drawn["right"].get_offsets(), POINTS[[1, 2]])
    shapes = [drawn[name].get_paths()[0].vertices.shape for name in ("left", "right")]
    assert shapes[0] != shapes[1]


def test_a_point_on_the_wrong_side_has_a_thick_black_rim():
    axes = decision_boundary(right_of_zero, POINTS, [0, 1, 1, 1])
    rims = scatters(axes)["class 1"]
    np.testing.assert_array_equal(rims.get_linewidths(), [0.8, 0.8, 2.2])
    assert rims.get_edgecolors()[2].tolist() == [0, 0, 0, 1]
    assert "wrong side" in [text.get_text() for text in axes.get_legend().get_texts()]
    assert axes.get_title() == "3 of 4 points on the right side"


def test_three_classes_are_shaded_by_confidence():
    axes = decision_boundary(lambda x: 3.0 * (x @ W), [*POINTS, [0.0, 1.0]], [1, 0, 0, 2, 2], resolution=50)
    image = axes.images[0].get_array()
    assert image.shape == (50, 50, 3)
    left, middle = image[5, 0], image[0, 25]
    assert left.sum() < middle.sum()  # far to one side it is certain, between two classes pale
    assert fits(axes.figure)


def test_minus_one_and_one_are_two_classes():
    axes = decision_boundary(right_of_zero, POINTS, [-1, 1, 1, -1])
    assert set(scatters(axes)) == {"class 0", "class 1"}


def test_outputs_say_how_numbers_between_0_and_1_are_meant():
    def small(x):
        return 0.5 + 0.2 * np.tanh(x[:, 0])

    assert decision_boundary(small, POINTS, SIDES).get_title().startswith("4")
    assert decision_boundary(small, POINTS, SIDES, outputs="logits").get_title().startswith("2")


def test_the_model_is_evaluated_and_left_as_it_was():
    model = nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.9), nn.Linear(8, 3))
    seen = []
    model.register_forward_hook(lambda module, *rest: seen.append(module.training))
    decision_boundary(model, POINTS.astype(np.float32), SIDES)
    assert seen == [False, False]
    assert all(module.training for module in model.modules())
    assert all(p.grad is None for p in model.parameters())


def test_float32_points_reach_the_model_as_float32():
    seen = []
    decision_boundary(lambda x: seen.append(x.dtype) or x[:, 0], POINTS.astype(np.float32), SIDES)
    assert seen == [np.float32, np.float32]


def test_it_draws_where_it_is_told():
    axes = given_axes()
    assert decision_boundary(right_of_zero, POINTS, SIDES, ax=axes) is axes


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: decision_boundary(3, POINTS, SIDES), DtypeError, "something to call, got int"),
        (
            lambda: decision_boundary(right_of_zero, np.ones((4, 3)), SIDES),
            ShapeError,
            r"\(n, 2\), got \(4, 3\)",
        ),
        (lambda: decision_boundary(right_of_zero, np.ones((0, 2)), []), DomainError, "x is empty"),
        (
            lambda: decision_boundary(right_of_zero, POINTS, [0, 1]),
            ShapeError,
            r"each of the 4 points.*\(2,\)",
        ),
        (lambda: decision_boundary(right_of_zero, POINTS, ["a", "b"] * 2), DtypeError, "got list with .*'a'"),
        (lambda: decision_boundary(right_of_zero, POINTS, np.eye(4)), ShapeError, r"\(4, 4\)"),
        (lambda: decision_boundary(right_of_zero, POINTS, [0, 1, 2, 0]), DomainError, "class 2.*gives 2"),
        (lambda: decision_boundary(right_of_zero, POINTS, [0, 0.5, 1, 0]), DomainError, "counted 0, 1"),
        (lambda: decision_boundary(lambda x: x[0], POINTS, SIDES), ShapeError, "model has to give"),
        (lambda: decision_boundary(lambda x: x[:, 0] * np.nan, POINTS, SIDES), DomainError, "output are NaN"),
        (
            lambda: decision_boundary(lambda x: None, POINTS, SIDES),
            DtypeError,
            "output has to be real numbers",
        ),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, names=["a"]), ShapeError, "2 classes need"),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, outputs="p"), DomainError, "got 'p'"),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, resolution=1), DomainError, "at least 2"),
        (lambda: decision_boundary(lambda x: np.ones((len(x), 8)), POINTS, SIDES), DomainError, "at most 7"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
