"""The bilinear layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor

from .. import functional
from ..checks import check_size
from ..module import Module
from .initial import weight_and_bias

__all__ = ["Bilinear"]


class Bilinear(Module):
    """x1ᵀ W x2 + b: every output is a weighted sum of all products of a feature of each input; see
    :func:`nn.functional.bilinear`.

    Args:
        in1_features: the length of the last axis of the first input.
        in2_features: that of the second.
        out_features: that of the output.
        bias: whether to add one.
        dtype: of the parameters; the default dtype when None.
        generator: draws the initial weights from U(-1/√in1_features, 1/√in1_features); the common one
            (:func:`nn.seed`) when None.

    Attributes:
        weight: (out_features, in1_features, in2_features).
        bias: (out_features,) or None.

    Raises:
        ShapeError: if a number of features is not positive, or the inputs have others.

    >>> Bilinear(2, 3, 4)([1.0, 2.0], [1.0, 2.0, 3.0]).shape
    (4,)
    """

    _printed = ("in1_features", "in2_features", "out_features", "bias")

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: DTypeLike | None = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        check_size(
            "Bilinear", in1_features=in1_features, in2_features=in2_features, out_features=out_features
        )
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        shape = (out_features, in1_features, in2_features)
        self.weight, self.bias = weight_and_bias(
            shape, out_features if bias else 0, dtype, generator, fan_in=in1_features
        )

    def forward(self, input1: Any, input2: Any) -> Tensor:
        return functional.bilinear(input1, input2, self.weight, self.bias)
