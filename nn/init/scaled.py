"""Numbers drawn as widely as the layer's size asks for."""

from __future__ import annotations

import math

from autograd_core import Tensor
from autograd_core.errors import DomainError

from .fans import calculate_gain, fan_in_and_fan_out
from .filling import Generator, check_tensor, normal_, uniform_

__all__ = [
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "xavier_normal_",
    "xavier_uniform_",
]


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform with variance gain² 2 / (fan_in + fan_out), which suits tanh and sigmoid.

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 16.
    """
    bound = math.sqrt(3) * _xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """N(0, gain² 2 / (fan_in + fan_out)).

    Source: Glorot and Bengio (2010), eq. 12.
    """
    return normal_(tensor, 0.0, _xavier_std(tensor, gain), generator)


def _xavier_std(tensor: Tensor, gain: float) -> float:
    check_tensor(tensor)
    return gain * math.sqrt(2 / max(sum(fan_in_and_fan_out(tensor)), 1))


def lecun_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform with variance gain² / fan_in, which suits SELU.

    Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop", eq. 16.
    """
    bound = math.sqrt(3) * _lecun_std(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def lecun_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """N(0, gain² / fan_in).

    Source: LeCun, Bottou, Orr and Müller (1998), eq. 16; Klambauer, Unterthiner, Mayr and Hochreiter
    (2017), "Self-normalizing neural networks", for SELU.
    """
    return normal_(tensor, 0.0, _lecun_std(tensor, gain), generator)


def _lecun_std(tensor: Tensor, gain: float) -> float:
    check_tensor(tensor)
    return gain / math.sqrt(max(fan_in_and_fan_out(tensor)[0], 1))


def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """Uniform with variance gain² / fan, which suits ReLU.

    Args:
        tensor: a weight (out, in, ...).
        a: the slope of a leaky ReLU below 0; 0 is ReLU itself.
        mode: "fan_in" keeps the size of the signals, "fan_out" that of the gradients.
        nonlinearity: a name that :func:`calculate_gain` knows.
        generator: draws the numbers; the common one when None.

    Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", eq. 10 and 14.
    """
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """N(0, gain² / fan); the arguments are those of :func:`kaiming_uniform_`."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    check_tensor(tensor)
    fans = dict(zip(("fan_in", "fan_out"), fan_in_and_fan_out(tensor), strict=True))
    if mode not in fans:
        raise DomainError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fans[mode], 1))
