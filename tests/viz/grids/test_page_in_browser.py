"""The page of grids at work, by mouse and by keyboard, where there is a browser (conftest.py)."""

import itertools

import numpy as np
import pytest

import nn.functional as F
from autograd_core import Tensor
from tests.viz.grids.cases import (
    ALL,
    attention,
    average,
    batch_normalization,
    convolution,
    cross_entropy,
    dense,
    largest,
    look_up,
    network,
    padded,
    squares,
    strided,
)  # fmt: skip
from tests.viz.output.test_svg import HOSTILE
from viz import draw
from viz.graph.reading import Reading
from viz.grids.numbers import Numbers
from viz.grids.table import grids_of
from viz.grids.telling import Teller

SMALL = {"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce"}
PHONE = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}


def html(y, **options):
    return draw(y, layout="grid", **options).interactive().html


@pytest.fixture
def page(visit):
    return visit(html(convolution()), **SMALL)


def step(page):
    return int(page.locator("body").get_attribute("data-step"))


def said(page):
    return page.locator("#said").text_content()


def cell(page, name):
    return page.locator(f'.cell[aria-label^="{name},"]').first


def chosen(page):
    return page.locator(".cell.chosen").first.get_attribute("aria-label").split(",")[0]


def on(page):
    """The name of the cell that has the focus, the line of the sum, or the id of the control."""
    return page.evaluate(
        "() => { const e = document.activeElement;"
        " return e.matches('.cell') ? e.getAttribute('aria-label').split(/, value|, not/)[0]"
        " : e.matches('.line') ? e.getAttribute('aria-label') : e.id || e.textContent }"
    )


# Every step with its lines, its last line and the cell it is about; told in one go.
EVERYTHING = """() => {
  const found = [], jump = document.getElementById('jump');
  for (let now = 1; now <= Number(jump.max); now++) {
    jump.value = now;
    jump.dispatchEvent(new Event('input'));
    found.push([
      [...document.querySelectorAll('.line')].map((e) => e.getAttribute('aria-label')),
      document.querySelector('.foot').textContent,
      document.getElementById('said').firstChild.textContent.trim(),
      document.querySelectorAll('.cell.chosen').length,
    ]);
  }
  return found;
}"""


@pytest.mark.parametrize(
    ("graph", "number_format"),
    [
        *((graph, None) for graph in (
            convolution, padded, strided, largest, average, dense, squares, cross_entropy, batch_normalization, look_up,
            attention, network,
        )),
        (network, ".2f"), (batch_normalization, ".3g"), (cross_entropy, ".0f"), (dense, ".1e"), (average, ".0g"),
    ],
)  # fmt: skip
def test_the_page_says_what_python_says_about_every_cell(visit, graph, number_format):
    y = graph()
    teller = Teller(grids_of(Reading([y])), Numbers(number_format))
    told = [
        teller.told(code, block.backward)
        for block in teller.blocks
        for grid in (teller.all.grids[block.grid],)
        for code in range(grid.start, grid.start + grid.values.size)
    ]
    found = visit(html(y, number_format=number_format), **SMALL).evaluate(EVERYTHING)
    assert len(found) == len(told)
    for (lines, foot, lead, marked), one in zip(found, told, strict=True):
        assert (foot, lead, marked) == (one.foot, one.lead, 1)
        written = [
            f"{term.symbol}{f': {term.numbers}' if term.numbers else ''} = {teller.write(term.value)}"
            for term in one.terms
        ]
        assert lines == written[: len(lines)]
        assert len(lines) == len(written) or len(lines) >= 2


