"""On a dark ground every text can still be read."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from viz import plots

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 2))
DRAWN = {
    "activation_functions": lambda: plots.activation_functions(["relu", "log"]),
    "history": lambda: plots.history({"loss": [2.0, 1.0]}),
    "decision_boundary": lambda: plots.decision_boundary(lambda x: x[:, 0], X, X[:, 0] > 0),
    "filters": lambda: plots.filters(RNG.normal(size=(2, 2, 3, 3))),
    "convolution_steps": lambda: plots.convolution_steps(np.eye(3), np.eye(2)).draw(0),
    "pooling_steps": lambda: plots.pooling_steps(np.eye(4)).draw(0),
    "histograms_by_layer": lambda: plots.histograms_by_layer([X]),
    "variance_by_depth": lambda: plots.variance_by_depth({"x": [X, X]}),
    "loss_surface": lambda: plots.loss_surface(lambda a, b: a + b, (0, 1), (0, 1), paths=[(0, 0), (1, 1)]),
    "confusion_matrix": lambda: plots.confusion_matrix(np.eye(2)),
    "predictions": lambda: plots.predictions(np.ones((1, 3, 3)), [[0.1, 0.9]], [1]),
    "gradient_check": lambda: plots.gradient_check(lambda x: x**3, 1.0, steps=[0.1]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_texts_outside_of_pictures_take_the_colour_of_the_style(name):
    with plt.style.context("dark_background"):
        drawn = DRAWN[name]()
        for axes in drawn if isinstance(drawn, list) else [drawn]:
            outside = [axes.title, axes.xaxis.label, axes.yaxis.label]
            outside += [text for text in axes.texts if text.get_gid() in ("title", "sum", "sign")]
            for text in outside:
                assert sum(to_rgb(text.get_color())) > 1.0
