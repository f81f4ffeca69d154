"""Distances of vectors, and losses that move alike ones together and others apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from autograd_core import Tensor

from ... import functional
from ..applied import Applied
from .base import Loss

__all__ = [
    "CosineEmbeddingLoss",
    "CosineSimilarity",
    "PairwiseDistance",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class PairwiseDistance(Applied, function=functional.pairwise_distance):
    """
    >>> PairwiseDistance(eps=0.0)([[3.0, 0.0]], [[0.0, 4.0]])
    Tensor([5.])
    """

    p: float = 2.0
    eps: float = 1e-6
    keepdim: bool = False


class CosineSimilarity(Applied, function=functional.cosine_similarity):
    """
    >>> CosineSimilarity()([[3.0, 4.0]], [[3.0, 0.0]])
    Tensor([0.6])
    """

    dim: int = 1
    eps: float = 1e-8


class CosineEmbeddingLoss(Loss, function=functional.cosine_embedding_loss):
    """
    >>> CosineEmbeddingLoss()([[3.0, 4.0]], [[4.0, 3.0]], [1])
    Tensor(0.04)
    """

    margin: float = 0.0
    reduction: str = "mean"


class TripletMarginLoss(Loss, function=functional.triplet_margin_loss):
    """
    >>> TripletMarginLoss(eps=0.0)([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]])
    Tensor(0.5)
    """

    margin: float = 1.0
    p: float = 2.0
    eps: float = 1e-6
    swap: bool = False
    reduction: str = "mean"


class TripletMarginWithDistanceLoss(Loss, function=functional.triplet_margin_with_distance_loss):
    """
    >>> TripletMarginWithDistanceLoss(margin=0.5)([[0.0]], [[2.0]], [[1.0]])
    Tensor(1.5)
    """

    _: KW_ONLY
    distance_function: Callable[[Any, Any], Tensor] | None = None
    margin: float = 1.0
    swap: bool = False
    reduction: str = "mean"
