"""One axis split into several; the way back is ``Tensor.flatten``."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.spelling import spelled

from .operands import as_tensor

__all__ = ["unflatten"]


@spelled
def unflatten(input: Any, dim: int, unflattened_size: Sequence[int]) -> Tensor:
    """Split one axis into several: the inverse of :class:`nn.Flatten`.

    Args:
        input: of any shape.
        dim: the axis.
        unflattened_size: the lengths of the new axes; one of them may be -1, the length that is left.

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
