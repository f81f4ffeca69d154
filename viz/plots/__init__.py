"""Plots of trainings, models, layers and gradients, drawn with matplotlib.

Each function draws into the axes it is given as ``ax=``, or into a new figure, and returns the axes: add to
them, save their figure (``ax.figure.savefig("plot.png")``). Colours hold for colour-blind eyes and come with
markers, dashes or hatches for print without colour. Matplotlib is an optional dependency:
``pip install 'autograd-core[plots]'``.
"""

from .animation import Animation
from .convolution import ConvolutionSteps, convolution_steps
from .curves import history
from .mosaics import feature_maps, filters, maximally_exciting
from .pooling import PoolingSteps, pooling_steps
from .regions import decision_boundary

__all__ = [
    "Animation",
    "ConvolutionSteps",
    "PoolingSteps",
    "convolution_steps",
    "decision_boundary",
    "feature_maps",
    "filters",
    "history",
    "maximally_exciting",
    "pooling_steps",
]
