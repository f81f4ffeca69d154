"""Samples shared out among threads.

NumPy lets other threads run while it computes, so the samples of a batch can be worked on side by side.
That is faster than letting BLAS split every single product, which are small here: its own threads wait for
work by running in circles, and are in the way. So BLAS is told to use one thread meanwhile.
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
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["get_num_threads", "set_num_threads"]

_WORTHWHILE = 20_000_000  # multiplications in small products, below which more time is lost than won
_OF_BLAS = 250_000  # multiplications from which BLAS may use several threads

_count: int | None = None  # as many as BLAS
_pool: ThreadPoolExecutor | None = None
_helpers = 0  # the threads of the pool, which work beside the one that asks
_starting = threading.Lock()
_of_blas = 0  # the threads that BLAS used before it was told to use one


def set_num_threads(count: int | None) -> None:
    """Share the samples of a batch out among so many threads, in convolutions and large matrix products;
    1 turns it off. With more, BLAS uses a single thread for each product, in the whole process.

    Unless this is called, the first convolution that is large enough to gain by it sets as many threads as
    BLAS uses, which is what ``OMP_NUM_THREADS`` says, or the number of cores. None goes back to that. With 1
    and with None, BLAS has its own threads again.

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
    if count is not None and count > 1:
        _replace_blas()
    elif _of_blas:
        _blas()[1](_of_blas)
        _of_blas = 0
    _count = count
    _forget_pool()


def get_num_threads() -> int:
    """How many threads share the samples of a batch; see :func:`set_num_threads`.

    >>> get_num_threads() >= 1
    True
    """
    if _count is not None:
        return _count
    return _of_blas or _blas()[0]()


def is_blas_replaced() -> bool:
    """Whether matrix products are shared out: BLAS was told to use one thread for each."""
    return _of_blas > 0


def _replace_blas() -> None:
    """From now on BLAS uses one thread. Once it has used several, they keep the cores busy for a while, and
    ours would have to wait.
    """
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
    """Carry out ``part(first, last)`` for samples 0 to ``count``, shared out among the threads.

    All parts have ended when it returns; the error of the first that failed, in the order of the
    samples, is raised.

    Args:
        count: the number of samples.
        part: works on the samples from ``first`` to ``last`` - 1.
        work: about how many multiplications there are altogether.
    """
    parts = min(get_num_threads(), count) if work >= _WORTHWHILE else 1
    if parts > 1:
        _replace_blas()
        _share_out(parts, count, part)
    elif work < _OF_BLAS:
        part(0, count)
    else:
        get, change = _blas()
        before = get()
        if before > 1:
            change(1)
        try:
            part(0, count)
        finally:
            if before > 1:
                change(before)


def _share_out(parts: int, count: int, part: Callable[[int, int], None]) -> None:
    from concurrent.futures import Future, wait

    pool = _pool_of(parts - 1)
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
