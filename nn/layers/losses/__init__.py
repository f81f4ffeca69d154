"""Losses as modules."""

from typing import TYPE_CHECKING

from .binary import *
from .classification import *
from .distances import *
from .distributions import *
from .margins import *
from .regression import *

if not TYPE_CHECKING:  # to a type checker the stars say it already
    __all__ = [name for name, value in globals().items() if isinstance(value, type)]
