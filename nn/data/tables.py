"""Numbers from text tables and from NumPy's files."""

from __future__ import annotations

import csv
import operator
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core.errors import DomainError, DtypeError, IndexRangeError

from ..checks import floating_dtype, glimpse
from ..errors import FileFormatError
from ..files.arrays import require_suffix
from ..files.numpy_files import from_npy, from_npz
from ..files.reading import check_limit, read_whole
from .samples import Array

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
    wanted = floating_dtype("read_csv()", dtype)
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise DomainError(f"read_csv(): `delimiter` (={delimiter!r}) has to be a single character")
    table = _Table(Path(path), header, target)
    table.read(delimiter)
    numbers = np.array(table.numbers)
    if table.column is None:
        return numbers.astype(wanted, copy=False)
    inputs = np.delete(numbers, table.column, axis=1).astype(wanted, copy=False)
    if all(map(_is_whole, table.targets)):
        return inputs, np.array([int(cell) for cell in table.targets], np.int64)
    return inputs, numbers[:, table.column].astype(wanted)


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
    suffix, content = require_suffix(source, (".npy", ".npz")), read_whole(source)
    return from_npy(source, source.name, content) if suffix == ".npy" else from_npz(source, content)[0]


class _Table:
    """The numbers of a file, row by row, and what its columns are called."""

    def __init__(self, source: Path, header: bool | None, target: str | int | None) -> None:
        self.source, self.header, self.target = source, header, target
        self.names: list[str] = []
        self.width = 0
        self.column: int | None = None  # of the target
        self.numbers: list[Array] = []
        self.targets: list[str] = []

    def read(self, delimiter: str) -> None:
        """Read all rows; a row's number is that of its line in the file, from 1."""
        check_limit(self.source, "the file", self.source.stat().st_size)
        try:
            with self.source.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
                for cells in reader:
                    if len(cells) > 1 or any(cell.strip() for cell in cells):
                        self._take(cells, reader.line_num)
        except UnicodeDecodeError as error:
            raise FileFormatError(f"{self.source}: not a text file in UTF-8: {error}") from None
        except csv.Error as error:
            raise FileFormatError(f"{self.source}: no CSV table, row {reader.line_num}: {error}") from None
        if not self.numbers:
            only = f", its only row is {glimpse(self.names)}" if self.names else ""
            raise FileFormatError(f"{self.source}: there are no rows of numbers in it{only}")

    def _take(self, cells: list[str], row: int) -> None:
        if not self.width:
            self.width = len(cells)
            if self.header or (self.header is None and not any(map(_is_number, cells))):
                self.names = [cell.strip() for cell in cells]
            if self.target is not None:
                self.column = self._column(self.target)
            if self.names:
                return
        if len(cells) != self.width:
            raise FileFormatError(
                f"{self.source}: row {row} has {len(cells)} cells, the first row has {self.width}"
            )
        try:
            self.numbers.append(np.fromiter(map(float, cells), np.float64, self.width))
        except ValueError:
            place = next(i for i, cell in enumerate(cells) if not _is_number(cell))
            called = f"{place} ({self.names[place]!r})" if self.names else f"{place}"
            cell = cells[place].strip()
            fault = f"{cell!r} is not a number{self._hint(cell)}" if cell else "the cell is empty"
            raise FileFormatError(f"{self.source}: row {row}, column {called}: {fault}") from None
        if self.column is not None:
            self.targets.append(cells[self.column])

    def _column(self, target: str | int) -> int:
        if isinstance(target, str):
            if not self.names:
                raise DomainError(
                    f"read_csv(): `target` (={target!r}) is a name, but {self.source} has none in its first "
                    f"row; give an index from 0 to {self.width - 1}"
                )
            if self.names.count(target) != 1:
                fault = "several columns are" if target in self.names else "no column is"
                raise DomainError(
                    f"read_csv(): {fault} called {target!r}, there are {', '.join(map(repr, self.names))}"
                )
            index = self.names.index(target)
        else:
            try:
                index = operator.index(target)
            except TypeError:
                raise DtypeError(
                    f"read_csv(): `target` has to be a column's name or index, got {target!r}"
                ) from None
        if not -self.width <= index < self.width:
            raise IndexRangeError(
                f"read_csv(): `target` (={index}) is out of range, there are {self.width} columns"
            )
        if self.width == 1:
            raise DomainError(f"read_csv(): there is no column beside the target in {self.source}")
        return index % self.width

    def _hint(self, cell: str) -> str:
        if other := next((mark for mark in ";\t|" if mark in cell), None):
            return f"; is the delimiter {other!r}?"
        first = self.header is None and not self.names and not self.numbers
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
