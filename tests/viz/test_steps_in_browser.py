"""The step-by-step page at work, where there is a browser (conftest.py)."""

import pytest

from autograd_core import Value, tanh
from tests.viz.browser import driven, opened
from viz import draw

HELP = """
const press = (key, target = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const said = () => document.getElementById("said").textContent;
const about = () => document.getElementById("about").innerText;
const shown = () => [...document.querySelectorAll(".node > text")]
  .filter((t) => getComputedStyle(t).visibility === "visible").map((t) => t.textContent.trim());
const box = (name) => document.querySelector(`.node[aria-label^="${name}"]`);
"""


def neuron():
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
    return draw(tanh(w * x + b))


def found(page, script, folder):
    return driven(page, HELP + script, folder)


def test_the_policy_lets_the_page_run(tmp_path):
    assert 'data-step="0"' in opened(neuron().interactive().html, tmp_path)


def test_values_appear_forwards_and_gradients_backwards(tmp_path):
    script = """
      const seen = [[said(), shown()]];
      for (let i = 0; i < 9; i++) { press("ArrowRight"); seen.push([said(), shown()]); }
      return seen;"""
    steps = found(neuron().interactive().html, script, tmp_path)
    assert steps[0][0] == "Start: the inputs are known."
    assert "−3.0" in steps[0][1]
    assert "−6.0" not in steps[0][1]
    assert steps[1][0] == "Step 1 of 9, forward: v₁ = w × x = −6.0"
    assert "−6.0" in steps[1][1]
    assert not any("grad" in text for text in steps[3][1])
    assert steps[4][0] == "Step 4 of 9, backward: ∂L/∂L = 1.0"
    assert [sum("grad" in text for text in step[1]) for step in steps] == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]


def test_keys_slider_buttons_and_choice(tmp_path):
    script = """
      const seen = {};
      press("End"); seen.end = document.body.dataset.step;
      press("ArrowLeft"); seen.left = document.body.dataset.step;
      press("Home"); seen.home = document.body.dataset.step;
      const jump = document.getElementById("jump");
      jump.value = 5; jump.dispatchEvent(new Event("input")); seen.jump = document.body.dataset.step;
      document.getElementById("step").click(); seen.step = document.body.dataset.step;
      document.getElementById("back").click(); seen.back = document.body.dataset.step;
      press("Home"); box("w").dispatchEvent(new MouseEvent("click", { bubbles: true })); seen.early = about();
      press("End"); seen.late = about();
      press("Escape"); press("Enter", box("b")); seen.enter = about();
      return seen;"""
    seen = found(neuron().interactive().html, script, tmp_path)
    assert [seen[key] for key in ("end", "left", "home", "jump", "step", "back")] == [
        "9",
        "8",
        "0",
        "5",
        "6",
        "5",
    ]
    assert "∂L/∂w = ∂L/∂v₁ · ∂v₁/∂w" in seen["early"]
    assert "The numbers arrive in step" in seen["early"]
    assert "= 0.4869 · 2.0" in seen["late"]
    assert "= 0.9738" in seen["late"]
    assert seen["enter"].startswith("b\n")


def test_space_plays_to_the_end_and_pauses(tmp_path):
    script = """
      document.getElementById("speed").value = "16";
      press(" "); const playing = document.getElementById("play").textContent;
      press(" "); const paused = document.getElementById("play").textContent;
      press(" ");
      await new Promise((done) => setTimeout(done, 5000));
      return [playing, paused, document.body.dataset.step, document.getElementById("play").textContent];"""
    assert found(neuron().interactive().html, script, tmp_path) == ["Pause", "Play", "9", "Play"]


def test_focus_lights_the_paths_from_and_to_a_box(tmp_path):
    script = """
      box("v₁").dispatchEvent(new MouseEvent("mouseenter"));
      const lit = [...document.querySelectorAll(".node.lit")].map((g) => g.getAttribute("aria-label"));
      box("v₁").dispatchEvent(new MouseEvent("mouseleave"));
      return [lit.sort(), document.querySelectorAll(".lit").length];"""
    lit, rest = found(neuron().interactive().html, script, tmp_path)
    assert lit == sorted(["w", "x", "v₁ = w × x", "v₂ = v₁ + b", "L = tanh(v₂)"])
    assert rest == 0


@pytest.mark.parametrize(
    "label", ["<script>document.title='x'</script>", "'\"\\{}`${1}", "</script><b>", "🎉\n{0}"]
)
def test_hostile_labels_are_shown_as_text(label, tmp_path):
    y = tanh(Value(1.0, label=label) * 2)
    page = draw(y, title="safe").interactive().html
    script = 'press("End"); return [document.title, document.querySelectorAll("b").length, document.querySelector(".node").getAttribute("aria-label")];'
    assert found(page, script, tmp_path) == [
        "safe",
        0,
        " ".join(label.split())[:28].strip() if len(label) <= 28 else label[:27] + "…",
    ]


@pytest.mark.parametrize("keywords", [{}, {"graph": "backward"}])
def test_four_hundred_nodes_step_without_an_error(keywords, tmp_path):
    x = Value(0.5, label="x")
    y = x
    for _ in range(398):
        y = tanh(y)
    script = 'press("ArrowRight"); press("End"); return [document.body.dataset.step, said()];'
    step, said = found(draw(y, **keywords).interactive().html, script, tmp_path)
    assert step == "797"
    assert "∂L/∂x" in said
