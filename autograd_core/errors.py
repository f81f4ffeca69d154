"""The errors of the library, and a warning.

Each also derives from the built-in exception that a user would catch, so ``except ValueError`` keeps
working. Messages name the operation, say what it got, and what to write instead.
"""

__all__ = [
    "AutogradError",
    "CheckError",
    "CompilationError",
    "CompilationWarning",
    "DomainError",
    "DtypeError",
    "GradcheckError",
    "GraphError",
    "GraphWarning",
    "IndexRangeError",
    "MissingDependencyError",
    "NumericalError",
    "ShapeError",
    "UnsizedError",
]


class AutogradError(Exception):
    """Base class of every error this library raises on purpose."""


class ShapeError(AutogradError, ValueError):
    """Shapes or axes that do not fit the operation."""


class UnsizedError(ShapeError, TypeError):
    """The length or the elements of something that has no axes."""


class DtypeError(AutogradError, TypeError):
    """A type or dtype that the operation cannot take."""


class DomainError(AutogradError, ValueError):
    """A value outside the range for which the operation is defined."""


class IndexRangeError(AutogradError, IndexError):
    """An index outside the array, or of a kind that cannot index."""


class NumericalError(AutogradError, ArithmeticError):
    """A NaN or an infinity that appeared in a computation under watch."""


class GraphError(AutogradError, RuntimeError):
    """A request that the recorded graph cannot answer."""


class GradcheckError(AutogradError, AssertionError):
    """The graph's gradient differs from the finite difference."""


class CheckError(AutogradError, AssertionError):
    """A solution of an exercise is wrong."""


class CompilationError(AutogradError, RuntimeError):
    """What a program cannot be made of; :func:`compile` then runs the function as it is."""


class MissingDependencyError(AutogradError, ImportError):
    """An optional package that an operation needs is not installed."""


class GraphWarning(UserWarning):
    """Plain numbers leave the graph where a gradient may be meant; see docs/leaving-the-graph.md."""


class CompilationWarning(UserWarning):
    """A compiled function runs uncompiled: why, where, and what to do."""
