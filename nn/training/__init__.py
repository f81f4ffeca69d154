"""Training: the loop, what it measures, what it says, and what it keeps."""

from . import history, metrics
from .history import *
from .metrics import *

__all__ = [
    *history.__all__,
    *metrics.__all__,
]
