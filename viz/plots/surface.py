"""A loss of two parameters as a landscape, with the paths that descents took through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, Node, ShapeError, no_grad

from .canvas import (
    BLACK,
    DASHES,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Array,
    Axes,
    load,
    numbers,
    one_axes,
    span,
    whole,
)

_NAME = "loss_surface"
_PATHS = (VERMILION, SKY, ORANGE, PURPLE, BLACK)
_LEVELS = 24
_DECADES = 2.5


def loss_surface(
    f: Callable[[Any, Any], Any],
    x_range: Sequence[float],
    y_range: Sequence[float],
    *,
    paths: Any = None,
    resolution: int = 120,
    names: Sequence[str] = ("$w_1$", "$w_2$"),
    ax: Axes | None = None,
) -> Axes:
    """Draw the contours of f(x, y), and paths with a hollow start and a star at their end.

    A loss that is positive over more than two decades has logarithmic levels. The legend gives the loss at
    the start and at the end of each path.

    Args:
        f: a loss of two parameters. It is called once with two arrays if it takes them, otherwise with two
            numbers for each point.
        x_range: the first and the last x.
        y_range: the first and the last y.
        paths: (steps, 2) points, or several such by name or in a list, at most five.
        resolution: the number of points along each axis.
        names: what the parameters are called.
        ax: where to draw; a new figure when None.

    Raises:
        DtypeError: if f cannot be called, or gives no number.
        ShapeError: for ranges or paths of other shapes.
        DomainError: for an empty range, too many or empty paths, or a loss that is nowhere finite.

    >>> axes = loss_surface(lambda x, y: x**2 + 3 * y**2, (-2, 2), (-1, 1), paths=[[(2, 1), (1, 0), (0, 0)]])
    >>> axes.get_legend().get_texts()[0].get_text()
    'path 1: 2 steps, 7 → 0'
    """
    if not callable(f):
        raise DtypeError(f"{_NAME}(): f is a function of two numbers, got {type(f).__name__}")
    ends = [span(_NAME, name, given) for name, given in (("x_range", x_range), ("y_range", y_range))]
    count = whole(_NAME, "resolution", resolution, least=2)
    if isinstance(names, str) or len(names) != 2:
        raise ShapeError(f"{_NAME}(): names are those of the two parameters, got {names!r}")
    routes = _routes(paths)
    across, up = (np.linspace(low, high, count) for low, high in ends)
    with no_grad(), np.errstate(all="ignore"):
        height = _heights(f, *np.meshgrid(across, up))
        told = {name: [_at(f, *route[i]) for i in (0, -1)] for name, route in routes.items()}
    finite = height[np.isfinite(height)]
    if not finite.size:
        raise DomainError(f"{_NAME}(): the loss is nowhere finite in these ranges")
    ax = one_axes(_NAME, ax, (6.6, 4.8))
    _contours(ax, across, up, np.ma.masked_invalid(height), finite)
    effects = load("matplotlib.patheffects", _NAME)
    rim = [effects.Stroke(linewidth=3.6, foreground="white"), effects.Normal()]
    for i, (name, route) in enumerate(routes.items()):
        first, last = (f"{value:.3g}".replace("-", "−") for value in told[name])
        steps = f"{len(route) - 1} step{'s' * (len(route) != 2)}"
        ax.plot(
            *route.T, color=_PATHS[i], linestyle=DASHES[i], linewidth=1.8, marker=MARKERS[i], markersize=3.5,
            markevery=max(1, len(route) // 40), path_effects=rim, label=f"{name}: {steps}, {first} → {last}",
        )  # fmt: skip
        bare: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 5}
        ax.plot(
            *route[0], marker="o", markersize=10, markerfacecolor="white", markeredgecolor=_PATHS[i],
            markeredgewidth=2.2, label=f"_start {name}", **bare,
        )  # fmt: skip
        ax.plot(
            *route[-1], marker="*", markersize=16, color=_PATHS[i], markeredgecolor="white",
            label=f"_end {name}", **bare,
        )  # fmt: skip
    if routes:
        ax.legend(framealpha=0.9, title="○ start, ★ end")
    ax.set(xlim=ends[0], ylim=ends[1], xlabel=names[0], ylabel=names[1])
    return ax


def _routes(paths: Any) -> dict[str, Array]:
    if paths is None:
        return {}
    if isinstance(paths, Node):
        paths = np.asarray(paths.data)
    if isinstance(paths, Mapping):
        given = {str(name): path for name, path in paths.items()}
    elif isinstance(paths, np.ndarray) and paths.ndim == 2:
        given = {"path": paths}
    elif isinstance(paths, Sequence | np.ndarray) and not isinstance(paths, str):
        try:
            single = np.ndim(paths) == 2
        except ValueError:  # paths of different lengths
            single = False
        given = {"path": paths} if single else {f"path {i}": path for i, path in enumerate(paths, start=1)}
    else:
        raise DtypeError(f"{_NAME}(): paths are points in the plane, got {type(paths).__name__}")
    if len(given) > len(_PATHS):
        raise DomainError(f"{_NAME}(): at most {len(_PATHS)} paths can be told apart, got {len(given)}")
    routes = {}
    for name, path in given.items():
        route = numbers(_NAME, f"path {name!r}", path)
        if not route.size:
            raise DomainError(f"{_NAME}(): path {name!r} has no points")
        if route.ndim != 2 or route.shape[1] != 2:
            raise ShapeError(
                f"{_NAME}(): path {name!r} is points in the plane, (steps, 2), got {route.shape}"
            )
        routes[name] = route.astype(float)
    return routes


def _heights(f: Callable[[Any, Any], Any], x: Array, y: Array) -> Array:
    """The loss at each point: all at once if f is made for arrays, or one by one."""
    try:
        whole_grid = numbers(_NAME, "the loss", f(x, y))
    except (TypeError, ValueError, IndexError, ArithmeticError, AttributeError):
        whole_grid = np.empty(0)
    if whole_grid.shape == x.shape:
        return whole_grid.astype(float)
    heights = [_at(f, float(a), float(b)) for a, b in zip(x.flat, y.flat, strict=True)]
    return np.array(heights).reshape(x.shape)


def _at(f: Callable[[Any, Any], Any], x: float, y: float) -> float:
    height = numbers(_NAME, "the loss", f(np.float64(x), np.float64(y)))
    if height.size != 1:
        raise ShapeError(f"{_NAME}(): f has to give one number for two, got shape {height.shape}")
    return float(height.reshape(()))


def _contours(ax: Any, across: Array, up: Array, height: Any, finite: Array) -> None:
    low, high = float(finite.min()), float(finite.max())
    positive = finite[finite > 0]
    spans = low >= 0 and positive.size and math.log10(high / float(positive.min())) > _DECADES
    if low == high:
        low, high = low - 0.5, high + 0.5
    how: dict[str, Any] = {}
    if spans:
        foot = max(float(np.quantile(positive, 0.002)), high * 1e-12)
        levels = np.geomspace(foot, high, _LEVELS)
        height = height.clip(foot, None)
        how["norm"] = load("matplotlib.colors", _NAME).LogNorm(foot, high)
    else:
        levels = np.linspace(low, high, _LEVELS)
    filled = ax.contourf(across, up, height, levels=levels, cmap="viridis", alpha=0.8, **how)
    ax.contour(across, up, height, levels=levels, colors="white", linewidths=0.5, alpha=0.6)
    ticker = load("matplotlib.ticker", _NAME)
    locator = ticker.LogLocator() if spans else ticker.MaxNLocator(6)
    ax.figure.colorbar(filled, ax=ax, ticks=locator).set_label(
        "loss (logarithmic levels)" if spans else "loss"
    )
