"""What a training leaves behind to be looked at later: the parameters at its epochs, and its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node, ShapeError

from ..wording import counted, quoted

Array = np.ndarray[Any, np.dtype[Any]]


class Recording:
    """Copies of a model's parameters, one after each epoch, and the numbers that were measured there.

    It is a callback of ``nn.fit``; in a loop of one's own, :meth:`snap` ends an epoch. The state at the
    beginning is epoch 0. Copies are 32-bit numbers. When they would take more than ``megabytes``, every
    second one is dropped and from then on every second epoch is kept, and so on; the last one always is.

    Args:
        model: what learns: something with ``named_parameters()``, or Tensors by name.
        megabytes: how much memory the copies may take.

    Attributes:
        numbers: what was measured, columns by name with one number for each epoch, NaN where there is none.

    Raises:
        DtypeError: if the model has no parameters to copy.
        DomainError: if no memory is allowed.

    >>> from autograd_core import Tensor
    >>> w = Tensor([2.0], requires_grad=True)
    >>> recording = Recording({"w": w})
    >>> for epoch in range(3):
    ...     loss = (w * w).sum()
    ...     w.zero_grad()
    ...     loss.backward()
    ...     w.data -= 0.25 * w.grad
    ...     recording.snap(loss=loss)
    >>> recording
    <Recording: 3 epochs, 4 states of 1 number, 16 bytes>
    >>> recording.numbers["loss"], recording.states[:, 0].tolist()
    ([4.0, 1.0, 0.25], [2.0, 1.0, 0.5, 0.25])
    """

    def __init__(self, model: Any, *, megabytes: float = 64.0) -> None:
        if not isinstance(megabytes, int | float) or isinstance(megabytes, bool):
            raise DtypeError(f"Recording(megabytes={quoted(megabytes)}): memory is a number of megabytes")
        if not megabytes > 0:
            raise DomainError(f"Recording(megabytes={megabytes}): the copies need some memory")
        self._nodes = parameters_of("Recording()", model)
        self._buffers = _buffers_of(model)
        self._bytes = megabytes * 1e6
        self.numbers: dict[str, list[float]] = {}
        self._begin(0)

    def _begin(self, epoch: int) -> None:
        self._epoch, self._every, self._done = epoch, 1, 0
        self._kept: dict[int, Array] = {epoch: self._copy()}

    def _copy(self) -> Array:
        parts = [np.ravel(node.data) for node in (*self._nodes.values(), *self._buffers)]
        return np.concatenate([np.zeros(0), *parts]).astype(np.float32)

    def snap(self, **numbers: Any) -> None:
        """An epoch is over: copy the parameters, and keep what was measured.

        Args:
            numbers: by name, such as ``loss=0.25``.

        Raises:
            DtypeError: if one is no number.
            ShapeError: if the parameters are not as many as before.
        """
        plain = {name: _number(name, given) for name, given in numbers.items()}
        copy, before = self._copy(), next(iter(self._kept.values()))
        if copy.shape != before.shape:
            raise ShapeError(
                f"Recording.snap(): the model had {before.size:,} numbers at first and has {copy.size:,} now"
            )
        for name in plain:
            self.numbers.setdefault(name, [math.nan] * self._done)
        for name, column in self.numbers.items():
            column.append(plain.get(name, math.nan))
        if self._epoch % self._every:  # the last one was kept only because it was the last
            self._kept.pop(self._epoch, None)
        self._epoch += 1
        self._done += 1
        self._kept[self._epoch] = copy
        while self.nbytes > self._bytes and len(self._kept) > 2:
            self._every *= 2
            first = next(iter(self._kept))
            self._kept = {
                epoch: state
                for epoch, state in self._kept.items()
                if epoch % self._every == 0 or epoch in (first, self._epoch)
            }

    def on_train_start(self, training: Any) -> None:
        """What ``nn.fit`` calls first: the training begins with the parameters as they are now."""
        if not len(self):
            self._begin(training.epoch)

    def on_epoch_end(self, training: Any) -> None:
        """What ``nn.fit`` calls after each epoch: it is kept, with the numbers of the history."""
        last = {str(name): training.history[name][-1] for name in training.history.keys()}  # noqa: SIM118
        self.snap(**{name: x for name, x in last.items() if not np.ndim(x)})

    def __len__(self) -> int:
        return self._done

    @property
    def epochs(self) -> list[int]:
        """The epochs of which the parameters are kept; 0 is the beginning."""
        return list(self._kept)

    @property
    def states(self) -> Array:
        """All parameters (and buffers) at those epochs, in the order of the model: a row for each."""
        return np.stack(list(self._kept.values()))

    @property
    def nodes(self) -> dict[str, Node]:
        """The parameters by their names."""
        return self._nodes

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Their shapes."""
        return {name: node.shape for name, node in self._nodes.items()}

    @property
    def is_fixed_beside(self) -> bool:
        """Whether what the model keeps beside its parameters (running means) never changed."""
        held = sum(map(math.prod, self.shapes.values()))
        beside = self.states[:, held:]
        return bool((beside == beside[:1]).all())

    @property
    def nbytes(self) -> int:
        """The memory that the copies take."""
        return sum(state.nbytes for state in self._kept.values())

    @contextmanager
    def at(self, state: Array) -> Iterator[None]:
        """The model has these parameters inside, and afterwards those that it had before.

        >>> from autograd_core import Tensor
        >>> w = Tensor([2.0], requires_grad=True)
        >>> recording = Recording({"w": w})
        >>> w.data += 1.0
        >>> with recording.at(recording.states[0]):
        ...     print(w.data)
        [2.]
        >>> print(w.data)
        [3.]
        """
        nodes = [*self._nodes.values(), *self._buffers]
        before = [np.array(node.data) for node in nodes]
        starts = np.cumsum([0, *(data.size for data in before)])
        try:
            for node, start, end in zip(nodes, starts[:-1], starts[1:], strict=True):
                node.data[...] = state[start:end].reshape(np.shape(node.data))
            yield
        finally:
            for node, data in zip(nodes, before, strict=True):
                node.data[...] = data

    def __repr__(self) -> str:
        states, size = len(self._kept), next(iter(self._kept.values())).size
        return (
            f"<Recording: {counted(len(self), 'epoch')}, {counted(states, 'state')} of "
            f"{counted(size, 'number')}, {_memory(self.nbytes)}>"
        )


