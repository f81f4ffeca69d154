"""The recorded graph of Values as flat arrays of numbers.

A graph of objects can be walked; arrays can be sorted, counted and compared all at once. Every number of the
computation gets a place in the arrays, its *node number*, and what was an attribute of an object becomes an
entry: which primitive made it, and the node numbers of its operands. Constants are nodes like others, so
``2 - x`` has two operands.

The walk over the objects is the only loop here; all that can be said after it is said of whole arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..primitive import Elementwise
from ..value import Value

__all__ = ["LEAF", "Scalars", "flattened"]

Numbers = NDArray[np.intp]
"""Node numbers, places, counts."""

LEAF = -1
"""The kind of a node that nothing computes: a parameter, an input or a constant."""


@dataclass(eq=False, slots=True)
class Scalars:
    """A computation with single numbers. The first nodes are the given parameters and the inputs; then come
    the operations, each after its operands, then further parameters that were found, and last the constants.

    Attributes:
        primitives: what the operations are.
        kind: of each node the place of its primitive among them, or ``LEAF``.
        start: where the operands of node i are: at ``start[i]`` to ``start[i + 1]`` of ``operands``.
        operands: node numbers.
        constants: what the constants are, a number for each of the last nodes.
        parameters: their node numbers, and those of the inputs.
        inputs:
        outputs: the node numbers of the results, and behind them those of numbers that are only looked at.
        results: how many of the outputs are results, which have a gradient.

    >>> from autograd_core import Value
    >>> w, x = Value(3.0), Value(2.0)
    >>> flat = flattened([1.0 - w * x], [w], [x])
    >>> [primitive.name for primitive in flat.primitives]
    ['multiply', 'subtract']
    >>> flat.kind.tolist(), flat.operands.tolist(), flat.constants.tolist()
    ([-1, -1, 0, 1, -1], [0, 1, 4, 2], [1.0])
    """

    primitives: list[Elementwise]
    kind: Numbers
    start: Numbers
    operands: Numbers
    constants: NDArray[np.float64]
    parameters: Numbers
    inputs: Numbers
    outputs: Numbers
    results: int

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def counts(self) -> Numbers:
        """How many operands each node has."""
        return np.diff(self.start)

    @property
    def first_constant(self) -> int:
        """The node number of the first constant."""
        return len(self) - len(self.constants)

    def made_by(self, primitive: Elementwise) -> NDArray[np.bool_]:
        """Which nodes a primitive has made."""
        if primitive not in self.primitives:
            return np.zeros(len(self), bool)
        return np.asarray(self.kind == self.primitives.index(primitive))

    def numbers(self, constants: Numbers) -> NDArray[np.float64]:
        """What constants are."""
        return self.constants[constants - self.first_constant]

    def depending_on(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which nodes depend on some, those included."""
        depends = np.zeros(len(self), bool)
        depends[numbers] = True
        of_operand = depends.tolist()
        operands, start = self.operands.tolist(), self.start.tolist()
        for i in np.flatnonzero(self.kind != LEAF).tolist():
            of_operand[i] = any(of_operand[x] for x in operands[start[i] : start[i + 1]])
        return np.array(of_operand)

    def carried_out(self, parameters: Sequence[Any], inputs: Sequence[Any]) -> list[Any]:
        """The outputs for any kind of numbers, operation by operation."""
        known: dict[int, Any] = dict(enumerate(self.constants.tolist(), start=self.first_constant))
        known |= zip(self.parameters.tolist(), parameters, strict=True)
        known |= zip(self.inputs.tolist(), inputs, strict=True)
        for i in np.flatnonzero(self.kind != LEAF).tolist():
            operands = self.operands[self.start[i] : self.start[i + 1]].tolist()
            known[i] = self.primitives[self.kind[i]](*[known[x] for x in operands])
        return [known[i] for i in self.outputs.tolist()]

    def add_constants(self, numbers: NDArray[np.float64]) -> Numbers:
        """Further constants: their node numbers."""
        before = len(self)
        self.constants = np.concatenate([self.constants, numbers])
        self.kind = np.concatenate([self.kind, np.full(len(numbers), LEAF)])
        self.start = np.concatenate([self.start, np.full(len(numbers), self.start[-1])])
        return np.arange(before, len(self))


