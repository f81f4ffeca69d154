"""Weight sharing seen: a lowered tensor graph has one box for each weight and one arrow for each use."""

from collections import Counter

import numpy as np
import pytest

import nn.functional as F
from autograd_core import DtypeError, Tensor, lower, tanh
from viz import draw
from viz.model import Kind


def convolution():
    x = Tensor(np.arange(9.0).reshape(1, 1, 3, 3) / 10, label="x")
    w = Tensor(np.array([[1.0, -1.0], [0.5, 2.0]]).reshape(1, 1, 2, 2), requires_grad=True, label="w")
    return x, w, tanh(F.conv2d(x, w)).sum()


def names(picture):
    return {box.key: box.name for box in picture.boxes}


def test_a_weight_of_a_convolution_is_one_box_with_an_arrow_for_each_position():
    *_, y = convolution()
    picture = draw(lower(y), layout="boxes").picture
    weights = [box for box in picture.boxes if box.name.startswith("w[")]
    assert [box.name for box in weights] == [f"w[0, 0, {i}, {j}]" for i in (0, 1) for j in (0, 1)]
    assert {box.kind for box in weights} == {Kind.SHARED}
    assert all("used 4×" in box.lines for box in weights)
    uses = Counter(names(picture)[arrow.tail] for arrow in picture.arrows)
    assert [uses[box.name] for box in weights] == [4, 4, 4, 4]


def test_what_flows_back_along_the_uses_of_a_weight_adds_up_to_its_gradient():
    _, w, y = convolution()
    y.backward()
    picture = draw(lower(y), graph="both", number_format=".17g").picture
    for place, gradient in np.ndenumerate(w.grad):
        name = f"w[{', '.join(map(str, place))}]"
        flowing = [
            float(arrow.label.replace("−", "-"))
            for arrow in picture.arrows
            if arrow.cotangent and names(picture)[arrow.head] == name
        ]
        assert len(flowing) == 4
        assert sum(flowing) == pytest.approx(gradient)


def test_tensors_are_clusters_and_so_are_their_numbers_that_take_several_operations():
    *_, y = convolution()
    scopes = {box.scope for box in draw(lower(y), layout="boxes").picture.boxes}
    positions = [f"[0, 0, {i}, {j}]" for i in (0, 1) for j in (0, 1)]
    assert scopes == {
        ("x (1, 1, 3, 3)",),
        ("w (1, 1, 2, 2)",),
        *(("convolution (1, 1, 2, 2)", position) for position in positions),
        ("tanh (1, 1, 2, 2)",),
        ("sum",),
    }


def test_each_number_can_be_one_box_that_shares_the_weights():
    *_, y = convolution()
    picture = draw(lower(y), depth=1).picture
    sums = [box for box in picture.boxes if box.kind is Kind.SCOPE]
    assert len(sums) == 4
    assert sums[0].lines == ("7 operations", "4 ×, 3 +", "4 numbers → one number")
    heads = Counter(
        names(picture)[a.tail] for a in picture.arrows if names(picture)[a.head] == "[0, 0, 1, 0]"
    )
    assert {name: count for name, count in heads.items() if name.startswith("w[")} == {
        f"w[0, 0, {i}, {j}]": 1 for i in (0, 1) for j in (0, 1)
    }
    assert "<svg" in draw(lower(y), depth=1).svg


def test_tensors_without_a_name_are_called_by_what_they_are():
    x, w = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=True)
    found = {
        box.name: box.kind
        for box in draw(lower((x * w).sum()), layout="boxes").picture.boxes
        if not box.operation
    }
    assert found == {
        "input[0]": Kind.INPUT,
        "parameter[0]": Kind.PARAMETER,
        "input[1]": Kind.INPUT,
        "parameter[1]": Kind.PARAMETER,
    }


def test_a_large_layer_is_drawn_in_groups():
    x = Tensor(np.ones((1, 1, 8, 8)), label="x")
    w = Tensor(np.ones((4, 1, 3, 3)), requires_grad=True, label="w")
    drawing = draw(lower(F.conv2d(x, w).sum()), layout="boxes")
    assert "drawn in groups" in drawing.notes[0]
    assert {box.name for box in drawing.picture.boxes if box.kind is Kind.SCOPE} == {
        "x (1, 1, 8, 8)",
        "w (4, 1, 3, 3)",
        "convolution (1, 4, 6, 6)",
        "sum",
    }


def test_inputs_do_not_go_with_what_is_lowered():
    *_, y = convolution()
    with pytest.raises(DtypeError, match="has been computed already"):
        draw(lower(y), 1.0)
