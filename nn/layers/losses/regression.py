"""Losses of numbers."""

from __future__ import annotations

from ... import functional
from ...functional.losses.reduction import BATCH_REDUCTIONS
from .base import Loss

__all__ = ["HalfSquaredError", "HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss"]


class MSELoss(Loss, function=functional.mse_loss):
    """
    >>> MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    reduction: str = "mean"


class HalfSquaredError(Loss, function=functional.half_squared_error):
    """
    >>> HalfSquaredError()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    reductions = BATCH_REDUCTIONS
    reduction: str = "sum"


class L1Loss(Loss, function=functional.l1_loss):
    """
    >>> L1Loss()([1.0, 2.0], [1.0, 4.0])
    Tensor(1.)
    """

    reduction: str = "mean"


class HuberLoss(Loss, function=functional.huber_loss):
    """
    >>> HuberLoss(delta=2.0)([4.0], [0.0])
    Tensor(6.)
    """

    reduction: str = "mean"
    delta: float = 1.0


class SmoothL1Loss(Loss, function=functional.smooth_l1_loss):
    """
    >>> SmoothL1Loss(beta=2.0)([4.0], [0.0])
    Tensor(3.)
    """

    reduction: str = "mean"
    beta: float = 1.0
