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
    whole,
)

Outputs = Literal["auto", "logits", "probabilities"]
_NAME = "decision_boundary"
_MOST = 7
"""This many classes have a colour and a marker of their own."""


def decision_boundary(
    model: Callable[[Any], Any],
    x: Any,
    y: Any,
    *,
    outputs: Outputs = "auto",
    names: Sequence[str] | None = None,
    resolution: int = 200,
    ax: Axes | None = None,
) -> Axes:
    """Draw the regions of a classifier of points in the plane, and the points; the paler, the less certain.

    The line is where two classes are equally likely. A point on the wrong side has a thick black rim.
    The model is called once with all points of a grid and once with ``x``, in evaluation mode, without
    recording.

    Args:
        model: takes (n, 2) and gives (n,) or (n, 1) for two classes, (n, K) for K.
        x: (n, 2) points.
        y: (n,) classes, 0 ... K - 1; for two classes -1 and 1 also do.
        outputs: what the model gives: ``logits`` (turned into probabilities by the sigmoid, or by the
            softmax), ``probabilities``, or ``auto``: probabilities if all lie between 0 and 1 (and K of
            them add up to 1), logits otherwise.
        names: what the classes are called.
        resolution: the number of grid points along each axis.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: if points, classes or outputs have other shapes.
        DomainError: for classes that are not counted from 0, more than 7 classes, NaN or no points.
        DtypeError: if the model cannot be called, or something is not numbers.

    >>> import numpy as np
    >>> from autograd_core import sigmoid
    >>> points = np.array([[-1.0, 0.0], [1.0, 0.5], [0.5, -1.0]])
    >>> axes = decision_boundary(lambda x: sigmoid(4 * x[:, 0]), points, [0, 1, 1])
    >>> axes.get_title()
    '3 of 3 points on the right side'
    """
    points = finite(_NAME, "x", x)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ShapeError(f"{_NAME}(): x has to be points in the plane, shape (n, 2), got {points.shape}")
    if outputs not in ("auto", "logits", "probabilities"):
        raise DomainError(f"{_NAME}(): outputs is 'auto', 'logits' or 'probabilities', got {outputs!r}")
    steps = whole(_NAME, "resolution", resolution, least=2)
    classes = _classes(y, len(points))
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, 0.1 * (high - low), 1.0)
    across, up = (np.linspace(a, b, steps) for a, b in zip(low - margin, high + margin, strict=True))
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    if points.dtype.kind == "f":
        grid = grid.astype(points.dtype)
    with evaluating(_NAME, model), no_grad():
        raw = [_output(model(np.array(part)), len(part)) for part in (grid, points)]
    how = outputs if outputs != "auto" else _kind(np.concatenate(raw))
    shares, predicted = (_probabilities(part, how) for part in raw)
    count = shares.shape[1]
    if count > _MOST:
        raise DomainError(f"{_NAME}(): at most {_MOST} classes can be told apart, the model gives {count}")
    if classes.max() >= count:
        raise DomainError(f"{_NAME}(): y has class {classes.max()}, but the model gives {count} classes")
    titles = class_names(_NAME, "names", names, count, "class {}")
    ax = one_axes(_NAME, ax, (6.4, 4.6))
    image = shares.reshape(steps, steps, count)
    if count == 2:
        _two(ax, across, up, image[..., 1], titles[1])
    else:
        _several(ax, across, up, image)
    right = predicted.argmax(axis=1) == classes
    _points(ax, points, classes, right, titles)
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]), xlabel="$x_1$", ylabel="$x_2$")
    ax.set_title(f"{int(right.sum())} of {len(points)} points on the right side")
    return ax


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


def _output(given: Any, count: int) -> Array:
    array = finite(_NAME, "the model's output", given)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or len(array) != count:
        raise ShapeError(
            f"{_NAME}(): the model has to give ({count},) or ({count}, K) for {count} points, "
            f"got {np.shape(given)}"
        )
    return array.astype(float)


def _kind(raw: Array) -> str:
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


def _several(ax: Any, across: Array, up: Array, shares: Array) -> None:
    """The colour of the likeliest class, mixed with white as far as the others are likely too."""
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
