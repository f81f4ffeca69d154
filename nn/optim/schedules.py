"""Learning-rate schedules: what the rate of every group is, epoch by epoch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core.errors import DomainError, DtypeError, GraphError, ShapeError

from .optimizer import Optimizer
from .options import not_negative, positive

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


class LRScheduler:
    """Base of the schedules that know the rate of every epoch. A subclass writes ``_rate``.

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
    """

    def __init__(self, optimizer: Optimizer) -> None:
        require_optimizer(type(self).__name__, optimizer)
        self.optimizer = optimizer
        self.last_epoch = 0
        self._steps_before = optimizer.steps_taken
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self._set_rates()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        """The rate in an epoch, from the first rate of the group of this index."""
        raise NotImplementedError

    def _set_rates(self) -> None:
        for i, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=True)):
            group["lr"] = self._rate(base, self.last_epoch, i)

    def step(self) -> None:
        """Go on to the next epoch (the next batch, for a schedule of batches)."""
        require_step_before(type(self).__name__, self.optimizer, self.last_epoch, self._steps_before)
        self.last_epoch += 1
        self._set_rates()

    def get_last_lr(self) -> list[float]:
        """The rates that are set now, one for each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

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


def require_optimizer(owner: str, optimizer: Any) -> None:
    if not isinstance(optimizer, Optimizer):
        raise DtypeError(f"{owner}: needs an optimiser, got {optimizer!r}")


def require_step_before(owner: str, optimizer: Optimizer, epoch: int, steps_before: int) -> None:
    if epoch == 0 and optimizer.steps_taken == steps_before:
        raise GraphError(
            f"{owner}.step() comes before the first optimizer.step(): the first learning rate would be left "
            "out; in every epoch call optimizer.step() first, then the schedule's step()"
        )


def count(owner: str, name: str, value: Any, least: int = 1) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise DtypeError(f"{owner}: `{name}` has to be a whole number, got {value!r}")
    if value < least:
        raise DomainError(f"{owner}: `{name}` (={value}) has to be at least {least}")


class StepLR(LRScheduler):
    """α γ^⌊t / step_size⌋: the rate falls by the factor γ every ``step_size`` epochs.

    Raises:
        DomainError: if ``step_size`` or ``gamma`` is not positive.

    >>> import nn
    >>> optimiser = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.StepLR(optimiser, step_size=2)
    >>> rates = []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimiser.step()
    ...     schedule.step()
    >>> rates
    [1.0, 1.0, 0.1, 0.1]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        count("StepLR", "step_size", step_size)
        positive("StepLR", "gamma", gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.gamma ** (epoch // self.step_size))


class MultiStepLR(LRScheduler):
    """The rate falls by the factor γ at each of the milestones.

    Raises:
        DomainError: if ``gamma`` is not positive or a milestone is negative.

    >>> import nn
    >>> schedule = nn.optim.MultiStepLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), [30, 80])
    >>> [round(schedule._rate(1.0, epoch, 0), 6) for epoch in (29, 30, 80)]
    [1.0, 0.1, 0.01]
    """

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1) -> None:
        self.milestones = sorted(milestones)
        for milestone in self.milestones:
            count("MultiStepLR", "milestones", milestone, 0)
        positive("MultiStepLR", "gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.gamma ** bisect_right(self.milestones, epoch))


class ExponentialLR(LRScheduler):
    """α γ^t: the rate falls by the factor γ in every epoch.

    Raises:
        DomainError: if ``gamma`` is not positive.
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        positive("ExponentialLR", "gamma", gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.gamma**epoch)


class CosineAnnealingLR(LRScheduler):
    """η + (α - η) (1 + cos(π t / T)) / 2: from α down to η along half a cosine in T epochs.

    Raises:
        DomainError: if ``T_max`` is not positive or ``eta_min`` negative.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", eq. 5.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803
        count("CosineAnnealingLR", "T_max", T_max)
        not_negative("CosineAnnealingLR", "eta_min", eta_min)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * epoch / self.T_max)) / 2


class LinearLR(LRScheduler):
    """The rate goes from ``start_factor`` α to ``end_factor`` α in ``total_iters`` equal steps: a warm-up.

    Raises:
        DomainError: if a factor is not positive (the last may be 0), or there are no steps.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD", section 2.2.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        positive("LinearLR", "start_factor", start_factor)
        not_negative("LinearLR", "end_factor", end_factor)
        count("LinearLR", "total_iters", total_iters)
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        done = min(epoch, self.total_iters) / self.total_iters
        return float(base * (self.start_factor + (self.end_factor - self.start_factor) * done))


class LambdaLR(LRScheduler):
    """α f(t): the rate times what a function gives for the epoch; a list has one for each group.

    Raises:
        ShapeError: if there are not as many functions as groups.
        DtypeError: for something that cannot be called.
    """

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]]
    ) -> None:
        require_optimizer("LambdaLR", optimizer)
        groups = len(optimizer.param_groups)
        one = callable(lr_lambda) or not isinstance(lr_lambda, Sequence)
        self.lr_lambdas: list[Any] = [lr_lambda] * groups if one else list(lr_lambda)  # type: ignore[arg-type]
        if len(self.lr_lambdas) != groups:
            raise ShapeError(f"LambdaLR: {len(self.lr_lambdas)} functions for {groups} groups of parameters")
        for function in self.lr_lambdas:
            if not callable(function):
                raise DtypeError(f"LambdaLR: needs a function of the epoch, got {function!r}")
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.lr_lambdas[index](epoch))


class SequentialLR(LRScheduler):
    """One schedule after the other, each from its own epoch 0: the next begins at each milestone.

    Raises:
        ShapeError: if there is not one milestone between any two schedules.
        DomainError: if the milestones do not grow, or a schedule is that of another optimiser.

    >>> import nn
    >>> optimiser = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> warm, fall = nn.optim.LinearLR(optimiser, 0.5, total_iters=2), nn.optim.StepLR(optimiser, 1)
    >>> schedule, rates = nn.optim.SequentialLR(optimiser, [warm, fall], milestones=[2]), []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimiser.step()
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.1]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]
    ) -> None:
        require_optimizer("SequentialLR", optimizer)
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ShapeError(
                f"SequentialLR: {len(self.schedulers)} schedules need "
                f"{max(len(self.schedulers) - 1, 0)} milestones between them, got {len(self.milestones)}"
            )
        for scheduler in self.schedulers:
            if not isinstance(scheduler, LRScheduler) or scheduler.optimizer is not optimizer:
                raise DomainError(f"SequentialLR: {scheduler!r} is no schedule of this optimiser")
        for before, milestone in zip([0, *self.milestones], self.milestones, strict=False):
            count("SequentialLR", "milestones", milestone, before + 1)
        super().__init__(optimizer)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        which = bisect_right(self.milestones, epoch)
        start = self.milestones[which - 1] if which else 0
        return self.schedulers[which]._rate(base, epoch - start, index)
