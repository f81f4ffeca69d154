"""The lectures as notebooks: they are what their sources say, they show every lab, and their exercises can be solved."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest

import autograd_core as ac
from examples.build_notebooks import FOLDER, ROOT, addresses, executed, head, notebook_of
from tests.notebooks import SOURCE, labs, notebook, solutions, tagged, tags

LABS = labs()
each = pytest.mark.parametrize("stem", SOURCE)


def shown(outputs):
    """Of each output what kinds of it there are."""
    return [sorted(output.get("data", {"stream": output.get("name")})) for output in outputs]


@each
def test_a_notebook_has_the_cells_of_its_source(stem):
    made, kept = notebook_of(SOURCE[stem]), notebook(stem)
    assert made.metadata == kept.metadata
    parts = ("id", "cell_type", "source", "metadata")
    assert [[cell[part] for part in parts] for cell in made.cells] == [
        [cell[part] for part in parts] for cell in kept.cells
    ]


@each
def test_a_notebook_is_kept_as_it_was_run_from_top_to_bottom(stem):
    kept = notebook(stem)
    nbformat.validate(kept)
    code = code_of(stem)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert not [cell.source for cell in code if sum(o.output_type == "stream" for o in cell.outputs) > 1]
    assert (FOLDER / f"{stem}.ipynb").stat().st_size < 1_600_000
    said = json.dumps(outputs)
    assert not [place for place in (str(ROOT), " at 0x", "/tmp/") if place in said]


@each
def test_a_notebook_shows_the_labs_that_the_page_for_teachers_lists(stem):
    assert set(tagged(notebook(stem).cells, "lab-")) == set(LABS[stem])


def test_the_course_has_every_lab_once():
    assert list(LABS) == list(SOURCE)
    every = [lab for listed in LABS.values() for lab in listed]
    assert len(every) == len(set(every))
    sections = Counter(lab.removeprefix("lab-")[0] for lab in every)
    assert [sections[str(number)] for number in range(1, 9)] == [7, 4, 5, 3, 4, 11, 4, 4]
    others = Counter(lab.split(".")[1] for lab in every if lab.startswith("lab-9."))
    assert set(others) == {"Nagoya", "Delaware", "MIT", "kernels", "Racharak", "errata"}
    assert others["errata"] == 7


def test_every_number_of_the_lectures_is_pinned_somewhere():
    sources = "".join(path.read_text(encoding="utf-8") for path in SOURCE.values())
    facts = json.loads((ROOT / "autograd_core/checking/lectures.json").read_text(encoding="utf-8"))
    assert not [name for name in facts if f'"{name}"' not in sources]


@each
def test_a_notebook_begins_with_its_title_and_what_one_learns(stem):
    first = notebook(stem).cells[0]
    assert first.cell_type == "markdown"
    title, paragraph, contents = first.source.split("\n\n")[:3]
    assert title.startswith("# ")
    assert len(paragraph) > 150
    assert contents.startswith("1. ")


@each
def test_every_lab_pins_what_has_to_come_out(stem):
    cells = notebook(stem).cells
    for lab in LABS[stem]:
        bodies = [ast.parse(cell.source) for cell in cells if lab in tags(cell)]
        assert any(isinstance(node, ast.Assert) for body in bodies for node in ast.walk(body)), lab


def code_of(stem):
    return [cell for cell in notebook(stem).cells if cell.cell_type == "code"]


@each
def test_every_exercise_is_followed_by_its_check_and_has_a_solution(stem):
    code = code_of(stem)
    unchecked = [
        cell.source for cell, after in pairwise(code) if stub(cell) and "ac.check(" not in after.source
    ]
    assert unchecked == []
    assert sorted(solutions(stem)) == sorted(tagged(code, "exercise-"))


def stub(cell):
    """The name of the exercise that begins here, or nothing."""
    return "".join(tagged([cell], "exercise-"))


def run(source, names):
    """What a cell shows: the value of its last line, if that is an expression."""
    *body, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        body, last = [*body, last], None
    exec(compile(ast.Module(body, type_ignores=[]), "cell", "exec"), names)
    plt.close("all")
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.fixture
def own_settings(monkeypatch):
    """What the cells set, in their folder, is set back when they are done."""
    monkeypatch.chdir(FOLDER)
    dtype = ac.default_dtype()
    with mpl.rc_context({"backend": "agg"}):
        yield
    ac.set_default_dtype(dtype)


@pytest.mark.slow
@pytest.mark.usefixtures("own_settings")
@each
def test_the_empty_stub_fails_and_the_solution_passes(stem):
    names = {"__name__": "__main__"}
    code, solved = code_of(stem), solutions(stem)
    for before, cell in pairwise([nbformat.v4.new_code_cell(), *code]):
        if exercise := stub(before):
            assert not run(cell.source, names).ok, exercise
            run(solved[exercise], names)
            assert run(cell.source, names).ok, exercise
        else:
            run(cell.source, names)


@pytest.mark.slow
@each
def test_a_notebook_runs_in_a_kernel_and_shows_what_is_kept(stem, tmp_path):
    again = executed(notebook_of(SOURCE[stem]), tmp_path)
    for made, kept in zip(again.cells, notebook(stem).cells, strict=True):
        assert shown(made.get("outputs", [])) == shown(kept.get("outputs", []))


@pytest.mark.slow
def test_a_notebook_needs_nothing_but_the_installed_library(tmp_path):
    """As in Colab: an empty folder, and a wheel that was installed."""
    library, folder = tmp_path / "library", tmp_path / "empty"
    folder.mkdir()
    options = ["--quiet", "--no-deps", "--disable-pip-version-check", "--target", library]
    pip = [sys.executable, "-m", "pip", "install", *options, ROOT]
    subprocess.run(list(map(str, pip)), check=True, capture_output=True)
    lecture = notebook_of(SOURCE["03_checking"])
    lecture.cells.append(nbformat.v4.new_code_cell("print(ac.__file__, viz.__file__)"))
    ran = executed(lecture, folder, library)
    assert ran.cells[-1].outputs[0].text.count(str(library)) == 2
    assert not list(folder.iterdir())


# -- where a notebook says that it can be run

GITHUB = {"Repository": "https://github.com/someone/autograd-core"}
SITE = {"Documentation": "https://someone.github.io/autograd-core"}


def text_of_head(urls):
    return head("01_a_graph", urls)[0].source


def test_where_no_address_is_known_the_head_says_so_and_how_the_wheel_is_installed():
    assert "](" not in text_of_head({})
    assert "has no public address yet" in text_of_head({})
    assert f"%pip install autograd_core-{ac.__version__}-py3-none-any.whl" in text_of_head({})
    assert len(head("01_a_graph", {})) == 1


def test_the_head_leads_to_where_the_addresses_are():
    file = "github/someone/autograd-core/blob/main/examples/notebooks/01_a_graph.ipynb"
    assert re.findall(r"\]\((.*?)\)", text_of_head(GITHUB | SITE)) == [
        f"https://colab.research.google.com/{file}",
        "https://someone.github.io/autograd-core/lite/notebooks/index.html?path=01_a_graph.ipynb",
        f"https://nbviewer.org/{file}",
    ]
    elsewhere = {"Repository": "https://example.org/autograd-core"}
    assert re.findall(r"\]\((.*?)\)", text_of_head(elsewhere | SITE)) == [
        "https://someone.github.io/autograd-core/lite/notebooks/index.html?path=01_a_graph.ipynb"
    ]
    assert [cell.cell_type for cell in head("01_a_graph", elsewhere)] == ["code"], (
        "others read from GitHub only"
    )


@pytest.mark.parametrize("installed", [True, False])
def test_the_library_is_installed_from_the_repository_where_it_is_missing(monkeypatch, installed):
    (install,) = head("01_a_graph", GITHUB)[1:]
    asked = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if installed else None)
    shell = SimpleNamespace(run_line_magic=lambda *magic: asked.append(magic))
    exec(compile(install.source, "cell", "exec"), {"get_ipython": lambda: shell})
    from_repository = 'install -q "autograd-core @ git+https://github.com/someone/autograd-core"'
    assert asked == ([] if installed else [("pip", from_repository)])


def test_every_notebook_has_its_head_below_its_title():
    for stem in SOURCE:
        cells = notebook(stem).cells[1:]
        made = head(stem, addresses())
        assert [cell.source for cell in cells[: len(made)]] == [cell.source for cell in made]
