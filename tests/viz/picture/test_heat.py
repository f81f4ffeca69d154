"""Boxes filled by the size of gradients and values."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from autograd_core import DomainError, GraphError, Tensor, Value, scope, tanh
from tests.viz.output.test_svg import contrast, luminance
from viz import draw
from viz.model import Scale
from viz.picture.heat import heat_colour, magnitude, position_on, scale_of, text_colour, to_oklab

POSITIONS = [i / 100 for i in range(101)]


def product():
    a, b = Value(100.0, label="a"), Value(0.01, label="b")
    return a * b


def heat(drawing):
    return {box.name: box.heat for box in drawing.picture.boxes}


def test_gradients_lie_on_a_logarithmic_scale_from_the_smallest_to_the_largest():
    drawing = draw(product(), heat=True)
    assert drawing.picture.scale == Scale("|∂L/∂box|", 0.01, 100.0)
    assert heat(drawing) == {"a": 0.0, "b": 1.0, "L": 0.5}


def test_values_have_a_scale_of_their_own():
    drawing = draw(product(), heat="value")
    assert drawing.picture.scale == Scale("|value|", 0.01, 100.0)
    assert heat(drawing) == {"a": 1.0, "b": 0.0, "L": 0.5}


def test_arrays_count_by_their_root_mean_square():
    w = Tensor(np.full((4, 4), 10.0), requires_grad=True, label="w")
    scale = draw((w * w).sum(), heat=True).picture.scale
    assert scale.quantity == "|∂L/∂box|, root mean square of an array"
    assert (scale.low, scale.high) == (1.0, 20.0)


def test_zero_and_nothing_stay_blank():
    x, data = Tensor([0.0, 0.0], requires_grad=True, label="x"), Tensor([1.0, 2.0], label="data")
    found = heat(draw((x * x * data).sum(), heat=True))
    assert found["x"] is None
    assert found["data"] is None
    assert found["L"] is not None


@pytest.mark.parametrize("size", [0.0, math.nan])
def test_without_a_positive_size_there_is_no_scale(size):
    drawing = draw(Value(size), heat="value")
    assert drawing.picture.scale is None
    assert "<svg" in drawing.svg


def test_one_size_is_the_largest():
    assert heat(draw(Value(3.0), heat="value")) == {"L": 1.0}


def test_infinity_is_as_large_as_the_largest():
    scale = scale_of("|x|", [1.0, 10.0, math.inf])
    assert scale == Scale("|x|", 1.0, 10.0)
    assert position_on(scale, math.inf) == 1.0


def test_a_scale_spans_eight_decades_at_most():
    assert scale_of("|x|", [1e-300, 1.0]) == Scale("|x|", 1e-8, 1.0)
    assert position_on(Scale("|x|", 1e-8, 1.0), 1e-300) == 0.0


def test_the_magnitude_of_several_arrays_is_that_of_all_their_numbers():
    assert magnitude([np.array([3.0]), 4.0]) == pytest.approx(math.sqrt(12.5))
    assert math.isnan(magnitude([]))


def test_groups_have_the_heat_of_all_that_they_hold():
    x = Value(1.0, label="x")
    for name in ("one", "two"):
        with scope(name):
            x = tanh(x) * 2
    found = heat(draw(x, heat=True, collapse=True))
    assert set(found) == {"one", "two"}
    assert None not in found.values()


@pytest.mark.parametrize("theme", ["auto", "dark", "print"])
def test_the_colours_grow_darker_step_by_step(theme):
    luminances = [luminance(heat_colour(p, theme)) for p in POSITIONS]
    assert all(after < before for before, after in pairwise(luminances))


def test_equal_steps_look_equally_far_apart():
    colours = [to_oklab(heat_colour(i / 10)) for i in range(11)]
    steps = [np.linalg.norm(after - before) for before, after in pairwise(colours)]
    assert max(steps) / min(steps) < 1.1


@pytest.mark.parametrize("theme", ["auto", "print"])
def test_text_can_be_read_on_every_colour(theme):
    for position in POSITIONS:
        fill = heat_colour(position, theme)
        assert contrast(text_colour(fill), fill) >= 4.5


@pytest.mark.parametrize("theme", ["auto", "light", "dark", "print"])
def test_the_fill_and_its_text_are_the_same_on_light_and_dark_pages(theme):
    svg = draw(product(), heat=True, theme=theme).svg
    for position in (0.0, 0.5, 1.0):
        assert f'fill="{heat_colour(position, theme)}"' in svg
    rules = svg.partition("<style>")[2].partition("</style>")[0]
    assert all(":not(.heat)>text.gradient" in rule for rule in re.findall(r"[^{}]*text\.gradient", rules))
    assert f'fill="{text_colour(heat_colour(1.0, theme))}"' in svg


def test_the_scale_is_explained_with_its_ends_even_without_a_legend():
    for legend in (True, False):
        svg = draw(product(), heat=True, legend=legend).svg
        assert svg.count('class="scale"') == 1
        assert ">0.01</text>" in svg
        assert "100.0   |∂L/∂box|, logarithmic; blank: 0 or none" in svg


def test_heat_and_highlight_go_together():
    svg = draw(product(), heat=True, highlight="a").svg
    assert svg.count("input heat") == 1
    assert svg.count("input dim") == 1


def test_heat_goes_without_gradients_in_the_boxes():
    boxes = draw(product(), heat=True, gradients=False).picture.boxes
    assert [box.heat for box in boxes] == [0.0, 1.0, 0.5]
    assert not any("grad" in line for box in boxes for line in box.lines)


def test_heat_of_gradients_needs_one_number():
    y = Tensor([1.0, 2.0], requires_grad=True) * 2
    with pytest.raises(
        GraphError, match=r"draw\(heat=True\): gradients are those of one number.*shape \(2,\)"
    ):
        draw(y, heat=True)
    assert heat(draw(y, heat="value"))["v₂"] == 1.0


def test_unknown_heat_is_refused():
    with pytest.raises(DomainError, match="did you mean 'gradient'"):
        draw(Value(1.0), heat="gradients")
