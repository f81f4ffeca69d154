"""What is done on the way: functions that a training calls at its start, its end and in between."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd_core.errors import DomainError, DtypeError
from autograd_core.spelling import spelled

from ..checks import check_count, check_function, check_not_negative
from ..files.arrays import PathLike, require_folder, require_suffix
from ..module import Module
from ..optim import Optimizer
from .history import TABLES, History, improves, mode_of

__all__ = ["Callback", "EarlyStopping", "SaveHistory", "Training"]

MOMENTS = ("on_train_start", "on_epoch_start", "on_batch_end", "on_epoch_end", "on_train_end")


@dataclass
class Training:
    """Where a training stands; every callback gets it.

    Attributes:
        model: what learns.
        optimizer: what moves its parameters.
        epochs: how many epochs there will be in all.
        columns: what the history will say of every epoch.
        history: the epochs so far; at the end of an epoch that one is in it.
        epoch: the epoch that is going on, counted from 1.
        batch: the batch of the epoch that was done last, counted from 1.
        iteration: the steps of the optimiser so far, over all epochs.
        batches: the number of batches in an epoch, 0 if it is not known.
        loss: the loss of that batch.
        stopping: why the training ends early, "" if it does not.

    >>> import nn
    >>> def enough(training):
    ...     if training.history["loss"][-1] < 0.5:
    ...         training.stop("the loss is small enough")
    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.zeros_(model.weight)
    >>> data, optimizer = [([[1.0]], [[1.0]])], nn.SGD(model.parameters(), lr=0.25)
    >>> options = {"loss": nn.functional.mse_loss, "optimizer": optimizer, "progress": False}
    >>> len(nn.fit(model, data, epochs=9, callbacks=[enough], **options))
    2
    """

    model: Module
    optimizer: Optimizer
    epochs: int
    columns: list[str]
    history: History = field(default_factory=History)
    epoch: int = 0
    batch: int = 0
    iteration: int = 0
    batches: int = 0
    loss: float = math.nan
    stopping: str = ""

    def stop(self, reason: str = "a callback asked for it") -> None:
        """End the training after this epoch; asked at the end of a batch, after that batch."""
        self.stopping = reason

    def require_column(self, owner: str, name: str) -> None:
        """Check the name of a column.

        Raises:
            DomainError: if the history will not have it.
        """
        if name not in self.columns:
            near = difflib.get_close_matches(
                name, [f"validation_{c}" for c in self.columns] + self.columns, 1
            )
            hint = f"; did you mean {near[0]!r}?" if near and near[0] in self.columns else ""
            if name.startswith("val") and "validation_loss" not in self.columns:
                hint = "; fit() was given no validation data"
            raise DomainError(
                f"{owner}: `monitor` (={name!r}) is none of {', '.join(map(repr, self.columns))}{hint}"
            )


class Callback:
    """Five moments of a training. A subclass overrides those it wants; functions can be given for them.

    Args:
        on_train_start: called once, before anything is computed.
        on_epoch_start: called before the first batch of every epoch.
        on_batch_end: called after every step of the optimiser.
        on_epoch_end: called when the epoch is in the history.
        on_train_end: called once at the end, after Ctrl-C too, but not after an error.

    Each takes one argument, the :class:`Training`. In ``fit(callbacks=[...])`` a bare function is called
    at the end of every epoch.

    Raises:
        DtypeError: for something that cannot be called.

    >>> import nn
    >>> class Print(nn.Callback):
    ...     def on_epoch_end(self, training):
    ...         print(training.epoch, round(training.history["loss"][-1], 4))
    >>> model = nn.Linear(1, 1, bias=False)
    >>> _ = nn.init.zeros_(model.weight)
    >>> data, optimizer = [([[1.0]], [[1.0]])], nn.SGD(model.parameters(), lr=0.25)
    >>> loss = nn.functional.mse_loss
    >>> _ = nn.fit(model, data, loss=loss, optimizer=optimizer, epochs=3, callbacks=[Print()], progress=False)
    1 1.0
    2 0.25
    3 0.0625
    """

    def __init__(
        self,
        *,
        on_train_start: Callable[[Training], Any] | None = None,
        on_epoch_start: Callable[[Training], Any] | None = None,
        on_batch_end: Callable[[Training], Any] | None = None,
        on_epoch_end: Callable[[Training], Any] | None = None,
        on_train_end: Callable[[Training], Any] | None = None,
    ) -> None:
        given = (on_train_start, on_epoch_start, on_batch_end, on_epoch_end, on_train_end)
        for moment, function in zip(MOMENTS, given, strict=True):
            if function is not None:
                check_function("Callback", **{moment: function})
                setattr(self, moment, function)

    def on_train_start(self, training: Training) -> None:
        """Before anything is computed."""

    def on_epoch_start(self, training: Training) -> None:
        """Before the first batch of an epoch."""

    def on_batch_end(self, training: Training) -> None:
        """After a step of the optimiser."""

    def on_epoch_end(self, training: Training) -> None:
        """When the epoch is in the history."""

    def on_train_end(self, training: Training) -> None:
        """When the training has ended, early or not."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps of it: numbers, texts and arrays, nested as one likes."""
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""


