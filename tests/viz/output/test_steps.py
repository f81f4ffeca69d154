"""The step-by-step page: what it says, and that it is safe to open."""

import base64
import hashlib
import json
import re

import numpy as np
import pytest

from autograd_core import DomainError, Tensor, Value, relu, scope, tanh
from tests.viz.output.test_svg import HOSTILE
from viz import DrawingError, draw


def neuron():
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
    return tanh(w * x + b)


def story(drawing):
    return drawing.picture.story


def told(drawing):
    return {moment.text: moment for moment in story(drawing).moments}


def data(page):
    return json.loads(
        re.search(r'<script type="application/json" id="story">(.*?)</script>', page, re.DOTALL)[1]
    )


def test_forward_is_every_operation_and_backward_the_order_of_the_sweep():
    found = story(draw(neuron()))
    texts = {moment.key: moment.text for moment in found.moments}
    assert [texts[key] for key in found.forward] == ["v₁ = w × x", "v₂ = v₁ + b", "L = tanh(v₂)"]
    backward = [texts[key].partition(" ")[0] for key in found.backward]
    assert backward[:2] == ["L", "v₂"]
    assert sorted(backward) == ["L", "b", "v₁", "v₂", "w", "x"]
    assert backward.index("v₁") < backward.index("w")


def test_each_node_tells_its_chain_rule_in_symbols_and_numbers():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    y = a * b + a * a
    y.label = "y"
    moment = told(draw(y))["a"]
    assert moment.symbols == "∂y/∂v₁ · ∂v₁/∂a + ∂y/∂v₂ · ∂v₂/∂a + ∂y/∂v₂ · ∂v₂/∂a"
    assert moment.numbers == ("1.0 · (−3.0) + 1.0 · 2.0 + 1.0 · 2.0",)
    assert (moment.gradient, moment.uses) == ("1.0", 3)


def test_arrays_tell_the_rule_that_is_applied():
    X = Tensor(np.ones((3, 2)), label="X")
    W = Tensor(np.ones((2, 4)), requires_grad=True, label="W")
    found = told(draw(relu(X @ W).sum()))
    assert found["W"].symbols == "Xᵀ @ ∂L/∂v₁"
    assert found["v₁ = X @ W"].symbols == "∂L/∂v₂ × [v₁ > 0]"
    assert found["v₂ = relu(v₁)"].symbols == "repeat(∂L/∂L)"
    assert found["X"].gradient == ""


def test_a_sum_of_many_terms_is_cut():
    x = Value(1.0, label="x")
    total = x
    for _ in range(30):
        total = total + x
    assert told(draw(total))["x"].symbols.endswith("… (19 more)")


def test_several_outputs_have_a_forward_pass_only():
    found = story(draw([Value(1.0) * 2, Value(2.0) * 3]))
    assert (len(found.forward), found.backward, found.why) == (2, (), "there are 2 outputs")


def test_a_drawing_of_groups_has_no_steps_but_a_page(tmp_path):
    x = Value(1.0)
    for _ in range(500):
        x = x * 1.01
    with pytest.raises(DrawingError, match="groups of nodes"):
        draw(x).interactive()
    page = draw(x).save(tmp_path / "page.html").read_text()
    assert "<svg" in page
    assert "<script" not in page


def test_the_page_is_saved_by_drawing_and_by_page(tmp_path):
    page = draw(neuron()).interactive()
    assert page.save(tmp_path / "a.html").read_text() == page.html
    assert 'id="story"' in draw(neuron()).save(tmp_path / "b.html").read_text()
    with pytest.raises(DomainError, match=r"an \.html file"):
        page.save(tmp_path / "a.svg")


def test_the_page_needs_no_network_and_its_policy_allows_only_its_own_script():
    html = draw(neuron()).interactive().html
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    script = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    outside = set(
        re.findall(
            r"(?:https?:)?//[\w.]+[^\s\"'<]*", re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
        )
    )
    assert outside == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_stays_text(label):
    a = Value(1.0, label=label)
    with scope(label):
        b = a * 2
    with scope(f"{label}!"):
        y = tanh(b)
    y.label = label
    html = draw(y * 2, title=label).interactive().html
    assert len(re.findall(r"<script\b", html)) == 2
    assert html.count("</script>") == 2
    assert len(data(html)["nodes"]) == 4
    assert len(data(html)["views"]) == 2


def test_notebooks_get_a_picture_and_a_frame_that_may_only_run_scripts():
    bundle = draw(neuron()).interactive()._repr_mimebundle_()
    name = re.match(
        r'<div class="(f-[\w-]+)"><img alt="w  \(input\)[^"]*" src="data:image/svg\+xml;base64,',
        bundle["text/html"],
    )[1]
    assert f"<style>.{name}{{display:none}}</style>" in bundle["text/html"]
    assert re.findall(r'sandbox="([^"]*)"', bundle["text/html"]) == ["allow-scripts"]
    assert bundle["text/plain"].startswith("w  (input)")


@pytest.mark.parametrize("graph", ["forward", "backward"])
def test_every_moment_and_arrow_has_its_place_in_the_drawing(graph):
    drawing = draw((Tensor(np.ones(3), requires_grad=True) * np.arange(3.0)).sum(), graph=graph)
    html = drawing.interactive().html
    keys = set(re.findall(r'data-key="([^"]*)"', html))
    for node in data(html)["nodes"]:
        assert node["key"] in keys
    for tail, head in data(html)["arrows"]:
        assert (f"{tail}-&gt;{head}" if graph == "forward" else f"{head}-&gt;{tail}") in keys
