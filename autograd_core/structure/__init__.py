"""Operations that move, sum and multiply arrays without looking at single numbers.

They are linear (each with its transpose), multilinear (one transpose for each operand), or select
elements (the cotangent goes to what was selected).
"""

from typing import TYPE_CHECKING

from . import (
    contractions,
    diagonals,
    exponentials,
    indexing,
    interpolation,
    joining,
    operands,
    pooling,
    products,
    quantiles,
    reductions,
    scans,
    scattering,
    shaping,
    sorting,
    statistics,
    windows,
)
from . import (
    convolution as correlation,
)
from . import (
    flips as turning,
)
from . import (
    insertion as editing,
)
from . import (
    nan_reductions as missing,
)
from . import (
    normalization as standardising,
)
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
from .pooling import *
from .products import *
from .quantiles import *
from .reductions import *
from .scans import *
from .scattering import *
from .shaping import *
from .sorting import *
from .statistics import *
from .windows import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *contractions.__all__,
        *correlation.__all__,
        *diagonals.__all__,
        *editing.__all__,
        *exponentials.__all__,
        *indexing.__all__,
        *interpolation.__all__,
        *joining.__all__,
        *missing.__all__,
        *operands.__all__,
        *pooling.__all__,
        *products.__all__,
        *quantiles.__all__,
        *reductions.__all__,
        *scans.__all__,
        *scattering.__all__,
        *shaping.__all__,
        *sorting.__all__,
        *standardising.__all__,
        *statistics.__all__,
        *turning.__all__,
        *windows.__all__,
    ]
