"""Activation functions with their derivatives: where they saturate, and where they have a kink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import autograd_core
from autograd_core import DomainError, DtypeError

from ..wording import nearest
from .canvas import BLUE, VERMILION, Array, Axes, panels, span, whole
from .kinks import Curve, Edge, Ends, Function, Kink, curve_of

_NAME = "activation_functions"
_MOST = 16
_ACROSS = 4
_MOST_TOLD = 3
"""So many kinks stand in the legend."""
_FAR = 1.5
"""A derivative is cut off at so many times the range of the function."""


def activation_functions(
    functions: Any,
    x_range: Sequence[float] = (-5.0, 5.0),
    *,
    columns: int = _ACROSS,
    ax: Axes | Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw functions of one number with their derivatives, f solid and f′ dashed, one panel for each.

    f′ is the derivative of the engine, not a formula or a difference. Where f or f′ jumps, the ends are open
    circles and the number that the engine takes there is a dot: for the ReLU it is f′(0) = 0. Above stands
    where the function is defined, and how large its slope gets: at 0.25, as of the sigmoid, gradients vanish.

    Args:
        functions: functions or modules, or names in autograd_core; one, several in a list, or by name.
        x_range: the first and the last x.
        columns: how many panels stand side by side in a new figure.
        ax: one axes, whose place is divided, or one for each function; a new figure when None.

    Returns:
        The axes, one for each function.

    Raises:
        DtypeError: for what is no function, or gives no numbers.
        DomainError: for an unknown name, no or more than 16 functions, an empty range, or a function of which
            an output depends on more than one input.
        ShapeError: if the range is not two numbers.

    >>> sigmoid, relu = activation_functions(["sigmoid", "relu"])
    >>> print(sigmoid.get_title())
    sigmoid
    −5 ≤ x ≤ 5
    largest |f′| 0.25 at 0
    >>> [text.get_text() for text in relu.get_legend().get_texts()]
    ['f', 'f′', 'kink at 0: f′(0) = 0']
    """
    named = _named(functions)
    low, high = span(_NAME, "x_range", x_range)
    across = whole(_NAME, "columns", columns)
    drawn = {name: curve_of(_NAME, name, function, (low, high)) for name, function in named.items()}
    axes, _ = panels(_NAME, ax, len(drawn), across, (3.3, 2.9))
    for axis, (name, curve) in zip(axes, drawn.items(), strict=True):
        _draw(axis, name, curve)
    return axes


def _named(functions: Any) -> dict[str, Function]:
    """The functions by their names."""
    if isinstance(functions, Mapping):
        given = [(str(name), function) for name, function in functions.items()]
    else:
        several = functions if isinstance(functions, list | tuple) else [functions]
        given = [(_name(function), function) for function in several]
    if not 1 <= len(given) <= _MOST:
        raise DomainError(f"{_NAME}(): from 1 to {_MOST} functions, got {len(given)}")
    named: dict[str, Function] = {}
    for name, function in given:
        free = next(
            text
            for k in range(1, 2 + len(named))
            if (text := f"{name} ({k})" if k > 1 else name) not in named
        )
        named[free] = _function(function)
    return named


def _name(function: Any) -> str:
    name = getattr(function, "__name__", None) or getattr(function, "name", None) or type(function).__name__
    return function if isinstance(function, str) else "f" if name == "<lambda>" else str(name)


def _function(given: Any) -> Function:
    if not isinstance(given, str):
        if callable(given) and not isinstance(given, type):
            return given  # type: ignore[no-any-return]
        raise DtypeError(f"{_NAME}() takes functions of one number, such as ac.tanh or 'relu', got {given!r}")
    found = getattr(autograd_core, given, None)
    if not callable(found) or isinstance(found, type):
        raise DomainError(
            f"{_NAME}(): no function {given!r} in autograd_core{nearest(given, dir(autograd_core))}"
        )
    return found  # type: ignore[no-any-return]


def _draw(axis: Any, name: str, curve: Curve) -> None:
    for values, label, look, part in (
        (curve.f, "f", {"color": BLUE, "linestyle": "-"}, "f"),
        (curve.slope, "f′", {"color": VERMILION, "linestyle": "--"}, "slope"),
    ):
        x, y = _broken(curve, values, part)
        axis.plot(x, y, label=label, linewidth=1.9, **look)
    for i, kink in enumerate(curve.kinks):
        _mark(axis, kink, i < _MOST_TOLD)
    axis.axhline(0, color="0.5", linewidth=0.8, zorder=0)
    axis.axvline(0, color="0.5", linewidth=0.8, zorder=0)
    inside = _defined(axis, curve)
    axis.set(xlim=(curve.x[0], curve.x[-1]), ylim=_limits(curve), xlabel="x")
    axis.set_title(f"{name}\n{inside}\n{_steepest(curve)}", fontsize="medium")
    axis.grid(True, alpha=0.25)
    axis.legend(framealpha=0.85, fontsize="small")


