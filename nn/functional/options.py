"""Options of functions and layers, checked where they are given."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core.errors import DomainError, ShapeError

from .operands import is_whole

__all__: list[str] = []


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
