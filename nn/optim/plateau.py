"""A learning rate that falls when nothing gets better any more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autograd_core.errors import DomainError

from .optimizer import Optimizer
from .options import fraction, not_negative
from .schedules import count, require_optimizer, require_step_before

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau:
    """Multiply the rate by ``factor`` when a measure has not improved for more than ``patience`` epochs.

    Args:
        optimizer: whose groups are changed.
        mode: "min" if smaller is better, "max" if larger is.
        factor: below 1.
        patience: how many epochs without improvement are borne.
        threshold: the least improvement that counts.
        threshold_mode: "rel", relative to the best so far, or "abs".
        cooldown: how many epochs are not counted after a change.
        min_lr: no rate falls below.
        eps: smaller changes are not made.

    Raises:
        DomainError: for a factor of 1 or more, or an unknown mode.
        GraphError: from ``step()``, if the optimiser has made no step yet.

    >>> import nn
    >>> optimiser = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.ReduceLROnPlateau(optimiser, patience=1)
    >>> optimiser.step()
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> schedule.get_last_lr()
    [0.1]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        owner = "ReduceLROnPlateau"
        require_optimizer(owner, optimizer)
        if mode not in ("min", "max"):
            raise DomainError(f"{owner}: `mode` (={mode!r}) has to be 'min' or 'max'")
        if threshold_mode not in ("rel", "abs"):
            raise DomainError(f"{owner}: `threshold_mode` (={threshold_mode!r}) has to be 'rel' or 'abs'")
        fraction(owner, "factor", factor)
        count(owner, "patience", patience, 0)
        count(owner, "cooldown", cooldown, 0)
        for name, value in (("threshold", threshold), ("min_lr", min_lr), ("eps", eps)):
            not_negative(owner, name, value)
        self.optimizer, self.factor, self.patience, self.cooldown = optimizer, factor, patience, cooldown
        self.min_lr, self.eps = min_lr, eps
        self._sign = 1 if mode == "min" else -1
        self._threshold, self._relative = threshold, threshold_mode == "rel"
        self._steps_before = optimizer.steps_taken
        self.last_epoch, self.num_bad_epochs, self.cooldown_counter = 0, 0, 0
        self.best = self._sign * math.inf

    def step(self, metrics: Any) -> None:
        """Tell the measure of the epoch (a number, or a tensor of one)."""
        require_step_before("ReduceLROnPlateau", self.optimizer, self.last_epoch, self._steps_before)
        measure = float(metrics)
        self.last_epoch += 1
        if self._is_better(measure):
            self.best, self.num_bad_epochs = measure, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                reduced = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - reduced > self.eps:
                    group["lr"] = reduced
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, measure: float) -> bool:
        if self._relative:
            bound = self.best * (1 - self._sign * self._threshold)
        else:
            bound = self.best - self._sign * self._threshold
        return self._sign * measure < self._sign * bound

    def get_last_lr(self) -> list[float]:
        """The rates that are set now, one for each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here."""
        names = ("last_epoch", "num_bad_epochs", "cooldown_counter", "best")
        return {name: getattr(self, name) for name in names} | {"lrs": self.get_last_lr()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of the same options was."""
        for name in ("last_epoch", "num_bad_epochs", "cooldown_counter"):
            setattr(self, name, int(state_dict[name]))
        self.best = float(state_dict["best"])
        for group, rate in zip(self.optimizer.param_groups, state_dict["lrs"], strict=True):
            group["lr"] = rate
