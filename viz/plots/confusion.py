"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, ShapeError

from ..picture.heat import text_colour
from .canvas import Axes, class_names, finite, load, numbers, one_axes

_MOST = 40


def confusion_matrix(matrix: Any, labels: Sequence[Any] | None = None, ax: Axes | None = None) -> Axes:
    """Draw a confusion matrix: rows are the true classes, columns the predicted ones.

    Each cell has its count; the darker it is, the larger its share of the row, so that small classes are
    seen as well as large ones. The diagonal, where the predictions are right, is framed.

    Args:
        matrix: (K, K) counts.
        labels: what the K classes are called; their numbers when None.
        ax: where to draw; a new figure when None.

    Raises:
        ShapeError: if the matrix is not square, or the labels are another number.
        DomainError: for negative counts, NaN, no or more than 40 classes.
        DtypeError: if these are no numbers.

    >>> axes = confusion_matrix([[8, 2], [1, 9]], ["cat", "dog"])
    >>> axes.get_title(), [text.get_text() for text in axes.texts]
    ('17 of 20 right (85.0%)', ['8', '2', '1', '9'])
    """
    counts = numbers("confusion_matrix", "matrix", matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ShapeError(f"confusion_matrix(): the matrix is square, (K, K), got {counts.shape}")
    counts = finite("confusion_matrix", "matrix", counts)
    size = len(counts)
    if (counts < 0).any():
        raise DomainError(f"confusion_matrix(): counts are not negative, got {counts.min()}")
    if size > _MOST:
        raise DomainError(f"confusion_matrix(): at most {_MOST} classes can be read, got {size}")
    names = class_names("confusion_matrix", "labels", labels, size, "{}")
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    cell = 0.55 if size <= 12 else 0.4
    ax = one_axes("confusion_matrix", ax, (max(4.4, 2.4 + cell * size), max(2.8, 1.4 + cell * size)))
    image = ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    ax.figure.colorbar(image, ax=ax, shrink=0.85, format=_percent()).set_label("share of the true class")
    letters = max(len(_count(n)) for n in counts.flat)
    font = min(11.0, 10.5 * cell / 0.55 * 4 / max(letters, 3))
    font *= load("matplotlib", "confusion_matrix").rcParams["font.size"] / 10
    to_hex = load("matplotlib.colors", "confusion_matrix").to_hex
    for (row, column), count in np.ndenumerate(counts):
        colour = text_colour(to_hex(image.cmap(float(shares[row, column]))))
        ax.text(column, row, _count(count), ha="center", va="center", color=colour, fontsize=font)
    rectangle = load("matplotlib.patches", "confusion_matrix").Rectangle
    for i in range(size):
        ax.add_patch(rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=1.2))
    turned = max(map(len, names)) > 3
    ax.set_xticks(range(size), names, rotation=45 if turned else 0, ha="right" if turned else "center")
    ax.set_yticks(range(size), names)
    total, right = counts.sum(), np.trace(counts)
    summary = f"{_count(right)} of {_count(total)} right ({right / total:.1%})" if total else "no samples"
    ax.set(xlabel="predicted class", ylabel="true class", title=summary)
    return ax


def _count(number: Any) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:.2g}"


def _percent() -> Any:
    return load("matplotlib.ticker", "confusion_matrix").PercentFormatter(1.0)
