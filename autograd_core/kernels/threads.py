"""Samples and rows shared out among threads.

NumPy lets other threads run while it computes, so the samples of a batch, or the rows of a product, can be
worked on side by side. Our threads sleep until there is work. Those of BLAS wait for it by running in
circles, for milliseconds after each product, and every product waits for the slowest of them: where another
program wants the cores, a training step with them takes thirty times as long, and where none does they win
nothing in products of moderate size. So BLAS is told to use one thread.
"""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from functools import cache
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DomainError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

__all__ = ["get_num_threads", "set_num_threads"]

TINY = 10_000
"""Multiplications, of fewer than which BLAS leaves a product to one thread anyway."""

WORTHWHILE = 20_000_000
"""Multiplications, half a millisecond or more, from which threads win more time than they lose."""

_PIECES = 2  # for each thread, so that one that is held up is not waited for long

_count: int | None = None  # as many as BLAS
_pool: ThreadPoolExecutor | None = None
_helpers = 0  # the threads of the pool, which work beside the one that asks
_starting = threading.Lock()
_of_blas = 0  # the threads that BLAS used before it was told to use one


def set_num_threads(count: int | None) -> None:
    """Share large work out among so many threads: the samples of a batch in convolutions, the rows of matrix
    products. 1 turns it off.

    Unless this is called there are as many as BLAS has: what ``OMP_NUM_THREADS`` says, or the number of
    cores. None goes back to that. What is small is left to one thread, and what no other has begun when the
    first has done its share is done by the first: nobody waits for long where other programs want the cores.

    From the first call on, or the first matrix product that is not tiny, BLAS uses a single thread for each
    product, in the whole process: its own threads keep the cores busy while they wait. None gives them back,
    until the next product; around linear algebra of your own, ``threadpoolctl`` does.

    A convolution and its gradients are the same, bit for bit, with any number of threads; a matrix product
    differs by rounding at most. After a fork the child starts threads of its own; where none can be started,
    one thread does all.

    Args:
        count: how many threads; the number of processor cores is a good choice.

    Raises:
        DomainError: for anything but a whole number from 1, or None.

    >>> set_num_threads(1)
    >>> get_num_threads()
    1
    >>> set_num_threads(None)
    """
    global _count, _of_blas
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise DomainError(f"set_num_threads(): needs a whole number from 1, or None, got {count!r}")
    if count is not None:
        replace_blas()
    elif _of_blas:
        _blas()[1](_of_blas)
        _of_blas = 0
    _count = count
    _forget_pool()


def get_num_threads() -> int:
    """How many threads share large work; see :func:`set_num_threads`.

    >>> get_num_threads() >= 1
    True
    """
    if _count is not None:
        return _count
    return _of_blas or _blas()[0]()


def replace_blas() -> None:
    """From now on BLAS uses one thread; for whoever calls it without :func:`in_parts`."""
    global _of_blas
    if not _of_blas:
        get, change = _blas()
        _of_blas = get()
        change(1)


@cache
def _blas() -> tuple[Callable[[], int], Callable[[int], Any]]:
    """How NumPy's BLAS is asked how many threads it uses, and told so; 1, and nothing, if it cannot be."""
    try:
        import ctypes

        from numpy._core import _multiarray_umath as user  # type: ignore[attr-defined]

        own = Path(user.__file__)  # a symbol is found in what a library is linked to, but not on Windows
        packed = [own.parents[2] / "numpy.libs", own.parents[1] / ".dylibs"]
        for path in (own, *(file for folder in packed for file in folder.glob("*openblas*"))):
            library = ctypes.CDLL(str(path))
            for get, change in _NAMES:
                if hasattr(library, get) and hasattr(library, change):
                    return getattr(library, get), getattr(library, change)
    except (ImportError, AttributeError, OSError):  # no ctypes, as in a browser, or another NumPy
        pass
    return lambda: 1, lambda count: None


_NAMES = [
    *(
        (f"{name}_get_num_threads{bits}", f"{name}_set_num_threads{bits}")
        for name in ("scipy_openblas", "openblas")
        for bits in ("64_", "")
    ),
    ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
    ("bli_thread_get_num_threads", "bli_thread_set_num_threads"),
]


def in_parts(count: int, part: Callable[[int, int], None], work: int) -> None:
    """Carry out ``part(first, last)`` for samples or rows 0 to ``count``, shared out among the threads.

    The parts have to be independent of each other, and the result the same wherever they are cut. All that
    have begun have ended when it returns or raises. What the caller has asked of NumPy by ``np.errstate``
    holds in them.

    Args:
        count: the number of samples or rows.
        part: works on those from ``first`` to ``last`` - 1.
        work: about how many multiplications of matrix products there are altogether. In elementwise
            functions every number counts for 3 in a sum or a product, for 30 in an exponential.

    A chain of elementwise functions in which each part stays in the cache:

    >>> import numpy as np
    >>> x = np.linspace(0, 1, 12).reshape(6, 2)
    >>> y = np.empty_like(x)
    >>> def part(first, last):
    ...     np.exp(x[first:last], out=y[first:last])
    ...     y[first:last] += 1
    >>> in_parts(len(x), part, work=33 * x.size)
    >>> bool(np.all(y == np.exp(x) + 1))
    True
    """
    if work >= TINY and not _of_blas:
        replace_blas()
    threads = min(get_num_threads(), count) if work >= WORTHWHILE else 1
    if threads > 1:
        _share_out(threads, count, part)
    else:
        part(0, count)


def _share_out(threads: int, count: int, part: Callable[[int, int], None]) -> None:
    from concurrent.futures import wait

    pool = _pool_of(threads - 1)
    pieces = min(count, _PIECES * threads)
    mine, *others = pairwise(count * i // pieces for i in range(pieces + 1))
    tasks: list[Future[None]] = []
    try:
        for first, last in others:
            tasks.append(pool.submit(contextvars.copy_context().run, part, first, last))
    except RuntimeError:  # a thread cannot be started here, as in a browser or at the limit of a container
        pool.shutdown(wait=False, cancel_futures=True)
        set_num_threads(1)
    try:
        part(*mine)  # the thread that asks works, too, and takes from the end what no other has begun
        for task, piece in reversed(list(zip_longest(tasks, others))):
            if task is None or task.cancel():
                part(*piece)
    finally:
        wait([task for task in tasks if not task.cancelled()])
    for task in tasks:
        if not task.cancelled():
            task.result()


def _pool_of(helpers: int) -> ThreadPoolExecutor:
    """A pool of so many threads or more. A smaller one ends when whoever uses it has done so."""
    global _pool, _helpers
    from concurrent.futures import ThreadPoolExecutor  # which takes as long to import as half of this library

    with _starting:
        if _pool is None or _helpers < helpers:
            _pool, _helpers = ThreadPoolExecutor(helpers, "autograd_core"), helpers
        return _pool


def _forget_pool() -> None:
    """Also after a fork: the threads stay behind in the process that forked, its child starts its own."""
    global _pool, _helpers, _starting
    _pool, _helpers, _starting = None, 0, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
