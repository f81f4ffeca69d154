"""``python -m autograd_core grade``: many students' files, from a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from ..errors import AutogradError
from .running import grade

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Grade, print the tables, and write them where it is asked for; 0 if all was graded."""
    parser = argparse.ArgumentParser(
        "python -m autograd_core grade", description="Check students' files, each in a process of its own."
    )
    parser.add_argument("exercises", help="the Python file that defines the exercises")
    parser.add_argument("submissions", nargs="+", help="a folder, or .py and .ipynb files")
    parser.add_argument("--save", action="append", default=[], metavar="FILE", help="a .csv or .json file")
    parser.add_argument("--seconds", type=float, default=60.0, help="for an exercise of a student")
    parser.add_argument("--memory", type=int, default=1024, help="megabytes for a student")
    parser.add_argument("--processes", type=int, help="how many at once; one for each core")
    parser.add_argument("--reports", action="store_true", help="print what is said to each student")
    given = parser.parse_args(arguments)
    several = given.submissions
    try:
        grades = grade(
            given.exercises,
            several[0] if len(several) == 1 else several,
            seconds=given.seconds,
            memory=given.memory,
            processes=given.processes,
        )
        for path in given.save:
            grades.save(path)
    except (AutogradError, OSError) as error:
        print(f"python -m autograd_core grade: {error}", file=sys.stderr)
        return 2
    if given.reports:
        for row in grades.rows:
            print(f"{row.student}: {row.report}\n")
    print(grades)
    return 0
