"""Training: the loop, what it measures, what it says, and what it keeps."""

from . import metrics
from .metrics import *

__all__ = [
    *metrics.__all__,
]
