"""How numbers, arrays and names are written in a drawing: short, and like mathematics."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np

from autograd_core import default_dtype

Write = Callable[[Any], str]
"""How a number is written."""

LONGEST_LABEL = 28
"""A longer label is shortened in a drawing; the whole of it stands in the tooltip."""

MOST_ENTRIES = 4
"""An array with more numbers is not written in full."""

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def number(value: Any) -> str:
    """A number in four significant digits, with a real minus sign.

    >>> number(2.0), number(-0.123456), number(1234567.0), number(3), number(float("nan"))
    ('2.0', '−0.1235', '1.235e6', '3', 'nan')
    """
    if isinstance(value, bool | np.bool_ | int | np.integer):
        return str(value).replace("-", "−")
    text = f"{float(value) + 0.0:.4g}"  # adding 0 turns −0 into 0
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif text.lstrip("-").isdigit():
        text += ".0"
    return text.replace("-", "−")


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

    >>> counted(1, "node"), counted(2500, "node")
    ('1 node', '2,500 nodes')
    """
    return f"{count:,} {noun}{'s' * (count != 1)}"


def most_common(counts: Counter[str], most: int) -> str:
    """The most frequent names with their counts, and how many others there are.

    >>> most_common(Counter({"×": 40, "+": 39, "tanh": 4, "relu": 1}), 2)
    '40 ×, 39 +, 5 more'
    """
    common = counts.most_common(most)
    parts = [f"{n:,} ({name})" if " " in name else f"{n:,} {name}" for name, n in common]
    rest = counts.total() - sum(n for _, n in common)
    return ", ".join([*parts, f"{rest:,} more"] if rest else parts)


def shape(array: Any) -> str:
    """Shape, and dtype where it is not the default one.

    >>> shape(np.zeros((8, 4))), shape(np.zeros(3, dtype=np.float32))
    ('(8, 4)', '(3,) float32')
    """
    return f"{array.shape}{_dtype(array)}"


def _dtype(array: Any) -> str:
    return "" if array.dtype == default_dtype() else f" {array.dtype}"


def value(data: Any, write: Write = number) -> str:
    """A number, or a small array in full, or the shape of a larger one; with a dtype that is not default.

    >>> value(np.array([1.0, -2.5])), value(np.eye(2, dtype=np.float32)), value(np.zeros((8, 4)))
    ('[1.0  −2.5]', '[1.0  0.0; 0.0  1.0] float32', '(8, 4)')
    """
    entries = _entries(data, write)
    if entries is None:
        return shape(data)
    # Whole numbers and truth values show what they are.
    floats = isinstance(data, np.ndarray) and data.dtype.kind == "f"
    return entries + _dtype(data) if floats else entries


def gradient(data: Any, write: Write = number) -> str:
    """A gradient: a number, a small array, or the norm of a larger one.

    >>> gradient(-3.0), gradient(np.full((8, 2), 0.25))
    ('−3.0', 'norm 1.0')
    """
    entries = _entries(data, write)
    if entries is not None:
        return entries
    with np.errstate(all="ignore"):
        return f"norm {write(np.sqrt(np.sum(np.square(data, dtype=float))))}"


def _entries(data: Any, write: Write) -> str | None:
    """A number or a small array, entry by entry; None for a larger one."""
    if not isinstance(data, np.ndarray):
        return write(data)
    if not 0 < data.size <= MOST_ENTRIES or data.ndim > 2:
        return None
    if data.ndim == 0:
        return write(data[()])
    return f"[{'; '.join('  '.join(map(write, row)) for row in np.atleast_2d(data))}]"


def clean(text: str, longest: int = LONGEST_LABEL) -> str:
    """A label fit to be drawn: one line, no control characters, not too long.

    >>> clean("first line" + chr(10) + chr(7) + "second"), clean("x" * 10_000, 6)
    ('first line second', 'xxxxx…')
    """
    start = text[: 4 * longest + 16]
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in start)
    plain = "".join("\ufffd" if unicodedata.category(c) in ("Cs", "Cn") else c for c in plain)
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


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


def numbered(index: int) -> str:
    """The name of the index-th unnamed node, as textbooks write the steps of a computation.

    >>> numbered(12)
    'v₁₂'
    """
    return "v" + str(index).translate(_SUBSCRIPTS)
