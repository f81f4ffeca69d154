"""The live page at work, by mouse and by keyboard, where there is a browser (conftest.py)."""

import re

import numpy as np
import pytest

from autograd_core import Value, tanh
from tests.viz.browser import until
from tests.viz.live_pages.examples import NEURON, PAGES, layer, neuron, neuron_loss
from tests.viz.output.test_svg import contrast
from viz import live
from viz.graph.reading import Reading
from viz.style import DARK, LIGHT

PROJECTOR, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
MODES = ["watch", "predict", "descend"]
BOXES = """() => Object.fromEntries([...document.querySelectorAll('#svg .node')].map((g) => [
  g.querySelector('.name').firstChild.data,
  [...g.querySelectorAll('.value, .gradient')].map((t) => t.textContent)]))"""
LABELS = "() => [...document.querySelectorAll('#svg .edge text')].map((t) => t.textContent)"


def number(text):
    return float(text.replace("grad ", "").replace("−", "-"))


def boxes(page):
    return page.evaluate(BOXES)


def said(page):
    return page.locator("#said").text_content()


def about(page):
    return page.locator("#about").inner_text()


def step(page):
    return int(page.locator("body").get_attribute("data-step"))


def choose_mode(page, mode):
    page.locator(f"button[data-mode={mode}]").click()


def give(page, name, x):
    page.locator(f"#inputs input[type=number][aria-label='{name}']").fill(str(x))


def by_the_library(**at):
    loss, _ = neuron_loss(**{**NEURON, **at})
    reading = Reading([loss])
    names, gradients = reading.names(reading.order), reading.cotangents()
    return {names[node]: (node.data, gradients[node]) for node in reading.order}


@pytest.fixture
def page(visit):
    return visit(neuron().html, viewport=PROJECTOR)


# -- Watch


def test_values_appear_forwards_and_gradients_backwards(page):
    assert said(page) == "Start: the inputs are known."
    assert boxes(page)["v₁"] == ["", ""]
    page.keyboard.press("ArrowRight")
    assert said(page) == "Step 1 of 16, forward: v₁ = w · x = 1.2"
    assert boxes(page)["v₁"] == ["1.2", ""]
    page.keyboard.press("End")
    assert said(page) == "Step 16 of 16, backward: ∂L/∂w = 1.131"
    for name, (value, gradient) in by_the_library().items():
        found = [number(text) for text in boxes(page)[name]]
        assert found == pytest.approx([value, gradient], rel=2e-3)


def test_a_local_derivative_is_shown_once_its_value_exists(page):
    counts = [sum(map(bool, page.evaluate(LABELS)))]
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        counts.append(sum(map(bool, page.evaluate(LABELS))))
    assert counts == [0, 2, 4, 5, 7, 9, 10]


def test_formulas_stand_beside_the_numbers(page):
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    text = re.sub(r"\s+", " ", about(page))
    assert "h = tanh(0.8) = 0.664" in text
    assert "∂h/∂v₂ = 1 − tanh(v₂)² = 1 − 0.664² = 0.559" in text
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    text = re.sub(r"\s+", " ", about(page))
    assert "∂L/∂x = ∂L/∂v₁ · ∂v₁/∂x + ∂L/∂y · ∂y/∂x = 1.413 · 1.5 + 2.528 · 1 = 4.648" in text


def test_every_number_follows_the_sliders_and_fields(page):
    page.keyboard.press("End")
    for at in ({"w": -0.75}, {"w": -0.75, "x": 2.5}, {"w": -0.75, "x": 2.5, "b": 1.25, "t": -3}):
        for name, x in at.items():
            give(page, name, x)
        for name, (value, gradient) in by_the_library(**at).items():
            found = [number(text) for text in boxes(page)[name]]
            assert found == pytest.approx(
                [value, gradient], rel=6e-2 if abs(value) < 1e-3 else 6e-3, abs=1e-5
            )
    slider = page.locator("#inputs input[type=range]").first
    slider.focus()
    before = boxes(page)["L"]
    page.keyboard.press("ArrowRight")
    assert boxes(page)["L"] != before
    assert number(boxes(page)["w"][0]) > -0.75


