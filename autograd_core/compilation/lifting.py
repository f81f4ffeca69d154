"""A graph of single numbers lifted to a computation with arrays, in which sums of products are matrix
products.

The numbers of the graph are put one after the other on a long tape: constants, parameters, inputs, and then
the results, level by level. What is of one level and one kind is computed by one operation on arrays, which
takes its operands from the tape by their *addresses* and leaves its results in one piece behind what is
there. Because the results of a matrix product are laid out as a matrix, what the next product takes is a
matrix again, as a rule: a view, without moving a number.

What comes out is an ordinary function of two arrays, computed by the primitives of the engine: its backward
pass is the ordinary sweep, a derivative of order two is the derivative of that. Nothing here knows a
derivative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import structure
from ..graph import Node
from ..primitive import Elementwise
from ..tensor import Tensor
from ..value import Value
from .gathering import NOWHERE, Places, gather
from .grids import Stack, stacked, words
from .scalars import Numbers, Scalars, flattened
from .sums import Sums, found_sums

__all__ = ["Lifted", "lift"]

CONSTANTS, PARAMETERS, INPUTS = 0, 1, 2
"""The first pieces of the tape."""

_FEW = 4
"""So many different constants beside the operands of one kind are worth an operation each (``x**2``,
``x**3``); so many pieces a product of its own.
"""


def lift(outputs: Sequence[Value], parameters: Sequence[Value] = (), inputs: Sequence[Value] = ()) -> Lifted:
    """The computation of these Values as a function of two arrays, which hold all parameters and all inputs.

    Leaves that are neither parameters nor inputs are constants.

    >>> from autograd_core import Value
    >>> w, x = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)]
    >>> f = lift([(w[0] * x[0] + w[1] * x[1]).tanh()], w, x)
    >>> parameters = Tensor([0.1, 0.2], requires_grad=True)
    >>> y = f(parameters, Tensor([1.0, -0.5]))
    >>> y.backward()
    >>> y.shape, parameters.grad
    ((1,), array([ 1. , -0.5]))
    """
    return Lifted(flattened(outputs, parameters, inputs))


class Pick:
    """Numbers from the tape, in a shape: all from one piece of it, or from several that have to be joined.

    Attributes:
        pieces: the pieces.
        places: where the numbers are in the pieces, one after the other.
        whole: whether they are all numbers of one piece, in their order.
        numbers: the numbers themselves where they are constants.
    """

    __slots__ = ("numbers", "pieces", "places", "whole")

    def __init__(self, tape: Tape, addresses: Numbers) -> None:
        piece = np.where(addresses == NOWHERE, CONSTANTS, tape.piece[addresses])
        self.pieces: list[int] = np.unique(piece[addresses != NOWHERE]).tolist()
        self.numbers: Any = None
        if self.pieces in ([], [CONSTANTS]):
            self.numbers = np.append(tape.constants, 0.0)[addresses]
            return
        index = np.full(addresses.shape, NOWHERE)
        before = 0
        for number in self.pieces:
            here = (piece == number) & (addresses != NOWHERE)
            index[here] = addresses[here] - tape.begin[number] + before
            before += tape.begin[number + 1] - tape.begin[number]
        self.places = Places(index)
        self.whole = index.size == before and np.array_equal(index.ravel(), np.arange(before))

    def __call__(self, pieces: list[Any]) -> Any:
        if self.numbers is not None:
            return self.numbers
        found = [pieces[i] for i in self.pieces]
        if len(found) == 1 and isinstance(found[0], Parts):
            return found[0].picked(self)
        found = [x.whole if isinstance(x, Parts) else x for x in found]
        behind = max((x.shape[1:] for x in found), key=len)
        if len(found) > 1:
            found = [
                x
                if x.shape[1:] == behind
                else structure.broadcast_to(_behind(x, behind), (x.shape[0], *behind))
                for x in found
            ]
        x = found[0] if len(found) == 1 else structure.concatenate(found)
        if self.whole:
            return x.reshape(*self.places.shape, *behind)
        return gather(x, places=self.places) if isinstance(x, Node) else gather.forward(x, places=self.places)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of what is picked."""
        shape: tuple[int, ...] = self.places.shape if self.numbers is None else self.numbers.shape
        return shape


def _behind(x: Any, behind: tuple[int, ...]) -> Any:
    """``x`` with further axes of length 1."""
    return x.reshape(*x.shape, *[1] * len(behind)) if behind else x


