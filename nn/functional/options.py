"""Options of functions and layers, checked where they are given."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from autograd_core.errors import DomainError, DtypeError, ShapeError

from .operands import is_whole


def check_count(place: str, name: str, number: Any, least: int = 1) -> None:
    """A number of things is whole, and not below ``least``.

    Raises:
        ShapeError: if it is not.
    """
    if not is_whole(number, least):
        raise ShapeError(f"{place}: `{name}` (={number!r}) has to be a whole number from {least}")


def is_number(value: Any) -> bool:
    """Whether it is a single real number; True and False are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def check_eps(place: str, eps: Any) -> None:
    """What keeps a denominator away from 0 is a number from 0.

    Raises:
        DomainError: if it is not.
    """
    if not is_number(eps) or not 0 <= eps < math.inf:
        raise DomainError(f"{place}: `eps` (={eps!r}) has to be a number from 0")


def check_momentum(place: str, momentum: Any) -> None:
    """How far running statistics move is a number between 0 and 1.

    Raises:
        DomainError: if it is not.
    """
    if not is_number(momentum) or not 0 <= momentum <= 1:
        raise DomainError(f"{place}: `momentum` (={momentum!r}) has to be a number between 0 and 1")


def check_positive(owner: str, **options: Any) -> None:
    """Check that an option is above 0.

    Raises:
        DomainError: if it is not.
        DtypeError: if it is no number.
    """
    _check_options(owner, options, lambda value: value > 0, "be positive")


def check_not_negative(owner: str, **options: Any) -> None:
    """Check that an option is 0 or above.

    Raises:
        DomainError: if it is not.
        DtypeError: if it is no number.
    """
    _check_options(owner, options, lambda value: value >= 0, "be a number from 0")


def check_fraction(owner: str, **options: Any) -> None:
    """Check that an option lies between 0 and 1.

    Raises:
        DomainError: if it does not.
        DtypeError: if it is no number.
    """
    _check_options(owner, options, lambda value: 0 <= value <= 1, "lie between 0 and 1")


def _check_options(owner: str, options: dict[str, Any], right: Callable[[Any], bool], wanted: str) -> None:
    for name, value in options.items():
        if not isinstance(value, Real):
            raise DtypeError(f"{owner}: `{name}` (={value!r}) has to be a number")
        if not right(value):  # NaN is refused too
            raise DomainError(f"{owner}: `{name}` (={value}) has to {wanted}")
