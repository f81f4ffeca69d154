"""Learning-rate schedules: what the rate of every group is, epoch by epoch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError

from ..checks import check_count, check_function, check_not_negative, check_positive
from .groups import Group
from .optimizer import Optimizer
from .options import Configured, option

__all__ = [
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "SequentialLR",
    "StepLR",
]


def check_optimizer(place: str, *, optimizer: Any) -> None:
    """What a schedule changes is an optimiser.

    Raises:
        DtypeError: if it is not.
    """
    if not isinstance(optimizer, Optimizer):
        raise DtypeError(f"{place}: needs an optimiser, got {optimizer!r}")


class Schedule(Configured):
    """What all schedules share: an optimiser, whose steps come first, and a count of epochs."""

    optimizer: Optimizer = option(check_optimizer)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        given = self._given(arguments, options)
        self._check(given)
        for name, value in given.items():
            setattr(self, name, value)
        self.last_epoch = 0
        self._steps_before = self.optimizer.steps_taken
        self._begin()

    def _begin(self) -> None:
        """What is left to do when the options are checked and have become attributes."""

    def _go_on(self) -> None:
        if self.last_epoch == 0 and self.optimizer.steps_taken == self._steps_before:
            raise GraphError(
                f"{type(self).__name__}.step() comes before the first optimizer.step(): the first learning "
                "rate would be left out; in every epoch call optimizer.step() first, then the schedule's "
                "step()"
            )
        self.last_epoch += 1

    def get_last_lr(self) -> list[float]:
        """The rates that are set now, one for each group."""
        return [group["lr"] for group in self.optimizer.param_groups]


class LRScheduler(Schedule):
    """Base of the schedules that know the rate of every epoch: a subclass is its options and ``_rate``.

    The schedule multiplies and shifts the rate that each group has when the first schedule is made
    (``group["initial_lr"]``); it sets the rate of epoch 0 at once, and the next one at each ``step()``.

    Args:
        optimizer: whose groups are changed.

    Attributes:
        last_epoch: the epoch whose rate is set.

    Raises:
        DtypeError: for something that is no optimiser.
        GraphError: from ``step()``, if the optimiser has made no step yet: the first rate would be
            left out.

    A new rule, α / (1 + δ t):

    >>> import nn
    >>> class InverseTimeLR(nn.optim.LRScheduler):
    ...     decay: float = nn.optim.option(default=1.0)
    ...     def _rate(self, base, epoch, index):
    ...         return base / (1 + self.decay * epoch)
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=0.75)
    >>> schedule = InverseTimeLR(optimizer, decay=0.5)
    >>> optimizer.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.5]
    """

    def _begin(self) -> None:
        for group in self.optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs: list[float] = [group["initial_lr"] for group in self.optimizer.param_groups]
        self._set_rates()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        """The rate in an epoch, from the first rate of the group of this index."""
        raise NotImplementedError

    def _momentum(self, epoch: int) -> float | None:
        """The momentum (SGD) or β1 (Adam) in an epoch; None leaves it alone."""
        return None

    def _set_rates(self) -> None:
        momentum = self._momentum(self.last_epoch)
        for i, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=True)):
            group["lr"] = float(self._rate(base, self.last_epoch, i))
            if momentum is not None:
                _set_momentum(group, momentum)

    def step(self) -> None:
        """Go on to the next epoch (the next batch, for a schedule of batches)."""
        self._go_on()
        self._set_rates()

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of the same options was, and set its rates.

        Raises:
            ShapeError: if it had another number of groups.
        """
        bases = [float(rate) for rate in state_dict["base_lrs"]]
        if len(bases) != len(self.base_lrs):
            raise ShapeError(
                f"{type(self).__name__}.load_state_dict(): the state has the rates of {len(bases)} groups, "
                f"the optimiser {len(self.base_lrs)} groups"
            )
        self.last_epoch, self.base_lrs = int(state_dict["last_epoch"]), bases
        for group, base in zip(self.optimizer.param_groups, bases, strict=True):
            group["initial_lr"] = base
        self._set_rates()


def _set_momentum(group: Group, momentum: float) -> None:
    if "betas" in group:
        group["betas"] = (momentum, group["betas"][1])
    else:
        group["momentum"] = momentum


class StepLR(LRScheduler):
    """α γ^⌊t / step_size⌋: the rate falls by the factor γ every ``step_size`` epochs.

    Raises:
        DomainError: if ``step_size`` or ``gamma`` is not positive.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.StepLR(optimizer, step_size=2)
    >>> rates = []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [1.0, 1.0, 0.1, 0.1]
    """

    step_size: int = option(check_count)
    gamma: float = option(check_positive, default=0.1)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return base * self.gamma ** (epoch // self.step_size)


class MultiStepLR(LRScheduler):
    """The rate falls by the factor γ at each of the milestones.

    Raises:
        DomainError: if ``gamma`` is not positive or a milestone is negative.

    >>> import nn
    >>> schedule = nn.optim.MultiStepLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), [30, 80])
    >>> [round(schedule._rate(1.0, epoch, 0), 6) for epoch in (29, 30, 80)]
    [1.0, 0.1, 0.01]
    """

    milestones: Sequence[int] = option()
    gamma: float = option(check_positive, default=0.1)

    def _begin(self) -> None:
        self.milestones = sorted(self.milestones)
        for milestone in self.milestones:
            check_count("MultiStepLR", 0, milestones=milestone)
        super()._begin()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.gamma ** bisect_right(self.milestones, epoch))


