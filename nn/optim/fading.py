"""Arrays that fade away, kept out of the denormal numbers.

The momentum of a unit that has died shrinks by the same factor in every step. Below 10⁻³⁸ a float32 is
denormal: it is stored with fewer digits, and many processors take up to sixty times as long to multiply it.
It stays there, too, because 0.9 times the smallest number is rounded to that number. So from time to time
what is about to get there becomes 0, which moves no parameter by more than rounding does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

__all__ = ["EVERY", "clear_faded"]

Array = np.ndarray[Any, np.dtype[Any]]

EVERY = 32
"""Steps from one clearing to the next: it takes a fraction of a percent of their time."""


@cache
def _least(dtype: np.dtype[Any]) -> float:
    """What is halved in every step from here to the next clearing is not denormal even then; what fades
    faster than that is 0 soon by itself.
    """
    if dtype.itemsize < 4:
        return 0.0  # half precision is computed in float32, and has no numbers to spare
    return float(np.finfo(dtype).smallest_normal) * 2.0**EVERY


def clear_faded(x: Array) -> None:
    """Numbers next to nothing become 0, in place.

    >>> x = np.array([1e-30, -1e-20, 0.5], np.float32)
    >>> clear_faded(x)
    >>> x.tolist() == [0.0, np.float32(-1e-20), 0.5]
    True
    """
    x *= np.abs(x) >= _least(x.dtype)
