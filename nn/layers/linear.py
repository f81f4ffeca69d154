"""The dense layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor

from .. import functional
from ..checks import check_size
from ..module import Module
from .initial import weight_and_bias

__all__ = ["Linear"]


class Linear(Module):
    """x Wᵀ + b: every output is a weighted sum of all inputs.

    Args:
        in_features: the length of the input's last axis.
        out_features: that of the output.
        bias: whether to add one.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights; the common one (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_features, in_features).
        bias: (out_features,) or None.

    Raises:
        ShapeError: if a number of features is not positive, or the input has another.

    >>> Linear(3, 2)
    Linear(in_features=3, out_features=2, bias=True)
    """

    _printed = ("in_features", "out_features", "bias")

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_size("Linear", in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight, self.bias = weight_and_bias(
            (out_features, in_features), out_features if bias else 0, dtype, generator
        )

    def forward(self, input: Any) -> Tensor:
        return functional.linear(input, self.weight, self.bias)
