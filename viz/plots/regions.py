"""Which class a model gives to every point of a plane, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from autograd_core import DomainError, ShapeError, no_grad

from ..graph.running import evaluating
from .canvas import (
    BLUE,
    COLOURS,
    MARKERS,
    VERMILION,
    Array,
    Axes,
    class_names,
    finite,
    load,
    numbers,
    one_axes,
    span,
    whole,
)
from .points import Asked

Outputs = Literal["auto", "logits", "probabilities"]
_NAME = "decision_boundary"
_MOST = 7
"""This many classes have a colour and a marker of their own."""
_STEPS, _STEPS_ONE_BY_ONE = 200, 60


def decision_boundary(
    model: Callable[..., Any],
    x: Any = None,
    y: Any = None,
    *,
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    outputs: Outputs = "auto",
    names: Sequence[str] | None = None,
    resolution: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the regions of a classifier of points in the plane, and the points; the paler, the less certain.

    The line is where two classes are equally likely. A point on the wrong side has a thick black rim.
    The model is asked in evaluation mode, without recording: with all points of a grid at once or, if that is
    what it takes, with two coordinates, or with one point at a time, numbers or Values.

    Args:
        model: takes (n, 2) and gives (n,) or (n, 1) for two classes, (n, K) for K; or takes x₁ and x₂, arrays
            or numbers; or takes one point [x₁, x₂] and gives one number or K. A function of Values is one.
        x: (n, 2) points; none when None, then the ranges have to be given.
        y: (n,) classes, 0 ... K - 1; for two classes -1 and 1 also do.
        x_range: the first and the last x₁; as far as the points reach when None.
        y_range: the first and the last x₂.
        outputs: what the model gives: ``logits`` (turned into probabilities by the sigmoid, or by the
            softmax), ``probabilities``, or ``auto``: probabilities if all lie between 0 and 1 (and K of
            them add up to 1), logits otherwise.
        names: what the classes are called.
        resolution: the number of grid points along each axis; when None 200, or 60 for a model that takes one
            point at a time.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: if points, classes, ranges or outputs have other shapes.
        DomainError: for neither points nor ranges, classes that are not counted from 0, more than 7 classes,
            NaN or no points.
        DtypeError: if the model cannot be called, or something is not numbers.

    >>> import numpy as np
    >>> from autograd_core import sigmoid, tanh
    >>> points = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0]])
    >>> axes = decision_boundary(lambda x: sigmoid(4 * x[:, 0]), points, [0, 1, 1])
    >>> axes.get_title()
    '3 of 3 points on the right side'

    Of two numbers, without points:

    >>> axes = decision_boundary(lambda a, b: tanh(a) - b, x_range=(-2, 2), y_range=(-1, 1), resolution=20)
    >>> axes.get_title()
    'regions of 2 classes'
    """
    if outputs not in ("auto", "logits", "probabilities"):
        raise DomainError(f"{_NAME}(): outputs is 'auto', 'logits' or 'probabilities', got {outputs!r}")
    points, classes = _given(x, y)
    low, high = _corners(points, x_range, y_range)
    given = None if resolution is None else whole(_NAME, "resolution", resolution, least=2)
    kind = points.dtype if points is not None and points.dtype.kind == "f" else np.dtype(float)
    with evaluating(_NAME, model), no_grad():
        asked = Asked(_NAME, model)
        asked.find(np.linspace(low, high, 3).astype(kind))
        steps = given or (_STEPS_ONE_BY_ONE if asked.one_by_one else _STEPS)
        across, up = (np.linspace(a, b, steps) for a, b in zip(low, high, strict=True))
        grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype(kind)
        raw = [_finite(asked(part)) for part in (grid, points) if part is not None]
    how = outputs if outputs != "auto" else kind_of(np.concatenate(raw))
    shares = [_probabilities(part, how) for part in raw]
    count = shares[0].shape[1]
    if count > _MOST:
        raise DomainError(f"{_NAME}(): at most {_MOST} classes can be told apart, the model gives {count}")
    titles = class_names(_NAME, "names", names, count, "class {}")
    if classes is not None and classes.max() >= count:
        raise DomainError(f"{_NAME}(): y has class {classes.max()}, but the model gives {count} classes")
    ax = one_axes(_NAME, ax, (6.4, 4.6))
    image = shares[0].reshape(steps, steps, count)
    if count == 2:
        _two(ax, across, up, image[..., 1], titles[1])
    else:
        _several(ax, across, up, image, titles if points is None else ())
    ax.set_title(f"regions of {count} classes")
    if points is not None and classes is not None:
        right = shares[1].argmax(axis=1) == classes
        _points(ax, points, classes, right, titles)
        ax.set_title(f"{int(right.sum())} of {len(points)} points on the right side")
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]), xlabel="$x_1$", ylabel="$x_2$")
    return ax


def _given(x: Any, y: Any) -> tuple[Array | None, Array | None]:
    """The points and their classes, both or none."""
    if x is None and y is None:
        return None, None
    if x is None or y is None:
        there, missing = ("y", "x") if x is None else ("x", "y")
        raise DomainError(
            f"{_NAME}(): points and their classes go together, {there} is given without {missing}"
        )
    points = finite(_NAME, "x", x)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ShapeError(f"{_NAME}(): x has to be points in the plane, shape (n, 2), got {points.shape}")
    return points, _classes(y, len(points))


