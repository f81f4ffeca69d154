"""Drawings of computation graphs.

>>> from autograd_core import Value, tanh
>>> from viz import draw
>>> x, w = Value(0.5, label="x"), Value(2.0, label="w")
>>> drawing = draw(tanh(w * x))
>>> drawing
<Drawing: forward graph, 4 boxes, 3 arrows>
>>> drawing.svg.startswith("<svg")
True
"""

from autograd_core.installation import warn_of_hidden as _warn_of_hidden

from . import plots
from .diagrams.figure import Figure
from .diagrams.network import network
from .diagrams.neuron import neuron
from .drawing import Drawing, GridDrawing, draw
from .exploring.explorer import Explorer, explore
from .graph.paths import paths
from .grids.page import GridPage
from .live_pages.page import LivePage, live
from .output.engines import DrawingError
from .output.steps import StepPage
from .training_pages.page import TrainingPage, training
from .training_pages.recording import Recording

__all__ = [
    "Drawing",
    "DrawingError",
    "Explorer",
    "Figure",
    "GridDrawing",
    "GridPage",
    "LivePage",
    "Recording",
    "StepPage",
    "TrainingPage",
    "draw",
    "explore",
    "live",
    "network",
    "neuron",
    "paths",
    "plots",
    "training",
]

_warn_of_hidden("nn")  # a file nn.py beside the program, say
