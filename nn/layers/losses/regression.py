"""Losses of numbers."""

from __future__ import annotations

from ... import functional
from ...functional.losses.reduction import BATCH_REDUCTIONS
from .base import Loss, ReducedLoss

__all__ = ["HalfSquaredError", "HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss"]


class MSELoss(ReducedLoss, function=functional.mse_loss):
    """
    >>> MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """


class HalfSquaredError(Loss, function=functional.half_squared_error):
    """
    >>> HalfSquaredError()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    reductions = BATCH_REDUCTIONS
    reduction: str = "sum"


class L1Loss(ReducedLoss, function=functional.l1_loss):
    """
    >>> L1Loss()([1.0, 2.0], [1.0, 4.0])
    Tensor(1.)
    """


class HuberLoss(ReducedLoss, function=functional.huber_loss):
    """
    >>> HuberLoss(delta=2.0)([4.0], [0.0])
    Tensor(6.)
    """

    delta: float = 1.0


class SmoothL1Loss(ReducedLoss, function=functional.smooth_l1_loss):
    """
    >>> SmoothL1Loss(beta=2.0)([4.0], [0.0])
    Tensor(3.)
    """

    beta: float = 1.0
