"""Graphs that backward passes have recorded: the forward pass told apart from them."""

import numpy as np
import pytest

from autograd_core import Tensor, Value, grad, scope, tanh
from viz import draw
from viz.style import THEMES


def scopes(drawing):
    return {box.scope for box in drawing.picture.boxes}


def test_the_gradient_shows_the_forward_pass_beside_the_backward_pass():
    x = Value(2.0, label="x")
    y = tanh(x) * x
    y.backward(create_graph=True)
    found = {box.name: box.scope for box in draw(x.grad).picture.boxes}
    assert found["x"] == ()
    assert set(found.values()) == {(), ("forward pass",), ("first backward pass",)}
    assert "L" not in found  # the output is a gradient


def test_backward_passes_have_the_colour_of_gradients_and_dashes_in_print():
    x = Value(2.0, label="x")
    (tanh(x) * x).backward(create_graph=True)
    for theme, colours in THEMES.items():
        drawing = draw(x.grad, theme=theme)
        assert drawing.dot.count("class=pass") == 1
        assert f'color="{colours.gradient}"' in drawing.dot
        assert ('style="rounded,dashed"' in drawing.dot) == (theme == "print")
        assert drawing.svg.count('class="cluster pass"') == 1
    own = scope("first backward pass")
    with own:
        y = tanh(x.detach()) * 2
    assert "class=pass" not in draw(y).dot


def test_a_backward_pass_starts_from_its_seed():
    x = Value(2.0, label="x")
    (x**3).backward(create_graph=True)
    seed = draw(x.grad).picture.boxes[0]
    assert (seed.name, seed.lines[0], seed.scope) == ("seed", "1.0", ("first backward pass",))


def test_tensors_are_told_apart_as_well():
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    (tanh(w) * w).sum().backward(create_graph=True)
    assert scopes(draw(w.grad.sum())) >= {(), ("forward pass",), ("first backward pass",)}


def test_a_forward_graph_has_no_passes():
    assert scopes(draw(tanh(Value(1.0)) * 2)) == {()}


def test_a_second_derivative_shows_two_backward_passes():
    def f(x):
        return x**4

    x = Value(3.0, label="x")
    f(x).backward(create_graph=True)
    first = x.grad
    x.grad = 0.0
    first.backward(create_graph=True)
    assert x.grad.data == pytest.approx(108.0)
    assert ("second backward pass",) in scopes(draw(x.grad))


def test_a_derivative_operator_is_drawn_as_the_graph_that_it_records():
    drawing = draw(grad(grad(tanh)), 0.5)
    assert {("forward pass",), ("second backward pass",)} <= scopes(drawing)
    assert drawing.picture.boxes[-1].lines[0] == "−0.7269"


def test_layers_stand_inside_the_passes_and_close_by_their_own_names():
    x = Value(2.0, label="x")
    with scope("layer"):
        y = tanh(x)
    (y * y).backward(create_graph=True)
    assert ("forward pass", "layer") in scopes(draw(x.grad))
    closed = draw(x.grad, collapse="layer").picture.boxes
    assert [(box.scope, box.name) for box in closed if box.kind == "scope"] == [
        (("forward pass",), "layer"),
        (("first backward pass",), "layer"),
    ]


@pytest.mark.parametrize("kind", [float, lambda x: np.array([x, x])])
def test_an_argument_of_a_derivative_operator_is_the_node_itself(kind):
    """No box says "=(x)", and the uses of the argument are uses of what it stands for."""

    def f(x):
        return (tanh(x) * x).sum() if np.ndim(kind(0.0)) else tanh(x) * x

    for function in (f, lambda x: f(x)):
        picture = draw(grad(function), kind(0.5)).picture
        assert not any(box.operation == "=" for box in picture.boxes)
        (x,) = (box for box in picture.boxes if box.name == "x")
        assert f"used {sum(arrow.tail == x.key for arrow in picture.arrows)}×" in x.lines
        assert picture.boxes[-1].name == ("∂f/∂x" if function is f else "v₇")
    if kind is float:  # of a single number there is a derivative again, a sum over the uses
        (moment,) = (moment for moment in picture.story.moments if moment.key == x.key)
        assert moment.uses == sum(arrow.tail == x.key for arrow in picture.arrows)


def test_second_derivatives_are_named():
    def f(x):
        return x**3

    assert draw(grad(grad(f)), 2.0).picture.boxes[-1].name == "∂²f/∂x²"
    x = Value(2.0, label="x")
    (x**3).named("y").backward(create_graph=True)
    assert draw(x.grad).picture.boxes[-1].name == "∂y/∂x"


def test_a_gradient_that_is_a_named_node_keeps_both_names():
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    g = grad(lambda x: w * x)
    names = [box.name for box in draw(lambda x: g(x) * x, x).picture.boxes]
    assert "w" in names
    assert not any("=(" in box.expression for box in draw(lambda x: g(x) * x, x).picture.boxes)
