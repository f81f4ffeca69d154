"""The step-by-step page at work, by mouse and by keyboard, where there is a browser (conftest.py)."""

import re

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, scope, tanh
from tests.viz.output.test_svg import contrast
from viz import draw

# The names of the boxes, and of those that the keyboard is on, light up, are chosen ...
NAMES = "gs => gs.map(g => g.getAttribute('aria-label').split(',')[0].split(' =')[0]).sort()"


def neuron(**keywords):
    w, x, b = Value(-3.0, label="w"), Value(2.0, label="x"), Value(6.9, label="b")
    return draw(tanh(w * x + b), **keywords)


def scoped(**keywords):
    x = Value(0.5, label="x")
    with scope("first"):
        y = tanh(x * 2)
    with scope("second"):
        y = tanh(y * 3)
    return draw(y * 5, **keywords)


def chain(length, **keywords):
    x = Value(0.5, label="x")
    y = x
    for _ in range(length - 1):
        y = tanh(y)
    return draw(y, **keywords)


@pytest.fixture
def page(visit):
    return visit(neuron().interactive().html)


def step(page):
    return int(page.locator("body").get_attribute("data-step"))


def said(page):
    return page.locator("#said").text_content()


def about(page):
    return page.locator("#about").inner_text()


def box(page, name):
    return page.locator(f'.view:not([hidden]) .node[aria-label^="{name}"]').first


def named(page, selector):
    return page.locator(f".view:not([hidden]) {selector}").evaluate_all(NAMES)


def shown(page):
    return [text.text_content().strip() for text in page.locator(".node > text").all() if text.is_visible()]


def on(page):
    """The name of the box that has the focus, or the id of the control."""
    return page.evaluate(
        "() => { const e = document.activeElement;"
        " return e.matches('.node') ? e.getAttribute('aria-label').split(/,| =/)[0] : e.id }"
    )


def test_values_appear_forwards_and_gradients_backwards(page):
    steps = [(said(page), shown(page))]
    for _ in range(9):
        page.keyboard.press("ArrowRight")
        steps.append((said(page), shown(page)))
    assert steps[0][0] == "Start: the inputs are known."
    assert "−3.0" in steps[0][1]
    assert "−6.0" not in steps[0][1]
    assert steps[1][0] == "Step 1 of 9, forward: v₁ = w × x = −6.0"
    assert "−6.0" in steps[1][1]
    assert not any("grad" in text for text in steps[3][1])
    assert steps[4][0] == "Step 4 of 9, backward: ∂L/∂L = 1.0"
    assert [sum("grad" in text for text in found) for _, found in steps] == [0, 0, 0, 0, 1, 2, 3, 4, 5, 6]


BUTTONS = [("last", 9), ("back", 8), ("first", 0), ("back", 0), ("step", 1), ("last", 9), ("step", 9)]


def test_the_buttons_by_mouse(page):
    for button, reached in BUTTONS:
        page.locator(f"#{button}").click(force=True)
        assert step(page) == reached


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_buttons_by_keyboard_keep_the_focus_at_the_ends(page, key):
    for button, reached in BUTTONS:
        page.locator(f"#{button}").focus()
        page.keyboard.press(key)
        assert (step(page), on(page)) == (reached, button)


def test_a_button_that_leads_nowhere_says_so(page):
    def disabled():
        return [
            page.locator(f"#{name}").get_attribute("aria-disabled")
            for name in ("first", "back", "step", "last")
        ]

    assert disabled() == ["true", "true", "false", "false"]
    page.keyboard.press("End")
    assert disabled() == ["false", "false", "true", "true"]


def test_keys_step_and_jump(page):
    for key, reached in [
        ("End", 9),
        ("ArrowLeft", 8),
        ("Home", 0),
        ("ArrowRight", 1),
        ("Control+ArrowRight", 1),
    ]:
        page.keyboard.press(key)
        assert step(page) == reached


def test_the_slider_by_mouse_and_by_keyboard(page):
    slider = page.locator("#jump")
    size = slider.bounding_box()
    slider.click(position={"x": size["width"] - 3, "y": size["height"] / 2})
    assert step(page) == 9
    for key, reached in [("ArrowLeft", 8), ("Home", 0), ("ArrowRight", 1)]:
        page.keyboard.press(key)
        assert (step(page), on(page)) == (reached, "jump")
    assert slider.get_attribute("aria-valuetext") == said(page)


