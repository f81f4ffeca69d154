"""Losses of two classes."""

from __future__ import annotations

from typing import Any

from ... import functional
from .base import Loss

__all__ = ["BCELoss", "BCEWithLogitsLoss", "MultiLabelSoftMarginLoss"]


class BCELoss(Loss, function=functional.binary_cross_entropy):
    """
    >>> BCELoss()([1.0], [1.0]).item() == 0
    True
    """

    weight: Any = None
    reduction: str = "mean"


class BCEWithLogitsLoss(Loss, function=functional.binary_cross_entropy_with_logits):
    """
    >>> BCEWithLogitsLoss()([1000.0], [0.0])
    Tensor(1000.)
    """

    weight: Any = None
    reduction: str = "mean"
    pos_weight: Any = None


class MultiLabelSoftMarginLoss(Loss, function=functional.multilabel_soft_margin_loss):
    """
    >>> MultiLabelSoftMarginLoss()([[1000.0, -1000.0]], [[1.0, 1.0]])
    Tensor(500.)
    """

    weight: Any = None
    reduction: str = "mean"
