"""How a function becomes a method of nodes."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

import numpy as np

from .graph import Node
from .primitive import Elementwise

__all__ = ["OPERANDS", "method", "of_one", "of_two", "operators"]

OPERANDS = (Node, float, int, np.ndarray, np.generic, list, tuple)
"""What may stand beside a node in an expression. Anything else gets the chance to know better itself."""

P = ParamSpec("P")
N = TypeVar("N")


class Method(Generic[P]):
    """What a type checker sees: a method that takes what the function takes behind its first argument, and
    gives a node of the kind that it is called on.
    """

    @overload
    def __get__(self, node: None, kind: Any) -> Callable[Concatenate[Any, P], Any]: ...
    @overload
    def __get__(self, node: N, kind: Any) -> Callable[P, N]: ...
    def __get__(self, node: Any, kind: Any) -> Any:
        raise NotImplementedError


def method(function: Callable[Concatenate[Any, P], Any]) -> Method[P]:
    """A function as a method: it is one already."""
    return function  # type: ignore[return-value]


def of_one(function: Elementwise) -> Method[[]]:
    """An elementary function as a method: ``x.exp()``."""

    def applied(x: Any) -> Any:
        return x._unary(function, {})

    return method(update_wrapper(applied, function))


def of_two(function: Elementwise) -> Method[[Any]]:
    """An elementary function of two numbers as a method: ``a.maximum(b)``."""

    def applied(a: Any, b: Any) -> Any:
        return a._binary(function, b)

    return method(update_wrapper(applied, function))


def operators(function: Elementwise) -> tuple[Method[[Any]], Method[[Any]]]:
    """The operator of an elementary function, with the node on its left and on its right."""

    def left(a: Any, b: Any) -> Any:
        return a._binary(function, b) if isinstance(b, OPERANDS) else NotImplemented

    def right(b: Any, a: Any) -> Any:
        return function(a, b) if isinstance(a, OPERANDS) else NotImplemented

    return method(left), method(right)
