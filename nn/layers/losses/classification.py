"""Losses of one class among several."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core.errors import DtypeError

from ... import functional
from ...checks import check_fraction
from .base import Loss

__all__ = ["CrossEntropyLoss", "NLLLoss"]


def _check_ignored(kind: str, ignore_index: Any) -> None:
    if isinstance(ignore_index, bool) or not isinstance(ignore_index, int | np.integer):
        raise DtypeError(
            f"{kind}: `ignore_index` has to be an integer, got {ignore_index!r}; the loss is made first, "
            f"loss = nn.{kind}(), and then called, loss(output, target)"
        )


class NLLLoss(Loss):
    """-ln p of the right class; see :func:`nn.functional.nll_loss`.

    Raises:
        DtypeError: if ``ignore_index`` is no integer.

    >>> NLLLoss()([[-0.5, -1.0]], [0])
    Tensor(0.5)
    """

    function = staticmethod(functional.nll_loss)

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> None:
        _check_ignored("NLLLoss", ignore_index)
        super().__init__(weight=weight, ignore_index=ignore_index, reduction=reduction)


class CrossEntropyLoss(Loss):
    """-ln p of the right class, from logits; see :func:`nn.functional.cross_entropy`.

    Raises:
        DomainError: if ``label_smoothing`` is no fraction.
        DtypeError: if ``ignore_index`` is no integer.

    >>> CrossEntropyLoss()([[0.0, 1000.0]], [0])
    Tensor(1000.)
    """

    function = staticmethod(functional.cross_entropy)

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        _check_ignored("CrossEntropyLoss", ignore_index)
        check_fraction("CrossEntropyLoss", label_smoothing=label_smoothing)
        super().__init__(
            weight=weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
        )
