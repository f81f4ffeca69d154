"""A training in files while it goes on, and going on from such a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograd_core.errors import DomainError

from ..checks import check_count
from ..errors import FileFormatError
from ..files import PathLike
from .callbacks import Callback, Training, require_folder
from .checkpoints import checkpoint_extra, load_checkpoint, save_checkpoint
from .history import History, mode_of

__all__ = ["Checkpoint"]


class Checkpoint(Callback):
    """Writes everything that is needed to go on, ``fit(resume_from=path)``, at the end of an epoch.

    A file is written after every ``every``-th epoch and after the last one; with ``best_only``, after an
    epoch that is better than all before.

    Args:
        path: a ``.safetensors`` or ``.npz`` file, replaced each time in one step; with ``{epoch}`` in its
            name (``"net-{epoch:03d}.npz"``) one file for each.
        every: how many epochs lie between two files.
        best_only: whether only the best epoch is kept.
        monitor: the column of the history that says which is best.
        mode: "min" if smaller is better, "max" if larger is; None tells it from the name.

    Raises:
        FileFormatError: for another suffix.
        DomainError: if ``every`` is not positive or the mode cannot be told; in ``fit``, if the history
            will have no such column.

    >>> import nn
    >>> nn.Checkpoint("net-{epoch:03d}.npz", every=10)
    Checkpoint('net-{epoch:03d}.npz', every=10)
    """

    def __init__(
        self,
        path: PathLike,
        every: int = 1,
        *,
        best_only: bool = False,
        monitor: str = "validation_loss",
        mode: str | None = None,
    ) -> None:
        super().__init__()
        check_count("Checkpoint", every=every)
        if best_only and every != 1:
            raise DomainError(f"Checkpoint: `every` (={every}) and `best_only` are two different rules")
        self.path, self.every, self.best_only = str(path), every, best_only
        if Path(self._name(1)).suffix not in (".npz", ".safetensors"):
            raise FileFormatError(f"Checkpoint: {self.path}: the name has to end in .safetensors or .npz")
        self.monitor, self.mode = monitor, mode_of("Checkpoint", monitor, mode) if best_only else mode
        self.best_value = math.nan
        self._saver: Saver | None = None

    def _name(self, epoch: int) -> str:
        return self.path.format(epoch=epoch) if "{epoch" in self.path else self.path

    def belongs_to(self, saver: Saver) -> None:
        """What it writes is the business of the training that it watches."""
        self._saver = saver

    def on_train_start(self, training: Training) -> None:
        """Check the column; a new training begins without a best epoch."""
        if self.best_only:
            training.require_column("Checkpoint", self.monitor)
        require_folder("Checkpoint", self.path)
        if not len(training.history):
            self.best_value = math.nan

    def on_epoch_end(self, training: Training) -> None:
        """Write the file, if it is time."""
        assert self._saver is not None
        if self.best_only:
            value = float(training.history[self.monitor][-1])
            better = value < self.best_value if self.mode == "min" else value > self.best_value
            if not better and not (math.isnan(self.best_value) and not math.isnan(value)):
                return
            self.best_value = value
        elif training.epoch % self.every and training.epoch < training.epochs and not training.stopping:
            return
        self._saver.save(self._name(training.epoch), training)

    def state_dict(self) -> dict[str, Any]:
        """The best number so far."""
        return {"best": self.best_value}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from there."""
        self.best_value = state_dict["best"]

    def __repr__(self) -> str:
        rule = f"best_only=True, monitor={self.monitor!r}" if self.best_only else f"every={self.every}"
        return f"Checkpoint({self.path!r}, {rule})"


class Saver:
    """Everything that belongs to a training, to and from one file.

    Args:
        schedule: the learning-rate schedule, if there is one.
        callbacks: those that were given. Their states are kept by their kinds and their order within a
            kind: one that is new when the training goes on begins afresh.
        generators: whatever is drawn from, by name.
    """

    def __init__(
        self, schedule: Any, callbacks: Sequence[Any], generators: Mapping[str, np.random.Generator]
    ) -> None:
        self.schedule, self.generators = schedule, generators
        self.callbacks: dict[str, Any] = {}
        for callback in callbacks:
            kind = type(callback).__name__
            number = sum(name.startswith(f"{kind} ") for name in self.callbacks)
            self.callbacks[f"{kind} {number}"] = callback

    def save(self, path: PathLike, training: Training) -> None:
        """Write the file."""
        extra = {
            "history": training.history.to_dict(),
            "callbacks": {name: c.state_dict() for name, c in self.callbacks.items()},
            "generators": {name: g.bit_generator.state for name, g in self.generators.items()},
        }
        save_checkpoint(
            path, training.model, training.optimizer, self.schedule, epoch=training.epoch, extra=extra
        )

    def load(self, path: PathLike, training: Training) -> None:
        """Bring everything back to where it was; nothing changes if it does not fit.

        Raises:
            FileFormatError: if the file is damaged, or no checkpoint of :class:`Checkpoint`.
            DomainError: if the generators are others.
            ModuleError: if the model does not fit.
            ShapeError: if the optimiser does not fit.
        """
        extra = checkpoint_extra(path)
        if not {"history", "callbacks", "generators"} <= set(extra):
            raise FileFormatError(
                f"{path}: this checkpoint has no history of a training, so fit() cannot go on from it; "
                "nn.load_checkpoint() reads it"
            )
        if set(extra["generators"]) != set(self.generators):
            raise DomainError(
                f"fit(): the checkpoint {path} was made with other generators of random numbers: give "
                "`generator` and those of layers and loaders as before, to go on"
            )
        training.epoch = load_checkpoint(path, training.model, training.optimizer, self.schedule)
        training.history = History(extra["history"])
        for name, callback in self.callbacks.items():
            if extra["callbacks"].get(name):
                callback.load_state_dict(extra["callbacks"][name])
        for name, generator in self.generators.items():
            generator.bit_generator.state = extra["generators"][name]
