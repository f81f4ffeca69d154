"""What all plots share: where they draw, what they take for numbers, and their colours.

Matplotlib is imported when the first plot is made. Its settings (``rcParams``) are read and never
changed, and nothing is shown: a notebook shows the figures itself, elsewhere ``matplotlib.pyplot.show()``
does.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_core import DomainError, DtypeError, MissingDependencyError, Node, ShapeError

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes
else:
    Axes = Any  # the name alone: matplotlib is imported when something is drawn

Array = np.ndarray[Any, np.dtype[Any]]

BLUE, VERMILION, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY, BLACK, GREY = "#e69f00", "#56b4e9", "#000000", "#6b6b6b"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
"""The hues of Okabe and Ito (2008), "Color Universal Design"."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)))
"""With each colour goes a marker and a dash, so that colour is never the only difference."""


def load(name: str, operation: str) -> Any:
    """A module of matplotlib.

    Raises:
        MissingDependencyError: if matplotlib is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise MissingDependencyError(
            f"{operation}() draws with matplotlib: pip install 'autograd-core[plots]'"
        ) from None


def one_axes(operation: str, ax: Axes | None, size: tuple[float, float]) -> Axes:
    """The given axes, or those of a new figure of this size in inches.

    A new figure is one of ``matplotlib.pyplot``: notebooks show it at the end of the cell, and
    ``pyplot.close(ax.figure)`` frees it.

    Raises:
        DtypeError: if something else than axes is given.
    """
    if ax is None:
        pyplot = load("matplotlib.pyplot", operation)
        drawn_on: Axes = pyplot.subplots(figsize=_for_letters(operation, size), layout="constrained")[1]
        return drawn_on
    fits: bool = isinstance(ax, load("matplotlib.axes", operation).Axes)
    if not fits:
        raise DtypeError(f"{operation}(): ax is a matplotlib Axes, got {type(ax).__name__}")
    return ax


def _for_letters(operation: str, size: tuple[float, float]) -> tuple[float, float]:
    """The size of a figure, larger for whoever has set larger letters than the usual 10 points."""
    factor = max(1.0, load("matplotlib", operation).rcParams["font.size"] / 10)
    return size[0] * factor, size[1] * factor


def panels(
    operation: str,
    ax: Axes | Sequence[Axes] | None,
    count: int,
    columns: int,
    size: tuple[float, float],
) -> tuple[list[Axes], int]:
    """``count`` axes in rows: of a new figure, in the place of the given axes, or the given ones themselves.

    Args:
        operation: who asks, for the errors.
        ax: None, one axes whose place is divided, or as many axes as there are panels.
        count: how many.
        columns: how many stand side by side in a new figure; in a given place it is what fits best.
        size: width and height of one panel in inches.

    Returns:
        The axes, and how many stand side by side; 1 if the axes were given.

    Raises:
        ShapeError: if the axes given are another number.
        DtypeError: if something else than axes is given.
    """
    if ax is not None and not hasattr(ax, "get_subplotspec") and np.iterable(ax):
        given = list(np.asarray(ax, dtype=object).ravel())
        if len(given) != count:
            raise ShapeError(f"{operation}(): {count} axes are needed, got {len(given)}")
        return [one_axes(operation, each, size) for each in given], 1
    if ax is None:
        columns = min(columns, count)
        rows = math.ceil(count / columns)
        pyplot = load("matplotlib.pyplot", operation)
        whole_size = _for_letters(operation, (size[0] * columns, size[1] * rows))
        figure = pyplot.figure(figsize=whole_size, layout="constrained")
        grid = figure.add_gridspec(rows, columns)
        return [figure.add_subplot(grid[i // columns, i % columns]) for i in range(count)], columns
    place: Any = one_axes(operation, ax, size)  # type: ignore[arg-type]
    if count == 1:
        return [place], 1
    room = place.get_window_extent()
    columns = max(
        range(1, count + 1),
        key=lambda n: min(room.width / n / size[0], room.height / math.ceil(count / n) / size[1]),
    )
    rows = math.ceil(count / columns)
    place.set_axis_off()
    spec = place.get_subplotspec()
    if spec is not None:
        grid = spec.subgridspec(rows, columns)
        axes = [place.figure.add_subplot(grid[i // columns, i % columns]) for i in range(count)]
        return axes, columns
    width, height = 1 / columns, 1 / rows
    axes = [
        place.inset_axes(
            ((i % columns + 0.2) * width, 1 - (i // columns + 0.8) * height, 0.75 * width, 0.55 * height)
        )
        for i in range(count)
    ]
    return axes, columns


def numbers(operation: str, name: str, given: Any) -> Array:
    """An array of real numbers from an array, a tensor, a Value, or lists of these.

    Raises:
        DtypeError: if these are no real numbers.
        ShapeError: if they form no rectangle.
    """
    if isinstance(given, Node):
        given = given.data
    elif (
        isinstance(given, Sequence) and not isinstance(given, str) and any(isinstance(x, Node) for x in given)
    ):
        given = [x.data if isinstance(x, Node) else x for x in given]
    try:
        array = np.asarray(given)
    except ValueError:
        raise ShapeError(f"{operation}(): the rows of {name} are not equally long") from None
    if array.dtype == object and array.size and all(isinstance(x, Node) for x in array.flat):
        array = np.array([x.data for x in array.flat], dtype=float).reshape(array.shape)
    if array.dtype.kind not in "fiub":
        what = f"dtype {array.dtype}" if isinstance(given, np.ndarray) else type(given).__name__
        if isinstance(given, list | tuple):
            what += f" with {next((x for x in array.flat if not isinstance(x, float | int)), None)!r} in it"
        raise DtypeError(f"{operation}(): {name} has to be real numbers, got {what}")
    return array


def whole(operation: str, name: str, given: Any, least: int = 1) -> int:
    """A whole number of at least ``least``.

    Raises:
        DtypeError: if it is not whole.
        DomainError: if it is smaller.
    """
    if isinstance(given, bool) or not isinstance(given, int | np.integer):
        raise DtypeError(f"{operation}(): {name} is a whole number, got {given!r}")
    if given < least:
        raise DomainError(f"{operation}(): {name} has to be at least {least}, got {given}")
    return int(given)


def span(operation: str, name: str, given: Any) -> tuple[float, float]:
    """The first and the last number of a range.

    Raises:
        ShapeError: if these are not two numbers.
        DomainError: if they do not rise, or are not finite.
        DtypeError: if they are no real numbers.
    """
    ends = numbers(operation, name, given)
    if ends.shape != (2,):
        raise ShapeError(f"{operation}(): {name} is the first and the last number, got {given!r}")
    if not np.isfinite(ends).all() or not ends[0] < ends[1]:
        raise DomainError(
            f"{operation}(): {name} has to rise from the first number to the last, got {given!r}"
        )
    return float(ends[0]), float(ends[1])


def finite(operation: str, name: str, given: Any) -> Array:
    """An array with a number in it, of which every number is real and finite.

    Raises:
        DomainError: if it is empty, or has NaN or infinities in it.
        DtypeError: if these are no real numbers.
        ShapeError: if they form no rectangle.
    """
    array = numbers(operation, name, given)
    if not array.size:
        raise DomainError(f"{operation}(): {name} is empty")
    wrong = array.size - int(np.count_nonzero(np.isfinite(array)))
    if wrong:
        raise DomainError(f"{operation}(): {wrong} of the {array.size} numbers of {name} are NaN or infinite")
    return array


def by_name(operation: str, what: str, given: Any, example: str) -> Mapping[str, Any]:
    """The things to compare, by name, no more than there are colours.

    Raises:
        DtypeError: if there are no names.
        DomainError: if there is none, or there are too many.
    """
    if not isinstance(given, Mapping):
        raise DtypeError(f"{operation}() takes {what} by name, such as {example}")
    if not 1 <= len(given) <= len(COLOURS):
        raise DomainError(f"{operation}(): from 1 to {len(COLOURS)} {what}, got {len(given)}")
    return given


def class_names(
    operation: str, name: str, given: Sequence[Any] | None, count: int, otherwise: str
) -> list[str]:
    """The names of the classes, or ``otherwise`` with their numbers where none are given.

    Raises:
        ShapeError: if there are more or fewer names than classes.
    """
    titles = [otherwise.format(i) for i in range(count)] if given is None else [*map(str, given)]
    if isinstance(given, str) or len(titles) != count:
        raise ShapeError(f"{operation}(): {count} classes need as many {name}, got {given!r}")
    return titles


def is_logarithmic(values: Array) -> bool:
    """Whether numbers, all of them finite, are positive and span two powers of ten or more."""
    return bool(values.size and values.min() > 0 and math.log10(values.max() / values.min()) >= 2)


def finish(ax: Axes, x: str, y: str, **legend: Any) -> Axes:
    """Name the axes, and lay a grid and a legend over the drawing."""
    ax.set(xlabel=x, ylabel=y)
    ax.grid(True, alpha=0.25)
    ax.legend(**{"framealpha": 0.85} | legend)
    return ax
