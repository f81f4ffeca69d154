"""A picture with its scopes closed, level by level: nothing is lost and nothing is drawn twice."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, scope, tanh
from viz import draw
from viz.picture.levels import MOST_LEVELS, levels


def two_layers():
    x = Value(0.5, label="x")
    with scope("first"):
        y = tanh(x * 2)
    with scope("second"):
        y = tanh(y * 3)
    return y * 5 + x


def nested(depth):
    y = Value(0.5, label="x") * 1
    for block in range(2):
        for level in range(depth):
            with scope(f"block {block}"):
                y = y * 2
                for inner in range(level):
                    with scope(f"level {inner}"):
                        y = tanh(y) * (inner + 2.0)
    return y


def model():
    parts = nn.Sequential(
        nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Sequential(nn.Linear(3, 1), nn.Tanh())
    )
    return draw(lambda x: parts(x).sum(), Tensor([[0.5, -1.0]]), layout="boxes")


def back_and_forth():
    """Two scopes of which each uses the other."""
    x = Value(0.5, label="x")
    with scope("a"):
        y = tanh(x)
    with scope("b"):
        z = tanh(y)
    with scope("a"):
        return z * y


def drawn(level):
    return [box.name for box in level.picture.boxes]


def arrows(level):
    names = {box.key: box.name for box in level.picture.boxes}
    return [(names[arrow.tail], names[arrow.head]) for arrow in level.picture.arrows]


def test_every_node_then_one_box_for_each_scope():
    open_one, closed = levels(draw(two_layers()).picture)
    assert (open_one.name, closed.name) == ("every node", "one box for each scope")
    assert len(drawn(open_one)) == 7
    assert drawn(closed) == ["x", "first", "second", "v₅", "L"]
    assert arrows(closed) == [("x", "first"), ("first", "second"), ("second", "v₅"), ("v₅", "L"), ("x", "L")]


def test_a_closed_scope_says_what_it_holds():
    closed = levels(draw(two_layers()).picture)[1]
    box = closed.picture.boxes[1]
    assert box.lines == ("2 operations", "1 ×, 1 tanh")
    assert box.description == "first: 2 operations; 1 ×, 1 tanh"
    assert closed.names == {"s0": "first", "s1": "second"}


def test_parallel_arrows_between_open_boxes_stay():
    x = Value(2.0, label="x")
    y = x * x
    for name in ("first", "second"):
        with scope(name):
            y = tanh(y) * 2
    closed = levels(draw(y).picture)[1]
    assert arrows(closed)[:2] == [("x", "v₁"), ("x", "v₁")]


@pytest.mark.parametrize(
    "make", [two_layers, lambda: nested(3), back_and_forth], ids=["two", "nested", "both ways"]
)
@pytest.mark.parametrize("graph", ["forward", "backward", "both"])
def test_every_box_has_one_place_at_every_level(make, graph):
    picture = draw(make(), graph=graph).picture
    counts = []
    for level in levels(picture):
        keys = [box.key for box in level.picture.boxes]
        assert len(set(keys)) == len(keys)
        assert set(level.places) == {box.key for box in picture.boxes}
        assert set(level.places.values()) == set(keys)
        assert {key for arrow in level.picture.arrows for key in (arrow.tail, arrow.head)} <= set(keys)
        counts.append(len(keys))
    assert counts == sorted(set(counts), reverse=True)


def test_two_scopes_that_use_each_other_have_an_arrow_each_way():
    closed = levels(draw(back_and_forth()).picture)[1]
    assert {("a", "b"), ("b", "a")} <= set(arrows(closed))


@pytest.mark.parametrize(
    "make",
    [
        lambda: draw(Value(1.0) * 2),
        lambda: draw(Value(1.0)),
        lambda: draw(Tensor(np.ones(3), requires_grad=True).sum()),
    ],
)
def test_without_scopes_there_is_one_level(make):
    assert len(levels(make().picture)) == 1


def test_one_scope_around_everything_is_not_closed():
    with scope("all"):
        y = tanh(Value(1.0) * 2)
    assert len(levels(draw(y).picture)) == 1


def test_deep_scopes_close_from_the_innermost_outwards():
    found = levels(model().picture)
    assert [level.name for level in found] == [
        "every node",
        "2 levels of scopes open",
        "1 level of scopes open",
        "all scopes closed",
    ]
    assert len(levels(draw(nested(6)).picture)) <= 1 + MOST_LEVELS


def test_a_chosen_node_keeps_its_scope_chosen():
    closed = levels(draw(two_layers(), highlight=["v₁"]).picture)[1]
    assert [box.emphasis for box in closed.picture.boxes] == [False, True, False, False, False]
