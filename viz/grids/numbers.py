"""How numbers are written on grids: short, so that a sum fits its line, or as the reader asks.

The page writes the same in JavaScript.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from .. import wording

_NUDGE = 1 + 1e-12  # so that Python and JavaScript round halves to the same side
_PLAIN = re.compile(r"\.(\d{1,2})([efg])")
"""The formats that a page knows as well."""

NumberFormat = str | Callable[[float], str] | None


class Numbers:
    """Writes numbers, by a format for floats, a function, or in three significant digits.

    >>> write = Numbers()
    >>> write(0.5), write(-1.0), write(12.345), write(0.00012), write(float("-inf")), write(0.123, 2)
    ('0.5', '−1', '12.3', '1.2e−4', '−∞', '0.12')
    >>> Numbers(".2f")(-0.125)
    '−0.13'
    """

    def __init__(self, number_format: NumberFormat = None) -> None:
        self._format = number_format
        self._asked = None if number_format is None else wording.writer(number_format)

    def __call__(self, x: float, digits: int = 3) -> str:
        """A number in few digits, without zeros at its end, or as it was asked for."""
        if not math.isfinite(x):
            return "NaN" if math.isnan(x) else "∞" if x > 0 else "−∞"
        if self._asked is not None:
            return self._asked(x * _NUDGE if isinstance(self._format, str) else x)
        size = abs(x)
        if size < 1e-12:
            return "0"
        if not 1e-3 <= size < 99_999.5:
            mantissa, exponent = f"{x * _NUDGE:.1e}".split("e")
            return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", "−")
        places = min(digits + 1, max(0, digits - 1 - math.floor(math.log10(size))))
        text = f"{x * _NUDGE:.{places}f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")

    def signed(self, x: float) -> str:
        """A number as a factor, in brackets where it is negative."""
        return f"({self(x)})" if x < 0 else self(x)

    def exact(self, *numbers: float) -> bool:
        """Whether the numbers are written as what they are."""
        return all((read := _read(self(x))) == x or abs(read - x) <= 1e-9 * abs(x) for x in numbers)

    @property
    def on_pages(self) -> tuple[str, int] | None:
        """The letter and the digits of a format that pages know; None for their own way to write."""
        found = _PLAIN.fullmatch(self._format) if isinstance(self._format, str) else None
        return (found[2], int(found[1])) if found else None

    @property
    def differs_on_pages(self) -> bool:
        """Whether a page writes numbers in another way than was asked for."""
        return self._asked is not None and self.on_pages is None


def _read(text: str) -> float:
    """The number that is written; not a number where none is."""
    try:
        return float(text.replace("−", "-").replace("∞", "inf"))
    except ValueError:
        return math.nan
