"""Losses of numbers: how far an output is from the number that is wanted."""

from __future__ import annotations

from typing import Any

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.context import in_own_scope

from ...checks import check_not_negative, check_positive, checked
from .reduction import joined, joined_in_batches, joined_with_weights, two_alike

__all__ = ["half_squared_error", "huber_loss", "l1_loss", "mse_loss", "smooth_l1_loss"]


@in_own_scope
def mse_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Tensor:
    """(x - y)², of any shape.

    Args:
        input: x.
        target: y.
        reduction: "mean" (over all elements; over all weights, if there are some), "sum" or "none".
        weight: a factor for each element.

    Raises:
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Legendre (1805), "Nouvelles méthodes pour la détermination des orbites des comètes".

    >>> mse_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """
    x, y = two_alike(input, target, "mse_loss")
    losses = (x - y).square()
    if weight is None:  # the usual case, without a detour
        return joined(losses, reduction, "mse_loss")
    return joined_with_weights(losses, weight, reduction, "mse_loss", per_weight=True)


@in_own_scope
def half_squared_error(input: Any, target: Any, reduction: str = "sum") -> Tensor:
    """1/2 Σ (x - y)², whose gradient is x - y without a factor; of any shape.

    Args:
        input: x.
        target: y.
        reduction: "sum", "batchmean" (the sum divided by the number of samples, along the first axis),
            "mean" (over all elements) or "none".

    Raises:
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Rumelhart, Hinton and Williams (1986), "Learning representations by back-propagating errors",
    eq. 3.

    >>> half_squared_error([[1.0, 2.0]], [[1.0, 4.0]])
    Tensor(2.)
    """
    x, y = two_alike(input, target, "half_squared_error")
    return joined_in_batches(0.5 * (x - y).square(), reduction, "half_squared_error")


@in_own_scope
def l1_loss(input: Any, target: Any, reduction: str = "mean", weight: Any = None) -> Tensor:
    """|x - y|, of any shape; the derivative where they are equal is 0.

    Args:
        input: x.
        target: y.
        reduction: "mean" (over all elements; over all weights, if there are some), "sum" or "none".
        weight: a factor for each element.

    Raises:
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Boscovich (1757), "De litteraria expeditione per pontificiam ditionem".

    >>> l1_loss([1.0, 2.0], [1.0, 4.0])
    Tensor(1.)
    """
    x, y = two_alike(input, target, "l1_loss")
    return joined_with_weights(abs(x - y), weight, reduction, "l1_loss", per_weight=True)


@checked(delta=check_positive)
@in_own_scope
def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Tensor:
    """1/2 d² where the difference d = x - y is at most δ, δ (|d| - δ/2) beyond; of any shape.

    With c the difference cut off at ±δ both are c (d - c/2), whose derivative is c.

    Args:
        input: x.
        target: y.
        reduction: "mean" (over all elements), "sum" or "none".
        delta: δ.
        weight: factors that broadcast to the input.

    Raises:
        DomainError: if ``delta`` is not positive.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Huber (1964), "Robust estimation of a location parameter".

    >>> huber_loss([0.5, -9.0], [0.0, 0.0], reduction="none")
    Tensor([0.125, 8.5  ])
    """
    x, y = two_alike(input, target, "huber_loss")
    losses = _parabola_then_line(x - y, delta, 1.0)
    return joined_with_weights(losses, weight, reduction, "huber_loss")


def _parabola_then_line(d: Tensor, bend: float, scale: float) -> Tensor:
    near = ac.clip(d, -bend, bend)
    return (near if scale == 1 else near * scale) * (d - 0.5 * near)  # type: ignore[no-any-return]


@checked(beta=check_not_negative)
@in_own_scope
def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """d² / 2β where the difference d = x - y is below β, |d| - β/2 beyond: a Huber loss divided by β.

    Args:
        input: x, of any shape.
        target: y.
        reduction: "mean", "sum" or "none".
        beta: where the parabola ends; with 0 it is :func:`l1_loss`.

    Raises:
        DomainError: if ``beta`` is negative.
        ShapeError: if the shapes differ, or there is nothing to average.

    Source: Girshick (2015), "Fast R-CNN", eq. 3.

    >>> smooth_l1_loss([0.5, -9.0], [0.0, 0.0], reduction="none")
    Tensor([0.125, 8.5  ])
    """
    x, y = two_alike(input, target, "smooth_l1_loss")
    losses = _parabola_then_line(x - y, beta, 1 / beta) if beta else abs(x - y)
    return joined(losses, reduction, "smooth_l1_loss")
