"""What may change underneath a recorded graph, and how that is noticed: docs/changing-underneath.md.

An operation keeps the arrays that it has computed with, because its rule may need them. Nothing stops a
program from writing into them in the meantime: each is nobody else's, or a copy, or has a fingerprint.
"""

from __future__ import annotations

import dis
import linecache
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from .errors import GraphError
from .graph import Node
from .primitive import Elementwise, General, Multilinear, floats, nodes

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[Any]]

WHOLE = 8192  # bytes up to which every number of an array counts, of a larger one a sample
_SAMPLE = 64
_COPIED = 65_536  # bytes up to which a plain array is copied

Prints = Sequence[tuple[int, Array, bytes]] | None
"""Of some inputs their numbers, what is looked at of their arrays, and what that was."""


def sample(array: Array) -> Array:
    """About 64 numbers spread over all of a large array."""
    return array[_sample(array.shape)]


def fingerprint(array: Array) -> bytes:
    """The bytes of an array, of a large one those of a sample."""
    return (array if array.nbytes <= WHOLE else sample(array)).tobytes()


@cache
def _sample(shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Evenly spaced numbers on every axis, on short axes all."""
    slices, left = [slice(None)] * len(shape), float(_SAMPLE)
    axes = sorted(range(len(shape)), key=shape.__getitem__)
    for done, axis in enumerate(axes):
        step = max(1, int(shape[axis] / left ** (1 / (len(axes) - done))))
        slices[axis] = slice(step // 2, None, step)
        left = max(1.0, left * step / shape[axis])
    return tuple(slices)


moment = count(1).__next__
"""Numbers the operations and the changes; leaves are made at moment 0."""

disturbed = [0]
"""The moment at which an array was last handed out, replaced, or changed through the library."""


def note_change(x: Any) -> None:
    """The array of ``x`` has been written into: what was recorded before may not be swept any more."""
    x._written = disturbed[-1] = moment()


def kept(given: Any, value: Any, i: int, watched: list[int]) -> Any:
    """What an operation keeps of operand ``i``. If it is plain and the program could write into it, that is a
    copy; of a large one nothing is copied, and its number is added to those that are watched.
    """
    if type(value) is not np.ndarray or isinstance(given, Node | list | tuple):
        return value
    if value.nbytes <= _COPIED:
        return value.copy()
    watched.append(i)
    return value


def check_unchanged(node: Any, wanted: Sequence[bool], create_graph: bool) -> None:
    """Before the rule of ``node`` is used: whether what it looks at is what it was.

    Raises:
        GraphError: if not.
    """
    primitive = node._tag.primitive
    if node.rank == 1:  # the rule is given numbers anew only where it is recorded
        if isinstance(primitive, Elementwise) and not _alike(_recomputed(primitive, node.values), node.data):
            raise changed(node, 0)
        return
    known = {i: before for i, _, before in node._prints or ()}
    for i, (x, value) in enumerate(zip(node.inputs, node.values, strict=True)):
        if isinstance(x, Node) and x.rank > 1 and x._raw.shape != value.shape:
            raise changed(node, i)  # what its gradient is added up to has another shape
        if _is_changed(node, x, value, known.get(i), create_graph) and looks_at_input(primitive, i, wanted):
            raise changed(node, i)
    is_changed = node._mark and fingerprint(node._raw) != node._mark
    if is_changed and _looks_at_output(primitive, wanted):
        raise changed(node, None)


def _is_changed(node: Any, x: Any, value: Any, before: bytes | None, create_graph: bool) -> bool:
    if not isinstance(x, Node):
        return before is not None and fingerprint(value) != before
    if x.rank == 1:  # whose number may be replaced; only a rule that is recorded takes it anew
        return create_graph and not _alike(x.data, value)
    if create_graph and x._raw is not value and x._raw.tobytes() != value.tobytes():
        return True
    shown = _owner(x)
    if before is None and shown._mark:  # it was handed out later
        before, value = shown._mark, value if shown is x else shown._raw
    return shown._written > node._created or (before is not None and fingerprint(value) != before)


def _recomputed(primitive: Elementwise, values: Sequence[float]) -> float:
    of_the_table = getattr(nodes, primitive.name, None) is primitive
    number: float = (getattr(floats, primitive.name) if of_the_table else primitive.on_floats)(*values)
    return number


def _alike(a: float, b: float) -> bool:
    return bool(a == b or (a != a and b != b))


def _owner(x: Any) -> Any:
    """The result whose memory ``x`` shows, if nobody was given the array of ``x`` itself."""
    while x.rank > 1 and x._mark is None and x._raw.base is not None and len(x.inputs) == 1:
        x = x.inputs[0]
    return x


def looks_at_input(primitive: Any, i: int, wanted: Sequence[bool]) -> bool:
    """Whether the rule of an operation needs the numbers of this input for the cotangents that are wanted."""
    if isinstance(primitive, Multilinear):
        return any(asked for j, asked in enumerate(wanted) if j != i)
    if isinstance(primitive, Elementwise):
        return _looks_at(primitive, i + 2, wanted)
    return bool(primitive.reads_inputs)


def _looks_at_output(primitive: Any, wanted: Sequence[bool]) -> bool:
    if isinstance(primitive, Elementwise):
        return _looks_at(primitive, 1, wanted)
    return isinstance(primitive, General)


def _looks_at(primitive: Elementwise, place: int, wanted: Sequence[bool]) -> bool:
    """Whether one of the derivatives that are wanted uses its parameter at this place: (m, y, *inputs)."""
    asked = [rule for rule, want in zip(primitive.derivatives, wanted, strict=True) if want]
    return any(callable(rule) and _uses(rule, place) for rule in asked)


@cache
def _uses(rule: Callable[..., Any], place: int) -> bool:
    code = rule.__code__
    if place >= code.co_argcount:
        return True
    name = code.co_varnames[place]
    read = [step.argval for step in dis.get_instructions(code) if step.opname.startswith("LOAD_")]
    return any(name in (found if isinstance(found, tuple) else (found,)) for found in read)


def changed(node: Any, i: int | None) -> GraphError:
    """What to say when an input of ``node``, or its result, is not what it was."""
    name = f" ({node.label!r})" if node.label else ""
    x = node if i is None else node.inputs[i]
    label = f" ({x.label!r})" if isinstance(x, Node) and x.label else ""
    what = "its own result" if i is None else f"its input {i}{label}, of shape {np.shape(node.values[i])},"
    line = f"\n  used in {described(node.origin)}" if node.origin else "; debug() names the line"
    return GraphError(
        f"backward through {node.op.name!r}{name}: {what} has been changed in place since the forward pass, "
        "so the gradient would be wrong. Call backward() first and change it then (optimizer.step(), "
        "tensor.data[...] = value, filling a buffer anew), repeat the forward pass after the change, or give "
        f"the operation a copy{line}"
    )


def described(origin: tuple[str, int, str]) -> str:
    """A line of a program, with its text."""
    file, line, function = origin
    text = linecache.getline(file, line).strip()
    return f'"{file}", line {line}, in {function}' + (f":\n    {text}" if text else "")
