"""Slips of the whole answer: signs, factors, orders, shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from ...primitive import nodes
from ..questions import Question
from ..recording import Array, Change, Recording, Run, Site
from .places import (
    Changes,
    answering,
    divided,
    everywhere,
    operand,
    replaced,
    scalings,
    times,
    variables,
    with_operand,
)

__all__ = [
    "another_question",
    "cut",
    "doubled",
    "flipped",
    "means_for_sums",
    "negative",
    "one_less",
    "reordered",
    "reshaped",
    "scaled_inputs",
    "sums_for_means",
    "transposed",
    "without_cotangent",
    "zeros",
]


def zeros(question: Question) -> Changes:
    yield answering("the result", np.zeros_like)


def negative(question: Question) -> Changes:
    yield answering("the result", np.negative)


def doubled(question: Question) -> Changes:
    yield answering("a factor 1/2 is missing (of a half before a square, say)", lambda y: 2 * y)
    yield answering("a factor 2 is missing (the derivative of a square, say)", lambda y: y / 2)
    r = question.recording
    for step in scalings(r):
        text = r.called(step)
        for factor, words in ((2.0, "a factor 1/2 is missing in"), (0.5, "a factor 2 is missing in")):
            values, shares = times(factor)
            yield Change(f"{words} {text}", values={step: values}, shares={step: shares})


def _lengths(question: Question) -> list[int]:
    """Of all axes of the inputs and outputs, and how many numbers each has."""
    shapes = [*question.recording.shapes, *(y.shape for y in question.recording.results)]
    shapes += [np.shape(x) for x in question.sample.leaves()[0]]
    return sorted(
        {n for shape in shapes for n in (*shape, math.prod(shape)) if n > 2}
        | ({2} if any(2 in s for s in shapes) else set())
    )


def scaled_inputs(question: Question) -> Changes:
    r = question.recording
    for i, name in variables(r):
        for factor, words in ((2.0, f"2 {name} stands"), (0.5, f"{name} / 2 stands")):
            scale = lambda a, k=factor: k * a  # noqa: E731
            yield Change(f"{words} where {name} belongs", leaves={i: scale})


def sums_for_means(question: Question) -> Changes:
    r = question.recording
    for steps, name in everywhere(r, r.steps("mean")):
        counts = [_count(r, i) for i in steps]
        yield replaced(steps, r, nodes.sum, f"1/m is missing in {name}, m = {counts[0]}")
    for n in _lengths(question):
        where = f"the factor 1/m is missing, m = {n}"
        yield answering(where, lambda y, n=n: y * n)
        for step in scalings(r):
            values, shares = times(n)
            yield Change(where, values={step: values}, shares={step: shares})
    for step in scalings(r):
        numbers = [float(np.reshape(x, ())) for x in r.values(step) if np.size(x) == 1]
        m = round(max(numbers[-1], 1 / numbers[-1] if numbers[-1] else 0.0))
        if m > 2:
            values, shares = times(m)
            yield Change(f"the factor 1/m is missing, m = {m}", values={step: values}, shares={step: shares})


def _count(recording: Recording, step: int) -> int:
    shape = recording.values(step)[0].shape
    return math.prod(shape[i] for i in recording.nodes[step].parameters["axis"])


def means_for_sums(question: Question) -> Changes:
    r = question.recording
    for steps, name in everywhere(r, r.steps("sum")):
        yield replaced(steps, r, nodes.mean, f"{name} is divided by m = {_count(r, steps[0])}")
    for n in _lengths(question):
        yield answering(
            f"it is divided by m = {n} (once too often, if a mean is meant)", lambda y, n=n: y / n
        )
    for i, name in variables(r) if question.kind in ("gradient", "rule") else ():
        for step, _ in r.uses[i]:
            n = r.data[step].size // max(1, r.data[i].size)
            if n > 1 and r.op(step).name in ("add", "affine", "subtract", "reshape"):
                yield Change(f"the shares of {name} are averaged", answers=divided(r.variables.index(i), n))


def one_less(question: Question) -> Changes:
    r = question.recording
    for step in [*r.steps("mean"), *scalings(r)]:
        for n in [_count(r, step)] if r.op(step).name == "mean" else _lengths(question):
            for factor in (n / (n - 1), math.sqrt(n / (n - 1))) if n > 1 else ():
                where = f"{r.called(step)} divides by n - 1 = {n - 1} in place of n = {n}"
                values, shares = times(factor)
                yield Change(where, values={step: values}, shares={step: shares})
    for n in _lengths(question):
        yield answering(
            f"it is divided by n - 1 = {n - 1} in place of n = {n}", lambda y, n=n: y * n / (n - 1)
        )
        yield answering(
            f"it is divided by n = {n} in place of n - 1 = {n - 1}", lambda y, n=n: y * (n - 1) / n
        )


def transposed(question: Question) -> Changes:
    r = question.recording
    if any(y.ndim > 1 for y in question.right):
        yield answering("the result", lambda y: np.swapaxes(y, -1, -2) if y.ndim > 1 else y)
        for axes in permutations(range(max(y.ndim for y in question.right))):
            if len(axes) > 2 and axes != tuple(range(len(axes))):
                yield answering(
                    f"the result (axes {axes})", lambda y, a=axes: y.transpose(a) if y.ndim == len(a) else y
                )
    for step in r.steps("matmul", "affine", "einsum", "solve"):
        for place, x in enumerate(r.values(step)):
            if np.ndim(x) == 2:
                turned = with_operand(place, lambda a: np.swapaxes(a, -1, -2))
                where = f"{operand(r, step, place)}, in {r.called(step)},"
                yield Change(where, values={step: turned})
                if r.nodes[step].requires_grad:
                    yield Change(
                        where + " on the way back",
                        shares={step: _shares_with(place, lambda a: np.swapaxes(a, -1, -2))},
                    )
    for i, name in variables(r):
        if r.data[i].ndim > 1:
            yield Change(
                name,
                leaves={i: lambda a: np.swapaxes(a, -1, -2)},
                answers=_back(question, i, lambda a: np.swapaxes(a, -1, -2)),
            )


def _back(
    question: Question, step: int, turn: Callable[..., Any]
) -> Callable[[list[Array]], list[Array]] | None:
    """The gradient by what has been turned, turned back."""
    if question.kind not in ("gradient", "rule"):
        return None
    number = question.recording.variables.index(step)
    return lambda found: [turn(y) if i == number else y for i, y in enumerate(found)]


def _shares_with(place: int, change: Callable[..., Any]) -> Callable[..., Any]:
    """Send back what the rule gives for a changed operand, whose own share stays as it was."""

    def shares(site: Site) -> Any:
        found = site.shares(values=[change(x) if i == place else x for i, x in enumerate(site.values)])
        if place < len(found) and found[place] is not None:
            found[place] = site.shares()[place]
        return found

    return shares


_TURNS = {"both ways": (-2, -1), "up and down": (-2,), "left and right": (-1,)}


def flipped(question: Question) -> Changes:
    r = question.recording
    for step in r.steps("convolution", "transposed_convolution"):
        where = operand(r, step, 1)
        turn = _turn(tuple(range(2, r.values(step)[1].ndim)))
        yield Change(where, values={step: with_operand(1, turn)})
        yield Change(where + ", on the way back,", shares={step: _shares_with(1, turn)})
        yield Change(
            where, values={step: with_operand(1, turn)}, shares={step: lambda s, t=turn: _flipped_back(s, t)}
        )
    for i, name in variables(r):
        for axes in _TURNS.values():
            if r.data[i].ndim >= len(axes) and (r.data[i].ndim > 1 or axes == (-1,)) and r.data[i].size > 1:
                turn = _turn(axes)
                yield Change(name, leaves={i: turn})
                if back := _back(question, i, turn):
                    yield Change(name, leaves={i: turn}, answers=back)
                    yield Change("the result for " + name, answers=back)
    if question.kind == "function":
        for axes in _TURNS.values():
            yield answering("the result", lambda y, axes=axes: np.flip(y, axes) if y.ndim >= len(axes) else y)


def _turn(axes: tuple[int, ...]) -> Callable[..., Any]:
    return lambda a: np.flip(a, axes)


def _flipped_back(site: Site, turn: Callable[..., Any]) -> Any:
    found = site.shares(values=[site.values[0], turn(site.values[1])])
    found[1] = None if found[1] is None else turn(found[1])
    return found


def reordered(question: Question) -> Changes:
    right = question.right
    names = [name.split("'")[1] if "'" in name else name for name in question.names]
    orders = list(permutations(range(len(right)))) if len(right) <= 5 else [tuple(range(len(right)))[::-1]]
    for order in orders:
        if order != tuple(range(len(right))):
            yield Change(
                ", ".join(names[i] for i in order), answers=lambda found, o=order: [found[i] for i in o]
            )


def reshaped(question: Question) -> Changes:
    """The same numbers in another shape: what is compared is the shape that was found."""
    for y in question.right:
        for shape in {(-1,), (y.size, 1), (1, y.size), (1, *y.shape), (*y.shape, 1), y.shape[::-1]}:
            fresh = y.reshape(shape).shape
            if fresh != y.shape:
                yield answering(
                    f"the right numbers are given the shape {fresh}",
                    lambda x, s=shape, of=y.shape: x.reshape(s) if x.shape == of else x,
                )


def cut(question: Question) -> Changes:
    yield answering("", np.trunc)
    yield answering("", np.round)
    yield answering("", np.floor)


def without_cotangent(question: Question) -> Changes:
    if question.kind == "rule":
        seeds = [np.ones(np.shape(seed)) for seed in question.seeds]
        yield Change("", answers=lambda found: _regraded(question, seeds))


def _regraded(question: Question, seeds: Sequence[Any]) -> list[Array]:
    return Run(question.recording).gradients(seeds)


def another_question(question: Question) -> Changes:
    r = question.recording
    ones = [np.ones(y.shape) for y in r.results]
    if question.kind == "function" and len(question.right) == 1 and r.outputs[0] is not None:
        for number, name in enumerate(r.names):
            if r.shapes[number] != () or not r.results[0].shape:
                yield Change(
                    f"the gradient by {name} is returned in place of the value",
                    answers=lambda found, k=number: [Run(r).gradients(ones)[k]],
                )
    elif question.kind in ("gradient", "jacobian", "rule") and len(r.results) == 1:
        yield Change(
            "the value is returned in place of "
            + ("the gradient" if question.kind == "gradient" else "the answer"),
            answers=lambda found: [r.results[0] for _ in found],
        )
    if question.kind == "jacobian":
        yield Change(
            "the gradient of the sum is returned in place of the Jacobian",
            answers=lambda f: Run(r).gradients(ones),
        )
