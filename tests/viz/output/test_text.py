"""Drawings as text, in terminals of every kind."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, concatenate, scope, tanh
from autograd_core.inspection.terminal import columns, printable
from nn.functional import conv2d, cross_entropy
from tests.viz.output.test_svg import HOSTILE
from viz import draw, neuron
from viz.output.text import LONGEST_NAME, MOST_LINES


def lines(target, **keywords):
    return str(draw(target, **keywords)).splitlines()


def chain(length):
    y = Value(1.0, label="x")
    for _ in range(length):
        y = y * 1.01
    return y


def test_a_wide_graph_is_one_line_for_each_node():
    xs = [Value(float(i), label=f"x{i}") for i in range(30)]
    total = xs[0] * xs[0]
    for x in xs[1:]:
        total = total + x * x
    shown = lines(total)
    assert len(shown) == 30 + 30 + 29
    assert shown[0].split() == ["x0", "(input)", "0.0", "grad", "0.0,", "used", "2×"]
    assert shown[-1].split() == ["L", "=", "v₅₇", "+", "v₅₈", "8555.0", "grad", "1.0"]


def test_a_deep_graph_is_drawn_in_groups_and_says_so():
    shown = lines(chain(600))
    assert len(shown) < 10
    said = next(line for line in shown if line.startswith("601 nodes, 600 operations deep"))
    assert "drawn in groups (force=True draws every node)" in said


def test_a_list_that_is_too_long_is_cut_in_the_middle():
    shown = lines(chain(1000), force=True)
    assert len([line for line in shown if "=" in line or "(input)" in line]) >= MOST_LINES
    assert f"... {1001 - MOST_LINES} more ..." in shown
    assert any(line.startswith("L = ") for line in shown)


def test_an_operation_on_many_arrays_is_cut():
    parts = [Tensor(np.ones(3), requires_grad=True) for _ in range(30)]
    shown = lines(concatenate(parts).sum())
    assert max(len(line) for line in shown) < LONGEST_NAME + 40
    assert any("v₁, v₂, v₃" in line and "…" in line for line in shown)


def test_columns_stand_below_one_another_in_every_script():
    y = tanh(Value(1.0, label="重み") * Value(2.0, label="e\u0301te\u0301") + Value(3.0, label="w"))
    starts = {
        columns(line[: line.index(number)]) for line, number in zip(lines(y), ("1.0", "2.0", "2.0", "3.0"))
    }
    assert len(starts) == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
def test_a_terminal_without_the_characters_of_mathematics_gets_others(encoding):
    code = """
from autograd_core import Value, scope, sigmoid
from nn.functional import conv2d, cross_entropy
from viz import draw, neuron
a, b = Value(-2.0, label="a"), Value(3.0, label="\\u03a9")
with scope("layer"):
    y = sigmoid(a * b + a**2) / 4
for graph in ("forward", "backward", "both"):
    d = draw(y, graph=graph)
    print(d)
    print(d.interactive())
    print(neuron([1.0], 0.5, "tanh", [-2.0]))
    print("=" * 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    *texts, rest = done.stdout.decode(encoding).split("=" * 9)
    assert (len(texts), rest.strip()) == (3, "")
    for text in texts:
        if encoding == "utf-8":
            assert "v₁" in text
            assert "Ω" in text
        else:
            assert "v1" in text
            assert "-2.0" in text
            assert "\\u03a9" in text
            assert "\\u2" not in text  # no sign of the library itself is written as a code


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_is_one_line(label):
    a = Value(1.0, label=label)
    with scope(label):
        y = tanh(a * 2)
    assert len(lines(y)) == 3
    assert "\x1b" not in str(draw(y, title=label))
    printable(str(draw(y)), "ascii").encode("ascii")


def test_the_columns_stay_aligned_when_characters_are_replaced(monkeypatch):
    class Terminal:
        encoding = "ascii"

        def write(self, text):
            pass

        def flush(self):
            pass

    y = tanh(Value(2.0, label="a") ** 2 * Value(3.0, label="Ω"))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Terminal())
        shown = str(draw(y)).splitlines()
    assert shown[0].startswith("a  (input)")
    assert {line.index(v) for line, v in zip(shown, ("2.0", "4.0", "3.0", "12.0", "1.0"))} == {
        shown[0].index("2.0")
    }


