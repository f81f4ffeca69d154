"""The sliders of ``viz.explore`` in a real kernel, moved by what a browser would send."""

from base64 import b64decode
from re import search

import nbformat
import pytest

from examples.build_notebooks import executed
from tests.viz.exploring.front_end import front_end
from tests.viz.output.notebooks import as_page

WIDGET = "application/vnd.jupyter.widget-view+json"
CELL = """
import viz
import warnings
from autograd_core import relu, tanh

def neuron(w, x, act=tanh):
    if w == 3:
        print("as far as it goes", "<" + 10_000 * "-" + ">")
        warnings.warn("not <further>")
    if w == 0:
        raise ValueError("w is <0>")
    return act(w * x)

viz.explore(neuron, w=(-3, 3), x=[0.5, 1.0], act=[tanh, relu])"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    pytest.importorskip("ipywidgets", reason="autograd-core[notebook] brings ipywidgets")
    with front_end(tmp_path_factory.mktemp("settings")) as front:
        yield front


class Panel:
    """The widgets that the cell shows."""

    def __init__(self, kernel):
        (output,) = kernel.run(CELL)
        self.bundle, self._kernel = output["data"], kernel
        row, self._picture, self._words = self._children(self.bundle[WIDGET]["model_id"])
        self.inputs = {kernel.states[i]["description"]: i for i in self._children(row)}

    def _children(self, identity):
        return [child.removeprefix("IPY_MODEL_") for child in self._kernel.states[identity]["children"]]

    def move(self, name, **state):
        return self._kernel.move(self.inputs[name], **state)

    def state(self, name):
        return self._kernel.states[self.inputs[name]]

    @property
    def drawn(self):
        """The picture as SVG."""
        return b64decode(search(r'base64,([^"]*)', self.picture)[1]).decode()

    @property
    def picture(self):
        return self._kernel.states[self._picture]["value"]

    @property
    def words(self):
        return self._kernel.states[self._words]["value"]


@pytest.fixture
def panel(kernel):
    return Panel(kernel)


def test_moving_a_slider_draws_the_graph_anew_and_adds_no_output(panel):
    assert ">0.6351<" in panel.drawn, "tanh(1.5 0.5)"
    assert panel.move("w", value=2.0) == []
    assert ">0.7616<" in panel.drawn, "tanh(2 0.5)"
    assert panel.move("x", index=1) == []
    assert ">0.964<" in panel.drawn, "tanh(2 1)"
    assert panel.words == ""


def test_each_kind_of_slider_has_its_ends_and_its_names(panel):
    assert {name: panel.state(name)["_model_name"] for name in ("w", "x", "act")} == {
        "w": "FloatSliderModel",
        "x": "SelectionSliderModel",
        "act": "DropdownModel",
    }
    w = panel.state("w")
    assert (w["min"], w["max"], w["step"], w["value"], w["readout_format"]) == (-3.0, 3.0, 0.05, 1.5, ".2f")
    assert panel.state("act")["_options_labels"] == ["tanh", "relu"]
    panel.move("act", index=1)
    assert ">0.75<" in panel.drawn, "relu(1.5 0.5)"


def test_what_the_function_raises_is_said_below_and_the_picture_is_pale_until_it_is_right(panel):
    before = panel.drawn
    assert panel.move("w", value=0.0) == []
    assert 'role="alert"' in panel.words
    assert "At w = 0.0, x = 0.5, act = tanh: <b>ValueError</b>: w is &lt;0&gt;" in panel.words
    assert "raise ValueError(&quot;w is &lt;0&gt;&quot;)" in panel.words
    assert "The picture is that of w = 1.5, x = 0.5, act = tanh." in panel.words
    assert "opacity" in panel.picture
    assert panel.drawn == before
    panel.move("w", value=1.0)
    assert "opacity" not in panel.picture
    assert panel.words == ""


def test_what_the_function_prints_and_warns_of_stands_below(panel):
    assert panel.move("w", value=3.0) == []
    assert panel.words.startswith("<pre>---")
    assert "UserWarning: not &lt;further&gt;" in panel.words
    assert len(panel.words) < 2_100


def test_a_notebook_that_is_saved_has_the_page_and_the_picture(panel):
    assert set(panel.bundle) == {WIDGET, "text/html", "text/plain"}
    assert "<iframe" in panel.bundle["text/html"]
    assert "<img" in panel.bundle["text/html"]


def test_exported_it_is_the_page(tmp_path):
    pytest.importorskip("ipywidgets", reason="autograd-core[notebook] brings ipywidgets")
    notebook = executed(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)]), tmp_path)
    assert WIDGET in notebook.cells[0].outputs[0].data
    page = as_page(notebook)
    assert "<iframe" in page
    assert WIDGET not in page


def test_without_ipywidgets_there_is_the_page(kernel):
    hidden = "import sys\nsys.modules['ipywidgets'] = None\n"
    (output,) = kernel.run(hidden + CELL)
    kernel.run("del sys.modules['ipywidgets']")
    assert set(output["data"]) == {"text/html", "text/plain"}
    assert "<iframe" in output["data"]["text/html"]
