"""A lowered tensor graph, drawn so that weight sharing is seen: one box for each weight, one arrow for
each of its uses, and a cluster for each tensor and each of the numbers in it that takes several operations.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from autograd_core import Lowered, Node, Value

from .calls import Scope
from .reading import Reading


def reading_of(lowered: Lowered) -> Reading:
    """The graph of Values with the names and clusters of the tensors for which they stand.

    >>> from autograd_core import Tensor, lower
    >>> w = Tensor([1.0, 2.0], requires_grad=True, label="w")
    >>> reading = reading_of(lower((w * w).sum()))
    >>> reading.names(reading.order)[reading.order[0]], reading.scope(reading.order[0])
    ('w[0]', ('w (2,)',))
    """
    names: dict[bool, dict[str, Node]] = {False: {}, True: {}}
    scopes: dict[Node, Scope] = {}
    taken: Counter[str] = Counter()
    for node, values in lowered.expanded.items():
        new = [(place, v) for place, v in np.ndenumerate(values) if isinstance(v, Value) and v not in scopes]
        if not new:
            continue
        is_parameter = node.op is None and not isinstance(node, Value) and node.requires_grad
        name = node.label or (node.op.name if node.op else "parameter" if is_parameter else "input")
        taken[name] += 1
        number = f" ({taken[name]})" if taken[name] > 1 else ""
        cluster = (*node.scope, f"{name}{number} {node.shape}" if node.shape else f"{name}{number}")
        for place, value in new:
            index = f"[{', '.join(map(str, place))}]" if place else ""
            if node.op is None:
                scopes[value] = cluster if node.shape else node.scope
                names[is_parameter][f"{name}{number}{index}"] = value
                continue
            steps = _steps(value, scopes)
            inner = (*cluster, index) if len(steps) > 1 and index else cluster
            scopes |= dict.fromkeys(steps, inner)
    outputs: list[Any] = list(lowered.output.flat)
    return Reading(outputs, names[False], names[True], scopes=scopes)


def _steps(value: Value, known: dict[Node, Scope]) -> list[Node]:
    """The operations that lead from what is known to a number, itself included."""
    found: dict[Node, None] = {value: None}
    pending: list[Node] = [value]
    for node in pending:  # the list grows while it is read
        for x in node.inputs:
            if isinstance(x, Node) and x not in known and x not in found:
                found[x] = None
                pending.append(x)
    return list(found)


def tensor_of(lowered: Lowered) -> Node:
    """The tensor that was lowered: the last of those whose numbers stand there.

    >>> from autograd_core import Tensor, lower
    >>> y = Tensor([1.0, 2.0], requires_grad=True).sum()
    >>> tensor_of(lower(y)) is y
    True
    """
    return next(node for node in reversed(lowered.expanded) if lowered.expanded[node] is lowered.output)