def test_a_neuron_is_two_lines():
    assert str(neuron([1.0, -2.0], 0.5, "tanh", [1.0, 2.0])).splitlines() == [
        "z = 1.0 · 1.0 + −2.0 · 2.0 + 0.5 = −2.5",
        "tanh(z) = −0.9866",
    ]


# -- layers and single numbers ------------------------------------------------------------------------


def network():
    net = nn.Sequential(nn.Conv2d(1, 1, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 2))
    for parameter in net.parameters():
        parameter.data[...] = np.arange(parameter.size).reshape(parameter.shape) / 2 - 0.5
    x = Tensor(np.arange(25.0).reshape(1, 1, 5, 5) % 3, label="x")
    return cross_entropy(net(x), np.array([1]))


def test_layers_are_calls_with_what_they_do_and_their_shapes():
    shown = str(draw(network(), layout="layers")).partition("\n\n")[0].splitlines()
    rows = [[part.strip() for part in re.split("  +", line)] for line in shown]
    assert [row[:3] for row in rows[1:]] == [
        ["0: Conv2d", "conv 2×2, 1 → 1, relu", "(1, 1, 5, 5) → (1, 1, 4, 4)"],
        ["2: MaxPool2d", "max 2×2", "(1, 1, 4, 4) → (1, 1, 2, 2)"],
        ["4: Linear", "dense 4 → 2", "flatten (1, 4) → (1, 2)"],
        ["cross_entropy", "log softmax, pick class 1 of 2, mean, L = 0.0002034", "(1, 2) → one number"],
    ]
    assert rows[0] == ["x", "(input)", "(1, 1, 5, 5)"]
    assert rows[1][3].startswith("weight (1, 1, 2, 2), bias (1,), grad norm ")
    assert len({line.index("(1, ") for line in shown[:3]}) == 1


@pytest.mark.parametrize("layout", ["layers", "boxes"])
def test_a_network_says_what_its_grids_say(layout):
    parts = str(draw(network(), layout=layout)).split("\n\n")[1:]
    heads = [part.splitlines()[0] for part in parts]
    assert [head.partition(":")[0] for head in heads] == [
        "convolution 2×2",
        "max pooling 2×2",
        "dense layer",
        "log-softmax",
    ]
    convolution, pooling, dense, _ = (part.splitlines()[1:] for part in parts)
    assert convolution[0].startswith("  c₂₂ = ")
    assert convolution[1] == "  k₀₀ is used 16 times: its gradient is the sum over its uses"
    assert "… 6 more" in convolution[2]
    assert pooling[0].startswith("  m₁₁ = max(")
    assert (
        pooling[-1] == "  The winner takes the whole gradient, the others get none. Of equals the first wins."
    )
    assert dense[0].startswith("  z₁ = ")


def test_the_numbers_that_are_said_are_those_of_the_graph():
    x = Tensor(np.arange(9.0).reshape(1, 1, 3, 3), label="x")
    k = Tensor([[[[1.0, -1.0], [0.5, 2.0]]]], requires_grad=True, label="k")
    y = conv2d(x, k).sum()
    assert str(draw(y)).split("\n\n")[1].splitlines() == [
        "convolution 2×2: map c (1, 1, 2, 2) from image x and kernel k",
        "  c₁₁ = 4 × 1 + 5 × (−1) + 7 × 0.5 + 8 × 2 = 18.5",
        "  k₀₀ is used 4 times: its gradient is the sum over its uses",
        "  ∂L/∂k₀₀ = 1 × 0 + 1 × 1 + 1 × 3 + 1 × 4 = 8",
    ]


def test_what_is_said_is_of_the_moment_of_the_drawing():
    x = Tensor([[1.0, 2.0]], label="x")
    w = Tensor([[3.0], [4.0]], requires_grad=True, label="w")
    drawing = draw((x @ w).sum())
    before = str(drawing)
    w.data[...] = 0.0
    assert str(drawing) == before
    assert "z₀ = 1 × 3 + 2 × 4 = 11" in before


def test_of_graphs_for_which_grids_have_no_room_nothing_is_said():
    x, w = Tensor(np.ones((80, 80)), label="x"), Tensor(np.ones((80, 80)), requires_grad=True, label="w")
    assert "\n\n" not in str(draw((x @ w).sum()))
    assert "\n\n" not in str(draw(tanh(w).sum()))
