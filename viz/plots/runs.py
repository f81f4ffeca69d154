"""Several trainings in one diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_core import DomainError

from .canvas import COLOURS, DASHES, MARKERS, Axes, by_name, finish, is_logarithmic, load, one_axes
from .curves import columns_of

_NAME = "compare_runs"


def compare_runs(
    histories: Mapping[str, Any], measure: str = "loss", *, against: str = "epoch", ax: Axes | None = None
) -> Axes:
    """Draw one measure of several trainings, such as batch, stochastic and mini-batch descent.

    Each run has a colour, a dash and a marker, and the legend has its last number. Positive numbers over two
    decades or more have a logarithmic axis.

    Args:
        histories: by name, columns by name as for :func:`history`; the runs need not be equally long.
        measure: the column that is drawn, such as ``"loss"`` or ``"validation_loss"``.
        against: the column of the horizontal axis, such as ``"iteration"``, how many steps had been made, or
            ``"learning_rate"``; without a column ``epoch`` the epochs count from 1. A column of your own
            stands beside those of a training: ``{**history.to_dict(), "flops": [...]}``.
        ax: where to draw; a new figure when None.

    Raises:
        DtypeError: if the histories have no names, or no columns of numbers.
        ShapeError: if the columns of a history are not equally long.
        DomainError: for no or more than 7 histories, an unknown column, or no numbers to draw.

    >>> axes = compare_runs({"small steps": {"loss": [3.0, 2.0]}, "large steps": {"loss": [3.0, 1.0, 5.0]}})
    >>> [line.get_label() for line in axes.get_lines()]
    ['small steps (last 2)', 'large steps (last 5)']
    """
    curves = {}
    for name, given in by_name(_NAME, "histories", histories, "{'SGD': history}").items():
        columns = columns_of(_NAME, given)
        for wanted in (measure, *([] if against == "epoch" else [against])):
            if wanted not in columns:
                raise DomainError(
                    f"{_NAME}(): {name!r} has no {wanted!r}; it has {', '.join(columns)}. Columns of your "
                    f"own are added by {{**history.to_dict(), {wanted!r}: [...]}}"
                )
        values = columns[measure]
        curves[str(name)] = (columns.get(against, np.arange(1.0, 1.0 + len(values))), values)
    every = np.concatenate([values for _, values in curves.values()])
    seen = every[np.isfinite(every)]
    if not seen.size:
        raise DomainError(f"{_NAME}(): there are no numbers to draw")
    ax = one_axes(_NAME, ax, (6.0, 4.0))
    for i, (name, (along, values)) in enumerate(curves.items()):
        last = f" (last {values[-1]:.4g})" if len(values) else ""
        ax.plot(
            along, values, color=COLOURS[i], linestyle=DASHES[i], marker=MARKERS[i], markersize=4.5,
            markevery=max(1, len(values) // 12), linewidth=1.8, label=name + last,
        )  # fmt: skip
    if is_logarithmic(seen):
        ax.set_yscale("log")
    if against == "epoch":
        ax.xaxis.set_major_locator(load("matplotlib.ticker", _NAME).MaxNLocator(integer=True))
    return finish(ax, against.replace("_", " "), measure.replace("_", " "))
