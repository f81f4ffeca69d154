"""Plots of trainings, models, layers and gradients, drawn with matplotlib.

Each function draws into the axes it is given as ``ax=``, or into a new figure, and returns the axes: add to
them, save their figure (``ax.figure.savefig("plot.png")``). Colours hold for colour-blind eyes and come with
markers, dashes or hatches for print without colour. Matplotlib is an optional dependency:
``pip install 'autograd-core[plots]'``.
"""

from .activation_functions import activation_functions
from .animation import Animation
from .classified import predictions
from .confusion import confusion_matrix
from .convolution import ConvolutionSteps, convolution_steps
from .curves import history
from .differences import gradient_check
from .distributions import histograms_by_layer, variance_by_depth
from .mosaics import feature_maps, filters, maximally_exciting
from .pooling import PoolingSteps, pooling_steps
from .regions import decision_boundary
from .runs import compare_runs
from .surface import loss_surface

__all__ = [
    "Animation",
    "ConvolutionSteps",
    "PoolingSteps",
    "activation_functions",
    "compare_runs",
    "confusion_matrix",
    "convolution_steps",
    "decision_boundary",
    "feature_maps",
    "filters",
    "gradient_check",
    "histograms_by_layer",
    "history",
    "loss_surface",
    "maximally_exciting",
    "pooling_steps",
    "predictions",
    "variance_by_depth",
]
