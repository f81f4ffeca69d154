"""One rise and one fall of the learning rate over a whole training, momentum the other way round."""

from __future__ import annotations

import math

from autograd_core.errors import DomainError

from .optimizer import Optimizer
from .options import Group, fraction, positive
from .schedules import LRScheduler, count, require_optimizer

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

    Raises:
        DomainError: for options that make no cycle, and for a step beyond the last.

    Source: Smith and Topin (2019), "Super-convergence: very fast training of neural networks using
    large learning rates".

    >>> import nn
    >>> optimiser = nn.SGD([nn.Parameter([1.0])], lr=1.0, momentum=0.9)
    >>> schedule, rates = nn.optim.OneCycleLR(optimiser, max_lr=1.0, total_steps=5, pct_start=0.4), []
    >>> for batch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimiser.step()
    ...     schedule.step()
    >>> [round(rate, 4) for rate in rates]
    [0.04, 1.0, 0.75, 0.25]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        require_optimizer("OneCycleLR", optimizer)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise DomainError("OneCycleLR: give `total_steps`, or `epochs` and `steps_per_epoch`")
            total_steps = epochs * steps_per_epoch
        count("OneCycleLR", "total_steps", total_steps)
        fraction("OneCycleLR", "pct_start", pct_start)
        for name, value in (
            ("max_lr", max_lr),
            ("div_factor", div_factor),
            ("final_div_factor", final_div_factor),
        ):
            positive("OneCycleLR", name, value)
        if anneal_strategy not in ("cos", "linear"):
            raise DomainError(
                f"OneCycleLR: `anneal_strategy` (={anneal_strategy!r}) has to be 'cos' or 'linear'"
            )
        if cycle_momentum and not all("momentum" in g or "betas" in g for g in optimizer.param_groups):
            raise DomainError(
                "OneCycleLR: the optimiser has no momentum to move; give `cycle_momentum=False`"
            )
        self.total_steps, self.cycle_momentum, self.linear = (
            total_steps,
            cycle_momentum,
            anneal_strategy == "linear",
        )
        first = max_lr / div_factor
        last = first / final_div_factor
        top = pct_start * total_steps - 1
        corners = [(top, max_lr, base_momentum), (total_steps - 1, last, max_momentum)]
        if three_phase:
            corners.insert(1, (2 * pct_start * total_steps - 2, first, max_momentum))
        self._corners = [(0.0, first, max_momentum), *corners]
        for group in optimizer.param_groups:
            group["initial_lr"] = first
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return self._at(epoch)[0]

    def _set_rates(self) -> None:
        super()._set_rates()
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                _set_momentum(group, self._at(self.last_epoch)[1])

    def step(self) -> None:
        """Go on to the next batch."""
        if self.last_epoch >= self.total_steps:
            raise DomainError(f"OneCycleLR: the cycle of {self.total_steps} steps is over")
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
        if self.linear:
            return a + (b - a) * done
        return b + (a - b) / 2 * (1 + math.cos(math.pi * done))


def _set_momentum(group: Group, momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, group["betas"][1])
    else:
        group["momentum"] = momentum
