"""How far to go along a direction: a step that satisfies the strong Wolfe conditions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from .optimizer import Array

__all__ = ["Point", "strong_wolfe"]

_DECREASE, _FLATTENING = 1e-4, 0.9  # c1 and c2 of the conditions
_MARGIN = 0.1  # a trial this near to an end of the bracket, as a part of it, makes too little progress


class Point(NamedTuple):
    """A point on the line: how far along, the loss, its gradient, and its slope along the line."""

    length: float
    loss: float
    gradient: Array
    slope: float


def strong_wolfe(
    along: Callable[[float], tuple[float, Array]],
    length: float,
    extent: float,
    start: Point,
    direction: Array,
    *,
    tolerance_change: float,
    max_steps: int,
) -> tuple[Point, int]:
    """A length t with f(t) <= f(0) + c1 t f'(0) and |f'(t)| <= -c2 f'(0).

    Args:
        along: the loss and gradient at a length.
        length: the first that is tried.
        extent: the largest component of the direction.
        start: the point of length 0; it slopes down.
        direction: the direction, to tell slopes from gradients.
        tolerance_change: a bracket that moves no parameter more than this is small enough.
        max_steps: the most trials after the first.

    Returns:
        The best point found, and how often the loss was evaluated.

    Source: Nocedal and Wright (2006), "Numerical optimization", algorithms 3.5 and 3.6, with cubic
    interpolation, eq. 3.59.

    >>> import numpy as np
    >>> def parabola(t):
    ...     return (t - 2.0) ** 2, np.array([2 * (t - 2.0)])
    >>> line = dict(extent=1.0, start=Point(0.0, 4.0, np.array([-4.0]), -4.0), direction=np.ones(1))
    >>> found, used = strong_wolfe(parabola, 8.0, **line, tolerance_change=1e-9, max_steps=20)
    >>> found.length, used
    (2.0, 2)
    """

    def at(length: float) -> Point:
        loss, gradient = along(length)
        return Point(length, loss, gradient, float(gradient @ direction))

    def too_high(point: Point) -> bool:
        return point.loss > start.loss + _DECREASE * point.length * start.slope

    def flat_enough(point: Point) -> bool:
        return abs(point.slope) <= -_FLATTENING * start.slope

    # 1. go on until a minimum lies between two points
    before, now, used = start, at(length), 0
    while used < max_steps:
        if too_high(now) or (used > 1 and now.loss >= before.loss):
            break
        if flat_enough(now):
            return now, used + 1
        if now.slope >= 0:
            break
        low, high = now.length + 0.01 * (now.length - before.length), now.length * 10
        before, now = now, at(_lowest_of_cubic(before, now, low, high))
        used += 1
    else:
        before = start
    # 2. close in on it
    bracket = [before, now]
    best = 0 if before.loss <= now.loss else 1
    stalled = False
    while used < max_steps and abs(bracket[1].length - bracket[0].length) * extent >= tolerance_change:
        ends = sorted(point.length for point in bracket)
        trial, stalled = _kept_inside(_lowest_of_cubic(bracket[0], bracket[1], *ends), ends, stalled)
        point = at(trial)
        used += 1
        if too_high(point) or point.loss >= bracket[best].loss:
            bracket[1 - best] = point
            best = 0 if bracket[0].loss <= bracket[1].loss else 1
            continue
        if flat_enough(point):
            return point, used + 1
        if point.slope * (bracket[1 - best].length - bracket[best].length) >= 0:
            bracket[1 - best] = bracket[best]
        bracket[best] = point
    return bracket[best], used + 1


def _lowest_of_cubic(a: Point, b: Point, low: float, high: float) -> float:
    """Where the cubic through two points with their slopes is lowest, within bounds."""
    if a.length > b.length:
        a, b = b, a
    width = b.length - a.length
    if width:
        bend = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.length - b.length)
        square = bend * bend - a.slope * b.slope
        if square >= 0:
            root = math.sqrt(square)
            divisor = b.slope - a.slope + 2 * root
            if divisor:
                return min(max(b.length - width * ((b.slope + root - bend) / divisor), low), high)
    return (low + high) / 2


def _kept_inside(trial: float, ends: list[float], stalled: bool) -> tuple[float, bool]:
    """A trial away from the ends of the bracket, at the latest the second time that it is near one."""
    low, high = ends
    margin = _MARGIN * (high - low)
    if min(high - trial, trial - low) >= margin:
        return trial, False
    if not (stalled or trial >= high or trial <= low):
        return trial, True
    return (high - margin if abs(trial - high) < abs(trial - low) else low + margin), False
