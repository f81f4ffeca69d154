"""Which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import DomainError, ShapeError

from .canvas import finite, load, numbers, one_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
    names = [str(name) for name in (range(size) if labels is None else labels)]
    if isinstance(labels, str) or len(names) != size:
        raise ShapeError(f"confusion_matrix(): {size} classes need as many labels, got {labels!r}")
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    cell = 0.55 if size <= 12 else 0.4
    ax = one_axes("confusion_matrix", ax, (max(4.4, 2.4 + cell * size), max(2.8, 1.4 + cell * size)))
    image = ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    ax.figure.colorbar(image, ax=ax, shrink=0.85, format=_percent()).set_label("share of the true class")
    letters = max(len(_count(n)) for n in counts.flat)
    font = min(11.0, 10.5 * cell / 0.55 * 4 / max(letters, 3))
    font *= load("matplotlib", "confusion_matrix").rcParams["font.size"] / 10
    for (row, column), count in np.ndenumerate(counts):
        colour = _readable_on(image.cmap(float(shares[row, column])))
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


def _readable_on(ground: Sequence[float]) -> str:
    """Black or white, whichever has more contrast (relative luminance: WCAG 2)."""
    rgb = np.asarray(ground[:3])
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else "black"


def _count(number: Any) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:.2g}"


def _percent() -> Any:
    return load("matplotlib.ticker", "confusion_matrix").PercentFormatter(1.0)
