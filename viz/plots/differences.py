"""The engine's gradient held against differences, step by step smaller."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, ShapeError, grad, no_grad

from .canvas import BLUE, GREEN, GREY, VERMILION, Array, Axes, finish, finite, one_axes

_NAME = "gradient_check"
_MOST = 100
_FLOOR = 1e-17
"""Errors below, 0 among them, are drawn here: an axis of powers has no 0."""
_EPSILON = float(np.finfo(float).eps)


def gradient_check(
    f: Callable[[Any], Any], x: Any, *, steps: Sequence[float] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how far differences are off the engine's gradient, against their step ε, with both axes in powers.

    The forward difference (f(x + ε) - f(x)) / ε errs by ε, the central one (f(x + ε) - f(x - ε)) / 2ε by ε²,
    until rounding, about 1e-16 / ε, takes over: a V with the slopes 1 and 2 on its right. The complex step
    Im f(x + iε) / ε errs by ε² too, but subtracts nothing and ends exact (Squire and Trapp, 1998, "Using
    complex variables to estimate derivatives of real functions"); it is left out if f takes no complex
    numbers.

    Args:
        f: takes what ``x`` is, a number or an array, and gives one number; made of the engine's functions
            or operators, which take plain and complex numbers too.
        x: where the gradient is checked, in float64, at most 100 numbers.
        steps: the steps ε; 10⁰ ... 10⁻¹⁵ when None.
        ax: where to draw; a new figure when None.

    Raises:
        DtypeError: if f cannot be called, or x is no numbers.
        DomainError: for NaN, steps that are not positive, or more than 100 numbers.
        GraphError: if f gives more than one number.

    >>> axes = gradient_check(lambda x: x**3, 1.0)
    >>> [line.get_label() for line in axes.get_lines()[:3]]
    ['forward difference (slope 1.00)', 'central difference (slope 2.00)', 'complex step (slope 2.00)']
    """
    if not callable(f):
        raise DtypeError(f"{_NAME}(): f is a function of x, got {type(f).__name__}")
    point = finite(_NAME, "x", x).astype(float)
    if point.size > _MOST:
        raise DomainError(f"{_NAME}(): each number costs evaluations of f, at most {_MOST}, got {point.size}")
    if steps is None:
        sizes: Array = np.logspace(0, -15, 46)
    else:
        sizes = np.sort(finite(_NAME, "steps", steps).astype(float).ravel())[::-1]
    if sizes.min() <= 0:
        raise DomainError(f"{_NAME}(): steps are positive, got {sizes.min():g}")
    exact = _exact(f, point)
    scale = float(np.abs(exact).max()) or 1.0
    curves = {
        name: np.maximum(error / scale, _FLOOR) for name, error in _errors(f, point, sizes, exact).items()
    }
    ax = one_axes(_NAME, ax, (6.6, 4.6))
    looks = ((BLUE, "o", "-"), (VERMILION, "s", "--"), (GREEN, "^", "-."))
    for (name, error), (colour, marker, dash) in zip(curves.items(), looks, strict=False):
        slope = _slope(sizes, error)
        label = name if slope is None else f"{name} (slope {slope:.2f})"
        ax.plot(sizes, error, color=colour, marker=marker, linestyle=dash, markersize=4.5, label=label)
    ax.axhline(_EPSILON, color=GREY, linestyle=":", linewidth=1.2, label="rounding of float64")
    ax.set(xscale="log", yscale="log", title="Differences against the gradient of the graph")
    return finish(ax, "step ε", "error relative to the largest element")


def _exact(f: Callable[[Any], Any], point: Array) -> Array:
    """The engine's gradient."""
    result = grad(f)(point if point.ndim else float(point))
    return finite(_NAME, "the gradient", result).astype(float)


def _errors(f: Callable[[Any], Any], point: Array, sizes: Array, exact: Array) -> dict[str, Array]:
    """The largest error among the elements, for each method and step."""

    def value(at: Array) -> Any:
        given = at if at.ndim else at[()]
        result = f(given)
        number = np.asarray(getattr(result, "data", result))
        if number.size != 1:
            raise ShapeError(f"{_NAME}(): f has to give one number, got shape {number.shape}")
        return number.reshape(())[()]

    found: dict[str, list[float]] = {"forward difference": [], "central difference": [], "complex step": []}
    with no_grad(), np.errstate(all="ignore"):
        here = float(value(point))
        complex_too = _takes_complex(value, point)
        for size in sizes:
            off = np.zeros(3)
            for place in np.ndindex(*point.shape):
                unit = np.zeros(point.shape)
                unit[place] = size
                ahead, behind = float(value(point + unit)), float(value(point - unit))
                slopes = [(ahead - here) / size, (ahead - behind) / (2 * size)]
                slopes.append(float(np.imag(value(point + 1j * unit))) / size if complex_too else 0.0)
                off = np.maximum(off, np.abs(np.array(slopes) - exact[place]))
            for errors, error in zip(found.values(), off, strict=True):
                errors.append(float(error))
    if not complex_too:
        del found["complex step"]
    return {name: np.array(errors) for name, errors in found.items()}


def _takes_complex(value: Callable[[Array], Any], point: Array) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)  # an imaginary part thrown away
        try:
            return np.iscomplexobj(value(point + 0j))
        except (TypeError, ValueError, ArithmeticError, np.exceptions.ComplexWarning):
            return False


def _slope(sizes: Array, error: Array) -> float | None:
    """The slope where the formula's own error rules: the step at most 0.1, and rounding far below."""
    ruled = (sizes <= 0.1) & (error > 100 * _EPSILON / sizes) & np.isfinite(error)
    if np.count_nonzero(ruled) < 3:
        return None
    return float(np.polyfit(np.log10(sizes[ruled]), np.log10(error[ruled]), 1)[0])
