"""What surrounds a training, and is put back: modes, buffers, random numbers, Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..data import ConcatDataset
from ..module import Module
from ..randomness import generator_or_default

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[Any]]

_PARTS_OF_A_LOADER = ("sampler", "batch_sampler", "dataset", "transform")


def generators_of(*owners: Any) -> dict[str, np.random.Generator]:
    """The generators that a training draws from, by name: the common one, given ones, those of layers and
    of loaders.
    """
    found = {"common": generator_or_default(None)}
    for i, owner in enumerate(owners):
        if isinstance(owner, np.random.Generator):
            found[str(i)] = owner
        parts = owner.named_modules() if isinstance(owner, Module) else _parts_of_a_loader(owner)
        for path, part in parts:
            for name, value in getattr(part, "__dict__", {}).items():
                if isinstance(value, np.random.Generator):
                    found[f"{i}/{path}/{name}"] = value
    return found


def _parts_of_a_loader(loader: Any) -> Iterator[tuple[str, Any]]:
    """A loader, its samplers, its dataset, the datasets in that, with their paths; each once."""
    waiting: list[tuple[str, Any]] = [("", loader)]
    seen: set[int] = set()
    for path, part in waiting:  # grows while it is read
        if id(part) not in seen:
            seen.add(id(part))
            yield path, part
            waiting += [(f"{path}/{inner}", getattr(part, inner, None)) for inner in _PARTS_OF_A_LOADER]
            if isinstance(part, ConcatDataset):
                waiting += [(f"{path}/{i}", dataset) for i, dataset in enumerate(part.datasets)]


@contextmanager
def undisturbed(*owners: Any) -> Iterator[None]:
    """Whatever is drawn inside, the generators go on as if it had not been."""
    states = [(g.bit_generator, g.bit_generator.state) for g in generators_of(*owners).values()]
    try:
        yield
    finally:
        for bits, state in states:
            bits.state = state


class Kept:
    """Copies of arrays that an unfinished batch may have changed, to be put back.

    Args:
        modules: whose buffers are kept (running means, say).
        parameters: nodes that are kept too.
    """

    def __init__(self, modules: list[Module], parameters: list[Any]) -> None:
        inner = [module for outer in modules for module in outer.modules()]
        self._places = [(module.__dict__, name) for module in inner for name in _buffers(module)]
        self._parameters = parameters
        self.keep()

    def keep(self) -> None:
        """Copy them as they are now."""
        nodes = [owner[name] for owner, name in self._places] + self._parameters
        self._kept = [(node, node._raw.copy()) for node in nodes]

    def restore(self) -> None:
        """Put the copies back."""
        for (owner, name), (node, _) in zip(self._places, self._kept, strict=False):
            owner[name] = node
        for node, data in self._kept:
            node.data[...] = data


def _buffers(module: Module) -> list[str]:
    return [name for name in module.__dict__ if module._buffer(name) is not None]


class Interrupts:
    """Ctrl-C, held back where something must not be left half done: ``with interrupts: optimizer.step()``.

    A second Ctrl-C is not held back. Where Ctrl-C is somebody else's business (another handler, another
    thread), it stays that.
    """

    def __init__(self) -> None:
        self._holding, self._waiting, self._ours = False, False, False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Ctrl-C goes through here inside."""
        usual = signal.default_int_handler
        main = threading.current_thread() is threading.main_thread()
        self._ours = main and signal.getsignal(signal.SIGINT) is usual
        if self._ours:
            signal.signal(signal.SIGINT, self._received)
        try:
            yield
        finally:
            if self._ours:
                signal.signal(signal.SIGINT, usual)

    def _received(self, number: int, frame: Any) -> None:
        if not self._holding or self._waiting:
            raise KeyboardInterrupt
        self._waiting = True

    def __enter__(self) -> None:
        self._holding = True

    def __exit__(self, *exception: object) -> None:
        self._holding = False
        if self._waiting:
            self._waiting = False
            raise KeyboardInterrupt
