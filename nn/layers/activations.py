"""Activations as modules, for :class:`nn.Sequential`."""

from __future__ import annotations

from dataclasses import InitVar, field
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Tensor

from .. import functional
from ..checks import check_size, floating_dtype
from ..module import Module
from ..parameter import Parameter
from .applied import Applied

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "SELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "LeakyReLU",
    "LogSigmoid",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]


class Sigmoid(Applied, function=functional.sigmoid):
    """
    >>> Sigmoid()(0.0)
    Tensor(0.5)
    """


class LogSigmoid(Applied, function=functional.logsigmoid):
    """
    >>> LogSigmoid()(-1000.0)
    Tensor(-1000.)
    """


class Hardsigmoid(Applied, function=functional.hardsigmoid):
    """
    >>> Hardsigmoid()(0.0)
    Tensor(0.5)
    """

    inplace: InitVar[bool] = False


class Tanh(Applied, function=functional.tanh):
    """
    >>> Tanh()(0.0)
    Tensor(0.)
    """


class Hardtanh(Applied, function=functional.hardtanh):
    """
    >>> Hardtanh()([-3.0, 0.5])
    Tensor([-1. ,  0.5])
    """

    min_val: float = -1.0
    max_val: float = 1.0
    inplace: InitVar[bool] = False


class Tanhshrink(Applied, function=functional.tanhshrink):
    """
    >>> Tanhshrink()(0.0)
    Tensor(0.)
    """


class Softsign(Applied, function=functional.softsign):
    """
    >>> Softsign()(3.0)
    Tensor(0.75)
    """


class Softplus(Applied, function=functional.softplus):
    """
    >>> Softplus()(1000.0)
    Tensor(1000.)
    """

    beta: float = 1.0
    threshold: float = 20.0


class ReLU(Applied, function=functional.relu):
    """
    >>> ReLU()([-1.0, 2.0])
    Tensor([0., 2.])
    """

    inplace: InitVar[bool] = False


class ReLU6(Applied, function=functional.relu6):
    """
    >>> ReLU6()([-1.0, 8.0])
    Tensor([0., 6.])
    """

    inplace: InitVar[bool] = False


class LeakyReLU(Applied, function=functional.leaky_relu):
    """
    >>> LeakyReLU()([-1.0, 2.0])
    Tensor([-0.01,  2.  ])
    """

    negative_slope: float = 0.01
    inplace: InitVar[bool] = False


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

    _printed = ("num_parameters",)

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: DTypeLike | None = None
    ) -> None:
        super().__init__()
        check_size("PReLU", num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.weight = Parameter(np.full(num_parameters, init), dtype=floating_dtype("PReLU", dtype))

    def forward(self, input: Any) -> Tensor:
        return functional.prelu(input, self.weight)


class RReLU(Applied, function=functional.rrelu):
    """
    >>> RReLU(0.25, 0.75).eval()([-2.0, 3.0])
    Tensor([-1.,  3.])
    """

    lower: float = 1 / 8
    upper: float = 1 / 3
    inplace: InitVar[bool] = False
    generator: np.random.Generator | None = field(default=None, kw_only=True, repr=False)


class ELU(Applied, function=functional.elu):
    """
    >>> ELU()([-1000.0, 2.0])
    Tensor([-1.,  2.])
    """

    alpha: float = 1.0
    inplace: InitVar[bool] = False


class SELU(Applied, function=functional.selu):
    """
    >>> SELU()(0.0)
    Tensor(0.)
    """

    inplace: InitVar[bool] = False


class CELU(Applied, function=functional.celu):
    """
    >>> CELU(0.5)([-1000.0, 2.0])
    Tensor([-0.5,  2. ])
    """

    alpha: float = 1.0
    inplace: InitVar[bool] = False


class GELU(Applied, function=functional.gelu):
    """
    >>> GELU()(0.0)
    Tensor(0.)
    """

    approximate: str = "none"


class SiLU(Applied, function=functional.silu):
    """
    >>> SiLU()(0.0)
    Tensor(0.)
    """

    inplace: InitVar[bool] = False


class Mish(Applied, function=functional.mish):
    """
    >>> Mish()(0.0)
    Tensor(0.)
    """

    inplace: InitVar[bool] = False


class Hardswish(Applied, function=functional.hardswish):
    """
    >>> Hardswish()(3.0)
    Tensor(3.)
    """

    inplace: InitVar[bool] = False


class Hardshrink(Applied, function=functional.hardshrink):
    """
    >>> Hardshrink()([-1.0, 0.25])
    Tensor([-1.,  0.])
    """

    lambd: float = 0.5


class Softshrink(Applied, function=functional.softshrink):
    """
    >>> Softshrink()([-1.0, 0.25])
    Tensor([-0.5,  0. ])
    """

    lambd: float = 0.5


class Threshold(Applied, function=functional.threshold):
    """
    >>> Threshold(1.0, -7.0)([0.5, 2.0])
    Tensor([-7.,  2.])
    """

    threshold: float
    value: float
    inplace: InitVar[bool] = False


class Identity(Module):
    """The input itself: a place holder, which takes the options of what it holds the place of.

    >>> Identity(54, bias=False)(2.0)
    2.0
    """

    def __init__(self, *unused: Any, **options: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        return input
