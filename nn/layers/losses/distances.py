"""Distances of vectors, and losses that move alike ones together and others apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd_core import Tensor

from ... import functional
from ...checks import check_positive
from ..applied import Applied
from .base import Loss

__all__ = [
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "PairwiseDistance",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class PairwiseDistance(Applied):
    """‖x1 - x2 + ε‖_p; see :func:`nn.functional.pairwise_distance`.

    >>> PairwiseDistance(eps=0.0)([[3.0, 0.0]], [[0.0, 4.0]])
    Tensor([5.])
    """

    function = staticmethod(functional.pairwise_distance)

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__(p=p, eps=eps, keepdim=keepdim)


class CosineSimilarity(Applied):
    """The cosine of the angle between vectors; see :func:`nn.functional.cosine_similarity`.

    >>> CosineSimilarity()([[3.0, 4.0]], [[3.0, 0.0]])
    Tensor([0.6])
    """

    function = staticmethod(functional.cosine_similarity)

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__(dim=dim, eps=eps)


class CosineEmbeddingLoss(Loss):
    """1 - cos of pairs that are alike; see :func:`nn.functional.cosine_embedding_loss`.

    >>> CosineEmbeddingLoss()([[3.0, 4.0]], [[4.0, 3.0]], [1])
    Tensor(0.04)
    """

    function = staticmethod(functional.cosine_embedding_loss)

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(margin=margin, reduction=reduction)


class TripletMarginLoss(Loss):
    """The alike one has to be nearer than the other; see :func:`nn.functional.triplet_margin_loss`.

    Raises:
        DomainError: if the margin is not positive.

    >>> TripletMarginLoss(eps=0.0)([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]])
    Tensor(0.5)
    """

    function = staticmethod(functional.triplet_margin_loss)

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        check_positive("TripletMarginLoss", margin=margin)
        super().__init__(margin=margin, p=p, eps=eps, swap=swap, reduction=reduction)


class TripletMarginWithDistanceLoss(Loss):
    """The same with another distance; see :func:`nn.functional.triplet_margin_with_distance_loss`.

    Raises:
        DomainError: if the margin is not positive.

    >>> TripletMarginWithDistanceLoss(margin=0.5)([[0.0]], [[2.0]], [[1.0]])
    Tensor(1.5)
    """

    function = staticmethod(functional.triplet_margin_with_distance_loss)

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        check_positive("TripletMarginWithDistanceLoss", margin=margin)
        super().__init__(distance_function=distance_function, margin=margin, swap=swap, reduction=reduction)
