"""Networks by their layers: a box for each call, its parameters beside it, the shapes on the arrows."""

import re
from pathlib import Path

import numpy as np
import pytest

import nn
import nn.functional as F
from autograd_core import Tensor, Value, ancestors, scope, tanh
from tests.viz import golden
from viz import draw


class Digits(nn.Module):
    """The network of examples/digits.py."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=5, padding="same")
        self.conv2 = nn.Conv2d(32, 32, kernel_size=5, padding="same")
        self.conv3 = nn.Conv2d(32, 64, kernel_size=3, padding="same")
        self.conv4 = nn.Conv2d(64, 64, kernel_size=3, padding="same")
        self.pool, self.dropout = nn.MaxPool2d(2), nn.Dropout(0.25)
        self.hidden, self.output = nn.Linear(256, 128), nn.Linear(128, 10)
        self.dropout_hidden = nn.Dropout(0.5)

    def forward(self, x):
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = self.dropout(self.pool(x))
        x = F.relu(self.conv4(F.relu(self.conv3(x))))
        x = self.dropout(self.pool(x))
        x = F.relu(self.hidden(x.flatten(1)))
        return self.output(self.dropout_hidden(x))


class Block(nn.Module):
    """A residual block."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(4), nn.BatchNorm2d(4)

    def forward(self, x):
        return F.relu(x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


def images(*shape, label="images"):
    return Tensor(np.random.default_rng(0).random(shape), requires_grad=True, label=label)


def digits(count=2):
    nn.seed(0)
    loss = F.cross_entropy(Digits()(images(count, 1, 8, 8)), np.arange(count) % 10)
    return loss.named("loss")


def mlp():
    nn.seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
    return F.cross_entropy(model(images(5, 4, label="x")), [0, 1, 2, 0, 1]).named("loss")


def block():
    nn.seed(0)
    return Block()(images(2, 4, 6, 6, label="x"))


class Loop(nn.Module):
    """A cell that is called for each time of a sequence, and a layer after it."""

    def __init__(self):
        super().__init__()
        self.cell, self.head = nn.GRUCell(3, 4), nn.Linear(4, 2)

    def forward(self, x):
        h = None
        for now in x:
            h = self.cell(now, h)
        return self.head(h)


class Stacked(nn.Module):
    """A recurrent layer between two others."""

    def __init__(self):
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(9, 3), nn.LSTM(3, 4), nn.Linear(4, 9)

    def forward(self, tokens):
        return self.head(self.rnn(self.embed(tokens))[0])


def boxes(drawing):
    """What is written in each box but those of parameters."""
    return [
        (box.name, box.operation, *box.lines)
        for box in drawing.picture.boxes
        if box.kind not in ("parameter", "shared")
    ]


def arrows(drawing):
    """From where to where with what beside it, but for parameters."""
    names = {box.key: box.name for box in drawing.picture.boxes if box.kind not in ("parameter", "shared")}
    return [
        (names[arrow.tail], names[arrow.head], arrow.label)
        for arrow in drawing.picture.arrows
        if arrow.tail in names and arrow.head in names
    ]


def size(drawing):
    found = re.search(r'width="(\d+)pt" height="(\d+)pt"', drawing.svg)
    return int(found[1]), int(found[2])


def test_a_network_has_a_box_for_each_call():
    assert boxes(draw(digits())) == [
        ("images", ""),
        ("conv1", "conv 5×5, 1 → 32", "relu"),
        ("conv2", "conv 5×5, 32 → 32", "relu"),
        ("pool (1 of 2)", "max 2×2"),
        ("dropout (1 of 2)", "× mask, 0.25 dropped"),
        ("conv3", "conv 3×3, 32 → 64", "relu"),
        ("conv4", "conv 3×3, 64 → 64", "relu"),
        ("pool (2 of 2)", "max 2×2"),
        ("dropout (2 of 2)", "× mask, 0.25 dropped"),
        ("hidden", "dense 256 → 128", "relu"),
        ("dropout_hidden", "× mask, 0.5 dropped"),
        ("output", "dense 128 → 10"),
        ("cross_entropy", "log softmax, pick classes 0, 1 of 10, mean", "loss = 2.352"),
    ]


@pytest.mark.parametrize("graph", [digits, mlp, block], ids=lambda graph: graph.__name__)
@pytest.mark.parametrize("theme", ["auto", "print"])
def test_the_picture_is_the_one_that_was_looked_at(graph, theme):
    drawing = draw(graph(), theme=theme)
    golden.check(drawing.svg, Path(__file__).parent, f"layers_{graph.__name__}_{theme}")


def test_the_shapes_stand_on_the_arrows_and_so_does_what_only_changes_them():
    assert arrows(draw(digits()))[-5:] == [
        ("pool (2 of 2)", "dropout (2 of 2)", "(2, 64, 2, 2)"),
        ("dropout (2 of 2)", "hidden", "flatten (2, 256)"),
        ("hidden", "dropout_hidden", "(2, 128)"),
        ("dropout_hidden", "output", "(2, 128)"),
        ("output", "cross_entropy", "(2, 10)"),
    ]


def test_the_parameters_of_a_call_share_one_box_beside_it():
    loss = digits()
    loss.backward()
    picture = draw(loss).picture
    (weights,) = (box for box in picture.boxes if box.name == "weight (32, 1, 5, 5)")
    (conv1,) = (box for box in picture.boxes if box.name == "conv1")
    assert weights.beside == conv1.key
    model_gradient = [
        np.sum(leaf.grad**2)
        for leaf in (loss, *_leaves(loss))
        if leaf.label in ("conv1.weight", "conv1.bias")
    ]
    norm = float(weights.lines[-1].removeprefix("grad norm "))
    assert norm == pytest.approx(float(np.sqrt(sum(model_gradient))), rel=1e-3)
    assert sum(box.kind == "parameter" for box in picture.boxes) == 6


def _leaves(y):
    return [node for node in ancestors([y]) if node.op is None]


def test_every_number_that_is_learned_is_in_one_of_the_boxes():
    loss = digits()
    held = sum(
        int(re.search(r"([\d,]+) parameters?", box.description)[1].replace(",", ""))
        for box in draw(loss).picture.boxes
        if box.kind == "parameter"
    )
    assert held == sum(leaf.size for leaf in _leaves(loss) if leaf.label != "images")


def test_a_shortcut_is_one_arrow_past_the_straight_path():
    drawing = draw(block())
    assert [(a, b) for a, b, _ in arrows(drawing)] == [
        ("x", "conv1"),
        ("conv1", "bn1"),
        ("bn1", "conv2"),
        ("conv2", "bn2"),
        ("x", "+"),
        ("bn2", "+"),
    ]
    main = [arrow.main for arrow in drawing.picture.arrows if arrow.label]
    assert sorted(main) == [False, True, True, True, True, True]
    assert ("bn1", "batch norm", "relu") in boxes(drawing)


def test_the_main_path_is_a_straight_line():
    svg = draw(digits()).svg
    paths = re.findall(r'<path fill="none" stroke="[^"]*" d="M([-\d.]+),([-\d.]+)C([^"]*)"', svg)
    down = [(x, rest) for x, _, rest in paths if f"{x}," in rest]
    assert len(down) == 12  # the arrows between thirteen boxes
    assert {x for x, _ in down} == {down[0][0]}


@pytest.mark.parametrize(
    ("make", "widest", "highest"), [(digits, 480, 1100), (mlp, 480, 400), (block, 500, 500)]
)
def test_drawings_fit_a_page(make, widest, highest):
    width, height = size(draw(make()))
    assert width <= widest
    assert height <= highest


@pytest.mark.parametrize("make", [digits, mlp, block])
@pytest.mark.parametrize("graph", ["forward", "backward", "both"])
def test_no_text_leaves_its_box(make, graph):
    loss = make() if graph == "forward" else make().sum()
    svg = draw(loss, graph=graph).svg
    groups = re.findall(r'<g id="[^"]*" class="node (?!parameter|shared)[^>]*>(.*?)</g>', svg, re.DOTALL)
    assert groups
    for group in groups:
        xs = [
            float(x) for x in re.findall(r"([-\d.]+),[-\d.]+", re.search(r'(?:points|d)="([^"]*)"', group)[1])
        ]
        for text in re.findall(r"<text [^>]*>(.*?)</text>", group):
            letters = len(re.sub(r"<[^>]*>|&#?\w+;", "x", text).strip())
            assert 5.2 * letters < max(xs) - min(xs), text


def test_backward_the_same_boxes_hold_the_gradients_of_the_graph():
    loss = digits()
    forward, backward = draw(loss), draw(loss, graph="backward")
    assert [box.name for box in backward.picture.boxes] == [box.name for box in forward.picture.boxes]
    assert {(b, a) for a, b, _ in arrows(backward)} == {(a, b) for a, b, _ in arrows(forward)}
    (logits,) = (node for node in ancestors([loss]) if node.shape == (2, 10) and node.op.name == "affine")
    logits.retain_grad()
    loss.backward()
    label = next(label for a, b, label in arrows(backward) if (a, b) == ("cross_entropy", "output"))
    assert float(label.removeprefix("norm ")) == pytest.approx(np.linalg.norm(logits.grad), rel=1e-3)


def test_what_is_used_on_two_paths_has_the_sum_in_its_box():
    y = block().sum()
    y.backward()
    drawing = draw(y, graph="backward")
    (x,) = (box for box in drawing.picture.boxes if box.name == "x")
    (leaf,) = (leaf for leaf in _leaves(y) if leaf.label == "x")
    assert x.lines[0].startswith("Σ of 2 paths: norm ")
    assert float(x.lines[0].rpartition(" ")[2]) == pytest.approx(np.linalg.norm(leaf.grad), rel=1e-3)
    assert sorted(label for a, b, label in arrows(drawing) if b == "x") == ["", ""]


def test_depth_closes_calls_and_says_what_is_in_them():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1))
    x = np.ones((4, 2))
    assert [name for name, *_ in boxes(draw(model, x))] == ["input", "0: Linear", "1: Linear"]
    assert [name for name, *_ in boxes(draw(model, x, depth=1))] == ["input", "0: Sequential", "1: Linear"]
    assert boxes(draw(model, x, depth=0))[1][:2] == ("Sequential", "Sequential, Linear")


