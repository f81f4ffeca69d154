"""The page of a training at work, by mouse and by keyboard, where there is a browser (conftest.py)."""

import re

import numpy as np
import pytest

import nn
import nn.functional as F
import viz
from tests.viz.output.test_svg import contrast
from tests.viz.training_pages.trained import (
    ALL,
    convolutional,
    normalized,
    plane,
    regression,
    three_classes,
    two_classes,
)

PROJECTOR, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}


def said(page):
    return page.locator("#said").text_content()


def step(page):
    return int(page.locator("body").get_attribute("data-step"))


def number(text):
    return float(text.replace("−", "-"))


def until(page, holds):
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited ten seconds")


def alike(first, second):
    """Not every way of drawing rounds alike, least of all at the borders of points."""
    return bool(np.abs(first - second).mean() < 1)


def pixels(page, selector="#plot"):
    """What a canvas shows: its colours, ten by ten."""
    found = page.locator(selector).first.evaluate(
        """(e) => { const copy = document.createElement('canvas'), pen = copy.getContext('2d', { willReadFrequently: true });
          copy.width = copy.height = 10;
          pen.imageSmoothingEnabled = false;
          pen.drawImage(e, 0, 0, 10, 10);
          return [...pen.getImageData(0, 0, 10, 10).data]; }"""
    )
    return np.array(found)


@pytest.fixture(scope="module")
def made():
    return two_classes()


@pytest.fixture
def page(visit, made):
    return visit(made[-1].html, viewport=PROJECTOR)


# -- what was recorded


def test_it_opens_at_the_end_and_every_epoch_says_its_numbers(page, made):
    model, (x, y), _, recording, _ = made
    assert step(page) == 5
    for epoch in range(5, -1, -1):
        with recording.at(recording.states[epoch]):
            right = int(((model(x).data > 0) == y).sum())
        assert said(page).endswith(f"{right} of 60 points on the right side.")
        assert said(page).startswith(f"Epoch {epoch} of 5: ")
        if epoch:
            loss = re.search(r"loss ([\d.]+)", said(page))[1]
            assert number(loss) == pytest.approx(recording.numbers["loss"][epoch - 1], rel=1e-2)
        page.keyboard.press("ArrowLeft")


def test_the_buttons_the_slider_and_the_keys(page):
    for button, reached in [("first", 0), ("back", 0), ("step", 1), ("last", 5), ("step", 5), ("back", 4)]:
        page.locator(f"#{button}").click(force=True)
        assert step(page) == reached
    page.locator("#jump").fill("2")
    assert step(page) == 2
    assert page.locator("#jump").get_attribute("aria-valuetext") == said(page)
    for key, reached in [("Home", 0), ("ArrowRight", 1), ("End", 5), ("ArrowLeft", 4)]:
        page.locator("h1").click()
        page.keyboard.press(key)
        assert step(page) == reached


def test_play_shows_the_training_from_its_beginning(page):
    before = pixels(page)
    page.locator("#speed").select_option("4")
    page.locator("#play").click()
    assert page.locator("#play").text_content() == "Pause"
    assert page.locator("#said").get_attribute("aria-live") == "off"
    assert step(page) < 5
    until(page, lambda: step(page) == 5)
    assert page.locator("#play").text_content() == "Play"
    assert page.locator("#said").get_attribute("aria-live") == "polite"
    assert alike(pixels(page), before)


def test_space_plays_wherever_the_focus_is(page):
    everywhere = page.evaluate(
        """() => { window.all = [...document.querySelectorAll('button, input, select')]
          .filter((e) => e.checkVisibility()); return all.length; }"""
    )
    assert everywhere > 20
    page.locator("#speed").select_option("0.5")
    for k in range(everywhere):
        page.keyboard.press("Home")
        page.evaluate(f"all[{k}].focus()")
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Pause", page.evaluate(f"all[{k}].outerHTML")
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Play"
        assert "steps on" not in said(page)


