"""Plots are drawn without a window, in warnings-are-errors, and nothing of matplotlib's state is changed."""

import matplotlib
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from tests.viz.browser import BROWSER

collect_ignore = [] if BROWSER else ["test_animation_in_browser.py"]


@pytest.fixture(autouse=True)
def settings_and_figures():
    """Every test leaves ``rcParams`` as they were; its figures are closed behind it."""
    before = dict(matplotlib.rcParams)
    yield
    plt.close("all")
    assert dict(matplotlib.rcParams) == before
