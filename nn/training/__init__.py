"""Training: the loop, what it measures, what it says, and what it keeps."""

from typing import TYPE_CHECKING

from . import (
    callbacks,
    checkpoints,
    diagnosis,
    fitting,
    history,
    metrics,
    rates,
    scoring,
)
from .callbacks import *
from .checkpoints import *
from .diagnosis import *
from .fitting import *
from .history import *
from .metrics import *
from .rates import *
from .scoring import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *callbacks.__all__,
        *checkpoints.__all__,
        *diagnosis.__all__,
        *fitting.__all__,
        *history.__all__,
        *metrics.__all__,
        *rates.__all__,
        *scoring.__all__,
    ]
