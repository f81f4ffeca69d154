"""``compile``: a function that is recorded when it is called, and replayed from then on."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from threading import RLock
from typing import Any
from weakref import WeakSet

from ..context import is_differentiating, recorder, watcher
from ..errors import CompilationError, CompilationWarning, DtypeError
from ..tensor import Tensor
from ..transforms.trees import flatten
from ..value import Value
from .arguments import signature
from .batches import Batch, Batched, BatchRun
from .program import GuardError
from .recording import NOT_FINITE
from .run import Run
from .values import ValueRun, computes_with_numbers, referred_to
from .values import signature as signature_of_numbers

__all__ = ["Compiled", "compile", "no_compile"]

Function = Callable[..., Any]
_AnyRun = Run | ValueRun | BatchRun

_MOST_RUNS = 16
"""So many ways through a function are kept for one signature."""
_MOST_RECORDINGS = 32
"""A function that has to be recorded more often than that for one signature is faster without."""

_MANY = 8
"""When there are programs for so many signatures, floats among the arguments are taken for inputs."""
_MOST_SIGNATURES = 64

_off: ContextVar[bool] = ContextVar("no_compile", default=False)


@contextmanager
def no_compile() -> Iterator[None]:
    """Run compiled functions as they are, line by line: for a debugger, or to compare.

    >>> from autograd_core import Tensor, compile, no_compile
    >>> double = compile(lambda x: 2 * x)
    >>> with no_compile():
    ...     double(Tensor([1.0]))
    Tensor([2.])
    >>> double.recordings
    0
    """
    before = _off.set(True)
    try:
        yield
    finally:
        _off.reset(before)


class Compiled:
    """A function that :func:`compile` has taken: called as before.

    Attributes:
        recordings: how often it was recorded; twice for two shapes of an argument, say.

    >>> from autograd_core import Tensor
    >>> square = compile(lambda x: x * x)
    >>> [square(Tensor(x)).tolist() for x in ([1.0, 2.0], [3.0, 4.0], [5.0])], square.recordings
    ([[1.0, 4.0], [9.0, 16.0], [25.0]], 2)
    """

    def __init__(self, function: Function, batch: Batch | None = None) -> None:
        if not callable(function):
            raise DtypeError(f"compile() takes a function, got {function!r}")
        update_wrapper(self, function)
        self._function = function if batch is None else Batched(function, batch)
        self._batched = batch is not None
        # How it is recorded: "numbers", "arrays", or "arrays and floats".
        self._way: str | None = None if batch is None else "numbers"
        self._floats_refused = False
        self._runs: dict[Any, list[_AnyRun]] = {}
        self._counts: dict[Any, int] = {}
        self._refused: dict[Any, str] = {}
        self._lock = RLock()
        self.recordings = 0
        _alive.add(self)

    def __call__(self, *given: Any, **named: Any) -> Any:
        if recorder() is not None or _off.get() or is_differentiating() or watcher() is not None:
            return self._function(*given, **named)
        if self._way is None:
            of_numbers = computes_with_numbers(self._function, (given, named))
            self._way = "numbers" if of_numbers else "arrays"
        if self._way == "numbers":
            key, leaves = signature_of_numbers((given, named))
        else:
            key, leaves = signature((given, named), floats=self._way == "arrays and floats")
        on_the_way = any(isinstance(x, Tensor) and x.inputs and x.requires_grad for x in leaves)
        if on_the_way or key in self._refused:
            return self._function(*given, **named)
        with self._lock:
            return self._run(key, leaves, (given, named))

    def _run(self, key: Any, leaves: list[Any], given: Any) -> Any:
        runs = self._runs.get(key, [])
        for run in list(runs):
            if not run.fits():
                continue
            try:
                result = run(leaves)
            except GuardError as failed:
                if failed.args[0] == NOT_FINITE:
                    return self._function(*given[0], **given[1])
                continue
            if run is not runs[0]:
                runs.remove(run)
                runs.insert(0, run)
            return result
        return self._record(key, leaves, given)

    def _record(self, key: Any, leaves: list[Any], given: Any) -> Any:
        many = len(self._runs) >= _MANY and not self._floats_refused
        if self._way == "arrays" and many and _holds_float(given):
            return self._try("arrays and floats", given)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > _MOST_RECORDINGS or len(self._runs) > _MOST_SIGNATURES:
            reason = f"it was recorded {self.recordings} times, and what it is given or reads changes again"
            return self._uncompiled(key, given, f"{reason}: give numbers that change as arrays")
        kind: Any = BatchRun if self._batched else ValueRun if self._way == "numbers" else Run
        failed = None
        try:
            run: _AnyRun = kind(self._function, given, leaves)
        except Exception as error:  # what is wrong with a call, the function itself says
            failed = error.with_traceback(None)
        if failed is not None:
            return self._instead(failed, key, leaves, given)
        self.recordings += 1
        self._runs[key] = [run, *self._runs.get(key, [])][:_MOST_RUNS]
        result, run.result = run.result, None
        return result

    def _instead(self, failed: Exception, key: Any, leaves: list[Any], given: Any) -> Any:
        """Another way to do what could not be recorded, in the end without a program."""
        if isinstance(failed, CompilationError):
            why = str(failed)
            if NOT_FINITE in why:
                return self._function(*given[0], **given[1])
            known = (*leaves, *referred_to(self._function))
            if self._way == "numbers" and not self._batched and not any(isinstance(x, Value) for x in known):
                return self._try("arrays and floats", given)
        else:
            why = f"while it was recorded: {type(failed).__name__}: {failed}"
        if self._way == "arrays and floats":
            return self._try("arrays", given)
        return self._uncompiled(key, given, why)

    def _try(self, way: str, given: Any) -> Any:
        """Record in another way from now on, but for what is known not to go that way."""
        self._floats_refused = way == "arrays" or self._floats_refused
        self._way = way
        return self(*given[0], **given[1])

    def _uncompiled(self, key: Any, given: Any, reason: str) -> Any:
        """Run the function as it is; if that is right, it will be from now on, and says so once."""
        result = self._function(*given[0], **given[1])
        name = getattr(self._function, "__name__", repr(self._function))
        if not self._refused:
            warnings.warn(f"compile({name}) runs it uncompiled: {reason}", CompilationWarning, stacklevel=5)
        self._refused[key] = reason
        return result

    # -- looking at it ----------------------------------------------------------------------------

    @property
    def _last(self) -> _AnyRun:
        for runs in self._runs.values():
            return runs[0]
        name = getattr(self._function, "__name__", repr(self._function))
        reasons = "; ".join(self._refused.values())
        raise CompilationError(
            f"compile({name}) has no program: " + (reasons or "it is recorded when it is called first")
        )

    def explain(self) -> str:
        """The program as a table: what is computed, for which operation of the function, bytes and flops.

        Raises:
            CompilationError: before the first call, or if the function runs uncompiled.
        """
        return self._last.explain()

    @property
    def source(self) -> str:
        """The text of the function that replays the program.

        Raises:
            CompilationError: before the first call, or if the function runs uncompiled.
        """
        return self._last.source


def _holds_float(given: Any) -> bool:
    return any(type(x) is float for x in flatten(given)[0])


_alive: WeakSet[Compiled] = WeakSet()


def _forget_locks() -> None:
    """In a process that was forked while another thread was in a program, nobody would ever leave it."""
    for one in list(_alive):
        one._lock = RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_locks)


def compile(f: Function, batch: Batch | None = None) -> Compiled:
    """The function ``f``, written down when it is called first and replayed afterwards.

    It may be a whole step of a training: model, loss, ``backward()``, the step of the optimiser, dropout and
    running statistics. What it does with arrays becomes a program without Python between the operations; the
    results are the same, to rounding. It is recorded again for arguments of other shapes, dtypes or kinds,
    and when something changes that it reads beside its arguments: a global number, an attribute, the mode of
    a module. A branch that depends on numbers is followed; each way through the function is a program.

    What no program can repeat (a Python number made of an array, ``loss.item()``, a random number drawn
    elsewhere) is said once, with the line, as a :class:`CompilationWarning`; the function then runs as it is.
    After a step the gradients of its parameters are not promised.

    A function of single numbers, floats and Values, is recorded as their graph, in which sums of products are
    found to be matrix products. What it returns are Values again, one node each, from which ``backward()``
    goes on.

    Args:
        f: a function of arrays, tensors and nested structures of them, or of Values and floats. What else it
            is given is compared by value (numbers, texts) or identity.

        batch: for a function of single numbers that is written for one sample, and called with many: arrays
            of floats then have one axis more, in front. "sum" adds up what the samples give, "each" lists it,
            so that each has a gradient of its own.

    Returns:
        The function, with ``recordings``, ``explain()`` and ``source``.

    Raises:
        DtypeError: if ``f`` is no function.
        DomainError: if ``batch`` is something else.
        ShapeError: (when it is called) if there is no array of samples, or some have more than others.

    >>> import numpy as np
    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> @compile
    ... def slope(x):
    ...     w.grad = None
    ...     ((w * x) ** 2).sum().backward()
    ...     return w.grad
    >>> slope(np.array([1.0, 1.0])), slope(np.array([3.0, 0.5])), slope.recordings
    (array([2., 4.]), array([18.,  1.]), 1)

    >>> from autograd_core import Value
    >>> v = Value(3.0)
    >>> @compile
    ... def parabola(x):
    ...     return v * x * x
    >>> parabola(1.0).data, parabola(2.0).data, parabola.recordings
    (3.0, 12.0, 1)
    >>> parabola(2.0).backward()
    >>> v.grad
    4.0
    >>> compile(lambda x: v * x * x, batch="sum")(np.array([1.0, 2.0, 3.0])).data
    42.0
    """
    return Compiled(f, batch)