def test_play_runs_to_the_end_at_the_speed_that_is_chosen(page):
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.locator("#play").click()
    page.clock.run_for(3_700)
    assert (step(page), page.locator("#play").text_content()) == (3, "Pause")
    page.locator("#speed").select_option("4")
    page.clock.run_for(700)
    assert step(page) == 5
    page.locator("#play").press("Enter")
    page.clock.run_for(5_000)
    assert (step(page), page.locator("#play").text_content()) == (5, "Play")
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.clock.run_for(5_000)
    assert (step(page), page.locator("#play").text_content()) == (9, "Play")
    page.keyboard.press("Space")
    assert step(page) == 0


def test_the_speed_by_keyboard(page):
    page.locator("#speed").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#speed").input_value() == "2"
    assert step(page) == 0


def test_steps_are_read_aloud_by_hand_but_not_while_it_plays(page):
    status = page.locator("#said")
    assert (status.get_attribute("role"), status.get_attribute("aria-live")) == ("status", "polite")
    page.keyboard.press("Space")
    assert status.get_attribute("aria-live") == "off"
    page.keyboard.press("ArrowRight")
    assert status.get_attribute("aria-live") == "polite"
    assert said(page).startswith("Step 1 of 9, forward: ")


def test_a_click_chooses_a_box_and_shows_its_chain_rule(page):
    box(page, "w").click()
    assert "∂L/∂w = ∂L/∂v₁ · ∂v₁/∂w" in about(page)
    assert "The numbers arrive in step" in about(page)
    page.keyboard.press("End")  # the arrow keys still step: a click does not enter the drawing
    assert step(page) == 9
    assert "= 0.4869 · 2.0" in about(page)
    assert "= 0.9738" in about(page)
    assert box(page, "w").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert named(page, ".chosen") == []
    box(page, "b").click()
    box(page, "b").click()
    assert named(page, ".chosen") == []


def test_the_drawing_is_one_stop_of_the_tab_key(page):
    page.locator("#speed").focus()
    stops = []
    for _ in range(2):
        page.keyboard.press("Tab")
        stops.append(on(page))
    assert stops[0] == "w"
    assert stops[1] == ""
    assert page.locator('.node[tabindex="0"]').count() == 1


