"""Which nodes belong to one call of a module or of a loss: a pool that is used twice has two places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np

Places = np.ndarray[Any, np.dtype[np.intp]]
Scope = tuple[str, ...]
Call = tuple[tuple[str, int | None], ...]
"""A place in a program: the names of its scopes, each with the number of the call; None if opened by hand."""


def calls_of(tags: Sequence[Any], tagged: Places, tails: Places, heads: Places) -> tuple[list[Call], Places]:
    """The calls in which the nodes of a graph were made, and for each node the position of its own.

    Inside a call the numbers of others tell them apart. The numbers of the outermost calls only tell each
    from those before and after it, so that a training does not make tags in every step: there a call is what
    hangs together, and two pieces of which each has a node that the other has too are two calls.

    Args:
        tags: how the nodes were made.
        tagged: for each node the position of its tag.
        tails: for each use of a node by another the place of the first.
        heads: the place of the second.
    """
    found: dict[Call, int] = {}
    of_tag = np.array(
        [found.setdefault(tuple(zip(tag.scope, tag.calls, strict=True)), len(found)) for tag in tags],
        dtype=np.intp,
    )
    placed = of_tag[tagged]
    outermost: dict[Call, int] = {}
    roots = [-1] * len(tags)
    for i, tag in enumerate(tags):
        depth = next((k for k, number in enumerate(tag.calls) if number is not None), None)
        if depth is not None:
            call = tuple(zip(tag.scope[: depth + 1], tag.calls, strict=False))
            roots[i] = outermost.setdefault(call, len(outermost))
    if not outermost:
        return list(found), placed
    pieces = _connected(np.array(roots, dtype=np.intp)[tagged], tails, heads)
    held: dict[int, set[int]] = {}
    members: dict[int, list[int]] = {}
    leaves = [tag.primitive is None for tag in tags]
    for node, piece in enumerate(pieces):
        if piece >= 0:
            members.setdefault(piece, []).append(node)
            tag = int(tagged[node])
            held.setdefault(piece, set()).update(() if leaves[tag] else (tag,))
    joined: list[dict[int, set[int]]] = [{} for _ in outermost]
    numbers = count()
    backward = {piece for piece, nodes in members.items() if all(tags[int(tagged[i])].order for i in nodes)}
    for piece, nodes in sorted(members.items(), key=lambda piece: piece[0] in backward):
        calls = joined[roots[int(tagged[nodes[0]])]]
        tried = reversed(calls) if piece in backward else calls
        number = next((n for n in tried if not calls[n] & held[piece]), None)
        if number is None:
            calls[number := next(numbers)] = set()
        calls[number] |= held[piece]
        for node in nodes:
            tag = tags[int(tagged[node])]
            depth = next(k for k, given in enumerate(tag.calls) if given is not None)
            call = tuple(zip(tag.scope, (*tag.calls[:depth], number, *tag.calls[depth + 1 :]), strict=True))
            placed[node] = found.setdefault(call, len(found))
    used, placed = np.unique(placed, return_inverse=True)
    calls_found = list(found)
    return [calls_found[i] for i in used.tolist()], placed


def _connected(group: Places, tails: Places, heads: Places) -> list[int]:
    """For each node of a group a node that all of its piece have in common, -1 for the others."""
    above = [i if number >= 0 else -1 for i, number in enumerate(group.tolist())]

    def top(node: int) -> int:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    inside = (group[tails] >= 0) & (group[tails] == group[heads])
    for tail, head in zip(tails[inside].tolist(), heads[inside].tolist(), strict=True):
        above[top(tail)] = top(head)
    return [top(i) if number >= 0 else -1 for i, number in enumerate(above)]


def names_of(calls: Sequence[Call]) -> list[Scope]:
    """How the places are called: ``pool (1 of 2)`` where a name has several calls in one place.

    >>> names_of([(("net", 0), ("pool", 0)), (("net", 0), ("pool", 1)), (("net", 0), ("head", 0))])
    [('net', 'pool (1 of 2)'), ('net', 'pool (2 of 2)'), ('net', 'head')]
    """
    siblings: dict[tuple[Call, str], dict[int | None, None]] = {}
    for call in calls:
        for depth, (name, number) in enumerate(call):
            siblings.setdefault((call[:depth], name), {})[number] = None
    position = {
        (*around, (name, number)): (i, len(numbers))
        for (around, name), numbers in siblings.items()
        for i, number in enumerate(sorted(numbers, key=lambda n: -1 if n is None else n), 1)
    }
    names = []
    for call in calls:
        path = []
        for depth, (name, _) in enumerate(call):
            i, several = position[call[: depth + 1]]
            path.append(f"{name} ({i} of {several})" if several > 1 else name)
        names.append(tuple(path))
    return names
