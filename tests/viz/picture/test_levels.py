"""A picture with its scopes closed, level by level: nothing is lost and nothing is drawn twice."""

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, scope, tanh
from viz import draw
from viz.picture.levels import MOST_LEVELS


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
    open_one = draw(two_layers()).picture
    (closed,) = open_one.levels
    assert closed.name == "one box for each scope"
    assert len(open_one.boxes) == 7
    assert drawn(closed) == ["x", "first", "second", "v₅", "L"]
    assert sorted(arrows(closed)) == sorted(
        [("x", "first"), ("first", "second"), ("second", "v₅"), ("v₅", "L"), ("x", "L")]
    )


def test_a_closed_scope_says_what_it_holds():
    closed = draw(two_layers()).picture.levels[0]
    box = closed.picture.boxes[1]
    assert box.lines == ("2 operations", "1 ×, 1 tanh", "one number → one number")
    assert box == next(box for box in draw(two_layers(), depth=0).picture.boxes if box.name == "first")
    assert closed.names == {"s0": "first", "s1": "second"}


def test_parallel_arrows_between_open_boxes_stay():
    x = Value(2.0, label="x")
    y = x * x
    for name in ("first", "second"):
        with scope(name):
            y = tanh(y) * 2
    closed = draw(y).picture.levels[0]
    assert arrows(closed)[:2] == [("x", "v₁"), ("x", "v₁")]


@pytest.mark.parametrize(
    "make", [two_layers, lambda: nested(3), back_and_forth], ids=["two", "nested", "both ways"]
)
@pytest.mark.parametrize("graph", ["forward", "backward", "both"])
def test_every_box_has_one_place_at_every_level(make, graph):
    picture = draw(make(), graph=graph).picture
    counts = []
    for level in picture.levels:
        keys = [box.key for box in level.picture.boxes]
        assert len(set(keys)) == len(keys)
        assert set(level.places) == {box.key for box in picture.boxes}
        assert set(level.places.values()) == set(keys)
        assert {key for arrow in level.picture.arrows for key in (arrow.tail, arrow.head)} <= set(keys)
        counts.append(len(keys))
    assert counts == sorted(set(counts), reverse=True)


def test_two_scopes_that_use_each_other_have_an_arrow_each_way():
    closed = draw(back_and_forth()).picture.levels[0]
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
    assert make().picture.levels == ()


def test_one_scope_around_everything_is_not_closed():
    with scope("all"):
        y = tanh(Value(1.0) * 2)
    assert draw(y).picture.levels == ()


def test_deep_scopes_close_from_the_innermost_outwards():
    found = model().picture.levels
    assert [level.name for level in found] == [
        "2 levels of scopes open",
        "1 level of scopes open",
        "all scopes closed",
    ]
    assert len(draw(nested(6)).picture.levels) <= MOST_LEVELS


@pytest.mark.parametrize("depth", [0, 1])
def test_a_level_is_the_drawing_with_that_depth(depth):
    (*_, outer) = levels = draw(nested(2)).picture.levels
    level = outer if depth == 0 else levels[-2]
    asked = draw(nested(2), depth=depth, fold=False).picture
    assert [(box.kind, box.lines) for box in level.picture.boxes] == [(b.kind, b.lines) for b in asked.boxes]
    assert len(level.picture.arrows) == len(asked.arrows)


def test_a_picture_with_closed_scopes_has_levels_below_it():
    picture = draw(nested(3), depth=2, fold=False).picture
    assert [level.name for level in picture.levels] == ["1 level of scopes open", "all scopes closed"]
    keys = {box.key for box in picture.boxes if box.kind == "scope"}
    for level in picture.levels:
        assert set(level.places) == {box.key for box in picture.boxes}
        assert set(level.places.values()) == {box.key for box in level.picture.boxes}
        assert keys.isdisjoint(level.names)


def test_a_chosen_node_keeps_its_scope_chosen():
    closed = draw(two_layers(), highlight=["v₁"]).picture.levels[0]
    assert [box.emphasis for box in closed.picture.boxes] == [False, True, False, False, False]
