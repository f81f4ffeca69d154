"""Batches made ahead in a thread, while the network is busy with the one before."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from typing import Any


def prefetched(items: Iterable[Any], ahead: int) -> Iterator[Any]:
    """The same items in the same order, up to ``ahead`` of them made in a background thread.

    An error in the thread is raised at the item where it happened. When the iterator is left early, closed or
    forgotten, the thread stops after the item it is making.
    """
    free: SimpleQueue[bool] = SimpleQueue()  # one token for each item that may be made
    made: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    stop = threading.Event()
    for _ in range(ahead):
        free.put(True)
    # the thread sees what holds here (no_grad, for one); it must not see this generator, which could then
    # never be forgotten
    arguments = (iter(items), free, made, stop)
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(_produce, *arguments), name="prefetch", daemon=True
    )
    return _consume(thread, items, free, made, stop)


def _produce(
    items: Iterator[Any], free: SimpleQueue[bool], made: SimpleQueue[tuple[str, Any]], stop: threading.Event
) -> None:
    try:
        while free.get() and not stop.is_set():
            try:
                made.put(("item", next(items)))
            except StopIteration:
                made.put(("end", None))
                return
    except BaseException as error:
        made.put(("error", error))


def _consume(
    thread: threading.Thread,
    items: Iterable[Any],
    free: SimpleQueue[bool],
    made: SimpleQueue[tuple[str, Any]],
    stop: threading.Event,
) -> Iterator[Any]:
    try:
        thread.start()
    except RuntimeError:  # there are no threads here, as in a browser: batches are made as they are asked for
        yield from items
        return
    try:
        while True:
            kind, content = made.get()
            if kind == "end":
                return
            if kind == "error":
                raise content
            free.put(True)
            yield content
    finally:
        stop.set()
        free.put(False)  # wakes it if it waits
        # garbage is collected in any thread, also when the interpreter ends and no other one runs any more
        if thread is not threading.current_thread() and not sys.is_finalizing():
            thread.join()
