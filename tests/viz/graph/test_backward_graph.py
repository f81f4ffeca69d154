"""What stands in the picture of a backward graph."""

import numpy as np
import pytest

from autograd_core import GraphError, Tensor, Value, affine, convolution, relu, softmax, tanh
from viz import draw


def test_arrows_run_from_the_output_to_the_leaves_with_what_the_gradient_is_multiplied_by():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    picture = draw(a * b, graph="backward").picture
    assert [(arrow.tail, arrow.head, arrow.label) for arrow in picture.arrows] == [
        ("n2", "n0", "× −3.0"),
        ("n2", "n1", "× 2.0"),
    ]


def test_boxes_show_cotangents_under_the_name_of_the_derivative():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = a * b + a
    y.label = "y"
    found = draw(y, graph="backward").picture.boxes
    assert [(box.heading, box.lines) for box in found] == [
        ("∂y/∂a", ("−2.0", "Σ of 2 paths")),
        ("∂y/∂b", ("2.0",)),
        ("∂y/∂v₁", ("1.0",)),
        ("∂y/∂y", ("1.0",)),
    ]


def test_nodes_have_the_same_names_forwards_and_backwards():
    x, w = Tensor(np.ones((3, 2))), Tensor(np.ones((2, 4)), requires_grad=True)
    y = relu(x @ w).sum()
    names = {box.operation: box.name for box in draw(y).picture.boxes if box.operation}
    backwards = {box.operation: box.name for box in draw(y, graph="backward").picture.boxes if box.operation}
    assert names == backwards


def test_arrows_of_array_operations_name_the_rule():
    X = Tensor(np.ones((3, 2)), label="X")
    W = Tensor(np.ones((2, 4)), requires_grad=True, label="W")
    b = Tensor(np.ones(4), requires_grad=True, label="b")
    drawing = draw((tanh(X @ W + b) ** 2).sum(), graph="backward")
    labels = {arrow.label for arrow in drawing.picture.arrows}
    assert labels == {"Xᵀ @", "", "Σ", "× (1 − v₃²)", "× 2·v₃", "repeat"}
    assert drawing.notes == ("left out: 1 node that no gradient reaches",)


def test_the_arrows_of_a_layer_name_the_rule_of_each_operand():
    x = Tensor(np.ones((5, 2)), requires_grad=True, label="x")
    W, b = (Tensor(np.ones(n), requires_grad=True, label=name) for n, name in (((3, 2), "W"), (3, "b")))
    drawing = draw(affine(x, W, b).sum(), graph="backward")
    assert [arrow.label for arrow in drawing.picture.arrows] == ["@ W", "gᵀ @ x", "Σ", "repeat"]
    told = {moment.derivative: moment.symbols for moment in drawing.picture.story.moments}
    assert told["∂L/∂W"] == "(∂L/∂v₁)ᵀ @ x"


def test_a_backward_graph_needs_one_number_that_requires_a_gradient():
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GraphError, match=r"shape \(2,\).*sum\(\)"):
        draw(w * 2, graph="backward")
    with pytest.raises(GraphError, match="nothing here requires a gradient"):
        draw(Tensor(1.0), graph="backward")


def test_rules_that_use_what_arrives_more_than_once_call_it_g():
    x = Tensor(np.ones((1, 1, 3, 3)), requires_grad=True, label="x")
    w = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True, label="w")
    y = softmax(convolution(x, w), axis=-1)
    labels = [arrow.label for arrow in draw((y * y).sum(), graph="backward").picture.arrows]
    assert "g: the gradient that arrives." in draw((y * y).sum(), graph="backward").picture.legend
    assert labels[:3] == ["convᵀ(g, w)", "conv(x, g)", "v₂ × (g − Σ(g × v₂, axis 3))"]
