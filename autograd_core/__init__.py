"""Reverse-mode automatic differentiation on an explicit computation graph.

>>> from autograd_core import Value
>>> x = Value(3.0)
>>> y = x * x + 2 * x
>>> y.backward()
>>> x.grad
8.0
"""

from types import ModuleType as _Module

from . import dispatch as _dispatch  # noqa: F401  kernels behind the primitives
from . import fft as fft
from . import linalg as linalg
from .calculus import *
from .checking import *
from .compilation import *
from .context import *
from .dtypes import *
from .errors import *
from .graph import *
from .hooks import *
from .inspection.debugging import *
from .inspection.explaining import *
from .inspection.gradcheck import *
from .kernels.memory import *
from .kernels.threads import *
from .linalg import norm as norm
from .sharing import *
from .structure import *
from .sweeping import *
from .tensor import *
from .transforms.custom import *
from .transforms.flattened import *
from .transforms.functional import *
from .transforms.lower import *
from .value import *
from .weighted_sum import *

__version__ = "0.1.0"

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = ["fft", "linalg"] + [
    name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)
]
