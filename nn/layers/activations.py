"""Activations as modules, for :class:`nn.Sequential`.

``inplace`` is PyTorch's and changes nothing here: what is recorded is never overwritten.
"""

from __future__ import annotations

from typing import Any

from autograd_core.errors import ShapeError

from .. import functional
from ..functional.operands import as_tensor
from ..module import Module
from .applied import Applied, AppliedInPlace

__all__ = [
    "GLU",
    "Hardsigmoid",
    "Hardtanh",
    "Identity",
    "LogSigmoid",
    "LogSoftmax",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softsign",
    "Tanh",
    "Tanhshrink",
]


class Sigmoid(Applied):
    """1 / (1 + exp(-x)); see :func:`nn.functional.sigmoid`.

    >>> Sigmoid()(0.0)
    Tensor(0.5)
    """

    function = staticmethod(functional.sigmoid)


class LogSigmoid(Applied):
    """ln(1 / (1 + exp(-x))); see :func:`nn.functional.logsigmoid`.

    >>> LogSigmoid()(-1000.0)
    Tensor(-1000.)
    """

    function = staticmethod(functional.logsigmoid)


class Hardsigmoid(AppliedInPlace):
    """(x + 3) / 6 between 0 and 1; see :func:`nn.functional.hardsigmoid`.

    >>> Hardsigmoid()(0.0)
    Tensor(0.5)
    """

    function = staticmethod(functional.hardsigmoid)


class Tanh(Applied):
    """The hyperbolic tangent; see :func:`nn.functional.tanh`.

    >>> Tanh()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.tanh)


class Tanhshrink(Applied):
    """x - tanh(x); see :func:`nn.functional.tanhshrink`.

    >>> Tanhshrink()(0.0)
    Tensor(0.)
    """

    function = staticmethod(functional.tanhshrink)


class Softsign(Applied):
    """x / (1 + |x|); see :func:`nn.functional.softsign`.

    >>> Softsign()(3.0)
    Tensor(0.75)
    """

    function = staticmethod(functional.softsign)


class Hardtanh(Applied):
    """x between the two bounds; see :func:`nn.functional.hardtanh`.

    >>> Hardtanh()([-3.0, 0.5])
    Tensor([-1. ,  0.5])
    """

    function = staticmethod(functional.hardtanh)

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(min_val=min_val, max_val=max_val)


class Softplus(Applied):
    """ln(1 + exp(β x)) / β; see :func:`nn.functional.softplus`.

    >>> Softplus()(1000.0)
    Tensor(1000.)
    """

    function = staticmethod(functional.softplus)

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__(beta=beta, threshold=threshold)


class Softmax(Applied):
    """exp(x_k) / Σ_j exp(x_j) along ``dim``; see :func:`nn.functional.softmax`.

    >>> Softmax(dim=1)([[1.0, 1.0]])
    Tensor([[0.5, 0.5]])
    """

    function = staticmethod(functional.softmax)

    def __init__(self, dim: int) -> None:
        super().__init__(dim=dim)


class Softmax2d(Applied):
    """Softmax over the channels of each pixel, (N, C, H, W) or (C, H, W); see :func:`nn.functional.softmax`.

    Raises:
        ShapeError: if the input has another number of axes.

    >>> Softmax2d()([[[1.0]], [[1.0]]])
    Tensor([[[0.5]], [[0.5]]])
    """

    def forward(self, input: Any) -> Any:
        x = as_tensor(input, "Softmax2d")
        if x.ndim not in (3, 4):
            raise ShapeError(f"Softmax2d: the input has shape {x.shape}, not (N, C, H, W) or (C, H, W)")
        return functional.softmax(x, dim=-3)


class GLU(Applied):
    """One half of the input opens gates for the other; see :func:`nn.functional.glu`.

    >>> GLU()([4.0, 6.0, 0.0, 1000.0])
    Tensor([2., 6.])
    """

    function = staticmethod(functional.glu)

    def __init__(self, dim: int = -1) -> None:
        super().__init__(dim=dim)


class Softmin(Applied):
    """exp(-x_k) / Σ_j exp(-x_j) along ``dim``; see :func:`nn.functional.softmin`.

    >>> Softmin(dim=1)([[1.0, 1.0]])
    Tensor([[0.5, 0.5]])
    """

    function = staticmethod(functional.softmin)

    def __init__(self, dim: int) -> None:
        super().__init__(dim=dim)


class LogSoftmax(Applied):
    """x_k - ln Σ_j exp(x_j) along ``dim``; see :func:`nn.functional.log_softmax`.

    >>> LogSoftmax(dim=1)([[0.0, -1e4]])
    Tensor([[     0., -10000.]])
    """

    function = staticmethod(functional.log_softmax)

    def __init__(self, dim: int) -> None:
        super().__init__(dim=dim)


class Identity(Module):
    """The input itself: a place holder.

    >>> Identity()(2.0)
    2.0
    """

    def forward(self, input: Any) -> Any:
        return input
