"""How activations and gradients are spread in each layer, and how their variance goes with depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError

from .canvas import (
    BLUE,
    COLOURS,
    DASHES,
    MARKERS,
    VERMILION,
    Array,
    Axes,
    by_name,
    finish,
    load,
    one_axes,
    panels,
)
from .layers import Of, arrays_by_layer

_BINS = 40
_ACROSS = 5
_MOST = 40


def histograms_by_layer(
    source: Any,
    x: Any = None,
    *,
    of: Of = "activations",
    only: str | None = None,
    loss: Callable[[Any], Any] | None = None,
    share_x: bool = True,
    ax: Axes | Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw the spread of activations, or of the gradients that come back to them, layer by layer.

    The numbers that are exactly 0 have a bar of their own, cut off where it would dwarf the rest, and
    hatched as far as they belong to dead units: those that are 0 for every sample. Above stand the
    standard deviation, the share of zeros and how many units are dead.

    Args:
        source: a model; or a computed tensor, such as a loss, whose graph has the layers; or arrays by name
            or in a list, (samples, units, ...).
        x: a batch for the model, which is run in evaluation mode and left as it was.
        of: ``activations`` or ``gradients``.
        only: draw only the layers with this in their name, such as ``"Tanh"``.
        loss: turns the model's output into the number whose gradients are drawn; half the sum of its squares
            when None, or the output itself if it is a single number.
        share_x: whether all panels have the same horizontal axis, so that they can be compared.
        ax: one axes, whose place is divided, or one for each layer; a new figure when None.

    Returns:
        The axes, one for each layer.

    Raises:
        DomainError: if there is no layer, more than 40, or a model but no ``x``.
        GraphError: if nothing was recorded, or there are no gradients.
        DtypeError: if the source is none of these, or holds no numbers.

    >>> import numpy as np
    >>> first, second = histograms_by_layer({"ReLU": np.array([[0.0, 1.0], [0.0, 3.0]]), "Linear": np.eye(2)})
    >>> print(first.get_title())
    ReLU
    std 1.2, 50% are 0
    1 of 2 units dead
    """
    layers = arrays_by_layer("histograms_by_layer", source, x, of, only, loss)
    if len(layers) > _MOST:
        raise DomainError(
            f"histograms_by_layer(): {len(layers)} layers, at most {_MOST} are drawn; choose some with only="
        )
    axes, across = panels("histograms_by_layer", ax, len(layers), _ACROSS, (2.7, 2.5))
    for axis, (name, array) in zip(axes, layers.items(), strict=True):
        _histogram(axis, name, array, of)
    if share_x:
        limits = np.array([axis.get_xlim() for axis in axes])
        for axis in axes:
            axis.set_xlim(limits[:, 0].min(), limits[:, 1].max())
    for i, axis in enumerate(axes):
        if i % across == 0:
            axis.set_ylabel("share of the values")
        if i + across >= len(axes):
            axis.set_xlabel("activation" if of == "activations" else "gradient")
    return axes


def _histogram(axis: Any, name: str, array: Array, of: str) -> None:
    values = array[np.isfinite(array)].astype(float)
    other = values[values != 0]
    dead = _dead(array)
    low, high = (float(other.min()), float(other.max())) if other.size else (-1.0, 1.0)
    if low == high:
        margin = 0.5 * abs(low)
        low, high = low - margin, high + margin
    counts, edges = np.histogram(other, bins=_BINS, range=(low, high))
    width = float(edges[1] - edges[0])
    share = counts / array.size
    axis.bar(edges[:-1], share, width, align="edge", color=BLUE, edgecolor=BLUE, linewidth=0.6, label="not 0")
    top = 1.25 * float(share.max()) or 1.0
    zeros = (values.size - other.size) / array.size
    lost = 0.0 if dead is None else float(dead.mean())
    if zeros:
        look = {"width": 1.5 * width, "edgecolor": VERMILION, "linewidth": 1.0}
        axis.bar(0.0, lost, color="white", hatch="////", label="0, unit dead", **look)
        axis.bar(0.0, zeros - lost, bottom=lost, color="#f6c9a8", label="0", **look)
    axis.set_ylim(0, min(1.02, top) if other.size else 1.02)
    axis.yaxis.set_major_formatter(load("matplotlib.ticker", "histograms_by_layer").PercentFormatter(1.0))
    axis.locator_params(axis="x", nbins=4)
    with np.errstate(all="ignore"):
        spread = f"std {values.std():.2g}" if values.size else "no finite number"
    notes = [name, f"{spread}, {zeros:.0%} are 0" if zeros else spread]
    if dead is not None and dead.any():
        what = "dead" if of == "activations" else "without gradient"
        notes.append(f"{int(dead.sum())} of {dead.size} units {what}")
    if values.size < array.size:
        notes.append(f"{array.size - values.size} NaN or infinite")
    axis.set_title("\n".join(notes), fontsize="medium")


