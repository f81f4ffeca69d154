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
    """A computation with single numbers. Nodes 0 ... P - 1 are the parameters, P ... P + I - 1 the inputs;
    then come the operations, each after its operands, and last the constants.

    Attributes:
        primitives: what the operations are.
        kind: of each node the place of its primitive among them, or ``LEAF``.
        start: where the operands of node i are: at ``start[i]`` to ``start[i + 1]`` of ``operands``.
        operands: node numbers.
        constants: what the constants are, a number for each of the last nodes.
        parameters: how many there are.
        inputs: how many there are.
        outputs: the node numbers of the results.

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
    parameters: int
    inputs: int
    outputs: Numbers

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

    def add_constants(self, numbers: NDArray[np.float64]) -> Numbers:
        """Further constants: their node numbers."""
        before = len(self)
        self.constants = np.concatenate([self.constants, numbers])
        self.kind = np.concatenate([self.kind, np.full(len(numbers), LEAF)])
        self.start = np.concatenate([self.start, np.full(len(numbers), self.start[-1])])
        return np.arange(before, len(self))


def flattened(
    outputs: Sequence[Value], parameters: Sequence[Value] = (), inputs: Sequence[Value] = ()
) -> Scalars:
    """The computation of ``outputs`` from ``parameters`` and ``inputs``; every other leaf is a constant."""
    walk = _walked(outputs, [*parameters, *inputs])
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

    counts = np.zeros(count + len(constants), np.intp)
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
        _settled(operands, count),
        np.array(constants, np.float64),
        len(parameters),
        len(inputs),
        _settled(np.array(walk.outputs, np.intp), count),
    )


NONE = 0
"""In a walk nodes are numbered from 1, and 0 is an operand that is not there. How many nodes there will be is
not known yet, so constants, which come last, have negative numbers until then.
"""


def _settled(numbers: Numbers, count: int) -> Numbers:
    """The node numbers."""
    return np.where(numbers > NONE, numbers - 1, count - 1 - numbers)


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
        return -len(self.constants)


def _walked(outputs: Sequence[Value], given: list[Value]) -> _Walk:
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
            elif a is None:  # a leaf that was not given: it never changes
                captured.append(v)
                v._uses = walk.constant(v.data)
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
