"""Losses as modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from autograd_core import Tensor

from .. import functional
from ..functional.losses import check_reduction
from ..module import Module

__all__ = ["BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "MSELoss", "NLLLoss"]


class _Loss(Module):
    """A loss function with its ``reduction``: "mean", "sum" or "none".

    Raises:
        DomainError: for another word.
    """

    function: ClassVar[Callable[..., Tensor]]

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return type(self).function(input, target, self.reduction)


class MSELoss(_Loss):
    """(x - y)²; see :func:`nn.functional.mse_loss`.

    >>> MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    function = staticmethod(functional.mse_loss)


class BCELoss(_Loss):
    """-(y ln p + (1 - y) ln(1 - p)); see :func:`nn.functional.binary_cross_entropy`.

    >>> BCELoss()([1.0], [1.0]).item() == 0
    True
    """

    function = staticmethod(functional.binary_cross_entropy)


class BCEWithLogitsLoss(_Loss):
    """The same from logits; see :func:`nn.functional.binary_cross_entropy_with_logits`.

    >>> BCEWithLogitsLoss()([1000.0], [0.0])
    Tensor(1000.)
    """

    function = staticmethod(functional.binary_cross_entropy_with_logits)


class NLLLoss(_Loss):
    """-ln p of the right class; see :func:`nn.functional.nll_loss`.

    >>> NLLLoss()([[-0.5, -1.0]], [0])
    Tensor(0.5)
    """

    function = staticmethod(functional.nll_loss)


class CrossEntropyLoss(_Loss):
    """-ln p of the right class, from logits; see :func:`nn.functional.cross_entropy`.

    >>> CrossEntropyLoss()([[0.0, 1000.0]], [0])
    Tensor(1000.)
    """

    function = staticmethod(functional.cross_entropy)
