"""What grading finds: a row for each student and exercise, shown as tables and written to files."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import NamedTuple

from ..errors import DomainError
from ..files import write_whole
from ..inspection.terminal import columns, printable

__all__ = ["Grade", "Grades"]


class Grade(NamedTuple):
    """What one student has got for one exercise.

    Attributes:
        student: the file's name, with its folder.
        exercise: the name of the exercise.
        points: what was got.
        of: what there is for a right solution.
        verdict: "right", "wrong", "nothing here yet", or "stopped": the process was ended, or ended itself.
        slips: their names, as in the report.
        report: what is said to the student.
    """

    student: str
    exercise: str
    points: float
    of: float
    verdict: str
    slips: tuple[str, ...]
    report: str


@dataclass(frozen=True)
class Grades:
    """What :func:`grade` has found, sorted by student; it shows itself as a table.

    Attributes:
        rows: a :class:`Grade` for each student and exercise.

    >>> grades = Grades((Grade("ada", "cube", 0.0, 2.0, "wrong", ("factor of two",), "cube: wrong. ..."),))
    >>> grades.totals(), grades.slips()
    ({'ada': 0.0}, {'factor of two': {'cube': 1}})
    >>> print(grades)
    student  cube  total
    ada      0/2   0/2
    <BLANKLINE>
    exercise  right  wrong  nothing here yet  stopped
    cube      0      1      0                 0
    <BLANKLINE>
    slip           students
    factor of two  1 (cube 1)
    """

    rows: tuple[Grade, ...]

    def totals(self) -> dict[str, float]:
        """The points of each student."""
        found: dict[str, float] = {}
        for row in self.rows:
            found[row.student] = found.get(row.student, 0.0) + row.points
        return found

    def slips(self) -> dict[str, dict[str, int]]:
        """How many students committed each slip, by exercise; the most frequent first."""
        counts: dict[str, Counter[str]] = {}
        for row in self.rows:
            for slip in row.slips:
                counts.setdefault(slip, Counter())[row.exercise] += 1
        order = sorted(counts, key=lambda slip: (-counts[slip].total(), slip))
        return {slip: dict(counts[slip]) for slip in order}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all rows to a file, by its suffix: ``.csv``, or ``.json`` with the totals and slips.

        Raises:
            DomainError: for another suffix.
            OSError: if the file cannot be written.
        """
        suffix = Path(path).suffix
        if suffix == ".json":
            whole = {
                "grades": [row._asdict() for row in self.rows],
                "totals": self.totals(),
                "slips": self.slips(),
            }
            text = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
        elif suffix == ".csv":
            file = io.StringIO()
            writer = csv.writer(file)
            writer.writerow(Grade._fields)
            for row in self.rows:
                writer.writerow([_plain(x) for x in row])
            text = file.getvalue()
        else:
            raise DomainError(f"Grades.save(): grades are written to .csv or .json, got {str(path)!r}")
        write_whole(path, text.encode("utf-8"))

    def _tables(self) -> list[list[list[str]]]:
        exercises = list(dict.fromkeys(row.exercise for row in self.rows))
        got = {(row.student, row.exercise): row for row in self.rows}
        of = sum({row.exercise: row.of for row in self.rows}.values())
        points = [["student", *exercises, "total"]]
        for student, total in self.totals().items():
            cells = [f"{got[student, x].points:g}/{got[student, x].of:g}" for x in exercises]
            points.append([student, *cells, f"{total:g}/{of:g}"])
        verdicts = ("right", "wrong", "nothing here yet", "stopped")
        counts = [["exercise", *verdicts]]
        for x in exercises:
            counted = Counter(row.verdict for row in self.rows if row.exercise == x)
            counts.append([x, *[str(counted[verdict]) for verdict in verdicts]])
        slips = [["slip", "students"]]
        for slip, by_exercise in self.slips().items():
            where = ", ".join(f"{x} {n}" for x, n in by_exercise.items())
            slips.append([slip, f"{sum(by_exercise.values())} ({where})"])
        return [points, counts, slips][: 3 if len(slips) > 1 else 2]

    def __str__(self) -> str:
        return printable("\n\n".join(_aligned(table) for table in self._tables()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The same tables for a notebook."""
        html = ""
        for head, *rows in self._tables():
            html += f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"
            for row in rows:
                html += f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
            html += "</table>"
        return html


def _plain(x: str | float | tuple[str, ...]) -> str:
    """As it stands in a cell."""
    return x if isinstance(x, str) else f"{x:g}" if isinstance(x, float) else "; ".join(x)


def _aligned(table: list[list[str]]) -> str:
    widths = [max(columns(row[k]) for row in table) for k in range(len(table[0]))]
    lines = [
        "  ".join(cell + " " * (w - columns(cell)) for cell, w in zip(row, widths, strict=True))
        for row in table
    ]
    return "\n".join(line.rstrip() for line in lines)
