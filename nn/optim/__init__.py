"""Optimisers: what becomes of the parameters, given their gradients."""

from types import ModuleType as _Module

from .adam import *
from .adaptive import *
from .averaging import *
from .clipping import *
from .combined import *
from .cycles import *
from .lbfgs import *
from .matrices import *
from .optimizer import *
from .options import option as option
from .plateau import *
from .schedules import *
from .sgd import *
from .signs import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [
    name
    for name, x in vars().items()
    if name[0] != "_" and name != "option" and not isinstance(x, _Module)  # nn.option would say too little
]
