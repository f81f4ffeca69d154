"""The curves of a training: every measure by epoch, training beside validation, the best epoch marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import DomainError, DtypeError, ShapeError

from .canvas import BLUE, GREEN, VERMILION, Array, Axes, finish, is_logarithmic, load, numbers, panels

_PREFIXES = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
}
_LOOKS = {
    "training": {"color": BLUE, "linestyle": "-", "marker": "o"},
    "validation": {"color": VERMILION, "linestyle": "--", "marker": "s"},
    "test": {"color": GREEN, "linestyle": "-.", "marker": "^"},
}
_FALLS = ("loss", "error", "perplexity", "cost", "objective")
_RISES = ("accuracy", "precision", "recall", "f1", "score")
_ABOUT = ("epoch", "iteration", "learning_rate", "lr", "seconds", "time")
"""Columns about the training itself: drawn only when asked for."""


def history(
    history: Any,
    ax: Axes | Sequence[Axes] | None = None,
    *,
    smoothing: float = 0.0,
    measures: Sequence[str] | None = None,
) -> list[Axes]:
    """Draw every measure of a training by epoch, one panel for each.

    ``validation_loss`` (or ``val_loss``, ``test_loss``) stands beside ``loss`` (or ``train_loss``). The
    best epoch has a star: of the validation where there is one, the lowest loss or error, the highest
    accuracy, precision, recall, F1 or score. A loss over two decades or more has a logarithmic axis.

    Args:
        history: columns by name, one number for each epoch; NaN where nothing was measured. A column
            ``epoch`` counts the epochs, which otherwise count from 1. Columns of tables (a confusion matrix
            for each epoch) are left out.
        ax: one axes, whose place is divided, or one for each measure; a new figure when None.
        smoothing: the weight of the past in an exponential moving average, 0 <= smoothing < 1; the raw
            curve stays behind it in a paler shade. The average is divided by the sum of its weights, so
            that it starts at the first number (Kingma and Ba, 2015, section 3).
        measures: which measures, without prefix; all but learning rate and time when None.

    Returns:
        The axes, one for each measure.

    Raises:
        DtypeError: if the history has no columns of numbers.
        ShapeError: if the columns are not equally long.
        DomainError: if there is nothing to draw, for an unknown measure or a bad smoothing.

    >>> loss, accuracy = history({"loss": [2.0, 1.0], "validation_loss": [2.1, 1.3], "accuracy": [0.5, 0.9]})
    >>> loss.get_ylabel(), [line.get_label() for line in loss.get_lines()[:2]]
    ('loss', ['training', 'validation'])
    """
    if isinstance(smoothing, bool) or not isinstance(smoothing, int | float | np.number):
        raise DtypeError(f"history(): smoothing is a number, got {smoothing!r}")
    if not 0.0 <= smoothing < 1.0:
        raise DomainError(f"history(): smoothing has to be at least 0 and below 1, got {smoothing}")
    columns = columns_of("history", history)
    epochs = columns.pop("epoch", None)
    if epochs is None:
        epochs = np.arange(1, 1 + len(next(iter(columns.values()), ())))
    grouped = _grouped(columns, measures)
    axes, _ = panels("history", ax, len(grouped), len(grouped), (5.2, 3.6))
    for axis, (measure, curves) in zip(axes, grouped.items(), strict=True):
        _draw(axis, measure, epochs, curves, float(smoothing))
    return axes


def columns_of(operation: str, history: Any) -> dict[str, Array]:
    """The columns of a history, equally long.

    Raises:
        DtypeError: if it has no columns of numbers.
        ShapeError: if they are not equally long.
    """
    if not hasattr(history, "keys") or not hasattr(history, "__getitem__"):
        raise DtypeError(
            f"{operation}() takes columns by name, such as {{'loss': [0.9, 0.5]}}, "
            f"got {type(history).__name__}"
        )
    columns = {}
    for name in history.keys():  # noqa: SIM118  anything with columns, not mappings alone
        column = history[name]
        if isinstance(column, str) or not np.iterable(column):
            raise DtypeError(f"{operation}(): column {name!r} is a list of numbers, got {column!r}")
        if any(isinstance(entry, Mapping) or np.ndim(entry) for entry in column):
            continue
        kept = [math.nan if number is None else number for number in column]
        columns[str(name)] = numbers(operation, f"column {name!r}", kept).astype(float)
    lengths = {name: column.shape for name, column in columns.items()}
    if any(len(shape) != 1 for shape in lengths.values()) or len(set(lengths.values())) > 1:
        raise ShapeError(f"{operation}(): the columns have to be equally long lists, got {lengths}")
    return columns


def _grouped(columns: dict[str, Array], wanted: Sequence[str] | None) -> dict[str, dict[str, Array]]:
    """The columns by what they measure and on which data."""
    grouped: dict[str, dict[str, Array]] = {}
    for name, column in columns.items():
        prefix, _, rest = name.partition("_")
        data, measure = (_PREFIXES[prefix], rest) if prefix in _PREFIXES and rest else ("training", name)
        if data in grouped.get(measure, {}):
            raise DomainError(f"history(): two columns are the {data} {measure}, one of them {name!r}")
        grouped.setdefault(measure, {})[data] = column
    if wanted is None:
        grouped = {measure: curves for measure, curves in grouped.items() if measure not in _ABOUT}
    else:
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        for name in names:
            if name not in grouped:
                raise DomainError(f"history(): no measure {name!r}; there are {', '.join(grouped)}")
        grouped = {name: grouped[name] for name in names}
    if not any(np.isfinite(column).any() for curves in grouped.values() for column in curves.values()):
        raise DomainError("history(): there are no numbers to draw")
    return {m: {d: curves[d] for d in _LOOKS if d in curves} for m, curves in grouped.items()}


def _draw(axis: Any, measure: str, epochs: Array, curves: dict[str, Array], smoothing: float) -> None:
    for data, raw in curves.items():
        look = _LOOKS[data]
        every = max(1, len(raw) // 15)
        if smoothing:
            axis.plot(epochs, raw, color=look["color"], linestyle=look["linestyle"], alpha=0.3, linewidth=1)
        curve = _smoothed(raw, smoothing)
        axis.plot(epochs, curve, **look, markevery=every, markersize=4.5, linewidth=1.8, label=data)
    _mark_best(axis, measure, epochs, curves)
    values = np.concatenate(list(curves.values()))
    seen = values[np.isfinite(values)]
    falls = any(word in measure for word in _FALLS)
    ticker = load("matplotlib.ticker", "history")
    if falls and is_logarithmic(seen):
        axis.set_yscale("log")
    elif not falls and seen.size and seen.min() >= 0 and seen.max() <= 1 and "rate" not in measure:
        axis.yaxis.set_major_formatter(ticker.PercentFormatter(1.0))
    axis.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    axis.margins(y=0.12)
    title = f"smoothing {smoothing:g}" if smoothing else None
    finish(axis, "epoch", measure.replace("_", " "), frameon=True, title=title)


def _smoothed(raw: Array, weight: float) -> Array:
    """The exponential moving average; what was not measured is passed over."""
    if not weight:
        return raw
    smooth, average, total = np.full(len(raw), np.nan), 0.0, 0.0
    for i, number in enumerate(raw):
        if math.isfinite(number):
            average = weight * average + (1 - weight) * float(number)
            total = weight * total + (1 - weight)
            smooth[i] = average / total
    return smooth


def _mark_best(axis: Any, measure: str, epochs: Array, curves: dict[str, Array]) -> None:
    falls = any(word in measure for word in _FALLS)
    if not falls and not any(word in measure for word in _RISES):
        return
    data = "validation" if "validation" in curves else next(iter(curves))
    curve = curves[data]
    if not np.isfinite(curve).any():
        return
    masked = np.where(np.isfinite(curve), curve, np.inf if falls else -np.inf)
    i = int(np.argmin(masked) if falls else np.argmax(masked))
    value = f"{curve[i]:.4g}" if falls else f"{curve[i]:.1%}" if 0 <= curve[i] <= 1 else f"{curve[i]:.4g}"
    axis.axvline(epochs[i], color=_LOOKS[data]["color"], linestyle=":", linewidth=1, alpha=0.8)
    axis.plot(
        epochs[i], curve[i], linestyle="none", marker="*", markersize=15, color=_LOOKS[data]["color"],
        markeredgecolor="black", zorder=5, label=f"best {data}: {value}, epoch {epochs[i]:g}",
    )  # fmt: skip
