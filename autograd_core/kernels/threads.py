"""Samples shared out among threads."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["in_parts"]


def in_parts(count: int, part: Callable[[int, int], None]) -> None:
    """Carry out ``part(first, last)`` for samples 0 to ``count``, shared out among the threads."""
    part(0, count)
