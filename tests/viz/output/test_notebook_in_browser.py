"""What notebooks show: cells run in a Jupyter kernel, exported as a page, opened in a browser (conftest.py)."""

from html import escape
from html.parser import HTMLParser

import nbformat
import pytest

from examples.build_notebooks import SOURCES
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
