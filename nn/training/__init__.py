"""Training: the loop, what it measures, what it says, and what it keeps."""

from types import ModuleType as _Module

from .callbacks import *
from .checkpoints import *
from .diagnosis import *
from .fitting import *
from .history import *
from .metrics import *
from .rates import *
from .scores import *
from .tables import *
from .tensorboard import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