# Texts whose ink lies on another text's, or leaves its cell, its line or the picture.
FAULTS = """(root) => {
  const box = (e) => {
    const size = parseFloat(getComputedStyle(e).fontSize), { a, d, e: x0, f: y0 } = e.getCTM();
    const width = e.getComputedTextLength(), anchor = getComputedStyle(e).textAnchor;
    const x = Number(e.getAttribute('x')) - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    const y = Number(e.getAttribute('y'));
    return { e, left: x0 + a * x, right: x0 + a * (x + width), top: y0 + d * (y - 0.7 * size), bottom: y0 + d * (y + 0.1 * size) };
  };
  const svg = document.querySelector(root), frame = svg.viewBox.baseVal, wrong = [];
  const texts = [...svg.querySelectorAll('text')].filter((e) => e.textContent.trim()).map(box);
  const m = svg.getScreenCTM(), limit = { right: frame.width * m.a + 1, bottom: frame.height * m.d + 1 };
  texts.forEach((one, i) => {
    for (const other of texts.slice(i + 1)) {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1 && down > 1) wrong.push(`${one.e.textContent} on ${other.e.textContent}`);
    }
    const around = one.e.parentNode.matches('.cell, .line, .chip') ? one.e.parentNode.querySelector('rect') : null;
    if (around) {
      const { x, width } = around.getBBox(), { a, e: x0 } = around.getCTM();
      if (one.left < x0 + a * x - 0.5 || one.right > x0 + a * (x + width) + 0.5) wrong.push(`${one.e.textContent} leaves its place`);
    }
  });
  return wrong;
}"""


def faults(page, root="#picture"):
    return page.evaluate(FAULTS, root)


