"""What stands in the picture of a forward graph."""

from collections import Counter

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, affine, relu, scope, stack, tanh
from viz import draw
from viz.model import Kind


def boxes(drawing):
    return {box.name: box for box in drawing.picture.boxes}


def test_every_number_has_one_box_with_its_operation_value_and_gradient():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    found = boxes(draw(tanh(a * b + 6.5)))
    assert [(box.operation, box.lines) for box in found.values()] == [
        ("", ("2.0", "grad −2.359")),
        ("", ("−3.0", "grad 1.573")),
        ("×", ("−6.0", "grad 0.7864")),
        ("+ 6.5", ("0.5", "grad 0.7864")),
        ("tanh", ("0.4621", "grad 1.0")),
    ]


def test_boxes_stand_in_the_order_in_which_one_reads_the_formula():
    a, b, c = (Value(1.0, label=name) for name in "abc")
    assert list(boxes(draw(a * b + c))) == ["a", "b", "v₁", "c", "L"]


def test_drawing_leaves_gradients_as_they_are():
    w = Tensor([1.0, 2.0], requires_grad=True)
    x = Value(3.0)
    draw((w * x).sum())
    draw((w * x).sum(), graph="backward")
    assert w.grad is None
    assert x.grad == 0.0


def test_a_number_used_twice_by_one_operation_has_two_arrows():
    a = Value(3.0, label="a")
    picture = draw(a * a).picture
    assert [(arrow.tail, arrow.head, arrow.label) for arrow in picture.arrows] == [("n0", "n1", "3.0")] * 2
    assert "used 2×" in picture.boxes[0].lines


def test_many_parallel_uses_are_one_arrow_that_carries_their_number():
    a = Tensor([1.0], requires_grad=True, label="a")
    (arrow,) = draw(stack([a] * 9)).picture.arrows
    assert arrow.count == 9
    assert "×9" in draw(stack([a] * 9)).dot


def test_arrows_of_scalar_operations_carry_the_local_derivative():
    a, b = Value(8.0, label="a"), Value(2.0, label="b")
    assert [arrow.label for arrow in draw(a / b).picture.arrows] == ["0.5", "−2.0"]


def test_plain_numbers_are_written_into_the_operation_and_arrays_get_a_box():
    w = Tensor(np.ones((4, 3)), requires_grad=True)
    found = draw(2 - w * np.ones((4, 3))).picture.boxes
    assert [(box.kind, box.operation) for box in found] == [
        (Kind.PARAMETER, ""),
        (Kind.CONSTANT, ""),
        (Kind.OPERATION, "×"),
        (Kind.OUTPUT, "2 −"),
    ]


def test_larger_arrays_show_shape_dtype_and_the_norm_of_the_gradient():
    w = Tensor(np.ones((2, 8), dtype=np.float32), requires_grad=True, label="w")
    assert boxes(draw(w.sum()))["w"].lines == ("(2, 8) float32", "grad norm 4.0")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (np.ones((2, 8)), "(2, 8)"),
        (np.ones(2, dtype=np.float32), "[1.0  1.0] float32"),
        (np.float32(2.5), "2.5 float32"),
        (np.array([3, -1]), "[3  −1]"),
        (np.zeros(9, dtype=int), "(9,) int64"),
        (np.array([]), "(0,)"),
    ],
)
def test_a_dtype_is_shown_where_it_is_not_the_default(data, line):
    assert draw(Tensor(data)).picture.boxes[0].lines[0] == line


@pytest.mark.parametrize(
    ("number_format", "value", "gradient", "derivative", "operation"),
    [
        (".2f", "−0.33", "grad 1.00", "0.12", "× 0.12"),
        (".1e", "−3.3e−01", "grad 1.0e+00", "1.2e−01", "× 1.2e−01"),
        (lambda x: f"{x:+.0%}", "-33%", "grad +100%", "+12%", "× +12%"),
    ],
)
def test_numbers_are_written_as_the_reader_asks(number_format, value, gradient, derivative, operation):
    drawing = draw(Value(-2.7182818) * 0.1215, number_format=number_format)
    output = drawing.picture.boxes[-1]
    assert output.lines == (value, gradient)
    assert output.operation == operation
    assert drawing.picture.arrows[0].label == derivative
    assert drawing.picture.story.moments[-1].value == value


def test_whole_constants_stay_whole_in_any_format():
    found = draw(Value(2.0) ** 3 * 2, number_format=".3f").picture.boxes
    assert [box.operation for box in found] == ["", "x³", "× 2"]