def test_the_curve_marks_the_epoch(page):
    places = []
    for key in ("Home", "ArrowRight", "End"):
        page.keyboard.press(key)
        places.append(float(page.locator("#curve .here").get_attribute("x1")))
    assert places == pytest.approx([52, 52 + 298 / 5, 350])
    assert re.search(
        r"loss by epoch; at epoch 5: training [\d.]+, validation [\d.]+",
        page.locator("#curve").get_attribute("aria-label"),
    )
    page.locator("#measure").select_option("error")
    assert page.locator("#curve").get_attribute("aria-label").startswith("error by epoch; at epoch 5")
    assert page.locator("#curve .line.validation").count() >= 1


# -- the network


def test_every_unit_and_every_weight_is_there(page, made):
    model = made[0]
    assert page.locator(".unit").count() == 2 + 4 + 3 + 1
    assert page.locator(".wires path").count() == 2 * 4 + 4 * 3 + 3
    weights = np.concatenate([model[k].weight.data.astype(np.float32).ravel() for k in (0, 2, 4)])
    signs = page.locator(".wires path").evaluate_all("es => es.map((e) => e.classList.contains('positive'))")
    assert signs == (weights >= 0).tolist()
    widths = page.locator(".wires path").evaluate_all(
        "es => es.map((e) => Number(e.getAttribute('stroke-width')))"
    )
    assert widths == pytest.approx(0.4 + 4.6 * np.abs(weights) / np.abs(weights).max(), abs=0.006)


def test_a_unit_shows_what_it_gives_all_over_the_plane(page, made):
    model, (x, _), _, _, _ = made
    low, high = x.min(axis=0), x.max(axis=0)
    low, high = low - 0.1 * (high - low), high + 0.1 * (high - low)
    unit = page.locator(".unit").nth(2 + 1)
    found = np.array(
        unit.locator("canvas").evaluate(
            """(e) => { const copy = document.createElement('canvas'), pen = copy.getContext('2d', { willReadFrequently: true });
              copy.width = copy.height = 40;
              pen.drawImage(e, 0, 0);
              return [...pen.getImageData(0, 0, 40, 40).data]; }"""
        )
    ).reshape(40, 40, 4)[::-1]
    grid = np.stack(np.meshgrid(*(np.linspace(a, b, 40) for a, b in zip(low, high, strict=True))), axis=-1)
    expected = model[1](model[0](grid.reshape(-1, 2))).data[:, 1].reshape(40, 40)
    strong = np.abs(expected) > 0.1 * np.abs(expected).max()
    bluish = found[..., 2].astype(int) > found[..., 0]
    assert (bluish == (expected > 0))[strong].all()


def test_pointing_at_a_unit_and_choosing_it_show_it_large(page, made):
    model = made[0]
    decided = pixels(page)
    unit = page.locator(".unit").nth(2)
    unit.hover()
    assert page.locator("#what").text_content() == "unit 1 of layer 1, all over the plane"
    assert not alike(pixels(page), decided)
    page.locator("h1").hover()
    assert page.locator("#what").text_content() == "What the model decides"
    assert alike(pixels(page), decided)
    unit.click()
    page.locator("h1").hover()
    assert unit.get_attribute("aria-pressed") == "true"
    assert page.locator("#what").text_content() == "unit 1 of layer 1, all over the plane"
    for x in (*model[0].weight.data[0], model[0].bias.data[0]):
        assert any(
            number(t) == pytest.approx(x, rel=6e-3)
            for t in re.findall(r"−?[\d.]*\d", page.locator("#about").text_content())
        )
    page.keyboard.press("Escape")
    assert page.locator(".unit[aria-pressed=true]").count() == 0


def test_the_network_is_one_stop_of_tab_and_arrow_keys_walk_in_it(page):
    assert page.locator('.unit[tabindex="0"]').count() == 1
    page.locator(".unit").first.focus()
    names = []
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label').split(':')[0]"))
    assert names[:2] == ["Input x₂", "unit 4 of layer 1"]
    assert names[3:5] == ["output", "output"]
    assert names[5].endswith("of layer 2")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.keyboard.press("PageUp")
    assert step(page) == 4


# -- training on


