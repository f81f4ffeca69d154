"""Memory: what is freed is kept at hand, and the garbage collector can be kept from searching graphs.

Every operation of a network makes an array and lets another go. By default the C library of Linux hands
arrays of more than 128 KiB back to the operating system at once, and the next one comes as fresh pages
that have to be filled with zeros first: one to three nanoseconds for each number, which is more than
most arithmetic. The library adapts on its own, though: once it has seen a large block being freed, it
keeps blocks up to that size. So one block of nearly 32 MiB, the most that it takes into account, is
allocated and freed when the package is imported; it is never written to, so it costs no memory.

The setting holds for the whole process. Set ``AUTOGRAD_CORE_KEEP_MEMORY=0`` in the environment to leave
the C library as it is; nothing but speed depends on it. Elsewhere than on Linux with glibc it does
nothing.
"""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Protocol

import numpy as np

__all__ = ["pause_gc"]

Array = np.ndarray[Any, np.dtype[Any]]


def keep_freed_memory() -> bool:
    """Do it, unless the environment forbids it; returns whether it was done."""
    if os.environ.get("AUTOGRAD_CORE_KEEP_MEMORY", "1") == "0":
        return False
    block = np.empty(32 * 2**20 - 2**16, np.uint8)
    del block
    return True


@contextmanager
def pause_gc() -> Iterator[None]:
    """Build and differentiate large graphs of :class:`Value` without the garbage collector looking on.

    A graph has no reference cycles: it is freed the moment nothing refers to it, collector or no
    collector. There is one exception: the gradient that ``backward(create_graph=True)`` leaves in ``x.grad``
    is computed from ``x``, so the two refer to each other. Write ``x.grad = None`` when it has been used, or
    ask :func:`grad`, which leaves nothing in ``x``. But every few hundred new objects the collector
    searches all that were made lately for cycles, and from time to time all there are. For a network of
    65,000 scalar operations that adds two thirds to the time of a training step. Tensors are few and gain
    nothing.

    Cycles that other code makes inside are found afterwards.

    >>> from autograd_core import Value
    >>> with pause_gc():
    ...     x = Value(2.0)
    ...     y = x * x + x
    ...     y.backward()
    >>> x.grad, gc.isenabled()
    (5.0, True)
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# -- memory that a kernel needs while it computes ------------------------------------------------------


class Room(Protocol):
    """Whoever gives a kernel memory for what it computes on the way."""

    def __call__(self, name: Hashable, shape: tuple[int, ...], dtype: Any, zeros: bool = False) -> Array:
        """An array of this shape: of zeros, where nobody has written, if that is asked for."""


def anew(name: Hashable, shape: tuple[int, ...], dtype: Any, zeros: bool = False) -> Array:
    """A new array each time."""
    return np.zeros(shape, dtype) if zeros else np.empty(shape, dtype)


class SameRoom:
    """The same array for the same name and shape, whenever it is asked for.

    Each call of a kernel in a program has a room of its own, and all of them share ``blocks`` of memory: what
    a kernel leaves there is lost when another one computes, but memory that was just used is in the cache.
    Zeros stay with their room. Threads that share a call out ask under names of their own.

    >>> blocks = []
    >>> room, other = SameRoom(blocks), SameRoom(blocks)
    >>> columns = room("columns", (2, 3), float)
    >>> columns is room("columns", (2, 3), float)
    True
    >>> np.may_share_memory(columns, other("rows", (6,), float))
    True
    """

    __slots__ = ("_arrays", "_blocks", "_starting", "_taken")

    def __init__(self, blocks: list[Array]) -> None:
        self._arrays: dict[Hashable, Array] = {}
        self._blocks, self._taken = blocks, 0
        self._starting = Lock()

    def __call__(self, name: Hashable, shape: tuple[int, ...], dtype: Any, zeros: bool = False) -> Array:
        key = name, shape, dtype, zeros
        found = self._arrays.get(key)
        if found is None:
            with self._starting:
                found = self._arrays[key] = np.zeros(shape, dtype) if zeros else self._shared(shape, dtype)
        return found

    def _shared(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """The next block, or a larger one in its place from now on."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        if self._taken == len(self._blocks):
            self._blocks.append(np.empty(size, np.uint8))
        elif self._blocks[self._taken].size < size:
            self._blocks[self._taken] = np.empty(size, np.uint8)
        self._taken += 1
        return np.ndarray(shape, dtype, self._blocks[self._taken - 1])