class Parts:
    """An array of which each part that is picked is a tensor of its own."""

    @property
    def whole(self) -> Tensor:
        """All of it."""
        raise NotImplementedError

    def picked(self, pick: Pick) -> Tensor:
        """The part that is picked."""
        raise NotImplementedError


class Tape:
    """Where all numbers are.

    Attributes:
        address: of each node, once it has one.
        piece: of each address the piece of the tape that it is in.
        begin: where each piece begins, and where the last ends.
        constants: the first piece.
    """

    def __init__(self, scalars: Scalars) -> None:
        bits, place = np.unique(scalars.constants.view(np.int64), return_inverse=True)
        self.constants = bits.view(np.float64)
        self.address = np.full(len(scalars), NOWHERE)
        self.address[scalars.first_constant :] = place
        self.begin = [0, len(bits)]
        self.piece = np.full(len(scalars) + 1, CONSTANTS)
        self.append(scalars.parameters)
        self.append(scalars.inputs)

    def append(self, nodes: Numbers) -> None:
        """Put these nodes behind what is there, as one piece."""
        begin = self.begin[-1]
        end = begin + len(nodes)
        self.address[nodes] = np.arange(begin, end)
        self.piece[begin:end] = len(self.begin) - 1
        self.begin.append(end)


@dataclass(eq=False, slots=True)
class Applied:
    """A function of numbers, for many of them at once."""

    primitive: Elementwise
    operands: list[Pick | float]

    def __call__(self, pieces: list[Any]) -> Any:
        operands = [x if isinstance(x, float) else x(pieces) for x in self.operands]
        behind = max((np.shape(x)[1:] for x in operands), key=len)
        operands = [_behind(x, behind) if np.ndim(x) == 1 else x for x in operands]
        return self.primitive(*operands)


@dataclass(eq=False, slots=True)
class Product:
    """A stack of matrix products C = A B, cut along the terms where they come from other pieces, and what is
    added: of each a pick. What is the same for all n, all rows or all columns is there once.
    """

    shape: tuple[int, ...]
    factors: list[tuple[Pick, Pick]]
    added: list[Pick]

    def __call__(self, pieces: list[Any]) -> Any:
        total: Any = None
        for left, right in self.factors:
            product = _product(left(pieces), right(pieces))
            total = product if total is None else _plus(total, product)
        for pick in self.added:
            x = pick(pieces)
            if len(pick.shape) == 4:
                x = x.sum(axis=3)
            total = x if total is None else _plus(total, x)
        if total.shape[:3] != self.shape:
            total = structure.broadcast_to(total, (*self.shape, *total.shape[3:]))
        return total.reshape(-1, *total.shape[3:])


def _plus(a: Any, b: Any) -> Any:
    behind = max(a.shape[3:], b.shape[3:], key=len)
    return (a if a.shape[3:] == behind else _behind(a, behind)) + (
        b if b.shape[3:] == behind else _behind(b, behind)
    )


def _product(a: Any, b: Any) -> Any:
    """The products A[n] B[n] of (n, p, u) and (n, u, q), the axis of the samples behind."""
    (n, p, u), (m, _, q) = a.shape[:3], b.shape[:3]
    n = max(n, m)
    if u == 1:
        behind = max(a.shape[3:], b.shape[3:], key=len)
        return (a if a.shape[3:] == behind else _behind(a, behind)) * (
            b if b.shape[3:] == behind else _behind(b, behind)
        )
    if a.ndim == b.ndim == 3:
        if p == q == 1 and n > 1:
            return (a.reshape(len(a), u) * b.reshape(len(b), u)).sum(axis=1).reshape(n, 1, 1)
        if n == 1:
            return (a.reshape(p, u) @ b.reshape(u, q)).reshape(1, p, q)
        return a @ b
    if a.ndim == 3:  # all samples side by side are one wide matrix
        batch = b.shape[3]
        wide = b.reshape(m, u, q * batch)
        if n == 1:
            return (a.reshape(p, u) @ wide.reshape(u, q * batch)).reshape(1, p, q, batch)
        return (a @ wide).reshape(n, p, q, batch)
    if b.ndim == 3:
        return _product(b.swapaxes(1, 2), a.swapaxes(1, 2)).swapaxes(1, 2)
    if p == q == 1:
        return (a.reshape(len(a), u, -1) * b.reshape(len(b), u, -1)).sum(axis=1).reshape(n, 1, 1, -1)
    return structure.moveaxis(structure.moveaxis(a, 3, 0) @ structure.moveaxis(b, 3, 0), 0, 3)