def _corners(
    points: Array | None, x_range: Sequence[float] | None, y_range: Sequence[float] | None
) -> tuple[Array, Array]:
    """The lower left and the upper right corner of what is drawn."""
    if points is None and (x_range is None or y_range is None):
        raise DomainError(
            f"{_NAME}(): without points the plane has no edge: give x_range and y_range, such as "
            "x_range=(-3, 3), y_range=(-3, 3), or the points and their classes"
        )
    low, high = np.zeros(2), np.zeros(2)
    if points is not None:
        low, high = points.min(axis=0), points.max(axis=0)
        margin = np.where(high > low, 0.1 * (high - low), 1.0)
        low, high = low - margin, high + margin
    for axis, (name, given) in enumerate((("x_range", x_range), ("y_range", y_range))):
        if given is not None:
            low[axis], high[axis] = span(_NAME, name, given)
    return low, high


def _classes(y: Any, count: int) -> Array:
    classes = numbers(_NAME, "y", y)
    if classes.ndim == 2 and classes.shape[1] == 1:
        classes = classes[:, 0]
    if classes.shape != (count,):
        raise ShapeError(
            f"{_NAME}(): y has to be one class for each of the {count} points, got shape {classes.shape}"
        )
    found = np.unique(classes)
    if np.isin(found, [-1, 1]).all() and -1 in found:
        return (classes > 0).astype(int)
    if not np.isfinite(found).all() or (found != np.floor(found)).any() or found[0] < 0:
        raise DomainError(
            f"{_NAME}(): classes are counted 0, 1, 2 ... (or are -1 and 1), got {found[:5].tolist()}"
        )
    return classes.astype(int)


def _finite(output: Array) -> Array:
    return finite(_NAME, "the model's output", output)


def kind_of(raw: Array) -> str:
    """Whether outputs of a classifier, (n, K), are ``probabilities`` by their looks, or ``logits``."""
    within = bool(((raw >= 0) & (raw <= 1)).all())
    adds_up = raw.shape[1] == 1 or np.allclose(raw.sum(axis=1), 1.0, atol=1e-3)
    return "probabilities" if within and adds_up else "logits"


def _probabilities(raw: Array, how: str) -> Array:
    """(n, K), two columns for a single output."""
    if raw.shape[1] == 1:
        if how == "logits":
            raw = 0.5 * (1 + np.tanh(0.5 * raw))  # the sigmoid, which in this form does not overflow
        return np.concatenate([1 - raw, raw], axis=1)
    if how == "probabilities":
        return raw
    powers: Array = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _two(ax: Any, across: Array, up: Array, share: Array, name: str) -> None:
    colours = load("matplotlib.colors", _NAME)
    scale = colours.LinearSegmentedColormap.from_list("two classes", [BLUE, "#ffffff", VERMILION])
    filled = ax.contourf(across, up, share, levels=np.linspace(0, 1, 11), cmap=scale, alpha=0.55)
    if share.min() < 0.5 < share.max():
        ax.contour(across, up, share, levels=[0.5], colors="black", linewidths=1.6)
    bar = ax.figure.colorbar(filled, ax=ax, ticks=[0, 0.25, 0.5, 0.75, 1])
    bar.set_label(f"probability of {name}")


def _several(ax: Any, across: Array, up: Array, shares: Array, names: Sequence[str]) -> None:
    """The colour of the likeliest class, mixed with white as far as the others are likely too; with names in
    the middle of their regions.
    """
    count = shares.shape[2]
    rgb = np.array([load("matplotlib.colors", _NAME).to_rgb(colour) for colour in COLOURS[:count]])
    best, winner = shares.max(axis=2), shares.argmax(axis=2)
    strength = 0.65 * (best[..., None] - 1 / count) / (1 - 1 / count)
    image = 1 - strength * (1 - rgb[winner])
    half = (across[1] - across[0]) / 2, (up[1] - up[0]) / 2
    extent = (across[0] - half[0], across[-1] + half[0], up[0] - half[1], up[-1] + half[1])
    ax.imshow(image.clip(0, 1), origin="lower", extent=extent, aspect="auto", interpolation="bilinear")
    for i in range(count):
        lead = shares[..., i] - np.delete(shares, i, axis=2).max(axis=2)
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.4)
        mine = np.argwhere(winner == i)
        if names and len(mine):
            row, column = mine[np.argmin(((mine - mine.mean(axis=0)) ** 2).sum(axis=1))]
            ax.text(across[column], up[row], names[i], ha="center", va="center", color="black")


def _points(ax: Any, points: Array, classes: Array, right: Array, titles: Sequence[str]) -> None:
    for i, title in enumerate(titles):
        mine = classes == i
        if not mine.any():
            continue
        ax.scatter(
            *points[mine].T, marker=MARKERS[i], color=COLOURS[i], s=38, label=title, zorder=3,
            edgecolors=np.where(right[mine], "white", "black"), linewidths=np.where(right[mine], 0.8, 2.2),
        )  # fmt: skip
    if not right.all():
        ax.scatter(
            [], [], marker="o", color="white", edgecolors="black", linewidths=2.2, s=38, label="wrong side"
        )
    legend = ax.legend(framealpha=0.85)
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        if text.get_text() in titles:  # the handle copies the first point of its class, which may be wrong
            handle.set(edgecolor="white", linewidth=0.8)
