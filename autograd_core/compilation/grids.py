"""Which sums of products are the elements of one matrix product.

Sums of one level are given, each a set of pairs (a, b). The elements of a product C = A B are such sums,
C[r, c] = Σ_u A[r, u] B[u, c]: all that have their first factors in common stand in one row, and over a row
the second factors of one term are a row of B. That is how it is found, without knowing what the sums mean:

1. Sums with the same first factors are a *row*. (The outputs of one neuron for all samples.)
2. Its sums are put in the order of their second factors, so that they stand in *columns*. (The samples.)
3. The second factors of one term, all along the row, are a row of B: its *slot*. (One input, in all samples.)
   Rows that have slots in common belong to one product. Where a row has nothing in a slot, A is 0 there: a
   network from which connections were deleted is a matrix with zeros.
4. Products of one size lie on top of each other, one *stack*. Sums that have nothing in common with others
   are products of a row and a column each; the elements of their stack are Σ_u A[n, u] B[n, u].

Sets are compared by their *prints*: every number gets a word of 64 bits that looks random, a set the sum of
its words. That no two sets have one print by chance is checked in the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .gathering import NOWHERE
from .scalars import Numbers

__all__ = ["Stack", "stacked", "words"]

Words = NDArray[np.uint64]

_SPARSE = 8
"""A product may have so many times more places than terms: a place costs a fraction of a term of its own."""

_UNEVEN = 2
"""A product may be so many times longer than the shortest in its stack."""


@dataclass(frozen=True, eq=False, slots=True)
class Stack:
    """Matrix products C[n] = A[n] B[n] of one size.

    Attributes:
        sums: the number of each sum, (n, p, q).
        left: A, (n, p, u), addresses; ``NOWHERE`` for zeros.
        right: B, (n, u, q), addresses; ``NOWHERE`` for zeros.
    """

    sums: Numbers
    left: Numbers
    right: Numbers

    @property
    def cost(self) -> float:
        """Roughly what it takes in moved numbers: A and B, the multiplications, the calls."""
        multiplications = float(self.left.size * self.right.shape[-1])
        return self.left.size + self.right.size + multiplications / 16 + 1000


def stacked(count: int, of: Numbers, left: Numbers, right: Numbers, array: Numbers) -> list[Stack]:
    """Sums 0 ... count - 1 as stacks of matrix products.

    Args:
        count: how many sums there are, each with one pair at least.
        of: of each pair the number of its sum.
        left: the address of its first factor.
        right: the address of its second factor.
        array: of each address the array that it is in: one stack takes its numbers from the same arrays;
            number 0 is that of the constants.

    >>> W, X = np.array([[0, 1], [2, 3], [4, 5]]), np.array([[6, 8, 10, 12], [7, 9, 11, 13]])
    >>> pairs = [(r * 4 + c, W[r, u], X[u, c]) for r in range(3) for c in range(4) for u in range(2)]
    >>> [stack] = stacked(12, *np.array(pairs).T, np.repeat([1, 2], [6, 8]))
    >>> (stack.left == W).all(), (stack.right == X).all()
    (np.True_, np.True_)
    """
    single = np.bincount(of, minlength=count) == 1
    multiples = single[of] & (array[left] == 0)  # c x: numbers times constants, whichever coincide
    stacks = []
    for piece in np.unique(array[right[multiples]]).tolist():
        these = np.flatnonzero(multiples & (array[right] == piece))
        these = these[np.argsort(right[these], kind="stable")]
        stacks.append(Stack(*(x[these, None, None] for x in (of, left, right))))
    others = ~multiples
    if others.any():
        sums, numbered = np.unique(of[others], return_inverse=True)
        found = _least((len(sums), numbered, left[others], right[others], array))
        stacks += [Stack(sums[stack.sums], stack.left, stack.right) for stack in found]
    return stacks


def _least(sums: tuple[int, Numbers, Numbers, Numbers, Numbers]) -> list[Stack]:
    """With the first factors in the rows or the second, whichever gives less to do."""
    count, of, left, right, array = sums
    by_left = _Grid(count, of, left, right, array).stacks()
    if len(by_left) == 1 and by_left[0].left.size <= len(of) // by_left[0].right.shape[-1]:
        return by_left
    by_right = [
        Stack(*(x.swapaxes(1, 2) for x in (stack.sums, stack.right, stack.left)))
        for stack in _Grid(count, of, right, left, array).stacks()
    ]
    return min(by_left, by_right, key=lambda stacks: sum(stack.cost for stack in stacks))


class _Grid:
    """The rows, columns and slots of sums, with the first factors in the rows."""

    def __init__(self, count: int, of: Numbers, left: Numbers, right: Numbers, array: Numbers) -> None:
        self.array = array
        self._order_sums(count, of, left, right)
        self._find_slots()

    def _order_sums(self, count: int, of: Numbers, left: Numbers, right: Numbers) -> None:
        """Steps 1 and 2: ``row`` and ``column`` of each sum, the pairs in the order (row, term, column)."""
        order = np.lexsort((right, left, of))
        of, left, right = of[order], left[order], right[order]
        first = np.searchsorted(of, np.arange(count))
        term = np.arange(len(of)) - first[of]
        _, one, row = np.unique(self._prints(left, first), return_index=True, return_inverse=True)
        self.row = _ranks(np.lexsort((one, left[first[one]])))[row]  # by their first factors
        totals = np.add.reduceat(right, first)
        order = np.lexsort((self._prints(right, first), totals, right[first], self.row))
        begin = np.searchsorted(self.row[order], np.arange(len(one)))
        self.width = np.diff(begin, append=count)
        self.column = np.empty(count, np.intp)
        self.column[order] = np.arange(count) - begin[self.row[order]]
        self.by_row = order
        order = np.lexsort((self.column[of], term, self.row[of]))
        self.of, self.left, self.right, term = of[order], left[order], right[order], term[order]
        # In this order the pairs of one term of one row follow each other: a run.
        self.run = np.flatnonzero(self.column[self.of] == 0)
        self.row_of_run = self.row[self.of[self.run]]

    def _prints(self, addresses: Numbers, first: Numbers) -> Words:
        """Of each set of addresses, which begin at ``first``, its print."""
        return np.add.reduceat(words(addresses), first)

    def _find_slots(self) -> None:
        """Step 3: ``slot`` of each run, ``product`` of each row and slot."""
        by_column = words(self.column[self.of]) | np.uint64(1)
        prints = np.add.reduceat(words(self.right) * by_column, self.run)
        prints += words(self.width[self.row_of_run])
        # A row may have the same second factors twice, (a + b) x: the second time they are another slot.
        order = np.lexsort((prints, self.row_of_run))
        again = np.zeros(len(order), np.intp)
        same = (np.diff(prints[order]) == 0) & (np.diff(self.row_of_run[order]) == 0)
        since = np.maximum.accumulate(np.where(np.append(False, same), 0, np.arange(len(order))))
        again[order] = np.arange(len(order)) - since
        _, self.one_run, self.slot = np.unique(prints + words(again), return_index=True, return_inverse=True)
        rows = _joined(self.row_of_run, self.slot, len(self.width), len(self.one_run))
        slots = len(self.one_run)
        product = rows[self.row_of_run[self.one_run]]
        filled = np.bincount(rows[self.row_of_run], minlength=len(rows))
        places = np.bincount(rows, minlength=len(rows)) * np.bincount(product, minlength=len(rows))
        alone = places > _SPARSE * filled
        if alone[
            rows
        ].any():  # hardly anything in common: each row is a product of its own, with its own slots
            apart = alone[rows][self.row_of_run]
            self.slot[apart] = slots + np.flatnonzero(apart)
            _, self.one_run, self.slot = np.unique(self.slot, return_index=True, return_inverse=True)
            rows = np.where(alone[rows], np.arange(len(rows)), rows)
            product = rows[self.row_of_run[self.one_run]]
        _, numbered = np.unique(np.concatenate([rows, product]), return_inverse=True)
        self.product_of_row, self.product_of_slot = np.split(numbered, [len(rows)])

    def stacks(self) -> list[Stack]:
        """Step 4."""
        rows, slots = self.product_of_row, self.product_of_slot
        heights, lengths = np.bincount(rows), np.bincount(slots)
        row_in_product = _within(rows, np.arange(len(rows)))
        first_right = self.right[self.run[self.one_run]]
        slot_in_product = _within(slots, np.lexsort((first_right, slots)))
        widths = np.zeros(len(heights), np.intp)
        widths[rows] = self.width
        some_run = np.zeros(len(heights), np.intp)
        some_run[slots] = self.one_run
        arrays = self.array[np.stack([self.left[self.run[some_run]], self.right[self.run[some_run]]])]
        stacks = []
        for members in _alike(heights, widths, lengths, arrays):
            p, q, u = heights[members[0]], widths[members[0]], lengths[members].max()
            level = np.full(len(heights), -1)
            level[members] = np.arange(len(members))
            sums = np.empty((len(members), p, q), np.intp)
            left = np.full((len(members), p, u), NOWHERE)
            right = np.full((len(members), u, q), NOWHERE)
            here = np.flatnonzero(level[rows[self.row]] >= 0)
            row = self.row[here]
            sums[level[rows[row]], row_in_product[row], self.column[here]] = here
            pairs = np.flatnonzero(level[rows[self.row[self.of]]] >= 0)
            which = np.searchsorted(self.run, pairs, side="right") - 1
            row, slot = self.row_of_run[which], self.slot[which]
            at, column = level[rows[row]], self.column[self.of[pairs]]
            left[at, row_in_product[row], slot_in_product[slot]] = self.left[pairs]
            right[at, slot_in_product[slot], column] = self.right[pairs]
            _check(left[at, row_in_product[row], slot_in_product[slot]], self.left[pairs])
            _check(right[at, slot_in_product[slot], column], self.right[pairs])
            stacks.append(Stack(sums, left, right))
        return stacks


def words(numbers: Numbers) -> Words:
    """A word for each number that looks like a random one (splitmix64: Steele, Lea and Flood, 2014)."""
    words = (numbers + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _check(found: Numbers, given: Numbers) -> None:
    if not np.array_equal(found, given):
        raise AssertionError("two sets of numbers have one print")


def _joined(rows: Numbers, slots: Numbers, row_count: int, slot_count: int) -> Numbers:
    """The products: for each row the lowest row that is joined to it by slots in common."""
    lowest = np.arange(row_count)
    while True:
        of_slot = np.full(slot_count, row_count)
        np.minimum.at(of_slot, slots, lowest[rows])
        lower = lowest.copy()
        np.minimum.at(lower, rows, of_slot[slots])
        lower = lower[lower]
        if np.array_equal(lower, lowest):
            return lowest
        lowest = lower


def _alike(heights: Numbers, widths: Numbers, lengths: Numbers, arrays: Numbers) -> Iterator[Numbers]:
    """Products that make one stack, in their order: of one height and width, with numbers from the same
    arrays, and of lengths that differ little.
    """
    kinds = np.stack([heights, widths, *arrays])
    _, kind = np.unique(kinds, axis=1, return_inverse=True)
    kind = kind.reshape(-1)  # NumPy 2.0 gives it an axis more
    order = np.lexsort((-lengths, kind))
    begin = 0
    for i in range(1, len(order) + 1):
        if (
            i == len(order)
            or kind[order[i]] != kind[order[begin]]
            or lengths[order[i]] * _UNEVEN < lengths[order[begin]]
        ):
            yield np.sort(order[begin:i])
            begin = i


def _ranks(order: Numbers) -> Numbers:
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks


def _within(groups: Numbers, order: Numbers) -> Numbers:
    """The place of each member in its group, if the members of a group come in this order."""
    order = order[np.argsort(groups[order], kind="stable")]
    ordered = groups[order]
    begin = np.searchsorted(ordered, ordered)
    places = np.empty_like(order)
    places[order] = np.arange(len(order)) - begin
    return places