def as_callback(given: Any) -> Any:
    """A function is called at the end of every epoch; an object says itself when.

    Raises:
        DtypeError: for something that is neither.
    """
    if isinstance(given, Callback) and not isinstance(given, type):
        return given
    own = [name for name in dir(given) if name.startswith("on_") and callable(getattr(given, name))]
    if isinstance(given, type) or not (own or callable(given)):
        hint = f"; write {given.__name__}(...)" if isinstance(given, type) else ""
        raise DtypeError(f"fit(): a callback is an nn.Callback or a function, got {given!r}{hint}")
    for name in own:
        if name not in MOMENTS:
            near = difflib.get_close_matches(name, MOMENTS, 1, 0.5)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise DtypeError(
                f"fit(): the callback {type(given).__name__} has {name}(), which is never called: the "
                f"moments are {', '.join(MOMENTS)}{meant}"
            )
    if not own:
        return Callback(on_epoch_end=given)
    return Callback(**{name: getattr(given, name) for name in own})


class EarlyStopping(Callback):
    """Ends the training when a number has not got better for ``patience`` epochs, and goes back to the best.

    Args:
        monitor: the column of the history that is watched.
        patience: how many epochs without improvement are borne before the training ends.
        min_delta: what does not improve by more than this is no improvement.
        mode: "min" if smaller is better, "max" if larger is; None tells it from the name.
        restore_best: whether the model gets the weights of the best epoch at the end, however it ends.

    Attributes:
        best_epoch: the best epoch so far, counted from 1; 0 before the first.
        best_value: its number.

    Raises:
        DomainError: if a number is out of its range or the mode cannot be told; in ``fit``, if the
            history will have no such column.

    Source: Prechelt (1998), "Early stopping - but when?".

    >>> import nn
    >>> nn.EarlyStopping("validation_accuracy", patience=3)
    EarlyStopping('validation_accuracy', patience=3, min_delta=0.0, mode='max', restore_best=True)
    """

    @spelled
    def __init__(
        self,
        monitor: str = "validation_loss",
        patience: int = 5,
        min_delta: float = 0.0,
        mode: str | None = None,
        restore_best: bool = True,
    ) -> None:
        super().__init__()
        check_count("EarlyStopping", patience=patience)
        check_not_negative("EarlyStopping", min_delta=min_delta)
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.mode, self.restore_best = mode_of("EarlyStopping", monitor, mode), restore_best
        self._forget()

    def _forget(self) -> None:
        self.best_epoch, self.best_value, self._waited = 0, math.nan, 0
        self._best: dict[str, Any] | None = None

    def on_train_start(self, training: Training) -> None:
        """Check the column; a new training begins without a best epoch."""
        training.require_column("EarlyStopping", self.monitor)
        if not len(training.history):
            self._forget()
        self._stop_if_waited(training)

    def on_epoch_end(self, training: Training) -> None:
        """Compare the epoch with the best."""
        value = float(training.history[self.monitor][-1])
        if improves(value, self.best_value, self.mode, self.min_delta):
            self.best_epoch, self.best_value, self._waited = training.epoch, value, 0
            self._best = training.model.state_dict() if self.restore_best else None
        else:
            self._waited += 1
        self._stop_if_waited(training)

    def _stop_if_waited(self, training: Training) -> None:
        if self._waited >= self.patience:
            training.stop(
                f"{self.monitor} has not improved for {self._waited} epochs, "
                f"its best was {self.best_value:.4g} in epoch {self.best_epoch}"
            )

    def on_train_end(self, training: Training) -> None:
        """Go back to the best weights."""
        if self._best is not None:
            training.model.load_state_dict(self._best)

    def state_dict(self) -> dict[str, Any]:
        """The best epoch, its weights, and how long ago it was."""
        best = {"epoch": self.best_epoch, "value": self.best_value, "weights": self._best}
        return {"best": best, "waited": self._waited}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        best = state_dict["best"]
        self.best_epoch, self.best_value, self._best = best["epoch"], best["value"], best["weights"]
        self._waited = state_dict["waited"]

    def __repr__(self) -> str:
        names = ("patience", "min_delta", "mode", "restore_best")
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"EarlyStopping({self.monitor!r}, {options})"


class SaveHistory(Callback):
    """Writes the history to a ``.json`` or ``.csv`` file after every epoch; see :meth:`History.save`.

    Args:
        path: where to; a file that is there is replaced, in one step.

    Raises:
        FileFormatError: for another suffix.
        FileNotFoundError: in ``fit``, if its folder is not there.

    >>> import nn
    >>> nn.SaveHistory("history.csv")
    SaveHistory('history.csv')
    """

    @spelled
    def __init__(self, path: PathLike) -> None:
        super().__init__()
        require_suffix(path, TABLES)
        self.path = path

    def on_train_start(self, training: Training) -> None:
        """Check the folder."""
        require_folder("SaveHistory", self.path)

    def on_epoch_end(self, training: Training) -> None:
        """Write the file anew."""
        training.history.save(self.path)

    def on_train_end(self, training: Training) -> None:
        """Write it once more: it says whether the training was interrupted."""
        training.history.save(self.path)

    def __repr__(self) -> str:
        return f"SaveHistory({str(self.path)!r})"