def parameters_of(operation: str, model: Any) -> dict[str, Node]:
    """The parameters of a model by their names.

    Raises:
        DtypeError: if it has none, and is not an empty dictionary, which says so.
    """
    found = getattr(model, "named_parameters", None)
    pairs = list(model.items() if isinstance(model, Mapping) else found() if callable(found) else [])
    if not (pairs or model == {}) or not all(isinstance(node, Node) for _, node in pairs):
        raise DtypeError(
            f"{operation}: a model that can be recorded has named_parameters(), as modules have, or is a "
            f"dictionary of Tensors, got {type(model).__name__}{' without parameters' if found else ''}"
        )
    return {str(name): node for name, node in pairs}


def _buffers_of(model: Any) -> list[Node]:
    """What a model keeps beside its parameters, as far as these are numbers: running means."""
    found = getattr(model, "named_buffers", None)
    nodes = [node for _, node in found()] if callable(found) else []
    return [node for node in nodes if isinstance(node, Node) and np.asarray(node.data).dtype.kind == "f"]


def _number(name: str, given: Any) -> float:
    array = np.asarray(given.data if isinstance(given, Node) else given)
    if array.ndim or array.dtype.kind not in "fiub":
        raise DtypeError(f"Recording.snap({name}={quoted(given)}): what was measured is a number")
    return float(array)


def _memory(count: int) -> str:
    for size, unit in ((1e6, "MB"), (1e3, "kB")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"
