"""Whatever is asked for at once gives a picture that holds together."""

from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_core import Tensor, Value, scope, tanh
from viz import draw


def scalars():
    x, w = Value(0.5, label="x"), Value(2.0, label="w")
    for i in range(6):
        with scope("net"), scope(f"block{i}"):
            x = tanh(w * x) + Value(0.1)
    return x + w


def arrays():
    x = Tensor(np.ones((3, 2)), label="x")
    w = Tensor(np.ones((2, 2), dtype=np.float32), requires_grad=True, label="w")
    for i in range(5):
        with scope(f"block{i}"), scope("layer"):
            x = tanh(x @ w) * np.ones((3, 2))
    return x.sum()


def recorded():
    x = Value(0.5, label="x")
    with scope("net"):
        y = tanh(x * x)
    y.backward(create_graph=True)
    return x.grad


OPTIONS = st.fixed_dictionaries(
    {
        "graph": st.sampled_from(["forward", "backward", "both"]),
        "direction": st.sampled_from(["LR", "RL", "TB", "BT"]),
        "gradients": st.booleans(),
        "collapse": st.booleans(),
        "depth": st.none() | st.integers(0, 2),
        "fold": st.none() | st.booleans(),
        "force": st.booleans(),
        "max_nodes": st.none() | st.integers(1, 40),
        "number_format": st.sampled_from([None, ".2g", lambda x: f"<{x}>"]),
        "highlight": st.sampled_from([None, "x", ["x"], []]),
        "heat": st.sampled_from([False, True, "value"]),
        "theme": st.sampled_from(["auto", "light", "dark", "print"]),
        "legend": st.booleans(),
    }
)


@pytest.mark.parametrize("graph", [scalars, arrays, recorded])
@settings(max_examples=40, deadline=None)
@given(options=OPTIONS)
def test_any_options_go_together(graph, options):
    drawing = draw(graph(), **options)
    picture = drawing.picture
    keys = [box.key for box in picture.boxes]
    assert len(set(keys)) == len(keys) > 0
    for arrow in picture.arrows:
        assert {arrow.tail, arrow.head} <= set(keys)
        assert arrow.tail != arrow.head
    assert all(arrow.cotangent == (options["graph"] == "backward") for arrow in picture.arrows) or (
        options["graph"] == "both"
    )
    assert ElementTree.fromstring(drawing.svg).tag.endswith("svg")
    assert str(drawing)
    if picture.story is not None:
        assert drawing.interactive().html


@pytest.mark.parametrize("graph", [scalars, arrays, recorded])
def test_a_forward_picture_stands_in_the_order_of_the_computation(graph):
    for options in ({}, {"depth": 0}, {"fold": True}, {"collapse": True}, {"max_nodes": 6}):
        picture = draw(graph(), **options).picture
        place = {box.key: i for i, box in enumerate(picture.boxes)}
        forward = [arrow for arrow in picture.arrows if not arrow.cotangent]
        assert forward
        assert all(place[arrow.tail] < place[arrow.head] for arrow in forward)


def test_smaller_limits_never_give_more_boxes():
    counts = [len(draw(scalars(), max_nodes=most).picture.boxes) for most in (40, 20, 10, 5, 1)]
    assert all(after <= before for before, after in pairwise(counts))