class Lifted:
    """A graph of numbers as a function of two arrays: ``lifted(parameters, inputs)`` gives the outputs as a
    Tensor, one number each.

    Both arrays may have a second axis, of samples; so has the result then, if it depends on such an array.

    Attributes:
        steps: the operations, each of which makes a piece of the tape.
        levels: how many there are, one after the other.
        scalars: the computation.
    """

    def __init__(self, scalars: Scalars, sums: Sums | None = None) -> None:
        sums = sums or found_sums(scalars)
        self.scalars, self._one = scalars, sums.one
        self._tape = Tape(scalars)
        self._number = np.full(len(scalars), -1)  # of a sum among those of its level
        self.levels = int(sums.level.max(initial=0))
        self.steps: list[Applied | Product] = []
        of_level = [
            _by_level(x, sums.level[x if x.ndim == 1 else x[0]], self.levels)
            for x in (np.arange(len(scalars)), sums.pairs, sums.singles)
        ]
        for nodes, pairs, singles in list(zip(*of_level, strict=True))[1:]:
            is_sum = sums.is_sum[nodes]
            if is_sum.any():
                self._add_sums(nodes[is_sum], pairs, singles)
            self._add_others(nodes[~is_sum])
        outputs = self._tape.address[scalars.outputs]
        self._results = Pick(self._tape, outputs[: scalars.results])
        self._watched = Pick(self._tape, outputs[scalars.results :])

    def __call__(self, parameters: Any, inputs: Any) -> Tensor:
        return self.run(parameters, inputs)[0]

    @property
    def size(self) -> int:
        """How many numbers the steps make."""
        return self._tape.begin[-1]

    def run(self, parameters: Any, inputs: Any) -> tuple[Tensor, Tensor]:
        """The results, and the numbers that are only looked at."""
        pieces = [self._tape.constants, parameters, inputs]
        for step in self.steps:
            pieces.append(step(pieces))
        results, watched = self._results(pieces), self._watched(pieces)
        return (
            results if isinstance(results, Tensor) else Tensor(results),
            watched if isinstance(watched, Tensor) else Tensor(watched),
        )

    def _append(self, step: Applied | Product, nodes: Numbers) -> None:
        self._tape.append(nodes)
        self.steps.append(step)

    # -- functions of numbers

    def _add_others(self, nodes: Numbers) -> None:
        scalars = self.scalars
        kinds, counts = scalars.kind[nodes], scalars.counts[nodes]
        for kind, count in np.unique(np.stack([kinds, counts]), axis=1).T.tolist():
            alike = nodes[(kinds == kind) & (counts == count)]
            operands = scalars.operands[scalars.start[alike][:, None] + np.arange(count)]
            constant = operands >= scalars.first_constant
            for members in _by_constants(np.where(constant, self._tape.address[operands], -1)):
                self._apply(scalars.primitives[kind], alike[members], operands[members])

    def _apply(self, primitive: Elementwise, nodes: Numbers, operands: Numbers) -> None:
        addresses = self._tape.address[operands]
        varying = int(np.argmax((operands < self.scalars.first_constant).any(axis=0)))
        odd = 2 * np.arange(addresses.shape[1], dtype=np.uint64) + np.uint64(1)
        one, same = _distinct((words(addresses) * odd).sum(axis=1))
        one = one[np.argsort(addresses[one, varying], kind="stable")]
        picks: list[Pick | float] = []
        for number, column in enumerate(addresses[one].T):
            pick = Pick(self._tape, column)
            repeated = pick.numbers is not None and number != varying and (column == column[0]).all()
            picks.append(float(pick.numbers[0]) if repeated else pick)
        self._append(Applied(primitive, picks), nodes[one])
        self._tape.address[nodes] = self._tape.address[nodes[same]]

    # -- sums of products

    def _add_sums(self, nodes: Numbers, pairs: Numbers, singles: Numbers) -> None:
        left, right = self._tape.address[pairs[1:]]
        single = self._tape.address[singles[1]]
        # Earlier pieces to the left: constants, then parameters, then inputs, then results.
        swapped = self._tape.piece[left] > self._tape.piece[right]
        left, right = np.where(swapped, right, left), np.where(swapped, left, right)

        self._number[nodes] = np.arange(len(nodes))
        of, single_of = self._number[pairs[0]], self._number[singles[0]]
        prints = np.zeros(len(nodes), np.uint64)
        np.add.at(prints, of, words(left) * (words(right) | np.uint64(1)))
        np.add.at(prints, single_of, words(single))
        one, same = _distinct(prints)
        if len(one) < len(nodes):  # of equal sums one is computed
            self._number[nodes] = -1
            self._number[nodes[one]] = np.arange(len(one))
            of, single_of = self._number[pairs[0]], self._number[singles[0]]
            left, right, of = left[of >= 0], right[of >= 0], of[of >= 0]
            single, single_of = single[single_of >= 0], single_of[single_of >= 0]
        every, same_as, nodes = nodes, nodes[same], nodes[one]
        bare = (np.bincount(of, minlength=len(nodes)) == 0)[single_of]
        if bare.any():  # a sum of singles is one of products with 1
            of = np.append(of, single_of[bare])
            left = np.append(left, np.full(np.count_nonzero(bare), self._tape.address[self._one]))
            right = np.append(right, single[bare])
        added = _in_columns(len(nodes), single_of[~bare], single[~bare])
        for stack in stacked(len(nodes), of, left, right, self._tape.piece):
            self._append(self._product(stack, added[stack.sums]), nodes[stack.sums.ravel()])
        self._tape.address[every] = self._tape.address[same_as]

    def _product(self, stack: Stack, added: Numbers) -> Product:
        left, right = stack.left, stack.right
        factors = []
        for slots in self._cut(left, right):
            a, b = _narrowed(left[:, :, slots], (0, 1)), _narrowed(right[:, slots, :], (0, 2))
            factors.append((Pick(self._tape, a), Pick(self._tape, b)))
        columns = [added] if added.shape[3] > _FEW else [*np.moveaxis(added, 3, 0)]
        return Product(
            stack.sums.shape,
            factors,
            [Pick(self._tape, _narrowed(x, (0, 1, 2))) for x in columns if (x != NOWHERE).any()],
        )

    def _cut(self, left: Numbers, right: Numbers) -> list[Numbers]:
        """The slots whose factors come from the same two pieces, in groups; all together if they are many
        groups or the stack is small.
        """
        slots = np.arange(left.shape[2])
        kinds = np.stack([*_span(self._tape.piece, left, (0, 1)), *_span(self._tape.piece, right, (0, 2))])
        distinct, kind = np.unique(kinds, axis=1, return_inverse=True)
        if distinct.shape[1] > _FEW:
            return [slots]
        return [slots[kind.reshape(-1) == number] for number in range(distinct.shape[1])]