def test_one_step_is_that_of_the_library(page, made):
    model, (x, y), loss, recording, _ = made
    page.keyboard.press("Home")
    page.locator("#rate").fill("0.5")
    page.locator("#decay").select_option("0.01")
    with recording.at(recording.states[0]):
        optimizer = nn.SGD(model.parameters(), lr=0.5, weight_decay=0.01)
        for k in range(1, 4):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
            page.locator("#one").click()
            right = int(((model(x).data > 0) == y).sum())
            expected = loss(model(x), y).item()
            told = re.match(r"(\d) steps? on from epoch 0: loss ([\d.]+); (\d+) of 60", said(page))
            assert (int(told[1]), int(told[3])) == (k, right)
            assert number(told[2]) == pytest.approx(expected, rel=1e-3)
    assert page.locator("#curve .going").count() >= 2


def test_training_goes_on_until_it_is_paused_and_reset_goes_back(page):
    page.keyboard.press("ArrowLeft")
    recorded, shown = said(page), pixels(page)
    assert page.locator("#reset").get_attribute("aria-disabled") == "true"
    page.locator("#train").click()
    assert page.locator("#train").text_content() == "Pause"
    assert page.locator("#play").text_content() == "Play"
    until(page, lambda: re.match(r"\d\d+ steps on from epoch 4", said(page)))
    page.locator("#train").click()
    stopped = said(page)
    page.wait_for_timeout(200)
    assert said(page) == stopped
    assert page.locator("#train").text_content() == "Train"
    page.keyboard.press("Space")
    until(page, lambda: said(page) != stopped)
    page.keyboard.press("Space")
    assert page.locator("#reset").get_attribute("aria-disabled") == "false"
    page.locator("#reset").click()
    assert said(page) == recorded
    assert alike(pixels(page), shown)


def test_the_loss_falls_and_the_curve_goes_on(page):
    page.keyboard.press("Home")
    page.locator("#rate").fill("1")
    page.locator("#speed").select_option("16")
    page.locator("#train").click()
    until(page, lambda: re.match(r"(\d{3,}) steps", said(page)))
    page.locator("#train").click()
    loss = number(re.search(r"loss ([\d.]+)", said(page))[1])
    page.locator("#reset").click()
    page.locator("#one").click()
    assert loss < number(re.search(r"loss ([\d.]+)", said(page))[1])


def test_the_recording_can_be_played_after_training_and_a_step_leads_back_to_it(page):
    page.locator("#one").click()
    page.locator("#back").click()
    assert said(page).startswith("Epoch 4 of 5")
    page.locator("#train").click()
    page.locator("#play").click()
    assert page.locator("#play").text_content() == "Pause"
    assert page.locator("#train").text_content() == "Train"
    until(page, lambda: said(page).startswith("Epoch 5 of 5"))


def test_small_batches_take_parts_of_a_pass(page):
    page.locator("#batch").select_option("20")
    for _ in range(3):
        page.locator("#one").click()
    assert said(page).startswith("3 steps on from epoch 5")
    assert page.locator("#curve").get_attribute("aria-label").startswith("loss by epoch; at epoch 6:")


def test_a_rate_that_is_too_large_is_said_to_be(visit):
    page = visit(regression()[-1].html, viewport=PROJECTOR)
    page.locator("#rate").fill("1e6")
    page.locator("#train").click()
    until(page, lambda: "the learning rate is too large" in said(page))
    assert page.locator("#train").text_content() == "Train"
    page.locator("#reset").click()
    assert said(page).startswith("Epoch 5 of 5: loss 0.")


def test_without_a_recording_the_page_is_a_playground(visit):
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2))
    page = visit(viz.training(model, plane(), loss=F.cross_entropy).html, viewport=PROJECTOR)
    assert said(page).startswith("The model as it is: ")
    assert page.locator("#play").is_hidden()
    page.keyboard.press("Space")
    until(page, lambda: "steps on" in said(page))
    page.keyboard.press("Space")
    assert page.locator("#train").text_content() == "Train"


