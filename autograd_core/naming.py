"""How what has no name of its own is called after what it came from: elements, transposes, derivatives."""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

__all__: list[str] = []

ORDERS = "¹²³⁴⁵⁶⁷⁸⁹"
"""As a derivative's order is written above."""

LONGEST_LABEL = 28
"""A longer label is shortened where it stands for a node."""

_LONGEST = 80
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def clean(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label fit to be shown: one line, no control characters, not too long.

    >>> clean("first line" + chr(10) + chr(7) + "second"), clean("x" * 10_000, 6)
    ('first line second', 'xxxxx…')
    """
    start = text[: 4 * longest + 16]
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in start)
    plain = "".join("\ufffd" if unicodedata.category(c) in ("Cs", "Cn") else c for c in plain)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def numbered(index: int) -> str:
    """The name of the index-th unnamed node, as textbooks write the steps of a computation.

    >>> numbered(12)
    'v₁₂'
    """
    return "v" + str(index).translate(_SUBSCRIPTS)


def derivative(of: str, by: str) -> str:
    """The name of a derivative: ∂of/∂by.

    >>> derivative("L", "w"), derivative("L", "a * b")
    ('∂L/∂w', '∂L/∂(a * b)')
    >>> derivative("∂y/∂x", "x"), derivative("∂²y/∂x²", "z")
    ('∂²y/∂x²', '∂³y/∂z∂x²')
    """
    by = _enclosed(by)
    if (found := re.fullmatch(rf"∂([{ORDERS}]?)(.+)/(∂.+)", of)) and found[1] != ORDERS[-1]:
        order = ORDERS[ORDERS.index(found[1]) + 1] if found[1] else ORDERS[1]
        first = f"∂{by}"
        if again := re.fullmatch(rf"{re.escape(first)}([{ORDERS}]?)(∂.+)?", found[3]):
            power = ORDERS[ORDERS.index(again[1]) + 1] if again[1] else ORDERS[1]
            return f"∂{order}{found[2]}/{first}{power}{again[2] or ''}"
        return f"∂{order}{found[2]}/{first}{found[3]}"
    return f"∂{_enclosed(of)}/∂{by}"


def element(name: str, index: str) -> str:
    """The name of a part of an array; none where it would grow too long.

    >>> element("w", "0, 1"), element("a + b", "2")
    ('w[0, 1]', '(a + b)[2]')
    """
    return "" if len(name) > _LONGEST else f"{_enclosed(name)}[{index}]"


def transposed(name: str) -> str:
    """The name of a transposed matrix.

    >>> transposed("W"), transposed(transposed("W")), transposed("a + b")
    ('Wᵀ', 'W', '(a + b)ᵀ')
    """
    return name[:-1] if name.endswith("ᵀ") else f"{_enclosed(name)}ᵀ"


def _enclosed(name: str) -> str:
    """A formula in parentheses, a word or an element of one as it is."""
    simple = re.fullmatch(r"[\w.′]+(\[[^\[\]]*\])*ᵀ?", name)
    return name if simple or re.fullmatch(r"\([^()]*\)ᵀ?", name) else f"({name})"


def parameter_names(target: Callable[..., Any], count: int) -> list[str]:
    """The names of the positional parameters, as operations state them; of a module those of ``forward``."""
    names: list[str] = []
    try:
        stated = getattr(target, "__signature__", None)
        signature = stated or inspect.signature(getattr(target, "forward", target))
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                names += [f"{parameter.name}[{i}]" for i in range(count - len(names))]
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                names.append(parameter.name)
    except (TypeError, ValueError):
        names = []
    return [*names, *(f"x{i}" for i in range(len(names), count))][:count]


def named_leaves(found: Any, name: str) -> Iterator[tuple[str, Any]]:
    """What a nested structure holds, each with its place written as in Python: ``params.layers[0].w``."""
    pending: list[tuple[str, Any]] = [(name, found)]
    while pending:
        where, item = pending.pop()
        parts: list[tuple[str, Any]]
        if isinstance(item, dict):
            parts = [(_joined(where, key), part) for key, part in item.items()]
        elif isinstance(item, list | tuple):
            fields = getattr(item, "_fields", None)
            keys = [f".{field}" for field in fields] if fields else [f"[{i}]" for i in range(len(item))]
            parts = [(where + key, part) for key, part in zip(keys, item, strict=True)]
        elif isinstance(item, np.ndarray) and item.dtype == object:
            places = [f"[{', '.join(map(str, place))}]" if place else "" for place in np.ndindex(item.shape)]
            parts = [(where + place, part) for place, part in zip(places, item.flat, strict=True)]
        else:
            yield where, item
            continue
        pending += reversed(parts)


def _joined(where: str, key: Any) -> str:
    if not isinstance(key, str):
        return f"{where}[{key!r}]"
    return f"{where}.{key}" if where else key
