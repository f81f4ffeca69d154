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
import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["pause_gc"]


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
