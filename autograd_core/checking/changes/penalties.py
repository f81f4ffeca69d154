"""Slips of regularisation: a penalty where none belongs, or none where one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..questions import Question
from ..recording import Array, Change, Recording, Run, Site
from .places import Changes, dropped, variables

__all__ = ["penalised", "unpenalised"]


def _penalties(question: Question) -> list[tuple[int, str, int, float, Array]]:
    """Where a number times a variable itself arrives, on all of it or a part: the variable, its name, the
    use, the number, and a mask of what is penalised.
    """
    r = question.recording
    if question.kind == "function" or not r.nodes:
        return []
    found = []
    for (i, use), share in _every_share(question).items():
        if (
            i not in r.variables
            or share.shape != r.data[i].shape
            or not r.data[i].any()
            or len(r.uses[i]) < 2
        ):
            continue
        with np.errstate(all="ignore"):
            factors = (share / r.data[i])[share != 0]
        is_one = factors.size and np.allclose(factors, factors.flat[0], rtol=1e-9)
        if is_one and (r.data[i].size > 1 or _is_square(r, use)) and _is_added(r, use):
            found.append((i, r.names[r.variables.index(i)], use, float(factors.flat[0]), share != 0))
    return found


def _is_square(recording: Recording, step: int) -> bool:
    name, inputs = recording.op(step).name, recording.inputs[step]
    return name in ("square", "power") or (name == "multiply" and inputs[0] == inputs[1])


def _is_added(recording: Recording, step: int) -> bool:
    """Whether what a step gives is only scaled and added up on the way to the result."""
    while recording.uses[step]:
        if len(recording.uses[step]) > 1:
            return False
        ((use, place),) = recording.uses[step]
        name = recording.op(use).name
        others = [x for k, x in enumerate(recording.inputs[use]) if k != place and x is not None]
        scaled = name in ("multiply", "divide") and all(recording.data[x].size == 1 for x in others)
        if not scaled and name not in ("add", "subtract", "sum", "mean", "negative", "power", "square"):
            return False
        step = use
    return True


def _every_share(question: Question) -> dict[tuple[int, int], Array]:
    """What each use of each step sends back to it."""
    r = question.recording
    found: dict[tuple[int, int], Array] = {}

    def noted(step: int) -> Callable[..., Any]:
        def shares(site: Site) -> Any:
            sent = site.shares()
            for x, share in zip(r.inputs[step], sent, strict=False):
                if x is not None and share is not None:
                    found[x, step] = found.get((x, step), 0.0) + np.asarray(share)
            return sent

        return shares

    Run(r, Change(shares={i: noted(i) for i in r.steps()})).gradients(question.seeds)
    return found


def penalised(question: Question) -> Changes:
    r = question.recording
    if question.kind == "function":
        yield from _penalised_values(question)
        return
    penalties = _penalties(question)
    offset = len(question.names) - len(r.variables)
    for i, name, _, factor, mask in penalties:
        if not mask.all():
            spared = tuple(int(k) for k in np.argwhere(~mask)[0])
            yield Change(f"{name} at index {spared}", answers=_plus(r, offset, {i: factor * ~mask}))
    free = [(k, name) for k, name in variables(r) if all(k != i for i, *_ in penalties)]
    for factor in dict.fromkeys(factor for _, _, _, factor, _ in penalties):
        for k, name in free:
            yield Change(name, answers=_plus(r, offset, {k: factor}))
        vectors = [(k, name) for k, name in free if r.data[k].ndim < 2]
        if len(vectors) > 1:
            names = " and ".join(name for _, name in vectors)
            yield Change(names, answers=_plus(r, offset, {k: factor for k, _ in vectors}))


def _plus(r: Recording, offset: int, penalties: dict[int, Any]) -> Callable[[list[Array]], list[Array]]:
    """The gradients, each with its penalty."""
    extra = {r.variables.index(i) + offset: factor * r.data[i] for i, factor in penalties.items()}
    return lambda found: [y + extra.get(k, 0.0) for k, y in enumerate(found)]


def _penalised_values(question: Question) -> Changes:
    """Squares of a parameter that are summed: those of another one come on top with the same factor."""
    r = question.recording
    for step in r.steps("square", "power"):
        source = r.inputs[step][0]
        if source is None or not r.results or len(r.results) != 1 or r.outputs[0] is None:
            continue
        base = Run(r).outputs()[0]
        without = Run(r, Change(values={step: lambda s: np.zeros_like(s.compute())})).outputs()[0]
        total = float(np.sum(r.data[step]))
        if base.size != 1 or total == 0:
            continue
        factor = float((base - without).reshape(())) / total
        for i, name in variables(r):
            if i != source and r.data[i].size:
                extra = factor * float(np.sum(r.data[i] ** 2))
                if i in r.inputs[step] or _is_part(r, source, i):
                    extra -= factor * total
                yield Change(name, answers=lambda found, e=extra: [y + e for y in found])


def _is_part(recording: Recording, step: int, of: int) -> bool:
    node = recording.nodes[step]
    return node.op is not None and node.op.name == "getitem" and recording.inputs[step][0] == of


def unpenalised(question: Question) -> Changes:
    penalties = sorted(_penalties(question), key=lambda p: p[0])
    for _, name, use, _, _ in penalties:
        yield Change(name, shares={use: dropped(0, 1)})
    if len(penalties) > 1:
        names = " and ".join(name for _, name, *_ in penalties)
        yield Change(names, shares={use: dropped(0, 1) for _, _, use, *_ in penalties})
