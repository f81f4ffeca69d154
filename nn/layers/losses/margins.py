"""Losses that ask for a margin."""

from __future__ import annotations

from typing import Any

from ... import functional
from .base import Loss, ReducedLoss

__all__ = [
    "HingeEmbeddingLoss",
    "HingeLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
]


class HingeLoss(ReducedLoss, function=functional.hinge_loss):
    """
    >>> HingeLoss()([0.5], [1])
    Tensor(0.5)
    """


class SoftMarginLoss(ReducedLoss, function=functional.soft_margin_loss):
    """
    >>> SoftMarginLoss()([1000.0], [-1])
    Tensor(1000.)
    """


class HingeEmbeddingLoss(Loss, function=functional.hinge_embedding_loss):
    """
    >>> HingeEmbeddingLoss()([0.25], [-1])
    Tensor(0.75)
    """

    margin: float = 1.0
    reduction: str = "mean"


class MarginRankingLoss(Loss, function=functional.margin_ranking_loss):
    """
    >>> MarginRankingLoss()([3.0], [2.0], [-1])
    Tensor(1.)
    """

    margin: float = 0.0
    reduction: str = "mean"


class MultiMarginLoss(Loss, function=functional.multi_margin_loss):
    """
    >>> MultiMarginLoss(p=2)([[0.5, 1.0]], [1])
    Tensor(0.125)
    """

    p: int = 1
    margin: float = 1.0
    weight: Any = None
    reduction: str = "mean"


class MultiLabelMarginLoss(ReducedLoss, function=functional.multilabel_margin_loss):
    """
    >>> MultiLabelMarginLoss()([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])
    Tensor(0.85)
    """
