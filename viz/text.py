"""A picture as plain text: one line for each box, in the order of the computation."""

from __future__ import annotations

import re
import sys
import unicodedata

from .legend import MEANING
from .model import Box, Picture
from .wording import clean

MOST_LINES = 400
"""A longer list is cut in the middle."""
LONGEST_NAME = 72
"""A longer name with its expression is cut; the whole of it is in the tooltip of the drawing."""

_PLAIN = str.maketrans(
    dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    | {"×": "*", "·": "*", "÷": "/", "−": "-", "∂": "d", "′": "'", "→": "->", "…": "...", "⋮": ":"}
    | {"Σ": "sum", "√": "sqrt", "σ": "sigmoid", "ᵀ": "^T", "½": "1/2", "∇": "grad ", "␣": "_"}
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def as_text(picture: Picture) -> str:
    """The graph as lines of ``name = expression   value   gradient``, in characters that can be printed."""
    rows = [_row(box) for box in picture.boxes]
    head, foot = [picture.title] if picture.title else [], list(picture.notes)
    everything = "".join([*head, *foot, *("".join(row) for row in rows)])
    if printable(everything) != everything:
        rows = [(printable(a), printable(b), printable(c)) for a, b, c in rows]
        head, foot = [*map(printable, head)], [*map(printable, foot)]
    left = min(max((width(row[0]) for row in rows), default=0), 44)
    middle = min(max((width(row[1]) for row in rows), default=0), 32)
    lines = [f"{_filled(a, left)}  {_filled(b, middle)}  {c}".rstrip() for a, b, c in rows]
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"... {len(lines) - 2 * half:,} more ...", *lines[-half:]]
    return "\n".join([*head, *lines, *foot])


def printable(text: str, encoding: str | None = None) -> str:
    """The text as it is where the standard output has its characters, else in those of ASCII.

    >>> printable("∂L/∂v₁ = −2.0 · x²", "ascii"), printable("∂L/∂v₁", "utf-8")
    ('dL/dv1 = -2.0 * x^2', '∂L/∂v₁')
    """
    encoding = encoding or getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except LookupError:
        return text
    except UnicodeEncodeError:
        raised = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
        return raised.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def width(text: str) -> int:
    """How many columns of a terminal the text takes.

    >>> width("v₁"), width("重み"), width("e" + chr(0x301))
    (2, 4, 1)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _filled(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def _row(box: Box) -> tuple[str, str, str]:
    name = box.heading or box.name
    value, rest = (box.lines[0], box.lines[1:]) if box.lines else ("", ())
    if box.expression:
        name = f"{name}, {box.expression}" if box.heading else f"{name} = {box.expression}"
    else:
        several = f" {box.operation}" if box.operation else ""
        name = f"{name}  ({MEANING[box.kind]})" if box.kind != "scope" else f"[{name}{several}]"
    if box.scope:
        path = ".".join(clean(part, LONGEST_NAME) or "␣" for part in box.scope)
        rest = (*rest, f"in {path}")
    if len(name) > LONGEST_NAME:
        name = name[: LONGEST_NAME - 1] + "…"
    return name, value, ", ".join(rest)
