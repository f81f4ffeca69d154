"""Learning-rate schedules: what the rate of every group is, epoch by epoch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd_core.context import at_every_run
from autograd_core.errors import DomainError, DtypeError, ShapeError

from ..checks import check_count, check_fraction, check_function, check_not_negative, check_positive
from ..warning import warn
from .groups import Group
from .optimizer import Optimizer
from .options import Configured, option

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "PolynomialLR",
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
    """What all schedules share: an optimiser, and a count of epochs."""

    optimizer: Optimizer = option(check_optimizer)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        given = self._given(arguments, options)
        self._check(given)
        for name, value in given.items():
            setattr(self, name, value)
        self.last_epoch = 0
        self._begin()

    def _begin(self) -> None:
        """What is left to do when the options are checked and have become attributes."""

    def get_last_lr(self) -> list[float]:
        """The rates that are set now, one for each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def _for_each_group(self, name: str, value: Any) -> list[Any]:
        """An option that a list gives for each group, and anything else for all of them.

        Raises:
            ShapeError: if there are not as many as groups.
        """
        groups = len(self.optimizer.param_groups)
        values = list(value) if isinstance(value, list | tuple) else [value] * groups
        if len(values) != groups:
            raise ShapeError(
                f"{type(self).__name__}: `{name}` gives {len(values)} values for {groups} groups"
            )
        return values


