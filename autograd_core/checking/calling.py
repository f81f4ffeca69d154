"""Calling a program that nobody has tried: what it prints is kept, what it breaks is put back, and whatever
goes wrong is told in one line.
"""

from __future__ import annotations

import contextvars
import dis
import io
import linecache
import os
import random
import reprlib
import signal
import sys
import threading
import time
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, NamedTuple

import numpy as np

from ..context import close_left_open

__all__ = ["Outcome", "called", "is_empty"]

_KEPT = 10_000
"""So many characters of what is printed are kept."""

_AGAIN = 0.0005
"""Seconds after which a program that has swallowed the end of its time is told again."""


class Outcome(NamedTuple):
    """What came of a call.

    Attributes:
        result: what was returned.
        trouble: what went wrong, in words that follow the program's name; empty if it came to its end.
        empty: whether there is no program yet.
        printed: how much was printed, in characters.
        beginning: how that begins.
        warned: the first warning, empty without one.
    """

    result: Any
    trouble: str
    empty: bool
    printed: int
    beginning: str
    warned: str


class _TimeIsUp(BaseException):
    """Not an Exception, so that ``except Exception`` in a loop without end lets it through."""


def called(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    seconds: float | None,
    program: Any = None,
) -> Outcome:
    """Call a function; nothing that it does to what programs share stays.

    Args:
        function: what is called.
        arguments: by position.
        keywords: by name.
        seconds: how long it may take; None for ever.
        program: what the student has written, if it is not the function itself: an object, or a file's name.

    Raises:
        KeyboardInterrupt: from the keyboard.
    """
    program = function if program is None else program
    written = _Beginning()
    result, trouble, empty = None, "", False
    context = contextvars.copy_context()  # np.errstate, no_grad ... are its own
    with (
        _kept_as_it_was(),
        redirect_stdout(written),
        redirect_stderr(written),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        try:
            result = _limited(lambda: context.run(function, *arguments, **keywords), seconds)
        except NotImplementedError:
            empty = True
        except _TimeIsUp:
            trouble = f"is still running after {seconds:g} seconds: does a loop come to its end?"
        except SystemExit as error:
            trouble = f"leaves the program (exit){_place(error, program)}"
        except Exception as error:  # whatever a program may raise that nobody has tried
            trouble = f"raises {_told(error)}{_place(error, program)}"
        finally:
            close_left_open(context)
        warned = _first(caught)
    empty = empty or ((result is None or result is ...) and not trouble and is_empty(program))
    return Outcome(result, trouble, empty, written.count, written.getvalue(), warned)


def is_empty(function: Any) -> bool:
    """Whether a function has no line of its own: ``pass``, ``...``, or a docstring."""
    code = getattr(_function_of(function), "__code__", None)
    if code is None:
        return False
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "COPY_FREE_VARS", "MAKE_CELL"}
    return all(step.opname in nothing for step in dis.get_instructions(code))


class _Beginning(io.StringIO):
    """Keeps the beginning of what is written, and counts all of it."""

    count = 0

    def write(self, text: str) -> int:
        room = _KEPT - min(self.count, _KEPT)
        if room:
            super().write(text[:room])
        self.count += len(text)
        return len(text)


@contextmanager
def _kept_as_it_was() -> Iterator[None]:
    """Put back what all programs share, whatever is done to it."""
    numpys, pythons, folder = np.random.get_state(), random.getstate(), os.getcwd()  # noqa: NPY002
    options, limit, keyboard = np.get_printoptions(), sys.getrecursionlimit(), sys.stdin
    errors = np.geterr()
    sys.stdin = io.StringIO()
    try:
        yield
    finally:
        sys.stdin = keyboard
        np.random.set_state(numpys)  # noqa: NPY002
        random.setstate(pythons)
        os.chdir(folder)
        np.seterr(**errors)
        np.set_printoptions(**options)
        sys.setrecursionlimit(limit)


def _limited(call: Callable[[], Any], seconds: float | None) -> Any:
    if seconds is None:
        return call()
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        return _until_the_alarm(call, seconds)
    return _in_a_thread(call, seconds)


