"""What the functions take, made definite: tensors, pairs, words."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError
from autograd_core.graph import Node

Pair = int | Sequence[int]
Array = np.ndarray[Any, np.dtype[Any]]


def as_node(x: Any) -> Any:
    """A Value or Tensor as it is; numbers and arrays as a Tensor."""
    return x if isinstance(x, Node) else Tensor(x)


def as_tensor(x: Any, function: str) -> Tensor:
    """A Tensor as it is; numbers and arrays as one.

    Raises:
        DtypeError: for a Value, which has no axes.
    """
    if isinstance(x, Tensor):
        return x
    if isinstance(x, Node):
        raise DtypeError(
            f"{function}() needs a Tensor, got {x!r}; join Values with autograd_core.stack([...])"
        )
    return Tensor(x)


def values_of(x: Any) -> Array:
    """The bare numbers; a list of integers stays integers (labels)."""
    return x.data if isinstance(x, Tensor) else np.asarray(x)


def where(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds, ``b`` elsewhere. The condition is a constant of the graph."""
    return ac.where(condition.data if isinstance(condition, Node) else condition, a, b)


def pair(name: str, value: Pair, least: int = 1) -> tuple[int, int]:
    """``3`` as ``(3, 3)``, ``(3, 5)`` as it is.

    Raises:
        ShapeError: for anything else, or numbers below ``least``.
    """
    parts = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value, value)
    try:
        numbers = tuple(operator.index(part) for part in parts)
    except TypeError:
        numbers = ()
    if len(numbers) != 2 or min(numbers) < least:
        raise ShapeError(f"`{name}` (={value!r}) has to be a whole number from {least}, or a pair of them")
    return numbers[0], numbers[1]


def check_probability(p: float) -> None:
    """``p`` has to be a probability.

    Raises:
        DomainError: if it is not.
    """
    if not 0 <= p <= 1:  # NaN is refused too
        raise DomainError(f"dropout: `p` (={p}) has to be a probability between 0 and 1")


def one_of(name: str, word: str, known: Sequence[str]) -> None:
    """Check a word among several.

    Raises:
        DomainError: if it is none of them.
    """
    if word not in known:
        raise DomainError(f"`{name}` (={word!r}) has to be one of {', '.join(map(repr, known))}")
