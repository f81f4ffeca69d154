"""Memory that is given back is kept at hand instead of being returned to the operating system.

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

import os

import numpy as np

__all__ = ["keep_freed_memory"]


def keep_freed_memory() -> bool:
    """Do it, unless the environment forbids it; returns whether it was done."""
    if os.environ.get("AUTOGRAD_CORE_KEEP_MEMORY", "1") == "0":
        return False
    block = np.empty(32 * 2**20 - 2**16, np.uint8)
    del block
    return True
