"""Layers that normalise each sample by itself: by layers, groups and neighbours, without a running mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from .. import functional
from ..checks import check_not_negative, check_size, floating_dtype
from ..functional.normalization import (
    check_groups,
    group_normalized,
    layer_normalized,
    normalized_lengths,
    rms_normalized,
    with_channels,
)
from ..module import Module
from ..parameter import Parameter
from .applied import Applied

__all__ = ["GroupNorm", "LayerNorm", "LocalResponseNorm", "RMSNorm"]


def scale_and_shift(
    shape: tuple[int, ...], scale: bool, shift: bool, dtype: DTypeLike | None
) -> tuple[Parameter | None, Parameter | None]:
    """Ones to multiply with and zeros to add, each if wanted: what a normalising layer begins with."""
    kind = floating_dtype("", dtype)
    weight = Parameter(np.ones(shape, kind)) if scale else None
    return weight, Parameter(np.zeros(shape, kind), is_bias=True) if scale and shift else None


class LayerNorm(Module):
    """Mean 0 and variance 1 over the last axes; the formula is at :func:`nn.functional.layer_norm`.

    Args:
        normalized_shape: the lengths of the last axes of the input; a number for a single one.
        eps: added to the variance.
        elementwise_affine: whether to learn a factor for each number.
        bias: whether to learn what is added to each number too.
        dtype: of the parameters; the default dtype when None.

    Attributes:
        weight: of ``normalized_shape``, or None; begins with ones.
        bias: the same; begins with zeros.

    Raises:
        ShapeError: if lengths are not positive, or the input does not end in them.

    >>> LayerNorm(2, eps=0.0, elementwise_affine=False)([1.0, 3.0])
    Tensor([-1.,  1.])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = normalized_lengths("LayerNorm", normalized_shape)
        check_not_negative("LayerNorm", eps=eps)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight, self.bias = scale_and_shift(self.normalized_shape, elementwise_affine, bias, dtype)

    def forward(self, input: Any) -> Tensor:
        return layer_normalized(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Mean square 1 over the last axes; the formula is at :func:`nn.functional.rms_norm`.

    Args:
        normalized_shape: the lengths of the last axes of the input; a number for a single one.
        eps: added to the mean square; the distance from 1 to the dtype's next number when None.
        elementwise_affine: whether to learn a factor for each number.
        dtype: of the parameter; the default dtype when None.

    Attributes:
        weight: of ``normalized_shape``, or None; begins with ones.

    Raises:
        ShapeError: if lengths are not positive, or the input does not end in them.

    >>> RMSNorm(2, elementwise_affine=False)([3.0, -3.0])
    Tensor([ 1., -1.])
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = normalized_lengths("RMSNorm", normalized_shape)
        if eps is not None:
            check_not_negative("RMSNorm", eps=eps)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        self.weight, _ = scale_and_shift(self.normalized_shape, elementwise_affine, False, dtype)

    def forward(self, input: Any) -> Tensor:
        return rms_normalized(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Mean 0 and variance 1 over groups of channels; the formula is at :func:`nn.functional.group_norm`.

    Args:
        num_groups: into how many groups the channels are split.
        num_channels: of the input (N, num_channels, ...).
        eps: added to the variance.
        affine: whether to learn a factor for each channel.
        bias: whether to learn what is added to each channel too.
        dtype: of the parameters; the default dtype when None.

    Attributes:
        weight: (num_channels,) or None; begins with ones.
        bias: the same; begins with zeros.

    Raises:
        ShapeError: if the channels cannot be split evenly, or the input has another number.

    >>> GroupNorm(2, 4, eps=0.0, affine=False)([[1.0, 3.0, 10.0, 30.0]])
    Tensor([[-1.,  1., -1.,  1.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: DTypeLike | None = None,
    ) -> None:
        super().__init__()
        check_size("GroupNorm", num_channels=num_channels)
        check_groups("GroupNorm", num_groups, num_channels)
        check_not_negative("GroupNorm", eps=eps)
        self.num_groups, self.num_channels, self.eps, self.affine = num_groups, num_channels, eps, affine
        self.weight, self.bias = scale_and_shift((num_channels,), affine, bias, dtype)

    def forward(self, input: Any) -> Tensor:
        x = with_channels(input, "group_norm", 2)
        if x.shape[1] != self.num_channels:
            raise ShapeError(
                f"the input of shape {x.shape} has {x.shape[1]} channels, not `num_channels` "
                f"(={self.num_channels})"
            )
        return group_normalized(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Applied, function=functional.local_response_norm):
    """
    >>> LocalResponseNorm(3, alpha=3.0, beta=0.5, k=0.0)([[[3.0], [4.0]]])
    Tensor([[[0.6], [0.8]]])
    """

    size: int
    alpha: float = 1e-4
    beta: float = 0.75
    k: float = 1.0

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