# A few steps of every grid, forwards and backwards.
@pytest.mark.parametrize(
    ("graph", "options"),
    [
        *((graph, SMALL) for graph in ALL),
        *((graph, PHONE) for graph in (padded, strided, batch_normalization, attention, network)),
    ],
)
def test_no_two_labels_overlap_and_nothing_is_cut_off(visit, graph, options):
    y = graph()
    teller = Teller(grids_of(Reading([y])))
    page = visit(html(y), **options)
    starts = np.cumsum([1, *(teller.all.grids[block.grid].values.size for block in teller.blocks)])
    wrong = []
    for first, last in itertools.pairwise(starts):
        for now in {first, (first + last) // 2}:
            page.evaluate(
                f"() => {{ const j = document.getElementById('jump'); j.value = {now}; j.dispatchEvent(new Event('input')) }}"
            )
            wrong += [f"step {now}: {fault}" for fault in faults(page)]
            beyond = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0
            if options is SMALL:
                assert page.evaluate("() => document.documentElement.scrollHeight - innerHeight") <= 0
    assert wrong == []


@pytest.mark.parametrize("graph", ALL)
def test_no_two_labels_of_the_picture_overlap(visit, graph):
    y = graph()
    page = visit(
        "".join(draw(y, layout="grid", graph=way).svg for way in ("forward", "backward", "both")), **SMALL
    )
    assert faults(page, "svg") + faults(page, "svg:nth-of-type(2)") + faults(page, "svg:last-of-type") == []


BUTTONS = [("last", 70), ("back", 69), ("first", 0), ("back", 0), ("step", 1), ("last", 70), ("step", 70)]


def test_the_buttons_by_mouse(page):
    end = int(page.locator("#jump").get_attribute("max"))
    assert end == 9 + 9 + 9 + 1 + 9 + 9 + 9 + 4 + 16
    for button, reached in BUTTONS:
        page.locator(f"#{button}").click(force=True)
        assert step(page) == (end if reached == 70 else end - 1 if reached == 69 else reached)


def test_keys_step_and_jump(page):
    end = int(page.locator("#jump").get_attribute("max"))
    for key, reached in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", end), ("Home", 0)):
        page.keyboard.press(key)
        assert step(page) == reached


def test_values_appear_forwards_and_gradients_backwards(page):
    assert page.locator(".out .cell.empty").count() == 9
    page.keyboard.press("ArrowRight")
    assert said(page) == "o₀₀ = 0 × 0.6 + 1 × (−0.4) + 0 × 0.2 + 1 × 1 = 0.6"
    assert page.locator(".out .cell.empty").count() == 8
    assert page.locator(".cell .g:not(:empty)").count() == 0
    cell(page, "k[0, 1]").click()
    assert said(page).startswith("∂L/∂k₀₁ = (−0.4) × 1 + 0.2 × 0.5")
    assert page.locator(".out .cell .g:not(:empty)").count() == 9
    assert page.locator(".by .cell .g:not(:empty)").count() == 2


def test_a_click_on_a_cell_shows_its_sum(page):
    cell(page, "o[1, 1]").click()
    assert (step(page), chosen(page)) == (5, "o[1")
    assert page.locator(".window").count() == 1
    assert page.locator(".chip").all_text_contents() == ["k₀₀", "k₀₁", "k₁₀", "k₁₁"]
    cell(page, "x[1, 1]").click()
    assert said(page) == "∂L/∂x₁₁ = (−0.4) × 1 + 0.2 × 0.2 + (−0.2) × (−0.4) + (−0.4) × 0.6 = −0.52"
    assert page.locator(".win").count() == 4
    assert page.locator(".chip").all_text_contents() == ["k₁₁", "k₁₀", "k₀₁", "k₀₀"]


def test_a_grid_is_one_stop_of_tab_and_the_arrow_keys_walk_in_it(page):
    stops = [page.locator(f'.{part} .cell[tabindex="0"]').count() for part in ("in", "by", "out")]
    assert stops == [1, 1, 1]
    cell(page, "x[0, 0]").focus()
    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        walked.append(on(page))
    assert walked == ["x[0, 1]", "x[1, 1]", "x[2, 1]", "x[2, 0]", "x[1, 0]", "x[1, 0]"]
    assert step(page) == 0
    page.keyboard.press("Enter")
    assert said(page).startswith("∂L/∂x₁₀ = ")
    assert on(page) == "x[1, 0]"
    page.keyboard.press("PageUp")
    assert said(page).startswith("∂L/∂x₀₃ = ")


@pytest.mark.parametrize("by_mouse", [True, False])
def test_a_line_of_the_sum_shows_one_use(page, by_mouse):
    cell(page, "k[0, 1]").click()
    line = page.locator(".line").nth(4)
    if by_mouse:
        line.hover()
    else:
        page.locator(".line").first.focus()
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        assert on(page) == "δ₁₁ · x₁₂: (−0.4) × 1 = −0.4"
    hot = page.locator(".cell.hot").evaluate_all(
        "es => es.map(e => e.getAttribute('aria-label').split(', value')[0])"
    )
    assert sorted(hot) == ["k[0, 1]", "o[1, 1]", "x[1, 2]"]
    assert page.locator(".edge.hot").count() == 2
    assert page.locator(".window").count() == 1


def test_space_plays_wherever_the_focus_is(page):
    for place in ("#step", "#jump", "#forward", ".mini"):
        page.locator(place).first.focus()
        before = step(page)
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Pause"
        assert said(page) is not None
        page.keyboard.press("Space")
        assert page.locator("#play").text_content() == "Play"
        assert step(page) >= before


def test_playing_goes_on_by_itself_and_is_silent(page):
    page.locator("#speed").select_option("16")
    page.locator("#play").click()
    assert page.locator("#said").get_attribute("aria-live") == "off"
    page.wait_for_function("() => Number(document.body.dataset.step) > 3")
    page.locator("#play").click()
    assert page.locator("#said").get_attribute("aria-live") == "polite"


def test_forward_and_backward_show_the_operation_both_ways(page):
    page.locator("#forward").click()
    assert step(page) == 1
    page.locator("#backward").click()
    assert said(page).startswith("∂L/∂k₀₀ = ")
    pressed = [page.locator(f"#{name}").get_attribute("aria-pressed") for name in ("forward", "backward")]
    assert pressed == ["false", "true"]


def test_the_row_leads_to_every_grid(visit):
    page = visit(html(network()), **SMALL)
    titles = page.locator(".mini").all_text_contents()
    assert titles[0] == "image"
    assert len(titles) == 11
    for i, title in enumerate(titles):
        page.locator(".mini").nth(i).focus()
        page.keyboard.press("Enter")
        assert page.locator("#picture .title").evaluate_all(
            "(es, t) => es.some(e => e.textContent.startsWith(t))", title
        )
        assert page.locator(".mini.involved", has_text=title).count() >= 1


def test_one_operation_alone_has_no_row(visit):
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    assert visit(html(x @ [3.0, 4.0]), **SMALL).locator("#row").is_hidden()


def test_without_gradients_there_is_a_forward_pass_only(visit):
    x = Tensor(np.arange(16.0).reshape(1, 1, 4, 4), requires_grad=True, label="x")
    page = visit(html(F.max_pool2d(x, 2)), **SMALL)
    assert "There are no gradients: the output has shape (1, 1, 2, 2)." in said(page)
    assert page.locator("#backward").count() == 0
    cell(page, "x[0, 0]").click()
    assert said(page) == "x₀₀ = 0; no gradient is asked of it."


def test_the_state_of_a_cell_is_read_aloud(page):
    labels = "es => es.map(e => e.getAttribute('aria-label'))"
    assert page.locator(".out .cell").evaluate_all(labels)[0] == "o[0, 0], not computed yet"
    page.keyboard.press("End")
    assert page.locator(".in .cell").evaluate_all(labels)[1] == "x[0, 1], value 1, gradient 0.28"
    assert page.locator(".out .cell").evaluate_all(labels)[1] == "o[0, 1], value 1.6, gradient 0.2"


def test_a_chosen_weight_shows_its_uses_one_after_the_other(visit):
    page = visit(html(convolution()), viewport=SMALL["viewport"])
    cell(page, "k[0, 1]").click()
    page.wait_for_selector(".line.hot")
    page.wait_for_function("() => document.querySelectorAll('.line.hot').length === 0")


def test_a_step_can_be_linked_to(page):
    page.goto(f"{page.url}#step=5")
    page.reload()
    assert chosen(page) == "o[1"


@pytest.mark.parametrize("label", HOSTILE)
def test_any_label_stays_text(visit, label):
    x = Tensor(np.arange(9.0).reshape(1, 1, 3, 3), requires_grad=True, label=label)
    k = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True, label=f"{label}!")
    o = F.conv2d(x, k)
    o.label = label[:2]
    page = visit(html((o**2).sum(), title=label), **SMALL)
    page.keyboard.press("End")
    assert page.evaluate("() => document.scripts.length") == 2
    assert page.locator(".line").count() > 0