def test_a_field_may_go_beyond_the_slider_and_nonsense_changes_nothing(page):
    give(page, "w", 12)
    assert boxes(page)["w"][0] == "12"
    assert page.locator("#inputs input[type=range]").first.get_attribute("max") == "12"
    give(page, "w", "")
    assert boxes(page)["w"][0] == "12"
    page.locator("#said").click()
    page.locator("button[data-mode=watch]").focus()
    assert page.locator("#inputs input[type=number]").first.input_value() == "12"


def test_a_slider_with_steps_or_choices_stands_at_these_only(visit):
    page = visit(neuron(sliders={"w": (-2, 2, 0.5), "x": [0.1, 1, 10]}).html, viewport=PROJECTOR)
    w, x = page.locator("#inputs input[type=range]").all()
    assert (w.input_value(), x.input_value()) == ("1.5", "1"), "0.8 is nearest to 1"
    w.press("ArrowRight")
    x.press("ArrowRight")
    assert (boxes(page)["w"][0], boxes(page)["x"][0]) == ("2", "10")
    w.press("ArrowRight")
    x.press("ArrowLeft")
    assert (boxes(page)["w"][0], boxes(page)["x"][0]) == ("2", "1")
    assert x.get_attribute("aria-valuetext") == "1"
    give(page, "w", 7)
    assert boxes(page)["w"][0] == "7"
    assert w.input_value() == "2", "it has no place beyond its ends"


def test_the_buttons_and_the_slider_of_the_steps(page):
    for button, reached in [
        ("last", 16),
        ("back", 15),
        ("first", 0),
        ("back", 0),
        ("step", 1),
        ("last", 16),
        ("step", 16),
    ]:
        page.locator(f"#{button}").click(force=True)
        assert step(page) == reached
    disabled = [
        page.locator(f"#{name}").get_attribute("aria-disabled") for name in ("first", "back", "step", "last")
    ]
    assert disabled == ["false", "false", "true", "true"]
    page.locator("#jump").fill("7")
    assert step(page) == 7
    page.locator("#speed").select_option("16")
    page.locator("#play").click()
    until(page, lambda: step(page) == 16)
    assert page.locator("#play").text_content() == "Play"


def test_space_plays_wherever_the_focus_is(page):
    everywhere = page.evaluate(
        """() => { window.all = [...document.querySelectorAll('button, input, select, [tabindex]')]
          .filter((e) => e.checkVisibility()); return all.length; }"""
    )
    assert everywhere > 20
    for k in range(everywhere):
        page.evaluate(f"all[{k}].focus()")
        before = page.evaluate("[document.body.dataset.step, document.body.dataset.mode]")
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Pause", page.evaluate(f"all[{k}].outerHTML")
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Play"
        assert page.evaluate("[document.body.dataset.step, document.body.dataset.mode]") == before


def test_the_keyboard_walks_the_drawing_and_chooses(page):
    page.keyboard.press("End")
    page.locator("#svg .node").first.focus()
    names = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
        names.append(
            page.evaluate("document.activeElement.getAttribute('aria-label').split(' =')[0].split(',')[0]")
        )
    assert names[:4] == ["v₁", "v₂", "h", "v₂"]
    page.keyboard.press("Enter")
    assert about(page).startswith(names[-1])
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("PageUp")
    assert step(page) == 15
    page.keyboard.press("Escape")
    assert page.locator("#svg .chosen").count() == 0


def test_every_control_is_reached_by_tab_and_has_a_name(page):
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => { const e = document.activeElement; return e.id || e.dataset.mode || e.getAttribute('aria-label') || e.tagName; }"""
            )
        )
    assert {
        "watch",
        "predict",
        "descend",
        "first",
        "play",
        "last",
        "jump",
        "speed",
        "w",
        "w, slider",
        "t",
    } <= set(seen)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, [role=button]')].filter((e) =>
          !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length"""
    )
    assert nameless == 0


def test_a_box_says_what_it_is_when_read_aloud(page):
    labels = page.locator("#svg .node").evaluate_all("gs => gs.map((g) => g.getAttribute('aria-label'))")
    assert "w, parameter, value 1.5" in labels
    assert "L = e², not computed yet" in labels
    page.keyboard.press("End")
    labels = page.locator("#svg .node").evaluate_all("gs => gs.map((g) => g.getAttribute('aria-label'))")
    assert "v₁ = w · x, value 1.2, gradient 1.413" in labels


