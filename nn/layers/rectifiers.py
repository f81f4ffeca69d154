"""Activations that let positive numbers pass and hold negative ones back, as modules.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor

from .. import functional
from ..checks import check_size
from ..module import Module
from ..parameter import Parameter
from .applied import Applied, AppliedInPlace
from .initial import floating_dtype

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "Hardshrink",
    "Hardswish",
    "LeakyReLU",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Softshrink",
    "Threshold",
]


class ReLU(AppliedInPlace):
    """max(0, x); see :func:`nn.functional.relu`.

    >>> ReLU()([-1.0, 2.0])
    Tensor([0., 2.])
    """

    function = staticmethod(functional.relu)


class ReLU6(AppliedInPlace):
    """min(max(0, x), 6); see :func:`nn.functional.relu6`.

    >>> ReLU6()([-1.0, 8.0])
    Tensor([0., 6.])
    """

    function = staticmethod(functional.relu6)


class SELU(AppliedInPlace):
    """An ELU that keeps mean 0 and variance 1; see :func:`nn.functional.selu`.

    >>> SELU()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.selu)


class SiLU(AppliedInPlace):
    """x σ(x); see :func:`nn.functional.silu`.

    >>> SiLU()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.silu)


class Mish(AppliedInPlace):
    """x tanh(softplus(x)); see :func:`nn.functional.mish`.

    >>> Mish()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.mish)


class Hardswish(AppliedInPlace):
    """x times the hard sigmoid of x; see :func:`nn.functional.hardswish`.

    >>> Hardswish()(3.0)
    Tensor(3.)
    """

    function = staticmethod(functional.hardswish)


class PReLU(Module):
    """x where positive, a learned slope times x elsewhere; see :func:`nn.functional.prelu`.

    Args:
        num_parameters: 1, or the number of channels of the input (N, C, ...).
        init: the slopes to begin with.
        dtype: of the slopes; the default dtype when None.

    Attributes:
        weight: the slopes, (num_parameters,).

    Raises:
        ShapeError: if there is no slope, or their number does not fit the input.

    >>> PReLU()([-1.0, 2.0])
    Tensor([-0.25,  2.  ], op=where)
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike | None = None
    ) -> None:
        super().__init__()
        check_size("PReLU", num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init), dtype=floating_dtype(dtype))

    def forward(self, input: Any) -> Tensor:
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class LeakyReLU(Applied):
    """x where positive, a small multiple of it elsewhere; see :func:`nn.functional.leaky_relu`.

    >>> LeakyReLU()([-1.0, 2.0])
    Tensor([-0.01,  2.  ])
    """

    function = staticmethod(functional.leaky_relu)

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(negative_slope=negative_slope)


class RReLU(Module):
    """A slope drawn for each negative element while training; see :func:`nn.functional.rrelu`.

    >>> RReLU(0.25, 0.75).eval()([-2.0, 3.0])
    Tensor([-1.,  3.])
    """

    def __init__(
        self,
        lower: float = 1 / 8,
        upper: float = 1 / 3,
        inplace: bool = False,
        *,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        self.lower, self.upper, self.generator = lower, upper, generator

    def forward(self, input: Any) -> Tensor:
        return functional.rrelu(input, self.lower, self.upper, self.training, generator=self.generator)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}"


class ELU(Applied):
    """x where positive, α (exp(x) - 1) elsewhere; see :func:`nn.functional.elu`.

    >>> ELU()([-1000.0, 2.0])
    Tensor([-1.,  2.])
    """

    function = staticmethod(functional.elu)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(alpha=alpha)


class CELU(Applied):
    """x where positive, α (exp(x / α) - 1) elsewhere; see :func:`nn.functional.celu`.

    >>> CELU(0.5)([-1000.0, 2.0])
    Tensor([-0.5,  2. ])
    """

    function = staticmethod(functional.celu)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(alpha=alpha)


class GELU(Applied):
    """x times the probability that a standard normal number is below x; see :func:`nn.functional.gelu`.

    >>> GELU()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.gelu)

    def __init__(self, approximate: str = "none") -> None:
        super().__init__(approximate=approximate)


class Hardshrink(Applied):
    """x, but 0 where |x| is at most λ; see :func:`nn.functional.hardshrink`.

    >>> Hardshrink()([-1.0, 0.25])
    Tensor([-1.,  0.])
    """

    function = staticmethod(functional.hardshrink)

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__(lambd=lambd)


class Softshrink(Applied):
    """x moved towards 0 by λ; see :func:`nn.functional.softshrink`.

    >>> Softshrink()([-1.0, 0.25])
    Tensor([-0.5,  0. ])
    """

    function = staticmethod(functional.softshrink)

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__(lambd=lambd)


class Threshold(Applied):
    """x where it is above ``threshold``, ``value`` elsewhere; see :func:`nn.functional.threshold`.

    >>> Threshold(1.0, -7.0)([0.5, 2.0])
    Tensor([-7.,  2.])
    """

    function = staticmethod(functional.threshold)

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__(threshold=threshold, value=value)
