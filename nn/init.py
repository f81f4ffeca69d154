"""Initial weights. Every function writes into ``tensor.data`` and returns the tensor (PyTorch's names).

Equal weights would stay equal for ever, so they are drawn at random; how widely decides whether signals
and gradients keep their size from layer to layer.
"""

from __future__ import annotations

import math

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError, ShapeError

from .randomness import generator_or_default

__all__ = [
    "calculate_gain",
    "constant_",
    "fan_in_and_fan_out",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

Generator = np.random.Generator | None


def fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many numbers one output is made of, and how many outputs one input goes into.

    Args:
        tensor: a weight (out, in) or (out, in, kernel height, kernel width).

    Raises:
        ShapeError: for fewer than two axes.

    >>> from autograd_core import Tensor
    >>> fan_in_and_fan_out(Tensor(np.zeros((20, 3, 5, 5))))
    (75, 500)
    """
    if tensor.ndim < 2:
        raise ShapeError(
            f"fan in and fan out need a weight of shape (out, in, ...), got shape {tensor.shape}: "
            "initialise a bias with zeros_, constant_ or uniform_"
        )
    window = math.prod(tensor.shape[2:])
    return tensor.shape[1] * window, tensor.shape[0] * window


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much a layer's weights have to grow to make up for what the nonlinearity takes away.

    Args:
        nonlinearity: "linear", "conv2d", "sigmoid", "tanh", "relu" or "leaky_relu".
        param: the slope of "leaky_relu" below 0; 0.01 when None.

    Raises:
        DomainError: for another name.

    >>> calculate_gain("relu") == math.sqrt(2)
    True
    """
    slope = 0.01 if param is None else param
    gains = {
        "linear": 1.0,
        "conv2d": 1.0,
        "sigmoid": 1.0,
        "tanh": 5 / 3,
        "relu": math.sqrt(2),
        "leaky_relu": math.sqrt(2 / (1 + slope**2)),
    }
    if nonlinearity not in gains:
        raise DomainError(
            f"calculate_gain(): unknown nonlinearity {nonlinearity!r}, known: {', '.join(gains)}"
        )
    return gains[nonlinearity]


def _written(tensor: Tensor, numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | float) -> Tensor:
    if not isinstance(tensor, Tensor) or tensor.dtype.kind != "f":
        raise DtypeError(f"an initialiser writes into a floating-point Tensor, got {tensor!r}")
    tensor.data[...] = numbers
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator = None) -> Tensor:
    """Draw from U(a, b)."""
    return _written(tensor, generator_or_default(generator).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator = None) -> Tensor:
    """Draw from N(mean, std²)."""
    return _written(tensor, generator_or_default(generator).normal(mean, std, tensor.shape))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number."""
    return _written(tensor, float(val))


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros: right for biases; weights of one layer would stay equal for ever.

    >>> from autograd_core import Tensor
    >>> zeros_(Tensor([1.0, 2.0]))
    Tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


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
    return gain * math.sqrt(2 / sum(fan_in_and_fan_out(tensor)))


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
    fans = dict(zip(("fan_in", "fan_out"), fan_in_and_fan_out(tensor), strict=True))
    if mode not in fans:
        raise DomainError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    return calculate_gain(nonlinearity, a) / math.sqrt(fans[mode])
