"""Where random numbers come from: one generator for everything that draws, unless it is given its own."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd_core.context import recorder
from autograd_core.errors import DomainError, DtypeError

from .checks import check_count

__all__ = ["seed"]

_default = np.random.default_rng()
_own: ContextVar[np.random.Generator | None] = ContextVar("the generator of what is going on", default=None)


def seed(number: int) -> np.random.Generator:
    """Start the common generator anew, so that initial weights, dropout and shuffles repeat.

    Raises:
        DtypeError: if ``number`` is no whole number.
        DomainError: if it is below 0.

    >>> import nn
    >>> first = nn.seed(0).random(), nn.seed(0).random()
    >>> first[0] == first[1]
    True
    """
    global _default
    check_count("seed()", 0, number=number)
    _default = np.random.default_rng(number)
    _own.set(None)  # what was asked for last counts
    return _default


@contextmanager
def drawing_from(generator: np.random.Generator) -> Iterator[None]:
    """Inside, this generator is the common one, for whatever this thread draws."""
    before = _own.set(generator)
    try:
        yield
    finally:
        _own.reset(before)


def _common() -> np.random.Generator:
    return _own.get() or _default


def generator_or_default(generator: np.random.Generator | None) -> np.random.Generator:
    """The generator that was given, or the common one.

    Raises:
        DtypeError: for anything else; a seed would give the same numbers each time.
    """
    writing = recorder()
    if generator is None:
        return _common() if writing is None else writing.generator(_common)
    if not isinstance(generator, np.random.Generator):
        raise DtypeError(
            f"`generator` has to be np.random.default_rng(seed), made once and used again, got {generator!r}"
        )
    return generator if writing is None else writing.generator(lambda: generator)


def generator_from(operation: str, source: Any) -> np.random.Generator:
    """A generator as it is, a new one from a whole number, the common one for None.

    Raises:
        DtypeError: for anything else.
        DomainError: for a negative number.
    """
    if source is None or isinstance(source, np.random.Generator):
        return generator_or_default(source)
    try:
        number = None if isinstance(source, bool) else operator.index(source)
    except TypeError:
        number = None
    if number is None:
        raise DtypeError(
            f"{operation}: `generator` has to be a seed or np.random.default_rng(seed), got {source!r}"
        )
    if number < 0:
        raise DomainError(f"{operation}: `generator` (={number}) cannot be seeded with a negative number")
    return np.random.default_rng(number)
