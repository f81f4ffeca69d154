"""Schedules made of schedules: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from autograd_core.errors import DomainError, ShapeError

from ..checks import check_count
from .optimizer import Optimizer
from .options import option
from .schedules import LRScheduler, check_optimizer

__all__ = ["ChainedScheduler", "SequentialLR"]


class _Combined(LRScheduler):
    """Schedules of one optimiser, which a subclass steps."""

    schedulers: Sequence[LRScheduler] = option()

    def _check_parts(self) -> None:
        """The parts are schedules of this optimiser.

        Raises:
            DomainError: if there are none, or one is not.
        """
        kind = type(self).__name__
        if not self.schedulers:
            raise DomainError(f"{kind}: there are no schedules to combine")
        for i, part in enumerate(self.schedulers):
            if not isinstance(part, LRScheduler) or part.optimizer is not self.optimizer:
                raise DomainError(
                    f"{kind}: number {i} of the schedules is a {type(part).__name__}, no schedule of this "
                    "optimiser that is stepped without a measure"
                )

    def state_dict(self) -> dict[str, Any]:
        """What :meth:`load_state_dict` needs to go on from here, the states of the parts in it."""
        return super().state_dict() | {"_schedulers": [part.state_dict() for part in self.schedulers]}

    def _read(self, state_dict: Mapping[str, Any]) -> Any:
        (states,) = self._of_state(state_dict, "_schedulers")
        if len(states) != len(self.schedulers):
            raise ShapeError(
                f"{type(self).__name__}.load_state_dict(): the state is of {len(states)} schedules, "
                f"there are {len(self.schedulers)}"
            )
        parts = [part._read(state) for part, state in zip(self.schedulers, states, strict=True)]
        usual = {
            "last_epoch": states[0].get("last_epoch", 0),
            "base_lrs": self.base_lrs,
        }  # PyTorch leaves out
        return super()._read(usual | dict(state_dict)), parts

    def _take(self, read: Any) -> None:
        own, parts = read
        for part, values in zip(self.schedulers, parts, strict=True):
            part._take(values)
        super()._take(own)  # last: its rates are those that are set


class SequentialLR(_Combined):
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

    milestones: Sequence[int] = option()

    def _begin(self) -> None:
        self._check_parts()
        parts = len(self.schedulers)
        if len(self.milestones) != parts - 1:
            raise ShapeError(
                f"SequentialLR: {parts} schedules need {parts - 1} milestones between them, "
                f"got {len(self.milestones)}"
            )
        for before, milestone in zip([0, *self.milestones], self.milestones, strict=False):
            check_count("SequentialLR", before + 1, milestones=milestone)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]  # the parts have begun, all of them
        super()._begin()

    def _start(self) -> None:
        self.last_epoch = 0
        self.schedulers[0]._start()

    def _advance(self) -> None:
        self.last_epoch += 1
        part = self.schedulers[bisect_right(self.milestones, self.last_epoch)]
        if self.last_epoch in self.milestones:
            part._restart()
        else:
            part._advance()


class ChainedScheduler(_Combined):  # type: ignore[misc]  # the optimiser comes last
    """All schedules in every epoch, in their order: the factors by which they change the rate multiply.

    A schedule that computes its rate anew (:class:`LambdaLR` and those that go in cycles) takes the place of
    what those before it have set.

    Args:
        schedulers: schedules of one optimiser.
        optimizer: their optimiser, that of the first one when None.

    Raises:
        DomainError: if there are no schedules, or one is that of another optimiser.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> parts = [nn.optim.ConstantLR(optimizer, 0.5, total_iters=2), nn.optim.ExponentialLR(optimizer, 0.5)]
    >>> schedule, rates = nn.optim.ChainedScheduler(parts), []
    >>> for epoch in range(4):
    ...     rates += schedule.get_last_lr()
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [0.5, 0.25, 0.25, 0.125]
    """

    optimizer: Optimizer = option(check_optimizer, default=None)

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        chosen: Any = optimizer
        if chosen is None:
            chosen = getattr(next(iter(schedulers), None), "optimizer", None)
        super().__init__(schedulers=schedulers, optimizer=chosen)

    def _begin(self) -> None:
        self._check_parts()
        self._steps_before = self.optimizer.steps_taken
        self.base_lrs = [group["initial_lr"] for group in self.optimizer.param_groups]

    def _start(self) -> None:
        self.last_epoch = 0
        for part in self.schedulers:
            part._start()

    def _advance(self) -> None:
        self.last_epoch += 1
        for part in self.schedulers:
            part._advance()
