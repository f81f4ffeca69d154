"""Numbers that have to lie in a range: the first that does not, and where it stands."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_core.errors import DomainError, DtypeError, ShapeError

from .operands import Array, values_of


def first_place(wrong: Array) -> tuple[tuple[int, ...], str]:
    """The index of the first True of a mask, and how a message says it: " at position 3", "" for a number."""
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return place, f" at position {place[0] if len(place) == 1 else place}" if place else ""


def checked_array(owner: str, name: str, numbers: Any) -> Array:
    """Numbers, a tensor of them or lists, as an array.

    Raises:
        ShapeError: if the rows of a list are of unequal lengths.
        DtypeError: if there is anything else but numbers.
    """
    try:
        values = values_of(numbers)
    except DtypeError:
        raise ShapeError(f"{owner}: the rows of {name} have unequal lengths: {numbers!r}") from None
    if values.dtype.kind not in "fiub":
        advice = "; a reduction is given by name, reduction=..." if isinstance(numbers, str) else ""
        raise DtypeError(f"{owner}: {name} has to be made of numbers, got {numbers!r}{advice}")
    return values


def check_values(
    function: str, name: str, values: Array, right: Array, wanted: str, advice: str = ""
) -> None:
    """Check that every number is right.

    Raises:
        DomainError: naming the first that is not, and its position.
    """
    if not right.all():
        place, at = first_place(np.logical_not(right))
        raise DomainError(f"{function}(): {name} has to {wanted}, got {values[place]}{at}{advice}")
