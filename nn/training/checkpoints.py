"""A training in a file: what is needed to go on with it as if it had not been interrupted."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import NoneType
from typing import Any

import numpy as np

from autograd_core.errors import AutogradError, DomainError
from autograd_core.spelling import spelled

from ..checks import check_count, glimpse
from ..errors import FileFormatError
from ..files.arrays import ARRAYS, PathLike, read_arrays, require_folder, require_suffix, write_arrays
from ..files.reading import parsed
from ..module import Module
from ..randomness import generator_or_default
from .callbacks import Callback, Training
from .history import History, improves, mode_of

__all__ = ["Checkpoint", "checkpoint_extra", "load_checkpoint", "save_checkpoint"]

_KEY = "training"
_ARRAY = "__array__"  # in the text, an array is the name under which the file keeps it
_PARTS: dict[str, tuple[type, ...]] = {
    "epoch": (int,),
    "model": (dict,),
    "optimizer": (dict, NoneType),
    "schedule": (dict, NoneType),
    "generator": (dict,),
    "extra": (dict,),
}
_MISFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)
"""What is raised where a table or a number is not where, or not what, it has to be."""


def save_checkpoint(
    path: PathLike,
    model: Module,
    optimizer: Any = None,
    schedule: Any = None,
    *,
    generator: np.random.Generator | None = None,
    epoch: int = 0,
    extra: Mapping[str, Any] | None = None,
) -> None:
    """Write model, optimiser, schedule, generator and epoch to one ``.safetensors`` or ``.npz`` file.

    Args:
        path: where to; a file that is there is replaced, in one step.
        model: the model.
        optimizer: its optimiser, if wanted.
        schedule: its learning-rate schedule, if wanted.
        generator: draws the shuffles and masks; the common one (:func:`nn.seed`) when None.
        epoch: how many epochs are done.
        extra: whatever else belongs to it: numbers, texts and arrays, in dictionaries and lists;
            :func:`checkpoint_extra` gives it back.

    Raises:
        FileFormatError: for another suffix.

    >>> import tempfile, nn
    >>> model = nn.Linear(2, 1)
    >>> optimizer = nn.Adam(model.parameters())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/last.npz", model, optimizer, epoch=3)
    ...     nn.load_checkpoint(f"{folder}/last.npz", model, optimizer)
    3
    """
    arrays: dict[str, Any] = {}
    training = {
        "epoch": int(epoch),
        "model": model.state_dict(),
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "schedule": None if schedule is None else schedule.state_dict(),
        "generator": generator_or_default(generator).bit_generator.state,
        "extra": dict(extra or {}),
    }
    text = json.dumps(_packed(training, "", arrays))
    write_arrays(path, arrays, {_KEY: text})


def load_checkpoint(
    path: PathLike,
    model: Module,
    optimizer: Any = None,
    schedule: Any = None,
    *,
    generator: np.random.Generator | None = None,
) -> int:
    """Bring everything back to where it was when the file was written; nothing changes if one part fails.

    Returns:
        How many epochs were done.

    Raises:
        FileFormatError: if the file is damaged, is no checkpoint, or lacks a part that is asked for.
        ModuleError: if the model does not fit.
        ShapeError: if the optimiser does not fit.
        DomainError: if optimiser or schedule are of another kind.

    >>> import tempfile, nn
    >>> trained, again = nn.Linear(2, 1), nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/last.npz", trained, epoch=3)
    ...     nn.load_checkpoint(f"{folder}/last.npz", again)
    3
    >>> again.weight.tolist() == trained.weight.tolist()
    True
    """
    training, generator = _read(path), generator_or_default(generator)
    parts = [("model", model), ("optimizer", optimizer), ("schedule", schedule)]
    wanted = [(name, part) for name, part in parts if part is not None]
    for name, _ in wanted:
        if training[name] is None:
            raise FileFormatError(f"{path}: the checkpoint was saved without {name}")
    with _all_or_nothing(path, [part for _, part in wanted], [generator]):
        _set_generator(generator, training["generator"])
        for name, part in wanted:
            part.load_state_dict(training[name])
    epoch: int = training["epoch"]
    return epoch


def checkpoint_extra(path: PathLike) -> dict[str, Any]:
    """What was given as ``extra`` when a checkpoint was saved; empty if nothing was.

    Raises:
        FileFormatError: if the file is damaged or no checkpoint.

    >>> import tempfile, nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save_checkpoint(f"{folder}/last.npz", nn.Linear(2, 1), extra={"best": 0.25})
    ...     nn.checkpoint_extra(f"{folder}/last.npz")
    {'best': 0.25}
    """
    return dict(_read(path)["extra"])


def _read(path: PathLike) -> dict[str, Any]:
    """What :func:`save_checkpoint` wrote, each part of the kind that it has to be."""
    source = Path(path)
    arrays, metadata = read_arrays(source)
    if _KEY not in metadata:
        raise FileFormatError(f"{path}: this file holds arrays but no checkpoint; nn.load() reads it")
    try:
        training = _unpacked(parsed(source, "the checkpoint's text", metadata[_KEY].encode()), arrays)
    except (KeyError, RecursionError) as error:
        raise FileFormatError(f"{path}: damaged, the checkpoint lacks the array {error}") from None
    if not isinstance(training, dict) or set(training) != set(_PARTS):
        raise FileFormatError(f"{path}: damaged, a checkpoint has the parts {', '.join(_PARTS)}")
    for name, kinds in _PARTS.items():
        if type(training[name]) not in kinds:
            raise FileFormatError(f"{path}: damaged, the part {name!r} is {glimpse(training[name])}")
    if training["epoch"] < 0:
        raise FileFormatError(f"{path}: damaged, {training['epoch']} epochs are said to be done")
    strange = [name for name, array in training["model"].items() if not isinstance(array, np.ndarray)]
    if strange:
        raise FileFormatError(f"{path}: damaged, the model's {strange[0]!r} is no array")
    return training


@contextmanager
def _all_or_nothing(
    path: PathLike, parts: Sequence[Any], generators: Iterable[np.random.Generator]
) -> Iterator[None]:
    """Where what is done inside fails, everything becomes again what it was.

    Raises:
        FileFormatError: if it failed because what was read is not of the form that it has to have.
    """
    states = [(part, dict(vars(part)), part.state_dict()) for part in parts]
    groups = [group for part in parts for group in getattr(part, "param_groups", ())]
    options = [dict(group) for group in groups]
    draws = [(generator.bit_generator, generator.bit_generator.state) for generator in generators]
    try:
        yield
    except BaseException as error:
        for part, attributes, state in states:
            part.load_state_dict(state)
            vars(part).clear()  # a name that came with the file goes with it
            vars(part).update(attributes)
        for group, before in zip(groups, options, strict=True):
            group.clear()
            group.update(before)
        for bits, place in draws:
            bits.state = place
        if isinstance(error, AutogradError):
            if str(path) not in str(error):
                error.args = (f"{path}: {error}", *error.args[1:])
        elif isinstance(error, _MISFORMED):
            raise FileFormatError(f"{path}: the checkpoint is damaged: {error!r}") from error
        raise


def _set_generator(generator: np.random.Generator, state: Mapping[str, Any]) -> None:
    """Bring a generator to a place, if it is one: it is tried on another generator of the kind first."""
    trial = type(generator.bit_generator)()
    trial.state = state
    generator.bit_generator.state = trial.state


def _packed(tree: Any, path: str, arrays: dict[str, Any]) -> Any:
    """The tree as JSON can hold it; its arrays go to ``arrays``."""
    if isinstance(tree, Mapping):
        return {
            str(key): _packed(value, f"{path}/{key}" if path else str(key), arrays)
            for key, value in tree.items()
        }
    if isinstance(tree, list | tuple):
        return [_packed(value, f"{path}/{i}", arrays) for i, value in enumerate(tree)]
    if isinstance(tree, np.ndarray):
        arrays[path] = tree
        return {_ARRAY: path}
    return tree.item() if isinstance(tree, np.generic) else tree


def _unpacked(tree: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(tree, dict):
        if set(tree) == {_ARRAY}:
            return arrays[tree[_ARRAY]]
        return {key: _unpacked(value, arrays) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_unpacked(value, arrays) for value in tree]
    return tree


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

    @spelled
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
        require_suffix(self._name(1), ARRAYS, f"Checkpoint: {self.path}")
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
            if not improves(value, self.best_value, self.mode or ""):
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
        if not all(isinstance(extra.get(name), dict) for name in ("history", "callbacks", "generators")):
            raise FileFormatError(
                f"{path}: this checkpoint has no history of a training, so fit() cannot go on from it; "
                "nn.load_checkpoint() reads it"
            )
        if set(extra["generators"]) != set(self.generators):
            raise DomainError(
                f"fit(): the checkpoint {path} was made with other generators of random numbers: give "
                "`generator` and those of layers and loaders as before, to go on"
            )
        known = {name: c for name, c in self.callbacks.items() if extra["callbacks"].get(name)}
        parts = [training.model, training.optimizer, self.schedule, *known.values()]
        generators = [generator_or_default(None), *self.generators.values()]
        with _all_or_nothing(path, [part for part in parts if part is not None], generators):
            try:
                history = History(extra["history"])
                iteration = history["iteration"][-1] if len(history) else 0
            except AutogradError as error:
                raise FileFormatError(f"{path}: the history in it is damaged: {error}") from None
            for name, generator in self.generators.items():
                _set_generator(generator, extra["generators"][name])
            for name, callback in known.items():
                callback.load_state_dict(extra["callbacks"][name])
            epoch = load_checkpoint(path, training.model, training.optimizer, self.schedule)
        training.epoch, training.iteration, training.history = epoch, iteration, history
