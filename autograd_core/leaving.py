"""What leaves the graph: who makes plain numbers of a node, and whether that passes without a word.

A number that has left the graph takes no gradient along. Whoever asks for it by name, ``x.item()``,
``t.numpy()``, ``float(loss)``, knows that; whoever writes ``math.exp(x)`` or ``np.sum([t, t])`` does not.
Python calls the same ``__float__`` for both, so what is looked at is who asks: the frame, and the instruction
that it is carrying out. The rule stands in docs/leaving-the-graph.md.
"""

from __future__ import annotations

import cmath
import dis
import math
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from inspect import CO_OPTIMIZED
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from . import calculus, structure
from .context import is_differentiating, is_recording
from .errors import GraphError, GraphWarning
from .protocols.unrecorded import LOOKING, full_name

__all__: list[str] = []

_LOOK_ON = (
    "bokeh", "matplotlib", "mpl_toolkits", "plotly", "seaborn", "viz",
    "_pytest", "doctest", "numpy.testing", "unittest",
    "csv", "json", "logging", "numpy._core.arrayprint", "numpy.core.arrayprint", "pprint",
    "mlflow", "tensorboard", "tensorboardX", "torch.utils.tensorboard", "tqdm", "wandb",
)  # fmt: skip
"""Modules that draw numbers, compare them or write them down."""

_OURS = ("autograd_core", "nn", "viz")

_BY_NAME = (float, complex, np.number)
"""Types whose call asks for a plain number in so many words."""

_COLLECTING = {(kind.__name__,) for kind in (list, max, min, set, sorted, sum, tuple)}
"""Functions that take what ``map`` gives, and compute no number of a node themselves."""

_ARRAYS_BY_NAME = {np.array, np.asarray, np.asanyarray, np.from_dlpack}

_QUESTIONS = LOOKING | {
    getattr(room, f"is{what}") for room in (math, cmath) for what in ("close", "finite", "inf", "nan")
}
"""Functions that answer yes or no, or with a place, which has no gradient."""

_SPELT = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "degrees": "rad2deg", "fabs": "abs", "fsum": "sum",
    "pow": "power", "radians": "deg2rad", "remainder": "", "sumprod": "dot",
}  # fmt: skip
"""The functions of :mod:`math` that have another name here, and the one that is another function here."""

_STANDARD = (*{os.path.dirname(str(module.__file__)) for module in (os, warnings)}, "<frozen")
"""How the names of Python's own files begin: in a browser most of them lie in an archive."""

_LOST = "a node that requires a gradient, which would be lost without a word"


class _Instruction(NamedTuple):
    """What a program is carrying out."""

    operation: str
    """Its name in :mod:`dis`; an operator's symbol, ``"+"``."""
    names: tuple[str, ...]
    """What it calls, ``("math", "exp")``; empty where that is no plain name."""
    given: tuple[str, ...]
    """What it calls that with first, likewise; ``("[]",)`` for a list that stands in the call."""
    by_float: bool
    """Whether the user's program calls ``float``, or collects what ``map(float, nodes)`` gives."""
    code: CodeType
    """Held, so that its id stays its own."""


_known: dict[tuple[int, int], _Instruction] = {}
"""The instructions that have been looked at, by code and place."""


def check_leaving() -> None:
    """Called by a method that makes plain numbers of a node that requires a gradient: whether the caller of
    that method may have them. Nothing is said if they are asked for by name, or only looked at.

    Raises:
        GraphError: if they are computed with, or asked for inside a function that is being differentiated.
    """
    method = sys._getframe(1)
    asks = method.f_back
    if asks is None or not is_recording():  # a thread in which nothing else runs
        return
    at = _instruction(asks)
    inside = is_differentiating()
    if at.by_float and not inside:
        return  # by far the most frequent
    called, module = _called(asks, at.names)
    if not inside and is_the_users(asks) and isinstance(called, type) and issubclass(called, _BY_NAME):
        return
    way = list(_way_to_the_user(asks))
    rooms = [_room(frame) for frame in way]
    by_numpy = _belongs(rooms[0], ("numpy",))
    if by_numpy:
        asks = next((x for x in way if not _belongs(_room(x), ("numpy",))), asks)
        at = _instruction(asks)
        called, module = _called(asks, at.names)
    written = at.operation in ("%", "%=") and method.f_code.co_name == "__float__"  # "%.3f" % x
    compared = at.operation == "COMPARE_OP" or _is_one_of(called, _QUESTIONS)
    if written or compared or any(_belongs(room, _LOOK_ON) for room in rooms):
        return
    users = is_the_users(asks)
    name = (".".join(at.names) or "this line") if users else _room(asks).partition(".")[0]
    refusal = "" if _is_installed(asks) else _refusal(asks, at, called, module, rooms[0])
    if inside and not refusal:
        refusal = (
            f"inside a function that is being differentiated, {name} would make plain numbers of {_LOST}: "
            "compute with the node itself, or write .item(), .numpy() or .detach() for a constant"
        )
    if refusal:
        raise GraphError(refusal)
    warnings.warn(
        f"{name} makes plain numbers of a node that requires a gradient, and what is computed has none. "
        "Compute with the node itself, join nodes with autograd_core.array([...]), or write .item(), "
        ".numpy() or .detach() if plain numbers are meant",
        GraphWarning,
        stacklevel=len(way) + 2,
    )


