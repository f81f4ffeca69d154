"""Losses that ask for a margin."""

from __future__ import annotations

from typing import Any

from ... import functional
from ...functional.losses.margins import check_exponent
from .base import Loss

__all__ = [
    "HingeEmbeddingLoss",
    "HingeLoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiMarginLoss",
    "SoftMarginLoss",
]


class HingeLoss(Loss):
    """max(0, 1 - y f) of the support vector machine; see :func:`nn.functional.hinge_loss`.

    >>> HingeLoss()([0.5], [1])
    Tensor(0.5)
    """

    function = staticmethod(functional.hinge_loss)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)


class SoftMarginLoss(Loss):
    """ln(1 + exp(-y f)); see :func:`nn.functional.soft_margin_loss`.

    >>> SoftMarginLoss()([1000.0], [-1])
    Tensor(1000.)
    """

    function = staticmethod(functional.soft_margin_loss)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)


class HingeEmbeddingLoss(Loss):
    """Distances of pairs, alike and not; see :func:`nn.functional.hinge_embedding_loss`.

    >>> HingeEmbeddingLoss()([0.25], [-1])
    Tensor(0.75)
    """

    function = staticmethod(functional.hinge_embedding_loss)

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(margin=margin, reduction=reduction)


class MarginRankingLoss(Loss):
    """max(0, margin - y (x1 - x2)); see :func:`nn.functional.margin_ranking_loss`.

    >>> MarginRankingLoss()([3.0], [2.0], [-1])
    Tensor(1.)
    """

    function = staticmethod(functional.margin_ranking_loss)

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(margin=margin, reduction=reduction)


class MultiMarginLoss(Loss):
    """The hinge loss of several classes; see :func:`nn.functional.multi_margin_loss`.

    Raises:
        DomainError: if ``p`` is neither 1 nor 2.

    >>> MultiMarginLoss(p=2)([[0.5, 1.0]], [1])
    Tensor(0.125)
    """

    function = staticmethod(functional.multi_margin_loss)

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean") -> None:
        check_exponent("MultiMarginLoss", p)
        super().__init__(p=p, margin=margin, weight=weight, reduction=reduction)


class MultiLabelMarginLoss(Loss):
    """A hinge for each pair of classes, one that applies and one not; see
    :func:`nn.functional.multilabel_margin_loss`.

    >>> MultiLabelMarginLoss()([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])
    Tensor(0.85)
    """

    function = staticmethod(functional.multilabel_margin_loss)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
