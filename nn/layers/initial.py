"""PyTorch's initial weights of linear and convolutional layers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from .. import init
from ..checks import floating_dtype
from ..parameter import Parameter

__all__ = ["weight_and_bias"]


def weight_and_bias(
    shape: tuple[int, ...], bias: bool, dtype: DTypeLike | None, generator: np.random.Generator | None
) -> tuple[Parameter, Parameter | None]:
    """A weight and, if wanted, a bias for each of its rows, all from U(-1/√fan_in, 1/√fan_in).

    Source: LeCun et al. (1998), "Efficient backprop", as PyTorch has it.
    """
    kind = floating_dtype("", dtype)
    weight = Parameter(np.empty(shape, kind))
    bound = 1 / math.sqrt(init.fan_in_and_fan_out(weight)[0])
    init.uniform_(weight, -bound, bound, generator)
    if not bias:
        return weight, None
    offsets = Parameter(np.empty(shape[:1], kind), is_bias=True)
    init.uniform_(offsets, -bound, bound, generator)
    return weight, offsets