# -- Predict


def answer(page, text):
    page.locator("#answer").fill(text)
    page.keyboard.press("Enter")
    return page.locator("#ask [role=status]").text_content()


def ask_for(page, wanted):
    """Go on with right answers until this is asked for."""
    right = {f"{name} =": value for name, (value, _) in by_the_library().items()}
    right |= {f"∂L/∂{name}?": gradient for name, (_, gradient) in by_the_library().items()}
    for _ in range(20):
        question = page.locator("#question").text_content()
        if wanted in question:
            return
        key = next(key for key in right if f"is {key}" in question)
        assert answer(page, f"{right[key]:.4f}") == "Right."
        page.keyboard.press("Enter")
    raise AssertionError(f"{wanted} was never asked for")


def test_numbers_are_hidden_until_they_are_found(page):
    choose_mode(page, "predict")
    assert page.locator("#question").text_content() == "How large is v₁ = w · x?"
    assert boxes(page)["v₁"] == ["?", ""]
    assert page.evaluate("document.activeElement.id") == "answer"
    assert answer(page, "1,2") == "Right."
    assert boxes(page)["v₁"] == ["1.2", ""]
    assert page.evaluate("document.activeElement.id") == "check"
    page.keyboard.press("Space")
    assert page.locator("#question").text_content() == "How large is v₂ = v₁ + b?"


@pytest.mark.parametrize(
    ("asked", "wrong", "words"),
    [
        ("v₁ =", "-1.2", "The sign is the wrong way round."),
        ("v₁ =", "2.3", "That is w + x; the box says ×."),
        ("v₁ =", "no", "A number, please: −0.42 for example."),
        ("v₁ =", "1.25", "Close. Keep three digits on the way."),
        ("v₁ =", "77", "Not yet. Put the numbers into w · x."),
        ("h =", "0.8", "That is v₂ itself: the function is still missing."),
        ("h =", "0.559", "That is the derivative ∂h/∂v₂. Asked for is the value."),
        ("L =", "2.528", "That is twice the number: the box squares it."),
        ("∂L/∂L", "1.598", "That is its value. How fast does it change with itself?"),
        ("∂L/∂e", "1.264", "The factor 2 of ∂L/∂e = 2 · e is forgotten."),
        ("∂L/∂t", "2.528", "The sign is the wrong way round."),
        ("∂L/∂v₂", "2.528", "That is what arrives from h. The local derivative is forgotten: multiply by ∂h/∂v₂."),
        ("∂L/∂v₂", "0.559", "That is the local derivative only. Multiply by the gradient that arrives, ∂L/∂h."),
        ("∂L/∂v₂", "1.679", "That is multiplied by the value of h, not by its derivative 1 − tanh(v₂)²."),
        ("∂L/∂v₂", "0.9102", "In 1 − tanh(v₂)² the value of h is needed, not that of v₂."),
        ("∂L/∂v₂", "3.087", "The two factors have been added: multiply them."),
        ("∂L/∂v₂", "4.523", "That is divided by the local derivative: multiply."),
        ("∂L/∂x", "2.12", "That is the way through v₁ alone. x is used 2 times: add the way through y."),
        ("∂L/∂x", "5.36", "Along one way factors are multiplied; different ways are added."),
        ("∂L/∂w", "2.12", "The derivative of a product by one factor is the other factor."),
        ("∂L/∂w", "1.5", "That is the value of w. Asked for is its gradient."),
    ],
)  # fmt: skip
def test_a_slip_is_named(page, asked, wrong, words):
    choose_mode(page, "predict")
    ask_for(page, f"is {asked}" if "=" in asked else f"{asked}?")
    assert answer(page, wrong) == words
    assert page.evaluate("document.activeElement.id") == "answer"


