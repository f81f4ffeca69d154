"""Some rows at a time: a part of a program that is carried out once for each block of rows.

What treats each row by itself (elementwise functions, sums along rows, products with a whole matrix) need not
be carried out on all rows before the next function begins. A few rows at a time stay in the cache from the
first function to the last, and what is needed on the way has the size of a block. Sums over the rows are
added up block by block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from .program import Array, Program, Variable, interpret

__all__ = ["Outcome", "Rows", "rows_of"]


class Outcome(NamedTuple):
    """A result of a block: some rows of an array, or a part of a total.

    Attributes:
        variable: in the program of a block.
        total: with what the parts of a total are joined, None for rows.
    """

    variable: Variable
    total: np.ufunc | None


class Rows:
    """A function of arrays that computes block by block; called, it says what comes out.

    Attributes:
        body: what is done with a block; it has no outputs of its own.
        units: for each input of the body how many elements of its first axis belong to a row; 0 if the input
            is given as a whole.
        outcomes: what a block results in.
        count: the number of rows.
        block: how many are worked on at a time, a divisor of ``count``.
    """

    __name__ = "rows"

    def __init__(
        self, body: Program, units: Sequence[int], outcomes: Sequence[Outcome], count: int, block: int
    ) -> None:
        self.body, self.units, self.outcomes = body, list(units), list(outcomes)
        self.count, self.block = count, block

    def starts(self) -> Iterator[int]:
        """The first row of each block."""
        return iter(range(0, self.count, self.block))

    def __call__(self, *arrays: Array) -> tuple[Array, ...]:
        """The results, computed plainly."""
        body = Program(self.body.inputs, self.body.instructions, [x.variable for x in self.outcomes])
        blocks = [
            interpret(
                body,
                [rows_of(x, unit, start, self.block) for x, unit in zip(arrays, self.units, strict=True)],
            )
            for start in self.starts()
        ]
        return tuple(
            np.concatenate(parts) if outcome.total is None else outcome.total.reduce(np.array(parts))
            for outcome, parts in zip(self.outcomes, zip(*blocks, strict=True), strict=True)
        )


def rows_of(array: Any, unit: int, start: int, block: int) -> Any:
    """A block of rows of an array, or the array if it is given as a whole.

    >>> rows_of(np.arange(12), 2, 2, 3)
    array([4, 5, 6, 7, 8, 9])
    """
    return array[unit * start : unit * (start + block)] if unit else array
