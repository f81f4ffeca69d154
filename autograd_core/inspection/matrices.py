"""Numbers and arrays written out: rounded, a matrix as rows in brackets, of a large one the edges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..namespaces.formulas import formulas
from ..namespaces.latex import latex

__all__ = ["as_latex_matrix", "as_rows", "exact", "short"]

Array = np.ndarray[Any, np.dtype[Any]]
MOST_IN_FULL = 6
"""A matrix of more rows or columns is shown by its edges."""
_EDGE = 2
_MOST_MATRICES = 4
"""Of an array with more than two axes so many matrices are shown."""


def short(x: Any) -> str:
    """A number in four significant digits, with a real minus sign and no zeros at its end.

    >>> short(2.0), short(-1 / 3), short(1234567.0), short(float("-inf"))
    ('2', '−0.3333', '1.235e6', '−∞')
    """
    number = float(f"{float(x):.4g}") + 0.0  # adding 0 turns −0 into 0
    return str(formulas.number(number))


def exact(data: Any) -> bool:
    """Whether the numbers are what is written of them.

    >>> exact(0.25), exact(1 / 3)
    (True, False)
    """
    numbers = np.asarray(data, dtype=float)
    with np.errstate(all="ignore"):
        digits = 3 - np.floor(np.log10(np.where(numbers == 0, 1.0, np.abs(numbers))))
        scaled = np.where(np.isfinite(numbers), np.abs(numbers) * 10.0 ** np.clip(digits, -300, 300), 0.0)
    return bool(np.all(np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.maximum(scaled, 1.0)))


def edges(
    data: Array, written: Callable[[Any], str], most: int, edge: int, dots: tuple[str, str, str]
) -> list[list[str]]:
    """The rows of a matrix, a vector being one row; of a large one the edges, with dots beside, below and in
    the corner.
    """
    data = np.atleast_2d(data)
    places: list[list[int | None]] = [
        [*range(n)] if n <= most else [*range(edge), None, *range(n - edge, n)] for n in data.shape
    ]
    beside, below, corner = dots

    def entry(i: int | None, j: int | None) -> str:
        if i is not None and j is not None:
            return written(data[i, j])
        return beside if i is not None else below if j is not None else corner

    return [[entry(i, j) for j in places[1]] for i in places[0]]


def as_rows(data: Any) -> list[str]:
    """An array as lines of text: a number or a vector is one.

    >>> as_rows(0.5), as_rows(np.array([1.0, -2.0]))
    (['0.5'], ['[1  −2]'])
    >>> print(*as_rows(np.array([[1.0, -0.5], [12.0, 0.0]])), sep=chr(10))
    ⎡ 1  −0.5⎤
    ⎣12     0⎦
    >>> print(*as_rows(np.arange(63.0).reshape(9, 7)), sep=chr(10))
    ⎡ 0   1  ⋯   5   6⎤
    ⎢ 7   8  ⋯  12  13⎥
    ⎢ ⋮   ⋮  ⋱   ⋮   ⋮⎥
    ⎢49  50  ⋯  54  55⎥
    ⎣56  57  ⋯  61  62⎦ shape (9, 7)
    """
    data = np.asarray(data)
    if not data.size:
        return [f"nothing, shape {data.shape}"]
    if data.ndim == 0:
        return [short(data)]
    if data.ndim > 2:
        return [row for block in _blocks(data) for row in block]
    rows = edges(data, short, MOST_IN_FULL, _EDGE, ("⋯", "⋮", "⋱"))
    if data.ndim == 1:
        shape = f" shape {data.shape}" if data.size > MOST_IN_FULL else ""
        return [f"[{'  '.join(rows[0])}]{shape}"]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{x:>{width}}" for x, width in zip(row, widths, strict=True)) for row in rows]
    last = len(lines) - 1
    left = ["[" if not last else "⎡" if not i else "⎣" if i == last else "⎢" for i in range(len(lines))]
    right = ["]" if not last else "⎤" if not i else "⎦" if i == last else "⎥" for i in range(len(lines))]
    framed = [f"{a}{line}{b}" for a, line, b in zip(left, lines, right, strict=True)]
    if max(data.shape) > MOST_IN_FULL:
        framed[-1] += f" shape {data.shape}"
    if not last and len(data) == 1:
        framed[0] = f"[{framed[0]}]"
    return framed


def _blocks(data: Array) -> Iterator[list[str]]:
    """The matrices of an array with more axes, each behind its index."""
    for place in _shown(data):
        head = f"[{', '.join(map(str, place))}] "
        for i, row in enumerate(as_rows(data[place])):
            yield [(" " * len(head) if i else head) + row]
    count = math.prod(data.shape[:-2])
    if count > _MOST_MATRICES:
        yield [f"… {count - _MOST_MATRICES:,} more, shape {data.shape}"]


def _shown(data: Array) -> list[tuple[int, ...]]:
    places = np.ndindex(data.shape[:-2])
    return [place for place, _ in zip(places, range(_MOST_MATRICES), strict=False)]


def as_latex_matrix(data: Any) -> str:
    r"""The same in LaTeX.

    >>> as_latex_matrix(np.array([[1.0, -0.5]])), as_latex_matrix(1e-12)
    ('\\begin{bmatrix}1 & −0.5\\end{bmatrix}', '1 \\cdot 10^{−12}')
    """
    data = np.asarray(data)
    if not data.size:
        return rf"\text{{nothing, shape {data.shape}}}"
    if data.ndim == 0:
        return latex_number(data)
    if data.ndim > 2:
        parts = [as_latex_matrix(data[place]) for place in _shown(data)]
        more = [r"\cdots"] if math.prod(data.shape[:-2]) > _MOST_MATRICES else []
        return r",\ ".join([*parts, *more])
    rows = edges(data, latex_number, MOST_IN_FULL, _EDGE, (r"\cdots", r"\vdots", r"\ddots"))
    lines = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}}{lines}\end{{bmatrix}}"


def latex_number(x: Any) -> str:
    """A number in LaTeX, in four significant digits."""
    return str(latex.number(float(f"{float(x):.4g}") + 0.0))
