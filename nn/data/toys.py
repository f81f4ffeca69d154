"""Small made-up sets on which a network can be watched while it learns: points of a plane, and one curve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_core import default_dtype

from ..checks import check_count, check_decay, check_not_negative, check_number
from ..randomness import generator_from
from .samples import Array

__all__ = ["circles", "moons", "sine", "spirals", "xor"]

Generator = np.random.Generator | int | None


def moons(n: int = 200, noise: float = 0.1, generator: Generator = None) -> tuple[Array, Array]:
    """Two half circles that reach into each other; no straight line separates them.

    (cos t, sin t) and (1 - cos t, 1/2 - sin t) for t from 0 to π: scikit-learn's ``make_moons``.

    Args:
        n: the number of points; the first moon has half of them, rounded down.
        noise: the standard deviation of what is added to every coordinate.
        generator: draws order and noise, or its seed; the common one (:func:`nn.seed`) when None.

    Returns:
        The points (n, 2) in the default dtype and the labels (n,), 0 or 1, in a random order.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``n`` is not positive or ``noise`` is negative.

    >>> points, labels = moons(100, noise=0.05, generator=0)
    >>> points.shape, labels.shape, sorted(set(labels.tolist()))
    ((100, 2), (100,), [0, 1])
    """
    draw = _checked("moons()", n, noise, generator)
    labels = _labels(n, 2)
    t = _evenly(labels, 0, math.pi, endpoint=True)
    sign = 1 - 2 * labels
    points = np.stack([labels + sign * np.cos(t), labels / 2 + sign * np.sin(t)], axis=1)
    return _mixed(points, labels, noise, draw)


def circles(
    n: int = 200, noise: float = 0.1, generator: Generator = None, *, factor: float = 0.5
) -> tuple[Array, Array]:
    """A small circle in a large one: label 0 on the unit circle, label 1 on the one of radius ``factor``.

    The set is scikit-learn's ``make_circles``.

    Args:
        n: the number of points; the large circle has half of them, rounded down.
        noise: the standard deviation of what is added to every coordinate.
        generator: draws order and noise, or its seed; the common one (:func:`nn.seed`) when None.
        factor: the radius of the small circle, between 0 and 1.

    Returns:
        The points (n, 2) in the default dtype and the labels (n,), 0 or 1, in a random order.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``n`` is not positive, ``noise`` is negative or ``factor`` not between 0 and 1.

    >>> points, labels = circles(6, noise=0, generator=0)
    >>> np.hypot(*points.T).round(3).tolist(), labels.tolist()
    ([0.5, 1.0, 0.5, 0.5, 1.0, 1.0], [1, 0, 1, 1, 0, 0])
    """
    draw = _checked("circles()", n, noise, generator)
    check_decay("circles()", factor=factor)
    labels = _labels(n, 2)
    t = _evenly(labels, 0, 2 * math.pi, endpoint=False)
    radius = np.where(labels == 0, 1.0, factor)
    return _mixed(_polar(radius, t), labels, noise, draw)


def spirals(
    n: int = 200, noise: float = 0.02, generator: Generator = None, *, classes: int = 2, turns: float = 1.0
) -> tuple[Array, Array]:
    """Arms that wind around each other, one for each class; a hard task for a network without depth.

    Radius r from 0 to 1 at the angle 2π (turns · r + class / classes), after Lang and Witbrock, Learning to
    tell two spirals apart, 1988.

    Args:
        n: the number of points, shared out equally among the arms.
        noise: the standard deviation of what is added to every coordinate.
        generator: draws order and noise, or its seed; the common one (:func:`nn.seed`) when None.
        classes: the number of arms.
        turns: how often an arm goes around the origin.

    Returns:
        The points (n, 2) in the default dtype and the labels (n,), from 0 to ``classes`` - 1, in a random
        order.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``n`` or ``classes`` is not positive, or ``noise`` is negative.

    >>> points, labels = spirals(300, generator=0, classes=3)
    >>> points.shape, np.bincount(labels).tolist()
    ((300, 2), [100, 100, 100])
    """
    draw = _checked("spirals()", n, noise, generator)
    check_count("spirals()", classes=classes)
    check_number("spirals()", turns=turns)
    labels = _labels(n, classes)
    radius = _evenly(labels, 0, 1, endpoint=True)
    return _mixed(_polar(radius, 2 * math.pi * (turns * radius + labels / classes)), labels, noise, draw)


def xor(n: int = 200, noise: float = 0.1, generator: Generator = None) -> tuple[Array, Array]:
    """The corners of the unit square, labelled by whether one or the other coordinate is 1, but not both.

    No single neuron can do it (Minsky and Papert, Perceptrons, 1969). ``xor(4, noise=0)`` is the truth table.

    Args:
        n: the number of points, shared out equally among the corners.
        noise: the standard deviation of what is added to every coordinate.
        generator: draws order and noise, or its seed; the common one (:func:`nn.seed`) when None.

    Returns:
        The points (n, 2) in the default dtype and the labels (n,), 0 or 1, in a random order.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``n`` is not positive or ``noise`` is negative.

    >>> points, labels = xor(4, noise=0, generator=0)
    >>> points.tolist(), labels.tolist()
    ([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [1, 0, 1, 0])
    """
    draw = _checked("xor()", n, noise, generator)
    corner = _labels(n, 4)
    first, second = corner // 2, corner % 2
    return _mixed(np.stack([first, second], axis=1), first ^ second, noise, draw)


def sine(n: int = 200, noise: float = 0.1, generator: Generator = None) -> tuple[Array, Array]:
    """Points near the curve y = sin x, x drawn evenly between -π and π: the first task in regression.

    Args:
        n: the number of points.
        noise: the standard deviation of what is added to y.
        generator: draws x and the noise, or its seed; the common one (:func:`nn.seed`) when None.

    Returns:
        x (n, 1) and y (n, 1) in the default dtype, in a random order.

    Raises:
        DtypeError: if an argument has the wrong type.
        DomainError: if ``n`` is not positive or ``noise`` is negative.

    >>> x, y = sine(50, noise=0, generator=0)
    >>> x.shape, y.shape, bool((y == np.sin(x)).all())
    ((50, 1), (50, 1), True)
    """
    draw = _checked("sine()", n, noise, generator)
    x = draw.uniform(-math.pi, math.pi, (n, 1))
    y = np.sin(x) + draw.normal(0, noise, (n, 1))
    return x.astype(default_dtype(), copy=False), y.astype(default_dtype(), copy=False)


def _checked(operation: str, n: Any, noise: Any, generator: Any) -> np.random.Generator:
    check_count(operation, n=n)
    check_not_negative(operation, noise=noise)
    return generator_from(operation, generator)


def _labels(n: int, classes: int) -> Array:
    """Labels in order, as many of each class as of the others, or one more of the last ones."""
    return np.repeat(np.arange(classes), [(n + label) // classes for label in range(classes)])


def _evenly(labels: Array, start: float, stop: float, endpoint: bool) -> Array:
    """For every class by itself, numbers in equal steps from ``start`` to ``stop``."""
    return np.concatenate([np.linspace(start, stop, size, endpoint) for size in np.bincount(labels)])


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _mixed(points: Array, labels: Array, noise: float, draw: np.random.Generator) -> tuple[Array, Array]:
    """In a random order, and with noise."""
    order = draw.permutation(len(points))
    noisy = points[order] + draw.normal(0, noise, points.shape)
    return noisy.astype(default_dtype(), copy=False), labels[order].astype(np.int64)
