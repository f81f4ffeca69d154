"""Slips on the way back: local derivatives and paths that are forgotten, sums that are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ...primitive import Elementwise, arrays
from ..questions import Question
from ..recording import Array, Change, Recording, Run, Site
from .places import (
    MOST_SITES,
    PRODUCTS,
    Changes,
    dropped,
    everywhere,
    only,
    operand,
    passed_on,
    seen_as,
    the_one,
    turned,
    unary,
    variables,
    with_operand,
)

__all__ = [
    "activation_for_input",
    "diagonal",
    "negative_path",
    "one_term",
    "output_for_input",
    "overwritten",
    "unsummed",
    "without_derivative",
    "without_path",
]


def without_derivative(question: Question) -> Changes:
    r = question.recording
    steps = [
        i for i in unary(r) if callable(_derivative(r, i)) and r.op(i).name not in ("multiply", "divide")
    ]
    for chosen, name in everywhere(r, steps):
        yield Change(name, shares=dict.fromkeys(chosen, passed_on))
    for step in r.steps("matmul", "affine", "einsum", "convolution"):
        for place, x in enumerate(r.inputs[step][:2]):
            if x is not None and r.nodes[step].wanted[place]:
                given = lambda s, k=place: [s.cotangent if i == k else y for i, y in enumerate(s.shares())]  # noqa: E731
                where = f"{r.called(step)} by {operand(r, step, place)}"
                yield Change(where, shares={step: given}, unsummed=frozenset([x]))
    if len({r.op(i).name for i in steps}) > 1:
        yield Change("every function", shares=dict.fromkeys(steps, passed_on))


def _derivative(recording: Recording, step: int) -> Any:
    op = recording.op(step)
    assert isinstance(op, Elementwise)
    return op.derivatives[the_one(recording, step)]


def output_for_input(question: Question) -> Changes:
    r = question.recording
    steps = [i for i in unary(r) if callable(_derivative(r, i)) and len(r.inputs[i]) == 1]
    for chosen, name in everywhere(r, steps):
        where = (
            f"in the derivative of {name} the input stands where the output belongs, or the other way round"
        )
        yield Change(where, shares=dict.fromkeys(chosen, _exchanged))
        where = f"the derivative of {name} is taken at its output in place of its input"
        yield Change(where, shares=dict.fromkeys(chosen, _at_the_output))


def _exchanged(site: Site) -> Any:
    op = site.op
    assert isinstance(op, Elementwise)
    return [site.cotangent * op.local_derivative(arrays, 0, site.values[0], [site.output])]


def _at_the_output(site: Site) -> Any:
    op = site.op
    assert isinstance(op, Elementwise)
    return [site.cotangent * op.local_derivative(arrays, 0, site.compute([site.output]), [site.output])]


def activation_for_input(question: Question) -> Changes:
    """In a product the number before a function in place of the one behind it, or the other way round."""
    r = question.recording
    for step in r.steps(*PRODUCTS):
        for place, x in enumerate(r.inputs[step]):
            if x is None:
                continue
            others: list[tuple[int, str]] = []
            node = r.nodes[x]
            before = r.inputs[x][0] if len(r.inputs[x]) == 1 else None
            if isinstance(node.op, Elementwise) and before is not None:
                others.append((before, f"the input of {r.called(x)} stands where its output belongs"))
            for use, _ in r.uses[x]:
                if isinstance(r.op(use), Elementwise) and len(r.inputs[use]) == 1:
                    others.append((use, f"the output of {r.called(use)} stands where its input belongs"))
            for other, where in others:
                if r.data[other].shape == r.data[x].shape:
                    yield Change(f"{where}, in {r.called(step)}", shares={step: seen_as(r, place, other)})


def _shared(recording: Recording) -> list[int]:
    """Steps that are used more than once on the way to the result."""
    return [
        i for i, node in enumerate(recording.nodes)
        if node.requires_grad and sum(recording.nodes[use].requires_grad for use, _ in recording.uses[i]) > 1
    ]  # fmt: skip


def overwritten(question: Question) -> Changes:
    r = question.recording
    shared = _shared(r)
    for last in (-1, 0):
        if len(shared) > 1:
            yield Change("everything that is used more than once", overwritten=dict.fromkeys(shared, last))
        for i in shared[:MOST_SITES]:
            if len(r.uses[i]) > 2:
                yield Change(r.called(i), overwritten={i: last})
    for step in r.steps("convolution", "window_sum", "sliding_windows", "window_max"):
        yield Change("overlapping windows", shares={step: _last_window})
    for i in shared[:MOST_SITES]:
        if len(r.uses[i]) == 2:
            for last in (-1, 0):
                yield Change(r.called(i), overwritten={i: last})


def _last_window(site: Site) -> Any:
    """The share of an image on which every window writes where it should add: found window by window."""
    found = site.shares()
    positions = site.cotangent.shape[2:] if site.op.name != "sliding_windows" else None
    if positions is None:
        return found
    image = np.zeros(np.shape(site.values[0]))
    for place in np.ndindex(*positions):
        alone, touched = np.zeros_like(site.cotangent), np.zeros_like(site.cotangent)
        alone[(..., *place)] = site.cotangent[(..., *place)]
        touched[(..., *place)] = 1.0
        ones = [site.values[0], *[np.ones_like(w) for w in site.values[1:]]]
        share = site.shares(alone)[0]
        mask = site.shares(touched, values=ones)[0] != 0
        image = np.where(mask, share, image)
    found[0] = image
    return found


def one_term(question: Question) -> Changes:
    """What a loop gives that overwrites, or returns too early: the last term of a sum alone, or the first."""
    r = question.recording
    for step in r.steps("sum", "mean"):
        x = r.values(step)[0]
        for axis in r.nodes[step].parameters["axis"]:
            if x.shape[axis] > 1:
                for index, which in ((-1, "last"), (0, "first")):
                    why = (
                        "is not added to the others (= in place of +=)"
                        if index
                        else "is followed by a return inside the loop"
                    )
                    where = f"in {r.called(step)} the {which} term {why}"
                    for scale in {1.0, float(x.shape[axis]) if r.op(step).name == "mean" else 1.0}:
                        kept = lambda a, k=index, d=axis, s=scale: s * only(a, k, d)  # noqa: E731
                        yield Change(
                            where, values={step: with_operand(0, kept)}, shares={step: _masked(kept)}
                        )
    for step in r.steps("convolution"):
        for index, which in ((-1, "last"), (0, "first")):
            where = f"the {which} channel alone counts in {r.called(step)}, not the sum of all (+=)"
            yield Change(where, values={step: with_operand(0, partial(only, index=index, axis=1))})
    for step in r.steps("matmul", "affine", "einsum", "convolution"):
        for index, which in ((-1, "last"), (0, "first")):
            where = f"the {which} row of the batch alone counts in {r.called(step)}, not the sum of all (+=)"
            if r.nodes[step].requires_grad and r.data[step].ndim > 1:
                yield Change(where, shares={step: lambda s, k=index: s.shares(only(s.cotangent, k, 0))})


def _masked(kept: Callable[..., Any]) -> Callable[..., Any]:
    return lambda site: [kept(np.broadcast_to(share, np.shape(site.values[0]))) for share in site.shares()]


def without_path(question: Question) -> Changes:
    r = question.recording
    for i in _shared(r)[:MOST_SITES]:
        for use, place in r.uses[i][:8]:
            if r.nodes[use].requires_grad:
                where = f"one of the paths from {r.called(i)} is forgotten, that through {r.called(use)}"
                yield Change(where, shares={use: dropped(place)})
    for steps, name in everywhere(r, r.steps("log_softmax")):
        direct = lambda s: [s.shares()[0] - s.cotangent]  # noqa: E731
        where = f"one of the paths through {name} is forgotten: the -y of p - y"
        yield Change(where, shares=dict.fromkeys(steps, direct))
        through = lambda s: [s.cotangent]  # noqa: E731
        where = f"one of the paths through {name} is forgotten: the p of p - y"
        yield Change(where, shares=dict.fromkeys(steps, through))
    for steps, name in everywhere(r, r.steps("softmax")):
        own = lambda s: [s.cotangent * s.output]  # noqa: E731
        where = f"one of the paths through {name} is forgotten, that through its sum"
        yield Change(where, shares=dict.fromkeys(steps, own))
    for i, name in variables(r):
        if len(r.uses[i]) > 2:
            for kept in range(len(r.uses[i])):
                drop: dict[int, list[int]] = {}
                for number, (use, place) in enumerate(r.uses[i]):
                    if number != kept:
                        drop.setdefault(use, []).append(place)
                where = f"only one path from {name} counts, that through {r.called(r.uses[i][kept][0])}"
                yield Change(where, shares={u: dropped(*p) for u, p in drop.items()})


def negative_path(question: Question) -> Changes:
    r = question.recording
    for step in r.steps()[-MOST_SITES:]:
        for place, x in enumerate(r.inputs[step]):
            if x is not None and r.nodes[step].requires_grad and r.nodes[x].requires_grad:
                where = f"the share that {r.called(step)} sends back to {r.called(x)}"
                yield Change(where, shares={step: turned(place)})


def unsummed(question: Question) -> Changes:
    r = question.recording
    for i, name in variables(r):
        yield Change(name, unsummed=frozenset([i]))
        for step, place in r.uses[i]:
            if r.op(step).name == "affine" and place == 2:
                yield Change(
                    name, unsummed=frozenset([i]), shares={step: lambda s: [*s.shares()[:2], s.cotangent]}
                )
    if question.kind not in ("gradient", "rule", "layer"):
        return
    offset = len(question.names) - len(r.variables)
    for i, name in variables(r):
        for step in _repeated(r, i):
            axes = range(r.data[step].ndim)
            for count in range(1, len(axes)):
                for some in combinations(axes, count):
                    yield Change(name, answers=_summed(question, step, some, r.variables.index(i) + offset))


def _repeated(recording: Recording, step: int) -> list[int]:
    """The sums in which a variable, or a view of it, is repeated."""
    found = []
    for use, _ in recording.uses[step]:
        if (
            recording.op(use).name in ("add", "subtract")
            and recording.data[use].shape != recording.data[step].shape
        ):
            found.append(use)
        if recording.op(use).name == "reshape":
            found += _repeated(recording, use)
    return found


def _summed(question: Question, step: int, axes: tuple[int, ...], number: int) -> Callable[..., Any]:
    """The cotangent of a step summed along some of the axes where all are to be."""

    def answers(found: list[Array]) -> list[Array]:
        seen: list[Array] = []

        def noted(site: Site) -> Any:
            seen.append(site.cotangent)
            return site.shares()

        Run(question.recording, Change(shares={step: noted})).gradients(question.seeds)
        return [np.sum(seen[0], axis=axes) if k == number else y for k, y in enumerate(found)]

    return answers


def diagonal(question: Question) -> Changes:
    r = question.recording
    rules = {
        "softmax": lambda s: [s.cotangent * s.output * (1 - s.output)],
        "log_softmax": lambda s: [s.cotangent * (1 - np.exp(s.output))],
    }
    for name, rule in rules.items():
        for steps, where in everywhere(r, r.steps(name)):
            yield Change(where, shares=dict.fromkeys(steps, rule))
