"""Graphviz run by the browser gives the bytes that wasmtime gives, and goes on after an error."""

import base64
import json

import pytest

import nn
from autograd_core import Tensor, Value, tanh
from viz import draw
from viz.output import engines, in_browser
from viz.output.page import asset

PAGE = f"""<!doctype html><title>Graphviz</title><script id="wasm" type="text/plain">%s</script><script>
const bytes = Uint8Array.from(atob(document.getElementById("wasm").textContent), (c) => c.charCodeAt(0));
const begin = {asset("graphviz.js")};
let layout;
const ready = WebAssembly.compile(bytes).then((module) => {{ layout = begin(module); }});
const tried = (dot) => {{
  try {{ return new TextDecoder().decode(layout(dot, "svg")); }} catch (error) {{ return String(error); }}
}};
</script>"""


@pytest.fixture
def layout(visit):
    page = visit(PAGE % base64.b64encode(in_browser.webassembly()).decode())
    page.evaluate("ready")
    return lambda dot: page.evaluate(f"tried({json.dumps(dot)})")


def neuron():
    x, w, b = Value(1.0, label="x"), Value(0.5, label="w"), Value(-0.3, label="b")
    return tanh(x * w + b)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )(Tensor([[[[0.5] * 28] * 28]]))  # fmt: skip


def test_the_same_picture_byte_for_byte(layout):
    drawings = [draw(neuron()), draw(neuron(), direction="TB"), draw(lenet()), draw(lenet(), layout="boxes")]
    for dot in [*(drawing.dot for drawing in drawings), 'digraph { "δ(v₁) <&>" -> "Ŷ 🙂" }']:
        assert layout(dot) == engines.render_svg(dot)


def test_many_pictures_one_after_the_other(layout):
    dots = [f"digraph {{ {'; '.join(f'a{i} -> a{i + 1}' for i in range(n))} }}" for n in range(1, 60)]
    assert [layout(dot) for dot in dots] == [engines.render_svg(dot) for dot in dots]


def test_after_a_text_that_is_no_graph_the_next_one_is_drawn(layout):
    assert layout("digraph {") == "Error: Failed to parse DOT source"
    assert layout("digraph { a -> b }") == engines.render_svg("digraph { a -> b }")
