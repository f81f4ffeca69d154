"""What a function reads by name while it is recorded: globals, variables of functions around it, attributes.

A program holds what they were. So each line of the user's program is looked at before it is carried out, as
a debugger does it: the names that its instructions are about to load, and the attributes behind them, are
looked up, and what is found is noted with a way to look it up again. Lines of libraries are not looked at.
"""

from __future__ import annotations

import builtins
import dis
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from ..errors import CompilationError
from ..graph import Node
from ..leaving import is_library, is_the_users
from ..watching import described

MISSING = type("MISSING", (), {})()
"""What a name stands for that is not there."""

_NEVER_THE_SAME = ("time", "datetime", "secrets", "uuid")
"""Modules of Python whose functions nobody calls for the same answer."""

_CODE = (property, classmethod, staticmethod, FunctionType)


class Chain(NamedTuple):
    """A name with attributes, ``model.head.scale``, as the instructions of a line load them."""

    kind: str
    name: str
    attributes: tuple[str, ...]
    stored: bool
    """Whether the last of them is about to be set."""


class Read(NamedTuple):
    """Something that was read: ``owner`` is a dictionary of globals, a cell, or an object."""

    kind: str
    owner: Any
    name: str

    @property
    def value(self) -> Any:
        """What it is now."""
        if self.kind == "global":
            return self.owner.get(self.name, MISSING)
        if self.kind == "cell":
            return _content(self.owner)
        return attribute(self.owner, self.name)

    @property
    def expression(self) -> tuple[str, Any]:
        """What gives its value, a text with a gap for an object, and that object."""
        if self.kind == "global":
            return f"{{}}[{self.name!r}]", self.owner
        if self.kind == "cell":
            return "{}.cell_contents", self.owner
        if self.value is MISSING:
            return f"{{}}({self.name!r})", partial(attribute, self.owner)
        return f"{{}}.{self.name}", self.owner

    def assign(self, value: Any) -> None:
        """Have it be that again."""
        if self.kind == "global":
            self.owner[self.name] = value
        elif self.kind == "cell":
            self.owner.cell_contents = value
        elif value is MISSING:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, value)

    @property
    def described(self) -> str:
        """How a message speaks of it."""
        if self.kind == "attribute":
            return f"the attribute {self.name!r} of a {type(self.owner).__name__}"
        return f"{self.name!r}"


