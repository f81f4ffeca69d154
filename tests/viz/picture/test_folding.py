"""Scopes opened to a chosen depth, and repeated blocks drawn once."""

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import DomainError, DtypeError, Tensor, Value, scope, tanh
from viz import DrawingError, draw
from viz.graph.reading import Reading
from viz.model import Kind
from viz.picture.folding import Run, runs_in
from viz.picture.grouped import by_request


def layer(x, name):
    with scope(name):
        with scope("linear"):
            x = x @ Tensor(np.eye(2), requires_grad=True, label="W")
        with scope("active"):
            return tanh(x)


def stack(layers, first=0):
    x = Tensor(np.ones((3, 2)), label="X")
    with scope("net"):
        for i in range(first, first + layers):
            x = layer(x, f"layer{i}")
        with scope("head"):
            return x.sum()


def loop(steps, shared=True, backwards=False):
    """Steps that use the same weight, or one each."""
    x, h = Tensor(np.ones((steps, 2)), label="X"), Tensor(np.zeros(2), label="h0")
    w = Tensor(np.eye(2), requires_grad=True, label="W")
    outputs = []
    for t in reversed(range(steps)) if backwards else range(steps):
        with scope(f"step {t + 1}"):
            h = tanh(x[t] + (w if shared else Tensor(np.eye(2), requires_grad=True, label=f"W{t}")) @ h)
        outputs.append(h)
    return sum(outputs[1:], outputs[0]).sum()


def groups(drawing):
    return {
        ".".join((*box.scope, box.name)) + box.operation: box.lines
        for box in drawing.picture.boxes
        if box.kind is Kind.SCOPE
    }


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        (0, ["net"]),
        (1, ["net.layer0", "net.layer1", "net.head"]),
        (2, [f"net.layer{i}.{name}" for i in (0, 1) for name in ("linear", "active")]),
        (3, []),
    ],
)
def test_scopes_are_open_to_the_chosen_depth(depth, expected):
    assert list(groups(draw(stack(2), depth=depth))) == expected


def test_a_closed_scope_shows_the_shapes_that_enter_and_leave_and_its_parameters():
    lines = groups(draw(stack(2), depth=1))["net.layer0"]
    assert lines == ("2 operations", "1 @, 1 tanh", "4 parameters", "(3, 2) → (3, 2)")


def test_depth_goes_together_with_names_of_scopes_to_close():
    found = groups(draw(stack(2), depth=2, collapse="layer1"))
    assert list(found) == ["net.layer0.linear", "net.layer0.active", "net.layer1"]


@pytest.mark.parametrize(("depth", "error"), [(-1, DomainError), (1.5, DtypeError), (True, DtypeError)])
def test_a_depth_is_a_whole_number(depth, error):
    with pytest.raises(error, match=f"depth={depth}"):
        draw(stack(2), depth=depth)


def test_four_closed_scopes_of_the_same_structure_are_one_box_with_their_number():
    drawing = draw(stack(12), depth=1)
    assert groups(drawing) == {
        "net.layer0 … layer11×12": ("each 2 operations", "1 @, 1 tanh", "4 parameters", "(3, 2) → (3, 2)"),
        "net.head": ("Σ", "(3, 2) → one number"),
    }
    names = {box.key: box.name for box in drawing.picture.boxes}
    assert [(names[a.tail], names[a.head]) for a in drawing.picture.arrows] == [
        ("X", "layer0 … layer11"),
        ("layer0 … layer11", "head"),
    ]
    assert "[layer0 … layer11 ×12]" in str(drawing)
    assert "×12" in drawing.svg


def test_fewer_are_drawn_one_by_one_and_so_are_all_if_the_reader_wants():
    assert len(groups(draw(stack(3), depth=1))) == 4
    assert len(groups(draw(stack(12), depth=1, fold=False))) == 13


def test_another_structure_ends_the_run():
    x = Tensor(np.ones((3, 2)), label="X")
    for i in range(4):
        x = layer(x, f"before{i}")
    with scope("between"):
        x = x * 2
    for i in range(5):
        x = layer(x, f"after{i}")
    assert list(groups(draw(x.sum(), depth=0))) == [
        "before0 … before3×4",
        "between",
        "after0 … after4×5",
    ]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda x, i: tanh(x) * i, True),
        (lambda x, i: tanh(x) if i % 2 else x.exp(), False),
        (lambda x, i: x + tanh(x) if i % 2 else tanh(x) + x, False),
        (lambda x, i: tanh(x[:-1]), False),
    ],
    ids=["other constants", "other operations", "other places", "other shapes"],
)
def test_structures_are_the_same_when_operations_shapes_and_uses_are(change, same):
    x = Tensor(np.ones(9), requires_grad=True)
    for i in range(6):
        with scope(f"block{i}"):
            x = change(x, i)
    reading = Reading([x])
    grouping = by_request(reading, False, 0)
    assert bool(runs_in(reading, grouping)) == same