@pytest.mark.parametrize(
    ("layer", "shape", "told"),
    [
        (nn.Conv2d(4, 6, 3, stride=2, dilation=2, groups=2), (1, 4, 9, 9), "conv 3×3, 4 → 6, stride 2, dilation 2, 2 groups"),
        (nn.Conv1d(4, 6, 3), (1, 4, 9), "conv 3, 4 → 6"),
        (nn.ConvTranspose2d(4, 2, 2, stride=2), (1, 4, 3, 3), "convᵀ 2×2, 4 → 2, stride 2"),
        (nn.MaxPool2d(3, stride=2, padding=1), (1, 4, 9, 9), "max 3×3, stride 2"),
        (nn.AvgPool2d(2), (1, 4, 8, 8), "mean 2×2"),
        (nn.AdaptiveAvgPool2d(1), (1, 4, 8, 8), "mean of 8×8"),
        (nn.BatchNorm2d(4), (2, 4, 3, 3), "batch norm"),
        (nn.BatchNorm2d(4).eval(), (2, 4, 3, 3), "norm by running statistics"),
        (nn.LayerNorm(4), (2, 4), "layer norm"),
        (nn.LayerNorm(4), (2, 3, 4), "layer norm"),
        (nn.GroupNorm(2, 4), (2, 4, 3, 3), "group norm, 2 groups"),
        (nn.InstanceNorm2d(4), (2, 4, 3, 3), "instance norm"),
        (nn.Linear(4, 2, bias=False), (3, 4), "dense 4 → 2"),
    ],
)  # fmt: skip
def test_a_layer_says_what_it_does(layer, shape, told):
    found = boxes(draw(layer, images(*shape), layout="layers"))
    assert found[1][1] == told


