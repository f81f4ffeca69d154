"""Optimisers: what becomes of the parameters, given their gradients."""

from typing import TYPE_CHECKING

from . import (
    adam,
    adaptive,
    averaging,
    clipping,
    lbfgs,
    one_cycle,
    plateau,
    schedules,
    sgd,
)
from . import (
    optimizer as base,
)
from .adam import *
from .adaptive import *
from .averaging import *
from .clipping import *
from .lbfgs import *
from .one_cycle import *
from .optimizer import *
from .options import option as option
from .plateau import *
from .schedules import *
from .sgd import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *adam.__all__,
        *adaptive.__all__,
        *averaging.__all__,
        *base.__all__,
        *clipping.__all__,
        *lbfgs.__all__,
        *one_cycle.__all__,
        *plateau.__all__,
        *schedules.__all__,
        *sgd.__all__,
    ]
