"""What notebooks are given to show: cells run in a Jupyter kernel."""

import pytest

from autograd_core import Tensor, Value, tanh
from tests.viz.output.notebooks import CELLS, run_cells
from viz import draw, neuron


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return run_cells(tmp_path_factory.mktemp("notebook"))


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


@pytest.mark.parametrize(
    "make",
    [
        lambda: draw(tanh(Value(1.0) * 2)),
        lambda: draw(tanh(Value(1.0) * 2)).interactive(),
        lambda: neuron([1.0], 0.0, "tanh", [1.0]),
    ],
)
def test_marimo_gets_the_html(make):
    shown = make()
    assert shown._mime_()[0] == "text/html"
    assert shown._mime_()[1].startswith("<div")


def test_marimo_gets_the_text_where_there_is_no_picture(monkeypatch):
    def fail(dot):
        raise RuntimeError("broken")

    monkeypatch.setattr("viz.drawing.render_svg", fail)
    assert draw(Value(1.0) * 2)._mime_()[0] == "text/plain"