def test_the_chosen_class_is_named():
    z = images(1, 5, label="z")
    assert (
        boxes(draw(F.cross_entropy(z, [3]), layout="layers"))[-1][1] == "log softmax, pick class 3 of 5, mean"
    )
    z = images(8, 5, label="z")
    assert "pick 1 of 5" in boxes(draw(F.cross_entropy(z, [3] * 8), layout="layers"))[-1][1]


def test_a_shared_weight_is_one_box_with_an_arrow_to_each_use():
    linear = nn.Linear(3, 3)
    outside = nn.Linear(3, 3)
    picture = draw(lambda x: outside(linear(linear(x))).sum(), images(2, 3, label="x")).picture
    (shared,) = (box for box in picture.boxes if box.kind == "shared")
    assert "used 2×" in shared.lines
    assert sum(arrow.tail == shared.key for arrow in picture.arrows) == 2


def test_scalars_scopes_opened_by_hand_and_single_layers_are_drawn_node_by_node():
    with scope("part"):
        by_hand = tanh(images(2, 3) * 2).sum()
    for target in (by_hand, Value(1.0) * 2, nn.Linear(3, 1)(images(2, 3)).sum()):
        assert not draw(target).picture.layered
    assert draw(mlp()).picture.layered
    assert not draw(mlp(), layout="boxes").picture.layered
    assert not draw(mlp(), force=True).picture.layered