def _until_the_alarm(call: Callable[[], Any], seconds: float) -> Any:
    """In the main thread the system's alarm strikes, between two lines of the program or in the midst of
    one.
    """
    at_work = True

    def strike(number: int, frame: types.FrameType | None) -> None:
        if at_work and frame is not None and frame.f_code.co_filename != __file__:
            raise _TimeIsUp

    begun = time.monotonic()
    handler = signal.signal(signal.SIGALRM, strike)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        return call()
    finally:
        at_work = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - begun), 1e-6), interval)


def _in_a_thread(call: Callable[[], Any], seconds: float) -> Any:
    """Elsewhere the program has a thread of its own, in which an exception can be raised from outside."""
    found: list[Any] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as error:  # handed to the thread that waits
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # a platform without threads
        return _from_jump_to_jump(call, seconds)
    thread.join(seconds)
    if thread.is_alive():
        import ctypes

        for _ in range(200):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeIsUp)
            )
            thread.join(0.01)
            if not thread.is_alive():
                break
        raise _TimeIsUp
    if raised:
        raise raised[0]
    return found[0]


def _from_jump_to_jump(call: Callable[[], Any], seconds: float) -> Any:
    """In a browser nothing strikes from outside. But what takes for ever jumps back for ever, and Python
    can be asked to look at the clock at each jump (PEP 669, from Python 3.12).
    """
    monitoring: Any = getattr(sys, "monitoring", None)
    tool = monitoring and next((tool for tool in range(6) if monitoring.get_tool(tool) is None), None)
    if tool is None:  # an older Python, or debuggers everywhere: the program takes the time that it takes
        return call()
    end = time.monotonic() + seconds

    def look(code: types.CodeType, *_: int) -> None:
        if time.monotonic() > end and code.co_filename != __file__:
            raise _TimeIsUp

    jump = monitoring.events.JUMP
    monitoring.use_tool_id(tool, __name__)
    monitoring.register_callback(tool, jump, look)
    monitoring.set_events(tool, jump)
    try:
        return call()
    finally:
        monitoring.set_events(tool, monitoring.events.NO_EVENTS)
        monitoring.register_callback(tool, jump, None)
        monitoring.free_tool_id(tool)


# -- what is said of an error -------------------------------------------------------------------------------


def _function_of(function: Any) -> Any:
    """The Python function behind methods, partial calls and objects that are called."""
    for _ in range(10):
        inner = getattr(function, "__wrapped__", None) or getattr(function, "__func__", None)
        inner = inner or (getattr(function, "func", None) if not hasattr(function, "__code__") else None)
        if inner is None and not hasattr(function, "__code__") and not isinstance(function, type):
            kind = type(function)
            inner = getattr(kind, "forward", None) or vars(kind).get("__call__")
        if inner is None or inner is function:
            return function
        function = inner
    return function


def _told(error: BaseException) -> str:
    words = " ".join(str(error).split())
    shortened = words if len(words) <= 200 else f"{words[:197]}..."
    return f"{type(error).__name__}: {shortened}" if words else type(error).__name__


def _place(error: BaseException, function: Any) -> str:
    """The line of the student's own program: the innermost one of its file."""
    code = getattr(_function_of(function), "__code__", None)
    own = function if isinstance(function, str) else code.co_filename if code is not None else None
    found = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == own or (own is None and not _is_library(trace)):
            found = trace
        trace = trace.tb_next
    return "" if found is None else _line(found.tb_frame.f_code, found.tb_lineno)


def _line(code: types.CodeType, number: int) -> str:
    text = linecache.getline(code.co_filename, number).strip()
    return f" (line {number}, in {code.co_name}{': ' + reprlib.repr(text)[1:-1] if text else ''})"


def _is_library(trace: types.TracebackType) -> bool:
    return str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in (
        "autograd_core",
        "numpy",
        "contextlib",
    )


def _first(caught: list[warnings.WarningMessage]) -> str:
    for warning in caught:
        text = linecache.getline(warning.filename, warning.lineno).strip()
        said = " ".join(str(warning.message).split())
        return (
            f"{warning.category.__name__}: {said[:200]} (line {warning.lineno}{': ' + text if text else ''})"
        )
    return ""