def _broken(curve: Curve, values: Array, part: str) -> tuple[Array, Array]:
    """The curve with a gap where it jumps, up to its ends on both sides."""
    x, y = curve.x, values
    for kink in curve.kinks:
        ends: Ends = getattr(kink, part)
        if not _apart(ends):
            continue
        keep = x != kink.x
        x, y = x[keep], y[keep]
        i = int(np.searchsorted(x, kink.x))
        x = np.insert(x, i, [kink.x] * 3)
        y = np.insert(y, i, [ends[0], np.nan, ends[2]])
    return x, y


def _mark(axis: Any, kink: Kink, told: bool) -> None:
    """Open circles at the ends, a dot at the number that the engine takes."""
    for ends, colour, what in (
        (kink.f, BLUE, "jump at {0}: f({0})"),
        (kink.slope, VERMILION, "kink at {0}: f′({0})"),
    ):
        if not _apart(ends):
            continue
        left, here, right = ends
        open_ends = [end for end in (left, right) if _apart((end, here, here))]
        look: dict[str, Any] = {
            "linestyle": "none",
            "marker": "o",
            "color": colour,
            "zorder": 4,
            "markersize": 6,
        }
        axis.plot([kink.x] * len(open_ends), open_ends, markerfacecolor=axis.get_facecolor(), **look)
        label = f"{what.format(_short(kink.x))} = {_short(here)}" if told else None
        axis.plot(kink.x, here, label=label, **look)


def _apart(ends: Ends) -> bool:
    """Whether there is a jump between the left and the right."""
    return not np.isclose(ends[0], ends[2], rtol=1e-5, atol=1e-6)


def _defined(axis: Any, curve: Curve) -> str:
    """Where the function has a value, in words; elsewhere the ground is hatched."""
    first, last = (Edge(float(curve.x[k]), True, k == 0, False) for k in (0, -1))
    edges = [*([first] if np.isfinite(curve.f[0]) else []), *curve.edges]
    edges += [last] if np.isfinite(curve.f[-1]) else []
    parts = []
    reached = first.x
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        signs = ["≤" if edge.closed else "<" for edge in (start, end)]
        parts.append(f"{_short(start.x)} {signs[0]} x {signs[1]} {_short(end.x)}")
        _hatched(axis, reached, start.x)
        reached = end.x
    _hatched(axis, reached, last.x)
    return " or ".join(parts[:2]) + " …" * (len(parts) > 2) if parts else "defined nowhere here"


def _hatched(axis: Any, low: float, high: float) -> None:
    if high > low:
        axis.axvspan(low, high, facecolor="none", edgecolor="0.6", hatch="//", linewidth=0, zorder=0)


def _steepest(curve: Curve) -> str:
    """The largest slope, and where it is if that is one place."""
    unbounded = sorted({edge.x for edge in curve.edges if edge.steep})
    slopes = np.abs(np.where(np.isfinite(curve.f), curve.slope, 0.0))
    unbounded = unbounded or curve.x[np.isinf(slopes)].tolist()
    if unbounded:
        return f"f′ without bound at {_short(unbounded[0])}"
    largest = float(np.nanmax(slopes))
    places = np.flatnonzero(slopes >= largest * (1 - 1e-9))
    where = f" at {_short(curve.x[places[0]])}" if len(places) == 1 else ""
    return f"largest |f′| {_short(largest)}{where}"


def _limits(curve: Curve) -> tuple[float, float]:
    """The vertical range: all of f, and f′ unless it is far steeper."""
    f, slope = (values[np.isfinite(values)] for values in (curve.f, curve.slope))
    low, high = (float(f.min()), float(f.max())) if f.size else (-1.0, 1.0)
    reach = _FAR * max(high - low, 1e-3)
    near = slope[(slope > low - reach) & (slope < high + reach)]
    low, high = min(low, near.min(initial=low)), max(high, near.max(initial=high))
    margin = 0.08 * (high - low or 1.0)
    return low - margin, high + margin


def _short(number: float) -> str:
    return f"{round(number, 9) + 0.0:.3g}".replace("-", "−")
