"""The lectures: what the page for teachers promises, sources, notebooks and solutions."""

import re

import jupytext
import nbformat

from examples.build_notebooks import FOLDER, ROOT, SOURCES

SOURCE = {path.stem: path for path in SOURCES}


def labs():
    """The labs of each notebook as the page for teachers lists them, by their tags."""
    page = (ROOT / "docs" / "for-teachers.md").read_text(encoding="utf-8")
    listed = {}
    for section in page.split("\n## ")[1:]:
        found = re.findall(r"^\| (\d\.\d+|\w+\.[\w-]+) \|", section, re.MULTILINE)
        for stem in re.findall(r"notebooks/(\w+)\.ipynb", section):
            listed[stem] = [f"lab-{name}" if name[0].isdigit() else f"lab-9.{name}" for name in found]
    return listed


def notebook(stem):
    """The notebook as it is committed."""
    return nbformat.read(FOLDER / f"{stem}.ipynb", as_version=4)


def solutions(stem):
    """The solutions of the exercises of a notebook: their code by their tags."""
    path = FOLDER / "solutions" / f"{stem}.py"
    cells = jupytext.read(path, fmt="py:percent").cells if path.exists() else []
    return {tag: cell.source for cell in cells for tag in tags(cell)}


def tags(cell):
    return cell.metadata.get("tags", [])


def tagged(cells, beginning):
    return [tag for cell in cells for tag in tags(cell) if tag.startswith(beginning)]
