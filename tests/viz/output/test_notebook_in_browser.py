"""What notebooks show: cells run in a Jupyter kernel, exported as a page, opened in a browser (conftest.py)."""

from html import escape
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest

import viz
from autograd_core import Tensor, Value, tanh
from examples.build_notebooks import SOURCES
from tests.viz.browser import until
from tests.viz.output.notebooks import as_page, run_cells


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return run_cells(tmp_path_factory.mktemp("notebook"))


def visible_images(page):
    images = page.locator("img").all()
    return [image.evaluate("e => e.naturalWidth > 100") and image.is_visible() for image in images]


def test_a_trusted_notebook_shows_pictures_and_the_page_alive(shown, visit):
    page = visit(as_page(shown))
    assert visible_images(page) == [True, False, True]
    frame = page.frames[1]
    assert frame.locator("#said").text_content() == "Start: the inputs are known."
    frame.locator("#step").click()
    assert "forward: v₁ = x × 0.5 = 1.0" in frame.locator("#said").text_content()


class Untrusted(HTMLParser):
    """HTML as JupyterLab leaves it in a notebook that is not trusted: no style, script, frame or SVG."""

    FORBIDDEN = frozenset({"style", "script", "iframe", "svg"})

    def __init__(self, html):
        super().__init__()
        self.html, self.inside = "", None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if self.inside is None and tag in self.FORBIDDEN:
            self.inside = tag
        elif self.inside is None:
            kept = [f'{k}="{escape(v)}"' for k, v in attributes if k in ("alt", "class", "src")]
            self.html += f"<{' '.join([tag, *kept])}>"

    def handle_endtag(self, tag):
        if self.inside == tag:
            self.inside = None
        elif self.inside is None:
            self.html += f"</{tag}>"

    def handle_data(self, data):
        self.html += escape(data) if self.inside is None else ""


def test_an_untrusted_notebook_shows_pictures(shown, visit):
    for cell in shown.cells[1:]:
        data = cell.outputs[0].data
        if "text/html" in data:
            cell.outputs[0].data = {
                "text/html": Untrusted(data["text/html"]).html,
                "text/plain": data["text/plain"],
            }
    page = visit(as_page(shown))
    assert visible_images(page) == [True, True, True]
    assert len(page.frames) == 1
    assert "display:none" not in page.locator("main").inner_text()


# -- light and dark

GROUND = "getComputedStyle(document.body).backgroundColor"
DARK_GROUND, LIGHT_GROUND = "rgb(21, 24, 29)", "rgb(255, 255, 255)"
AROUND = "scheme => { document.body.style.colorScheme = scheme; }"


def pages_with_frames():
    """One of each kind of page that comes in a frame."""
    x, w = Value(2.0, label="x"), Tensor([[1.0, -1.0]], requires_grad=True, label="w")
    points, targets = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    return {
        "steps": viz.draw(tanh(x * 2)).interactive(),
        "live": viz.live(tanh(x * 2)),
        "grids": viz.draw(w @ Tensor([1.0, 2.0]), layout="grid").interactive(),
        "training": viz.training(lambda p: p @ w.T, (points, targets), history=viz.Recording({"w": w})),
        "animation": viz.plots.convolution_steps([[1, 2], [3, 4]], [[1]]).animation,
    }


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_frame_is_light_or_dark_as_the_page_around_it(visit, system):
    shown = pages_with_frames()
    bundles = "".join(page._repr_mimebundle_()["text/html"] for page in shown.values())
    page = visit(f"<body style='color-scheme:light'>{bundles}</body>", color_scheme=system)
    assert len(page.frames) == 1 + len(shown)
    for around, ground in (("light", LIGHT_GROUND), ("dark", DARK_GROUND), ("light", LIGHT_GROUND)):
        page.evaluate(AROUND, around)
        for frame in page.frames[1:]:
            until(page, lambda frame=frame, ground=ground: frame.evaluate(GROUND) == ground)
            picture = frame.locator("svg .panel").first  # of the steps: a picture with a style of its own
            if picture.count():
                assert picture.evaluate("e => getComputedStyle(e).fill") == ground
    page.evaluate(AROUND, "dark")
    for frame in page.frames[1:]:
        until(page, lambda frame=frame: frame.evaluate(GROUND) == DARK_GROUND)
    page.emulate_media(media="print")
    for frame in page.frames[1:]:
        until(page, lambda frame=frame: frame.evaluate(GROUND) == LIGHT_GROUND)
    page.emulate_media(media="screen")
    page.evaluate(AROUND, "normal")  # the page around it no longer says anything
    ground = DARK_GROUND if system == "dark" else LIGHT_GROUND
    for frame in page.frames[1:]:
        until(page, lambda frame=frame: frame.evaluate(GROUND) == ground)


def test_a_page_whose_colours_were_chosen_keeps_them(visit):
    chosen = viz.live(Value(2.0, label="x") * 3, theme="light")._repr_mimebundle_()["text/html"]
    follows = viz.live(Value(2.0, label="x") * 3)._repr_mimebundle_()["text/html"]
    page = visit(f"<body style='color-scheme:dark'>{follows}{chosen}</body>")
    until(page, lambda: page.frames[1].evaluate(GROUND) == DARK_GROUND)
    until(page, lambda: page.frames[2].evaluate("document.readyState") == "complete")
    assert page.frames[2].evaluate(GROUND) == LIGHT_GROUND


TOO_WIDE = """output => [output, ...output.querySelectorAll("*")]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX != "visible")
    .map(e => `${e.tagName} ${e.scrollWidth} in ${e.clientWidth}`)"""


@pytest.mark.slow
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_lecture_is_whole_in_a_browser(path, visit):
    notebook = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    page = visit(as_page(notebook), viewport={"width": 1280, "height": 900})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    live = sum("<iframe" in output.get("data", {}).get("text/html", "") for output in outputs)
    drawn = sum(any("svg" in kind or "png" in kind for kind in output.get("data", {})) for output in outputs)
    alive = page.frames[1:]
    assert len(alive) == live
    assert all(frame.locator("svg, canvas, img").count() for frame in alive)
    assert visible_images(page).count(True) >= drawn
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [
        wide for output in page.locator(".jp-OutputArea-output").all() for wide in output.evaluate(TOO_WIDE)
    ] == []
    for frame in alive:
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
