"""Which part of a graph the reader wants to see: chosen nodes, or all paths between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd_core import DomainError, DtypeError, GraphError, Node
from autograd_core.inspection.reading import reading_order

from .. import wording
from .reading import Reading


def paths(start: Node, end: Node) -> list[Node]:
    """The nodes on all paths along which ``start`` has an influence on ``end``, in the order of the
    computation, both included: the chain rule of d end / d start sums over these paths.

    Args:
        start: a node that ``end`` was computed from.
        end: a node.

    Raises:
        DtypeError: if one of them is no node.
        GraphError: if no path leads from ``start`` to ``end``.

    >>> from autograd_core import Value, exp
    >>> x, w = Value(1.0, label="x"), Value(2.0, label="w")
    >>> y = exp(w * x) + w
    >>> [node.op.name if node.op else node.label for node in paths(x, y)]
    ['x', 'multiply', 'exp', 'add']
    """
    for node in (start, end):
        if not isinstance(node, Node):
            raise DtypeError(
                f"paths() leads from one node to another, got {node!r} of type {type(node).__name__}"
            )
    found: dict[Node, None] = {}
    for node in reading_order([end]):
        if node is start or any(isinstance(x, Node) and x in found for x in node.inputs):
            found[node] = None
    if end not in found:
        raise GraphError(
            f"paths(): no path leads from {start!r} to {end!r}; the first comes before the second"
        )
    return list(found)


def chosen(reading: Reading, names: Mapping[Node, str], highlight: Any) -> set[Node]:
    """The nodes that the reader has chosen: some, by themselves or by name, or ``(start, end)``.

    Raises:
        DomainError: for a node that is not drawn, or a name that nothing has.
        DtypeError: for what is neither.
        GraphError: if no path leads from the first to the second.
    """
    by_name = {wording.clean(reading.given_name(node)): node for node in reversed(reading.order)}
    by_name |= {name: node for node, name in names.items()}
    by_name.pop("", None)
    if isinstance(highlight, tuple) and len(highlight) == 2:
        start, end = (_found(reading, by_name, item) for item in highlight)
        for item, nodes in zip(highlight, (start, end), strict=True):
            if len(nodes) != 1:
                raise DomainError(
                    f"draw(highlight=...): a path leads between nodes, but {wording.quoted(item)} is a scope"
                )
        return set(paths(start[0], end[0]))
    items: Iterable[Any] = [highlight] if isinstance(highlight, Node | str) else _several(highlight)
    return {node for item in items for node in _found(reading, by_name, item)}


def _several(highlight: Any) -> Iterable[Any]:
    if isinstance(highlight, list | tuple | set | frozenset | dict):
        return highlight
    raise DtypeError(
        "draw(highlight=...): highlight is a node or the name of one, several of them in a list, or (x, y) "
        f"for all paths from x to y; got {wording.described(highlight)}"
    )


def _found(reading: Reading, by_name: Mapping[str, Node], item: Any) -> list[Node]:
    """The nodes that an item stands for: itself, the one of that name, or all of a scope."""
    if isinstance(item, Node):
        if item not in reading.index:
            raise DomainError(f"draw(highlight=...): {item!r} is not part of this graph")
        return [item]
    if not isinstance(item, str):
        raise DtypeError(f"draw(highlight=...): takes nodes and names, got {wording.described(item)}")
    if item in by_name:
        return [by_name[item]]
    held = {
        place
        for place in reading.places
        for way in (place, reading.without_numbers(place))
        if item in way or item == ".".join(way)
    }
    within = [node for node, scope in reading.scopes.items() if scope in held]
    if not within:
        places = dict.fromkeys(wording.clean(name) for place in reading.places for name in place)
        every = [*by_name, *places]
        hint = wording.nearest(item, every, f"; there are {', '.join(every[:12])}")
        raise DomainError(
            f"draw(highlight=...): nothing in this graph is called {wording.quoted(item)}{hint}"
        )
    return within
