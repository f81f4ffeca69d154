"""A training as a table that grows while it runs: lines that are added to a file, and outlive a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograd_core.files import write_whole
from autograd_core.spelling import spelled

from ..checks import check_word
from ..errors import FileFormatError
from ..files.arrays import PathLike, require_folder, require_suffix
from .callbacks import Callback, Training
from .history import csv_line

__all__ = ["CSV"]

_OF_A_BATCH = ["epoch", "batch", "iteration", "loss", "learning_rate"]


class CSV(Callback):
    """Adds a line to a ``.csv`` file after every epoch, or after every step of the optimiser.

    A line is written at once and whole, below a header: whatever ends the program leaves the lines up to
    there. A training that goes on, ``fit(resume_from=...)``, goes on in the file as if it had not been
    interrupted: the lines of epochs that are gone through again are taken out first. A new training begins a
    new file.

    Args:
        path: where to.
        every: "epoch", with the columns of the history, which :meth:`History.load` reads; or "batch", with
            the epoch, the batch in it, the iteration, the loss and the learning rate.

    Raises:
        FileFormatError: for another suffix; in ``fit``, if a training is to go on in a file of another kind.
        DomainError: for another word.
        FileNotFoundError: in ``fit``, if its folder is not there.

    :class:`SaveHistory` writes the whole history anew each time, as ``.json`` too.

    >>> import nn, tempfile
    >>> model, data = nn.Linear(1, 1, bias=False), [([[1.0]], [[1.0]]), ([[1.0]], [[1.0]])]
    >>> _ = nn.init.zeros_(model.weight)
    >>> options = {"loss": nn.functional.mse_loss, "optimizer": nn.SGD(model.parameters(), lr=0.25)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = nn.CSV(f"{folder}/steps.csv", every="batch")
    ...     _ = nn.fit(model, data, epochs=1, callbacks=[table], progress=False, **options)
    ...     with open(f"{folder}/steps.csv") as file:
    ...         print(file.read(), end="")
    epoch,batch,iteration,loss,learning_rate
    1,1,1,1.0,0.25
    1,2,2,0.25,0.25
    """

    @spelled
    def __init__(self, path: PathLike, every: str = "epoch") -> None:
        super().__init__()
        require_suffix(path, (".csv",))
        check_word("CSV", ("epoch", "batch"), every=every)
        self.path, self.every = path, every

    def on_train_start(self, training: Training) -> None:
        """Write the header, and the lines of the epochs that are done."""
        require_folder("CSV", self.path)
        if self.every == "epoch":
            header = ["epoch", *training.columns]
            done = [csv_line(_cells(training, i)) for i in range(training.epoch)]
        else:
            header = _OF_A_BATCH
            done = list(self._lines_up_to(training.epoch)) if training.epoch else []
        write_whole(Path(self.path), "".join([csv_line(header), *done]).encode())

    def _lines_up_to(self, epoch: int) -> Iterator[str]:
        """The lines of the epochs up to this one from the file as it was left; none if there is none."""
        path = Path(self.path)
        if not path.exists():
            return
        with open(path, encoding="utf-8", newline="") as file:
            if file.readline() != csv_line(_OF_A_BATCH):
                raise FileFormatError(f"{path}: this is no table of nn.CSV(every='batch'), to go on in")
            for line in file:
                if not line.endswith("\n"):  # it was being written
                    return
                number = line.partition(",")[0]
                if not number.isdigit():
                    raise FileFormatError(f"{path}: a line begins with {number[:20]!r}, not with its epoch")
                if int(number) > epoch:
                    return
                yield line

    def on_batch_end(self, training: Training) -> None:
        """The line of a batch."""
        if self.every == "batch":
            rate = training.optimizer.param_groups[0]["lr"]
            self._add([training.epoch, training.batch, training.iteration, training.loss, rate])

    def on_epoch_end(self, training: Training) -> None:
        """The line of an epoch."""
        if self.every == "epoch":
            self._add(_cells(training, -1))

    def _add(self, cells: list[Any]) -> None:
        with open(self.path, "ab", buffering=0) as file:  # one write, whole or not begun
            file.write(csv_line(cells).encode())

    def __repr__(self) -> str:
        return f"CSV({str(self.path)!r}, every={self.every!r})"


def _cells(training: Training, i: int) -> list[Any]:
    """An epoch of the history, its number first."""
    history = training.history
    numbers = [history[name][i] if name in history else float("nan") for name in training.columns]
    return [i + 1 if i >= 0 else training.epoch, *numbers]
