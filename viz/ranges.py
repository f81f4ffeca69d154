"""How far a slider reaches: over a range, in steps where it has some, or over a list of choices."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError

from . import wording

_STEPS = 100
"""A slider without a step of its own has about as many places, a round number apart."""


def is_number(x: Any) -> bool:
    """Whether a slider could stand there: True and False are choices, not numbers."""
    return isinstance(x, int | float | np.integer | np.floating) and not isinstance(x, bool)


def choice(x: Any) -> str:
    """What stands at a place of a slider, in words: a number, a text as it is, a function by its name.

    >>> choice(0.25), choice("tanh"), choice(sorted)
    ('0.25', 'tanh', 'sorted')
    """
    if is_number(x):
        return wording.number(x)
    return wording.clean(x if isinstance(x, str) else str(getattr(x, "__name__", wording.quoted(x))))


def places(values: Mapping[str, Any]) -> str:
    """Where sliders stand.

    >>> places({"w": 1.5, "act": "tanh"})
    'w = 1.5, act = tanh'
    """
    return ", ".join(f"{name} = {choice(x)}" for name, x in values.items())


@dataclass(frozen=True, slots=True)
class Range:
    """From the lowest number to the highest.

    Attributes:
        low, high: the ends.
        step: from one place to the next; None where the slider may choose.
    """

    low: float
    high: float
    step: float | None = None

    @property
    def round_step(self) -> float:
        """The step, or a round number that is about a hundredth of the way.

        >>> Range(-3, 3).round_step, Range(0, 1).round_step, Range(0, 1, 0.25).round_step
        (0.05, 0.01, 0.25)
        """
        if self.step is not None:
            return self.step
        hundredth = (self.high - self.low) / _STEPS
        power = math.floor(math.log10(hundredth))
        digit = max(d for d in (1, 2, 5) if d <= hundredth / 10.0**power * (1 + 1e-9))
        return float(f"{digit}e{power}")

    def begin(self, default: Any) -> float:
        """Where the slider stands at first: at the default, if it reaches that far; else three quarters of
        the way up, since much is 0 in the middle.

        >>> Range(-3, 3).begin(None), Range(-3, 3).begin(2), Range(-3, 3).begin(7), Range(0, 4, 1).begin(None)
        (1.5, 2.0, 1.5, 3.0)
        """
        if is_number(default) and self.low <= default <= self.high:
            return float(default)
        step = self.round_step
        places = math.floor((self.high - self.low) / step * 0.75 + 1e-9)
        return float(f"{self.low + places * step:.12g}")


@dataclass(frozen=True, slots=True)
class Choices:
    """One of several things, numbers or others."""

    values: tuple[Any, ...]

    @property
    def numbers(self) -> bool:
        """Whether they are numbers, all of them finite."""
        return all(is_number(x) and math.isfinite(x) for x in self.values)

    def begin(self, default: Any) -> Any:
        """The default, if it is one of them; else the first.

        >>> Choices(("tanh", "relu")).begin("relu"), Choices((1, 2)).begin(7)
        ('relu', 1)
        """
        simple = str | int | float
        for x in self.values:
            if x is default or (isinstance(x, simple) and isinstance(default, simple) and x == default):
                return x
        return self.values[0]


Reach = Range | Choices


def reach_of(given: Any, name: str, where: str) -> Reach:
    """What a reader gave for a slider.

    Args:
        given: ``(low, high)``, ``(low, high, step)`` or a list of choices.
        name: what the slider moves.
        where: how a message begins.

    Raises:
        DtypeError: if it is none of these.
        DomainError: if nothing lies in it, or an end is not finite.

    >>> reach_of((-1, 1, 0.5), "w", "live()"), reach_of([0.1, 1, 10], "η", "live()")
    (Range(low=-1.0, high=1.0, step=0.5), Choices(values=(0.1, 1, 10)))
    """
    if isinstance(given, Range | Choices):
        return given
    if isinstance(given, list):
        if not given:
            raise DomainError(f"{where}: {name} has nothing to choose from, the list is empty")
        return Choices(tuple(given))
    if not isinstance(given, tuple) or len(given) not in (2, 3) or not all(map(is_number, given)):
        raise DtypeError(
            f"{where}: {name} gets its lowest and its highest number, (low, high) or (low, high, step), or a "
            f"list of choices; got {wording.described(given)}"
        )
    low, high, *steps = map(float, given)
    if not low < high or not math.isfinite(high - low):
        raise DomainError(f"{where}: {name} cannot reach from {low:g} to {high:g}")
    if any(not 0 < step <= high - low for step in steps):
        raise DomainError(f"{where}: {name} cannot reach from {low:g} to {high:g} in steps of {steps[0]:g}")
    return Range(low, high, *steps)
