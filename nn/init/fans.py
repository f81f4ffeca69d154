"""The fans of a weight, and the gain of a nonlinearity: what the width of a distribution depends on."""

from __future__ import annotations

import math

from autograd_core import Tensor
from autograd_core.errors import ShapeError

from ..checks import check_number, check_word

__all__ = ["calculate_gain", "fan_in_and_fan_out"]


def fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many numbers one output is made of, and how many outputs one input goes into.

    Args:
        tensor: a weight (out, in) or (out, in, kernel height, kernel width).

    Raises:
        ShapeError: for fewer than two axes.

    >>> import nn
    >>> fan_in_and_fan_out(nn.Conv2d(3, 20, 5).weight)
    (75, 500)
    """
    if tensor.ndim < 2:
        raise ShapeError(
            f"fan in and fan out need a weight of shape (out, in, ...), got shape {tensor.shape}: "
            "initialise a bias with zeros_, constant_ or uniform_"
        )
    window = math.prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


_LINEAR = ("linear", *(f"conv{k}d" for k in (1, 2, 3)), *(f"conv_transpose{k}d" for k in (1, 2, 3)))

_GAINS = {
    **dict.fromkeys(_LINEAR, 1.0),
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
    # 1 / √E[f(z)²] for z from N(0, 1), the principle that gives √2 for ReLU
    "celu": 1.2451983007,
    "elu": 1.2451983007,
    "gelu": 1.5335304412,
    "hardswish": 1.7366572128,
    "mish": 1.4868475813,
    "relu6": 1.4142135651,
    "silu": 1.6765324703,
    "softplus": 1.0418668355,
}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much a layer's weights have to grow to make up for what the nonlinearity takes away.

    Those of linear layers, sigmoid, tanh, ReLU, leaky ReLU and SELU are PyTorch's; the others follow from
    gain² E[f(z)²] = 1 for z from N(0, 1), so that the mean square of the signals stays what it is.

    Args:
        nonlinearity: "linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "elu", "gelu" ...;
            an error lists them all.
        param: the slope of "leaky_relu" below 0; 0.01 when None.

    Raises:
        DomainError: for another name.
        DtypeError: for a slope that is no number.

    Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", section 2.2.

    >>> import nn
    >>> nn.init.calculate_gain("relu") ** 2
    2.0000000000000004
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        check_number("calculate_gain()", param=slope)
        return math.sqrt(2 / (1 + slope**2))
    check_word("calculate_gain()", [*_GAINS, "leaky_relu"], nonlinearity=nonlinearity)
    return _GAINS[nonlinearity]
