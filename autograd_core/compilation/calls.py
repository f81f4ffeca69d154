"""What instructions call: functions that take variables where they are seen, and give arrays of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..primitive import Application, Primitive, arrays
from ..transforms.trees import flatten

Array = np.ndarray[Any, np.dtype[Any]]
Function = Callable[..., Any]


class Call:
    """A function as an instruction calls it: its operands flat enough for a program, its results arrays of
    their own, in a tuple if there are several.
    """

    def __init__(
        self,
        function: Function,
        operands: Sequence[Any],
        keywords: dict[str, Any],
        shared: Sequence[bool],
        picked: Sequence[int] | None = None,
    ) -> None:
        self.function, self.operands, self.keywords = function, list(operands), dict(keywords)
        if any(_hides_arrays(x) for x in (*operands, *keywords.values())):
            self._flatten()
        inner = self.function
        if picked is not None:
            self.function = lambda *given, **named: _picked(inner(*given, **named), picked, shared)
        elif any(shared):
            self.function = lambda *given, **named: np.array(inner(*given, **named))
        if self.function is not function:
            self.function.__name__ = name_of(function)
            self.function.__wrapped__ = function  # type: ignore[attr-defined]  # by which passes know a kernel

    def _flatten(self) -> None:
        leaves, rebuild = flatten((self.operands, self.keywords))
        places = [i for i, x in enumerate(leaves) if isinstance(x, np.ndarray)]
        function = self.function
        self.operands, self.keywords = [leaves[i] for i in places], {}
        fixed = [None if i in places else x for i, x in enumerate(leaves)]

        def flat(*given: Any) -> Any:
            filled = list(fixed)
            for i, x in zip(places, given, strict=True):
                filled[i] = x
            positional, named = rebuild(filled)
            return function(*positional, **named)

        self.function = flat


def _hides_arrays(x: Any) -> bool:
    """Whether there are arrays where a program does not look for variables: in dictionaries, named tuples."""
    if isinstance(x, dict) or hasattr(x, "_fields"):
        return any(isinstance(leaf, np.ndarray) for leaf in flatten(x)[0])
    return type(x) in (tuple, list) and any(map(_hides_arrays, x))


def _picked(result: Any, picked: Sequence[int], shared: Sequence[bool]) -> tuple[Array, ...]:
    found, _ = flatten(result)
    return tuple(np.array(found[i]) if copy else found[i] for i, copy in zip(picked, shared, strict=True))


def kernel_of(primitive: Primitive, wanted: tuple[bool, ...]) -> Function:
    """The shares that the eager engine computes, as a function of arrays."""

    def back(cotangent: Any, y: Any, values: Any, parameters: Any, residuals: Any) -> Any:
        application = Application(y, values, parameters, residuals)
        return primitive.shares_on_arrays(arrays, cotangent, application, wanted)

    back.__name__ = f"shares_of_{primitive.name}"
    return back


def with_the_rest(function: Function, rest: Sequence[Any], keywords: dict[str, Any]) -> Function:
    """The function of its first argument alone."""
    return lambda array: function(array, *rest, **keywords)


def counts(mask: Array, count: int) -> bool:
    """Whether a mask lets so many through."""
    return int(np.count_nonzero(mask)) == count


def has_shape(array: Any, shape: tuple[int, ...]) -> bool:
    """Whether an array has this shape."""
    return bool(np.shape(array) == shape)


def name_of(function: Any) -> str:
    """How the listing of a program calls it."""
    return str(getattr(function, "__name__", None) or type(function).__name__)
