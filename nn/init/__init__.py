"""Initial weights. Every function writes into ``tensor.data`` and returns the tensor (PyTorch's names).

Equal weights would stay equal for ever, so they are drawn at random; how widely decides whether signals
and gradients keep their size from layer to layer.
"""

from . import fans, filling, scaled, structured
from .fans import *
from .filling import *
from .scaled import *
from .structured import *

__all__ = [*fans.__all__, *filling.__all__, *scaled.__all__, *structured.__all__]
