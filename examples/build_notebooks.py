"""The notebooks of the lectures, made from their sources.

    python examples/build_notebooks.py          # every notebook
    python examples/build_notebooks.py 01 03    # some, by the beginning of their names

A source is a Python file in Jupytext's percent format, such as `examples/notebooks/01_a_graph.py`: that is
what is read, reviewed and changed. The notebook beside it has the same cells, and what they showed when a
kernel of its own ran them. What could differ from run to run is left out: times, paths, whatever a user has
set. (What a cell measures with a clock it measures again: such cells are tagged `measured`.)

Below its title each notebook says where it can be run. The links are made from `[project.urls]` in
pyproject.toml: `Repository` is the repository on GitHub, `Documentation` the site that `make site` builds.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient

import autograd_core
from autograd_core.files import write_whole

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples" / "notebooks"
SOURCES = sorted(FOLDER.glob("[0-9][0-9]_*.py"))
KERNEL = ["--InlineBackend.figure_formats=retina", "--IPKernelApp.log_level=ERROR"]
"""Plots are sharp on projectors; what a kernel says of its transport is nobody's business here."""


def addresses() -> Mapping[str, str]:
    """Where the repository and the site can be read, as far as pyproject.toml knows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    urls: Mapping[str, str] = project.get("urls", {})
    return {name: address.rstrip("/") for name, address in urls.items()}


def head(stem: str, urls: Mapping[str, str]) -> list[Any]:
    """The cells that say where a notebook runs, and bring the library where it is not installed yet."""
    github = urls.get("Repository", "").removeprefix("https://github.com/")
    file = f"{github}/blob/main/examples/notebooks/{stem}.ipynb"
    links = []
    if github != urls.get("Repository", ""):
        links.append(f"[Open in Colab](https://colab.research.google.com/github/{file})")
    if "Documentation" in urls:
        run = f"{urls['Documentation']}/lite/notebooks/index.html?path={stem}.ipynb"
        links.append(f"[Run in the browser]({run}), where nothing is installed")
    if github != urls.get("Repository", ""):
        links.append(f"[Read on nbviewer](https://nbviewer.org/github/{file})")
    if "Repository" in urls:
        code = INSTALL.format(requirement=f"autograd-core @ git+{urls['Repository']}")
        install = [nbformat.v4.new_code_cell(code)]
    else:
        wheel = f"autograd_core-{autograd_core.__version__}-py3-none-any.whl"
        links.append(NOWHERE.format(wheel=wheel))
        install = []
    return [*(nbformat.v4.new_markdown_cell(text) for text in [" · ".join(links)] if text), *install]


INSTALL = """from importlib.util import find_spec

if find_spec("autograd_core") is None:  # in Colab; elsewhere the library is there
    get_ipython().run_line_magic("pip", 'install -q "{requirement}"')"""
NOWHERE = """*To run this notebook elsewhere, in Colab for instance:* `make wheel` in a checkout writes
`dist/{wheel}`; upload that file beside the notebook and run `%pip install {wheel}` in a cell of
its own. Nothing else is needed. (There is no link, since the repository has no public address yet.)"""


def notebook_of(source: Path) -> Any:
    """The cells of a source as a notebook without outputs, each with an identity that its place gives it."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.cells[1:1] = head(source.stem, addresses())
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for place, cell in enumerate(notebook.cells):
        cell.id = f"cell-{place:02}"
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
    notebook.nbformat_minor = 5
    return notebook


def executed(notebook: Any, folder: Path = FOLDER, library: Path = ROOT) -> Any:
    """The notebook after a kernel of its own has run it in a folder, without anybody's settings.

    Raises:
        nbclient.exceptions.CellExecutionError: if a cell raises.
    """
    with tempfile.TemporaryDirectory() as settings:
        folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
        fixed = {"PYTHONPATH": str(library), "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,  # sliders without a kernel move nothing: the page is shown
            coalesce_streams=True,  # what one cell prints may come in pieces
            extra_arguments=KERNEL,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env=os.environ | dict.fromkeys(folders, settings) | fixed)
    notebook.metadata.language_info = {"name": "python"}  # the kernel has added its version
    return notebook


def main() -> None:
    parser = argparse.ArgumentParser(description="make notebooks from their sources, executed")
    parser.add_argument("wanted", nargs="*", help="how their names begin; every notebook when left out")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder for the notebooks")
    given = parser.parse_args()
    chosen = [path for path in SOURCES if not given.wanted or path.name.startswith(tuple(given.wanted))]
    if not chosen:
        parser.error(f"no source begins like this; there are {', '.join(path.stem for path in SOURCES)}")
    for source in chosen:
        notebook = executed(notebook_of(source))
        nbformat.validate(notebook)
        target = given.into / f"{source.stem}.ipynb"
        write_whole(target, (nbformat.writes(notebook) + "\n").encode())
        print(f"{target}: {len(notebook.cells)} cells, {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
