"""Numbers drawn as widely as the layer's size asks for."""

from __future__ import annotations

import math

from autograd_core import Tensor

from ..checks import check_word
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


def _uniform(tensor: Tensor, std: float, generator: Generator) -> Tensor:
    """U(-√3 σ, √3 σ), whose standard deviation is σ."""
    return uniform_(tensor, -math.sqrt(3) * std, math.sqrt(3) * std, generator)


def _xavier_std(tensor: Tensor, gain: float) -> float:
    check_tensor(tensor)
    return gain * math.sqrt(2 / max(sum(fan_in_and_fan_out(tensor)), 1))


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform with variance gain² 2 / (fan_in + fan_out), which suits tanh and sigmoid.

    Raises:
        ShapeError: for fewer than two axes.

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural
    networks", eq. 16.

    >>> import nn
    >>> w = nn.init.xavier_uniform_(nn.Linear(50, 46).weight)
    >>> bool(abs(w.data).max() <= 0.25)
    True
    """
    return _uniform(tensor, _xavier_std(tensor, gain), generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """N(0, gain² 2 / (fan_in + fan_out)).

    Raises:
        ShapeError: for fewer than two axes.

    Source: Glorot and Bengio (2010), eq. 12.

    >>> import nn
    >>> w = nn.init.xavier_normal_(nn.Linear(100, 100).weight)
    >>> bool(0.09 < w.data.std() < 0.11)
    True
    """
    return normal_(tensor, 0.0, _xavier_std(tensor, gain), generator)


def _lecun_std(tensor: Tensor, gain: float) -> float:
    check_tensor(tensor)
    return gain / math.sqrt(max(fan_in_and_fan_out(tensor)[0], 1))


def lecun_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """Uniform with variance gain² / fan_in, which suits SELU.

    Raises:
        ShapeError: for fewer than two axes.

    Source: LeCun, Bottou, Orr and Müller (1998), "Efficient backprop", eq. 16.

    >>> import nn
    >>> w = nn.init.lecun_uniform_(nn.Linear(48, 20).weight)
    >>> bool(abs(w.data).max() <= 0.25)
    True
    """
    return _uniform(tensor, _lecun_std(tensor, gain), generator)


def lecun_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator = None) -> Tensor:
    """N(0, gain² / fan_in).

    Raises:
        ShapeError: for fewer than two axes.

    Source: LeCun, Bottou, Orr and Müller (1998), eq. 16; Klambauer, Unterthiner, Mayr and Hochreiter
    (2017), "Self-normalizing neural networks", for SELU.

    >>> import nn
    >>> w = nn.init.lecun_normal_(nn.Linear(100, 100).weight)
    >>> bool(0.09 < w.data.std() < 0.11)
    True
    """
    return normal_(tensor, 0.0, _lecun_std(tensor, gain), generator)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    check_tensor(tensor)
    fans = dict(zip(("fan_in", "fan_out"), fan_in_and_fan_out(tensor), strict=True))
    check_word("", [*fans], mode=mode)
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fans[mode], 1))


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

    Raises:
        DomainError: for another ``mode`` or ``nonlinearity``.
        ShapeError: for fewer than two axes.

    Source: He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", eq. 10 and 14.

    >>> import nn
    >>> w = nn.init.kaiming_uniform_(nn.Linear(24, 20).weight)
    >>> bool(abs(w.data).max() <= 0.5)
    True
    """
    return _uniform(tensor, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def kaiming_normal_(
    tensor: Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator = None,
) -> Tensor:
    """N(0, gain² / fan); arguments, errors and source are those of :func:`kaiming_uniform_`.

    >>> import nn
    >>> w = nn.init.kaiming_normal_(nn.Linear(200, 100).weight)
    >>> bool(0.09 < w.data.std() < 0.11)
    True
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)
