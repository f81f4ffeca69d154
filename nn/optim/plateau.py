"""A learning rate that falls when nothing gets better any more."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Tensor, Value
from autograd_core.context import array_of, at_every_run

from ..checks import check_count, check_decay, check_each, check_not_negative, check_word
from .options import option
from .schedules import Schedule

__all__ = ["ReduceLROnPlateau"]

_STATE = {"last_epoch": int, "num_bad_epochs": int, "cooldown_counter": int, "best": float}


class ReduceLROnPlateau(Schedule):
    """Multiply the rate by ``factor`` when a measure has not improved for more than ``patience`` epochs.

    Args:
        optimizer: whose groups are changed.
        mode: "min" if smaller is better, "max" if larger is.
        factor: below 1.
        patience: how many epochs without improvement are borne.
        threshold: the least improvement that counts.
        threshold_mode: "rel", relative to the best so far, or "abs".
        cooldown: how many epochs are not counted after a change.
        min_lr: no rate falls below; a list has one for each group.
        eps: smaller changes are not made.

    Raises:
        DomainError: for a factor of 1 or more, or an unknown mode.
        ShapeError: for a list that has not one for each group.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.ReduceLROnPlateau(optimizer, patience=1)
    >>> optimizer.step()
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.1]
    """

    mode: str = option(check_word, ("min", "max"), default="min")
    factor: float = option(check_decay, default=0.1)
    patience: int = option(check_count, 0, default=10)
    threshold: float = option(check_not_negative, default=1e-4)
    threshold_mode: str = option(check_word, ("rel", "abs"), default="rel")
    cooldown: int = option(check_count, 0, default=0)
    min_lr: float | Sequence[float] = option(check_each, check_not_negative, default=0.0)
    eps: float = option(check_not_negative, default=1e-8)

    def _begin(self) -> None:
        self._least = self._for_each_group("min_lr", self.min_lr)
        self._sign = 1 if self.mode == "min" else -1
        self.num_bad_epochs, self.cooldown_counter, self.best = 0, 0, self._sign * math.inf

    def step(self, metrics: Any) -> None:
        """Tell the measure of the epoch (a number, or a tensor of one)."""
        at_every_run(self._step, array_of(metrics) if isinstance(metrics, Value | Tensor) else metrics)

    def _step(self, metrics: Any) -> None:
        measure = float(np.asarray(metrics).item())
        self.last_epoch += 1
        if self._is_better(measure):
            self.best, self.num_bad_epochs = measure, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group, least in zip(self.optimizer.param_groups, self._least, strict=True):
                reduced = max(group["lr"] * self.factor, least)
                if group["lr"] - reduced > self.eps:
                    group["lr"] = reduced
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, measure: float) -> bool:
        margin = self._sign * self.threshold
        bound = self.best * (1 - margin) if self.threshold_mode == "rel" else self.best - margin
        return self._sign * measure < self._sign * bound

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here."""
        return {name: getattr(self, name) for name in _STATE} | {"lrs": self.get_last_lr()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of the same options was."""
        for name, kind in _STATE.items():
            setattr(self, name, kind(state_dict[name]))
        for group, rate in zip(self.optimizer.param_groups, state_dict["lrs"], strict=True):
            group["lr"] = rate