def test_the_score_counts_first_tries_and_names_the_slips(page):
    choose_mode(page, "predict")
    answer(page, "-1.2")
    ask_for(page, "v₂ =")
    page.locator("#reveal").click()
    page.keyboard.press("Enter")
    ask_for(page, "∂L/∂w?")
    answer(page, "1.131")
    page.keyboard.press("Enter")
    text = page.locator("#ask").inner_text()
    assert "14 of 16 at the first try" in text
    assert "1 after a slip, 1 shown." in text
    assert "The sign is the wrong way round" in text
    assert boxes(page)["w"] == ["1.5", "grad 1.131"], "in the end nothing is hidden"
    page.locator("#again").click()
    assert page.locator("#question").text_content() == "How large is v₁ = w · x?"
    assert boxes(page)["w"][0]
    assert step(page) == 1


def test_the_questions_ask_for_numbers_that_the_sliders_have(visit):
    page = visit(neuron(sliders={"w": (-2, 2, 0.5), "x": [0.1, 1, 10]}).html, viewport=PROJECTOR)
    choose_mode(page, "predict")
    while not page.locator("#again").count():
        page.locator("#reveal").click()
        page.keyboard.press("Enter")
    page.locator("#again").click()
    assert number(boxes(page)["w"][0]) in np.arange(-2, 2.5, 0.5)
    assert number(boxes(page)["x"][0]) in (0.1, 1, 10)


def test_an_input_that_moves_starts_the_questions_again(page):
    choose_mode(page, "predict")
    ask_for(page, "h =")
    give(page, "w", 2)
    assert step(page) == 1
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "w"
    assert answer(page, "1.6") == "Right."


# -- Descend


def descended(count, rate=0.1, learned="wb"):
    at = dict(NEURON)
    for _ in range(count):
        loss, leaves = neuron_loss(**at)
        loss.backward()
        for name in learned:
            at[name] -= rate * leaves[name].grad
    return neuron_loss(**at)[0].data, at


def test_gradient_steps_are_those_of_the_library(page):
    choose_mode(page, "descend")
    page.locator("#one").click()
    page.locator("#ten").click()
    loss, at = descended(11)
    assert said(page).startswith("11 steps downhill: L = ")
    assert number(said(page).split("= ")[1]) == pytest.approx(loss, rel=1e-2)
    for name in "wb":
        assert number(boxes(page)[name][0]) == pytest.approx(at[name], rel=1e-3)
    assert page.locator("#descent .curve").get_attribute("d").count("L") == 11


def test_a_step_can_be_taken_back_and_all_of_them(page):
    choose_mode(page, "descend")
    page.locator("#ten").click()
    page.locator("#undo").click()
    assert said(page).startswith("9 steps downhill")
    assert number(boxes(page)["w"][0]) == pytest.approx(descended(9)[1]["w"], rel=1e-3)
    page.locator("#over").click()
    assert said(page) == "0 steps downhill: L = 1.598"
    assert boxes(page)["w"][0] == "1.5"


def test_the_rate_and_what_learns_are_chosen(page):
    choose_mode(page, "descend")
    page.locator("#eta").fill("0.25")
    page.get_by_role("button", name="b learns").click()
    assert "b = −0.4 stays" in page.locator("#descent").inner_text()
    page.locator("#one").click()
    _, at = descended(1, 0.25, "w")
    assert number(boxes(page)["w"][0]) == pytest.approx(at["w"], rel=1e-3)
    assert boxes(page)["b"][0] == "−0.4"


def test_the_curve_grows_while_it_plays_and_space_stops_it(page):
    choose_mode(page, "descend")
    page.keyboard.press("Space")
    until(page, lambda: page.locator("#descent .curve").get_attribute("d").count("L") > 3)
    page.keyboard.press("Space")
    taken = said(page)
    page.wait_for_timeout(400)
    assert said(page) == taken


def test_a_rate_that_is_too_large_is_said_to_be(visit):
    page = visit(live(Value(1.0, label="a") ** 2).html)
    choose_mode(page, "descend")
    page.locator("#eta").fill("1e30")
    for _ in range(3):
        page.locator("#ten").click()
    assert "η is too large" in page.locator("#descent").inner_text()


# -- tensors


