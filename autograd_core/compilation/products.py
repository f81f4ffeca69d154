"""The ways to have BLAS compute a matrix product, and which is the fastest here.

A product of the same numbers can be asked for as ``dot`` (the shortest way to BLAS), as ``matmul``, as one
long product where a stack of matrices meets a single one, shared out among threads, or as a stack of blocks
of rows: BLAS has a faster way for products that are small enough. Which one wins depends on shapes, on the
order in memory and on the processor, by up to a third. So it is measured when a program is bound, once for
all products of one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from ..kernels.products import shared_out
from ..kernels.threads import TINY, WORTHWHILE, get_num_threads, replace_blas
from .program import Array, Instruction, Variable

__all__ = ["Way", "fastest", "is_product_of_matrices"]

_WORTH_MEASURING = 100_000  # multiplications
_CLEARLY = 0.85  # of the time of the plain product, which blocks have to stay below
_ROUNDS = 5
_SECONDS = 1e-3  # after which no further round is begun
_SMALL_PRODUCT = 1_000_000  # multiplications up to which BLAS does not copy its operands first
_SEVERAL = 2  # sizes of blocks that are tried
_FEWEST_ROWS = 4


class Way(NamedTuple):
    """A function of BLAS, and the shapes in which it sees the first factor and the product; None: as they
    are.
    """

    function: Callable[..., Any]
    factor: tuple[int, ...] | None = None
    product: tuple[int, ...] | None = None

    def __call__(self, a: Array, b: Array, out: Array) -> None:
        """Compute it, to see how long it takes."""
        self.function(seen(a, self.factor), b, seen(out, self.product))


def seen(array: Array, shape: tuple[int, ...] | None) -> Array:
    """An array in another shape, or as it is."""
    return array if shape is None else array.reshape(shape)


_known: dict[Any, Way] = {}


def is_product_of_matrices(instruction: Instruction) -> bool:
    """Whether there are several ways."""
    return (
        instruction.function in (np.matmul, np.dot)
        and len(instruction.operands) == 2
        and not instruction.keywords
        and isinstance(instruction.result, Variable)
        and instruction.result.dtype.kind in "fc"
    )


def fastest(a: Array, b: Array, out: Array, tune: bool = True) -> Way:
    """The way to compute ``out = a @ b`` that takes the least time.

    Args:
        a: the first factor, or an array that lies in memory as it will.
        b: the second.
        out: the product's memory, which is not written to.
        tune: whether to measure; without, it is ``dot`` where that can be.
    """
    ways = list(_ways(a, b, out))
    work = a.size * (b.shape[-1] if b.ndim > 1 else 1)
    if work >= TINY:
        replace_blas()
    if len(ways) == 1 or not tune or work < _WORTH_MEASURING:
        return ways[0]
    key = a.dtype, b.dtype, a.shape, b.shape, a.strides, b.strides, out.strides, get_num_threads()
    if key not in _known:
        _known[key] = _measured(ways, a, b, out)
    return _known[key]


def _ways(a: Array, b: Array, out: Array) -> Iterator[Way]:
    """What can be asked for, the usual one first."""
    dense = out.flags.c_contiguous and a.dtype == b.dtype == out.dtype
    if dense and a.ndim > 2 and b.ndim == 2 and a.flags.c_contiguous:
        yield Way(np.dot, (-1, a.shape[-1]), (-1, b.shape[-1]))
    if dense and 0 < a.ndim <= 2 and 0 < b.ndim <= 2:
        yield Way(np.dot)
    if a.ndim and b.ndim and (a.ndim <= 2 or b.ndim <= 2 or a.shape[:-2] == b.shape[:-2]):
        yield Way(np.matmul)
    if dense and a.ndim == b.ndim == 2:
        if a.size * b.shape[1] >= WORTHWHILE and get_num_threads() > 1:
            yield Way(shared_out)
        for rows in _rows_of_a_block(len(a), b.size):
            blocks = len(a) // rows
            yield Way(np.matmul, (blocks, rows, a.shape[1]), (blocks, rows, b.shape[1]))


def _rows_of_a_block(rows: int, each: int) -> list[int]:
    """Into how large blocks of rows to cut: the largest that are small products."""
    most = min(_SMALL_PRODUCT // max(each, 1), rows // 2)
    return [n for n in range(most, _FEWEST_ROWS - 1, -1) if rows % n == 0][:_SEVERAL]


def _measured(ways: list[Way], a: Array, b: Array, out: Array) -> Way:
    """The fastest; a way through blocks only where it is so by far."""
    room = np.empty_like(out)
    seconds = dict.fromkeys(ways, float("inf"))
    end = perf_counter() + _SECONDS
    with np.errstate(all="ignore"):
        for _ in range(_ROUNDS):
            for way in ways:
                start = perf_counter()
                way(a, b, room)
                seconds[way] = min(seconds[way], perf_counter() - start)
            if perf_counter() > end:
                break
    plain = [way for way in ways if len(way.product or ()) < 3 or out.ndim > 2]
    usual, best = min(plain, key=seconds.__getitem__), min(ways, key=seconds.__getitem__)
    return best if best in plain or seconds[best] < _CLEARLY * seconds[usual] else usual
