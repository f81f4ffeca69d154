"""From program to program: each pass is a small function, and what it leaves means the same.

A pass may be left out, and each is tested alone, on and off. The order matters where one prepares another:
numbers that are seen to be numbers meet in ``algebra``, and what that makes equal is found by
``common_subexpressions``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..program import Program
from .algebra import algebra
from .assembly import assembly
from .common_subexpressions import common_subexpressions
from .dead_code import dead_code
from .numbers import numbers
from .pooling_first import pooling_first
from .row_blocks import row_blocks
from .sums_of_products import sums_of_products

__all__ = ["PASSES", "improve"]

PASSES: list[Callable[[Program], None]] = [
    dead_code,
    numbers,
    pooling_first,
    algebra,
    common_subexpressions,
    sums_of_products,
    algebra,
    common_subexpressions,
    assembly,
    dead_code,
    row_blocks,
    dead_code,
]


def improve(program: Program, without: Collection[str] = ()) -> None:
    """Carry out the passes, in their order.

    Args:
        program: it is changed.
        without: the names of passes that are left out.
    """
    for each in PASSES:
        if each.__name__ not in without:
            each(program)
