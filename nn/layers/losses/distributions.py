"""Losses between distributions, and the likelihood of numbers under one."""

from __future__ import annotations

from ... import functional
from ...checks import check_positive
from ...functional.losses.reduction import BATCH_REDUCTIONS
from .base import Loss

__all__ = ["GaussianNLLLoss", "KLDivLoss", "PoissonNLLLoss"]


class KLDivLoss(Loss):
    """q (ln q - ln p); see :func:`nn.functional.kl_div`.

    >>> KLDivLoss(reduction="batchmean")([[-2.0, 0.0]], [[1.0, 0.0]])
    Tensor(2.)
    """

    function = staticmethod(functional.kl_div)
    reductions = BATCH_REDUCTIONS

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction, log_target=log_target)


class PoissonNLLLoss(Loss):
    """λ - k ln λ of counts k; see :func:`nn.functional.poisson_nll_loss`.

    >>> PoissonNLLLoss()([0.0], [3.0])
    Tensor(1.)
    """

    function = staticmethod(functional.poisson_nll_loss)

    def __init__(
        self, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: str = "mean"
    ) -> None:
        super().__init__(log_input=log_input, full=full, eps=eps, reduction=reduction)


class GaussianNLLLoss(Loss):
    """1/2 (ln σ² + (x - y)² / σ²); see :func:`nn.functional.gaussian_nll_loss`.

    Raises:
        DomainError: if ``eps`` is not positive.

    >>> GaussianNLLLoss()([3.0], [1.0], [1.0])
    Tensor(2.)
    """

    function = staticmethod(functional.gaussian_nll_loss)

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        check_positive("GaussianNLLLoss", eps=eps)
        super().__init__(full=full, eps=eps, reduction=reduction)
