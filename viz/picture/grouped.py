"""The picture with one box for each scope, for graphs that are too large to draw node by node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core import DomainError, Node

from .. import wording
from ..graph.calls import Places, Scope
from ..graph.reading import Reading
from ..model import Arrow, Box, Kind

MOST_GROUPS = 60
"""A large graph is opened up to the deepest level of scopes that needs no more boxes than this."""
MOST_SINGLES = 40
"""Up to this many nodes outside all scopes are still drawn one by one."""


ALONE, ABSENT = -1, -2
"""In place of a group: a node has a box of its own, or none at all."""


@dataclass(frozen=True)
class Grouping:
    """Which nodes share a box.

    Attributes:
        paths: the groups, each the scope that is drawn as one box.
        of: for each node in reading order the position of its group in ``paths``, or ``ALONE``, ``ABSENT``.
    """

    paths: list[Scope]
    of: Places

    def __bool__(self) -> bool:
        return bool(self.paths)

    def without(self, absent: Places) -> Grouping:
        """The same grouping with some nodes left out."""
        of = self.of.copy()
        of[absent] = ABSENT
        return _numbered(self.paths, of)

    def merged(self, stands_for: Mapping[Scope, Scope]) -> Grouping:
        """The same grouping, where some groups are drawn as another one."""
        number = {path: i for i, path in enumerate(self.paths)}
        table = np.array([number[stands_for.get(path, path)] for path in self.paths] + [ABSENT, ALONE])
        return _numbered(self.paths, table[self.of])


def no_grouping(reading: Reading) -> Grouping:
    """Every node by itself."""
    return Grouping([], np.full(len(reading.order), ALONE))


def _numbered(paths: Sequence[Scope], of: Places) -> Grouping:
    """A grouping whose groups stand in the order in which their first nodes are computed."""
    found, first = np.unique(of[of >= 0], return_index=True)
    found = found[np.argsort(first)]
    table = np.full(len(paths) + 2, ALONE)
    table[ABSENT] = ABSENT
    table[found] = np.arange(len(found))
    return Grouping([paths[i] for i in found.tolist()], table[of])


def by_place(reading: Reading, closed: Mapping[Scope, Scope]) -> Grouping:
    """The grouping in which the nodes of each cluster are drawn as the group that ``closed`` says."""
    number: dict[Scope, int] = {}
    table = [
        number.setdefault(closed[place], len(number)) if place in closed else ALONE
        for place in reading.places
    ]
    return _numbered(list(number), np.array(table)[reading.placed])


def by_size(reading: Reading, most: int = MOST_GROUPS) -> Grouping:
    """Which nodes share a box: one for each scope, at the deepest level that needs no more than ``most``."""
    counts = np.bincount(reading.placed, minlength=len(reading.places)).tolist()
    held = {place: count for place, count in zip(reading.places, counts, strict=True) if count}
    closed: dict[Scope, Scope] = {}
    for level in range(max(map(len, held)), 0, -1):
        closed = {place: place[:level] for place in held if len(place) >= level}
        singles = sum(count for place, count in held.items() if place not in closed)
        if singles + len(set(closed.values())) <= most:
            break
    grouping = by_place(reading, closed)
    alone = grouping.of == ALONE
    if np.count_nonzero(alone) > min(MOST_SINGLES, most):
        grouping = _with_loose(reading, grouping, alone, most)
    return grouping


def _with_loose(reading: Reading, grouping: Grouping, alone: Any, most: int) -> Grouping:
    """The grouping with boxes for the nodes outside all scopes: their operations, inputs and parameters."""
    paths = [*grouping.paths, ("", "operations"), ("", "inputs"), ("", "parameters")]
    operations, inputs, parameters = range(len(grouping.paths), len(paths))
    of = grouping.of.copy()
    of[alone & ~reading.leaves] = operations
    for i in np.flatnonzero(alone & reading.leaves).tolist():
        of[i] = inputs if reading.kind(reading.order[i]) is Kind.INPUT else parameters
    if len(reading.outputs) <= most:
        for output in reading.outputs:
            if alone[reading.index[output]]:
                of[reading.index[output]] = ALONE
    return _numbered(paths, of)


def by_request(reading: Reading, names: bool | str | Collection[str], depth: int | None) -> Grouping:
    """Which nodes share a box when the reader has said which scopes to close, or how many levels are open.

    Args:
        reading: the graph.
        names: the scopes to close; True for the outermost level that has several.
        depth: how many levels of scopes are open, apart from that; passes are open anyway.

    Raises:
        DomainError: if a name is no scope of this graph.
    """
    closed: dict[Scope, Scope] = {}
    if depth is not None:
        level = depth + (1 if reading.recorded_passes else 0)
        closed = {place: place[: level + 1] for place in reading.places if len(place) > level}
    if names:
        chosen = _named(reading, [names] if isinstance(names, str) else None if names is True else names)
        for place in reading.places:
            for level in range(1, len(closed.get(place, place)) + 1):
                if place[:level] in chosen:
                    closed[place] = place[:level]
                    break
    return by_place(reading, closed)


def _named(reading: Reading, names: Collection[str] | None) -> set[Scope]:
    """The scopes of these names; without names the outermost level that has several scopes."""
    paths = {place[:i] for place in reading.places for i in range(1, len(place) + 1)}
    if names is None:
        levels = sorted({len(path) for path in paths})
        for level in levels:  # one box around everything would say nothing
            closed = {path for path in paths if len(path) == level}
            if len(closed) > 1:
                return closed
        return {path for path in paths if len(path) == 1}
    # The name of a scope may leave out the pass that it stands in.
    inside = 1 if reading.recorded_passes else 0
    written = {
        path: {
            text
            for way in (path, reading.without_numbers(path))
            for text in (way[-1], ".".join(way), ".".join(way[inside:]))
        }
        for path in paths
    }
    known = set().union(*written.values())
    for name in names:
        if name not in known:
            every = sorted(wording.clean(".".join(path)) for path in paths)
            listed = ", ".join(every[:12]) or "none at all"
            raise DomainError(
                f"draw(collapse=...): the graph has no scope {wording.quoted(name)}; its scopes are {listed}"
            )
    return {path for path in paths if not written[path].isdisjoint(names)}


@dataclass
class _Group:
    """Nodes that share a box, summed up."""

    operations: Counter[str] = field(default_factory=Counter)
    inputs: int = 0
    parameters: int = 0
    leaving: list[Node] = field(default_factory=list)
    arriving: list[Node] = field(default_factory=list)


def boxes_of_groups(reading: Reading, grouping: Grouping) -> dict[Scope, Box]:
    """One box for each group, with what it holds and the shapes of what enters and leaves it."""
    groups = [_Group() for _ in grouping.paths]
    inside = grouping.of >= 0
    for group, tag, count in _pairs(grouping.of[inside], reading.tagged[inside]):
        primitive = reading.tags[tag].primitive
        if primitive is not None:
            groups[group].operations[primitive.symbol] += count
    for i in np.flatnonzero(inside & reading.leaves).tolist():
        node, leaf_group = reading.order[i], groups[grouping.of[i]]
        if reading.kind(node) is Kind.INPUT:
            leaf_group.inputs += 1
        else:
            leaf_group.parameters += np.size(node.data)
    tails, heads = grouping.of[reading.tails], grouping.of[reading.heads]
    across = tails != heads
    for group, i, _ in _pairs(tails[across], reading.tails[across]):
        if group >= 0:
            groups[group].leaving.append(reading.order[i])
    for group, i, _ in _pairs(heads[across], reading.tails[across]):
        node = reading.order[i]
        if group >= 0 and (node.op is not None or reading.kind(node) is Kind.INPUT):
            groups[group].arriving.append(node)
    for output in reading.outputs:
        group = int(grouping.of[reading.index[output]])
        if group >= 0 and output not in set(groups[group].leaving):
            groups[group].leaving.append(output)
    return {
        path: _group_box(f"s{i}", path, group)
        for i, (path, group) in enumerate(zip(grouping.paths, groups, strict=True))
    }


def _pairs(first: Places, second: Places) -> list[tuple[int, int, int]]:
    """The pairs that occur in two columns, each with its number, in the order of their first occurrence."""
    if not len(first):
        return []
    width = int(second.max()) + 1
    codes, at, counts = np.unique(first * width + second, return_index=True, return_counts=True)
    order = np.argsort(at)
    codes = codes[order]
    return list(zip((codes // width).tolist(), (codes % width).tolist(), counts[order].tolist(), strict=True))


def _group_box(key: str, path: Scope, group: _Group) -> Box:
    kind = Kind.SCOPE
    if path == ("", "parameters"):
        kind = Kind.PARAMETER
    elif path == ("", "inputs"):
        kind = Kind.INPUT
    operations = sum(group.operations.values())
    lines: list[str] = []
    if operations == 1:
        lines += group.operations
    elif operations:
        lines.append(wording.counted(operations, "operation"))
        lines.append(wording.most_common(group.operations, 3))
    if group.parameters:
        lines.append(wording.counted(group.parameters, "parameter"))
    if group.inputs:
        lines.append(wording.counted(group.inputs, "input"))
    if kind is Kind.SCOPE and group.leaving:
        lines.append(f"{_shapes(group.arriving)} → {_shapes(group.leaving)}".strip())
    name = wording.clean(path[-1]) or "␣"
    where = () if path[0] == "" else path[:-1]
    full = path[-1] if path[0] == "" else ".".join(path)
    description = f"{wording.clean(full, 200)}: {'; '.join(lines)}"
    return Box(key, kind, name, lines=tuple(lines), scope=where, description=description)


def _shapes(nodes: Iterable[Node]) -> str:
    """The shapes of what enters or leaves a group, and how many single numbers."""
    numbers = 0
    shapes: dict[str, None] = {}
    for node in nodes:
        if not node.shape:
            numbers += 1
        elif len(shapes) < 3:
            shapes[wording.shape(node.data)] = None
    texts = [*shapes]
    if numbers:
        texts.append("one number" if numbers == 1 else wording.counted(numbers, "number"))
    return ", ".join(texts[:2]) + (" …" if len(texts) > 2 else "")


def arrows_between(reading: Reading, as_tail: Places, as_head: Places, keys: Sequence[str]) -> list[Arrow]:
    """One arrow for each pair of boxes of which the second uses the first; at least one is a group.

    Args:
        reading: the graph.
        as_tail: for each node the position in ``keys`` of the box from which its uses start, negative for
            none.
        as_head: the same for the box in which its inputs end.
        keys: the keys of the boxes.
    """
    tails, heads = as_tail[reading.tails], as_head[reading.heads]
    groups = np.array([key.startswith("s") for key in keys])
    drawn = (tails >= 0) & (heads >= 0) & (tails != heads)
    drawn &= groups[tails] | groups[heads]
    return [Arrow(keys[tail], keys[head]) for tail, head, _ in _pairs(tails[drawn], heads[drawn])]
