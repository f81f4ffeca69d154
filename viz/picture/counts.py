"""A graph that is too large to draw node by node, in figures."""

from __future__ import annotations

from collections import Counter

import numpy as np

from .. import wording
from ..graph.reading import Reading

MOST_NAMED = 6
"""This many operations and scopes are named, the most frequent ones."""


def counts(reading: Reading) -> list[str]:
    """The size of a graph, its operations and its scopes, one line each.

    >>> from autograd_core import Value, scope, tanh
    >>> with scope("neuron"):
    ...     y = tanh(Value(2.0) * 3 + 1)
    >>> for line in counts(Reading([y])):
    ...     print(line)
    4 nodes, 3 operations deep, at most 1 at one level, 32 bytes of numbers: drawn in groups (force=True draws every node)
    operations: 1 ×, 1 +, 1 tanh
    scopes: neuron 4
    """  # noqa: E501
    levels = reading.levels
    operations = Counter[str]()
    for tag, count in zip(reading.tags, np.bincount(reading.tagged).tolist(), strict=True):
        if tag.primitive is not None:
            operations[tag.primitive.symbol] += count
    scopes = _by_scope(reading)
    held = sum(getattr(node.data, "nbytes", 8) for node in reading.order)
    lines = [
        f"{wording.counted(len(reading.order), 'node')}, {int(levels.max()):,} operations deep, "
        f"at most {int(np.bincount(levels).max()):,} at one level, "
        f"{wording.memory(held)} of numbers: drawn in groups (force=True draws every node)"
    ]
    if operations:
        lines.append(f"operations: {wording.most_common(operations, MOST_NAMED)}")
    if scopes:
        named = [f"{name} {count:,}" for name, count in scopes.most_common(MOST_NAMED)]
        rest = [f"{len(scopes) - MOST_NAMED:,} more"] if len(scopes) > MOST_NAMED else []
        lines.append(f"scopes: {', '.join([*named, *rest])}")
    return lines


def _by_scope(reading: Reading) -> Counter[str]:
    """The number of nodes in each scope, at the outermost level that has several."""
    counted = np.bincount(reading.placed, minlength=len(reading.places)).tolist()
    scopes = Counter[str]()
    for level in range(1, 1 + max(map(len, reading.places))):
        scopes = Counter()
        for place, count in zip(reading.places, counted, strict=True):
            if len(place) >= level and count:
                scopes[".".join(wording.clean(name) or "␣" for name in place[:level])] += count
        if len(scopes) > 1:
            break
    return scopes