def test_a_deep_network_is_closed_until_it_can_be_read():
    model = nn.Sequential(*(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)) for _ in range(40)))
    picture = draw(model, images(1, 2)).picture
    assert picture.layered
    assert sum(box.kind in ("scope", "output") for box in picture.boxes) == 40


@pytest.mark.parametrize("options", [{}, {"depth": 1}, {"graph": "backward"}, {"graph": "both"}])
def test_layers_are_played_one_at_a_time(options):
    loss = mlp()
    page = draw(loss, **options).interactive()
    assert repr(page) == "<StepPage: 3 steps forward, 6 steps backward>"
    story = draw(loss, **options).picture.story
    (last,) = (moment for moment in story.moments if moment.symbols == "1")
    assert last.text == "cross_entropy: log softmax, pick 1 of 3, mean"
    assert story.backward[0] == story.forward[-1]


def test_drawings_with_closed_scopes_are_played_too():
    x = Value(0.5, label="x")
    with scope("first"):
        y = tanh(x * 2)
    drawing = draw(y * 5 + x, depth=0)
    moments = {moment.text: moment for moment in drawing.picture.story.moments}
    assert moments["first"].gradient == "5.0"
    assert moments["first"].symbols == "∂L/∂v₁ · ∂v₁/∂first"
    assert repr(drawing.interactive()) == "<StepPage: 3 steps forward, 4 steps backward>"


@pytest.mark.parametrize(
    "options", [{"heat": True}, {"highlight": "pool"}, {"theme": "print"}, {"direction": "LR"}]
)
def test_layers_go_with_the_other_options(options):
    drawing = draw(digits(), **options)
    assert drawing.picture.layered
    assert "<svg" in drawing.svg
    if "highlight" in options:
        assert [box.name for box in drawing.picture.boxes if box.emphasis] == [
            "pool (1 of 2)",
            "pool (2 of 2)",
        ]
    if "heat" in options:
        assert all(box.heat is not None for box in drawing.picture.boxes)


def test_the_calls_of_a_loop_are_one_box_with_their_number():
    nn.seed(0)
    drawing = draw(Loop(), np.ones((5, 2, 3)))
    assert boxes(drawing)[:3] == [
        ("x", ""),
        ("h0", ""),
        ("cell (1 of 5) … cell (5 of 5)", "×5  dense 3 → 12, dense 4 → 12"),
    ]
    (shared,) = (box for box in drawing.picture.boxes if box.kind == "shared")
    assert shared.lines[-1] == "used 5×"
    passing = {(arrow.tail, arrow.head): arrow.label for arrow in drawing.picture.arrows}
    assert sorted(passing.values()) == ["", "", "(2, 4)", "(2, 4)", "5 × (2, 3)"]
    assert (
        sum(
            "cell" in box.name
            for box in draw(Loop(), np.ones((5, 2, 3)), layout="layers", fold=False).picture.boxes
        )
        == 5
    )


def test_the_steps_of_a_recurrent_layer_are_one_box():
    nn.seed(0)
    drawing = draw(Stacked(), np.ones((6, 2), int))
    chain = ["embed", "dense 3 → 16", "step 1 … step 6", "stack axis 0", "head"]
    assert [name for name, *_ in boxes(drawing)] == ["h0", "c0", *chain]
    assert "6 × (2, 4)" in {arrow.label for arrow in drawing.picture.arrows}
    assert drawing.interactive()


def test_a_recurrent_layer_alone_shows_its_equations_once():
    nn.seed(0)
    picture = draw(nn.LSTM(3, 4), np.ones((6, 2, 3))).picture
    assert not picture.layered
    inside = [box.operation for box in picture.boxes if box.scope == ("LSTM", "step 1 … step 6 ×6")]
    assert inside.count("σ") == 3
    assert inside.count("tanh") == 2
