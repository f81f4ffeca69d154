"""Slips of shapes and windows: off by one, another stride, broadcasting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..questions import Question
from ..recording import Array, Change, Site
from .places import Changes, answering, only, operand, replaced, with_operand

__all__ = ["broadcast", "off_by_one", "other_windows"]


_WINDOWED = ("convolution", "window_max", "window_sum", "sliding_windows")


def off_by_one(question: Question) -> Changes:
    r = question.recording
    for step in r.steps(*_WINDOWED):
        ndim = np.ndim(r.values(step)[0])
        spatial = r.nodes[step].parameters.get("axes") or tuple(range(2, ndim))
        for axes in {(axis,) for axis in spatial} | {tuple(spatial)}:
            fill = -np.inf if r.op(step).name == "window_max" else 0.0
            for by in (1, -1):
                where = (
                    f"every window of {r.called(step)} begins one place too {'late' if by == 1 else 'early'}"
                )
                shift = lambda a, axes=axes, by=by, fill=fill: _shifted(a, -by, axes, fill)  # noqa: E731
                yield Change(where, values={step: with_operand(0, shift)})
                if r.nodes[step].requires_grad:
                    back = lambda s, t=shift, axes=axes, by=by: _shifted_shares(s, t, axes, by)  # noqa: E731
                    yield Change(where, shares={step: back})
    halves: list[tuple[slice, str]] = [(slice(None, -1), "last"), (slice(1, None), "first")]
    for part, which in halves:
        where = f"the {which} position of every axis is missing"
        yield answering(where, lambda y, i=part: y[(i,) * y.ndim])
        yield answering(where, lambda y, i=part: y[..., i, i])
    for axis in range(max((y.ndim for y in question.right), default=0)):
        for part, which in halves:
            yield answering(
                f"the {which} position along axis {axis} is missing", lambda y, a=axis, i=part: _cut(y, a, i)
            )
        for by, how in ((1, "late"), (-1, "early")):
            where = f"everything stands one place too {how} along axis {axis}"
            yield answering(where, lambda y, a=axis, k=by: _shifted(y, k, (a,)) if a < y.ndim else y)
            yield answering(where, lambda y, a=axis, k=by: np.roll(y, k, a) if a < y.ndim else y)
        for index, which in ((-1, "last"), (0, "first")):
            where = f"the {which} position along axis {axis} is never reached and stays 0"
            yield answering(where, lambda y, a=axis, i=index: y - only(y, i, a) if a < y.ndim else y)


def _cut(y: Array, axis: int, index: slice) -> Array:
    return y[(slice(None),) * axis + (index,)] if axis < y.ndim else y


def _shifted(a: Array, by: int, axes: Sequence[int], fill: float = 0.0) -> Array:
    """Moved along axes, nothing behind it."""
    moved = np.roll(a, [by] * len(axes), tuple(axes))
    for axis in axes:
        edge = [slice(None)] * a.ndim
        edge[axis] = slice(0, by) if by > 0 else slice(by, None)
        moved[tuple(edge)] = fill
    return moved


def _shifted_shares(site: Site, shift: Callable[..., Any], axes: Sequence[int], by: int) -> Any:
    found = site.shares(values=[shift(site.values[0]), *site.values[1:]])
    if found[0] is not None:
        found[0] = _shifted(np.asarray(found[0]), by, axes)
    return found


def other_windows(question: Question) -> Changes:
    r = question.recording
    for step in r.steps(*_WINDOWED):
        parameters = r.nodes[step].parameters
        axes = len(parameters["stride"])
        for name, other, words in (
            ("stride", (1,) * axes, "the stride is 1"),
            ("padding", ((0, 0),) * axes, "there is no padding"),
            ("dilation", (1,) * axes, "the dilation is 1"),
        ):
            if name in parameters and parameters[name] != other:
                where = f"{words} in {r.called(step)}, in place of {parameters[name]}"
                yield replaced((step,), r, r.op(step), where, **{name: other})
        if "window" in parameters:
            for by in (1, -1):
                window = tuple(n + by for n in parameters["window"])
                if min(window) > 0:
                    where = f"the windows of {r.called(step)} are {window} in place of {parameters['window']}"
                    yield replaced((step,), r, r.op(step), where, window=window)
                    own = tuple(parameters["stride"])
                    if own == tuple(parameters["window"]):
                        yield replaced((step,), r, r.op(step), where, window=window, stride=window)


def broadcast(question: Question) -> Changes:
    r = question.recording
    for i, node in enumerate(r.nodes):
        if node.op is None and node.label and r.data[i].ndim == 1 and r.data[i].size > 1:
            m = r.data[i].size
            where = (
                f"{node.label} has the shape {(m, 1)}: with one of {(m,)} broadcasting makes {(m, m)} of it"
            )
            yield Change(where, leaves={i: lambda a: a[:, None]})
    for step in r.steps("add", "subtract", "multiply", "divide"):
        a, b = r.values(step)
        if (
            np.ndim(a) == np.ndim(b)
            and np.shape(a) == np.shape(b)
            and np.ndim(a) in (1, 2)
            and max(np.shape(a)) == np.size(a) > 1
        ):
            m = np.size(a)
            for shapes in (((m, 1), (1, m)), ((1, m), (m, 1))):
                where = (
                    f"in {r.called(step)} one operand has the shape {(m, 1)} and the other {(m,)}: "
                    f"broadcasting makes {(m, m)} of them"
                )
                yield Change(where, values={step: _reshaped(shapes)})
    for step in r.steps("add", "subtract", "multiply", "divide"):
        a, b = r.values(step)
        for place, (x, y) in enumerate(((a, b), (b, a))):
            if np.ndim(x) == 1 and np.ndim(y) == 2 and np.shape(y)[0] == np.shape(y)[1] == np.shape(x)[0]:
                where = f"{operand(r, step, place)} stands as a column, not as a row, in {r.called(step)}"
                yield Change(where, values={step: with_operand(place, lambda v: v[:, None])})


def _reshaped(shapes: Sequence[tuple[int, ...]]) -> Callable[..., Any]:
    return lambda s: s.compute([np.reshape(x, shape) for x, shape in zip(s.values, shapes, strict=True)])
