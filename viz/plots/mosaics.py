"""Many small pictures in one: kernels, feature maps, and what each hidden unit would like to see."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import DtypeError, IndexRangeError, ShapeError

from .canvas import GREY, Array, Axes, finite, load, numbers, one_axes, whole
from .grids import pair

SIGNED = "RdBu"
"""Vermilion for negative, white for 0, blue for positive, as in the drawings of networks."""
_MOST_MARKED = 2_500
"""Up to this many cells the negative ones carry a dot, for print without colour."""


def filters(weights: Any, *, columns: int | None = None, ax: Axes | None = None) -> Axes:
    """Draw the kernels of a convolution: blue positive, white 0, red and dotted negative.

    Kernels of three input channels are shown in colour, 0 as grey. Of other counts each input channel has
    a column of its own, and each filter a row.

    Args:
        weights: (filters, channels, height, width), or (filters, height, width), or a layer that has them.
        columns: how many kernels stand side by side where each filter has one; a near-square when None.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: for another shape.
        DomainError: for NaN, infinities or no weights.
        DtypeError: if these are no numbers.

    >>> import numpy as np
    >>> axes = filters(np.array([[[[-1.0, 1.0]]], [[[0.5, 0.0]]]]))
    >>> axes.get_title(), axes.images[0].get_clim()
    ('2 filters of 1×2', (-1.0, 1.0))
    """
    array = numbers("filters", "weights", getattr(weights, "weight", weights))
    if array.ndim == 3:
        array = array[:, None]
    if array.ndim != 4:
        hint = "; maximally_exciting() draws dense weights" if array.ndim == 2 else ""
        raise ShapeError(
            f"filters(): weights are (filters, channels, height, width), got {array.shape}{hint}"
        )
    array = finite("filters", "weights", array).astype(float)
    count, channels, height, width = array.shape
    largest = float(np.abs(array).max()) or 1.0
    what = f"{count} filters of {height}×{width}" if count != 1 else f"1 filter of {height}×{width}"
    if channels == 3:
        tiles = np.moveaxis(0.5 + 0.5 * array / largest, 1, -1)
        across = _columns("filters", columns, count)
        return _shown("filters", ax, tiles, across, what + " in colour (grey is 0)")
    across = _columns("filters", columns, count) if channels == 1 else channels
    tiles = array.reshape(-1, height, width)
    title = what if channels == 1 else f"{what}, {channels} channels"
    scale = load("matplotlib", "filters").colormaps[SIGNED].with_extremes(bad="#c4c4c4")
    ax = _shown("filters", ax, tiles, across, title, cmap=scale, vmin=-largest, vmax=largest)
    marked = _mark_negative(ax, tiles, across)
    _scale(ax, "weight (dot: negative)" if marked else "weight")
    if channels > 1:
        _number(ax, tiles.shape, across)
        ax.set(xlabel="input channel", ylabel="filter")
    return ax


def feature_maps(
    activations: Any, *, sample: int = 0, columns: int | None = None, ax: Axes | None = None
) -> Axes:
    r"""Draw what a layer makes of one image, map by map, on one scale; a map of nothing but 0 is crossed out.

    Args:
        activations: (samples, channels, height, width), or (channels, height, width) of one sample.
        sample: which one, counted from 0, from the end when negative.
        columns: how many maps stand side by side; a near-square when None.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: for another shape.
        IndexRangeError: if there is no such sample.
        DomainError: for NaN, infinities or no activations.
        DtypeError: if these are no numbers.

    >>> import numpy as np
    >>> axes = feature_maps(np.arange(32.0).reshape(2, 4, 2, 2) * np.array([0, 1, 1, 1])[:, None, None])
    >>> axes.get_title()
    '4 feature maps of 2×2,\n1 of them 0 everywhere (crossed out)'
    """
    array = finite("feature_maps", "activations", activations)
    if array.ndim == 3:
        array = array[None]
    if array.ndim != 4:
        raise ShapeError(
            f"feature_maps(): activations are (samples, channels, height, width), got {array.shape}"
        )
    if isinstance(sample, bool) or not isinstance(sample, int | np.integer):
        raise DtypeError(f"feature_maps(): sample is a whole number, got {sample!r}")
    if not -len(array) <= sample < len(array):
        raise IndexRangeError(f"feature_maps(): no sample {sample} among {len(array)}")
    tiles = array[sample].astype(float)
    count, height, width = tiles.shape
    silent = ~tiles.any(axis=(1, 2))
    title = f"{count} feature map{'s' * (count != 1)} of {height}×{width}"
    if silent.any():
        title += f",\n{int(silent.sum())} of them 0 everywhere (crossed out)"
    across = _columns("feature_maps", columns, count)
    ax = _shown("feature_maps", ax, tiles, across, title, cmap="viridis")
    for i in np.flatnonzero(silent):
        top, left = _corner(int(i), tiles.shape, across)
        edges = np.array([[left - 0.5, left + width - 0.5], [top - 0.5, top + height - 0.5]])
        ax.plot(edges[0], edges[1], color="white", linewidth=1.2, label=f"silent {i}")
        ax.plot(edges[0], edges[1][::-1], color="white", linewidth=1.2, label=f"silent {i}")
    _scale(ax, "activation")
    return ax


def maximally_exciting(
    weight: Any, *, shape: Sequence[int] | None = None, columns: int | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the image of length 1 that excites each hidden unit most: x_j = W_ij / sqrt(sum_j W_ij²).

    By the Cauchy-Schwarz inequality no other image of that length gives unit i a larger weighted sum. Each
    image has its own scale, 0 is the middle grey. A unit whose weights are all 0 has no such image and
    stays grey (Ng, 2011, "Sparse autoencoder", CS294A lecture notes, section 4).

    Args:
        weight: (hidden units, inputs), as ``Linear.weight`` is stored, or a layer that has it.
        shape: height and width of an input; a square when None.
        columns: how many stand side by side; a near-square when None.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: for another shape, or inputs that do not fill the image.
        DomainError: for NaN, infinities or no weights.
        DtypeError: if these are no numbers.

    >>> import numpy as np
    >>> axes = maximally_exciting(np.array([[3.0, 0.0, 0.0, 4.0]]))
    >>> np.asarray(axes.images[0].get_array())[1:3, 1:3]
    array([[0.75, 0.  ],
           [0.  , 1.  ]])
    """
    array = numbers("maximally_exciting", "weight", getattr(weight, "weight", weight))
    if array.ndim != 2:
        raise ShapeError(f"maximally_exciting(): weight is (hidden units, inputs), got {array.shape}")
    array = finite("maximally_exciting", "weight", array).astype(float)
    count, inputs = array.shape
    if shape is None:
        side = math.isqrt(inputs)
        if side * side != inputs:
            raise ShapeError(
                f"maximally_exciting(): {inputs} inputs are no square image; say shape=(height, width)"
            )
        shape = (side, side)
    size = pair("maximally_exciting", "shape", shape, 1)
    if math.prod(size) != inputs:
        raise ShapeError(f"maximally_exciting(): {inputs} inputs do not fill an image of {size}")
    length = np.sqrt(np.sum(array**2, axis=1, keepdims=True))
    images = np.divide(array, length, out=np.zeros_like(array), where=length > 0)
    largest = np.abs(images).max(axis=1, keepdims=True)
    tiles = np.divide(images, largest, out=np.zeros_like(images), where=largest > 0).reshape(count, *size)
    across = _columns("maximally_exciting", columns, count)
    title = f"what excites each of {count} unit{'s' * (count != 1)} most"
    ax = _shown("maximally_exciting", ax, tiles, across, title, cmap="gray", vmin=-1, vmax=1)
    _scale(ax, "pixel / largest of its image", ticks=[-1, 0, 1])
    return ax


