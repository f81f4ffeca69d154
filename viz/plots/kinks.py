"""A function of one number with its derivative: where they jump, and where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node, Tensor, Value, sweep

from ..graph.running import evaluating
from .canvas import Array

_STEPS = 401
_HALVINGS, _NEAR = 32, 1e-9
_JUMP = 0.02
"""Two neighbouring numbers further apart than this share of the whole range may be a jump."""
_POLE = 100.0
"""What jumps by so many times its whole range goes to infinity there."""
_STEEP = 1e3
"""A slope above this, as near to the edge as can be, grows without bound."""

Function = Callable[[Any], Any]
Ends = tuple[float, float, float]


@dataclass(frozen=True)
class Kink:
    """A place where a function or its derivative jumps.

    Attributes:
        x: where.
        f, slope: from the left, there, and from the right.
    """

    x: float
    f: Ends
    slope: Ends


@dataclass(frozen=True)
class Edge:
    """A place where a function begins or ceases to have a value.

    Attributes:
        x: where.
        closed: whether it has one there.
        begins: whether it has one to the right of it.
        steep: whether its slope grows without bound towards it.
    """

    x: float
    closed: bool
    begins: bool
    steep: bool


@dataclass(frozen=True)
class Curve:
    """A function at many points.

    Attributes:
        x, f, slope: the points, the values there and the derivatives.
        kinks: where one of them jumps.
        edges: of where it is defined.
    """

    x: Array
    f: Array
    slope: Array
    kinks: tuple[Kink, ...]
    edges: tuple[Edge, ...]


def curve_of(operation: str, name: str, function: Function, ends: tuple[float, float]) -> Curve:
    """A function of this name between two ends; modules are evaluated and left as they were.

    Raises:
        DomainError: if an output depends on more than one input.
        DtypeError: if it gives no numbers.

    >>> import autograd_core as ac
    >>> (kink,) = curve_of("plot", "relu", ac.relu, (-1.0, 2.0)).kinks
    >>> kink.x, kink.slope
    (0.0, (0.0, 0.0, 1.0))
    >>> curve_of("plot", "log", ac.log, (-1.0, 2.0)).edges
    (Edge(x=0.0, closed=False, begins=True, steep=True),)
    """
    low, high = ends
    x = np.linspace(low, high, _STEPS)
    with evaluating(operation, function):
        at = _Evaluated(operation, name, function)
        at.check(x)
        f, slope = at(x)
        poles = [place for place, size in _jumps(at, x, f, 0) if size > _POLE]
        if poles:  # between two points it is as if nothing was there
            x = np.unique([*x, *poles])
            f, slope = at(x)
            f[np.isin(x, poles)] = np.nan
        jumps = _jumps(at, x, f, 0) + _jumps(at, x, slope, 1)
        places = {place for place, size in jumps if size <= _POLE and low < place < high}
        kinks = tuple(_kink(at, place, _NEAR * (high - low)) for place in sorted(places))
        edges = tuple(_edges(at, x, f))
    return Curve(x, f, np.where(np.isfinite(f), slope, np.nan), kinks, edges)


class _Evaluated:
    """A function and its derivative, of arrays, or of single numbers where it takes no arrays."""

    def __init__(self, operation: str, name: str, function: Function) -> None:
        self._operation, self._name, self._function = operation, name, function
        self._one_by_one = False

    def check(self, x: Array) -> None:
        """See how the function takes its numbers.

        Raises:
            DomainError: if an output depends on more than one input.
            DtypeError: if it gives no numbers.
        """
        try:
            shape = self(x)[0].shape
        except (TypeError, ValueError):
            shape = None
        self._one_by_one = shape != x.shape
        if not np.array_equal(self(x[::2])[0], self(x)[0][::2], equal_nan=True):
            raise DomainError(
                f"{self._operation}(): {self._name} is no function of one number: an output of it depends on "
                "the other inputs, or on chance"
            )

    def __call__(self, x: Array) -> tuple[Array, Array]:
        with np.errstate(all="ignore"):
            if not self._one_by_one:
                return self._differentiated(Tensor(x, requires_grad=True))
            pairs = [self._differentiated(Value(number)) for number in x.tolist()]
            return np.array([float(f) for f, _ in pairs]), np.array([float(slope) for _, slope in pairs])

    def _differentiated(self, x: Node) -> tuple[Array, Array]:
        y = self._function(x)
        data = np.asarray(y.data if isinstance(y, Node) else y)
        if data.dtype.kind not in "fiub":
            raise DtypeError(f"{self._operation}(): {self._name} has to give numbers, got {type(y).__name__}")
        slope = np.zeros(np.shape(x.data))
        if isinstance(y, Node) and y.requires_grad:
            one = np.ones_like(data) if isinstance(y, Tensor) else 1.0
            slope = np.asarray(dict(sweep([y], [one])).get(x, slope), dtype=float)
        return data.astype(float), slope


def _jumps(at: _Evaluated, x: Array, values: Array, which: int) -> list[tuple[float, float]]:
    """Where f (0) or f′ (1) jumps, and how far, as a share of its whole range: found by halving the steps in
    which it changes most, for a jump does not get smaller with its step.
    """
    seen = values[np.isfinite(values)]
    size = float(np.ptp(seen)) if seen.size else 0.0
    with np.errstate(all="ignore"):
        before = np.abs(np.diff(values))
    i = np.flatnonzero(np.isfinite(before) & (before > max(_JUMP * size, 1e-9)))
    left, right, a, b = x[i], x[i + 1], values[i], values[i + 1]
    for _ in range(_HALVINGS if i.size else 0):
        middle = 0.5 * (left + right)
        here = at(middle)[which]
        first = np.abs(here - a) >= np.abs(b - here)
        left, a = np.where(first, left, middle), np.where(first, a, here)
        right, b = np.where(first, middle, right), np.where(first, here, b)
    change = np.abs(b - a)
    found = change > 0.5 * before[i]
    places = (round(place, 8) + 0.0 for place in (0.5 * (left + right))[found].tolist())
    return list(zip(places, (change[found] / max(size, 1e-300)).tolist(), strict=True))


def _kink(at: _Evaluated, place: float, near: float) -> Kink:
    f, slope = (values.tolist() for values in at(np.array([place - near, place, place + near])))
    return Kink(place, (f[0], f[1], f[2]), (slope[0], slope[1], slope[2]))


def _edges(at: _Evaluated, x: Array, f: Array) -> Iterator[Edge]:
    """The ends of where the function has values, found by halving."""
    has = np.isfinite(f)
    for i in np.flatnonzero(has[1:] != has[:-1]).tolist():
        inside, outside = (x[i + 1], x[i]) if has[i + 1] else (x[i], x[i + 1])
        for _ in range(_HALVINGS):
            middle = 0.5 * (inside + outside)
            inside, outside = (
                (middle, outside) if np.isfinite(at(np.array([middle]))[0][0]) else (inside, middle)
            )
        place = round(float(inside), 8) + 0.0
        closed = bool(np.isfinite(at(np.array([place]))[0][0])) and place not in x[~has]
        steep = abs(float(at(np.array([inside]))[1][0])) > _STEEP
        yield Edge(place, closed, bool(has[i + 1]), steep)
