"""Reading a graph as one reads a formula: the order of its nodes, and what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

import numpy as np

from ..graph import Node, called, own_label
from ..kernels.memory import pause_gc
from ..naming import clean, numbered

SEED = "seed"
"""Where a recorded backward pass starts: the derivative of its output by itself."""


def reading_order(roots: Iterable[Node]) -> list[Node]:
    """Each node after its inputs, as one would read the formula: ``a``, ``b``, ``a × b``, ``c``, ``+``.

    :func:`autograd_core.ancestors` is topological as well, but takes the operands last to first.
    """
    return list(walk(roots)[0])


def walk(roots: Iterable[Node]) -> tuple[dict[Node, int], list[int], list[int]]:
    """The place of each node in the reading order, and for each use of a node by another both places."""
    index: dict[Node, int] = {}
    tails: list[int] = []
    heads: list[int] = []
    path: list[tuple[Node, list[Node], Iterator[Node]]] = []
    entered: set[Node] = set()
    with pause_gc():
        for root in roots:
            if root not in entered:
                entered.add(root)
                inputs = [x for x in root.inputs if isinstance(x, Node)]
                path.append((root, inputs, iter(inputs)))
            while path:
                node, inputs, waiting = path[-1]
                for x in waiting:
                    if x not in entered:
                        entered.add(x)
                        before = [y for y in x.inputs if isinstance(y, Node)]
                        if before:
                            path.append((x, before, iter(before)))
                            break
                        index[x] = len(index)
                else:
                    path.pop()
                    place = index[node] = len(index)
                    for x in inputs:
                        tails.append(index[x])
                        heads.append(place)
    return index, tails, heads


def aliases(order: Iterable[Node], outputs: Set[Node], own: Callable[[Node], str]) -> dict[Node, Node]:
    """Nodes that only stand for others, each with the one: arguments of derivative operators, and recorded
    gradients that are a node as it is; but what has a name of its own as a derivative, of a node with
    another, stands for itself.
    """
    found: dict[Node, Node] = {}
    for node in order:
        if node.op is None or node.op.name != "alias" or node in outputs:
            continue
        of = found.get(node.inputs[0], node.inputs[0])
        if isinstance(of, Node) and not (own_label(node).startswith("∂") and called(of, own)):
            found[node] = of
    return found


def seeds(order: Sequence[Node]) -> set[Node]:
    """The leaves of ones at which recorded backward passes start."""
    passes: dict[Node, set[int]] = {}
    for node in order:
        for x in node.parents:
            if x.op is None:
                passes.setdefault(x, set()).add(node.order)
    return {x for x, of in passes.items() if len(of) == 1 and 0 not in of and np.all(x.data == 1)}


def names_of_nodes(
    nodes: Iterable[Node], given: Callable[[Node], str], result: Node | None = None
) -> dict[Node, str]:
    """A name for each node, no two alike: the one that it was given, L for a result without one, or v₁, v₂
    ... in order.
    """
    names: dict[Node, str] = {}
    taken: Counter[str] = Counter()
    count = 0
    for node in nodes:
        name = given(node)
        if not name:
            if node is result and not node.order and not taken["L"]:
                name = "L"
            else:
                count += 1
                name = numbered(count)
        else:
            name = clean(name) or "␣"
        taken[name] += 1
        names[node] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return names
