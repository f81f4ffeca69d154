"""How numbers and arrays are written where there is room for one line: short, and like mathematics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dtypes import default_dtype

Write = Callable[[Any], str]
"""How a number is written."""

MOST_ENTRIES = 4
"""An array with more numbers is not written in full."""


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
    written = entries(data, write)
    if written is None:
        return shape(data)
    # Whole numbers and truth values show what they are.
    floats = isinstance(data, np.ndarray) and data.dtype.kind == "f"
    return written + _dtype(data) if floats else written


def entries(data: Any, write: Write) -> str | None:
    """A number or a small array, entry by entry; None for a larger one."""
    if not isinstance(data, np.ndarray):
        return write(data)
    if not 0 < data.size <= MOST_ENTRIES or data.ndim > 2:
        return None
    if data.ndim == 0:
        return write(data[()])
    return f"[{'; '.join('  '.join(map(write, row)) for row in np.atleast_2d(data))}]"
