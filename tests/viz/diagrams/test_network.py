"""Circles and lines, volumes, one neuron."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from autograd_core import DomainError, DtypeError, ShapeError
from tests.viz.output.test_svg import contrast
from viz import network, neuron

SVG = "{http://www.w3.org/2000/svg}"


def texts(figure):
    return [text.text for text in ElementTree.fromstring(figure.svg).iter(f"{SVG}text")]


def count(figure, tag):
    return len(list(ElementTree.fromstring(figure.svg).iter(SVG + tag)))


def dense(inputs=2, hidden=3):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 1))


def test_a_dense_network_has_a_line_for_each_weight():
    figure = network(dense())
    assert count(figure, "path") == 2 * 3 + 3 * 1
    assert count(figure, "circle") == 2 * (2 + 3 + 1)
    assert str(figure).splitlines() == [
        "Sequential",
        "input: 2 units",
        "Linear, Tanh: 3 units",
        "Linear: 1 unit",
    ]


def test_the_sign_of_a_weight_is_a_colour_and_a_dash():
    model = nn.Sequential(nn.Linear(2, 1))
    model[0].weight.data[...] = [[1.0, -0.5]]
    lines = list(ElementTree.fromstring(network(model).svg).iter(f"{SVG}path"))
    assert [line.get("stroke-dasharray") for line in lines] == [None, "6 3"]
    assert [line.get("stroke-width") for line in lines] == ["4.00", "2.20"]


def test_an_input_fills_in_the_activations():
    model = nn.Sequential(nn.Linear(2, 1), nn.Tanh())
    model[0].weight.data[...] = [[1.0, 0.0]]
    model[0].bias.data[...] = 0.0
    assert {"0.5", "0.46"} <= set(texts(network(model, [[0.5, 2.0]])))


def test_many_units_are_abbreviated():
    figure = network(dense(inputs=784, hidden=100))
    assert texts(figure).count("⋮") == 2
    assert "784 units" in texts(figure)


def test_a_convolutional_network_is_a_row_of_volumes():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
    figure = network(model, np.zeros((2, 1, 8, 8)))
    assert str(figure).splitlines() == [
        "Sequential", "input: 1 × 8 × 8", "Conv2d: 4 × 6 × 6", "ReLU: 4 × 6 × 6",
        "MaxPool2d: 4 × 3 × 3", "Flatten: 36", "Linear: 10",
    ]  # fmt: skip
    with pytest.raises(DomainError, match="need an input"):
        network(model)


def test_the_model_is_left_as_it_was():
    model = dense()
    before = {path: dict(m.__dict__) for path, m in model.named_modules()}
    network(model, np.ones((1, 2)))
    with pytest.raises(ShapeError):
        network(model, np.ones((1, 5)))
    after = {path: dict(m.__dict__) for path, m in model.named_modules()}
    assert {path: set(d) for path, d in after.items()} == {path: set(d) for path, d in before.items()}
    assert all(m.training for m in model.modules())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: network(3.0), DtypeError, "a module, got float"),
        (lambda: network(nn.Tanh()), DomainError, "no dense"),
        (
            lambda: network(nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1))),
            ShapeError,
            "takes 4 numbers.*gives 3",
        ),
        (lambda: neuron([1.0], 0.0, "tanh", [1.0, 2.0]), ShapeError, r"\(1,\) and \(2,\)"),
        (lambda: neuron([1.0], 0.0, "tahn", [1.0]), DomainError, "no activation 'tahn'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_neuron_shows_its_sum_and_its_output(tmp_path):
    figure = neuron([-3.0, 1.0], 6.5, "tanh", [2.0, 0.5])
    assert {"× −3.0", "Σ 1.0", "tanh", "0.7616", "bias 6.5"} <= set(texts(figure))
    assert figure.save(tmp_path / "neuron.svg").read_text() == figure.svg
    assert figure._repr_mimebundle_()["image/svg+xml"] == figure.svg


def test_the_name_of_an_activation_is_text():
    def f(x):
        return x

    f.__name__ = "<script>"
    assert "<script>" in texts(neuron([1.0], 0.0, f, [1.0]))


FIGURES = [
    lambda: network(dense(), [[0.5, -2.0]]),
    lambda: network(nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(16, 2)), np.ones((1, 1, 4, 4))),
    lambda: neuron([-3.0, 1.0], 6.5, "tanh", [2.0, 0.5]),
]


@pytest.mark.parametrize("make", FIGURES)
def test_a_dark_page_has_every_colour_dark(make):
    svg = make().svg
    root = ElementTree.fromstring(svg)
    dark = {
        (what, light): other
        for what, light, other in re.findall(
            rf'#{root.get("id")} \[(fill|stroke)="(#\w+)"\]{{\1:(#\w+)}}', root.find(f"{SVG}style").text
        )
    }
    assert set(dark) == set(re.findall(r' (fill|stroke)="(#\w+)"', svg))
    panel = dark["fill", root.find(f"{SVG}rect").get("fill")]
    assert panel != root.find(f"{SVG}rect").get("fill")
    for text in root.iter(f"{SVG}text"):
        assert contrast(dark["fill", text.get("fill")], panel) >= 4.5
    for (what, light), other in dark.items():
        if what == "stroke" and other != panel:
            assert contrast(other, panel) >= 3, light


def mixed(colour, share, ground):
    channels = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, ground))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in zip(*channels, strict=True))


def test_the_number_in_a_unit_can_be_read_on_its_tint():
    from viz.diagrams.figure import DARK_OF, NEGATIVE, POSITIVE
    from viz.style import DARK, LIGHT

    root = ElementTree.fromstring(neuron([1.0, -1.0], 0.0, "tanh", [2.0, -2.0]).svg)
    tints = [
        float(circle.get("fill-opacity"))
        for circle in root.iter(f"{SVG}circle")
        if circle.get("fill-opacity")
    ]
    assert max(tints) > 0.3
    for palette, dark in ((LIGHT, False), (DARK, True)):
        for sign in (POSITIVE, NEGATIVE):
            colour = DARK_OF[sign] if dark else sign
            assert contrast(palette.text, mixed(colour, max(tints), palette.panel)) >= 4.5