def flattened(
    outputs: Sequence[Value],
    parameters: Sequence[Value] = (),
    inputs: Sequence[Value] = (),
    *,
    watched: Sequence[Value] = (),
    found: list[Value] | None = None,
) -> Scalars:
    """The computation of ``outputs`` from ``parameters`` and ``inputs``.

    Args:
        outputs: the results.
        parameters: what they depend on and have a gradient by.
        inputs: what they depend on, too.
        watched: further results, which are looked at and have no gradient.
        found: a list in which every other leaf is put, and which are parameters then; without it they are
            constants.
    """
    walk = _walked([*outputs, *watched], [*parameters, *inputs], found)
    constants, given, count = walk.constants, walk.given, len(walk.order)
    made = walk.order[given:]
    tags = list(map(attrgetter("_tag"), made))
    primitives: dict[Any, int] = {}
    of_tag = {tag: primitives.setdefault(tag.primitive, len(primitives)) for tag in dict.fromkeys(tags)}
    kind = np.fromiter(map(of_tag.__getitem__, tags), np.intp, len(made))
    arity = np.array([primitive.arity for primitive in primitives], np.intp)[kind]

    left, right = np.array(walk.left, np.intp), np.array(walk.right, np.intp)
    beside = np.flatnonzero((arity == 2) & (left != NONE) & (right == NONE))
    right[beside] = [walk.constant(made[i]._db) for i in beside.tolist()]
    reflected = beside[np.array([tags[i].reflected for i in beside.tolist()], bool)]
    left[reflected], right[reflected] = right[reflected], left[reflected]

    others = len(found or ())
    counts = np.zeros(count + others + len(constants), np.intp)
    counts[given:count] = (left != NONE).astype(np.intp) + (right != NONE)
    for i, places in walk.lists.items():
        counts[i] = len(places)
    start = np.concatenate([[0], np.cumsum(counts)])
    operands = np.empty(start[-1], np.intp)
    begin = start[given:count]
    operands[begin[left != NONE]] = left[left != NONE]
    operands[begin[right != NONE] + 1] = right[right != NONE]
    for i, places in walk.lists.items():
        operands[start[i] : start[i + 1]] = places
    leaves = np.full(len(counts), LEAF)
    leaves[given:count] = kind
    return Scalars(
        list(primitives),
        leaves,
        start,
        _settled(operands, count, others),
        np.array(constants, np.float64),
        np.concatenate([np.arange(len(parameters)), np.arange(count, count + others)]),
        np.arange(len(parameters), given),
        _settled(np.array(walk.outputs, np.intp), count, others),
        len(outputs),
    )


NONE = 0
"""In a walk nodes are numbered from 1, and 0 is an operand that is not there. How many nodes there will be is
not known yet, so what comes last has negative numbers until then: odd ones the leaves that are found, even
ones the constants.
"""


def _settled(numbers: Numbers, count: int, found: int) -> Numbers:
    """The node numbers."""
    last = -numbers // 2
    return np.where(numbers > NONE, numbers - 1, count + np.where(numbers % 2, last, found + last - 1))


class _Walk:
    """What a walk over the objects has found: the nodes in order, the first operand of each, the second, and
    where there are more all of them.
    """

    def __init__(self, given: list[Value]) -> None:
        self.given = len(given)
        self.order = list(given)
        self.left: list[int] = []
        self.right: list[int] = []
        self.lists: dict[int, list[int]] = {}
        self.outputs: list[int] = []
        self.constants: list[float] = []

    def constant(self, x: float) -> int:
        self.constants.append(x)
        return -2 * len(self.constants)


def _walked(outputs: Sequence[Value], given: list[Value], found: list[Value] | None) -> _Walk:
    """Number every Value that is needed, each after its operands; those that are given come first, and what
    they were computed from does not count. The number of a Value is kept in its slot ``_uses`` meanwhile:
    a dictionary would take as long as all the rest.
    """
    walk = _Walk(given)
    order, left, right = walk.order, walk.left, walk.right
    captured = []
    stack = list(reversed(outputs))
    try:
        for i, v in enumerate(given, start=1):
            v._uses = v._uses or i
        while stack:
            v = stack[-1]
            if v._uses:
                stack.pop()
                continue
            a, b = v._a, v._b
            first = second = NONE
            if type(a) is tuple:
                waiting = [x for x in v._db if isinstance(x, Value) and not x._uses]
                if waiting:
                    stack += reversed(waiting)
                    continue
                numbers = [x._uses if isinstance(x, Value) else walk.constant(x) for x in v._db]
                walk.lists[len(order)] = numbers
            elif a is None:  # a leaf that was not given
                if found is None:
                    v._uses = walk.constant(v._raw)
                else:
                    v._uses = -2 * len(found) - 1
                    found.append(v)
                captured.append(v)
                continue
            else:
                first = a._uses
                if not first:
                    stack.append(a)
                    continue
                if b is not None:
                    second = b._uses
                    if not second:
                        stack.append(b)
                        continue
            left.append(first)
            right.append(second)
            order.append(v)
            v._uses = len(order)
            stack.pop()
        walk.outputs = [v._uses for v in outputs]
    finally:
        for v in order:
            v._uses = 0
        for v in captured:
            v._uses = 0
    return walk
