"""Learning rates that rise and fall, once or again and again, momentum the other way round."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_core.context import at_every_run
from autograd_core.errors import DomainError

from ..checks import (
    check_count,
    check_decay,
    check_each,
    check_flag,
    check_function,
    check_not_negative,
    check_number,
    check_positive,
    check_word,
)
from .options import option
from .schedules import LRScheduler

__all__ = ["CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR"]

OneOrEach = float | Sequence[float]  # a list has one for each group


class _Cycle(LRScheduler):
    """Schedules that move the momentum (SGD) or β1 (Adam) too, against the rate."""

    def _move_momentum(self, moves: bool, smallest: OneOrEach, largest: OneOrEach) -> None:
        """The momentum, if it moves, keeps between these bounds.

        Raises:
            DomainError: if there is no momentum to move.
        """
        groups = self.optimizer.param_groups
        if moves and not all("momentum" in group or "betas" in group for group in groups):
            raise DomainError(
                f"{type(self).__name__}: the optimiser has no momentum to move; give `cycle_momentum=False`"
            )
        lowest = self._for_each_group("base_momentum", smallest)
        highest = self._for_each_group("max_momentum", largest)
        self._momenta = list(zip(lowest, highest, strict=True)) if moves else None


class OneCycleLR(_Cycle):
    """From max_lr / div_factor up to max_lr, then down to max_lr / (div_factor × final_div_factor).

    It is stepped after every batch. Momentum (SGD) or β1 (Adam) goes the other way round.

    Args:
        optimizer: whose groups are changed.
        max_lr: the largest rate; a list has one for each group, as below.
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

    max_lr: OneOrEach = option(check_each, check_positive)
    total_steps: int | None = option(check_count, default=None)
    epochs: int | None = option(check_count, default=None)
    steps_per_epoch: int | None = option(check_count, default=None)
    pct_start: float = option(check_decay, default=0.3)
    anneal_strategy: str = option(check_word, ("cos", "linear"), default="cos")
    cycle_momentum: bool = option(check_flag, default=True)
    base_momentum: OneOrEach = option(check_each, check_number, default=0.85)
    max_momentum: OneOrEach = option(check_each, check_number, default=0.95)
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
        self._peaks = self._for_each_group("max_lr", self.max_lr)
        top = self.pct_start * self.length
        self._corners = [0.0, top - 1, *([2 * top - 2] if self.three_phase else []), self.length - 1]
        self._move_momentum(self.cycle_momentum, self.base_momentum, self.max_momentum)
        for group, peak in zip(self.optimizer.param_groups, self._peaks, strict=True):
            group["initial_lr"] = peak / self.div_factor
        super()._begin()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        peak = self._peaks[index]
        first = peak / self.div_factor
        return self._at(epoch, first, peak, first / self.final_div_factor)

    def _momentum(self, epoch: int, index: int) -> float | None:
        if self._momenta is None:
            return None
        low, high = self._momenta[index]
        return self._at(epoch, high, low, high)

    def _advance(self) -> None:
        if self.last_epoch >= self.length:
            raise DomainError(f"OneCycleLR: the cycle of {self.length} steps is over")
        super()._advance()

    def _at(self, epoch: int, first: float, peak: float, last: float) -> float:
        """The value at a step, between the two corners that it lies between."""
        values = [first, peak, first, last] if self.three_phase else [first, peak, last]
        which = next((i for i, end in enumerate(self._corners[1:-1]) if epoch <= end), len(values) - 2)
        start, end = self._corners[which : which + 2]
        return self._between(values[which], values[which + 1], (epoch - start) / (end - start))

    def _between(self, a: float, b: float, done: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * done
        return b + (a - b) / 2 * (1 + math.cos(math.pi * done))


class CyclicLR(_Cycle):
    """From base_lr up to max_lr and down again, along straight lines, cycle after cycle.

    It is stepped after every batch. With x the part of the way up, the rate is
    base_lr + (max_lr - base_lr) x f: f is 1 ("triangular"), 1/2 ^ (cycle - 1) ("triangular2") or γ^t
    ("exp_range"), or what ``scale_fn`` computes. Momentum (SGD) or β1 (Adam) goes the other way round.

    Args:
        optimizer: whose groups are changed.
        base_lr: the smallest rate; a list has one for each group.
        max_lr: the largest rate; a list has one for each group.
        step_size_up: the number of batches on the way up.
        step_size_down: on the way down, as many when None.
        mode: "triangular", "triangular2" or "exp_range".
        gamma: γ.
        scale_fn: f in place of the mode's.
        scale_mode: whether ``scale_fn`` takes the number of the "cycle", from 1, or of the batch
            ("iterations").
        cycle_momentum: whether to move the momentum too.
        base_momentum: the smallest momentum, at the largest rate; a list has one for each group.
        max_momentum: the largest; a list has one for each group.

    Raises:
        DomainError: for a number out of its range, or an optimiser without momentum.
        ShapeError: for a list that has not one for each group.

    Source: Smith (2017), "Cyclical learning rates for training neural networks", section 3.1.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0, momentum=0.9)
    >>> schedule = nn.optim.CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2, mode="triangular2")
    >>> [schedule._rate(0.0, batch, 0) for batch in range(8)]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.25, 0.5, 0.25]
    """

    base_lr: OneOrEach = option(check_each, check_not_negative)
    max_lr: OneOrEach = option(check_each, check_not_negative)
    step_size_up: float = option(check_positive, default=2000)
    step_size_down: float | None = option(check_positive, default=None)
    mode: str = option(check_word, ("triangular", "triangular2", "exp_range"), default="triangular")
    gamma: float = option(check_not_negative, default=1.0)
    scale_fn: Callable[[float], float] | None = option(check_function, default=None)
    scale_mode: str = option(check_word, ("cycle", "iterations"), default="cycle")
    cycle_momentum: bool = option(check_flag, default=True)
    base_momentum: OneOrEach = option(check_each, check_number, default=0.8)
    max_momentum: OneOrEach = option(check_each, check_number, default=0.9)

    def _begin(self) -> None:
        self._peaks = self._for_each_group("max_lr", self.max_lr)
        first = self._for_each_group("base_lr", self.base_lr)
        self._move_momentum(self.cycle_momentum, self.base_momentum, self.max_momentum)
        for group, rate in zip(self.optimizer.param_groups, first, strict=True):
            group["lr"] = rate
        super()._begin()
        self.base_lrs = first  # also where another schedule was made first, whose rate is that of batch 0

    def _height(self, batch: int) -> float:
        """How far it is on the way up, times f."""
        up = self.step_size_up
        length = up + (up if self.step_size_down is None else self.step_size_down)
        cycle = math.floor(1 + batch / length)
        done, top = 1 + batch / length - cycle, up / length
        part = done / top if done <= top else (done - 1) / (top - 1)
        if self.scale_fn is not None:
            return part * self.scale_fn(cycle if self.scale_mode == "cycle" else batch)
        scales = {"triangular": 1.0, "triangular2": 0.5 ** (cycle - 1), "exp_range": self.gamma**batch}
        return part * scales[self.mode]

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base + (self._peaks[index] - base) * self._height(epoch))

    def _momentum(self, epoch: int, index: int) -> float | None:
        if self._momenta is None:
            return None
        low, high = self._momenta[index]
        return float(high - (high - low) * self._height(epoch))