def _dead(array: Array) -> Array | None:
    """Which units, counted along the second axis, are 0 in every sample and at every place."""
    if array.ndim < 2:
        return None
    others = tuple(axis for axis in range(array.ndim) if axis != 1)
    dead: Array = np.count_nonzero(array, axis=others) == 0
    return dead


def variance_by_depth(
    sources: Mapping[str, Any],
    x: Any = None,
    *,
    of: Of = "activations",
    only: str | None = None,
    loss: Callable[[Any], Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the variance of activations or gradients against depth, one line for each way to initialise.

    A level line means that signals pass through all layers; the legend has the ratio of the last layer's
    variance to the first one's (Glorot and Bengio, 2010, "Understanding the difficulty of training deep
    feedforward neural networks", section 4). A variance of 0 has no place on the logarithmic axis and is
    marked at its foot.

    Args:
        sources: by name, each a model, a computed tensor or arrays, as for :func:`histograms_by_layer`.
        x: the batch for the models.
        of: ``activations`` or ``gradients``.
        only: only the layers with this in their name, such as ``"Tanh"``.
        loss: turns a model's output into the number whose gradients are drawn; half the sum of its squares
            when None, or the output itself if it is a single number.
        ax: where to draw; a new figure when None.

    Raises:
        DomainError: if there are no sources or layers, or more than 7 sources.
        GraphError: if nothing was recorded, or there are no gradients.
        DtypeError: if the sources have no names, or hold no numbers.

    >>> axes = variance_by_depth({"shrinking": [[-1.0, 1.0], [-0.1, 0.1]]})
    >>> axes.get_lines()[0].get_label()
    'shrinking (last/first 0.01)'
    """
    operation = "variance_by_depth"
    sources = by_name(operation, "sources", sources, "{'Xavier': model}")
    variances = {}
    with np.errstate(all="ignore"):
        for name, source in sources.items():
            arrays = arrays_by_layer(operation, source, x, of, only, loss).values()
            variances[str(name)] = np.array([float(np.var(array, dtype=float)) for array in arrays])
    ax = one_axes(operation, ax, (6.4, 4.2))
    seen = np.concatenate(list(variances.values()))
    above = seen[np.isfinite(seen) & (seen > 0)]
    foot = float(above.min()) / 3 if above.size else 0.1
    for i, (name, variance) in enumerate(variances.items()):
        depth = np.arange(1, 1 + len(variance))
        drawn = np.where(np.isfinite(variance) & (variance > 0), variance, np.nan)
        none = variance == 0
        notes = []
        if variance[0] > 0 and np.isfinite(variance[-1]):
            notes.append(f"last/first {variance[-1] / variance[0]:.2g}")
        if none.any():
            notes.append("0 everywhere" if none.all() else "hollow: 0")
        look: dict[str, Any] = {"color": COLOURS[i], "marker": MARKERS[i], "markersize": 5.5}
        label = f"{name} ({', '.join(notes)})" if notes else name
        hollow = "none" if none.all() else "full"
        ax.plot(depth, drawn, linestyle=DASHES[i], fillstyle=hollow, label=label, **look)
        if none.any():
            at = depth[none]
            ax.plot(
                at, np.full(len(at), foot), linestyle="none", fillstyle="none", label=f"_0 {name}", **look
            )
    ax.set_yscale("log")
    ax.xaxis.set_major_locator(load("matplotlib.ticker", operation).MaxNLocator(integer=True))
    return finish(ax, "layer", f"variance of the {of}")