def _refusal(asks: FrameType, at: _Instruction, called: Any, module: str, by: str) -> str:
    """Why the numbers are refused: they are certain to be computed with. Empty if that is not known."""
    if at.operation in ("STORE_SUBSCR", "STORE_SLICE", "STORE_ATTR"):
        return (
            f"array[...] = node writes plain numbers of {_LOST}: write array = "
            "autograd_core.index_set(array, index, node), which records it, join nodes with "
            "autograd_core.array([...]), or assign node.data"
        )
    if module in ("math", "cmath"):
        name = f"{module}.{called.__name__}"
        ours = _SPELT.get(called.__name__, called.__name__)
        known = hasattr(calculus, ours) or hasattr(structure, ours)
        recorded = f"use autograd_core.{ours}, which records it" if known else "compute with the node"
        return f"{name} makes a plain number of {_LOST}: {recorded}, or {name}(x.item()) for a plain number"
    by_name = _is_one_of(called, _ARRAYS_BY_NAME)
    joins = by_name and (at.given == ("[]",) or isinstance(_called(asks, at.given)[0], list | tuple))
    operator = at.operation if not at.operation[0].isalpha() else ""
    if _belongs(by, ("numpy",)) or joins or operator or (_belongs(module, ("numpy",)) and not by_name):
        name = ".".join(at.names) or "a function of NumPy"
        if callable(called) and len(at.names) == 1:
            name = full_name(called)
        name = f"array {operator} [node]" if operator else name
        if _belongs(by, ("numpy.ma",)):
            return (
                f"{name} makes plain numbers of {_LOST}, and a graph has no masks: fill the masked array, "
                "x.filled(0.0), or choose with where(x.mask, other, node)"
            )
        return (
            f"{name} makes plain numbers of {_LOST}: NumPy's functions record a tensor that they are given "
            "itself; join nodes with autograd_core.array([...]), or write .item(), .numpy() or .detach() for "
            "plain numbers"
        )
    return ""


# -- who asks ---------------------------------------------------------------------------------------------


def _way_to_the_user(frame: FrameType) -> Iterator[FrameType]:
    """From a frame through libraries to the one that called them."""
    yield frame
    while not is_the_users(frame) and frame.f_back is not None:
        frame = frame.f_back
        yield frame