def test_a_parameter_that_is_used_several_times_is_a_kind_of_its_own():
    once, often = (Tensor([1.0], requires_grad=True, label=name) for name in ("once", "often"))
    found = boxes(draw((often * once + often).sum()))
    assert (found["once"].kind, found["often"].kind) == (Kind.PARAMETER, Kind.SHARED)
    assert "used 2×" in found["often"].lines


def test_gradients_need_one_number_and_the_caption_says_so():
    w = Tensor([1.0, 2.0], requires_grad=True)
    drawing = draw(w * 2)
    assert drawing.notes == ("no gradients: the output has shape (2,)",)
    assert draw(w * 2, gradients=False).notes == ()


def test_several_outputs_share_one_picture():
    a = Value(2.0, label="a")
    kinds = Counter(box.kind for box in draw([a * 2, a + 1]).picture.boxes)
    assert kinds == {Kind.INPUT: 1, Kind.OUTPUT: 2}


def test_a_recorded_gradient_is_drawn_like_any_other_graph():
    x = Value(3.0, label="x")
    (x**3).backward(create_graph=True)
    found = boxes(draw(x.grad))
    assert list(found.values())[-1].lines[0] == "27.0"
    assert found["x"].lines[1] == "grad 18.0"


def test_values_and_tensors_meet_in_one_picture():
    v, t = Value(2.0, label="v"), Tensor([1.0, 2.0], requires_grad=True, label="t")
    found = boxes(draw((v * t).sum()))
    assert found["v"].lines == ("2.0", "grad 3.0")
    assert found["t"].lines == ("[1.0  2.0]", "grad [2.0  2.0]")


def test_scopes_nest_and_several_calls_of_one_scope_are_one_cluster():
    w = Value(2.0, label="w")

    def layer(x):
        with scope("net"), scope("layer"):
            return relu(w * x)

    y = layer(layer(Value(1.0, label="x"))) + 1
    found = draw(y)
    assert {box.scope for box in found.picture.boxes} == {("net", "layer"), ()}
    assert found.dot.count("label=layer") == 1
    assert found.dot.count("subgraph cluster_") == 2


def test_a_leaf_made_outside_belongs_to_the_scope_that_all_its_users_share():
    shared, own = Value(1.0, label="shared"), Value(2.0, label="own")
    x = Tensor([1.0], label="data")
    with scope("net"):
        with scope("a"):
            y = shared * own + x
        with scope("b"):
            z = y * shared
    found = boxes(draw(z))
    assert found["own"].scope == ("net", "a")
    assert found["shared"].scope == ("net",)
    assert found["data"].scope == ()


def test_nodes_of_one_name_keep_apart():
    a, b = Value(1.0, label="x"), Value(2.0, label="x")
    assert list(boxes(draw(a + b))) == ["x", "x (2)", "L"]


def test_a_layer_reads_like_its_formula():
    x, w = Tensor([[1.0, 2.0]], label="x"), Tensor(np.ones((3, 2)), requires_grad=True, label="W")
    found = draw(affine(x, w, Tensor(np.ones(3), label="b")), gradients=False).picture.boxes
    assert found[-1].expression == "x @ Wᵀ + b"


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_all_directions(direction):
    drawing = draw(Value(1.0) + 1, direction=direction)
    assert f"rankdir={direction}" in drawing.dot
    assert drawing.svg


def test_beside_the_parameters_of_a_layer_a_tensor_with_a_gradient_is_an_input():
    x = Tensor(np.ones((2, 3)), requires_grad=True, label="images")
    found = boxes(draw(nn.Linear(3, 1)(x).sum()))
    assert (found["images"].kind, found["images"].scope) == (Kind.INPUT, ())
    assert found["weight"].kind is Kind.PARAMETER
    assert found["weight"].scope == ("Linear",)
    by_hand = boxes(
        draw((Tensor(np.ones((2, 3)), label="x") @ Tensor(np.ones(3), requires_grad=True, label="w")).sum())
    )
    assert by_hand["w"].kind is Kind.PARAMETER


def test_the_logits_of_a_loss_stay_outside_its_box():
    z = Tensor(np.ones((2, 3)), requires_grad=True, label="logits")
    head = nn.Linear(3, 3)
    found = boxes(draw(nn.CrossEntropyLoss()(head(z), [0, 1])))
    assert (found["logits"].kind, found["logits"].scope) == (Kind.INPUT, ())
