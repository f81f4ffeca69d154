"""Where a graph can be changed, and the ways to change it that slips share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...primitive import Elementwise, Primitive
from ..recording import Array, Change, Recording, Site

__all__ = [
    "MOST_SITES",
    "PRODUCTS",
    "Changes",
    "answering",
    "divided",
    "dropped",
    "everywhere",
    "only",
    "operand",
    "passed_on",
    "replaced",
    "scalings",
    "seen_as",
    "the_one",
    "times",
    "turned",
    "unary",
    "variables",
    "with_operand",
]


Changes = Iterator[Change]


MOST_SITES = 60
"""In a larger graph an operation is changed everywhere at once, not in each place alone."""


def everywhere(recording: Recording, steps: Sequence[int]) -> Iterator[tuple[tuple[int, ...], str]]:
    """Where to change: each of the steps alone, then all that are one operation, with their names."""
    if len(steps) <= MOST_SITES:
        for step in steps:
            yield (step,), recording.called(step)
    alike: dict[str, list[int]] = {}
    for step in steps:
        alike.setdefault(recording.op(step).name, []).append(step)
    for name, several in alike.items():
        if len(several) > 1:
            yield tuple(several), f"every {name}"


def unary(recording: Recording) -> list[int]:
    """Functions of one number, where the derivative is one; a square written as a power is among them."""
    return [
        i
        for i in recording.steps()
        if isinstance(recording.op(i), Elementwise) and _moving(recording, i) == 1
    ]


def _moving(recording: Recording, step: int) -> int:
    return sum(recording.nodes[step].wanted)


def the_one(recording: Recording, step: int) -> int:
    """The place of the operand that moves."""
    return list(recording.nodes[step].wanted).index(True)


def replaced(
    steps: Sequence[int], recording: Recording, op: Primitive, where: str, **parameters: Any
) -> Change:
    """Another operation in these steps."""
    return Change(where, ops={i: (op, {**recording.nodes[i].parameters, **parameters}) for i in steps})


def answering(where: str, change: Callable[..., Any]) -> Change:
    return Change(where, answers=lambda found: [np.asarray(change(y)) for y in found])


def variables(recording: Recording) -> list[tuple[int, str]]:
    return [(i, name) for i, name in zip(recording.variables, recording.names, strict=True) if i is not None]


def operand(recording: Recording, step: int, place: int) -> str:
    x = recording.inputs[step][place]
    if x is None and np.ndim(recording.nodes[step].inputs[place]) == 0:
        return f"{float(recording.nodes[step].inputs[place]):g}"
    return recording.called(x) if x is not None else f"operand {place + 1}"


def with_operand(place: int, change: Callable[..., Any]) -> Callable[..., Any]:
    """Compute with one operand changed."""

    def compute(site: Site) -> Any:
        return site.compute([change(x) if i == place else x for i, x in enumerate(site.values)])

    return compute


def dropped(*places: int) -> Callable[..., Any]:
    return lambda site: [None if i in places else share for i, share in enumerate(site.shares())]


def passed_on(site: Site) -> Any:
    return [site.cotangent if wanted else None for wanted in site.node.wanted]


def scalings(recording: Recording) -> list[int]:
    """Products with a constant number, and divisions by one."""
    return [
        step
        for step in recording.steps("multiply", "divide")
        for place, x in enumerate(recording.values(step))
        if recording.is_constant(step, place)
        and np.size(x) == 1
        and (place or recording.op(step).name == "multiply")
    ]


def times(factor: float) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """An operation whose result is multiplied by a number, on the way there and back."""
    return (
        lambda site: factor * site.compute(),
        lambda site: [None if share is None else factor * share for share in site.shares()],
    )


PRODUCTS = ("multiply", "matmul", "einsum", "affine", "convolution")


def seen_as(recording: Recording, place: int, other: int) -> Callable[..., Any]:
    """The rule's shares if an operand were another step."""

    def shares(site: Site) -> Any:
        values = [recording.data[other] if i == place else x for i, x in enumerate(site.values)]
        return site.shares(values=values)

    return shares


def only(a: Array, index: int, axis: int) -> Array:
    kept = np.zeros_like(a)
    place = tuple([slice(None)] * axis + [index])
    kept[place] = a[place]
    return kept


def turned(place: int) -> Callable[..., Any]:
    return lambda site: [-s if i == place and s is not None else s for i, s in enumerate(site.shares())]


def divided(number: int, n: int) -> Callable[[list[Array]], list[Array]]:
    return lambda found: [y / n if k == number else y for k, y in enumerate(found)]
