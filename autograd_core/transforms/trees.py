"""Nested lists, tuples and dictionaries of numbers: taken apart into leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["flatten", "map_leaves"]

Rebuild = Callable[[Iterator[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves of a nested structure, and a function that puts other leaves in their places.

    Lists, tuples (also named ones) and dictionaries are structure; anything else is a leaf.

    >>> leaves, rebuild = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves, rebuild([10 * x for x in leaves])
    ([1.0, 2.0, 3.0], {'w': [10.0, 20.0], 'b': 30.0})
    """
    leaves: list[Any] = []
    rebuild = _take_apart(tree, leaves)
    return leaves, lambda new: rebuild(iter(new))


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """The structure with ``function`` applied to every leaf."""
    leaves, rebuild = flatten(tree)
    return rebuild([function(leaf) for leaf in leaves])


def _take_apart(tree: Any, leaves: list[Any]) -> Rebuild:
    if isinstance(tree, dict):
        keys = list(tree)
        parts = [_take_apart(tree[key], leaves) for key in keys]
        return lambda new: {key: part(new) for key, part in zip(keys, parts, strict=True)}
    if isinstance(tree, list | tuple):
        parts = [_take_apart(item, leaves) for item in tree]
        if isinstance(tree, list):
            return lambda new: [part(new) for part in parts]
        if hasattr(tree, "_fields"):
            kind: Any = type(tree)
            return lambda new: kind(*[part(new) for part in parts])
        return lambda new: tuple([part(new) for part in parts])
    leaves.append(tree)
    return next
