"""Initial weights. Every function writes into ``tensor.data`` and returns the tensor (PyTorch's names).

Equal weights would stay equal for ever, so they are drawn at random; how widely decides whether signals
and gradients keep their size from layer to layer.
"""

from types import ModuleType as _Module

from .fans import *
from .filling import *
from .scaled import *
from .structured import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
