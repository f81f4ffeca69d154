"""The dense layer."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor
from autograd_core.errors import ShapeError
from autograd_core.primitive import nodes

from .operands import as_tensor

__all__ = ["linear"]


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
    rows, columns = x._raw.shape, w._raw.shape
    if len(columns) != 2 or not rows or rows[-1] != columns[1]:
        name = w.label or "the weight"
        have = f"{x.shape[-1]} features" if x.ndim else "no axis"
        raise ShapeError(
            f"linear(): the input of shape {x.shape} has {have}, but {name} of shape {w.shape} "
            f"(out_features, in_features) takes {w.shape[-1] if w.ndim else 0}"
        )
    return x @ w.T if bias is None else nodes.affine(x, w, bias)