def test_arrow_keys_walk_along_the_arrows(page):
    page.keyboard.press("ArrowRight")
    page.locator("#speed").focus()
    page.keyboard.press("Tab")
    assert on(page) == "v₁"  # where the computation is
    for key, reached in [("ArrowRight", "v₂"), ("ArrowRight", "L"), ("ArrowRight", "L"), ("ArrowLeft", "v₂")]:
        page.keyboard.press(key)
        assert on(page) == reached
    page.keyboard.press("Home")
    assert on(page) == "w"
    page.keyboard.press("End")
    assert on(page) == "L"
    visited = {on(page)}
    for key in ("Home", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        visited.add(on(page))
    assert {"w", "x", "b"} <= visited
    assert step(page) == 1


def test_in_the_drawing_keys_choose_and_step(page):
    page.locator("#speed").focus()
    page.keyboard.press("Tab")
    for key, chosen in [("Enter", ["w"]), ("Enter", []), ("Space", ["w"]), ("Escape", [])]:
        page.keyboard.press(key)
        assert named(page, ".chosen") == chosen
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    assert (step(page), on(page)) == (1, "w")


@pytest.mark.parametrize(
    ("keywords", "onward"),
    [({}, "ArrowRight"), ({"direction": "TB"}, "ArrowDown"), ({"graph": "backward"}, "ArrowLeft")],
)
def test_walking_follows_the_direction_of_the_drawing(visit, keywords, onward):
    page = visit(neuron(**keywords).interactive().html)
    box(page, "w").focus()
    for reached in ("v₁", "v₂", "L"):
        page.keyboard.press(onward)
        assert on(page) == reached


def test_what_has_the_focus_is_seen_and_read(page):
    page.keyboard.press("End")
    page.locator("#speed").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    node = box(page, "w")
    assert node.get_attribute("aria-label") == "w, value −3.0, gradient 0.9738"
    width = "g => Number.parseFloat(getComputedStyle(g.querySelector(':is(path, polygon)')).strokeWidth)"
    assert node.evaluate(width) >= 3
    for control in ("first", "play", "jump", "speed"):
        page.locator(f"#{control}").focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        outline = page.locator(f"#{control}").evaluate("e => getComputedStyle(e).outlineStyle")
        assert (on(page), outline) == (control, "solid")


def test_pointing_and_focus_light_the_paths_from_and_to_a_box(page):
    box(page, "v₁").hover()
    assert named(page, ".node.lit") == ["L", "v₁", "v₂", "w", "x"]
    assert page.locator(".edge.lit").count() == 4
    page.locator("h1").hover()
    assert named(page, ".lit") == []
    box(page, "b").focus()
    assert named(page, ".node.lit") == ["L", "b", "v₂"]


def test_detail_switches_between_every_node_and_one_box_for_each_scope(visit):
    page = visit(scoped().interactive().html)
    assert page.locator("#detail option").all_text_contents() == ["every node", "one box for each scope"]
    page.keyboard.press("ArrowRight")
    assert named(page, ".node.now") == ["v₁"]
    page.locator("#detail").select_option("1")
    assert named(page, ".node[data-key]") == ["L", "first", "second"]
    assert named(page, ".node.now") == ["first"]
    assert step(page) == 1
    box(page, "first").click()
    assert about(page).splitlines() == ["first", "x = 0.5", "v₁ = x × 2 = 1.0", "v₂ = tanh(v₁)"]
    page.keyboard.press("End")
    assert "∂L/∂v₁ =" in about(page)
    assert named(page, ".node.paid") == ["L", "first", "second"]
    box(page, "second").focus()
    page.keyboard.press("ArrowRight")
    assert on(page) == "L"
    page.locator("#detail").focus()
    page.keyboard.press("ArrowUp")
    assert (named(page, ".node.chosen"), step(page)) == ([], 11)
    box(page, "v₂").click()
    page.locator("#detail").select_option("1")
    assert named(page, ".node.chosen") == ["first"]


def test_a_drawing_without_scopes_has_nothing_to_switch(page):
    assert page.locator("#detail").count() == 0


def test_deep_scopes_close_level_by_level(visit):
    model = nn.Sequential(
        nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Sequential(nn.Linear(3, 1), nn.Tanh())
    )
    page = visit(draw(lambda x: model(x).sum(), Tensor([[0.5, -1.0]]), layout="boxes").interactive().html)
    counts = []
    for option in page.locator("#detail option").all():
        page.locator("#detail").select_option(option.get_attribute("value"))
        counts.append(page.locator(".view:not([hidden]) .node[data-key]").count())
    assert len(counts) > 2
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    "keywords",
    [{"graph": "both"}, {"highlight": ["L", "v₁"]}, {"heat": True}, {"theme": "dark"}, {"direction": "RL"}],
    ids=str,
)
def test_every_kind_of_drawing_steps_to_the_end_in_every_detail(visit, keywords):
    page = visit(scoped(**keywords).interactive().html)
    for detail in page.locator("#detail option").all():
        page.locator("#detail").select_option(detail.get_attribute("value"))
        page.keyboard.press("Home")
        for _ in range(11):
            page.keyboard.press("ArrowRight")
        assert step(page) == 11
        assert page.locator(".view:not([hidden]) .node.now").count() == 1


def test_in_a_drawing_of_both_directions_gradients_flow_along_the_dashed_arrows(visit):
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    page = visit(draw(a * b, graph="both").interactive().html)
    dashed = "edges => edges.map((g) => g.classList.contains('cotangent'))"
    page.locator("#step").click()
    assert page.locator(".edge.flow").evaluate_all(dashed) == [False, False]
    page.locator("#last").click()
    assert page.locator(".edge.flow").evaluate_all(dashed) == [True]


@pytest.mark.parametrize("reduced", [False, True])
def test_arrows_flow_unless_the_reader_wants_less_motion(visit, reduced):
    page = visit(neuron().interactive().html, reduced_motion="reduce" if reduced else "no-preference")
    page.keyboard.press("ArrowRight")
    assert page.locator(".edge.flow").count() == 2
    assert page.evaluate("document.getAnimations().length") == (0 if reduced else 2)


