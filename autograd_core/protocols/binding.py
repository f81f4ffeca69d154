"""NumPy's arguments, in NumPy's order and by NumPy's names, as those of a function of this library."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..errors import GraphError
from ..graph import Node

_WITHOUT_MEANING = {
    "casting", "check_finite", "copy", "device", "kind", "like", "optimize", "order", "overwrite_input",
    "stable", "subok",
}  # fmt: skip
"""Options about memory, algorithms and conversions, which change no number of the result."""

Parameters = dict[str, inspect.Parameter]


@cache
def _parameters(function: Any) -> Parameters | None:
    """The parameters of a function, None where NumPy does not tell."""
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return None


def full_name(function: Any) -> str:
    """The name under which users know a function: ``np.linalg.det``."""
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{getattr(function, '__name__', function)}"


def without_nodes(x: Any) -> Any:
    """Nested lists with the data of nodes in their place."""
    if isinstance(x, list | tuple):
        parts = map(without_nodes, x)
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    return x.data if isinstance(x, Node) else x


def translated(
    function: Any, ours: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[list[Any], dict[str, Any], Any]:
    """The operands, the options that were really given, and the dtype that the result is to have.

    What NumPy requires keeps its place; what it gives a default goes by name, because our functions have
    fewer options and in another order.

    Raises:
        GraphError: for an option that our function does not have.
    """
    theirs = _parameters(function)
    if theirs is None:
        return list(arguments), _meant(function, ours, keywords), None
    operands: list[Any] = []
    named: dict[str, Any] = dict(keywords)
    rest = list(arguments)
    for name, parameter in theirs.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            operands += rest
            rest = []
        elif parameter.kind is parameter.VAR_KEYWORD or parameter.kind is parameter.KEYWORD_ONLY:
            continue
        elif rest:
            value = rest.pop(0)
            if parameter.kind is parameter.POSITIONAL_ONLY or parameter.default is parameter.empty:
                operands.append(value)
            else:
                named[name] = value
        elif name in named and parameter.default is parameter.empty:
            operands.append(named.pop(name))
    given = {name: x for name, x in named.items() if not _is_default(theirs.get(name), x)}
    dtype = None
    if "dtype" in given and "dtype" not in (_parameters(ours) or {}):
        dtype = given.pop("dtype")
    return operands, _meant(function, ours, given), dtype


def _is_default(parameter: inspect.Parameter | None, x: Any) -> bool:
    if x is np._NoValue:
        return True
    if parameter is None:
        return False
    default = parameter.default
    return x is default or (
        isinstance(x, bool | int | float | str) and type(x) is type(default) and x == default
    )


def _meant(function: Any, ours: Callable[..., Any], options: dict[str, Any]) -> dict[str, Any]:
    """The options that our function has; others are refused unless they have no meaning for the result."""
    known = _parameters(ours)
    if known is None or any(p.kind is p.VAR_KEYWORD for p in known.values()):
        return {name: x for name, x in options.items() if name != "out"}
    meant = {}
    for name, x in options.items():
        empty = name in ("out", "where", "dtype") and (x is None or x is True)
        if name in known:
            meant[name] = x
        elif not empty and name not in _WITHOUT_MEANING:
            raise GraphError(f"{full_name(function)} of a tensor does not take the option {name}={x!r}")
    return meant
