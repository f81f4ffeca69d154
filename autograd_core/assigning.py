"""``B[index] = value`` while a gradient is recorded: the tensor becomes the result of ``index_set``.

Its old content, a node of its own from then on, and the value are the inputs. What has used the tensor refers
to the tensor itself, and would find the new content there; so nothing may have used it. That it was read by
index does no harm: such a reading is made to refer to the old content.
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn
from weakref import ref

import numpy as np

from .context import array_of, is_recording, recorder, tag_in_context
from .errors import GraphError
from .graph import Node
from .primitive import Tag
from .structure.assignment import Places, assignable, assignment
from .structure.operands import as_operand, data_of, holds_nodes
from .watching import described, moment, note_change

__all__: list[str] = []

_TOGETHER = 1000  # assignments that are one node
_REMEMBERED = 100  # readings that operations have used


class ViewOf(NamedTuple):
    """Marks a tensor that shows the memory of another one, and of which nothing is recorded."""

    whole: Any
    """A weak reference to it."""


class Reading(NamedTuple):
    """What was taken out of a tensor that may yet be assigned to."""

    taken: Any
    """A weak reference to it."""
    index: Any
    """Where; None for everywhere."""
    is_view: bool
    """Whether it is a view in NumPy, where it would show what is assigned later."""


def note_reading(x: Any, taken: Any, index: Any) -> None:
    """Remember what was taken out of ``x``, if ``x`` may yet be assigned to."""
    if x._used is None:
        x._used = []
    readings = x._used
    if type(readings) is list:
        if len(readings) % 32 == 31:
            readings[:] = [one for one in readings if one.taken() is not None]
        readings.append(Reading(ref(taken), index, taken._raw.base is not None))


def note_view(x: Any, taken: Any, index: Any) -> None:
    """Remember that ``taken`` shows the memory of ``x``, and that nothing of it is recorded."""
    if type(x._used) is ViewOf:
        whole = x._used.whole()
        x, index = (x if whole is None else whole), None
    note_reading(x, taken, index)
    taken._used = ViewOf(ref(x))


def assign(x: Any, index: Any, value: Any) -> list[Any]:
    """``x[index] = value``; gives what had been taken out before and has been written over.

    Raises:
        GraphError: if the gradient would be wrong, or lost.
        DtypeError: if an integer ``x`` cannot hold the value.
        ShapeError: if the value does not fit.
        IndexRangeError: for a wrong index.
    """
    if isinstance(value, list | tuple) and holds_nodes(value):
        value = as_operand(value)
    index, value = assignable("tensor[index] = value", x, index, value)
    recording = is_recording()
    if x._tag.variable:
        _refuse(
            "a function that is differentiated by this tensor would change its own argument: assign to a "
            "copy, x = x.copy()"
        )
    if type(x._used) is Tag and (recording or x.inputs):
        _refuse_used(x)
    if recording and (x.inputs or (isinstance(value, Node) and value.requires_grad)):
        return _assign_recorded(x, index, value)
    if x.inputs:
        _refuse(
            "this tensor is the result of a recorded operation, and under no_grad() the assignment would not "
            "be recorded: assign outside no_grad(), or to a copy, tensor.detach().copy()"
        )
    if not x._raw.flags.writeable:
        _refuse("the array of this tensor is read-only: assign to a copy, tensor.copy()")
    if (writing := recorder()) is not None:
        writing.write(x, index, data_of(value))
        return []
    x._raw[index] = data_of(value)
    note_change(x)
    return []


def _assign_recorded(x: Any, index: Any, value: Any) -> list[Any]:
    if type(x._used) is ViewOf and x._used.whole() is not None:
        _refuse(
            "this tensor is a view of another one, which would not learn of the gradient: assign to the "
            "whole, whole[...] = value, or to a copy, tensor.copy()"
        )
    if x.requires_grad and not x.inputs:
        _refuse(
            "this tensor is a leaf that requires a gradient, and would be one no more: assign to a copy, "
            "tensor = tensor.copy()"
        )
    readings: list[Reading] = [
        one for one in (x._used if type(x._used) is list else ()) if one.taken() is not None
    ]
    over = _written_over(x, index, value, readings)
    tag: Any = tag_in_context(assignment.tag)
    if x._tag.label or x._tag.retains or x._tag.hooks:
        tag = tag.but(label=x._tag.label, retains=x._tag.retains, hooks=x._tag.hooks)
    read = [taken for taken in (one.taken() for one in readings) if taken.inputs and taken.inputs[0] is x]
    if read or x.op is not assignment or len(x.inputs) > _TOGETHER:
        before = x._with_inputs(x.inputs)
        before._created, before._used = x._created, tag
        for taken in read:
            taken.inputs = (before,)
        inputs, values, indices, data = (before,), (before._raw,), (), array_of(x).copy()
    else:
        inputs, values, indices = x.inputs, x.values, x.parameters["places"].indices
        data = x._raw if x._mark is None else x._raw.copy()
    data[index] = number = data_of(value)
    if getattr(value, "rank", 1) > 1:
        value._used = tag
    x._raw, x.requires_grad, x.residuals = data, True, None
    x.inputs, x.values = (*inputs, value), (*values, number)
    x.wanted = [isinstance(node, Node) and node.requires_grad for node in x.inputs]
    x.parameters = {"places": Places(data.shape, (*indices, index))}
    x._tag, x._created, x._mark, x._prints = tag, moment(), None, None
    used = [one for one in readings if type(one.taken()._used) is Tag]
    forgotten = {id(one) for one in used[:-_REMEMBERED]} | {id(one) for one in readings if not one.is_view}
    x._used = [one for one in readings if id(one) not in forgotten]
    return over


def _written_over(x: Any, index: Any, value: Any, readings: list[Reading]) -> list[Any]:
    """What was taken out, and would in NumPy show what is assigned now.

    Raises:
        GraphError: if somebody holds such a view, which no operation has used yet.
    """
    views = [(one.taken(), one.index) for one in readings if one.is_view]
    if not views:
        return []
    reached = np.zeros(x.shape, bool)
    reached[index] = True
    over = [
        taken for taken, part in views if taken is not value and reached[... if part is None else part].any()
    ]
    if any(type(taken._used) is not Tag for taken in over):
        _refuse(
            "a part of this tensor that was taken out is still held, and would not show what is assigned "
            "as it does in NumPy: take it out afterwards, or take a copy, part = tensor[index].copy()"
        )
    return over


def _refuse(reason: str) -> NoReturn:
    raise GraphError(f"tensor[index] = value: {reason}")


def _refuse_used(x: Any) -> NoReturn:
    tag = x._used
    leaf = not x.inputs and x.requires_grad
    way_out = "assign before it is used"
    if leaf:
        way_out = "after backward(), with no_grad(): tensor[index] = value"
    where = f" in {described(tag.origin)}\n" if tag.origin else " "
    _refuse(
        f"{tag.primitive.name!r} has used this tensor{where}and the gradient needs it as it was: {way_out}, "
        "or make a new tensor, index_set(tensor, index, value) or where(condition, value, tensor)"
    )
