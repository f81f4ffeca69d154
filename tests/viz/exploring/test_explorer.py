"""``viz.explore`` without a kernel: which keyword is what, the graph at the places of the sliders, and the page."""

import functools
import json
import re

import pytest

from autograd_core import DomainError, DtypeError, GraphError, Tensor, Value, relu, tanh
from viz import explore


def neuron(w, x, b=0.5, act=tanh):
    return act(w * x + b)


def boxes(explorer):
    return {box.name: box.lines[0] for box in explorer.drawing.picture.boxes}


def story(explorer):
    """What the page reads."""
    held = re.search(r'id="story">(.*?)</script>', explorer.page().html, re.DOTALL)
    return json.loads(held[1])


def controls(explorer):
    """The sliders of the page: their reach by the names of their numbers."""
    read = story(explorer)
    return {read["numbers"][c["i"]]["name"]: {k: c[k] for k in c if k != "i"} for c in read["controls"]}


def test_the_function_gets_values_that_have_the_names_of_the_sliders():
    given = {}

    def remember(**values):
        given.update(values)
        return values["w"] * values["x"]

    explorer = explore(remember, w=(-1, 3), x=[2, 4])
    assert {name: (type(x), x.data, x.label) for name, x in given.items()} == {
        "w": (Value, 2.0, "w"),
        "x": (Value, 2.0, "x"),
    }
    assert boxes(explorer) == {"w": "2.0", "x": "2.0", "L": "4.0"}


def test_what_is_no_number_reaches_the_function_as_it_is():
    assert boxes(explore(lambda w, act: act(w), w=(-3, -1), act=[relu, tanh]))["L"] == "0.0"
    words = explore(lambda w, kind: w * {"one": 1, "two": 2}[kind], w=(0, 4), kind=["two", "one"])
    assert boxes(words)["L"] == "6.0"


def test_the_sliders_begin_at_the_defaults_of_the_parameters():
    explorer = explore(neuron, w=(-3, 3), x=(-2, 2), b=(0, 1), act=[relu, tanh])
    assert explorer.values == {"w": 1.5, "x": 1.0, "b": 0.5, "act": tanh}
    assert repr(explorer) == "<Explorer: w = 1.5, x = 1.0, b = 0.5, act = tanh>"


def test_where_the_sliders_are_moved_the_graph_follows():
    explorer = explore(neuron, w=(-3, 3), x=(-2, 2))
    explorer.move({"w": -1.0, "x": 0.25})
    assert explorer.values == {"w": -1.0, "x": 0.25}
    assert boxes(explorer)["w"] == "−1.0"
    assert "v₁ = w × x" in str(explorer)


def test_a_function_that_raises_leaves_everything_where_it_was():
    def hollow(w):
        if w.data < 0:
            raise ZeroDivisionError("a hole")
        return w * 2

    explorer = explore(hollow, w=(-1, 1))
    with pytest.raises(ZeroDivisionError, match="a hole"):
        explorer.move({"w": -0.5})
    assert explorer.values == {"w": 0.5}
    assert boxes(explorer)["L"] == "1.0"


def test_the_options_of_a_drawing_are_those_of_this_one():
    explorer = explore(neuron, w=(0, 1), x=(0, 1), direction="TB", theme="dark", title="A unit")
    options = explorer.drawing.picture.options
    assert (options["direction"], options["theme"], explorer.drawing.picture.title) == (
        "TB",
        "dark",
        "A unit",
    )
    assert "<h1>A unit" in explorer.page().html
    grid = explore(lambda w: (Tensor([1.0, 2.0]) * w).sum(), w=[1.0, 2.0], layout="boxes")
    assert grid.drawing.picture.options["layout"] == "boxes"


def test_what_the_function_calls_its_own_is_a_slider_whatever_options_are_called():
    explorer = explore(lambda depth, title: depth * title, depth=(0, 4), title=(0, 2), theme="print")
    assert explorer.values == {"depth": 3.0, "title": 1.5}
    assert explorer.drawing.picture.options["theme"] == "print"


