"""Numbers drawn from one distribution, or all the same."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import Tensor
from autograd_core.errors import DomainError, DtypeError
from autograd_core.watching import note_change

from ..checks import check_not_negative, check_order, check_positive
from ..randomness import generator_or_default

__all__ = ["constant_", "normal_", "ones_", "trunc_normal_", "uniform_", "zeros_"]

Generator = np.random.Generator | None
Array = np.ndarray[Any, np.dtype[Any]]


def written(tensor: Tensor, numbers: Array | float) -> Tensor:
    """The tensor with the numbers in it.

    Raises:
        DtypeError: if it is no tensor of floating-point numbers.
    """
    check_tensor(tensor)
    tensor._raw[...] = numbers
    note_change(tensor)
    return tensor


def check_tensor(tensor: Tensor) -> None:
    """What is initialised is a tensor of floating-point numbers.

    Raises:
        DtypeError: if it is not.
    """
    if not isinstance(tensor, Tensor) or tensor.dtype.kind != "f":
        raise DtypeError(f"an initialiser writes into a floating-point Tensor, got {tensor!r}")


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Generator = None) -> Tensor:
    """Draw from U(a, b).

    Raises:
        DomainError: if ``a`` is larger than ``b``.

    >>> import nn
    >>> w = nn.init.uniform_(nn.Parameter([0.0] * 1000), -0.5, 0.5)
    >>> bool(abs(w.data).max() < 0.5), bool(abs(w.data).max() > 0.4)
    (True, True)
    """
    check_tensor(tensor)
    check_order("uniform_()", a=a, b=b)
    return written(tensor, generator_or_default(generator).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Generator = None) -> Tensor:
    """Draw from N(mean, std²).

    Raises:
        DomainError: if ``std`` is negative.

    >>> import nn
    >>> w = nn.init.normal_(nn.Parameter([0.0] * 1000), mean=3.0, std=0.1)
    >>> bool(2.9 < w.data.mean() < 3.1)
    True
    """
    check_tensor(tensor)
    check_not_negative("normal_()", std=std)
    return written(tensor, generator_or_default(generator).normal(mean, std, tensor.shape))


def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator = None,
) -> Tensor:
    """Draw from N(mean, std²), but only between ``a`` and ``b``.

    Args:
        tensor: what is written into.
        mean: of the distribution without bounds.
        std: its standard deviation.
        a: the lower bound; a number, not a multiple of ``std``.
        b: the upper bound.
        generator: draws the numbers; the common one when None.

    Raises:
        DomainError: if ``std`` is not positive, or ``a`` not smaller than ``b``.

    Source: Robert (1995), "Simulation of truncated normal variables".

    >>> import nn
    >>> bool(abs(nn.init.trunc_normal_(nn.Parameter([0.0] * 1000), std=5.0).data).max() <= 2)
    True
    """
    check_tensor(tensor)
    check_positive("trunc_normal_()", std=std)
    if not a < b:
        raise DomainError(f"trunc_normal_(): `a` (={a}) has to be smaller than `b` (={b})")
    low, high = (a - mean) / std, (b - mean) / std
    numbers = _truncated(generator_or_default(generator), low, high, tensor.size)
    return written(tensor, np.clip(mean + std * numbers, a, b).reshape(tensor.shape))


def _truncated(generator: np.random.Generator, low: float, high: float, size: int) -> Array:
    """Numbers from N(0, 1) between bounds, by rejection: of normal numbers where many of them lie between
    the bounds, of uniform ones otherwise.
    """
    inside = (math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))) / 2
    closest = min(max(low, 0.0), high)  # to 0, where the density is largest
    far = 40 / max(abs(closest), 1.0)  # behind it there is less than exp(-40)
    ends = max(low, closest - far), min(high, closest + far)
    accepted = np.empty(0)
    while accepted.size < size:
        missing = size - accepted.size
        if inside > 0.1:
            drawn = generator.standard_normal(int(missing / inside) + 10)
            drawn = drawn[(drawn >= low) & (drawn <= high)]
        else:
            drawn = generator.uniform(*ends, 2 * missing + 10)
            density = np.exp((closest**2 - drawn**2) / 2)
            drawn = drawn[generator.random(drawn.size) < density]
        accepted = np.concatenate([accepted, drawn])
    return accepted[:size]


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> import nn
    >>> nn.init.constant_(nn.Linear(2, 1).weight, 0.5).tolist()
    [[0.5, 0.5]]
    """
    return written(tensor, float(val))


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros: right for biases; the weights of a layer would stay equal for ever.

    >>> import nn
    >>> nn.init.zeros_(nn.Linear(2, 1).weight).tolist()
    [[0.0, 0.0]]
    """
    return constant_(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones: right for factors that are to change nothing at first.

    >>> import nn
    >>> nn.init.ones_(nn.Linear(2, 1).weight).tolist()
    [[1.0, 1.0]]
    """
    return constant_(tensor, 1.0)