def test_a_matrix_stands_there_in_full_and_its_cells_can_be_chosen(visit):
    page = visit(layer().html, viewport=PROJECTOR)
    page.keyboard.press("End")
    story = layer()._story
    box = next(box for box in story.boxes if box.name == "W")
    texts = boxes(page)["W"]
    assert len(texts) == 72
    expected = np.ravel(story.reading.cotangents()[box.node])
    assert [number(t) for t in texts[::2]] == pytest.approx(box.node.data.ravel(), abs=1e-9)
    assert [number(t) for t in texts[1::2]] == pytest.approx(expected, rel=0.5, abs=5e-3)
    page.locator("#svg .node", has=page.locator("title", has_text=re.compile("^W$"))).locator(
        "rect.cell"
    ).nth(7).click(force=True)
    assert "∂L/∂W[1, 1] = ∂L/∂v₁[1] · ∂v₁[1]/∂W[1, 1]" in about(page)
    assert page.locator("#inputs select").evaluate("e => e.selectedOptions[0].text") == "W[1, 1]"
    page.locator("#cell").select_option(label="W[2, 0]")
    assert "∂L/∂W[2, 0]" in about(page)
    give(page, "W[2, 0]", 5)
    assert boxes(page)["W"][2 * 12] == "5"


def test_of_a_matrix_one_number_is_asked_for(visit):
    page = visit(layer(2, 2).html, viewport=PROJECTOR)
    choose_mode(page, "predict")
    assert page.locator("#question").text_content() == "How large is v₁[0] = W[0, 0] · x[0] + W[0, 1] · x[1]?"
    story = layer(2, 2)._story
    value = next(box for box in story.boxes if box.name == "v₁").node.data
    w, x = (next(box.node.data for box in story.boxes if box.name == name) for name in "Wx")
    assert answer(page, f"{w[0, 1] * x[1]:.4f}") == "The term with W[0, 0] is missing."
    assert answer(page, f"{value[0]:.4f}") == "Right."


# -- fits, is readable, prints whole

INSIDE = """() => {
  const wrong = [];
  for (const g of document.querySelectorAll('#svg .node')) {
    const box = g.querySelector('.shape').getBBox();
    for (const t of g.querySelectorAll('text')) {
      const b = t.getBBox();
      if (t.textContent && (b.x < box.x - 1 || b.x + b.width > box.x + box.width + 1 || b.y < box.y - 3 || b.y + b.height > box.y + box.height + 3))
        wrong.push(t.textContent);
    }
  }
  return wrong;
}"""


