"""Losses of one class among several."""

from __future__ import annotations

from typing import Any, ClassVar

from autograd_core.errors import DtypeError

from ... import functional
from ...checks import check_fraction, is_whole
from .base import Loss

__all__ = ["CrossEntropyLoss", "NLLLoss"]


def _check_ignored(kind: str, ignore_index: Any) -> None:
    if not is_whole(ignore_index):
        raise DtypeError(
            f"{kind}: `ignore_index` has to be an integer, got {ignore_index!r}; the loss is made first, "
            f"loss = nn.{kind}(), and then called, loss(output, target)"
        )


class NLLLoss(Loss, function=functional.nll_loss):
    """
    >>> NLLLoss()([[-0.5, -1.0]], [0])
    Tensor(0.5)
    """

    weight: Any = None
    ignore_index: int = -100
    reduction: str = "mean"
    _checks: ClassVar = {"ignore_index": _check_ignored}


class CrossEntropyLoss(Loss, function=functional.cross_entropy):
    """
    >>> CrossEntropyLoss()([[0.0, 1000.0]], [0])
    Tensor(1000.)
    """

    weight: Any = None
    ignore_index: int = -100
    reduction: str = "mean"
    label_smoothing: float = 0.0
    _checks: ClassVar = {"ignore_index": _check_ignored, "label_smoothing": check_fraction}
