"""Losses of two classes."""

from __future__ import annotations

from typing import Any

from ... import functional
from .base import Loss

__all__ = ["BCELoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss"]


class BCELoss(Loss):
    """-(y ln p + (1 - y) ln(1 - p)); see :func:`nn.functional.binary_cross_entropy`.

    >>> BCELoss()([1.0], [1.0]).item() == 0
    True
    """

    function = staticmethod(functional.binary_cross_entropy)

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(weight=weight, reduction=reduction)


class BCEWithLogitsLoss(Loss):
    """The same from logits; see :func:`nn.functional.binary_cross_entropy_with_logits`.

    >>> BCEWithLogitsLoss()([1000.0], [0.0])
    Tensor(1000.)
    """

    function = staticmethod(functional.binary_cross_entropy_with_logits)

    def __init__(self, weight: Any = None, reduction: str = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight=weight, reduction=reduction, pos_weight=pos_weight)


class MultiLabelSoftMarginLoss(Loss):
    """The same, averaged over classes; see :func:`nn.functional.multilabel_soft_margin_loss`.

    >>> MultiLabelSoftMarginLoss()([[1000.0, -1000.0]], [[1.0, 1.0]])
    Tensor(500.)
    """

    function = staticmethod(functional.multilabel_soft_margin_loss)

    def __init__(self, weight: Any = None, reduction: str = "mean") -> None:
        super().__init__(weight=weight, reduction=reduction)
