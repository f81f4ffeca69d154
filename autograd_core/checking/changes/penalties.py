"""Slips of regularisation: a penalty where none belongs, or none where one does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..questions import Question
from ..recording import Array, Change, Recording, Run, Site
from .places import Changes, dropped, variables

__all__ = ["penalised", "unpenalised"]


def _penalties(question: Question) -> Iterator[tuple[int, str, int, int, float, Array]]:
    """Shares that are a number times the variable itself, on all of it or a part: variable, its name, the
    use, the number, and a mask of what is penalised.
    """
    r = question.recording
    if question.kind == "function" or not r.nodes:
        return
    cotangents = _every_share(question)
    for i, name in variables(r):
        for (x, use, place), share in cotangents.items():
            if x == i and share.shape == r.data[i].shape and r.data[i].any():
                with np.errstate(all="ignore"):
                    ratio = share / r.data[i]
                mask = share != 0
                factors = ratio[mask]
                if (
                    len(r.uses[i]) > 1
                    and (r.data[i].size > 1 or _is_square(r, use))
                    and factors.size
                    and np.allclose(factors, factors.flat[0], rtol=1e-9)
                ):
                    yield i, name, use, place, float(factors.flat[0]), mask


def _is_square(recording: Recording, step: int) -> bool:
    name, inputs = recording.op(step).name, recording.inputs[step]
    return name in ("square", "power") or (name == "multiply" and inputs[0] == inputs[1])


def _every_share(question: Question) -> dict[tuple[int, int, int], Array]:
    """The share of each use of each step, as it arrives."""
    r, found = question.recording, {}

    def noted(step: int) -> Callable[..., Any]:
        def shares(site: Site) -> Any:
            sent = site.shares()
            for place, (x, share) in enumerate(zip(r.inputs[step], sent, strict=False)):
                if x is not None and share is not None:
                    found[x, step, place] = np.asarray(share)
            return sent

        return shares

    Run(r, Change(shares={i: noted(i) for i in r.steps()})).gradients(question.seeds)
    return found


def penalised(question: Question) -> Changes:
    r = question.recording
    if question.kind == "function":
        yield from _penalised_values(question)
        return
    factors: dict[float, tuple[int, float]] = {}
    for i, name, _, _, factor, mask in _penalties(question):
        factors.setdefault(round(factor, 12), (i, factor))
        if not mask.all():
            spared = np.argwhere(~mask)
            part = f"the part of {name} at {tuple(int(k) for k in spared[0])}"
            yield Change(part, answers=_plus_penalty(r, i, factor, ~mask, question))
    for i, factor in factors.values():
        for k, name in variables(r):
            if k != i and not any(p[0] == k for p in _penalties(question)):
                yield Change(
                    name, answers=_plus_penalty(r, k, factor, np.ones(r.data[k].shape, bool), question)
                )


def _plus_penalty(
    r: Recording, i: int, factor: float, mask: Array, question: Question
) -> Callable[[list[Array]], list[Array]]:
    number = r.variables.index(i)
    offset = len(question.names) - len(r.variables)

    def added(found: list[Array]) -> list[Array]:
        here = next(f for k, _, _, _, f, _ in _penalties(question)) if _penalties(question) else factor
        return [y + here * mask * r.data[i] if k == number + offset else y for k, y in enumerate(found)]

    return added


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
    for i, name, use, place, _, _ in _penalties(question):
        yield Change(name, shares={use: dropped(place)})
        del i