@pytest.mark.parametrize(
    ("function", "ranges"),
    [
        (tanh, {"x": (-1, 1)}),
        (functools.partial(neuron, x=2.0), {"w": (-1, 1)}),
        (lambda w, /, x=1.0, *others, y=2.0: w * x * y, {"w": (0, 1), "y": (0, 1)}),
        (lambda w, **others: w * others["x"], {"w": (0, 1), "x": (0, 1)}),
    ],
)
def test_every_kind_of_function_is_called_as_it_asks(function, ranges):
    assert set(explore(function, **ranges).values) == set(ranges)


def test_the_page_has_the_same_ranges_steps_and_choices():
    explorer = explore(neuron, w=(-3, 3), x=(-2, 2, 0.5), b=[0, 1, -1], act=[relu, tanh])
    assert controls(explorer) == {
        "w": {"low": -3.0, "high": 3.0, "step": None},
        "x": {"low": -2.0, "high": 2.0, "step": 0.5},
        "b": {"choices": [0.0, 1.0, -1.0]},
    }
    assert "neuron, act = tanh" in explorer.page().html, "what cannot be moved there is said"


def test_a_slider_that_does_not_reach_the_result_is_none_of_the_page():
    assert set(controls(explore(lambda w, x: w * 2, w=(0, 1), x=(0, 1)))) == {"w"}


def test_shown_it_is_the_page_and_where_no_frame_is_allowed_the_picture():
    bundle = explore(neuron, w=(-3, 3), x=(-2, 2))._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert "<iframe" in bundle["text/html"]
    assert '<img alt="neuron' in bundle["text/html"]


def test_of_several_numbers_the_drawing_is_shown():
    explorer = explore(lambda w: {"a": w, "b": w * 2}, w=(0, 1))
    assert set(explorer._repr_mimebundle_()) == {"text/html", "image/svg+xml", "text/plain"}
    with pytest.raises(GraphError, match=r"live\(\): gradients are those of one number"):
        explorer.page()


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda: explore(3, w=(0, 1)), DtypeError, r"explore\(\): a function is explored, got 3 of type int"),
        (lambda: explore(max, w=(0, 1)), DtypeError, r"no signature found .* write lambda w: f\(w\)"),
        (
            lambda: explore(neuron),
            DtypeError,
            r"no range in which to move neuron; give a parameter one, such as w=\(-3, 3\)",
        ),
        (
            lambda: explore(neuron, theme="dark"),
            DtypeError,
            r"no range in which to move neuron",
        ),
        (lambda: explore(lambda: 3.0), DtypeError, "no range .* it has no parameters"),
        (
            lambda: explore(neuron, w=(0, 1), xx=(0, 1)),
            DtypeError,
            r"explore\(xx=\(0, 1\)\): neuron has no parameter 'xx'; did you mean 'x'\?",
        ),
        (lambda: explore(neuron, w=(0, 1), them="dark"), DtypeError, r"did you mean 'theme'\?"),
        (lambda: explore(lambda: 3.0, w=(0, 1)), DtypeError, "the function has no parameter 'w'$"),
        (lambda: explore(neuron, w=(0, 1)), DtypeError, r"neuron needs x, too; give x a range, such as"),
        (lambda: explore(neuron, w=(2, 1), x=(0, 1)), DomainError, r"explore\(w=\(2, 1\)\): w cannot reach"),
        (lambda: explore(neuron, w=3, x=(0, 1)), DtypeError, r"explore\(w=3\): w gets its lowest"),
        (lambda: explore(neuron, w=(0, 1), x=(0, 1), theme="darc"), DomainError, r"did you mean 'dark'\?"),
        (
            lambda: explore(lambda w: 3.0, w=(0, 1)),
            DtypeError,
            r"explore\(function\): the result is to be made of Values and Tensors, got 3.0",
        ),
        (lambda: explore(lambda w: None, w=(0, 1)), DtypeError, "holds no Value or Tensor, got None"),
        (
            lambda: explore(lambda w: neuron, w=(0, 1)),
            DtypeError,
            "made of Values and Tensors, got <function",
        ),
    ],
)
def test_what_cannot_be_explored_says_why_at_the_call(ask, error, message):
    with pytest.raises(error, match=message):
        ask()


def test_what_the_function_raises_at_first_is_raised_by_the_call():
    with pytest.raises(KeyError, match="w"):
        explore(lambda w: {}["w"], w=(0, 1))
