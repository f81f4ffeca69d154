"""Which cells an output cell is computed from, and with which weight: the table behind every grid.

A row of the table says: d output / d source = factor · by, where ``by`` is the weight that the source is
multiplied with, if it is one. Choosing an output cell is selecting rows by their output; the gradient
of a source or of a weight is the sum of the rows in which it stands. The rows are read off the engine: a
selection is carried out on the numbers of the cells, a product is differentiated at weights that no
sum of others can equal, and everything else is differentiated where it stands.

Cells have numbers from 1, counted over all grids; what an operation puts in, such as padding, has
negative ones, counted over the padded operand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.geometry import Windows
from autograd_core.namespaces.rows import Rows, rows
from autograd_core.primitive import (
    Application,
    Elementwise,
    Linear,
    Multilinear,
    Primitive,
    arrays,
    nodes,
)

Codes = np.ndarray[Any, np.dtype[np.int64]]
Factors = np.ndarray[Any, np.dtype[np.float64]]

MOST_DERIVATIVES = 4_000_000
"""An operation with more pairs of an output and an operand is not written out."""

_APART = 10_000_000
"""The distance of the numbers of what was put in into one operand from those of the next."""
_ADDS_THE_SAME = {"max": "sum", "min": "sum", "window_max": "window_sum"}
"""The candidates of a selection are the numbers that this operation would add."""
_BY_GROUPS = frozenset({"softmax", "log_softmax", "standardize", "standardize_affine"})
"""Each output is computed from all elements along some axes, also where a derivative happens to be 0."""


class TooLargeError(Exception):
    """A graph that has no room on grids; the message says why."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The rows of the table, column by column.

    Attributes:
        out: the position of the output cell in its grid.
        source: the number of the cell that is used.
        by: the number of the weight it is multiplied with, 0 where there is none.
        factor: what else it is multiplied with.
    """

    out: Codes
    source: Codes
    by: Codes
    factor: Factors

    def __add__(self, other: Uses) -> Uses:
        """The rows of both, by their outputs."""
        columns = [
            np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("out", "source", "by", "factor")
        ]
        order = np.argsort(columns[0], kind="stable")
        return Uses(*(column[order] for column in columns))

    def scaled(self, by: float) -> Uses:
        """With every factor times a number."""
        return Uses(self.out, self.source, self.by, self.factor * by)


@dataclass(frozen=True, slots=True)
class Frame:
    """An operand as an operation sees it.

    Attributes:
        codes: the numbers of its cells, negative where something was put in.
        values: what stands there.
    """

    codes: Codes
    values: Factors


def numbered(codes: Codes, index: int = 0) -> Codes:
    """With negative numbers in the place of zeros, which stand for what was put in into an operand."""
    places = -1 - index * _APART - np.arange(codes.size).reshape(codes.shape)
    return np.where(codes == 0, places, codes)


def selected(node: Node, operands: Sequence[Codes | None]) -> Codes | None:
    """The numbers of the cells that a selection (reshape, transpose, an index ...) shows again; None for an
    operation that computes something. What is put in has the number 0.
    """
    op = node.op
    if not isinstance(op, Linear) or any(codes is None for codes in operands):
        return None
    parameters = {**node.parameters, **op.homogeneous}
    once, squared = (
        np.asarray(op.forward(*(codes**power for codes in operands if codes is not None), **parameters))
        for power in (1, 2)
    )
    # Of numbers from 1, no sum of several has the sum of their squares as its square.
    if not np.array_equal(once**2, squared) or not np.array_equal(once, np.rint(once)):
        return None
    return once.astype(np.int64)


def shows_a_leaf(x: Any) -> bool:
    """Whether something was not computed: a leaf, in whatever shape, or a plain array."""
    while isinstance(x, Node) and x.op is not None:
        if not isinstance(x.op, Linear) or len(x.parents) != 1:
            return False
        x = x.parents[0]
    return True


def uses_of(node: Node, operands: Sequence[Codes | None]) -> tuple[Uses, list[Frame]]:
    """The table of one operation, and its operands as it sees them.

    Args:
        node: what the operation made.
        operands: the numbers of the cells of each operand, None for a plain number.

    Raises:
        TooLargeError: if there are too many derivatives.
    """
    op = node.op
    assert op is not None, "a leaf uses nothing"
    if not all(codes is None or codes.size for codes in operands):
        return _nothing(), []
    if op.name == "convolution":
        return _convolution(node, operands)
    size = math.prod(node.shape)
    largest = max(codes.size for codes in operands if codes is not None)
    inputs = [x.data if isinstance(x, Node) else x for x in node.inputs]
    frames = [
        Frame(numbered(codes, index), np.asarray(inputs[index], dtype=np.float64))
        for index, codes in enumerate(operands)
        if codes is not None
    ]
    if isinstance(op, Elementwise):
        return _elementwise(node, operands), frames
    if size * largest > MOST_DERIVATIVES:
        raise TooLargeError(f"{op.name} has {size * largest:,} derivatives, at most {MOST_DERIVATIVES:,}")
    if op.name == "affine" or (isinstance(op, Multilinear) and len(operands) == 2):
        product = _product(node, operands)
        if product is not None:
            return product, frames
    application = Application(node.data, inputs, node.parameters, node.residuals)
    tables = []
    for index, codes in enumerate(operands):
        if codes is None:
            continue
        slopes = _jacobian(op, index, application)
        if slopes is None:
            continue
        met = slopes != 0
        if op.name in _ADDS_THE_SAME:
            terms = Application(node.data, inputs, node.parameters)
            met = _jacobian(getattr(nodes, _ADDS_THE_SAME[op.name]), 0, terms) != 0
        elif op.name in _BY_GROUPS and index == 0:
            met = _together(inputs[0], node.parameters["axis"])
        out, place = np.nonzero(met)
        source = numbered(codes, index).ravel()[place]
        tables.append(Uses(out, source, np.zeros_like(out), slopes[out, place]))
    return (_joined(tables) if tables else _nothing()), frames


def _nothing() -> Uses:
    none = np.zeros(0, dtype=np.int64)
    return Uses(none, none, none, np.zeros(0))


def _joined(tables: Sequence[Uses]) -> Uses:
    first, *others = tables
    for table in others:
        first = first + table
    return first


def _jacobian(op: Primitive, index: int, application: Application) -> Any:
    """d output / d input as a matrix, None where there is no derivative."""
    output = np.asarray(application._raw)
    ones = Rows(np.eye(output.size).reshape(output.size, *output.shape))
    with np.errstate(all="ignore"):
        wanted = [place == index for place in range(len(application.values))]
        found = rows.shares_of(op)(rows, ones, application, wanted)[index]
    if found is None:
        return None
    stacked, own = np.asarray(found.stacked), np.shape(application.values[index])
    extra = stacked.ndim - 1 - len(own)  # along these, and where the input has length 1, it was repeated
    repeated = (1 + extra + i for i, n in enumerate(own) if n == 1)
    return stacked.sum(axis=(*range(1, 1 + extra), *repeated)).reshape(output.size, -1)


def _together(x: Any, axis: Any) -> Any:
    """Which elements of an array stand in one group along some axes, a matrix of all pairs."""
    groups = np.arange(x.size).reshape(x.shape).min(axis=axis, keepdims=True)
    number = np.broadcast_to(groups, x.shape).ravel()
    return number[:, None] == number


def _elementwise(node: Node, operands: Sequence[Codes | None]) -> Uses:
    """Every output cell uses one cell of each operand; a factor is the weight of the other."""
    op = node.op
    assert isinstance(op, Elementwise), "the kind has been asked"
    inputs = [x.data if isinstance(x, Node) else x for x in node.inputs]
    out = np.arange(math.prod(node.shape))
    spread = [
        None if codes is None else np.broadcast_to(numbered(codes, index), node.shape).ravel()
        for index, codes in enumerate(operands)
    ]
    a, b = (*spread, None)[:2]
    if op.name == "multiply" and a is not None and b is not None:
        leaf, other = map(shows_a_leaf, node.inputs)
        return Uses(out, *((b, a) if leaf and not other else (a, b)), np.ones(out.size))
    tables = []
    for index, codes in enumerate(spread):
        with np.errstate(all="ignore"):
            slope = None if codes is None else op.local_derivative(arrays, index, node.data, inputs)
        if codes is not None and slope is not None:
            factor = np.broadcast_to(np.asarray(slope, dtype=np.float64), node.shape).ravel()
            tables.append(Uses(out, codes, np.zeros_like(out), factor))
    return _joined(tables) if tables else _nothing()


def _product(node: Node, operands: Sequence[Codes | None]) -> Uses | None:
    """Sums of products of an input and a weight, and of a bias; None where a derivative is more than one
    weight.
    """
    op, (x, w, *bias) = node.op, operands
    assert op is not None, "an operation"
    assert x is not None, "plain operands have become cells"
    assert w is not None, "plain operands have become cells"
    marks = np.random.default_rng(0).uniform(1, 2, w.size)  # no sum of several is again one of them
    inputs = [node.inputs[0], marks.reshape(w.shape), *node.inputs[2:]]
    inputs = [v.data if isinstance(v, Node) else v for v in inputs]
    slopes = _jacobian(op, 0, Application(node.data, inputs, node.parameters))
    out, place = np.nonzero(slopes)
    found = slopes[out, place]
    order = np.argsort(marks)
    which = order[np.searchsorted(marks, found, sorter=order).clip(0, w.size - 1)]
    if not np.array_equal(marks[which], found):
        return None
    used, by = numbered(x).ravel()[place], numbered(w, 1).ravel()[which]
    leaf, other = map(shows_a_leaf, node.inputs[:2])
    if (leaf and not other) or (leaf and x.ndim > w.ndim):  # a matrix of weights on the left of its input
        used, by = by, used
    table = Uses(out, used, by, np.ones(out.size))
    if bias and bias[0] is not None:
        cells = np.arange(math.prod(node.shape))
        added = np.broadcast_to(bias[0], node.shape).ravel()
        table += Uses(cells, added, np.zeros_like(cells), np.ones(cells.size))
    return table


def _convolution(node: Node, operands: Sequence[Codes | None]) -> tuple[Uses, list[Frame]]:
    """The windows of the engine, laid over the numbers of the cells; the padding takes part."""
    x, w = operands
    assert x is not None, "plain operands have become cells"
    assert w is not None, "plain operands have become cells"
    how = node.parameters
    windows, groups = Windows(w.shape[2:], how["stride"], how["padding"], how["dilation"]), how["groups"]
    whole = np.zeros((*x.shape[:2], *windows.padded(x.shape[2:])), dtype=np.int64)
    source, target = windows.inside(x.shape[2:])
    values = np.zeros(whole.shape)
    image, kernel = (v.data if isinstance(v, Node) else np.asarray(v) for v in node.inputs)
    inner: tuple[Any, ...] = (..., *target)
    outer: tuple[Any, ...] = (..., *source)
    whole[inner], values[inner] = x[outer], image[outer]
    whole = numbered(whole)
    axes = tuple(range(2, x.ndim))
    seen = arrays.sliding_windows(
        whole, window=windows.kernel, stride=windows.stride, dilation=windows.dilation, axes=axes
    )  # (N, C, *positions, *kernel)
    n, positions, per_group = len(x), node.shape[2:], len(w) // groups
    pixels = seen.reshape(n, groups, 1, w.shape[1], math.prod(positions), math.prod(windows.kernel))
    weights = w.reshape(1, groups, per_group, w.shape[1], 1, math.prod(windows.kernel))
    together = np.broadcast_shapes(pixels.shape, weights.shape)
    if math.prod(together) > MOST_DERIVATIVES:
        raise TooLargeError(f"convolution has {math.prod(together):,} products, at most {MOST_DERIVATIVES:,}")
    used, by = (np.broadcast_to(codes, together).swapaxes(3, 4).ravel() for codes in (pixels, weights))
    out = np.repeat(np.arange(math.prod(node.shape)), w.shape[1] * math.prod(windows.kernel))
    return Uses(out, used, by, np.ones(out.size)), [Frame(whole, values), Frame(w, kernel)]
