"""What a training was like, epoch by epoch."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from autograd_core.errors import DomainError, DtypeError, IndexRangeError
from autograd_core.files import write_whole

from ..checks import check_word
from ..errors import FileFormatError
from ..files.arrays import PathLike, require_suffix
from ..files.reading import read_whole

__all__ = ["Best", "History"]

TABLES = (".json", ".csv")  # how the names of files of histories end
_SHOWN = 12  # epochs in the printed table; of more the first and the last
_FALLS = ("loss", "error", "perplexity")  # smaller is better
_RISES = ("accuracy", "precision", "recall", "f1", "score")


class Best(NamedTuple):
    """The best number of a column, and its epoch, counted from 1."""

    epoch: int
    value: float


class History:
    """Columns of numbers, one for each epoch; a column that came later begins with NaN.

    ``history["loss"]`` is a list; ``len(history)`` is the number of epochs, ``list(history)`` the names of
    the columns. ``first + second`` is one after the other, with the iterations counted on.

    Args:
        columns: lists of equal length, if there are any yet.
        interrupted: whether the training was ended with Ctrl-C.

    Raises:
        DomainError: if the columns are not of equal length.
        DtypeError: for what is no column of numbers.

    >>> import nn
    >>> history = nn.History({"loss": [0.9, 0.5, 0.6], "accuracy": [0.5, 0.75, 0.75]})
    >>> history
    epoch  loss  accuracy
        1   0.9       0.5
        2   0.5      0.75
        3   0.6      0.75
    >>> history.best("loss")
    Best(epoch=2, value=0.5)
    """

    def __init__(self, columns: Mapping[str, Iterable[Any]] | None = None, interrupted: bool = False) -> None:
        self._columns: dict[str, list[Any]] = {}
        self.interrupted = interrupted
        for name, values in (columns or {}).items():
            if not isinstance(name, str) or isinstance(values, str) or not isinstance(values, Iterable):
                raise DtypeError(f"History: a column is a name and a list, got {name!r} and {values!r}")
            self._columns[name] = [_plain(value) for value in values]
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise DomainError(f"History: the columns have to be of equal length, got {lengths}")

    def append(self, numbers: Mapping[str, Any]) -> None:
        """Add an epoch."""
        done, row = len(self), {name: _plain(value) for name, value in numbers.items()}
        for name in row:
            self._columns.setdefault(name, [math.nan] * done)
        for name, column in self._columns.items():
            column.append(row.get(name, math.nan))

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._columns:
            raise IndexRangeError(f"the history has no column {name!r}; it has {self._named()}")
        return self._columns[name]

    def __len__(self) -> int:
        return max(map(len, self._columns.values()), default=0)

    def __iter__(self) -> Any:
        return iter(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History):
            return NotImplemented
        return repr(self._columns) == repr(other._columns)  # NaN stands where NaN stands

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __add__(self, other: History) -> History:
        if not isinstance(other, History):
            return NotImplemented
        joined = History(self._columns, other.interrupted)
        for row in other.rows():
            if "iteration" in row and self._columns.get("iteration"):
                row["iteration"] += self["iteration"][-1]
            joined.append(row)
        return joined

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    def items(self) -> list[tuple[str, list[Any]]]:
        """The names and the columns."""
        return list(self._columns.items())

    def rows(self) -> list[dict[str, Any]]:
        """The epochs, each with its numbers by name."""
        return [{name: column[i] for name, column in self._columns.items()} for i in range(len(self))]

    def best(self, metric: str, mode: str | None = None) -> Best:
        """The best number of a column and the first epoch that had it.

        Args:
            metric: the column.
            mode: "min" if smaller is better, "max" if larger is; None tells it from the name.

        Raises:
            IndexRangeError: if there is no such column.
            DomainError: if nothing was measured, or the name does not tell the mode.
        """
        column = self[metric]
        sign = 1 if mode_of("History.best()", metric, mode) == "min" else -1
        numbers = [(sign * x, i) for i, x in enumerate(column) if _is_number(x) and not math.isnan(x)]
        if not numbers:
            raise DomainError(f"History.best(): the column {metric!r} has no numbers to compare")
        value, i = min(numbers)
        return Best(i + 1, sign * value)

    # -- files ----------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, list[Any]]:
        """Copies of the columns by name.

        >>> import nn
        >>> nn.History({"loss": [0.5]}).to_dict()
        {'loss': [0.5]}
        """
        return {name: list(column) for name, column in self._columns.items()}

    def save(self, path: PathLike) -> None:
        """Write to ``.json`` or ``.csv``; the file appears whole or not at all.

        Raises:
            FileFormatError: for another suffix.

        >>> import nn, tempfile
        >>> history = nn.History({"loss": [0.9, 0.5]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     history.save(f"{folder}/history.csv")
        ...     nn.History.load(f"{folder}/history.csv") == history
        True
        """
        target = Path(path)
        if require_suffix(target, TABLES) == ".json":
            content = {"interrupted": self.interrupted, "columns": _without_nan(self._columns)}
            text = json.dumps(content, indent=1) + "\n"
        else:
            rows = [csv_line([i + 1, *row.values()]) for i, row in enumerate(self.rows())]
            text = "".join([csv_line(["epoch", *self._columns]), *rows])
        write_whole(target, text.encode())

    @classmethod
    def load(cls, path: PathLike) -> Self:
        """The history from a file that :meth:`save` wrote; a ``.csv`` does not say ``interrupted``.

        Raises:
            FileFormatError: if the file is damaged or something else.
            FileNotFoundError: if it is not there.
        """
        source = Path(path)
        kind = require_suffix(source, TABLES)
        read = read_whole(source)
        try:
            if kind == ".json":
                content = json.loads(read)
                columns = {name: list(map(_with_nan, c)) for name, c in content["columns"].items()}
                return cls(columns, bool(content["interrupted"]))
            header, *rows = csv.reader(io.StringIO(read.decode("utf-8-sig")))
            if header[:1] != ["epoch"] or any(len(row) != len(header) for row in rows):
                raise ValueError("its lines do not begin with the epoch, or are not of equal length")
            numbers = [[_from_cell(row[i]) for row in rows] for i in range(1, len(header))]
            return cls(dict(zip(header[1:], numbers, strict=True)))
        except (csv.Error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise FileFormatError(f"{source}: this is no history, or a damaged one: {error}") from None

    # -- display --------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if not len(self):
            return "History of no epochs"
        table = self._table()
        widths = [max(len(row[k]) for row in table if k < len(row)) for k in range(len(table[0]))]
        lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in table]
        return "\n".join([*lines, "interrupted"] if self.interrupted else lines)

    def _repr_html_(self) -> str:
        """The same table, for notebooks."""
        if not len(self):
            return "History of no epochs"
        head, *rows = self._table()
        html = "".join(f"<th>{escape(cell)}</th>" for cell in head)
        for row in rows:
            cells = [*row, *[""] * (len(head) - len(row))]
            html += "</tr><tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        note = "<p>interrupted</p>" if self.interrupted else ""
        return f"<table><tr>{html}</tr></table>{note}"

    def _table(self) -> list[list[str]]:
        """The names, and the epochs that are shown; of many epochs the first and the last."""
        shown = list(range(len(self)))
        if len(self) > _SHOWN:
            shown[_SHOWN // 2 : -_SHOWN // 2] = [-1]
        table = [["epoch", *self._columns]]
        table += [
            [str(i + 1), *(_short(column[i]) for column in self._columns.values())] if i >= 0 else ["..."]
            for i in shown
        ]
        return table

    def _named(self) -> str:
        return ", ".join(map(repr, self._columns)) or "none"


def mode_of(owner: str, metric: str, mode: str | None) -> str:
    """The direction in which a number gets better: as given, or told from its name.

    Raises:
        DomainError: if it is neither, or the name does not tell.
    """
    if mode is not None:
        check_word(owner, ("min", "max"), mode=mode)
        return mode
    for words, found in ((_FALLS, "min"), (_RISES, "max")):
        if any(metric == word or metric.endswith("_" + word) for word in words):
            return found
    raise DomainError(
        f"{owner}: is {metric!r} better when it is smaller or larger? Give mode='min' or mode='max'"
    )


def improves(value: float, best: float, mode: str, by: float = 0.0) -> bool:
    """Whether a number is better than the best so far (NaN: there is none yet), by more than a margin."""
    if math.isnan(value) or math.isnan(best):
        return not math.isnan(value)
    return (best - value if mode == "min" else value - best) > by


def _plain(value: Any) -> Any:
    """A float, or lists of them: what JSON can hold."""
    if isinstance(value, bool | int | float):
        return value
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" and not isinstance(value, list):
        raise DtypeError(f"History: an entry is a number or an array of them, got {value!r}")
    return array.item() if array.ndim == 0 else array.tolist()


def _is_number(x: Any) -> bool:
    return isinstance(x, int | float)


def _without_nan(x: Any) -> Any:
    """JSON knows neither NaN nor infinity: null, and words."""
    if isinstance(x, dict):
        return {name: _without_nan(inner) for name, inner in x.items()}
    if isinstance(x, list):
        return [_without_nan(inner) for inner in x]
    if isinstance(x, float) and not math.isfinite(x):
        return None if math.isnan(x) else str(x)
    return x


def _with_nan(x: Any) -> Any:
    if isinstance(x, list):
        return [_with_nan(inner) for inner in x]
    return math.nan if x is None else float(x) if isinstance(x, str) else x


def csv_line(cells: Iterable[Any]) -> str:
    """Names or numbers as a line of a ``.csv`` file, every digit of them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(map(_cell, cells))
    return line.getvalue()


def _cell(x: Any) -> str:
    if isinstance(x, str):
        return x
    if isinstance(x, float) and math.isnan(x):
        return ""
    return json.dumps(_without_nan(x)) if isinstance(x, list) else repr(x)


def _from_cell(text: str) -> Any:
    if not text:
        return math.nan
    if text[0] == "[":
        return _with_nan(json.loads(text))
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _short(x: Any) -> str:
    if _is_number(x):
        return "" if math.isnan(x) else f"{x:.4g}"
    return "×".join(map(str, np.shape(x)))
