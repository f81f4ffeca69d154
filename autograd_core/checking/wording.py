"""What a step of a graph is called in a sentence: the formula a student would write, if it is short."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Node
from ..primitive import Elementwise

__all__ = ["formula", "ordinal"]

_INFIX = {
    "add": ("+", 1),
    "subtract": ("-", 1),
    "multiply": ("*", 2),
    "divide": ("/", 2),
    "matmul": ("@", 2),
    "power": ("**", 4),
}
_UNSPOKEN = ("take_along_axis", "put", "put_along_axis", "index_set", "where", "broadcast_to")
"""What nobody would write."""

_ATOM = 9
_LONGEST = 28
"""Characters of an operand; a longer one is written as dots."""


def formula(node: Any) -> str:
    """How a step was computed, from its inputs: ``tanh(w * x + b)``; what is long is left out.

    >>> from autograd_core import Value, tanh
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> formula(tanh(w * (x - 1.0)))
    'tanh(w * (x - 1))'
    """
    return _written(node, outermost=True)[0]


def _written(x: Any, outermost: bool = False, depth: int = 0) -> tuple[str, int]:
    """The text, and how strongly it is tied together."""
    if not isinstance(x, Node):
        return (f"{float(x):g}", _ATOM) if np.ndim(x) == 0 else ("...", _ATOM)
    if x.label and not (outermost and x.op is not None):
        return x.label, _ATOM
    if x.op is None:
        return (f"{float(x.data):g}", _ATOM) if x.shape == () else ("...", _ATOM)
    if depth > 4 or x.op.name in _UNSPOKEN:
        return "...", _ATOM
    parts = [_written(operand, depth=depth + 1) for operand in x.inputs]
    name = x.op.name
    if name in _INFIX and len(parts) == 2:
        sign, level = _INFIX[name]
        left = _within(parts[0], level)
        right = _within(parts[1], level + (name not in ("add", "multiply")))
        return _short(f"{left} {sign} {right}", level, outermost)
    if name == "negative":
        return _short(f"-{_within(parts[0], 3)}", 3, outermost)
    if name == "square":
        return _short(f"{_within(parts[0], _ATOM)} ** 2", 4, outermost)
    if x.op.named_after is not None and not isinstance(x.op, Elementwise):
        return parts[0]
    return _short(f"{name}({', '.join(text for text, _ in parts)})", _ATOM, outermost, name)


def _within(part: tuple[str, int], level: int) -> str:
    text, own = part
    return text if own >= level else f"({text})"


def _short(text: str, level: int, outermost: bool, name: str = "") -> tuple[str, int]:
    if len(text) <= _LONGEST * (1 + outermost):
        return text, level
    return (f"{name}(...)" if name else "..."), _ATOM


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th ...

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21)]
    ['1st', '2nd', '3rd', '4th', '11th', '21st']
    """
    return f"{n}{'th' if 10 < n % 100 < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(n % 10, 'th')}"