COLOURS = """() => {
  const found = [];
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
  };
  for (const e of document.querySelectorAll("h1, h2, p, button, select, label, kbd, #about div, #about pre, .later"))
    if (e.tagName !== "TEXT" && e.textContent.trim()) found.push([e.id || e.tagName, getComputedStyle(e).color, ground(e)]);
  for (const g of document.querySelectorAll(".node[data-key]")) {
    const fill = getComputedStyle(g.querySelector(":is(path, polygon):not([fill=none])")).fill;
    for (const text of g.querySelectorAll("text")) found.push([text.textContent, getComputedStyle(text).fill, fill]);
  }
  const panel = getComputedStyle(document.querySelector(".panel")).fill;
  for (const text of document.querySelectorAll(".edge text, .legend text"))
    found.push([text.textContent, getComputedStyle(text).fill, panel]);
  return found;
}"""


def hexadecimal(colour):
    return "#" + "".join(f"{int(float(c)):02x}" for c in re.findall(r"[\d.]+", colour)[:3])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("keywords", [{}, {"graph": "backward"}])
def test_text_can_be_read_in_both_themes(visit, theme, keywords):
    page = visit(scoped().interactive().html, color_scheme=theme)
    page.keyboard.press("End")
    found = page.evaluate(COLOURS)
    assert len(found) > 20
    panel = hexadecimal(page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor"))
    assert (panel < "#888888") == (theme == "dark")
    for what, colour, ground in found:
        assert contrast(hexadecimal(colour), hexadecimal(ground)) >= 4.5, what


OVERFLOWING = """() => {
  const found = [];
  for (const g of document.querySelectorAll(".view .node[data-key]")) {
    const box = g.querySelector(":is(path, polygon)").getBoundingClientRect();
    for (const text of g.querySelectorAll("text")) {
      const inside = text.getBoundingClientRect();
      const beyond = Math.max(box.left - inside.left, inside.right - box.right, box.top - inside.top, inside.bottom - box.bottom);
      if (inside.width && beyond > 1) found.push([text.textContent, beyond]);
    }
  }
  return found;
}"""


def long_names():
    a = Value(123456.789, label="WWWWWWWWWWWWWWWWWWWWWWWWWWWW")
    b = Value(-1.23456e-7, label="weight of the connection from the third pixel")
    y = tanh(a * b + 1e-5)
    y.label = "größe_Ω_重み"
    return y


def layers():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 1))
    return draw(lambda x: model(x).sum(), Tensor(np.ones((1, 1, 4, 4)), label="image"))


@pytest.mark.parametrize(
    "drawing",
    [
        neuron,
        scoped,
        layers,
        lambda: draw(long_names()),
        lambda: draw(long_names(), graph="backward"),
        lambda: draw(long_names(), direction="TB"),
        lambda: chain(200),
    ],
    ids=["neuron", "scopes", "layers", "long names", "backward", "downwards", "compact"],
)
def test_no_label_overflows_its_box(visit, drawing):
    page = visit(drawing().interactive().html)
    page.keyboard.press("End")
    assert page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize(
    "label", ["<script>document.title='x'</script>", "'\"\\{}`${1}", "</script><b>", "🎉\n{0}"]
)
def test_hostile_labels_are_shown_as_text(visit, label):
    y = tanh(Value(1.0, label=label) * 2)
    page = visit(draw(y, title="safe").interactive().html)
    page.keyboard.press("End")
    assert page.title() == "safe"
    assert page.locator("b").count() == 0
    shortened = " ".join(label.split()) if len(label) <= 28 else label[:27] + "…"
    assert (
        page.locator(".node").first.get_attribute("aria-label") == f"{shortened}, value 1.0, gradient 0.1413"
    )


def test_a_page_without_a_backward_pass_says_why(visit):
    page = visit(draw([Value(1.0) * 2, Value(2.0) * 3]).interactive().html)
    page.keyboard.press("End")
    assert "There is no backward pass: there are 2 outputs" in about(page)


@pytest.mark.parametrize("keywords", [{}, {"graph": "backward"}])
def test_four_hundred_nodes_step_to_the_end(visit, keywords):
    page = visit(chain(400, **keywords).interactive().html)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert step(page) == 799
    assert "∂L/∂x" in said(page)


def test_stepping_scrolls_the_drawing_and_not_the_page(visit):
    page = visit(chain(60).interactive().html, viewport={"width": 600, "height": 300})
    page.keyboard.press("ArrowRight")
    before = page.evaluate("scrollY")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("scrollY") == before
    page.locator("#first").click()
    for _ in range(58):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.getElementById('figure').scrollLeft") > 0
