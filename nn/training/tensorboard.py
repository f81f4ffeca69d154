"""A training that is watched in TensorBoard."""

from __future__ import annotations

import itertools
import os
import socket
import time
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd_core.errors import MissingDependencyError
from autograd_core.spelling import spelled

from ..checks import check_count
from ..files.arrays import PathLike
from .callbacks import Callback, Training

__all__ = ["TensorBoard"]

_numbers = itertools.count()  # two files of one second have different names
_BINS = 40


class TensorBoard(Callback):
    """Writes what ``tensorboard --logdir folder`` shows: losses, metrics, rates, and histograms of weights.

    After every step of the optimiser ``batch/loss`` and ``batch/learning_rate`` are written, after every
    epoch the numbers of the history, ``epoch/loss``, ``epoch/validation_loss`` ..., each at its iteration, so
    that both curves have one axis. A crash leaves what was written up to there; a training that goes on,
    ``fit(resume_from=...)``, takes back the steps that are gone through again.

    Args:
        folder: where to, made if it is not there. Trainings to compare have folders of their own inside the
            one that TensorBoard is shown.
        histograms: after every so-many-th epoch the numbers of each parameter are written as a histogram,
            named ``parameters/0.weight``; never when None.

    Raises:
        MissingDependencyError: if ``tensorboard`` is not installed.
        DomainError: if ``histograms`` is not positive.

    >>> import nn
    >>> nn.TensorBoard("runs/wide", histograms=10)  # doctest: +SKIP
    TensorBoard('runs/wide', histograms=10)
    """

    @spelled
    def __init__(self, folder: PathLike, histograms: int | None = None) -> None:
        super().__init__()
        if histograms is not None:
            check_count("TensorBoard", histograms=histograms)
        _protocol()  # which is told at once if it is not there
        self.folder, self.histograms = folder, histograms
        self._file = Path(folder)

    def on_train_start(self, training: Training) -> None:
        """Begin a file."""
        messages = _protocol()
        folder = Path(self.folder)
        folder.mkdir(parents=True, exist_ok=True)
        unique = f"{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        self._file = folder / f"events.out.tfevents.{unique}"
        self._add(messages.Event(file_version="brain.Event:2"))
        if training.epoch:  # steps from here on, in files from before, are taken back
            start = messages.SessionLog(status=messages.SessionLog.START)
            self._add(messages.Event(step=training.iteration + 1, session_log=start))

    def on_batch_end(self, training: Training) -> None:
        """The numbers of a batch."""
        rate = training.optimizer.param_groups[0]["lr"]
        self._add_numbers(training, {"batch/loss": training.loss, "batch/learning_rate": rate})

    def on_epoch_end(self, training: Training) -> None:
        """The numbers of an epoch; histograms, if it is time."""
        last = {name: column[-1] for name, column in training.history.items() if name != "iteration"}
        numbers = {f"epoch/{name}": x for name, x in last.items() if isinstance(x, int | float)}
        self._add_numbers(training, numbers)
        if self.histograms is not None and training.epoch % self.histograms == 0:
            messages = _protocol()
            values = [
                messages.Summary.Value(tag=f"parameters/{name}", histo=_histogram(messages, parameter.data))
                for name, parameter in training.model.named_parameters()
            ]
            self._add(messages.Event(step=training.iteration, summary=messages.Summary(value=values)))

    def _add_numbers(self, training: Training, numbers: dict[str, float]) -> None:
        messages = _protocol()
        values = [messages.Summary.Value(tag=name, simple_value=x) for name, x in numbers.items()]
        self._add(messages.Event(step=training.iteration, summary=messages.Summary(value=values)))

    def _add(self, event: Any) -> None:
        """Append an event; the file is open for that long only, so that nothing is lost with the program."""
        event.wall_time = time.time()
        with open(self._file, "ab", buffering=0) as file:
            _protocol().RecordWriter(file).write(event.SerializeToString())

    def __repr__(self) -> str:
        return f"TensorBoard({str(self.folder)!r}, histograms={self.histograms!r})"


@cache
def _protocol() -> Any:
    """What TensorBoard reads: its messages, and how they stand in a file."""
    try:
        from tensorboard.compat.proto import event_pb2, histogram_pb2, summary_pb2
        from tensorboard.summary.writer.record_writer import RecordWriter
    except ImportError:
        raise MissingDependencyError("nn.TensorBoard needs tensorboard: pip install tensorboard") from None
    return SimpleNamespace(
        Event=event_pb2.Event,
        SessionLog=event_pb2.SessionLog,
        Summary=summary_pb2.Summary,
        HistogramProto=histogram_pb2.HistogramProto,
        RecordWriter=RecordWriter,
    )


def _histogram(messages: Any, data: np.ndarray[Any, Any]) -> Any:
    """The numbers of an array, counted between bounds."""
    values = data.astype(np.float64).ravel()
    counts, edges = np.histogram(values, _BINS)
    return messages.HistogramProto(
        min=values.min(),
        max=values.max(),
        num=values.size,
        sum=values.sum(),
        sum_squares=values @ values,
        bucket_limit=edges[1:].tolist(),
        bucket=counts.tolist(),
    )
