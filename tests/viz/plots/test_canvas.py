"""Matplotlib is optional, loaded late, and left as it was."""

import subprocess
import sys

import pytest

from autograd_core import MissingDependencyError
from tests.viz.plots.drawn import given_axes
from viz import plots


def test_importing_viz_does_not_import_matplotlib():
    code = "import sys, viz.plots; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_the_error_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    monkeypatch.setitem(sys.modules, "matplotlib.axes", None)
    for ax in (None, given_axes()):
        with pytest.raises(MissingDependencyError, match=r"pip install 'autograd-core\[plots\]'"):
            plots.history({"loss": [1.0]}, ax)


def test_a_new_figure_is_one_that_pyplot_shows():
    import matplotlib.pyplot as plt

    (axes,) = plots.history({"loss": [1.0]})
    assert plt.gcf() is axes.figure


def test_a_refused_call_leaves_no_figure_behind():
    import matplotlib.pyplot as plt

    with pytest.raises(ValueError, match="smoothing"):
        plots.history({"loss": [1.0]}, smoothing=2.0)
    assert plt.get_fignums() == []