def _span(piece: Numbers, addresses: Numbers, axis: tuple[int, int]) -> tuple[Numbers, Numbers]:
    """The lowest and the highest piece that the numbers along these axes are in."""
    there = addresses != NOWHERE
    found = piece[addresses]
    lowest = np.where(there, found, len(piece)).min(axis=axis)
    return lowest, np.where(there, found, -1).max(axis=axis)


def _narrowed(addresses: Numbers, axes: tuple[int, ...]) -> Numbers:
    """The addresses without repetition along these axes."""
    for axis in axes:
        first = addresses.take([0], axis=axis)
        if (addresses == first).all():
            addresses = first
    return addresses


def _distinct(prints: NDArray[np.uint64]) -> tuple[Numbers, Numbers]:
    """The first of each print, in order, and for each member the first that is like it."""
    _, one, which = np.unique(prints, return_index=True, return_inverse=True)
    return np.sort(one), one[which]


def _in_columns(count: int, of: Numbers, single: Numbers) -> Numbers:
    """The singles of each sum in a row of a table, in the order of their addresses."""
    order = np.lexsort((single, of))
    of, single = of[order], single[order]
    place = np.arange(len(of)) - np.searchsorted(of, of)
    table = np.full((count, place.max(initial=-1) + 1), NOWHERE)
    table[of, place] = single
    return table


def _by_level(nodes: Numbers, level: Numbers, levels: int) -> list[Numbers]:
    """The nodes, or the columns of terms, of each level."""
    order = np.argsort(level, kind="stable")
    bounds = np.searchsorted(level[order], np.arange(levels + 2))
    return [nodes[..., order[begin:end]] for begin, end in pairwise(bounds.tolist())]


def _by_constants(constants: Numbers) -> Iterator[Numbers]:
    """Rows that have constants at the same places: the same constants, if there are few different."""
    if (constants < 0).all():
        yield np.arange(len(constants))
        return
    for table in (constants, constants < 0):
        distinct, kind = np.unique(table, axis=0, return_inverse=True)
        if len(distinct) <= _FEW or table is not constants:
            break
    for number in range(len(distinct)):
        yield np.flatnonzero(kind.ravel() == number)
