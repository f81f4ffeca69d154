"""The dense layer, and what joins images to it."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.primitive import nodes

from .operands import as_tensor

__all__ = ["flatten", "linear", "unflatten"]


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """x Wᵀ + b.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features).
        bias: (out_features,) or None.

    Returns:
        (..., out_features).

    Raises:
        ShapeError: if the numbers of features differ.

    >>> linear([1.0, 2.0], [[3.0, 4.0]], [5.0])
    Tensor([16.])
    """
    x = input if isinstance(input, Tensor) else as_tensor(input, "linear")
    w = weight if isinstance(weight, Tensor) else as_tensor(weight, "linear")
    rows, columns = x.data.shape, w.data.shape
    if len(columns) != 2 or not rows or rows[-1] != columns[1]:
        name = w.label or "the weight"
        have = f"{x.shape[-1]} features" if x.ndim else "no axis"
        raise ShapeError(
            f"linear(): the input of shape {x.shape} has {have}, but {name} of shape {w.shape} "
            f"(out_features, in_features) takes {w.shape[-1] if w.ndim else 0}"
        )
    return x @ w.T if bias is None else nodes.affine(x, w, bias)


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Join the axes from ``start_dim`` to ``end_dim`` into one.

    Raises:
        ShapeError: if there are no such axes.

    >>> flatten([[1.0, 2.0], [3.0, 4.0]])
    Tensor([1., 2., 3., 4.])
    """
    return as_tensor(input, "flatten").flatten(start_dim, end_dim)


def unflatten(input: Any, dim: int, unflattened_size: Sequence[int]) -> Tensor:
    """Split the axis ``dim`` into several, of which one may have the length -1: what is left.

    Raises:
        ShapeError: if there is no such axis, or the lengths do not multiply to its own.

    >>> unflatten([1.0, 2.0, 3.0, 4.0], 0, (2, -1))
    Tensor([[1., 2.],
            [3., 4.]])
    """
    x, lengths = as_tensor(input, "unflatten"), checked_lengths(unflattened_size)
    if not -x.ndim <= dim < x.ndim:
        raise ShapeError(f"unflatten(): axis {dim} is out of range for an input of shape {x.shape}")
    length, known = x.shape[dim], math.prod(n for n in lengths if n != -1)
    if length != known if -1 not in lengths else not known or length % known:
        raise ShapeError(
            f"unflatten(): axis {dim} of shape {x.shape} has length {length}, which is not split "
            f"into {lengths}"
        )
    sizes = tuple(length // known if n == -1 else n for n in lengths)
    axis = dim % x.ndim
    return x.reshape(*x.shape[:axis], *sizes, *x.shape[axis + 1 :])


def checked_lengths(unflattened_size: Sequence[int]) -> tuple[int, ...]:
    """Whole numbers from 0, of which one may be -1.

    Raises:
        ShapeError: for anything else.
    """
    try:
        lengths = tuple(operator.index(n) for n in unflattened_size)
    except TypeError:
        lengths = ()
    if not lengths or min(lengths) < -1 or lengths.count(-1) > 1:
        raise ShapeError(
            f"`unflattened_size` (={unflattened_size!r}) has to be a sequence of lengths, "
            "one of them perhaps -1"
        )
    return lengths
