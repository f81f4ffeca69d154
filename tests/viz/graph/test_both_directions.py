"""Forward and backward in one picture."""

import numpy as np
import pytest

from autograd_core import GraphError, Tensor, Value, scope, sigmoid, stack, tanh
from viz import draw


def neuron():
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.0, label="b")
    return sigmoid(w * x + b)


def arrows(picture, cotangent):
    names = {box.key: box.name for box in picture.boxes}
    return [(names[a.tail], names[a.head], a.label) for a in picture.arrows if a.cotangent == cotangent]


def test_every_node_is_there_once():
    names = [box.name for box in draw(neuron(), graph="both").picture.boxes]
    assert names == ["w", "x", "v₁", "b", "v₂", "L"]


def test_solid_arrows_carry_local_derivatives_and_dashed_ones_the_gradient_that_flows():
    picture = draw(neuron(), graph="both").picture
    assert arrows(picture, cotangent=False) == [
        ("w", "v₁", "2.0"),
        ("x", "v₁", "−3.0"),
        ("v₁", "v₂", "1.0"),
        ("b", "v₂", "1.0"),
        ("v₂", "L", "0.25"),
    ]
    assert arrows(picture, cotangent=True) == [
        ("v₁", "w", "0.5"),
        ("v₁", "x", "−0.75"),
        ("v₂", "v₁", "0.25"),
        ("v₂", "b", "0.25"),
        ("L", "v₂", "0.25"),
    ]


def test_what_flows_into_a_node_adds_up_to_its_gradient():
    a = Value(3.0, label="a")
    picture = draw(a * a + tanh(a), graph="both").picture
    flowing = [float(label.replace("−", "-")) for _, head, label in arrows(picture, True) if head == "a"]
    assert len(flowing) == 3
    gradient = float(picture.boxes[0].lines[1].removeprefix("grad "))
    assert sum(flowing) == pytest.approx(gradient, rel=1e-3)


def test_arrays_show_what_the_gradient_meets_on_its_way():
    X = Tensor(np.ones((3, 2)), label="X")
    W = Tensor(np.ones((2, 4)), requires_grad=True, label="W")
    picture = draw(tanh(X @ W).sum(), graph="both").picture
    assert {label for _, _, label in arrows(picture, cotangent=False)} == {""}
    assert arrows(picture, cotangent=True) == [
        ("v₁", "W", "Xᵀ @"),
        ("v₂", "v₁", "× (1 − v₂²)"),
        ("L", "v₂", "repeat"),
    ]
    assert "X" in [box.name for box in picture.boxes], "data is drawn, though no gradient flows to it"


def test_many_parallel_uses_have_one_arrow_in_each_direction():
    a = Tensor([1.0], requires_grad=True, label="a")
    counts = [
        (arrow.count, arrow.cotangent) for arrow in draw(stack([a] * 9).sum(), graph="both").picture.arrows
    ]
    assert counts[:2] == [(9, False), (9, True)]


def test_in_dot_the_two_arrows_of_a_use_run_side_by_side():
    dot = draw(Value(2.0) * 3, graph="both").dot
    assert dot.count("n0 -> n1") == 2
    (dashed,) = (line for line in dot.splitlines() if "dashed" in line and "->" in line)
    assert "dir=back" in dashed
    assert "class=cotangent" in dashed


def test_in_the_svg_each_arrow_goes_by_the_boxes_between_which_it_runs():
    svg = draw(Value(2.0) * 3, graph="both").svg
    assert 'class="edge" data-key="n0-&gt;n1"' in svg
    assert 'class="edge cotangent" data-key="n1-&gt;n0"' in svg


def test_the_drawing_says_what_it_is():
    drawing = draw(neuron(), graph="both", title="A neuron")
    assert repr(drawing) == "<Drawing: forward and backward graph, 6 boxes, 10 arrows>"
    assert (
        'aria-label="A neuron: forward and backward computation graph, 6 boxes and 10 arrows"' in drawing.svg
    )


def test_the_legend_tells_solid_from_dashed():
    legend = draw(neuron(), graph="both").picture.legend
    assert "Solid: the computation, with the local derivative" in legend
    assert "Dashed: the gradient of L on its way back" in legend


def test_groups_have_arrows_in_both_directions():
    x = Value(1.0, label="x")
    for name in ("one", "two"):
        with scope(name):
            x = tanh(x * 2)
    picture = draw(x, graph="both", collapse=True).picture
    assert ("one", "two", "") in arrows(picture, cotangent=False)
    assert ("two", "one", "") in arrows(picture, cotangent=True)


def test_no_gradient_flows_out_of_a_group_to_data():
    with scope("layer"):
        y = Tensor([[1.0, 2.0]], label="data") @ Tensor([[1.0], [2.0]], requires_grad=True)
    picture = draw((y * y).sum(), graph="both", collapse=True).picture
    assert ("data", "layer", "") in arrows(picture, cotangent=False)
    assert not [head for _, head, _ in arrows(picture, cotangent=True) if head == "data"]


def test_both_directions_need_one_number():
    with pytest.raises(GraphError, match=r"graph='both'.*shape \(2,\)"):
        draw(Tensor([1.0, 2.0], requires_grad=True) * 2, graph="both")
