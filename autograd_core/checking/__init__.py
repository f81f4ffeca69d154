"""Exercises that check themselves: a solution is held against the graph of the right one, and its slip is
found by committing it.
"""

from .check import *
from .report import *

# Each file's __all__ is the only list.
vars()["__all__"] = ["CheckReport", "check"]
