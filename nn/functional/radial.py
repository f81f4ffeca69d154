"""Radial basis functions: units that answer to what is near their centre."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .operands import as_tensor

__all__ = ["rbf"]


def rbf(input: Any, centers: Any, beta: Any) -> Tensor:
    """exp(-β_k ‖x - c_k‖²): 1 at the centre of unit k, less the farther away; large β falls off soon.

    Args:
        input: x, (..., in_features).
        centers: c, (num_centers, in_features).
        beta: β, (num_centers,), or one number for all.

    Returns:
        (..., num_centers).

    Raises:
        ShapeError: if the shapes do not fit.

    Source: Broomhead and Lowe (1988), "Multivariable functional interpolation and adaptive networks".

    >>> rbf([3.0, 4.0], [[3.0, 4.0], [103.0, 4.0]], beta=1.0)
    Tensor([1., 0.])
    """
    x, c, widths = (as_tensor(operand, "rbf") for operand in (input, centers, beta))
    if c.ndim != 2:
        raise ShapeError(f"rbf(): the centers have shape {c.shape}, not (num_centers, in_features)")
    if not x.ndim or x.shape[-1] != c.shape[1]:
        have = f"{x.shape[-1]} features" if x.ndim else "no axis"
        raise ShapeError(
            f"rbf(): the input of shape {x.shape} has {have}, but the centers of shape {c.shape} have "
            f"{c.shape[1]}"
        )
    if widths.shape not in ((), (len(c),)):
        raise ShapeError(f"rbf(): beta has shape {widths.shape}, but there are {len(c)} centers")
    squares = ac.square(x[..., None, :] - c).sum(-1)
    return ac.exp(-widths * squares)  # type: ignore[no-any-return]
