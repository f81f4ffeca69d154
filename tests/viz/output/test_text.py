"""Drawings as text, in terminals of every kind."""

import os
import subprocess
import sys

import numpy as np
import pytest

from autograd_core import Tensor, Value, concatenate, scope, tanh
from autograd_core.inspection.terminal import columns, printable
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
