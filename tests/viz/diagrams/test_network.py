"""Circles and lines, volumes, one neuron."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import DomainError, DtypeError, GraphError, ShapeError, no_grad
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
    assert count(figure, "path") == 2 * 3 + 3 * 1 + 2  # and two in the legend
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
    assert [line.get("stroke-dasharray") for line in lines[:2]] == [None, "6 3"]
    assert [line.get("stroke-width") for line in lines[:2]] == ["4.00", "2.20"]


def test_an_input_fills_in_the_activations():
    model = nn.Sequential(nn.Linear(2, 1), nn.Tanh())
    model[0].weight.data[...] = [[1.0, 0.0]]
    model[0].bias.data[...] = 0.0
    assert {"0.5", "0.46"} <= set(texts(network(model, [[0.5, 2.0]])))


def test_many_units_are_abbreviated():
    figure = network(dense(inputs=784, hidden=100))
    assert texts(figure).count("⋮") == 2
    assert "784 units" in texts(figure)


def convolutional(*dropouts):
    first, second, third = dropouts or (nn.Identity(), nn.Identity(), nn.Identity())
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU(), first,
        nn.MaxPool2d(2), second, nn.Flatten(), nn.Linear(16, 6), nn.ReLU(), third, nn.Linear(6, 3), nn.Softmax(1),
    )  # fmt: skip


def test_a_convolutional_network_is_a_row_of_volumes():
    figure = network(convolutional().eval(), np.zeros((2, 1, 8, 8)))
    assert str(figure).splitlines() == [
        "Sequential",
        "input: 1 × 8 × 8",
        "Conv2d, BatchNorm2d, ReLU: 4 × 4 × 4; conv 3×3, 1 → 4, stride 2, padding 1",
        "MaxPool2d: 4 × 2 × 2; max 2×2",
        "Linear, ReLU: 6; flatten, dense 16 → 6",
        "Linear, Softmax: 3; dense 6 → 3",
    ]
    assert {"input", "Conv2d", "MaxPool2d", "4 × 4 × 4", "flatten", "padding"} <= set(texts(figure))
    with pytest.raises(DomainError, match="need an input"):
        network(convolutional())


class Residual(nn.Module):
    """Functions between its modules, and a way around two of them."""

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(2, 2, 3, padding="same"), nn.Conv2d(2, 2, 3, padding="same")
        self.pool, self.head = nn.AvgPool2d(3, stride=2, padding=1), nn.Linear(18, 3)

    def forward(self, x):
        y = F.relu(x + self.conv2(F.relu(self.conv1(x))))
        return self.head(F.dropout(self.pool(y).flatten(1), 0.5, training=self.training))


def test_functions_between_modules_stand_at_the_layer_that_they_follow():
    figure = network(Residual(), np.ones((2, 2, 6, 6)))
    assert str(figure).splitlines()[1:] == [
        "input: 2 × 6 × 6",
        "conv1, relu: 2 × 6 × 6; conv 3×3, 2 → 2, padding 1",
        "conv2: 2 × 6 × 6; conv 3×3, 2 → 2, padding 1",
        "+, relu: 2 × 6 × 6",
        "pool: 2 × 3 × 3; mean 3×3, stride 2, padding 1",
        "head: 3; flatten, dense 18 → 3",
    ]


def test_a_way_around_layers_is_an_arrow_of_its_own():
    assert (
        len(re.findall(r'<path d="M[^"]*V[^"]*H[^"]*V', network(Residual(), np.ones((1, 2, 6, 6))).svg)) == 1
    )
    assert not re.findall(
        r'<path d="M[^"]*V[^"]*H[^"]*V', network(convolutional(), np.ones((2, 1, 8, 8))).svg
    )


def test_an_activation_that_is_a_function_is_applied():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(1, 1)

        def forward(self, x):
            return F.relu(self.hidden(x))

    model = Net()
    model.hidden.weight.data[...], model.hidden.bias.data[...] = 1.0, 0.0
    assert str(network(model, [[-2.0]])).splitlines()[-1] == "hidden, relu: 1 unit"
    assert "0" in texts(network(model, [[-2.0]]))
    assert "−2" not in texts(network(model, [[-2.0]]))[2:]


class Watched(nn.Dropout):
    """Dropout that keeps what it has made of ones."""

    def forward(self, input):
        self.made = super().forward(input)
        return self.made


def left_out(model, module, *shape):
    """What the figure says was left out of the layer after which a dropout stands, and what was."""
    figure = network(model, np.ones(shape), training=True)
    return figure, module.made.data[0] == 0


def test_dropped_units_are_crossed_out_as_the_pass_has_dropped_them():
    nn.seed(0)
    watched = Watched(0.5)
    model = nn.Sequential(nn.Linear(2, 8), nn.Sigmoid(), watched, nn.Linear(8, 1))
    figure, gone = left_out(model, watched, 3, 2)
    places = ", ".join(map(str, np.flatnonzero(gone)))
    assert 1 < gone.sum() < 7
    assert str(figure).splitlines()[0] == "Sequential, in training mode"
    assert f"units {places} of 8 dropped" in str(figure)
    crosses = re.findall(r"l26.0 26.0M", figure.svg)
    assert len(crosses) == gone.sum()
    assert figure.svg.count('<g opacity="0.12">') == gone.sum() * (2 + 1)
    assert "left out in this pass, the others × 2" in texts(figure)
    kept = [text for text in texts(figure) if re.fullmatch(r"−?[\d.]+", text)]
    assert len(kept) == 2 + (8 - gone.sum()) + 1


@pytest.mark.parametrize(
    ("dropout", "noun"),
    [(nn.Dropout2d, "channel"), (nn.Dropout, "number"), (nn.FeatureAlphaDropout, "channel")],
)
def test_on_volumes_numbers_or_whole_channels_are_crossed_out(dropout, noun):
    nn.seed(1)
    model = convolutional(dropout(0.5), nn.Identity(), nn.Dropout(0.25))
    figure = network(model, np.random.default_rng(0).random((2, 1, 8, 8)), training=True)
    text = str(figure).splitlines()
    assert re.search(rf"; {noun}s? [\d, ]+ of 4 dropped|; \d+ of 64 numbers dropped", text[2])
    assert re.search(r"; units? [\d, ]+ of 6 dropped|; 0 of 6 units dropped", text[4])
    assert any(entry.startswith("left out in this pass") for entry in texts(figure))


def test_channels_of_a_signal():
    nn.seed(0)
    model = nn.Sequential(
        nn.Conv1d(3, 5, 4, stride=2), nn.Dropout1d(0.5), nn.ConvTranspose1d(5, 2, 4, stride=2)
    )
    lines = str(network(model, np.ones((2, 3, 20)), training=True)).splitlines()
    assert re.fullmatch(
        r"Conv1d, Dropout1d: 5 × 9; conv 4, 3 → 5, stride 2; channels? .* of 5 dropped", lines[2]
    )
    assert lines[3] == "ConvTranspose1d: 2 × 20; convᵀ 4, 5 → 2, stride 2"


def test_without_training_nothing_is_dropped():
    figure = network(
        convolutional(nn.Dropout2d(0.9), nn.Dropout(0.9), nn.Dropout(0.9)), np.ones((2, 1, 8, 8))
    )
    assert "dropped" not in str(figure)
    assert "training" not in str(figure)


def test_a_pass_in_training_mode_leaves_the_model_as_it_was():
    model = convolutional(nn.Dropout2d(0.5), nn.Dropout(0.5), nn.Dropout(0.5))
    model[0].eval()
    before, modes = model.state_dict(), [module.training for module in model.modules()]
    network(model, np.random.default_rng(0).random((4, 1, 8, 8)), training=True)
    assert [module.training for module in model.modules()] == modes
    assert all(np.array_equal(before[name], array) for name, array in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def windows_on(figure):
    """The windows that are drawn, by their corner and size, without those of the legend."""
    found = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="none" '
                       r'stroke="#0b5c9e" stroke-width="2"/>', figure.svg)  # fmt: skip
    return [tuple(map(float, corner)) for corner in found]


def test_a_window_is_as_large_on_its_volume_as_the_kernel():
    (window,) = windows_on(network(nn.Sequential(nn.Conv2d(1, 2, 4, padding=1)), np.ones((1, 1, 8, 8))))
    side = 8 + 14 * np.log2(9)
    assert window[2:] == pytest.approx((side / 2, side / 2), abs=0.06)
    (window,) = windows_on(network(nn.Sequential(nn.Conv2d(1, 2, 2, dilation=3)), np.ones((1, 1, 8, 8))))
    assert window[2:] == pytest.approx((side / 2, side / 2), abs=0.06)


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
        (lambda: network(nn.Tanh(), [[1.0]]), DomainError, "no dense"),
        (lambda: network(dense(), training=True), DomainError, "acts on an input"),
        (
            lambda: network(nn.Sequential(*(nn.Linear(1, 1) for _ in range(41))), [[1.0]]),
            DomainError,
            "42 layers, at most 40",
        ),
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


def test_where_nothing_is_recorded_there_is_nothing_to_read():
    with no_grad(), pytest.raises(GraphError, match=r"outside of no_grad"):
        network(dense(), [[1.0, 2.0]])


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
    lambda: network(
        convolutional(nn.Dropout2d(), nn.Dropout(), nn.Dropout()), np.ones((2, 1, 8, 8)), training=True
    ),
    lambda: network(
        nn.Sequential(nn.Linear(2, 4), nn.Dropout(), nn.Linear(4, 1)), [[1.0, -1.0]], training=True
    ),
    lambda: network(Residual(), np.ones((1, 2, 6, 6))),
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
