"""The picture with one box for each scope, for graphs that are too large to draw node by node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from autograd_core import DomainError, Node

from . import wording
from .model import Arrow, Box, Kind
from .reading import Reading, Scope

MOST_GROUPS = 60
"""A large graph is opened up to the deepest level of scopes that needs no more boxes than this."""
MOST_SINGLES = 40
"""Up to so many nodes outside all scopes are still drawn one by one."""


@dataclass
class _Group:
    """Nodes that share a box, summed up while walking over them."""

    operations: Counter[str] = field(default_factory=Counter)
    inputs: int = 0
    parameters: int = 0
    results: dict[str, None] = field(default_factory=dict)
    arriving: dict[Node, None] = field(default_factory=dict)


Grouping = dict[Node, Scope]


def by_size(reading: Reading, most: int = MOST_GROUPS) -> Grouping:
    """Which nodes share a box: one for each scope, at the deepest level that needs no more than ``most``."""
    deepest = max(map(len, reading.scopes.values()), default=0)
    grouping: Grouping = {}
    singles = len(reading.order)
    for level in range(deepest, 0, -1):
        grouping = {n: scope[:level] for n, scope in reading.scopes.items() if len(scope) >= level}
        singles = len(reading.order) - len(grouping)
        if singles + len(set(grouping.values())) <= most or level == 1:
            break
    if singles > min(MOST_SINGLES, most):
        for node in reading.order:
            if node not in grouping:
                grouping[node] = _loose(reading, node)
        if len(reading.outputs) <= most:
            for output in reading.outputs:
                if not reading.scopes[output]:
                    del grouping[output]
    return grouping


def _loose(reading: Reading, node: Node) -> Scope:
    if node.op is not None:
        return ("", "operations")
    return ("", "inputs" if reading.kind(node) is Kind.INPUT else "parameters")


def by_name(reading: Reading, names: Collection[str] | None) -> Grouping:
    """Which nodes share a box when the reader has said which scopes to close.

    Without names it is the outermost level that has several scopes.

    Raises:
        DomainError: if a name is no scope of this graph.
    """
    paths = {scope[:i] for scope in set(reading.scopes.values()) for i in range(1, len(scope) + 1)}
    if names is None:
        levels = sorted({len(path) for path in paths})
        closed: set[Scope] = set()
        for level in levels:  # one box around everything would say nothing
            closed = {path for path in paths if len(path) == level}
            if len(closed) > 1:
                break
        else:
            closed = {path for path in paths if len(path) == 1}
    else:
        # Behind the name of a pass the scope goes by its own name as well.
        inside = 1 if reading.recorded_passes else 0
        written = {path: {path[-1], ".".join(path), ".".join(path[inside:])} for path in paths}
        closed = {path for path in paths if not written[path].isdisjoint(names)}
        known = set().union(*written.values())
        for name in names:
            if name not in known:
                listed = ", ".join(sorted(".".join(path) for path in paths)[:12]) or "none at all"
                raise DomainError(
                    f"draw(collapse=...): the graph has no scope {name!r}; its scopes are {listed}"
                )
    grouping: Grouping = {}
    for node, scope in reading.scopes.items():
        for level in range(1, len(scope) + 1):
            if scope[:level] in closed:
                grouping[node] = scope[:level]
                break
    return grouping


def by_depth(reading: Reading, depth: int) -> Grouping:
    """Which nodes share a box when so many levels of scopes are open; passes are open anyway."""
    level = depth + (1 if reading.recorded_passes else 0)
    return {node: scope[: level + 1] for node, scope in reading.scopes.items() if len(scope) > level}


def boxes_of_groups(reading: Reading, grouping: Grouping) -> dict[Scope, Box]:
    """One box for each group, with what it holds and the shape of what leaves it."""
    groups: dict[Scope, _Group] = {}
    for node in reading.order:
        path = grouping.get(node)
        if path is not None:
            group = groups.setdefault(path, _Group())
            if node.op is not None:
                group.operations[node.op.symbol] += 1
            elif reading.kind(node) in (Kind.PARAMETER, Kind.SHARED):
                group.parameters += np.size(node.data)
            else:
                group.inputs += 1
        for x in node.inputs:
            if isinstance(x, Node):
                source = grouping.get(x)
                if source == path:
                    continue
                if source is not None and len(groups[source].results) < 4:
                    groups[source].results[wording.value(x.data, 0) if x.shape else "one number"] = None
                if path is not None and (x.op is not None or reading.kind(x) is Kind.INPUT):
                    groups[path].arriving[x] = None
    for output in reading.outputs:
        path = grouping.get(output)
        if path is not None:
            groups[path].results[wording.value(output.data, 0) if output.shape else "one number"] = None
    return {path: _group_box(f"s{i}", path, group) for i, (path, group) in enumerate(groups.items())}


def _group_box(key: str, path: Scope, group: _Group) -> Box:
    kind = Kind.SCOPE
    if path == ("", "parameters"):
        kind = Kind.PARAMETER
    elif path == ("", "inputs"):
        kind = Kind.INPUT
    operations = sum(group.operations.values())
    lines = []
    if operations:
        lines.append(wording.counted(operations, "operation"))
        common = [f"{wording.size(n)} {symbol}" for symbol, n in group.operations.most_common(3)]
        rest = operations - sum(n for _, n in group.operations.most_common(3))
        lines.append(", ".join(common) + (f", {wording.size(rest)} more" if rest else ""))
    if group.parameters:
        lines.append(wording.counted(group.parameters, "parameter"))
    if group.inputs:
        lines.append(wording.counted(group.inputs, "input"))
    if kind is Kind.SCOPE and group.results:
        sides = (_several(_arriving(group)), _several(list(group.results)))
        lines.append(" → ".join(sides).strip())
    name = wording.clean(path[-1]) or "␣"
    where = () if path[0] == "" else path[:-1]
    full = path[-1] if path[0] == "" else ".".join(path)
    description = f"{wording.clean(full, 200)}: {'; '.join(lines)}"
    return Box(key, kind, name, lines=tuple(lines), scope=where, description=description)


def _arriving(group: _Group) -> list[str]:
    """The shapes of what enters a group, and how many single numbers."""
    shapes = dict.fromkeys(wording.value(x.data, 0) for x in group.arriving if x.shape)
    numbers = sum(not x.shape for x in group.arriving)
    return [*shapes, *([wording.counted(numbers, "number")] if numbers else [])]


def _several(texts: list[str]) -> str:
    return ", ".join(texts[:2]) + (" …" if len(texts) > 2 else "")


def arrows_between(order: Iterable[Node], keys: Mapping[Node, str]) -> list[Arrow]:
    """One arrow for each pair of boxes of which the second uses the first; at least one is a group. Uses
    by and of nodes without a key do not count.
    """
    found: dict[tuple[str, str], None] = {}
    for node in order:
        head = keys.get(node)
        if head is None:
            continue
        for x in node.inputs:
            tail = keys.get(x) if isinstance(x, Node) else None
            if tail is not None and tail != head and "s" in (tail[0], head[0]):
                found[tail, head] = None
    return [Arrow(tail, head) for tail, head in found]