def test_hovering_is_fast(visit):
    x = Tensor(np.random.default_rng(0).standard_normal((1, 1, 28, 28)), requires_grad=True, label="x")
    k = Tensor(np.ones((1, 1, 5, 5)), requires_grad=True, label="k")
    document = html(F.conv2d(x, k).sum())
    assert len(document) < 1_000_000
    page = visit(document, **SMALL)
    page.keyboard.press("ArrowRight")
    times = page.evaluate("""() => {
      const found = [];
      const timed = (f) => { const t = performance.now(); f(); document.body.getBoundingClientRect(); found.push(performance.now() - t); };
      for (const line of document.querySelectorAll('.line')) timed(() => line.dispatchEvent(new MouseEvent('mouseenter')));
      for (const c of [...document.querySelectorAll('.cell')].slice(0, 50)) timed(() => c.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })));
      return found;
    }""")
    print(f"hover: {np.median(times):.1f} ms, at most {max(times):.1f}, page {len(document) / 1000:.0f} kB")
    assert len(times) > 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_printing_cuts_nothing_off(visit, scheme):
    page = visit(html(convolution()), color_scheme=scheme, **SMALL)
    page.keyboard.press("End")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 990})
    assert page.locator(".controls").is_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.locator("#picture").bounding_box()["width"] <= 700
