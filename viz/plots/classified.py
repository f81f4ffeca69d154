"""Pictures beside what a classifier makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, ShapeError

from .canvas import BLUE, GREY, VERMILION, Array, Axes, class_names, finite, numbers, panels, whole

_NAME = "predictions"
_MOST = 40
_BARS = 10
"""Of more classes only the likeliest are drawn, and the true one."""


def predictions(
    images: Any,
    probabilities: Any,
    labels: Any = None,
    names: Sequence[str] | None = None,
    *,
    columns: int = 3,
    ax: Axes | Sequence[Axes] | None = None,
) -> list[Axes]:
    """Draw images, each beside bars of its probabilities; right and wrong differ in sign, hatch and colour.

    Each image goes from its own darkest to its own brightest number. A right prediction has ✓ and a blue
    bar. A wrong one has ✗, a hatched vermilion bar, and the true class in blue with a bold name.

    Args:
        images: (n, height, width), (n, channels, height, width) or (n, height, width, channels), with 1 or 3
            channels.
        probabilities: (n, K), each row adds up to 1.
        labels: (n,) true classes, 0 ... K - 1; unknown when None.
        names: what the classes are called; their numbers when None.
        columns: how many stand side by side.
        ax: one axes, whose place is divided, or one for each image; a new figure when None.

    Returns:
        The axes, one for each image; in each there is an image and a diagram of bars (``child_axes``).

    Raises:
        ShapeError: if images, probabilities, labels and names do not fit together.
        DomainError: for rows that do not add up to 1, classes that do not exist, NaN, no or more than 40
            images.
        DtypeError: if something is not numbers.

    >>> import numpy as np
    >>> (axes,) = predictions(np.eye(3)[None], [[0.1, 0.9]], [1], ["cat", "dog"])
    >>> axes.get_title("left")
    '✓ dog 90%'
    """
    pictures = _pictures(images)
    shares = _shares(probabilities, len(pictures))
    count = shares.shape[1]
    truth = _truth(labels, len(pictures), count)
    titles = class_names(_NAME, "names", names, count, "{}")
    across = whole(_NAME, "columns", columns)
    high = 1.0 + 0.19 * min(count, _BARS + 1)
    axes, _ = panels(_NAME, ax, len(pictures), across, (4.2, max(1.9, high)))
    for axis, picture, share, true in zip(axes, pictures, shares, truth, strict=True):
        _draw(axis, picture, share, true, titles)
    return axes


def _pictures(images: Any) -> Array:
    """(n, height, width) or (n, height, width, 3), from 0 to 1 within each image."""
    array = numbers(_NAME, "images", images)
    if array.ndim == 4 and array.shape[-1] not in (1, 3):
        array = np.moveaxis(array, 1, -1)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[-1] != 3):
        raise ShapeError(
            f"{_NAME}(): images are (n, height, width), or with 1 or 3 channels, got {np.shape(array)}"
        )
    array = finite(_NAME, "images", array).astype(float)
    if len(array) > _MOST:
        raise DomainError(f"{_NAME}(): at most {_MOST} images are drawn, got {len(array)}; choose some")
    axes = tuple(range(1, array.ndim))
    low, high = array.min(axis=axes, keepdims=True), array.max(axis=axes, keepdims=True)
    scaled: Array = np.divide(array - low, high - low, out=np.zeros_like(array), where=high > low)
    return scaled


def _shares(probabilities: Any, count: int) -> Array:
    shares = numbers(_NAME, "probabilities", probabilities)
    if shares.ndim != 2 or len(shares) != count or shares.shape[1] < 2:
        raise ShapeError(
            f"{_NAME}(): probabilities of {count} images are ({count}, K), K at least 2, got {shares.shape}"
        )
    shares = finite(_NAME, "probabilities", shares).astype(float)
    sums = shares.sum(axis=1)
    if (shares < 0).any() or not np.allclose(sums, 1.0, atol=1e-3):
        raise DomainError(
            f"{_NAME}(): probabilities lie between 0 and 1 and add up to 1 in each row, got the sum "
            f"{sums[np.argmax(np.abs(sums - 1))]:.4g} and the least {shares.min():.4g}; logits need a softmax"
        )
    return shares


def _truth(labels: Any, images: int, classes: int) -> list[int | None]:
    if labels is None:
        return [None] * images
    truth = numbers(_NAME, "labels", labels)
    if truth.shape != (images,):
        raise ShapeError(f"{_NAME}(): labels of {images} images have shape ({images},), got {truth.shape}")
    if (truth != np.floor(truth)).any() or (truth < 0).any() or (truth >= classes).any():
        raise DomainError(f"{_NAME}(): labels are classes from 0 to {classes - 1}, got {truth.tolist()}")
    return [int(true) for true in truth]


def _draw(axis: Any, picture: Array, share: Array, true: int | None, titles: Sequence[str]) -> None:
    guess = int(share.argmax())
    title = f"{titles[guess]} {share[guess]:.0%}"
    wrong = true is not None and guess != true
    if true is not None:
        title = f"✗ {title}, is {titles[true]}" if wrong else f"✓ {title}"
    axis.set_axis_off()
    axis.set_title(title, fontsize="medium", loc="left", **({"color": VERMILION} if wrong else {}))
    left = axis.inset_axes((0.0, 0.0, 0.42, 1.0))
    left.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    left.set(xticks=[], yticks=[], anchor="NW")
    drawn = _drawn(share, true)
    longest = max(len(titles[i]) for i in drawn)
    start = 0.46 + min(0.022 * longest, 0.3)
    right = axis.inset_axes((start, 0.0, 0.99 - start, 1.0))
    for row, i in enumerate(drawn):
        look: dict[str, Any] = {"color": "#c4c4c4", "edgecolor": GREY}
        if i == true or (true is None and i == guess):
            look = {"color": BLUE, "edgecolor": "black"}
        elif i == guess:
            look = {"color": "white", "edgecolor": VERMILION, "hatch": "////"}
        right.barh(row, share[i], linewidth=0.8, height=0.8, label=titles[i], **look)
    right.set(xlim=(0, 1), ylim=(len(drawn) - 0.4, -0.6), xticks=[0, 0.5, 1])
    right.set_xticklabels(["0", "50%", "100%"], fontsize="x-small")
    right.set_yticks(range(len(drawn)), [titles[i] for i in drawn], fontsize="small")
    for i, text in zip(drawn, right.get_yticklabels(), strict=True):
        if i == true:
            text.set_fontweight("bold")
    right.spines[["top", "right"]].set_visible(False)


def _drawn(share: Array, true: int | None) -> list[int]:
    """The classes that have a bar."""
    if len(share) <= _BARS:
        return list(range(len(share)))
    chosen = sorted(np.argsort(-share, kind="stable")[:_BARS].tolist())
    if true is not None and true not in chosen:
        chosen.append(true)
    return sorted(chosen)
