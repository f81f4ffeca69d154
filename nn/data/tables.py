"""Numbers from text tables and from NumPy's files."""

from __future__ import annotations

import csv
import io
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core.errors import DomainError, DtypeError, IndexRangeError

from ..errors import FileFormatError
from ..files import from_npy, from_npz
from .image_sets import image_dtype
from .samples import glimpse

__all__ = ["read_csv", "read_numpy"]


def read_csv(
    path: str | os.PathLike[str],
    target: str | int | None = None,
    dtype: DTypeLike | None = None,
    *,
    header: bool | None = None,
    delimiter: str = ",",
) -> Any:
    """The numbers of a CSV table: the inputs, and the column that is to be predicted by itself.

    Args:
        path: the file, in UTF-8; empty lines are left out.
        target: the name or the index of the column to be predicted, -1 for the last one.
        dtype: of the numbers, the default dtype when None.
        header: whether the first row names the columns; when None, whether there is no number in it.
        delimiter: what separates two cells.

    Returns:
        The inputs (rows, columns); with a target ``(inputs, targets)``, the targets (rows,) being integers if
        all of them are written as such.

    Raises:
        FileFormatError: if a cell is empty or not a number, rows differ in length, or there are none.
        DomainError: if there is no column of the target's name.
        IndexRangeError: if there is no column of the target's index.
        FileNotFoundError: if the file is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "iris.csv")
    ...     _ = path.write_text("length,width,species\\n5.1,3.5,0\\n6.2,3.4,2\\n")
    ...     read_csv(path, target="species")
    (array([[5.1, 3.5],
           [6.2, 3.4]]), array([0, 2]))
    """
    wanted = image_dtype("read_csv()", dtype)
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise DomainError(f"read_csv(): `delimiter` (={delimiter!r}) has to be a single character")
    table = _Table(Path(path), header, delimiter)
    numbers = np.array([table.numbers(row) for row in range(len(table.rows))], np.float64)
    if target is None:
        return numbers.astype(wanted)
    column = table.column(target)
    if numbers.shape[1] == 1:
        raise DomainError(f"read_csv(): there is no column beside the target in {path}")
    inputs = np.delete(numbers, column, axis=1).astype(wanted)
    targets = numbers[:, column]
    whole = all(_is_whole(cells[column]) for cells in table.rows)
    if whole:
        return inputs, np.array([int(cells[column]) for cells in table.rows], np.int64)
    return inputs, targets.astype(wanted)


def read_numpy(path: str | os.PathLike[str]) -> Any:
    """The array of an ``.npy`` file, or the arrays by name of an ``.npz`` file; nothing in it is executed.

    Raises:
        FileFormatError: if the file is damaged, holds pickled objects, or its name ends otherwise.
        FileNotFoundError: if it is not there.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/x.npy", np.eye(2))
    ...     np.savez(f"{folder}/xy.npz", x=np.eye(2), y=np.array([0, 1]))
    ...     read_numpy(f"{folder}/x.npy").tolist(), sorted(read_numpy(f"{folder}/xy.npz"))
    ([[1.0, 0.0], [0.0, 1.0]], ['x', 'y'])
    """
    source = Path(path)
    if source.suffix not in (".npy", ".npz"):
        raise FileFormatError(f"{source}: the name has to end in .npy or .npz")
    content = source.read_bytes()
    return from_npy(source, source.name, content) if source.suffix == ".npy" else from_npz(source, content)[0]


class _Table:
    """The cells of a file as text, where they stand in it, and what the columns are called."""

    def __init__(self, source: Path, header: bool | None, delimiter: str) -> None:
        self.source, self.header = source, header
        self.rows: list[list[str]] = []
        self.lines: list[int] = []  # in the file, counted from 1
        self.names: list[str] | None = None
        try:
            text = source.read_text("utf-8-sig")
            reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
            for cells in reader:
                if len(cells) > 1 or any(cell.strip() for cell in cells):
                    self.rows.append(cells)
                    self.lines.append(reader.line_num)
        except UnicodeDecodeError as error:
            raise FileFormatError(f"{source}: not a text file in UTF-8: {error}") from None
        except csv.Error as error:
            raise FileFormatError(f"{source}: no CSV table, line {reader.line_num}: {error}") from None
        if header or (header is None and self.rows and not any(map(_is_number, self.rows[0]))):
            self.names = [name.strip() for row in self.rows[:1] for name in row]
            self.rows, self.lines = self.rows[1:], self.lines[1:]
        if not self.rows:
            only = f", its only row is {glimpse(self.names)}" if self.names else ""
            raise FileFormatError(f"{source}: there are no rows of numbers in it{only}")
        width = len(self.names or self.rows[0])
        for cells, line in zip(self.rows, self.lines, strict=True):
            if len(cells) != width:
                raise FileFormatError(
                    f"{source}: row {line} has {len(cells)} cells, the first row has {width}"
                )

    def numbers(self, row: int) -> list[float]:
        """A row's cells as numbers."""
        try:
            return [float(cell) for cell in self.rows[row]]
        except ValueError:
            place = next(i for i, cell in enumerate(self.rows[row]) if not _is_number(cell))
            cell = self.rows[row][place].strip()
            raise FileFormatError(
                f"{self.source}: row {self.lines[row]}, column {self._called(place)}: "
                + (f"{cell!r} is not a number{self._hint(row, cell)}" if cell else "the cell is empty")
            ) from None

    def column(self, target: str | int) -> int:
        """The index of a column, from 0."""
        width = len(self.rows[0])
        if isinstance(target, str):
            if self.names is None:
                raise DomainError(
                    f"read_csv(): `target` (={target!r}) is a name, but {self.source} has none in its first "
                    f"row; give an index from 0 to {width - 1}"
                )
            if self.names.count(target) != 1:
                fault = "several columns are" if target in self.names else "no column is"
                raise DomainError(
                    f"read_csv(): {fault} called {target!r}, there are {', '.join(map(repr, self.names))}"
                )
            return self.names.index(target)
        try:
            index = operator.index(target)
        except TypeError:
            raise DtypeError(
                f"read_csv(): `target` has to be a column's name or index, got {target!r}"
            ) from None
        if not -width <= index < width:
            raise IndexRangeError(
                f"read_csv(): `target` (={index}) is out of range, there are {width} columns"
            )
        return index % width

    def _called(self, column: int) -> str:
        return f"{column}" if self.names is None else f"{column} ({self.names[column]!r})"

    def _hint(self, row: int, cell: str) -> str:
        if other := next((mark for mark in ";\t|" if mark in cell), None):
            return f"; is the delimiter {other!r}?"
        first = self.header is None and self.names is None and row == 0
        return "; if the first row names the columns, say header=True" if first else ""


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_whole(cell: str) -> bool:
    try:
        return abs(int(cell)) < 2**63
    except ValueError:
        return False
