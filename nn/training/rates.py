"""The learning rate in the course of a training: a schedule that is stepped at the right moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd_core.errors import DomainError, DtypeError
from autograd_core.spelling import spelled

from ..checks import check_word
from ..optim import LRScheduler, OneCycleLR, ReduceLROnPlateau
from .callbacks import Callback, Training
from .history import mode_of

__all__ = ["LearningRateSchedule"]


class LearningRateSchedule(Callback):
    """Steps a schedule of :mod:`nn.optim` after every epoch, or after every batch.

    ``fit(schedule=...)`` makes one of a bare schedule.

    Args:
        schedule: what sets the rates of the optimiser.
        every: "epoch" or "batch"; when None, "batch" for a :class:`OneCycleLR` and "epoch" for others.
        monitor: the column of the history that a :class:`ReduceLROnPlateau` gets; when None,
            "validation_loss", or "loss" where there are no validation data.

    Raises:
        DtypeError: for something that is no schedule.
        DomainError: for another word, or a monitor that nobody watches; in ``fit``, if the schedule is
            that of another optimiser, has fewer steps than the training, or watches a number that is
            better the other way round.

    >>> import nn
    >>> optimizer = nn.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> nn.LearningRateSchedule(nn.optim.ExponentialLR(optimizer, 0.99), every="batch")
    LearningRateSchedule(ExponentialLR, every='batch')
    """

    @spelled
    def __init__(self, schedule: Any, every: str | None = None, monitor: str | None = None) -> None:
        super().__init__()
        name = "LearningRateSchedule"
        if not isinstance(schedule, LRScheduler | ReduceLROnPlateau):
            raise DtypeError(f"{name}: needs a schedule such as nn.optim.StepLR(...), got {schedule!r}")
        if every is not None:
            check_word(name, ("epoch", "batch"), every=every)
        watches = isinstance(schedule, ReduceLROnPlateau)
        if watches and every == "batch":
            raise DomainError(f"{name}: ReduceLROnPlateau compares epochs; leave out every='batch'")
        if monitor is not None and not watches:
            raise DomainError(
                f"{name}: `monitor` (={monitor!r}) is for ReduceLROnPlateau; {type(schedule).__name__} "
                "watches nothing"
            )
        self.schedule, self.monitor = schedule, monitor
        self.every = every or ("batch" if isinstance(schedule, OneCycleLR) else "epoch")

    def on_train_start(self, training: Training) -> None:
        """Check that the schedule fits the training."""
        kind = type(self.schedule).__name__
        if self.schedule.optimizer is not training.optimizer:
            raise DomainError(
                f"fit(): the schedule {kind} changes the rate of another optimiser than `optimizer`"
            )
        if isinstance(self.schedule, ReduceLROnPlateau):
            if self.monitor is None:
                self.monitor = "validation_loss" if "validation_loss" in training.columns else "loss"
            training.require_column(f"LearningRateSchedule({kind})", self.monitor)
            self._check_direction(self.schedule, self.monitor)
        if isinstance(self.schedule, OneCycleLR):
            left = training.epochs - training.epoch
            unused = self.schedule.length - self.schedule.last_epoch
            steps = left * (training.batches if self.every == "batch" else 1)
            if steps > unused:
                raise DomainError(
                    f"fit(): OneCycleLR has {unused} steps left "
                    f"of {self.schedule.length}, the training takes {steps}: give it "
                    f"epochs={training.epochs}, steps_per_epoch={training.batches or '...'}"
                )

    @staticmethod
    def _check_direction(schedule: ReduceLROnPlateau, monitor: str) -> None:
        try:
            wanted = mode_of("fit()", monitor, None)
        except DomainError:
            return  # a name that says nothing: the user knows
        if wanted != schedule.mode:
            raise DomainError(
                f"fit(): ReduceLROnPlateau(mode={schedule.mode!r}) watches {monitor!r}, "
                f"whose best is its {wanted}: write mode={wanted!r}"
            )

    def on_batch_end(self, training: Training) -> None:
        """The next batch's rate."""
        if self.every == "batch" and isinstance(self.schedule, LRScheduler):
            self.schedule.step()

    def on_epoch_end(self, training: Training) -> None:
        """The next epoch's rate."""
        if isinstance(self.schedule, ReduceLROnPlateau):
            assert self.monitor is not None
            self.schedule.step(training.history[self.monitor][-1])
        elif self.every == "epoch":
            self.schedule.step()

    def state_dict(self) -> dict[str, Any]:
        """The schedule's."""
        return self.schedule.state_dict()

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        self.schedule.load_state_dict(state_dict)

    def __repr__(self) -> str:
        return f"LearningRateSchedule({type(self.schedule).__name__}, every={self.every!r})"
