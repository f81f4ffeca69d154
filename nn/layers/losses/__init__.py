"""Losses as modules."""

from . import binary, classification, distances, distributions, margins, regression
from .binary import *
from .classification import *
from .distances import *
from .distributions import *
from .margins import *
from .regression import *

__all__ = [
    *binary.__all__,
    *classification.__all__,
    *distances.__all__,
    *distributions.__all__,
    *margins.__all__,
    *regression.__all__,
]
