"""Text for terminals, some of which have no other characters than those of ASCII."""

from __future__ import annotations

import re
import sys
import unicodedata

__all__ = ["columns", "printable"]

_PLAIN = str.maketrans(
    dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    | {"×": "*", "·": "*", "÷": "/", "−": "-", "∂": "d", "′": "'", "→": "->", "…": "...", "⋮": ":"}
    | {"Σ": "sum", "√": "sqrt", "σ": "sigmoid", "δ": "delta", "ᵀ": "^T", "½": "1/2", "∇": "grad ", "␣": "_"}
    | {"≈": "~", "⊗": "outer", "⋯": "...", "⋱": ":", "⊤": "^T", "ᴴ": "^H", "∞": "inf", "‖": "|"}
    | dict.fromkeys("⎡⎢⎣", "[")
    | dict.fromkeys("⎤⎥⎦", "]")
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


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


def columns(text: str) -> int:
    """How many columns of a terminal the text takes.

    >>> columns("v₁"), columns("重み"), columns("e" + chr(0x301))
    (2, 4, 1)
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
