"""Drawings in the front ends that show notebooks, in a browser (conftest.py).

Marimo and the classic notebook are started as they are. Two cannot be had here; what is known of their rules is
written into a page. In VS Code outputs are put into a web view by `innerHTML`, under the policy below (`notebook.
experimental.enableCsp` in `backLayerWebView.ts` of its sources), with its style for images. In Colab the outputs of a
cell stand in a frame of another origin; here it has none, which allows less.
"""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from html import escape

import nbformat
import pytest

from examples.build_notebooks import ROOT
from tests.viz.browser import until
from tests.viz.output.notebooks import CELLS, PREPARE, run_cells

VS_CODE = """<meta http-equiv="Content-Security-Policy" content="default-src 'none';
script-src https://*.vscode-cdn.net 'unsafe-inline' 'unsafe-eval'; style-src https://*.vscode-cdn.net 'unsafe-inline';
img-src https://*.vscode-cdn.net https: http: data:; font-src https://*.vscode-cdn.net https:; connect-src https:;
child-src https: data:;">
<style>img, video { max-width: 100%; max-height: 100% }</style>
<body class="vscode-dark" style="color-scheme: dark; background: #1e1e1e">"""
COLAB = """<body><iframe width="100%" height="5000" sandbox="allow-downloads allow-forms allow-pointer-lock allow-popups
allow-popups-to-escape-sandbox allow-scripts allow-storage-access-by-user-activation
allow-top-navigation-by-user-activation" srcdoc="{}"></iframe>"""
INSERT = """html => {
  const output = document.createElement("div");
  output.innerHTML = html;
  document.body.append(output);
}"""
GROUND = "getComputedStyle(document.body).backgroundColor"
START = "Start: the inputs are known."


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return run_cells(tmp_path_factory.mktemp("notebook"))


def html_of(notebook):
    data = [cell.outputs[0].data for cell in notebook.cells[1:]]
    return [one["text/html"] for one in data if "text/html" in one]


def pictures(page):
    """The widths of all images that are seen."""
    images = page.locator("img[src^='data:image/svg']").all()
    return [image.evaluate("e => e.naturalWidth") for image in images if image.is_visible()]


def steps(page):
    """The frame of the page with steps is alive: it takes one."""
    frame = next(frame for frame in page.frames if frame.locator("#said").count())
    until(page, lambda: frame.locator("#said").text_content() == START)
    frame.locator("#step").click()
    return frame.locator("#said").text_content()


def test_under_the_policy_of_vs_code_pictures_are_seen_and_pages_are_alive(shown, visit):
    page = visit(VS_CODE)
    for html in html_of(shown):
        page.evaluate(INSERT, html)
    page.locator("iframe").wait_for()
    assert len(pictures(page)) == 2
    assert min(pictures(page)) > 100
    assert "forward: v₁ = x × 0.5 = 1.0" in steps(page)
    until(page, lambda: page.frames[1].evaluate(GROUND) == "rgb(21, 24, 29)")


def test_in_a_sandbox_such_as_that_of_colab_pictures_are_seen_and_pages_are_alive(shown, visit):
    page = visit(COLAB.format(escape("<body>" + "".join(html_of(shown)))))
    page.frame_locator("iframe").locator("iframe").wait_for()
    assert len(pictures(page.frames[1])) == 2
    assert "forward: v₁ = x × 0.5 = 1.0" in steps(page)


# -- those that can be started


@contextmanager
def served(folder, module, *options):
    """The address of a front end that shows what is in the folder, without anybody's settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = dict.fromkeys(
        ("HOME", "XDG_CONFIG_HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"), str(folder / "own")
    )
    environment = os.environ | own | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    (folder / "own").mkdir()
    command = [sys.executable, "-m", module, *options, f"--port={port}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            while not _answers(f"http://127.0.0.1:{port}/"):
                assert server.poll() is None, (folder / "log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def _answers(address):
    try:
        urllib.request.urlopen(address, timeout=60).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture
def opened(chromium):
    """A page of the browser that has time."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(300_000)
    yield page
    context.close()


MARIMO = """import marimo
app = marimo.App()

@app.cell
def _():
{prepare}
    return Tensor, tanh, viz, x, y
"""


@pytest.mark.peers
def test_marimo_shows_pictures_and_pages_alive(opened, tmp_path):
    pytest.importorskip("marimo", reason="marimo is not installed")
    prepare = "".join(f"    {line}\n" for line in PREPARE.splitlines())
    app = MARIMO.format(prepare=prepare)
    for name in ("drawing", "page", "figure", "value", "tensor"):
        app += f"\n@app.cell\ndef _(Tensor, viz, y):\n    {CELLS[name]}\n    return\n"
    (tmp_path / "app.py").write_text(app + '\nif __name__ == "__main__":\n    app.run()\n', encoding="utf-8")
    with served(tmp_path, "marimo", "-y", "run", "app.py", "--headless", "--no-token") as address:
        opened.goto(address)
        opened.locator("iframe").wait_for()
        opened.get_by_text("float64").wait_for()
        assert len(pictures(opened)) == 2
        assert "forward: v₁ = x × 0.5 = 1.0" in steps(opened)
        until(opened, lambda: opened.frames[1].evaluate(GROUND) == "rgb(255, 255, 255)")
        opened.evaluate(
            "document.documentElement.style.colorScheme = document.body.style.colorScheme = 'dark'"
        )
        until(opened, lambda: opened.frames[1].evaluate(GROUND) == "rgb(21, 24, 29)")


EXPLORE = "viz.explore(lambda w, x: tanh(w * x), w=(-3, 3), x=(-2, 2))"
CONNECTED = "window.Jupyter?.notebook?.kernel?.is_connected() && Jupyter.notebook.kernel.info_reply.status"


@pytest.mark.peers
def test_the_classic_notebook_shows_pictures_first_and_what_is_alive_when_it_is_run(shown, opened, tmp_path):
    pytest.importorskip("nbclassic", reason="nbclassic is not installed")
    notebook = nbformat.from_dict(shown)
    del notebook.cells[-1]  # hides Graphviz
    notebook.cells.append(nbformat.v4.new_code_cell(EXPLORE))
    nbformat.write(notebook, tmp_path / "shown.ipynb")
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", "--ServerApp.password="]
    with served(tmp_path, "nbclassic", *options) as address:
        opened.goto(f"{address}/notebooks/shown.ipynb")
        opened.get_by_text("float64").wait_for()
        assert not opened.evaluate("Jupyter.notebook.trusted")
        assert len(pictures(opened)) == 3, "of a notebook from elsewhere the page is its picture"
        assert len(opened.frames) == 1
        opened.wait_for_function(CONNECTED)
        opened.evaluate("Jupyter.notebook.execute_all_cells()")
        handle = opened.locator(".noUi-handle").first
        handle.wait_for()
        assert "forward: v₁ = x × 0.5 = 1.0" in steps(opened)
        picture = opened.locator(".widget-html img")
        before = picture.get_attribute("src")
        handle.press("ArrowRight")
        opened.wait_for_function(
            "before => document.querySelector('.widget-html img').src !== before", arg=before
        )
        assert "1.55" in picture.get_attribute("alt")