def _columns(operation: str, columns: int | None, count: int) -> int:
    if columns is None:
        return math.ceil(math.sqrt(count))
    return min(whole(operation, "columns", columns), count)


def _corner(i: int, shape: Sequence[int], across: int) -> tuple[int, int]:
    """The row and column of the first pixel of tile i; between tiles there is a gap of one pixel."""
    return 1 + i // across * (shape[1] + 1), 1 + i % across * (shape[2] + 1)


def _shown(
    operation: str,
    ax: Axes | None,
    tiles: Array,
    across: int,
    title: str,
    **how: Any,
) -> Axes:
    """One image with all tiles; the gaps are NaN, or white where the tiles have colours."""
    count, height, width = tiles.shape[:3]
    rows = math.ceil(count / across)
    size = (1 + rows * (height + 1), 1 + across * (width + 1))
    picture = np.full((*size, *tiles.shape[3:]), 1.0 if tiles.ndim == 4 else np.nan)
    for i, tile in enumerate(tiles):
        top, left = _corner(i, tiles.shape, across)
        picture[top : top + height, left : left + width] = tile
    ratio = min(max(size[0] / size[1], 0.35), 2.0)
    ax = one_axes(operation, ax, (6.0, 0.8 + 5.0 * ratio))
    ax.imshow(picture, interpolation="nearest", **how)
    ax.set(xticks=[], yticks=[], title=title)
    ax.spines[:].set_visible(False)
    return ax


def _scale(ax: Any, label: str, **how: Any) -> None:
    """A colour bar: below a wide mosaic, beside any other."""
    rows, columns = ax.images[0].get_array().shape[:2]
    below = rows < 0.55 * columns
    where = {"location": "bottom", "shrink": 0.6} if below else {"location": "right", "shrink": 0.85}
    ax.figure.colorbar(ax.images[0], ax=ax, **where, **how).set_label(label)


def _mark_negative(ax: Any, tiles: Array, across: int) -> bool:
    """A dot in each negative cell, if there are few enough to be seen."""
    if tiles.size > _MOST_MARKED or not (tiles < 0).any():
        return False
    places = [
        (left + column, top + row)
        for i, tile in enumerate(tiles)
        for top, left in [_corner(i, tiles.shape, across)]
        for row, column in np.argwhere(tile < 0)
    ]
    size = min(40.0, 400 / ax.images[0].get_array().shape[1])
    ax.scatter(
        *np.array(places).T, s=size, color="black", edgecolors="white", linewidths=0.5, label="negative"
    )
    return True


def _number(ax: Any, shape: Sequence[int], across: int) -> None:
    """Ticks that count the rows and columns of tiles."""
    rows = shape[0] // across
    for count, set_ticks, size in ((across, ax.set_xticks, shape[2]), (rows, ax.set_yticks, shape[1])):
        every = max(1, count // 12)
        drawn = range(0, count, every)
        set_ticks([1 + i * (size + 1) + (size - 1) / 2 for i in drawn], [str(i) for i in drawn])
    ax.tick_params(length=0, colors=GREY)