def test_open_scopes_are_folded_on_request_and_the_first_is_drawn():
    drawing = draw(stack(12), fold=True)
    boxes = drawing.picture.boxes
    assert [box.name for box in boxes] == ["X", "W", "v₁", "v₂", "L"]
    assert boxes[2].scope == ("net", "layer0 … layer11 ×12", "linear")
    assert boxes[-1].expression == "Σ(v₂)"
    assert drawing.notes == ("layer0 … layer11: 12 of the same structure, the first is drawn",)
    assert len(drawing.picture.arrows) == 4
    with pytest.raises(DrawingError, match="plays one box at a time"):
        drawing.interactive()


def test_steps_that_use_the_same_weights_are_folded_without_being_asked():
    drawing = draw(loop(7))
    assert {box.scope for box in drawing.picture.boxes if box.operation == "tanh"} == {
        ("step 1 … step 7 ×7",)
    }
    assert drawing.notes == ("step 1 … step 7: 7 of the same structure, the first is drawn",)
    assert sum(box.operation == "tanh" for box in draw(loop(7, shared=False)).picture.boxes) == 7
    assert sum(box.operation == "tanh" for box in draw(loop(7), fold=False).picture.boxes) == 7
    assert sum(box.operation == "tanh" for box in draw(loop(7), force=True).picture.boxes) == 7
    assert sum(box.operation == "tanh" for box in draw(loop(3)).picture.boxes) == 3


def test_what_all_steps_pass_on_to_one_place_is_one_arrow():
    def joined(steps):
        h, w = Tensor(np.zeros(2), label="h0"), Tensor(np.eye(2), requires_grad=True, label="W")
        outputs = []
        for t in range(steps):
            with scope(f"step {t + 1}"):
                h = tanh(w @ h)
            outputs.append(h)
        return ac.stack(outputs).sum()

    for steps, count in ((4, 4), (50, 1)):
        picture = draw(joined(steps), fold=True).picture
        (stack,) = (box.key for box in picture.boxes if box.operation.startswith("stack"))
        arriving = [arrow for arrow in picture.arrows if arrow.head == stack]
        assert len(arriving) == count
        assert sum(arrow.count for arrow in arriving) == steps


def test_a_loop_begins_where_it_is_computed_first():
    boxes = draw(loop(5, backwards=True)).picture.boxes
    assert {box.scope for box in boxes if box.operation == "tanh"} == {("step 5 … step 1 ×5",)}


def test_the_page_of_a_folded_loop_plays_every_step():
    drawing = draw(loop(5))
    assert drawing.picture.story is None
    assert repr(drawing.interactive()).startswith("<StepPage: 20 steps forward")
    assert "step 5" in drawing.content(".html").decode()


def test_what_is_folded_does_not_count_for_the_size():
    drawing = draw(stack(200), fold=True)
    assert len(drawing.picture.boxes) == 5
    assert "drawn in groups" in draw(stack(200)).notes[0]


def test_closed_scopes_within_open_ones_are_folded_with_them():
    drawing = draw(stack(6), fold=True, depth=2)
    assert list(groups(drawing)) == [
        "net.layer0 … layer5 ×6.linear",
        "net.layer0 … layer5 ×6.active",
    ]
    assert "<svg" in drawing.svg


def test_both_directions_and_heat_of_folded_blocks():
    picture = draw(stack(6), fold=True, graph="both", heat=True).picture
    assert sum(arrow.cotangent for arrow in picture.arrows) == 3
    assert [box.name for box in picture.boxes if box.heat is None] == ["X"]


def test_blocks_of_single_numbers_side_by_side():
    xs = [Value(float(i), label=f"x{i}") for i in range(3)]
    hidden = []
    for i in range(8):
        with scope(f"neuron{i}"):
            hidden.append(tanh(sum((Value(0.1) * x for x in xs), Value(0.0))))
    picture = draw(sum(hidden, Value(0.0)), collapse=True).picture
    names = {box.key: box.name for box in picture.boxes}
    into = {names[a.tail] for a in picture.arrows if names[a.head] == "neuron0 … neuron7"}
    assert into == {"x0", "x1", "x2"}


def test_the_name_of_a_run_is_text():
    assert Run((("<script>",), ("b" * 100,))).name == f"<script> … {'b' * 19}…"
