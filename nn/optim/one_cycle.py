"""One rise and one fall of the learning rate over a whole training, momentum the other way round."""

from __future__ import annotations

import math

from autograd_core.errors import DomainError

from ..checks import check_count, check_decay, check_flag, check_number, check_positive, check_word
from .options import option
from .schedules import LRScheduler

__all__ = ["OneCycleLR"]


class OneCycleLR(LRScheduler):
    """From max_lr / div_factor up to max_lr, then down to max_lr / (div_factor × final_div_factor).

    It is stepped after every batch. Momentum (SGD) or β1 (Adam) goes the other way round.

    Args:
        optimizer: whose groups are changed.
        max_lr: the largest rate.
        total_steps: the number of batches in the whole training; or give the next two.
        epochs: the number of epochs ...
        steps_per_epoch: ... of so many batches.
        pct_start: the part of the steps in which the rate rises.
        anneal_strategy: "cos" or "linear".
        cycle_momentum: whether to move the momentum too.
        base_momentum: the smallest momentum, at the largest rate.
        max_momentum: the largest.
        div_factor: where the rate begins.
        final_div_factor: where it ends.
        three_phase: come back to the first rate symmetrically, then fall to the last.

    Attributes:
        length: the number of batches in the whole training.

    Raises:
        DomainError: for options that make no cycle, and for a step beyond the last.

    Source: Smith and Topin (2019), "Super-convergence: very fast training of neural networks using
    large learning rates".

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0, momentum=0.9)
    >>> schedule, rates = nn.optim.OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.4), []
    >>> for batch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> [round(rate, 4) for rate in rates]
    [0.04, 1.0, 0.75, 0.25]
    """

    max_lr: float = option(check_positive)
    total_steps: int | None = option(check_count, default=None)
    epochs: int | None = option(check_count, default=None)
    steps_per_epoch: int | None = option(check_count, default=None)
    pct_start: float = option(check_decay, default=0.3)
    anneal_strategy: str = option(check_word, ("cos", "linear"), default="cos")
    cycle_momentum: bool = option(check_flag, default=True)
    base_momentum: float = option(check_number, default=0.85)
    max_momentum: float = option(check_number, default=0.95)
    div_factor: float = option(check_positive, default=25.0)
    final_div_factor: float = option(check_positive, default=1e4)
    three_phase: bool = option(check_flag, default=False)

    def _begin(self) -> None:
        if self.total_steps is not None:
            self.length = self.total_steps
        elif self.epochs is None or self.steps_per_epoch is None:
            raise DomainError("OneCycleLR: give `total_steps`, or `epochs` and `steps_per_epoch`")
        else:
            self.length = self.epochs * self.steps_per_epoch
        groups = self.optimizer.param_groups
        if self.cycle_momentum and not all("momentum" in g or "betas" in g for g in groups):
            raise DomainError(
                "OneCycleLR: the optimiser has no momentum to move; give `cycle_momentum=False`"
            )
        first, top = self.max_lr / self.div_factor, self.pct_start * self.length
        self._corners = [
            (0.0, first, self.max_momentum),
            (top - 1, self.max_lr, self.base_momentum),
            *([(2 * top - 2, first, self.max_momentum)] if self.three_phase else []),
            (self.length - 1, first / self.final_div_factor, self.max_momentum),
        ]
        for group in groups:
            group["initial_lr"] = first
        super()._begin()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return self._at(epoch)[0]

    def _momentum(self, epoch: int) -> float | None:
        return self._at(epoch)[1] if self.cycle_momentum else None

    def step(self) -> None:
        """Go on to the next batch."""
        if self.last_epoch >= self.length:
            raise DomainError(f"OneCycleLR: the cycle of {self.length} steps is over")
        super().step()

    def _at(self, epoch: int) -> tuple[float, float]:
        """Rate and momentum, between the two corners that the epoch lies between."""
        for (start, *values), (end, *targets) in zip(self._corners, self._corners[1:], strict=False):
            if epoch <= end or (end, *targets) == self._corners[-1]:
                done = (epoch - start) / (end - start)
                rate, momentum = (self._between(a, b, done) for a, b in zip(values, targets, strict=True))
                return rate, momentum
        raise AssertionError("unreachable: the last corner takes every epoch")

    def _between(self, a: float, b: float, done: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * done
        return b + (a - b) / 2 * (1 + math.cos(math.pi * done))