class LRScheduler(Schedule):
    """Base of the schedules that know the rate of every epoch: a subclass is its options and ``_rate``.

    The rate is computed from the one that each group has when the first schedule is made
    (``group["initial_lr"]``); the schedule sets the rate of epoch 0 at once, and the next one at each
    ``step()``. A ``step()`` before the first one of the optimiser is warned of.

    Args:
        optimizer: whose groups are changed.

    Attributes:
        last_epoch: the epoch whose rate is set.
        base_lrs: the first rate of every group.

    Raises:
        DtypeError: for something that is no optimiser.

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
        self._steps_before = self.optimizer.steps_taken
        for group in self.optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs: list[float] = [group["initial_lr"] for group in self.optimizer.param_groups]
        self._start()

    def _rate(self, base: float, epoch: int, index: int) -> float:
        """The rate in an epoch, from the first rate of the group of this index."""
        raise NotImplementedError

    def _next(self, now: float, epoch: int, index: int) -> float:
        """The rate in an epoch, where ``now`` is set."""
        return self._rate(self.base_lrs[index], epoch, index)

    def _momentum(self, epoch: int, index: int) -> float | None:
        """The momentum (SGD) or β1 (Adam) in an epoch; None leaves it alone."""
        return None

    def _start(self) -> None:
        """Epoch 0, from the rates that are set."""
        self.last_epoch = 0
        self._set_rates()

    def _restart(self) -> None:
        """Epoch 0, from the first rates."""
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = base
        self._start()

    def _advance(self) -> None:
        self.last_epoch += 1
        self._set_rates()

    def _set_rates(self) -> None:
        for i, group in enumerate(self.optimizer.param_groups):
            group["lr"] = float(self._next(group["lr"], self.last_epoch, i))
            self._set_momentum(group, i)

    def _set_momentum(self, group: Group, index: int) -> None:
        momentum = self._momentum(self.last_epoch, index)
        if momentum is not None and "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        elif momentum is not None:
            group["momentum"] = momentum

    def step(self) -> None:
        """Go on to the next epoch (the next batch, for a schedule of batches)."""
        at_every_run(self._step)

    def _step(self) -> None:
        if self.last_epoch == 0 and self.optimizer.steps_taken == self._steps_before:
            warn(
                f"{type(self).__name__}.step() comes before the first optimizer.step(): the first learning "
                "rate is left out; in every epoch call optimizer.step() first, then the schedule's step()"
            )
        self._advance()

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here."""
        return {
            "last_epoch": self.last_epoch,
            "base_lrs": list(self.base_lrs),
            "_last_lr": self.get_last_lr(),
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of the same options was, PyTorch's too, and set its rates.

        Raises:
            ShapeError: if it had another number of groups. Nothing is loaded then.
            DomainError: if something is missing in the state.
        """
        self._take(self._read(state_dict))

    def _read(self, state_dict: Mapping[str, Any]) -> Any:
        epoch, bases, rates = self._of_state(state_dict, "last_epoch", "base_lrs", "_last_lr")
        for values in (bases, rates):
            if len(values) != len(self.base_lrs):
                raise ShapeError(
                    f"{type(self).__name__}.load_state_dict(): the state has the rates of {len(values)} "
                    f"groups, the optimiser {len(self.base_lrs)} groups"
                )
        return int(epoch), [float(x) for x in bases], [float(x) for x in rates]

    def _take(self, read: Any) -> None:
        self.last_epoch, self.base_lrs, rates = read
        for i, group in enumerate(self.optimizer.param_groups):
            group["initial_lr"], group["lr"] = self.base_lrs[i], rates[i]
            self._set_momentum(group, i)

    def _of_state(self, state_dict: Mapping[str, Any], *names: str) -> list[Any]:
        missing = [name for name in names if name not in state_dict]
        if missing:
            kind = type(self).__name__
            raise DomainError(
                f"{kind}.load_state_dict(): the state lacks {missing[0]!r}; is it that of another "
                f"schedule than {kind}?"
            )
        return [state_dict[name] for name in names]


class _Multiplying(LRScheduler):
    """Schedules that change the rate which is set by a factor, so that several work on one optimiser."""

    def _floor(self) -> float:
        """The part of the rate that the factor leaves alone."""
        return 0.0

    def _next(self, now: float, epoch: int, index: int) -> float:
        base, floor = self.base_lrs[index], self._floor()
        if now == (self._rate(base, epoch - 1, index) if epoch else base):
            return self._rate(base, epoch, index)  # nobody else has changed it: no rounding adds up
        before = (self._rate(floor + 1, epoch - 1, index) if epoch else floor + 1) - floor
        after = self._rate(floor + 1, epoch, index) - floor
        if after == before:
            return now
        if before == 0:  # nothing that a factor could lift
            return now + (base - floor) * after
        return floor + (now - floor) * (after / before)


def check_start(place: str, **options: Any) -> None:
    """A factor above 0, at most 1.

    Raises:
        DtypeError: if it is no number.
        DomainError: if it lies outside.
    """
    check_positive(place, **options)
    check_fraction(place, **options)


class StepLR(_Multiplying):
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


class MultiStepLR(_Multiplying):
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


class ExponentialLR(_Multiplying):
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


class CosineAnnealingLR(_Multiplying):
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

    def _floor(self) -> float:
        return self.eta_min

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * epoch / self.T_max)) / 2


class ConstantLR(_Multiplying):
    """α times ``factor`` in the first ``total_iters`` epochs, then α: a warm-up in one step.

    Raises:
        DomainError: if the factor is not between 0 and 1, or ``total_iters`` is negative.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD", section 2.2.

    >>> import nn
    >>> schedule = nn.optim.ConstantLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), factor=0.5, total_iters=2)
    >>> [schedule._rate(1.0, epoch, 0) for epoch in range(4)]
    [0.5, 0.5, 1.0, 1.0]
    """

    factor: float = option(check_fraction, default=1 / 3)
    total_iters: int = option(check_count, 0, default=5)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return base * self.factor if epoch < self.total_iters else base


class LinearLR(_Multiplying):
    """The rate goes from ``start_factor`` α to ``end_factor`` α in ``total_iters`` equal steps: a warm-up.

    Raises:
        DomainError: if a factor is not between 0 and 1 (the first above 0), or there are no steps.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD", section 2.2.

    >>> import nn
    >>> schedule = nn.optim.LinearLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), 0.25, total_iters=3)
    >>> [schedule._rate(1.0, epoch, 0) for epoch in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    start_factor: float = option(check_start, default=1 / 3)
    end_factor: float = option(check_fraction, default=1.0)
    total_iters: int = option(check_count, default=5)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        done = min(epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class PolynomialLR(_Multiplying):
    """α (1 - t / T)^power: down to 0 in ``total_iters`` epochs T, along a straight line for the power 1.

    Raises:
        DomainError: if there are no epochs, or the power is negative.

    Source: Chen et al. (2018), "DeepLab", section 4.1, the "poly" policy.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.PolynomialLR(optimizer, total_iters=4, power=2.0)
    >>> [schedule._rate(1.0, epoch, 0) for epoch in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    total_iters: int = option(check_count, default=5)
    power: float = option(check_not_negative, default=1.0)

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * (1 - min(epoch, self.total_iters) / self.total_iters) ** self.power)


class _OfFunctions(LRScheduler):
    """Schedules whose rates a function computes from the epoch; a list has one for each group."""

    lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]] = option()

    def _begin(self) -> None:
        self.lr_lambdas = self._for_each_group("lr_lambda", self.lr_lambda)
        for function in self.lr_lambdas:
            check_function(type(self).__name__, lr_lambda=function)
        super()._begin()


class LambdaLR(_OfFunctions):
    """α f(t): the rate times what a function gives for the epoch; a list has one for each group.

    Raises:
        ShapeError: if there are not as many functions as groups.
        DtypeError: for something that cannot be called.

    >>> import nn
    >>> schedule = nn.optim.LambdaLR(nn.SGD([nn.Parameter([1.0])], lr=1.0), lambda epoch: 1 / (1 + epoch))
    >>> [schedule._rate(1.0, epoch, 0) for epoch in (0, 1, 3)]
    [1.0, 0.5, 0.25]
    """

    def _rate(self, base: float, epoch: int, index: int) -> float:
        return float(base * self.lr_lambdas[index](epoch))


class MultiplicativeLR(_OfFunctions):
    """α f(1) f(2) ... f(t): in every epoch the rate is multiplied by what a function gives for the epoch.

    Raises:
        ShapeError: if there are not as many functions as groups.
        DtypeError: for something that cannot be called.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> schedule = nn.optim.MultiplicativeLR(optimizer, lambda epoch: 0.5)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    >>> schedule.get_last_lr()
    [0.125]
    """

    def _next(self, now: float, epoch: int, index: int) -> float:
        return now * self.lr_lambdas[index](epoch) if epoch else now

    def _restart(self) -> None:
        """Epoch 0, from the rate that is set: it only knows how the rate goes on."""
        for group, function in zip(self.optimizer.param_groups, self.lr_lambdas, strict=True):
            group["lr"] *= function(0)
        self._start()
