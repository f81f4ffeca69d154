"""The bilinear layer: products of the features of two inputs."""

from __future__ import annotations

from typing import Any

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .operands import as_tensor

__all__ = ["bilinear"]


def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> Tensor:
    """y[o] = x1ᵀ W[o] x2 + b[o]: a weighted sum of all products of a feature of each input.

    Args:
        input1: x1, (..., in1_features).
        input2: x2, (..., in2_features) with the same axes before the last.
        weight: W, (out_features, in1_features, in2_features).
        bias: b, (out_features,) or None.

    Returns:
        (..., out_features).

    Raises:
        ShapeError: if the shapes do not fit.

    Source: Tenenbaum and Freeman (2000), "Separating style and content with bilinear models", equation 1.

    >>> bilinear([1.0, 2.0], [3.0], [[[10.0], [1.0]]])
    Tensor([36.])
    """
    a, b, w = (as_tensor(x, "bilinear") for x in (input1, input2, weight))
    if w.ndim != 3:
        raise ShapeError(
            f"bilinear(): {w.label or 'the weight'} has shape {w.shape}, not (out_features, in1_features, "
            "in2_features)"
        )
    outputs, first, second = w.shape
    for name, x, features in (("input1", a, first), ("input2", b, second)):
        if not x.ndim or x.shape[-1] != features:
            raise ShapeError(
                f"bilinear(): {name} of shape {x.shape} has {x.shape[-1] if x.ndim else 'no'} features, but "
                f"{w.label or 'the weight'} of shape {w.shape} (out, in1, in2) takes {features}"
            )
    if a.shape[:-1] != b.shape[:-1]:
        raise ShapeError(
            f"bilinear(): input1 of shape {a.shape} and input2 of shape {b.shape} have to agree before the "
            "last axis"
        )
    shift = None if bias is None else as_tensor(bias, "bilinear")
    if shift is not None and shift.shape != (outputs,):
        raise ShapeError(f"bilinear(): the bias has shape {shift.shape}, not ({outputs},)")
    matrix = w.transpose(1, 0, 2).reshape(first, outputs * second)
    partial = (a @ matrix).reshape(*a.shape[:-1], outputs, second)  # Σ_i x1[i] W[o, i, j]
    y: Tensor = (partial @ b[..., None])[..., 0]
    return y if shift is None else y + shift
