"""How numbers, arrays and names are written in a drawing: short, and like mathematics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np

from autograd_core.inspection.wording import Write, entries, number, shape, value
from autograd_core.naming import clean, numbered

__all__ = [
    "Write",
    "clean",
    "counted",
    "described",
    "gradient",
    "memory",
    "most_common",
    "nearest",
    "number",
    "numbered",
    "quoted",
    "shape",
    "value",
    "writer",
]


def writer(number_format: str | Callable[[float], str] | None) -> Write:
    """How numbers are written by a format for floats, by a function, or, without one, by :func:`number`.

    >>> writer(".2e")(-1234.5), writer(lambda x: f"{100 * x:.0f} %")(0.25), writer(".3f")(7)
    ('−1.23e+03', '25 %', '7')
    """
    if number_format is None:
        return number
    chosen = number_format

    def write(value: Any) -> str:
        if isinstance(value, bool | np.bool_ | int | np.integer):
            return number(value)
        if isinstance(chosen, str):
            return format(float(value) + 0.0, chosen).replace("-", "−")
        return clean(str(chosen(float(value))))

    return write


def memory(count: int) -> str:
    """A number of bytes.

    >>> memory(32), memory(8_000_000)
    ('32 bytes', '8.0 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    power = min(3, (len(str(count)) - 1) // 3)
    return f"{count / 1000**power:.1f} {('', 'kB', 'MB', 'GB')[power]}"


def counted(count: int, noun: str) -> str:
    """A count and its noun.

    >>> counted(1, "node"), counted(2500, "node"), counted(2, "box")
    ('1 node', '2,500 nodes', '2 boxes')
    """
    ending = "" if count == 1 else "es" if noun.endswith("x") else "s"
    return f"{count:,} {noun}{ending}"


def most_common(counts: Counter[str], most: int) -> str:
    """The most frequent names with their counts, and how many others there are.

    >>> most_common(Counter({"×": 40, "+": 39, "tanh": 4, "relu": 1}), 2)
    '40 ×, 39 +, 5 more'
    """
    common = counts.most_common(most)
    parts = [f"{n:,} ({name})" if " " in name else f"{n:,} {name}" for name, n in common]
    rest = counts.total() - sum(n for _, n in common)
    return ", ".join([*parts, f"{rest:,} more"] if rest else parts)


def gradient(data: Any, write: Write = number) -> str:
    """A gradient: a number, a small array, or the norm of a larger one.

    >>> gradient(-3.0), gradient(np.full((8, 2), 0.25))
    ('−3.0', 'norm 1.0')
    """
    written = entries(data, write)
    if written is not None:
        return written
    with np.errstate(all="ignore"):
        return f"norm {write(np.sqrt(np.sum(np.square(data, dtype=float))))}"


def quoted(x: Any, longest: int = 60) -> str:
    """What was given, as it goes into a message.

    >>> quoted("w"), quoted("x" * 10_000, 8)
    ("'w'", "'xxxxxx…")
    """
    text = repr(x)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def nearest(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """The known word that was probably meant, as the end of a message; ``otherwise`` where none is near.

    >>> nearest("darc", ["light", "dark"]), nearest("darc", ["light"])
    ("; did you mean 'dark'?", '')
    """
    near = get_close_matches(given, known, 1, 0.4)
    return f"; did you mean {near[0]!r}?" if near else otherwise


def described(x: Any) -> str:
    """What was given, and its type.

    >>> described(3.0)
    '3.0 of type float'
    """
    return f"{quoted(x)} of type {type(x).__name__}"
