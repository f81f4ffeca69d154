"""Distances of vectors, and losses that move alike ones together and others apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope
from autograd_core.errors import ShapeError
from autograd_core.spelling import spelled

from ...checks import array_of_numbers, check_positive, checked
from .reduction import (
    at_least_zero,
    floating,
    joined,
    raised,
    signs_for,
    two_alike,
)

__all__ = [
    "cosine_embedding_loss",
    "cosine_similarity",
    "pairwise_distance",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


@spelled
def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """‖x1 - x2 + ε‖_p along the last axis.

    Args:
        x1: vectors, (..., D).
        x2: vectors that broadcast with them.
        p: the order of the norm.
        eps: ε, which keeps the gradient defined where both are equal.
        keepdim: keep the last axis, of length 1.

    Raises:
        ShapeError: if they do not broadcast, or are single numbers.

    Source: Minkowski (1896), "Geometrie der Zahlen".

    >>> pairwise_distance([[3.0, 0.0]], [[0.0, 4.0]], eps=0.0)
    Tensor([5.])
    """
    a, b = _vectors(x1, x2, "pairwise_distance")
    return ac.norm(a - b + eps, p, -1, keepdim)  # type: ignore[no-any-return]


def _vectors(x1: Any, x2: Any, function: str) -> tuple[Tensor, Tensor]:
    a, b = floating(x1, function), floating(x2, function)
    try:
        shape = np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        raise ShapeError(f"{function}(): the vectors of shapes {a.shape} and {b.shape} do not fit") from None
    if not shape:
        raise ShapeError(f"{function}(): needs vectors, got two single numbers")
    return a, b


@spelled
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors, x1 · x2 / (‖x1‖ ‖x2‖).

    Args:
        x1: vectors along the axis ``dim``.
        x2: vectors that broadcast with them.
        dim: that axis.
        eps: stands in for a length that is smaller.

    Raises:
        ShapeError: if they do not broadcast, or have no such axis.

    Source: Salton, Wong and Yang (1975), "A vector space model for automatic indexing".

    >>> cosine_similarity([[3.0, 4.0]], [[3.0, 0.0]])
    Tensor([0.6])
    """
    a, b = _vectors(x1, x2, "cosine_similarity")
    ndim = max(a.ndim, b.ndim)
    if not -ndim <= dim < ndim:
        raise ShapeError(
            f"cosine_similarity(): vectors of shapes {a.shape} and {b.shape} have no axis `dim` (={dim})"
        )
    shape = np.broadcast_shapes(a.shape, b.shape)
    units = []
    for vectors in (a, b):
        v = ac.broadcast_to(vectors, shape)
        units.append(v / raised(ac.norm(v, axis=dim, keepdims=True), eps))
    return (units[0] * units[1]).sum(axis=dim)  # type: ignore[no-any-return]


@in_own_scope
def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """1 - cos of a pair that belongs together, max(0, cos - margin) of one that does not.

    Args:
        input1: vectors, (D,) or (N, D).
        input2: vectors of the same shape.
        target: 1 for pairs that belong together, -1 for the others; () or (N,).
        margin: the cosine below which the others are left alone.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if a target is neither 1 nor -1.
        ShapeError: if the shapes do not fit, or there is nothing to average.

    Source: Bromley, Guyon, LeCun, Säckinger and Shah (1994), "Signature verification using a Siamese time
    delay neural network".

    >>> cosine_embedding_loss([[3.0, 4.0]], [[4.0, 3.0]], [1])
    Tensor(0.04)
    """
    function = "cosine_embedding_loss"
    a, b = two_alike(input1, input2, function, ("first input", "second"))
    if a.ndim not in (1, 2):
        raise ShapeError(f"{function}(): needs vectors, (D,) or (N, D), got shape {a.shape}")
    tiny = 1e-12  # a zero vector is at right angles to all others
    squares = a.square().sum(axis=-1) + tiny, b.square().sum(axis=-1) + tiny
    cosine = (a * b).sum(axis=-1) / (squares[0] * squares[1]).sqrt()
    together = signs_for(cosine, target, function).data > 0
    return joined(ac.where(together, 1 - cosine, at_least_zero(cosine - margin)), reduction, function)


@checked(margin=check_positive)
@in_own_scope
def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """max(0, margin + d(anchor, positive) - d(anchor, negative)), with d the :func:`pairwise_distance`.

    Args:
        anchor: vectors, (D,) or (..., D).
        positive: vectors of the same kind, of the same shape.
        negative: vectors of another kind, of the same shape.
        margin: by how much the other kind has to be farther away.
        p: the order of the norm.
        eps: see :func:`pairwise_distance`.
        swap: take d(positive, negative) where that is smaller than d(anchor, negative).
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if the margin is not positive.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Schroff, Kalenichenko and Philbin (2015), "FaceNet", eq. 2; Balntas, Riba, Ponsa and
    Mikolajczyk (2016), "Learning local feature descriptors with triplets", for the swap.

    >>> triplet_margin_loss([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]], eps=0.0)
    Tensor(0.5)
    """
    shapes = [
        array_of_numbers("triplet_margin_loss()", "a vector", x).shape for x in (anchor, positive, negative)
    ]
    if len(set(shapes)) > 1 or not shapes[0]:
        raise ShapeError(
            "triplet_margin_loss(): anchor, positive and negative need vectors of one shape, got "
            f"{shapes[0]}, {shapes[1]} and {shapes[2]}"
        )

    def distance(a: Tensor, b: Tensor) -> Tensor:
        return pairwise_distance(a, b, p, eps)

    return _triplet("triplet_margin_loss", (anchor, positive, negative), distance, margin, swap, reduction)


@checked(margin=check_positive)
@in_own_scope
def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """The :func:`triplet_margin_loss` with another distance.

    Args:
        anchor: vectors.
        positive: vectors of the same kind.
        negative: vectors of another kind.
        distance_function: the distance of two of them; :func:`pairwise_distance` when None.
        margin: by how much the other kind has to be farther away.
        swap: take the distance of positive and negative where that is smaller.
        reduction: "mean", "sum" or "none".

    Raises:
        DomainError: if the margin is not positive.
        ShapeError: if the shapes do not fit, or there is nothing to average.

    Source: Schroff, Kalenichenko and Philbin (2015), "FaceNet", eq. 2.

    >>> triplet_margin_with_distance_loss(
    ...     [[0.0]], [[2.0]], [[1.0]], distance_function=lambda a, b: abs(a - b).sum(axis=1)
    ... )
    Tensor(2.)
    """
    function = "triplet_margin_with_distance_loss"
    distance = distance_function or pairwise_distance
    return _triplet(function, (anchor, positive, negative), distance, margin, swap, reduction)


def _triplet(
    function: str,
    triplet: tuple[Any, Any, Any],
    distance: Callable[[Any, Any], Tensor],
    margin: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    anchor, positive, negative = (floating(x, function) for x in triplet)
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ac.minimum(far, distance(positive, negative))
    return joined(at_least_zero(margin + near - far), reduction, function)
