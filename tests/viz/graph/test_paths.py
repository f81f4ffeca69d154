"""Chosen nodes and paths stand out from the rest."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_core import DomainError, DtypeError, GraphError, Tensor, Value, exp, scope, tanh
from viz import draw, paths
from viz.style import DARK, LIGHT


def diamond():
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    with scope("left"):
        left = tanh(x * w)
    with scope("right"):
        right = exp(x)
    y = left + right
    y.label = "y"
    return x, w, left, right, y


def standing_out(drawing):
    return {box.name for box in drawing.picture.boxes if box.emphasis}


def test_paths_are_all_nodes_between_two_in_the_order_of_the_computation():
    x, w, left, right, y = diamond()
    assert [node.label or node.op.symbol for node in paths(x, y)] == ["x", "×", "tanh", "exp", "y"]
    assert paths(w, y)[-2:] == [left, y]
    assert paths(y, y) == [y]
    assert right not in set(paths(w, y))


def test_paths_of_a_long_chain():
    x = y = Value(1.0)
    for _ in range(20_000):
        y = y * 0.99
    assert len(paths(x, y)) == 20_001


def test_a_path_needs_two_nodes_of_which_one_leads_to_the_other():
    x, w, *_, y = diamond()
    with pytest.raises(GraphError, match="no path leads from"):
        paths(y, x)
    with pytest.raises(GraphError, match="no path"):
        paths(x, w)
    with pytest.raises(DtypeError, match=r"got 'x' of type str"):
        paths("x", y)


@pytest.mark.parametrize(
    ("highlight", "expected"),
    [
        ("w", {"w"}),
        (["w", "y"], {"w", "y"}),
        (("w", "y"), {"w", "v₁", "v₂", "y"}),
        ("left", {"w", "v₁", "v₂"}),
        (["right", "x"], {"v₃", "x"}),
        ([], set()),
    ],
)
def test_what_is_to_stand_out_goes_by_name_or_by_scope(highlight, expected):
    *_, y = diamond()
    assert standing_out(draw(y, highlight=highlight)) == expected


def test_nodes_and_paths_may_be_given_themselves():
    x, w, left, _, y = diamond()
    assert standing_out(draw(y, highlight=w)) == {"w"}
    assert standing_out(draw(y, highlight={x, left})) == {"x", "v₂"}
    assert standing_out(draw(y, highlight=(w, y))) == standing_out(draw(y, highlight=paths(w, y)))


def test_an_arrow_stands_out_between_two_boxes_that_do():
    _, w, *_, y = diamond()
    picture = draw(y, graph="both", highlight=(w, y)).picture
    names = {box.key: box.name for box in picture.boxes}
    chosen = {(names[a.tail], names[a.head]) for a in picture.arrows if a.emphasis}
    forwards = {("w", "v₁"), ("v₁", "v₂"), ("v₂", "y")}
    assert chosen == forwards | {(head, tail) for tail, head in forwards}
    assert all(arrow.emphasis is not None for arrow in picture.arrows)


def test_all_arrows_of_a_single_node_stand_out():
    x, *_, y = diamond()
    picture = draw(y, highlight=x).picture
    names = {box.key: box.name for box in picture.boxes}
    assert [names[arrow.head] for arrow in picture.arrows if arrow.emphasis] == ["v₁", "v₃"]


def test_without_a_choice_nothing_stands_out_or_back():
    *_, y = diamond()
    picture = draw(y).picture
    assert {thing.emphasis for thing in (*picture.boxes, *picture.arrows)} == {None}


def test_a_group_stands_out_if_one_of_its_nodes_does():
    _, w, *_, y = diamond()
    assert standing_out(draw(y, highlight=w, collapse=True)) == {"left"}


def test_a_name_inside_a_group_is_found():
    *_, y = diamond()
    assert standing_out(draw(y, highlight="w", collapse=True)) == {"left"}


def test_in_a_folded_block_the_first_stands_for_all():
    x = Value(1.0, label="x")
    for i in range(5):
        with scope(f"block{i}"):
            x = tanh(x * Value(0.5, label=f"w{i}"))
    assert standing_out(draw(x, highlight="w3", fold=True)) == {"w1"}, "block0 holds x as well"


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_the_rest_is_dimmed_but_can_be_read(theme):
    *_, y = diamond()
    svg = draw(y, highlight=("w", "y"), theme=theme).svg
    root = ElementTree.fromstring(svg)
    classes = [group.get("class") for group in root.iter("{http://www.w3.org/2000/svg}g")]
    assert sum("dim" in (c or "").split() for c in classes) == 5  # x, v₃, and the arrows beside the path
    if theme == "print":
        assert "stroke-dasharray" in svg


def test_on_dark_pages_the_rest_is_dimmed_as_well():
    *_, y = diamond()
    dark = draw(y, highlight="w").svg.partition("prefers-color-scheme")[2]
    assert re.search(rf"\.dim\.dim\.dim>text{{fill:{DARK.dim}}}", dark)
    assert re.search(rf"\.edge\.dim\.dim\.dim polygon{{fill:{DARK.dim_line}}}", dark)
    assert f'fill="{LIGHT.dim}"' in dark


@pytest.mark.parametrize(
    ("highlight", "error", "message"),
    [
        ("lefd", DomainError, "nothing in this graph is called 'lefd'; did you mean 'left'"),
        (Value(1.0), DomainError, r"Value\(1.0\) is not part of this graph"),
        (3, DtypeError, "a node or the name of one.*got 3 of type int"),
        ([3], DtypeError, "takes nodes and names, got 3 of type int"),
        (("left", "y"), DomainError, "a path leads between nodes, but 'left' is a scope"),
        (("y", "x"), GraphError, "no path leads from"),
        (np.ones(2), DtypeError, "of type ndarray"),
    ],
)
def test_what_cannot_be_highlighted_is_refused_with_a_reason(highlight, error, message):
    *_, y = diamond()
    with pytest.raises(error, match=message):
        draw(y, highlight=highlight)


def test_data_without_gradient_can_lie_on_a_path():
    data = Tensor([1.0, 2.0], label="data")
    w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    y = (data * w).sum()
    assert standing_out(draw(y, highlight=(data, y))) == {"data", "v₁", "L"}
