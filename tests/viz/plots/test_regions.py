"""The regions of a classifier in the plane."""

import math

import numpy as np
import pytest
from matplotlib.collections import PathCollection

import nn
from autograd_core import DomainError, DtypeError, ShapeError, Value, sigmoid, softmax
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


PLANE = {"x_range": (-2.0, 2.0), "y_range": (-1.0, 1.0)}


def neuron(p):
    """A network of micrograd's kind: of single numbers."""
    w, b = Value(5.0), Value(0.0)
    return w * p[0] + 0.0 * p[1] + b


def linear():
    model = nn.Sequential(nn.Linear(2, 1, bias=False))
    model[0].weight.data[...] = [[5.0, 0.0]]
    return model


MODELS = {
    "batch": right_of_zero,
    "module": linear(),
    "coordinates": lambda a, b: 5.0 * a + 0.0 * b,
    "Values": lambda a, b: (a * 5.0 + b * 0.0).tanh(),
    "branch": lambda a, b: 1.0 if a > 0 else -1.0,
    "two logits": lambda a, b: (-a, a),
    "neuron": neuron,
    "list of Values": lambda p: [Value(-p[0]), Value(p[0])],
    "math": lambda p: 1 / (1 + math.exp(-5.0 * p[0])),
}


@pytest.mark.parametrize("name", MODELS)
def test_without_points_a_model_is_drawn_where_it_is_told(name):
    axes = decision_boundary(MODELS[name], **PLANE)
    assert (axes.get_xlim(), axes.get_ylim()) == ((-2.0, 2.0), (-1.0, 1.0))
    assert axes.get_title() == "regions of 2 classes"
    assert scatters(axes) == {}
    np.testing.assert_allclose(boundary(axes)[:, 0], 0.0, atol=0.035)


def test_a_function_of_single_numbers_is_asked_on_a_coarser_grid():
    seen = []
    decision_boundary(lambda a, b: seen.append(a) or math.tanh(a), **PLANE)
    assert len(seen) == 1 + 3 + 60**2  # first three points, together and one by one
    decision_boundary(neuron, POINTS, SIDES, resolution=10)


def test_ranges_go_before_the_reach_of_the_points():
    axes = decision_boundary(right_of_zero, POINTS, SIDES, x_range=(-5, 5))
    assert axes.get_xlim() == (-5.0, 5.0)
    assert axes.get_ylim() == pytest.approx((-1.2, 1.2))


def test_regions_of_several_classes_carry_their_names():
    axes = decision_boundary(lambda x: 3.0 * (x @ W), x_range=(-2, 2), y_range=(-2, 2), names=["E", "W", "N"])
    places = {text.get_text(): text.get_position() for text in axes.texts}
    assert places["E"][0] > 0 > places["W"][0]
    assert places["N"][1] > max(places["E"][1], places["W"][1])


def test_what_has_been_tried_is_noted():
    def forgetful(a, b):
        raise TypeError("no numbers today")

    with pytest.raises(TypeError, match="no numbers today") as caught:
        decision_boundary(forgetful, **PLANE)
    assert [note.partition(":")[0] for note in caught.value.__notes__] == [
        "decision_boundary() has also tried the two coordinates one by one",
        "decision_boundary() has also tried two Values one by one",
    ]


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
    assert seen == [False] * 3  # a few points first, to see what it takes
    assert all(module.training for module in model.modules())
    assert all(p.grad is None for p in model.parameters())


def test_float32_points_reach_the_model_as_float32():
    seen = []
    decision_boundary(lambda x: seen.append(x.dtype) or x[:, 0], POINTS.astype(np.float32), SIDES)
    assert seen == [np.float32] * 3


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
        (
            lambda: decision_boundary(lambda x: np.ones((3, 2, 2)), POINTS, SIDES),
            ShapeError,
            "model has to give",
        ),
        (lambda: decision_boundary(lambda x: x[:, 0] * np.nan, POINTS, SIDES), DomainError, "output are NaN"),
        (
            lambda: decision_boundary(lambda x: None, POINTS, SIDES),
            DtypeError,
            "output has to be real numbers",
        ),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, names=["a"]), ShapeError, "2 classes need"),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, outputs="p"), DomainError, "got 'p'"),
        (lambda: decision_boundary(right_of_zero, POINTS, SIDES, resolution=1), DomainError, "at least 2"),
        (
            lambda: decision_boundary(right_of_zero),
            DomainError,
            r"give x_range and y_range, such as x_range=",
        ),
        (lambda: decision_boundary(right_of_zero, x_range=(0, 1)), DomainError, "give x_range and y_range"),
        (lambda: decision_boundary(right_of_zero, POINTS), DomainError, "x is given without y"),
        (lambda: decision_boundary(right_of_zero, y=SIDES), DomainError, "y is given without x"),
        (
            lambda: decision_boundary(right_of_zero, x_range=(1, 0), y_range=(0, 1)),
            DomainError,
            "x_range has to rise",
        ),
        (
            lambda: decision_boundary(right_of_zero, x_range=(0, 1), y_range=3),
            ShapeError,
            "y_range is the first and the last",
        ),
        (
            lambda: decision_boundary(nn.Linear(3, 2), x_range=(0, 1), y_range=(0, 1)),
            ShapeError,
            "has 2 features.*takes 3",
        ),
        (lambda: decision_boundary(lambda x: np.ones((len(x), 8)), POINTS, SIDES), DomainError, "at most 7"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
