"""Repeated blocks: consecutive sibling scopes that hold the same structure are drawn once, with their number.

Where they also use the same parameters they are a loop, such as the steps of a recurrent layer, of which one
shows all.

Two scopes have the same structure when their nodes, in reading order, carry the same operations and
shapes in the same inner scopes and use each other in the same places. What they are applied to, their
weights and their constants may differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from autograd_core import Node

from ..graph.calls import Scope
from ..graph.reading import Reading
from ..model import Box
from ..wording import clean
from .grouped import Grouping, by_place

FEWEST = 4
"""This many scopes in a row are drawn as one; fewer are read faster one by one."""
MOST_COMPARED = 200_000
"""Above this many nodes there is no time to compare them."""


@dataclass(frozen=True)
class Run:
    """Consecutive scopes of the same structure.

    Attributes:
        members: the scopes, in the order of the computation.
    """

    members: tuple[Scope, ...]

    @property
    def first(self) -> Scope:
        return self.members[0]

    @property
    def name(self) -> str:
        """The names of the first and the last.

        >>> Run((("net", "block0"), ("net", "block1"))).name
        'block0 … block1'
        """
        return f"{clean(self.first[-1], 20)} … {clean(self.members[-1][-1], 20)}"


def runs_in(reading: Reading, grouping: Grouping) -> list[Run]:
    """The runs among the groups."""
    if len(reading.order) > MOST_COMPARED:
        return []
    structures = _structures(reading, grouping)
    siblings: dict[Scope, list[Scope]] = {}
    for scope in structures:
        siblings.setdefault(scope[:-1], []).append(scope)
    runs: list[Run] = []
    for scopes in siblings.values():
        run: list[Scope] = []
        for scope in scopes:
            if run and structures[scope] != structures[run[-1]]:
                runs += [Run(tuple(run))]
                run = []
            run.append(scope)
        runs += [Run(tuple(run))]
    return [run for run in runs if len(run.members) >= FEWEST]


def _structures(reading: Reading, grouping: Grouping) -> dict[Scope, int]:
    """For each scope a number that scopes of the same structure share, in the order in which they end: what a
    step takes of its input may be there before the step before it has begun.
    """
    numbers: dict[Scope, int] = {}
    position: dict[Node, int] = {}
    sizes: dict[Scope, int] = {}
    group = dict(zip(reading.order, grouping.of.tolist(), strict=True))
    for node, number in group.items():
        if number < 0:
            continue
        scope = grouping.paths[number]
        position[node] = sizes[scope] = sizes.get(scope, -1) + 1
        uses = tuple(
            position[x] if isinstance(x, Node) and group[x] == number else -1 - isinstance(x, Node)
            for x in node.inputs
        )
        what = reading.kind(node) if node.op is None else node.op.name
        inner = reading.scope(node)[len(scope) :]
        numbers[scope] = hash((numbers.pop(scope, 0), what, node.shape, inner, uses))
    return numbers


def folded(groups: Mapping[Scope, Box], runs: Iterable[Run]) -> tuple[dict[Scope, Box], dict[Scope, Scope]]:
    """The boxes with one for each run, and for every other member of a run the one that stands for it."""
    kept = dict(groups)
    stands_for: dict[Scope, Scope] = {}
    for run in runs:
        count = len(run.members)
        first = groups[run.first]
        kept[run.first] = replace(
            first,
            name=run.name,
            operation=f"×{count:,}",
            lines=(f"each {first.lines[0]}", *first.lines[1:]),
            description=f"{run.name}, {count} of the same structure, each {first.description}",
        )
        for member in run.members[1:]:
            stands_for[member] = run.first
            del kept[member]
    return kept, stands_for


def runs_to_fold(reading: Reading, closed: Iterable[Scope], fold: bool | None) -> list[Run]:
    """The runs among the open scopes that are drawn once: all of them if the reader wants it, loops where
    nothing was said.
    """
    if not (reading.has_blocks if fold is None else fold):
        return []
    return open_runs(reading, closed, (lambda run: True) if fold else _Loops(reading))


class _Loops:
    """Tells which runs are loops: each of their scopes uses the same parameters."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @cached_property
    def _used(self) -> dict[Scope, set[Node]]:
        """The parameters that the nodes of a scope use."""
        found: dict[Scope, set[Node]] = {}
        for node in self._reading.order:
            operands = self._reading.inputs(node)
            learned = {x for x in operands if isinstance(x, Node) and self._reading.is_learned(x)}
            scope = self._reading.scope(node)
            for level in range(1, 1 + len(scope)) if learned else ():
                found.setdefault(scope[:level], set()).update(learned)
        return found

    def __call__(self, run: Run) -> bool:
        used = self._used.get(run.first)
        return bool(used) and all(self._used.get(scope) == used for scope in run.members)


def open_runs(reading: Reading, closed: Iterable[Scope], folds: Callable[[Run], bool]) -> list[Run]:
    """The runs among the scopes that are open and that ``folds`` says yes to, the outermost ones: the scopes
    within a run, or within one of the closed scopes, are passed over.
    """
    found: list[Run] = []
    within: set[Scope] = set(closed)
    for level in range(1, 1 + max(map(len, reading.places))):
        grouping = by_place(
            reading,
            {
                place: place[:level]
                for place in reading.places
                if len(place) >= level and not any(place[:i] in within for i in range(1, level + 1))
            },
        )
        runs = list(filter(folds, runs_in(reading, grouping)))
        found += runs
        within |= {scope for run in runs for scope in run.members}
    return found


def renamed(boxes: Iterable[Box], runs: Iterable[Run]) -> list[Box]:
    """The boxes in clusters that are named after the runs."""
    names = {run.first: f"{run.name} ×{len(run.members):,}" for run in runs}
    return [replace(box, scope=_renamed(box.scope, names)) for box in boxes]


def _renamed(scope: Scope, names: Mapping[Scope, str]) -> Scope:
    for level in range(1, len(scope) + 1):
        if scope[:level] in names:
            return (*scope[: level - 1], names[scope[:level]], *scope[level:])
    return scope


def counterparts(reading: Reading, runs: Iterable[Run]) -> dict[Node, Node]:
    """For each node in all but the first scope of a run the node of the first that stands for it."""
    member = {scope: run for run in runs for scope in run.members}
    if not member:
        return {}
    levels = sorted({len(scope) for scope in member})
    nodes: dict[Scope, list[Node]] = {scope: [] for scope in member}
    for node in reading.order:
        scope = reading.scope(node)
        for level in levels:
            if scope[:level] in nodes:
                nodes[scope[:level]].append(node)
                break
    return {
        node: first
        for scope, run in member.items()
        if scope != run.first
        for node, first in zip(nodes[scope], nodes[run.first], strict=True)
    }