class ExponentialLR(LRScheduler):
    """α γ^t: the rate falls by the factor γ in every epoch.

    Raises:
        DomainError: if ``gamma`` is not positive.

    >>> import nn
    >>> schedule = nn.optim.ExponentialLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), gamma=0.5)
    >>> [schedule._rate(1.0, epoch, 0) for epoch in range(3)]
    [1.0, 0.5, 0.25]
    """

    gamma: float = option(check_positive)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.gamma**epoch)


class CosineAnnealingLR(LRScheduler):
    """η + (α - η) (1 + cos(π t / T)) / 2: from α down to η along half a cosine in T epochs.

    Raises:
        DomainError: if ``T_max`` is not positive or ``eta_min`` negative.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", eq. 5.

    >>> import nn
    >>> schedule = nn.optim.CosineAnnealingLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), T_max=4)
    >>> [round(schedule._rate(1.0, epoch, 0), 3) for epoch in range(5)]
    [1.0, 0.854, 0.5, 0.146, 0.0]
    """

    T_max: int = option(check_count)
    eta_min: float = option(check_not_negative, default=0.0)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * epoch / self.T_max)) / 2


class LinearLR(LRScheduler):
    """The rate goes from ``start_factor`` α to ``end_factor`` α in ``total_iters`` equal steps: a warm-up.

    Raises:
        DomainError: if a factor is not positive (the last may be 0), or there are no steps.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD", section 2.2.

    >>> import nn
    >>> schedule = nn.optim.LinearLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), 0.25, total_iters=3)
    >>> [schedule._rate(1.0, epoch, 0) for epoch in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    start_factor: float = option(check_positive, default=1 / 3)
    end_factor: float = option(check_not_negative, default=1.0)
    total_iters: int = option(check_count, default=5)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        done = min(epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class LambdaLR(LRScheduler):
    """α f(t): the rate times what a function gives for the epoch; a list has one for each group.

    Raises:
        ShapeError: if there are not as many functions as groups.
        DtypeError: for something that cannot be called.

    >>> import nn
    >>> schedule = nn.optim.LambdaLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), lambda epoch: 1 / (1 + epoch))
    >>> [schedule._rate(1.0, epoch, 0) for epoch in (0, 1, 3)]
    [1.0, 0.5, 0.25]
    """

    lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]] = option()

    def _begin(self) -> None:
        given, groups = self.lr_lambda, len(self.optimizer.param_groups)
        self.lr_lambdas: list[Any] = list(given) if isinstance(given, Sequence) else [given] * groups
        if len(self.lr_lambdas) != groups:
            raise ShapeError(f"LambdaLR: {len(self.lr_lambdas)} functions for {groups} groups of parameters")
        for function in self.lr_lambdas:
            check_function("LambdaLR", lr_lambda=function)
        super()._begin()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.lr_lambdas[index](epoch))


class SequentialLR(LRScheduler):
    """One schedule after the other, each from its own epoch 0: the next begins at each milestone.

    Raises:
        ShapeError: if there is not one milestone between any two schedules.
        DomainError: if the milestones do not grow, or a schedule is that of another optimiser.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> warm, fall = nn.optim.LinearLR(optimizer, 0.5, total_iters=2), nn.optim.StepLR(optimizer, 1)
    >>> schedule, rates = nn.optim.SequentialLR(optimizer, [warm, fall], milestones=[2]), []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.1]
    """

    schedulers: Sequence[LRScheduler] = option()
    milestones: Sequence[int] = option()

    def _begin(self) -> None:
        parts, needed = len(self.schedulers), max(len(self.schedulers) - 1, 0)
        if len(self.milestones) != parts - 1:
            raise ShapeError(
                f"SequentialLR: {parts} schedules need {needed} milestones between them, "
                f"got {len(self.milestones)}"
            )
        for scheduler in self.schedulers:
            if not isinstance(scheduler, LRScheduler) or scheduler.optimizer is not self.optimizer:
                raise DomainError(f"SequentialLR: {scheduler!r} is no schedule of this optimiser")
        for before, milestone in zip([0, *self.milestones], self.milestones, strict=False):
            check_count("SequentialLR", before + 1, milestones=milestone)
        super()._begin()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        which = bisect_right(self.milestones, epoch)
        start = self.milestones[which - 1] if which else 0
        return self.schedulers[which]._rate(base, epoch - start, index)
