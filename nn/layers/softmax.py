"""Numbers along an axis weighed against each other, as modules."""

from __future__ import annotations

from typing import Any

from autograd_core.errors import ShapeError

from .. import functional
from ..functional.operands import as_tensor
from .applied import Applied

__all__ = [
    "GLU",
    "LogSoftmax",
    "Softmax",
    "Softmax2d",
    "Softmin",
]


class Softmax(Applied, function=functional.softmax):
    """
    >>> Softmax(dim=1)([[1.0, 1.0]])
    Tensor([[0.5, 0.5]])
    """

    dim: int


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


class Softmin(Applied, function=functional.softmin):
    """
    >>> Softmin(dim=1)([[1.0, 1.0]])
    Tensor([[0.5, 0.5]])
    """

    dim: int


class LogSoftmax(Applied, function=functional.log_softmax):
    """
    >>> LogSoftmax(dim=1)([[0.0, -1e4]])
    Tensor([[     0., -10000.]])
    """

    dim: int


class GLU(Applied, function=functional.glu):
    """
    >>> GLU()([4.0, 6.0, 0.0, 1000.0])
    Tensor([2., 6.])
    """

    dim: int = -1
