"""What the functions take: nodes as they are, numbers and arrays as tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Node, Tensor, default_dtype
from autograd_core.dtypes import asarray
from autograd_core.errors import DtypeError
from autograd_core.structure.operands import data_of

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
    """The bare numbers; a list of integers stays integers (labels).

    Raises:
        DtypeError: for nested lists of different lengths, or a masked array.
    """
    try:
        return asarray(data_of(x))
    except ValueError:
        raise DtypeError(f"needs a rectangular array of numbers, got {x!r}") from None


def as_floating(x: Tensor) -> Tensor:
    """Integers as numbers of the default dtype, in which sums do not overflow; others as they are."""
    return x if x.dtype.kind == "f" else ac.astype(x, default_dtype())


def where(condition: Any, a: Any, b: Any) -> Any:
    """``a`` where the condition holds, ``b`` elsewhere. The condition is a constant of the graph."""
    return ac.where(condition.data if isinstance(condition, Node) else condition, a, b)
