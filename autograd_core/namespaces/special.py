"""Special functions: Python's own for single numbers, SciPy's for arrays and for the rarer ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..errors import MissingDependencyError
from ..primitive import arrays, floats


def _from_scipy(name: str, of: str) -> Callable[..., Any]:
    """A function of ``scipy.special``, imported when it is first used."""

    def function(*arguments: Any) -> Any:
        try:
            import scipy.special
        except ImportError:
            raise MissingDependencyError(
                f"{name}() of {of} is computed by SciPy, which is not installed: pip install scipy"
            ) from None
        return getattr(scipy.special, name)(*arguments)

    function.__name__ = name
    return function


def lgamma(x: float) -> float:
    """ln |Γ(x)|, infinite at 0 and the negative integers; at -inf as SciPy has it."""
    if x == -math.inf:
        return x
    try:
        return math.lgamma(x)
    except ValueError:
        return math.inf


arrays.__dict__.update(
    erf=_from_scipy("erf", "an array"),
    erfc=_from_scipy("erfc", "an array"),
    erfinv=_from_scipy("erfinv", "an array"),
    digamma=_from_scipy("digamma", "an array"),
    polygamma=_from_scipy("polygamma", "an array"),
    lgamma=_from_scipy("gammaln", "an array"),
    i0=_from_scipy("i0", "an array"),
    i1=_from_scipy("i1", "an array"),
)
floats.__dict__.update(
    erf=math.erf,
    erfc=math.erfc,
    erfinv=_from_scipy("erfinv", "a number"),
    digamma=_from_scipy("digamma", "a number"),
    polygamma=_from_scipy("polygamma", "a number"),
    lgamma=lgamma,
    i0=_from_scipy("i0", "a number"),
    i1=_from_scipy("i1", "a number"),
)
