"""Operations that move, sum and multiply arrays without looking at single numbers.

They are linear (each with its transpose), multilinear (one transpose for each operand), or select
elements (the cotangent goes to what was selected).
"""

from types import ModuleType as _Module

from .assignment import *
from .contractions import *
from .convolution import *
from .diagonals import *
from .exponentials import *
from .flips import *
from .indexing import *
from .insertion import *
from .interpolation import *
from .joining import *
from .nan_reductions import *
from .normalization import *
from .operands import *
from .padding import *
from .products import *
from .quantiles import *
from .reductions import *
from .rounding import *
from .scans import *
from .scattering import *
from .shaping import *
from .sorting import *
from .statistics import *
from .windows import *

# Each room's __all__ is the only list. Type checkers read the stars, and could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
