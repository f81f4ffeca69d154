"""Training: the loop, what it measures, what it says, and what it keeps."""

from . import callbacks, checkpointing, diagnosis, fitting, history, metrics, rates
from .callbacks import *
from .checkpointing import *
from .diagnosis import *
from .fitting import *
from .history import *
from .metrics import *
from .rates import *

__all__ = [
    *callbacks.__all__,
    *checkpointing.__all__,
    *diagnosis.__all__,
    *fitting.__all__,
    *history.__all__,
    *metrics.__all__,
    *rates.__all__,
]
