"""Large graphs are summarised, and say so."""

import pytest

from autograd_core import Tensor, Value, scope, tanh
from viz import DrawingError, draw
from viz.model import Kind


def chain(operations):
    x = Value(1.0, label="x")
    for _ in range(operations // 2):
        x = x * 0.999 + 0.1
    return x


def network(neurons, inputs):
    xs = [Value(0.1 * i, label=f"x{i}") for i in range(inputs)]
    total = Value(0.0, label="start")
    for i in range(neurons):
        with scope(f"neuron{i}"):
            y = Value(0.5)
            for x in xs:
                y = y + Value(0.1) * x
            y = tanh(y)
        total = total + y
    return total


def test_up_to_150_nodes_boxes_are_full():
    drawing = draw(chain(148))
    assert drawing.notes == ()
    assert any("grad" in line for line in drawing.picture.boxes[-1].lines)


def test_up_to_400_nodes_boxes_are_small():
    drawing = draw(chain(300))
    assert drawing.picture.compact
    assert drawing.notes == ("301 boxes: drawn small, without gradients",)
    assert all(len(box.lines) == 1 for box in drawing.picture.boxes)


def test_above_400_nodes_every_scope_is_one_box():
    drawing = draw(network(neurons=20, inputs=8), fold=False)
    scopes = [box for box in drawing.picture.boxes if box.kind is Kind.SCOPE]
    assert [box.name for box in scopes] == [f"neuron{i}" for i in range(20)]
    assert scopes[0].lines == ("17 operations", "8 ×, 8 +, 1 tanh", "9 inputs", "8 numbers → one number")
    assert "force=True draws every node" in drawing.notes[0]
    assert "<svg" in drawing.svg


def test_the_reader_may_set_from_how_many_nodes_on_there_are_groups():
    assert draw(network(neurons=20, inputs=8), max_nodes=549).notes[0] == (
        "549 boxes: drawn small, without gradients"
    )
    drawing = draw(network(neurons=3, inputs=2), max_nodes=20)
    assert "drawn in groups" in drawing.notes[0]
    assert len(drawing.picture.boxes) <= 20


def test_force_draws_every_node_in_the_same_graph():
    drawing = draw(network(neurons=20, inputs=8), force=True)
    assert len(drawing.picture.boxes) == 549
    assert not any(arrow.label for arrow in drawing.picture.arrows)
    assert "<svg" in drawing.svg


def test_the_deepest_level_that_stays_readable_is_shown():
    x = Tensor([1.0], requires_grad=True)
    with scope("net"):
        for block in range(4):
            with scope(f"block{block}"):
                for layer in range(30):
                    with scope(f"layer{layer}"):
                        for _ in range(5):
                            x = x * 1.01
    names = [box.name for box in draw(x, fold=False).picture.boxes if box.kind is Kind.SCOPE]
    assert names == ["block0", "block1", "block2", "block3"]


def test_the_reader_may_close_scopes():
    y = network(neurons=3, inputs=2)
    closed = [box.name for box in draw(y, collapse=True).picture.boxes if box.kind is Kind.SCOPE]
    assert closed == ["neuron0", "neuron1", "neuron2"]
    drawing = draw(y, collapse="neuron1")
    assert [box.name for box in drawing.picture.boxes if box.kind is Kind.SCOPE] == ["neuron1"]
    assert any("neuron1" in box.expression for box in drawing.picture.boxes)
    assert "<svg" in drawing.svg


def test_closing_all_scopes_looks_inside_a_scope_that_holds_everything():
    x = Value(1.0)
    with scope("model"):
        for name in ("encoder", "decoder"):
            with scope(name), scope("layer"):
                x = tanh(x * 2)
    closed = draw(x, collapse=True).picture.boxes
    assert [(box.scope, box.name) for box in closed] == [(("model",), "encoder"), (("model",), "decoder")]


def test_groups_count_parameters_and_name_the_shape_that_leaves_them():
    w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with scope("layer"):
        y = Tensor([1.0, 2.0], label="x") @ w
    (layer,) = (box for box in draw(y * 2, collapse=True).picture.boxes if box.kind is Kind.SCOPE)
    assert layer.lines == ("@", "4 parameters", "(2,) → (2,)")


@pytest.mark.slow
@pytest.mark.parametrize("graph", ["forward", "backward"])
def test_a_chain_of_a_million_operations_is_summarised(graph):
    drawing = draw(chain(1_000_000), graph=graph)
    assert len(drawing.picture.boxes) == 3
    assert drawing.picture.boxes[1].lines[:2] == ("999,999 operations", "500,000 ×, 499,999 +")
    assert drawing.notes[:2] == (
        "1,000,001 nodes, 1,000,000 operations deep, at most 1 at one level, 8.0 MB of numbers: "
        "drawn in groups (force=True draws every node)",
        "operations: 500,000 ×, 500,000 +",
    )
    assert "<svg" in drawing.svg


def test_a_large_graph_is_counted_by_operation_and_by_scope():
    x = Tensor([1.0, 2.0], requires_grad=True, dtype="float32")
    with scope("net"):
        for block in range(10):
            with scope(f"block{block}"):
                for _ in range(50):
                    x = x * 1.01
    assert draw(x, gradients=False).notes == (
        "501 nodes, 500 operations deep, at most 1 at one level, 4.0 kB of numbers: "
        "drawn in groups (force=True draws every node)",
        "operations: 500 ×",
        "scopes: net.block0 51, net.block1 50, net.block2 50, net.block3 50, net.block4 50, net.block5 50, 4 more",
    )


def test_the_widest_level_is_that_with_the_most_nodes():
    notes = draw(network(neurons=30, inputs=8)).notes
    assert "at most 279 at one level" in notes[0]


def test_above_3000_boxes_there_is_text_only():
    drawing = draw(chain(4_000), force=True)
    assert drawing.dot.count("->") == 4_000
    with pytest.raises(DrawingError, match=r"4,001 boxes.*leave out force=True.*drawing.dot"):
        _ = drawing.svg


def recurrence(steps):
    w, h = Value(0.5), Value(0.1)
    for _ in range(steps):
        h = tanh(w * h)
    return h


def test_many_long_arrows_go_without_labels_and_more_of_them_are_straight():
    drawing = draw(recurrence(50))
    assert drawing.notes == ("many long arrows: without local derivatives",)
    assert not any(arrow.label for arrow in drawing.picture.arrows)
    assert "splines" not in drawing.dot
    drawing = draw(recurrence(70), gradients=False)
    assert drawing.notes == ("many long arrows: drawn straight, without local derivatives",)
    assert "splines=line" in drawing.dot
    assert "<svg" in drawing.svg


def test_arrows_that_would_take_minutes_to_lay_out_are_refused():
    with pytest.raises(DrawingError, match="ranks would take minutes"):
        _ = draw(recurrence(700), force=True).svg