OVERLAPS = """() => {
  const hit = (a, b) => a.x + 3 < b.x + b.width && b.x + 3 < a.x + a.width && a.y + 3 < b.y + b.height && b.y + 3 < a.y + a.height;
  const labels = [...document.querySelectorAll('#svg .edge text')].filter((t) => t.textContent).map((t) => t.getBBox());
  const shapes = [...document.querySelectorAll('#svg .shape')].map((s) => s.getBBox());
  return labels.flatMap((a, i) => [...labels.slice(i + 1), ...shapes].filter((b) => hit(a, b))).length;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_projector_and_a_phone(visit, name):
    html = PAGES[name]().html
    page = visit(html, viewport=PROJECTOR)
    for mode in MODES:
        choose_mode(page, mode)
        if mode != "predict":
            page.keyboard.press("End")
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size == [1280, 720], mode
        assert page.evaluate(INSIDE) == [], "no text leaves its box"
        assert page.evaluate(OVERLAPS) == 0, "no label meets another or a box"
    phone = visit(html, viewport=PHONE)
    for mode in MODES:
        choose_mode(phone, mode)
        assert phone.evaluate("document.documentElement.scrollWidth") == 390, mode
        assert phone.evaluate(OVERLAPS) == 0


def test_a_wide_graph_shows_the_surroundings_of_the_box_or_the_whole(visit):
    x = Value(0.5, label="x")
    y = x
    for _ in range(30):
        y = tanh(y)
    page = visit(live(y).html, viewport=PROJECTOR)
    width = "document.getElementById('svg').viewBox.baseVal.width"
    near = page.evaluate(width)
    assert 860 < near < 1150, "the type keeps its size"
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    inside = """() => { const box = document.querySelector('.now .shape').getBoundingClientRect(),
      frame = document.getElementById('figure').getBoundingClientRect();
      return frame.left <= box.left && box.right <= frame.right; }"""
    assert page.evaluate(inside)
    page.locator("#overview").click()
    assert page.evaluate(width) > 3000
    assert page.locator("#overview").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("name", ["neuron", "layer"])
def test_on_paper_nothing_is_cut_off(visit, name):
    page = visit(PAGES[name]().html, viewport=PROJECTOR)
    page.keyboard.press("End")
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    cut = page.evaluate(
        """() => { const frame = document.getElementById('figure').getBoundingClientRect();
          const out = [...document.querySelectorAll('#svg .shape')].filter((s) => { const b = s.getBoundingClientRect();
            return b.left < frame.left || b.right > frame.right || b.top < frame.top || b.bottom > frame.bottom; });
          const scrolls = [...document.querySelectorAll('.side, .about, .main')].filter((e) => e.scrollHeight > e.clientHeight + 1);
          return [out.length, scrolls.length, frame.height > 200]; }"""
    )
    assert cut == [0, 0, True]


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_apart_and_read(colours):
    fills = [*colours.fills.values(), colours.panel, colours.cluster]
    for fill in fills:
        assert contrast(colours.text, fill) >= 4.5
        assert contrast(colours.gradient, fill) >= 4.5
    for ground in (colours.panel, colours.cluster):
        assert contrast(colours.quiet, ground) >= 4.5
        assert contrast(colours.lines["parameter"], ground) >= 4.5
        assert contrast(colours.lines["input"], ground) >= 4.5
        assert contrast(colours.focus, ground) >= 3
    assert contrast(colours.panel, colours.focus) >= 4.5, "the button that is pressed"


def test_dark_pages_are_dark_and_a_theme_stays(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit(neuron().html, color_scheme="dark").evaluate(ground) == "rgb(21, 24, 29)"
    assert visit(neuron(theme="light").html, color_scheme="dark").evaluate(ground) == "rgb(255, 255, 255)"


def test_nothing_moves_where_movement_is_unwelcome(visit):
    page = visit(neuron().html, reduced_motion="reduce")
    page.keyboard.press("ArrowRight")
    assert page.locator(".flow path").first.evaluate("e => getComputedStyle(e).animationName") == "none"


# -- hostile names, notebooks


def test_hostile_names_stay_text(visit):
    names = ["</script><script>alert(1)</script>", "`${alert(2)}`", "' onfocus='alert(3)"]
    a, b, c = (Value(1.5, label=name) for name in names)
    page = visit(live(tanh(a * b) + c, title="<img src=x onerror=alert(4)>").html, viewport=PROJECTOR)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.keyboard.press("End")
    for mode in MODES:
        choose_mode(page, mode)
    assert page.locator("img").count() == 0
    assert page.locator("h1").text_content().startswith("<img src=x")
    assert page.locator("#inputs b").first.get_attribute("title") == names[0][:27] + "…"
    assert page.locator("#svg script").count() == 0


def test_in_a_notebook_the_page_is_alive_in_a_frame_without_rights(visit):
    page = visit(
        f"<!doctype html><meta charset=utf-8>{neuron()._repr_mimebundle_()['text/html']}", viewport=PROJECTOR
    )
    frame = page.frame_locator("iframe")
    frame.locator("[data-mode=predict]").click()
    frame.locator("#answer").fill("1.2")
    frame.locator("#answer").press("Enter")
    assert frame.locator("#ask [role=status]").text_content() == "Right."


def test_two_hundred_numbers_follow_a_slider_at_once(visit):
    v = [Value(i / 10 - 3, label=f"x{i}") for i in range(67)]
    y = v[0]
    for x in v[1:]:
        y = tanh(y * x)
    page = visit(live(y).html, viewport=PROJECTOR)
    page.keyboard.press("End")
    fastest = page.evaluate(
        """() => { const slider = document.querySelector('#inputs input[type=range]'), times = [];
          for (let k = 0; k < 50; k++) { slider.value = k / 25; const start = performance.now();
            slider.dispatchEvent(new Event('input')); times.push(performance.now() - start); }
          return Math.min(...times); }"""
    )
    assert fastest < 16, "numbers, boxes and sentences within one frame"
