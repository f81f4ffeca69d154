"""Pages on paper: everything that was to be seen is there, whole, and nothing that only moves it."""

import pypdfium2
import pytest

from autograd_core import Value, tanh
from tests.viz.grids import cases
from tests.viz.live_pages import examples
from tests.viz.picture.test_layered import digits
from tests.viz.training_pages.trained import convolutional, two_classes
from viz import draw
from viz.plots import convolution_steps

MARGIN = 12 * 72 / 25.4
"""Of the paper, in points."""
SHOWN = """() => [...document.querySelectorAll("svg text, h1, #said, .about h2, .about p, .about pre")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim())
  .filter((e) => getComputedStyle(e).stroke === "none" || e.matches("h1, p, h2, pre")) // others are painted twice
  .map((e) => e.textContent)"""
CUT_OFF = """() => {
  const found = [], width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) found.push("the page is wider than the paper");
  for (const e of document.querySelectorAll("svg, svg text, img, .figure *, p, h1, h2")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest("title, style, defs")) continue;
    const box = e.getBoundingClientRect();
    if (!box.width) continue;
    if (box.left < -1 || box.right > width + 1) found.push([e.tagName, e.textContent.slice(0, 40)]);
    for (let around = e.parentElement; around; around = around.parentElement) {
      if (getComputedStyle(around).overflow === "visible" || around.closest("svg svg")) continue;
      const edge = around.getBoundingClientRect();
      if (box.right > edge.right + 2 || box.bottom > edge.bottom + 2 || box.left < edge.left - 2 || box.top < edge.top - 2)
        found.push([e.tagName, "cut by", around.tagName, around.id]);
    }
  }
  return found;
}"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""What places itself by the size of its room hears of a new one on the way to the next frame."""
PAGES = {
    "steps": lambda: draw(
        tanh(Value(2.0, label="a") * Value(-3.0, label="b") + 6.5), title="σ"
    ).interactive(),
    "a tall drawing": lambda: draw(digits()).interactive(),
    "a wide drawing": lambda: draw(digits(), direction="LR").interactive(),
    "dark": lambda: draw(tanh(Value(2.0, label="a") * 3), theme="dark").interactive(),
    "grids": lambda: draw(cases.network(), layout="grid").interactive(),
    "a large grid": lambda: draw(cases.large(), layout="grid").interactive(),
    "live": examples.neuron,
    "live matrices": examples.layer,
    "training": lambda: two_classes()[-1],
    "training of convolutions": lambda: convolutional()[-1],
    "animation": lambda: convolution_steps([[1, 2, 3], [0, 0, 1]], [[1, -1]]).animation,
}


def squeezed(text):
    return "".join(text.casefold().split())


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_and_the_step_is_on_the_paper(visit, name):
    page = visit(PAGES[name]().html)
    page.keyboard.press("End")
    shown = page.evaluate(SHOWN)
    assert len(shown) >= 2
    for landscape in (False, True):
        paper = pypdfium2.PdfDocument(page.pdf(format="A4", landscape=landscape))
        assert len(paper) <= 2, "a picture and what is said about it"
        read = squeezed("".join(sheet.get_textpage().get_text_bounded() for sheet in paper))
        assert [text for text in shown if squeezed(text) not in read] == []
        assert not [word for word in ("Detail", "Play", "Speed", "Watch") if word.casefold() in read]
        for sheet in paper:
            assert_inside_the_margins(sheet)
    page.emulate_media(media="print")
    for width, height in ((703, 1032), (1032, 703)):  # A4 without its margins
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(PAINTED)
        assert page.evaluate(CUT_OFF) == []
        assert not page.locator(".controls, .keys, .bar").locator("visible=true").count()


def assert_inside_the_margins(sheet):
    width, height = sheet.get_size()
    words = sheet.get_textpage()
    for i in range(words.count_chars()):
        left, bottom, right, top = words.get_charbox(i)
        assert left >= MARGIN - 1, words.get_text_range(i, 1)
        assert right <= width - MARGIN + 1, words.get_text_range(i, 1)
        assert bottom >= MARGIN - 1, words.get_text_range(i, 1)
        assert top <= height - MARGIN + 1, words.get_text_range(i, 1)