def test_how_many_full_batch_steps_a_network_of_4_8_8_1_takes_in_a_second(visit):
    nn.seed(0)
    model = nn.Sequential(
        nn.Linear(2, 4),
        nn.Tanh(),
        nn.Linear(4, 8),
        nn.Tanh(),
        nn.Linear(8, 8),
        nn.Tanh(),
        nn.Linear(8, 1),
        nn.Flatten(0),
    )
    x, y = plane(200)
    page = visit(
        viz.training(model, (x, y.astype(float)), loss=F.binary_cross_entropy_with_logits).html,
        viewport=PROJECTOR,
    )
    page.locator("#speed").select_option("1")
    page.locator("#train").click()
    page.wait_for_timeout(1_000)
    taken, seconds = page.evaluate(
        """() => new Promise((done) => { const read = () => Number(document.getElementById('said').textContent.match(/^\\d+/)[0]);
          const from = read(), start = performance.now();
          setTimeout(() => done([read() - from, (performance.now() - start) / 1000]), 2000); })"""
    )
    print(f"{taken / seconds:.0f} full-batch steps a second")
    assert taken > 0


# -- other pages


def test_three_classes_have_colours_shapes_and_borders(visit):
    model, (x, y), _, _, made = three_classes(names=["<b>a</b>", "b", "c"])
    page = visit(made.html, viewport=PROJECTOR)
    assert page.locator("#legend .item").all_text_contents() == ["<b>a</b>", "b", "c", "wrong side"]
    right = int((model(x).data.argmax(axis=1) == y).sum())
    assert said(page).endswith(f"{right} of 60 points on the right side.")
    assert (
        page.locator("#plot").get_attribute("aria-label")
        == f"What the model decides: {right} of 60 points on the right side"
    )
    assert page.locator("b").count() == 0


def test_on_a_line_the_model_is_a_curve(visit):
    page = visit(regression()[-1].html, viewport=PROJECTOR)
    first = pixels(page)
    page.keyboard.press("Home")
    assert not alike(pixels(page), first)
    page.locator(".unit").nth(1).click()
    assert page.locator("#what").text_content() == "unit 1 of layer 1, along the line"


def test_what_python_has_drawn_follows_the_slider(visit):
    page = visit(convolutional()[-1].html, viewport=PROJECTOR)
    state = "() => [...document.querySelectorAll('canvas')].map((e) => e.toDataURL()).join() + document.querySelector('.histograms svg').innerHTML + document.querySelector('.verdict').textContent"
    seen = {page.evaluate(state)}
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        seen.add(page.evaluate(state))
    assert len(seen) == 6
    assert page.locator(".images canvas").count() == 2
    assert page.locator("#samples tbody tr").count() == 6
    assert page.locator(".verdict").first.text_content()[0] in "✓✗"
    nameless = page.evaluate(
        "() => [...document.querySelectorAll('canvas')].filter((e) => !e.getAttribute('aria-label') && !e.getAttribute('aria-hidden')).length"
    )
    assert nameless == 0


def test_a_model_that_the_page_does_not_compute_has_its_boundary_all_the_same(visit):
    page = visit(normalized()[-1].html, viewport=PROJECTOR)
    first = pixels(page)
    page.keyboard.press("Home")
    assert not alike(pixels(page), first)
    assert page.locator("#legend .item").all_text_contents() == ["class 0", "class 1"]


# -- fits, is readable, prints whole

CUT = """() => { const out = [];
  for (const e of document.querySelectorAll('.unit, #plot, #curve, .legend > *, .net .title, .learn > *, .controls > *')) {
    const b = e.getBoundingClientRect();
    if (b.width && (b.left < -1 || b.right > innerWidth + 1 || b.bottom > document.documentElement.scrollHeight + 1)) out.push(e.outerHTML.slice(0, 60));
  }
  const side = document.querySelector('.side'), keys = document.querySelector('.keys').getBoundingClientRect();
  for (const e of side.children) if (innerWidth > 800 && e.getBoundingClientRect().bottom > keys.top + 2) out.push(`${e.className} meets the keys`);
  return out; }"""


