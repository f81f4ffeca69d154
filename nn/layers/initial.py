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
    shape: tuple[int, ...],
    biases: int,
    dtype: DTypeLike | None,
    generator: np.random.Generator | None,
    fan_in: int | None = None,
) -> tuple[Parameter, Parameter | None]:
    """A weight and so many biases, None for 0, all from U(-1/√fan_in, 1/√fan_in).

    ``fan_in`` is how many numbers a row of the weight has, where nothing else is said.

    Source: LeCun et al. (1998), "Efficient backprop", as PyTorch has it.
    """
    bound = 1 / math.sqrt(math.prod(shape[1:]) if fan_in is None else fan_in)
    kind = floating_dtype("", dtype)
    weight = Parameter(np.empty(shape, kind))
    init.uniform_(weight, -bound, bound, generator)
    if not biases:
        return weight, None
    offsets = Parameter(np.empty(biases, kind), is_bias=True)
    init.uniform_(offsets, -bound, bound, generator)
    return weight, offsets
