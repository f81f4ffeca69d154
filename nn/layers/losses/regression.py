"""Losses of numbers."""

from __future__ import annotations

from ... import functional
from ...checks import check_not_negative, check_positive
from ...functional.losses.reduction import BATCH_REDUCTIONS
from .base import Loss

__all__ = ["HalfSquaredError", "HuberLoss", "L1Loss", "MSELoss", "SmoothL1Loss"]


class MSELoss(Loss):
    """(x - y)²; see :func:`nn.functional.mse_loss`.

    >>> MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    function = staticmethod(functional.mse_loss)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)


class HalfSquaredError(Loss):
    """1/2 Σ (x - y)², with the gradient x - y; see :func:`nn.functional.half_squared_error`.

    >>> HalfSquaredError()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    function = staticmethod(functional.half_squared_error)
    reductions = BATCH_REDUCTIONS

    def __init__(self, reduction: str = "sum") -> None:
        super().__init__(reduction=reduction)


class L1Loss(Loss):
    """|x - y|; see :func:`nn.functional.l1_loss`.

    >>> L1Loss()([1.0, 2.0], [1.0, 4.0])
    Tensor(1.)
    """

    function = staticmethod(functional.l1_loss)

    def __init__(self, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)


class HuberLoss(Loss):
    """A parabola near 0, lines from ±δ on; see :func:`nn.functional.huber_loss`.

    Raises:
        DomainError: if ``delta`` is not positive.

    >>> HuberLoss(delta=2.0)([4.0], [0.0])
    Tensor(6.)
    """

    function = staticmethod(functional.huber_loss)

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        check_positive("HuberLoss", delta=delta)
        super().__init__(reduction=reduction, delta=delta)


class SmoothL1Loss(Loss):
    """|x - y| with its corner rounded between ±β; see :func:`nn.functional.smooth_l1_loss`.

    Raises:
        DomainError: if ``beta`` is negative.

    >>> SmoothL1Loss(beta=2.0)([4.0], [0.0])
    Tensor(3.)
    """

    function = staticmethod(functional.smooth_l1_loss)

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        check_not_negative("SmoothL1Loss", beta=beta)
        super().__init__(reduction=reduction, beta=beta)