def _room(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _belongs(room: str, packages: tuple[str, ...]) -> bool:
    return any(room == package or room.startswith(package + ".") for package in packages)


def _is_one_of(x: Any, things: Iterable[Any]) -> bool:
    return any(x is thing for thing in things)  # which asks nothing of x


def _is_installed(frame: FrameType) -> bool:
    """Whether this is a program of another library or of Python's own."""
    return _lies_with_libraries(frame.f_code.co_filename, _room(frame))


def _lies_with_libraries(file: str, room: str) -> bool:
    installed = "site-packages" in file or "dist-packages" in file or file.startswith(_STANDARD)
    return (installed or _belongs(room, ("numpy",))) and not _belongs(room, _OURS)


def is_library(module: ModuleType) -> bool:
    """Whether a module is this library, another one, or Python's own."""
    file = getattr(module, "__file__", None)
    return file is None or _belongs(module.__name__, _OURS) or _lies_with_libraries(file, module.__name__)


def is_the_users(frame: FrameType) -> bool:
    return not _is_installed(frame) and not _belongs(_room(frame), _OURS)


def _instruction(frame: FrameType) -> _Instruction:
    """What a frame is carrying out."""
    code, offset = frame.f_code, frame.f_lasti
    known = _known.get((id(code), offset))
    if known is None:
        if len(_known) >= 1000:
            _known.clear()
        operation, names, given = _decoded(code, offset)
        mapped = given == ("map(float)",) and names in _COLLECTING
        by_float = is_the_users(frame) and (names == ("float",) or mapped)
        for name in ("float", "map", *names) if by_float else ():
            by_float &= not (_is_local(name, code) or name in frame.f_globals)
        known = _known[id(code), offset] = _Instruction(operation, names, given, by_float, code)
    return known


def _decoded(code: CodeType, offset: int) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The operation at a place, the name of what it calls, and of what it calls that with.

    Where in the source an instruction begins tells what belongs together, whatever the version of Python
    makes of it: a call and the function that is called begin at one point.
    """
    # While a function of Python runs, its caller stands a little behind the beginning of the call.
    *before, step = [x for x in dis.get_instructions(code) if x.offset <= offset and not _is_beside(x)]
    operation = step.argrepr if step.opname == "BINARY_OP" and step.argrepr != "[]" else step.opname
    begin = _beginning(step)
    return (operation, *_call(before, begin)) if "CALL" in operation and begin else (operation, (), ())


def _call(before: list[dis.Instruction], begin: tuple[int, int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The name of the function and of its first argument in a call that begins at a point, of which these are
    the instructions before it is carried out.
    """
    if before and before[-1].opname == "PRECALL":
        before = before[:-1]
    names = _named(before, begin)
    behind = 1 + max((i for i, earlier in enumerate(before) if _beginning(earlier) == begin), default=-1)
    operands = before[behind:]
    first = min((at for x in operands if (at := _beginning(x)) is not None), default=None)
    if first is None:
        return names, ()
    made_by = [(i, x) for i, x in enumerate(operands) if _beginning(x) == first]
    if any(x.opname in ("BUILD_LIST", "BUILD_TUPLE") or _is_listed(x.argval) for _, x in made_by):
        return names, ("[]",)
    last, maker = made_by[-1]
    if "CALL" in maker.opname and _call(operands[:last], first) == (("map",), ("float",)):
        return names, ("map(float)",)
    return names, _named(operands, first)


def _is_listed(x: Any) -> bool:
    """Whether this is the program of a list comprehension, which has one of its own up to Python 3.11."""
    return isinstance(x, CodeType) and x.co_name == "<listcomp>"


def _is_beside(step: dis.Instruction) -> bool:
    """Whether an instruction only prepares a call: it loads neither a function nor what that is given."""
    names_of_keywords = step.opname == "LOAD_CONST" and isinstance(step.argval, tuple)
    return names_of_keywords or step.opname in ("CACHE", "EXTENDED_ARG", "KW_NAMES", "NOP", "PUSH_NULL")


def _beginning(step: dis.Instruction) -> tuple[int, int] | None:
    """Line and column at which the source of an instruction begins."""
    where = step.positions
    if where is None or where.lineno is None or where.col_offset is None:
        return None
    return where.lineno, where.col_offset


def _named(steps: list[dis.Instruction], begin: tuple[int, int]) -> tuple[str, ...]:
    """The name that begins at a point, ``("math", "exp")``, as the instructions look it up."""
    names: list[str] = []
    for step in reversed(steps):
        if _beginning(step) == begin:
            if not step.opname.startswith("LOAD_") or not isinstance(step.argval, str):
                return ()
            names.insert(0, step.argval)
            if step.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
                return tuple(names)
    return ()


def _is_local(name: str, code: CodeType) -> bool:
    """Whether a name may be that of a local variable; outside functions any may."""
    among = (*code.co_varnames, *code.co_freevars, *code.co_cellvars)
    return name in among if code.co_flags & CO_OPTIMIZED else code.co_name != "<module>"


def _called(frame: FrameType, names: tuple[str, ...]) -> tuple[Any, str]:
    """The object of this name and the module of its kind. No attribute is looked up that could run a program:
    of a method there is only the module of the class.
    """
    if not names:
        return None, ""
    root, *attributes = names
    spaces = [frame.f_globals, frame.f_builtins]
    if _is_local(root, frame.f_code):
        spaces.insert(0, frame.f_locals)  # which takes time to collect
    found = next((space[root] for space in spaces if root in space), None)
    for name in attributes:
        if not isinstance(found, ModuleType):
            return None, type(found).__module__
        found = vars(found).get(name)
    kind = getattr(found, "__module__", None) or type(getattr(found, "__self__", found)).__module__
    return found, kind
