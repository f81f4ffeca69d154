"""Losses: one number that says how far the outputs are from what is wanted."""

from typing import TYPE_CHECKING

from . import (
    binary,
    classification,
    distances,
    distributions,
    margins,
    regression,
)
from .binary import *
from .classification import *
from .distances import *
from .distributions import *
from .margins import *
from .regression import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [
        *binary.__all__,
        *classification.__all__,
        *distances.__all__,
        *distributions.__all__,
        *margins.__all__,
        *regression.__all__,
    ]
