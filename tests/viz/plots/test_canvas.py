"""Matplotlib is optional, loaded late, and left as it was."""

import subprocess
import sys

import pytest

from autograd_core import MissingDependencyError
from tests.viz.plots.drawn import fits, given_axes
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


def test_panels_in_a_given_place_take_the_shape_that_fits():
    from matplotlib.figure import Figure

    arrays = [[0.0, 1.0]] * 4
    for size, columns in (((12, 3), 4), ((3, 12), 1), ((6, 6), 2)):
        place = Figure(figsize=size, layout="constrained").subplots()
        spots = [axes.get_subplotspec().colspan.start for axes in plots.histograms_by_layer(arrays, ax=place)]
        assert max(spots) + 1 == columns


def test_axes_without_a_grid_are_divided_too():
    from matplotlib.figure import Figure

    place = Figure().add_axes((0.1, 0.1, 0.8, 0.8))
    drawn = plots.history({"loss": [2.0, 1.0], "accuracy": [0.5, 0.6]}, place)
    assert place.child_axes == drawn
    boxes = [axes.get_position() for axes in drawn]
    assert not boxes[0].overlaps(boxes[1])


def test_larger_letters_get_a_larger_figure():
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 20}):
        axes = plots.confusion_matrix([[12000, 345], [678, 9000]])
        assert fits(axes.figure)
