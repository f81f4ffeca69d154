"""Sums of products: how a chain of additions becomes one sum again.

``w1*x1 + w2*x2 + b`` is recorded as two products and two additions, each of two numbers. A product or a
partial sum that is used once, by an addition, is no result of its own: it *dissolves* into that addition.
What is left is what stood on the board, the sum Σ wᵢ xᵢ + b, and its terms are of two kinds: *pairs*,
products of two numbers, and *singles*. A difference is a sum with a pair (-1, x), a quotient by a constant c
the pair (1/c, x).

All sums of a computation are found at once, by array operations on the edges of the graph.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import calculus
from ..primitive import Elementwise, nodes
from .scalars import Numbers, Scalars

__all__ = ["Sums", "found_sums"]


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """What a computation is after products and partial sums have dissolved.

    Attributes:
        pairs: three rows, a column for each pair: the node number of its sum, and those of its two factors.
        singles: two rows, a column for each single: the node number of its sum, and its own.
        is_sum: which nodes are such sums.
        level: of each node the number of steps on the longest way to it: 0 for what is given. What is of
            one level can be computed at once. -1 for what has dissolved.
        one: the node number of the constant 1.
    """

    pairs: Numbers
    singles: Numbers
    is_sum: NDArray[np.bool_]
    level: Numbers
    one: int


def found_sums(scalars: Scalars) -> Sums:
    """The sums of products of a computation. Constants that the terms need are added to it.

    >>> from autograd_core import Value
    >>> from autograd_core.compilation.scalars import flattened
    >>> w, x, b = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)], Value(1.0)
    >>> sums = found_sums(flattened([w[0] * x[0] + w[1] * x[1] + b], [*w, b], x))
    >>> sums.pairs[1:].tolist(), sums.singles[1:].tolist()
    ([[0, 1], [3, 4]], [[2]])
    """
    edges, kinds = _Edges(scalars), _Kinds(scalars)
    uses = np.bincount(edges.operand, minlength=len(scalars))
    np.add.at(uses, scalars.outputs, 1)
    user = np.full(len(scalars), -1)
    user[edges.operand] = edges.node
    plain = kinds.add[edges.node] | (kinds.subtract[edges.node] & (edges.place == 0))
    plain |= kinds.weighted[edges.node] & (edges.place == edges.count - 1)
    is_term = np.zeros(len(scalars), bool)
    is_term[edges.operand[plain]] = True
    dissolved = kinds.sum & (uses == 1) & is_term
    level = _levels(scalars, dissolved)

    # Whose terms they are in the end: the user of the user ..., in steps of doubling length.
    owner = np.where(dissolved, user, np.arange(len(scalars)))
    while (owner != owner[owner]).any():
        owner = owner[owner]

    plain &= ~dissolved[edges.operand]
    singles = [(edges.node[plain], edges.operand[plain])]
    pairs = []
    for node, factors, others in kinds.multiples():
        constant = others >= scalars.first_constant
        numbers = factors[constant] * scalars.numbers(others[constant])  # a - 2 is a + -2
        singles.append((node[constant], scalars.add_constants(numbers)))
        pairs.append((node[~constant], scalars.add_constants(factors[~constant]), others[~constant]))
    first = np.flatnonzero(kinds.multiply[edges.node] & (edges.place == 0))
    pairs.append((edges.node[first], edges.operand[first], edges.operand[first + 1]))
    first = np.flatnonzero(kinds.square[edges.node] & (edges.place == 0))
    pairs.append((edges.node[first], edges.operand[first], edges.operand[first]))
    weight = np.flatnonzero(kinds.weighted[edges.node] & (edges.place < edges.count // 2))
    inputs = weight + edges.count[weight] // 2
    pairs.append((edges.node[weight], edges.operand[weight], edges.operand[inputs]))

    nodes, left, right = map(np.concatenate, zip(*pairs, strict=True))
    nodes_of_singles, single = map(np.concatenate, zip(*singles, strict=True))
    of, single = _with_one_constant(scalars, owner[nodes_of_singles], single)
    one = int(scalars.add_constants(np.ones(1))[0])
    added = (0, len(scalars) - len(level))
    return Sums(
        np.stack([owner[nodes], left, right]),
        np.stack([of, single]),
        np.pad(kinds.sum & ~dissolved, added),
        np.pad(np.where(dissolved, -1, level), added),
        one,
    )


class _Edges:
    """Who uses whom: the node that has an operand, the operand, which of its operands it is, of how many."""

    def __init__(self, scalars: Scalars) -> None:
        counts = scalars.counts
        self.node = np.repeat(np.arange(len(scalars)), counts)
        self.operand = scalars.operands
        self.place = np.arange(len(scalars.operands)) - scalars.start[self.node]
        self.count = counts[self.node]


class _Kinds:
    """Which nodes are additions, products ... A quotient is a product where a constant divides, a power where
    the exponent is 2.
    """

    def __init__(self, scalars: Scalars) -> None:
        self._scalars = scalars
        self.add = scalars.made_by(calculus.add)
        self.subtract = scalars.made_by(calculus.subtract)
        self.multiply = scalars.made_by(calculus.multiply)
        self.negative = scalars.made_by(calculus.negative)
        self.weighted = scalars.made_by(nodes.weighted_sum)
        self.square = scalars.made_by(calculus.square) | (self._second(calculus.power) == 2)
        with np.errstate(divide="ignore", over="ignore"):
            self._reciprocal = 1 / self._second(calculus.divide)
            self.divide = np.isfinite(self._reciprocal) & (self._reciprocal != 0)
        linear = self.add | self.subtract | self.negative | self.divide
        self.sum = linear | self.multiply | self.weighted | self.square

    def _second(self, primitive: Elementwise) -> NDArray[np.float64]:
        """The second operands of a primitive where they are constants, NaN elsewhere."""
        scalars = self._scalars
        found = np.full(len(scalars), np.nan)
        nodes = np.flatnonzero(scalars.made_by(primitive))
        second = scalars.operands[scalars.start[nodes] + 1]
        constant = second >= scalars.first_constant
        found[nodes[constant]] = scalars.numbers(second[constant])
        return found

    def multiples(self) -> list[tuple[Numbers, NDArray[np.float64], Numbers]]:
        """-x, x/c, and the second half of a - x: nodes, the constant factors, x."""
        found = []
        for which, factor, place in (
            (self.negative, -1.0, 0),
            (self.subtract, -1.0, 1),
            (self.divide, self._reciprocal, 0),
        ):
            nodes = np.flatnonzero(which)
            factors = np.broadcast_to(np.float64(factor), which.shape)[nodes]
            found.append((nodes, factors, self._scalars.operands[self._scalars.start[nodes] + place]))
        return found


def _with_one_constant(scalars: Scalars, of: Numbers, single: Numbers) -> tuple[Numbers, Numbers]:
    """The singles, with the constants of each sum added up to one."""
    constant = single >= scalars.first_constant
    sums, place = np.unique(of[constant], return_inverse=True)
    totals = np.asarray(np.bincount(place, scalars.numbers(single[constant]), len(sums)), np.float64)
    together = scalars.add_constants(totals)
    return np.concatenate([of[~constant], sums]), np.concatenate([single[~constant], together])


def _levels(scalars: Scalars, dissolved: NDArray[np.bool_]) -> Numbers:
    """The level of every node; of what has dissolved, the highest of its operands."""
    made = np.flatnonzero(scalars.counts)
    first = scalars.operands[scalars.start[made]].tolist()
    last = scalars.operands[scalars.start[made + 1] - 1].tolist()
    step = np.where(dissolved[made], 0, 1).tolist()
    several = {
        i: scalars.operands[scalars.start[i] + 1 : scalars.start[i + 1] - 1].tolist()
        for i in np.flatnonzero(scalars.counts > 2).tolist()
    }
    level = [0] * len(scalars)
    for i, a, b, one in zip(made.tolist(), first, last, step):  # the loop that every operation goes through
        highest = level[a] if level[a] > level[b] else level[b]
        if i in several:
            highest = max(highest, *[level[x] for x in several[i]])
        level[i] = highest + one
    return np.array(level)