class CosineAnnealingWarmRestarts(LRScheduler):
    """η + (α - η) (1 + cos(π t / T)) / 2: down along half a cosine, then up at once and down again.

    The first way down takes ``T_0`` epochs, each of the next ``T_mult`` times as many as the one before.

    Args:
        optimizer: whose groups are changed.
        T_0: the epochs of the first way down.
        T_mult: by which factor it grows.
        eta_min: η.

    Raises:
        DomainError: if ``T_0`` or ``T_mult`` is not positive.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", eq. 5.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    >>> [round(schedule._rate(1.0, epoch, 0), 3) for epoch in range(7)]
    [1.0, 0.5, 1.0, 0.854, 0.5, 0.146, 1.0]
    """

    T_0: int = option(check_count)
    T_mult: int = option(check_count, default=1)
    eta_min: float = option(check_number, default=0.0)

    def _begin(self) -> None:
        self._part = 0.0  # of an epoch that has begun
        super()._begin()

    def _place(self, epoch: int) -> tuple[float, int]:
        """How many epochs of this way down are over, and how many it has."""
        done, length = epoch + self._part, self.T_0
        if self.T_mult == 1:
            return done % length, length
        while done >= length:
            done, length = done - length, length * self.T_mult
        return done, length

    def _rate(self, base: float, epoch: int, index: int) -> float:
        done, length = self._place(epoch)
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * done / length)) / 2

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next epoch, or to any, which may be a fraction: ``step(epoch + batch / batches)``."""
        if epoch is None:
            super().step()
        else:
            check_not_negative("CosineAnnealingWarmRestarts.step()", epoch=epoch)
            at_every_run(self._go_to, epoch)

    def _go_to(self, epoch: float) -> None:
        self.last_epoch, self._part = math.floor(epoch), epoch % 1
        self._set_rates()

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here."""
        done, length = self._place(self.last_epoch)
        return super().state_dict() | {"T_cur": done, "T_i": length}

    def _read(self, state_dict: Mapping[str, Any]) -> Any:
        (done,) = self._of_state(state_dict, "T_cur")
        return super()._read(state_dict), float(done) % 1

    def _take(self, read: Any) -> None:
        own, self._part = read
        super()._take(own)
