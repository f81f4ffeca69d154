"""The exercises of a whole course: students' files, checked each in a process of its own.

``import autograd_core`` leaves this room closed: ``from autograd_core.grading import grade``, or
``python -m autograd_core grade exercises.py folder``.
"""

from types import ModuleType as _Module

from .grades import *
from .running import *

# Each file's __all__ is the only list.
vars()["__all__"] = [name for name, x in vars().items() if name[0] != "_" and not isinstance(x, _Module)]
