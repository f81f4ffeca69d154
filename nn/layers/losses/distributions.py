"""Losses between distributions, and the likelihood of numbers under one."""

from __future__ import annotations

from dataclasses import KW_ONLY

from ... import functional
from ...functional.losses.reduction import BATCH_REDUCTIONS
from .base import Loss

__all__ = ["GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss"]


class KLDivLoss(Loss, function=functional.kl_div):
    """
    >>> KLDivLoss(reduction="batchmean")([[-2.0, 0.0]], [[1.0, 0.0]])
    Tensor(2.)
    """

    reductions = BATCH_REDUCTIONS
    reduction: str = "mean"
    log_target: bool = False


class PoissonNLLLoss(Loss, function=functional.poisson_nll_loss):
    """
    >>> PoissonNLLLoss()([0.0], [3.0])
    Tensor(1.)
    """

    log_input: bool = True
    full: bool = False
    eps: float = 1e-8
    reduction: str = "mean"


class GaussianNLLLoss(Loss, function=functional.gaussian_nll_loss):
    """
    >>> GaussianNLLLoss()([3.0], [1.0], [1.0])
    Tensor(2.)
    """

    _: KW_ONLY
    full: bool = False
    eps: float = 1e-6
    reduction: str = "mean"