@pytest.mark.parametrize("name", ALL)
def test_a_page_fits_a_projector_and_a_phone(visit, name):
    html = ALL[name]()[-1].html
    page = visit(html, viewport=PROJECTOR)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1280,
        720,
    ]
    assert page.evaluate(CUT) == []
    phone = visit(html, viewport=PHONE)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    assert phone.evaluate(CUT) == []


@pytest.mark.parametrize("widths", [(30,), (16, 16, 16, 16)])
def test_units_of_wide_and_deep_networks_do_not_overlap(visit, widths):
    page = visit(two_classes(epochs=1, widths=widths)[-1].html, viewport=PROJECTOR)
    overlapping = page.evaluate(
        """() => { const boxes = [...document.querySelectorAll('.unit, .net .title')].map((e) => e.getBoundingClientRect());
          return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length; }"""
    )
    assert overlapping == 0
    if widths == (30,):
        assert "… 15 more" in page.locator("#net").inner_text()


@pytest.mark.parametrize("name", ["two classes", "convolutional"])
def test_on_paper_nothing_is_cut_off(visit, name):
    page = visit(ALL[name]()[-1].html, viewport={"width": 700, "height": 990})
    page.emulate_media(media="print")
    page.wait_for_timeout(100)
    assert page.locator(".controls").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.main, .side, .samples, .panel')].filter((e) => e.scrollHeight > e.clientHeight + 1).length"
        )
        == 0
    )
    assert said(page).startswith("Epoch 5 of 5")


def hexadecimal(colour):
    return "#" + "".join(f"{int(float(c)):02x}" for c in re.findall(r"[\d.]+", colour)[:3])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_can_be_read(visit, made, theme):
    page = visit(made[-1].html, viewport=PROJECTOR, color_scheme=theme)
    found = page.evaluate(
        """() => { const ground = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!c.endsWith(', 0)')) return c; } };
          return [...document.querySelectorAll('h1, p, button, select, label, kbd, .title, .legend span, figcaption')].filter((e) => e.textContent.trim())
            .map((e) => [e.textContent, getComputedStyle(e).color, ground(e)]); }"""
    )
    assert len(found) > 25
    for text, colour, ground in found:
        assert contrast(hexadecimal(colour), hexadecimal(ground)) >= 4.5, text
    panel = page.evaluate("getComputedStyle(document.body).backgroundColor")
    hues = page.evaluate(
        "[...Array(7).keys()].map((k) => getComputedStyle(document.documentElement).getPropertyValue(`--hue-${k}`).trim())"
    )
    assert len(set(hues)) == 7
    assert all(contrast(hue, hexadecimal(panel)) >= 3 for hue in hues[:2])


def test_reduced_motion_gives_more_time(visit, made):
    page = visit(made[-1].html, viewport=PROJECTOR, reduced_motion="reduce")
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.locator("#play").click()
    page.clock.run_for(1_700)
    assert step(page) == 0
    page.clock.run_for(200)
    assert step(page) == 1


def test_every_control_has_a_name(page):
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, [role=img]')].filter((e) =>
          !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length"""
    )
    assert nameless == 0


@pytest.mark.parametrize(
    "label", ["</script><script>alert(1)</script>", "`${alert(2)}`", "<img src=x onerror=alert(3)>"]
)
def test_hostile_names_stay_text(visit, label):
    page = visit(two_classes(title=label, names=[label[:24], "b"])[-1].html, viewport=PROJECTOR)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.keyboard.press("Home")
    page.locator("#one").click()
    assert page.locator("h1").text_content() == label
    assert page.locator("#legend .item").first.text_content() == label[:24]
    assert page.locator("img").count() == 0


def test_in_a_notebook_the_page_is_alive_in_a_frame_without_rights(visit, made):
    html = made[-1]._repr_mimebundle_()["text/html"]
    page = visit(f"<!doctype html><meta charset=utf-8>{html}", viewport=PROJECTOR)
    frame = page.frame_locator("iframe")
    frame.locator("#first").click()
    assert frame.locator("#said").text_content().startswith("Epoch 0 of 5")
    frame.locator("#one").click()
    assert frame.locator("#said").text_content().startswith("1 step on from epoch 0")
