"""Samples shared out among threads.

NumPy lets other threads run while it computes, so the samples of a batch can be worked on side by side.
That is faster than letting BLAS split every single product, which are small here. Its own threads would
only be in the way (they wait for work by running in circles), so BLAS is told to use one.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from ..errors import DomainError, MissingDependencyError

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["get_num_threads", "set_num_threads"]

_WORTHWHILE = 4_000_000  # multiplications below which starting threads costs more than it saves

_count = 1
_pool: ThreadPoolExecutor | None = None
_blas: Any = None
_limit: Any = None


def set_num_threads(count: int) -> None:
    """Share the samples of a batch out among so many threads, in convolutions and large matrix products;
    1 turns it off. Meanwhile BLAS, in the whole process, uses a single thread for each product.

    Results differ from those of one thread by rounding at most, and are the same every time. After a fork the
    child starts threads of its own; where none can be started, one thread does all.

    Args:
        count: how many threads; the number of processor cores is a good choice.

    Raises:
        DomainError: for anything but a whole number from 1.
        MissingDependencyError: without the package ``threadpoolctl``, which keeps BLAS from starting
            threads of its own in each of these.

    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    """
    global _blas, _limit
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise DomainError(f"set_num_threads(): needs a whole number from 1, got {count!r}")
    blas = _blas
    if count > 1 and blas is None:
        try:
            from threadpoolctl import ThreadpoolController
        except ImportError:
            raise MissingDependencyError(
                "set_num_threads() needs the package threadpoolctl: "
                "python -m pip install 'autograd-core[threads]'"
            ) from None
        blas = ThreadpoolController()
    if _limit is not None:
        _limit.restore_original_limits()
        _limit = None
    if count > 1:
        _limit = blas.limit(limits=1, user_api="blas")
    old, _blas = _pool, blas
    _start_pool(count)
    if old is not None:
        old.shutdown()


def get_num_threads() -> int:
    """How many threads share the samples of a batch; see :func:`set_num_threads`.

    >>> get_num_threads() >= 1
    True
    """
    return _count


def in_parts(count: int, part: Callable[[int, int], None], work: int) -> None:
    """Carry out ``part(first, last)`` for samples 0 to ``count``, shared out among the threads.

    All parts have ended when it returns; the error of the first that failed, in the order of the
    samples, is raised.

    Args:
        count: the number of samples.
        part: works on the samples from ``first`` to ``last`` - 1.
        work: about how many multiplications there are altogether.
    """
    parts = min(_count, count)
    pool = _pool
    if pool is None or parts < 2 or work < _WORTHWHILE:
        part(0, count)
        return
    from concurrent.futures import Future, wait

    mine, *others = pairwise(count * i // parts for i in range(parts + 1))
    tasks: list[Future[None]] = []
    try:
        for first, last in others:
            tasks.append(pool.submit(contextvars.copy_context().run, part, first, last))
    except RuntimeError:  # a thread cannot be started here, as in a browser or at the limit of a container
        pool.shutdown(wait=False, cancel_futures=True)
        set_num_threads(1)
    try:
        part(*mine)  # the thread that asks works, too
        for task, (first, last) in zip_longest(tasks, others):
            if task is None or task.cancelled():
                part(first, last)
    finally:
        wait([task for task in tasks if not task.cancelled()])
    for task in tasks:
        if not task.cancelled():
            task.result()


def _start_pool(count: int) -> None:
    global _pool, _count
    from concurrent.futures import ThreadPoolExecutor  # which takes as long to import as half of this library

    _pool, _count = ThreadPoolExecutor(count - 1, "autograd_core") if count > 1 else None, count


def _after_fork() -> None:
    """The threads stay behind in the process that forked: its child starts its own."""
    if _pool is not None:
        _start_pool(_count)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
