"""Activation functions as compositions: a line of the table each would be a line too many.

The names, defaults and conventions at the corners are PyTorch's. Those that are lines of the table
themselves are in :mod:`autograd_core.calculus`: ``relu``, ``sigmoid``, ``softplus``, ``tanh``.
"""

from __future__ import annotations

import math
from typing import Any

from .calculus import (
    abs,
    clip,
    erf,
    expm1,
    minimum,
    multiply,
    sigmoid,
    sign,
    softplus,
    tanh,
    where,
)
from .errors import DomainError

__all__ = [
    "celu", "elu", "gelu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu",
    "log_sigmoid", "mish", "prelu", "relu6", "selu", "silu", "softshrink", "softsign", "tanhshrink",
    "threshold",
]  # fmt: skip


def leaky_relu(x: Any, negative_slope: Any = 0.01) -> Any:
    """x where positive, a small multiple of it elsewhere (Maas et al., 2013).

    >>> leaky_relu(-2.0), leaky_relu(3.0)
    (-0.02, 3.0)
    """
    return where(x > 0, x, multiply(x, negative_slope))


def prelu(x: Any, weight: Any) -> Any:
    """As :func:`leaky_relu` with a slope that is learned (He et al., 2015).

    ``weight`` broadcasts against ``x``: one number, or one for each channel.
    """
    return where(x > 0, x, multiply(x, weight))


def elu(x: Any, alpha: Any = 1.0) -> Any:
    """x where positive, alpha (exp(x) - 1) elsewhere (Clevert et al., 2015)."""
    return where(x > 0, x, multiply(expm1(minimum(x, 0.0)), alpha))


def selu(x: Any) -> Any:
    """A scaled :func:`elu` that keeps mean 0 and variance 1 (Klambauer et al., 2017)."""
    return 1.0507009873554805 * elu(x, 1.6732632423543772)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """x where positive, alpha (exp(x / alpha) - 1) elsewhere (Barron, 2017)."""
    if alpha == 0:
        raise DomainError("celu(): alpha must not be 0")
    return where(x > 0, x, alpha * expm1(minimum(x, 0.0) / alpha))


def gelu(x: Any, approximate: str = "none") -> Any:
    """x times the probability that a standard normal number is below x (Hendrycks and Gimpel, 2016).

    Args:
        x: the input.
        approximate: "none" for the exact function, "tanh" for its usual approximation.

    Raises:
        DomainError: for another approximation.
    """
    if approximate == "none":
        return x * 0.5 * (1.0 + erf(x * math.sqrt(0.5)))
    if approximate == "tanh":
        return x * 0.5 * (1.0 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))))
    raise DomainError(f"gelu(approximate={approximate!r}): approximate is 'none' or 'tanh'")


def silu(x: Any) -> Any:
    """x sigmoid(x), also called swish (Elfwing et al., 2017)."""
    return x * sigmoid(x)


def mish(x: Any) -> Any:
    """x tanh(softplus(x)) (Misra, 2019)."""
    return x * tanh(softplus(x))


def softsign(x: Any) -> Any:
    """x / (1 + |x|)."""
    return x / (1.0 + abs(x))


def log_sigmoid(x: Any) -> Any:
    """The logarithm of sigmoid(x), accurate where that is tiny."""
    return -softplus(-x)


def relu6(x: Any) -> Any:
    """x between 0 and 6, the nearer of them outside."""
    return clip(x, 0.0, 6.0)


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x between ``min_val`` and ``max_val``, the nearer of them outside."""
    if not min_val < max_val:
        raise DomainError(f"hardtanh(): min_val (={min_val}) has to be below max_val (={max_val})")
    return clip(x, min_val, max_val)


def hardsigmoid(x: Any) -> Any:
    """(x + 3) / 6 between 0 and 1."""
    return clip(x + 3.0, 0.0, 6.0) / 6.0


def hardswish(x: Any) -> Any:
    """x times :func:`hardsigmoid` of it (Howard et al., 2019)."""
    return x * hardsigmoid(x)


def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    """x, but 0 where its size is at most ``lambd``."""
    return where(abs(x) > lambd, x, 0.0)


def softshrink(x: Any, lambd: float = 0.5) -> Any:
    """x moved towards 0 by ``lambd``, and 0 where that would pass it."""
    return where(abs(x) > lambd, x - lambd * sign(x), 0.0)


def tanhshrink(x: Any) -> Any:
    """x - tanh(x)."""
    return x - tanh(x)


def threshold(x: Any, threshold: float, value: float) -> Any:
    """x where it is above the threshold, ``value`` elsewhere."""
    return where(x > threshold, x, value)