class Reads:
    """Tells ``note`` what is read inside :meth:`observed`: each once, with its value before anything could
    change it.
    """

    def __init__(self, function: Any, note: Callable[[Read, Any], None]) -> None:
        self._note = note
        self._found: set[tuple[str, int, str]] = set()
        self._functions: dict[CodeType, FunctionType] = {}
        # By the id of a program, which is held: a program has a hash of its own, but computes it every time.
        self._lines: dict[int, tuple[CodeType, dict[int, list[Chain]]]] = {}
        self._know(function)

    def _know(self, value: Any) -> None:
        for function in _functions_in(value):
            self._functions.setdefault(function.__code__, function)

    @contextmanager
    def observed(self) -> Iterator[None]:
        """Look on. A debugger that looks on itself waits meanwhile."""
        before = sys.gettrace()
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(before)

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        known = self._lines.get(id(code))
        if known is None:
            looked_at = is_the_users(frame) and not _is_generated(frame)
            known = self._lines[id(code)] = code, _chains(code) if looked_at else {}
        return self._line if known[1] else None

    def _line(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            for chain in self._lines[id(frame.f_code)][1].get(frame.f_lineno, ()):
                self._follow(frame, chain)
        return self._line

    def _follow(self, frame: FrameType, chain: Chain) -> None:
        if chain.kind == "global":
            if chain.name not in frame.f_globals and hasattr(builtins, chain.name):
                return
            value = self._look_up("global", frame.f_globals, chain.name)
        else:
            value = frame.f_locals.get(chain.name, MISSING)
            if chain.kind == "cell" and not _is_of_a_call(frame, chain.name):
                value = self._look_up("cell", self._cell(frame.f_code, chain.name), chain.name)
        for i, name in enumerate(chain.attributes):
            if value is MISSING or isinstance(value, np.ndarray | np.generic):
                return
            if isinstance(value, Node) and (value.rank > 1 or name != "grad"):
                return  # who records asks for its numbers
            if isinstance(value, ModuleType) and is_library(value):
                if value.__name__ in _NEVER_THE_SAME:
                    code = frame.f_code
                    raise CompilationError(
                        f"the function asks {value.__name__!r}, which answers otherwise at every call: ask "
                        f"outside\n  in {described((code.co_filename, frame.f_lineno, code.co_name))}"
                    )
                return
            value = self._look_up("attribute", value, name, chain.stored and i == len(chain.attributes) - 1)

    def _cell(self, code: CodeType, name: str) -> Any:
        """The cell of a variable of a function around this one. A frame does not know its function, but that
        refers to its program.
        """
        function = self._functions.get(code)
        if function is None:
            referring = [x for x in gc.get_referrers(code) if isinstance(x, FunctionType)]
            function = self._functions[code] = next(x for x in referring if x.__code__ is code)
        assert function.__closure__ is not None
        return function.__closure__[code.co_freevars.index(name)]

    def _look_up(self, kind: str, owner: Any, name: str, stored: bool = False) -> Any:
        """What something is; noted if it is data, or is about to become that."""
        read = Read(kind, owner, name)
        value = read.value
        key = kind, id(owner), name
        if key not in self._found and (value is not MISSING or stored):
            self._found.add(key)
            self._know(value)
            self._note(read, value)
        return value


def _is_of_a_call(frame: FrameType, name: str) -> bool:
    """Whether a variable of a function around this one was made in this run: that of a function around a
    comprehension, say, whose call is still going on.
    """
    around = frame.f_back
    while around is not None and around.f_globals.get("__package__") != __package__:
        if name in around.f_code.co_cellvars and _is_in(frame.f_code, around.f_code):
            return True
        around = around.f_back
    return False


def _is_in(code: CodeType, around: CodeType) -> bool:
    """Whether a program was written inside of another one."""
    inner = [x for x in around.co_consts if isinstance(x, CodeType)]
    return code in inner or any(_is_in(code, x) for x in inner)


def _is_generated(frame: FrameType) -> bool:
    """Whether Python has written this program itself, that of a named tuple or a dataclass."""
    of_a_file = frame.f_code.co_filename == "<string>" and "__file__" in frame.f_globals
    return of_a_file or str(frame.f_globals.get("__name__", "")).startswith("namedtuple_")


def attribute(owner: Any, name: str) -> Any:
    """An attribute that is data. What it takes a program to find, a property, is missing: that program is
    looked at itself.
    """
    try:
        own = object.__getattribute__(owner, "__dict__")
    except AttributeError:
        own = {}
    if name in own:
        return own[name]
    for kind in owner.__mro__ if isinstance(owner, type) else type(owner).__mro__:
        if name in vars(kind):
            found = vars(kind)[name]
            if isinstance(found, _CODE):
                return MISSING
            if hasattr(found, "__get__"):  # a slot, or a method in C
                return found.__get__(owner) if hasattr(found, "__set__") else MISSING
            return found
    return MISSING


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _functions_in(x: Any) -> Iterator[FunctionType]:
    """The functions of Python behind something that can be called, those that it wraps too."""
    waiting, seen = [x], set()
    while waiting:
        x = waiting.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, FunctionType):
            yield x
            waiting += [_content(cell) for cell in x.__closure__ or ()]
        elif isinstance(x, MethodType):
            waiting.append(x.__func__)
        elif isinstance(x, partial):
            waiting += [x.func, *x.args]


@cache
def _chains(code: CodeType) -> dict[int, list[Chain]]:
    """The names that each line of a program loads, or stores what was there before."""
    found: dict[int, list[Chain]] = {}
    kind = name = ""
    attributes: list[str] = []
    line, stored = code.co_firstlineno, False

    def end() -> None:
        nonlocal kind, attributes, stored
        if kind and (attributes or kind != "local"):
            found.setdefault(line, []).append(Chain(kind, name, tuple(attributes), stored))
        kind, attributes, stored = "", [], False

    for step in dis.get_instructions(code):
        if step.opname in ("CACHE", "COPY", "PUSH_NULL", "EXTENDED_ARG", "PRECALL", "NOP"):
            continue
        if kind and step.opname in ("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR"):
            attributes.append(step.argval)
            stored = step.opname == "STORE_ATTR"
            continue
        end()
        if step.positions is not None and step.positions.lineno is not None:
            line = step.positions.lineno
        names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL"):
            kind, name = "global", names[-1]
        elif step.opname in ("LOAD_DEREF", "LOAD_CLASSDEREF", "STORE_DEREF"):
            kind, name = ("cell" if names[-1] in code.co_freevars else "local"), names[-1]
        elif step.opname.startswith(("LOAD_FAST", "STORE_FAST_LOAD_FAST")):
            kind, name = "local", names[-1]
    end()
    return found
