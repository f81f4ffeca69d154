"""From the reading of a graph to grids: which tensors are drawn, and the table of uses between them.

What only shows cells again (reshape, transpose, a slice) is not drawn, nor is what belongs to one sum: the
bias of a layer, the number by which a sum is multiplied or divided.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_core import Node, Value
from autograd_core.inspection.operations import constant, expression, is_scalar_constant
from autograd_core.primitive import Elementwise, Linear, Multilinear, arrays

from ..graph.reading import Reading
from ..model import Kind
from ..wording import clean
from . import called
from .uses import Codes, Factors, Frame, TooLargeError, Uses, selected, shows_a_leaf, uses_of

MOST_CELLS = 6_000
"""A graph of more numbers is drawn as boxes."""
MOST_USES = 60_000
"""A graph in which cells are used more often than this is drawn as boxes."""

Margin = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """A tensor of which every number is a cell.

    Attributes:
        kind: what it is in the computation.
        name: the name of the tensor.
        title: what stands above it (``kernel k``).
        letter: what its cells are called, with their places as subscripts.
        shape: the shape of the tensor.
        start: the number of its first cell.
        values: its numbers, in their order.
        gradients: the derivative of the output by each, None where there is none.
    """

    kind: Kind
    name: str
    title: str
    letter: str
    shape: tuple[int, ...]
    start: int
    values: Factors
    gradients: Factors | None


@dataclass(frozen=True, slots=True)
class Stage:
    """One operation: the grid that it makes, those that it uses, and how.

    Attributes:
        output: the place of the grid that it makes.
        sources: the places of the grids whose cells it uses, inputs before weights.
        weights: the places of those that others are multiplied with.
        form: ``sum`` (of products), ``max``, ``min``, ``softmax``, ``log_softmax``, ``standardize``,
            ``function`` or ``other``: how an output is written.
        uses: the table.
        title: what the operation is called, with its window and stride.
        windows: whether a window slides over the first source.
        margin: how many cells of padding the first source has above, below, left and right.
        frame: the first source with its padding.
        offset: what is added to each output and is in no cell, where something is.
        template: how a ``function`` of ``{0}`` and ``{1}`` is written.
        eps: what is added to a variance.
    """

    output: int
    sources: tuple[int, ...]
    weights: tuple[int, ...]
    form: str
    uses: Uses
    title: str
    windows: bool
    margin: Margin
    frame: Frame | None
    offset: Factors | None
    template: str
    eps: float


@dataclass(frozen=True, slots=True)
class Grids:
    """A computation on grids.

    Attributes:
        grids: in the order of the computation.
        stages: in the same order.
        title: the caption.
        output: what the gradients are derivatives of; empty where there are none.
        why: why there are no gradients, where there are none.
        cells: the numbers of the cells of each tensor, and of single Values that stand for one.
    """

    grids: tuple[Grid, ...]
    stages: tuple[Stage, ...]
    title: str
    output: str
    why: str
    cells: dict[Node, Codes]

    def with_values(self, expanded: Mapping[Node, Any]) -> Grids:
        """The same, where the Values that a lowered tensor was written out in are cells, too."""
        single = {
            value: np.asarray(code)
            for node, values in expanded.items()
            for value, code in zip(
                values.flat, self.cells.get(node, np.zeros(0, np.int64)).flat, strict=False
            )
            if isinstance(value, Value)
        }
        return replace(self, cells=single | self.cells)


_FORMS = {
    **dict.fromkeys(("max", "window_max"), "max"),
    "min": "min",
    "softmax": "softmax",
    "log_softmax": "log_softmax",
    **dict.fromkeys(("standardize", "standardize_affine"), "standardize"),
}
_SLIDING = ("convolution", "window_max", "window_sum")


def grids_of(reading: Reading, title: str = "") -> Grids:
    """The grids of a graph.

    Raises:
        TooLargeError: if there are too many numbers, or they are used too often; the message says so.
    """
    total = sum(math.prod(node.shape) for node in reading.order)
    if total > 4 * MOST_CELLS:
        raise TooLargeError(f"{total:,} numbers, at most {MOST_CELLS:,}")
    return _Maker(reading).made(title)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table on its way to become a stage: its node, that in which it began, and what has completed it."""

    node: Node
    begun: Node
    uses: Uses
    frames: list[Frame]
    scale: str = ""


class _Maker:
    """The grids and tables as they are found, node by node."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.cotangents = reading.cotangents() if reading.single else {}
        self.names = reading.names(reading.order)
        self.users: dict[Node, list[Node]] = {node: [] for node in reading.order}
        for node in reading.order:
            for x in node.inputs:
                if isinstance(x, Node):
                    self.users[x].append(node)
        self.codes: dict[Node, Codes] = {}
        self.made_by: list[Node | None] = []
        self.values: list[Factors] = []
        self.shapes: list[tuple[int, ...]] = []
        self.called: list[tuple[str, str] | None] = []
        self.starts: list[int] = [1]
        self.tables: list[_Table] = []
        self.outputs = set(reading.outputs)

    def made(self, title: str) -> Grids:
        waiting: dict[Node, _Table] = {}
        for node in self.reading.order:
            if node.op is None:
                self.codes[node] = self._grid(node, node.data)
                continue
            single = isinstance(node.op, Elementwise)
            operands = [self._operand(x, single) for x in node.inputs]
            if not math.prod(node.shape):
                self.codes[node] = self._grid(node, node.data)
                continue
            part = next((waiting.pop(x) for x in node.inputs if isinstance(x, Node) and x in waiting), None)
            if part is not None:
                table = self._completed(part, node, operands)
            else:
                shown = None if node in self.outputs or _is_look_up(node) else selected(node, operands)
                if shown is not None:
                    self.codes[node] = shown
                    continue
                table = _Table(node, node, *uses_of(node, operands))
                self._name_operands(node, operands)
            if self._is_completed_later(node, part is not None):
                waiting[node] = table
            else:
                self.codes[node] = self._grid(node, node.data)
                self.tables.append(table)
        return self._described(title)

    def _grid(self, node: Node | None, data: Any) -> Codes:
        """A new grid, by the numbers of its cells."""
        values = np.asarray(data, dtype=np.float64)
        self.made_by.append(node)
        self.values.append(values.ravel())
        self.shapes.append(values.shape)
        self.called.append(None)
        start = self.starts[-1]
        self.starts.append(start + values.size)
        if start + values.size > MOST_CELLS:
            raise TooLargeError(f"more than {MOST_CELLS:,} numbers")
        return np.arange(start, start + values.size).reshape(values.shape)

    def _operand(self, x: Any, single: bool) -> Codes | None:
        """The numbers of the cells of an operand; plain arrays become grids, plain numbers are None, and what
        stands for a number in an operation on ``single`` elements.
        """
        if isinstance(x, Node):
            return self.codes.get(x)
        plain = (
            isinstance(x, np.ndarray) and (x.size > 1 or (x.ndim and not single)) and x.dtype.kind in "fiub"
        )
        return self._grid(None, x) if plain else None

    def _name_operands(self, node: Node, operands: Sequence[Codes | None]) -> None:
        for codes, (role, letter) in zip(operands, called.operands(node), strict=False):
            self._name(
                codes,
                ("vector" if role == "matrix" and codes is not None and codes.ndim == 1 else role, letter),
            )

    def _name(self, codes: Codes | None, called: tuple[str, str]) -> None:
        """Call a leaf by its part in the operation that uses it first."""
        grid = -1 if codes is None or not codes.size else self._grid_of(codes.max())
        if grid >= 0 and self.called[grid] is None:
            self.called[grid] = called

    def _grid_of(self, code: Any) -> Any:
        """The place of the grid of a cell, or of several; -1 for what is in none."""
        return np.searchsorted(self.starts[:-1], code, side="right") - 1

    def _is_completed_later(self, node: Node, is_part: bool) -> bool:
        """Whether a sum is used once, by what adds a bias to it or multiplies it with a number."""
        op, users = node.op, self.users[node]
        if len(users) != 1 or node in self.outputs or _is_look_up(node):
            return False
        if not (is_part or _adds(node)):
            return False
        user = users[0]
        assert op is not None, "leaves are no sums"
        assert user.op is not None, "users are operations"
        others = [x for x in user.inputs if x is not node]
        if user.op.name == "negative":
            return True
        if user.op.name == "multiply" or (user.op.name == "divide" and user.inputs[0] is node):
            return all(is_scalar_constant(x) for x in others)
        if user.op.name != "add" or user.shape != node.shape:
            return False
        return all(isinstance(x, Node) and x.requires_grad and shows_a_leaf(x) for x in others)

    def _completed(self, part: _Table, node: Node, operands: Sequence[Codes | None]) -> _Table:
        """A sum with its bias, or times a number."""
        op = node.op
        assert isinstance(op, Elementwise), "what completes a sum is elementwise"
        bias = next((codes for codes in operands if codes is not None), None)
        if bias is not None:
            self._name(bias, called.BIAS)
            added = np.broadcast_to(bias, node.shape).ravel()
            cells, ones = np.arange(added.size), np.ones(added.size)
            uses = part.uses + Uses(cells, added, np.zeros_like(cells), ones)
            return _Table(node, part.begun, uses, part.frames, part.scale)
        inputs = [x.data if isinstance(x, Node) else x for x in node.inputs]
        place = next(i for i, x in enumerate(node.inputs) if x is part.node)
        slope = float(np.ravel(np.asarray(op.local_derivative(arrays, place, node.data, inputs)))[0])
        scale = part.scale + expression(
            node, ["" if isinstance(x, Node) else constant(x) for x in node.inputs]
        ).replace("  ", " ")
        return _Table(node, part.begun, part.uses.scaled(slope), part.frames, f"{scale.rstrip()} ")

    def _described(self, title: str) -> Grids:
        letters: list[str] = []
        grids: list[Grid] = []
        made = {table.node: table for table in self.tables}
        for i, node in enumerate(self.made_by):
            begun = made[node].begun if node in made else None
            given = "" if node is None else clean(self.reading.given_name(node))
            single = node is not None and self.reading.single and node is self.reading.outputs[0]
            role, usual = called.result(begun) if begun is not None else self.called[i] or ("input", "x")
            if single and not usual:
                usual = "L"
            if node is None:
                role, usual = "constant", "c"
            short = 0 < len(given) <= 2 and given[0].isalpha() and not given[-1].isdigit()
            own = called.unused(given if short else usual, letters)
            letters.append(own)
            cotangent = self.cotangents.get(node) if node is not None else None
            written = (
                _written(made[node], [letters[g] for g in self._used(made[node])]) if node in made else ""
            )
            name = given or own
            grids.append(
                Grid(
                    Kind.CONSTANT if node is None else self.reading.kind(node),
                    name,
                    f"{name} = {written}" if written else f"{role} {name}" if role != name else name,
                    own,
                    self.shapes[i],
                    self.starts[i],
                    self.values[i],
                    None if cotangent is None else np.asarray(cotangent, dtype=np.float64).ravel(),
                )
            )
        stages = [self._stage(table, grids) for table in self.tables]
        if sum(stage.uses.out.size for stage in stages) > MOST_USES:
            raise TooLargeError(f"cells are used more than {MOST_USES:,} times")
        single = self.reading.single
        output = grids[stages[-1].output].letter if single and stages else ""
        why = "" if single else self.reading.why_no_gradients()
        return Grids(tuple(grids), tuple(stages), title, output, why, self.codes)

    def _stage(self, table: _Table, grids: Sequence[Grid]) -> Stage:
        node, begun, uses = table.node, table.begun, table.uses
        op = begun.op
        assert op is not None, "a stage is an operation"
        output = int(self._grid_of(int(self.codes[node].flat[0])))
        margin, frame = (0, 0, 0, 0), None
        for candidate in table.frames:
            found = self._margin(candidate)
            if found is not None and frame is None:
                margin, frame = found, candidate
        inside = uses.source > 0
        if frame is not None:
            inside |= np.isin(uses.source, frame.codes)
        kept = inside & (uses.by >= 0)
        if not kept.all():
            uses = Uses(uses.out[kept], uses.source[kept], uses.by[kept], uses.factor[kept])
        weights = {int(g) for g in np.unique(self._grid_of(uses.by[uses.by > 0]))}
        sources = [int(g) for g in np.unique(self._grid_of(uses.source[uses.source > 0]))]
        if frame is not None:
            first = int(self._grid_of(frame.codes.max()))
            sources = [first, *(g for g in sources if g != first)]
        form = _form(table)
        return Stage(
            output,
            (*(g for g in sources if g not in weights), *sorted(weights)),
            tuple(sorted(weights)),
            form,
            uses,
            called.stage_title(begun, table.scale),
            op.name in _SLIDING,
            margin,
            frame,
            _offset(uses, grids, grids[output], frame, _rounding(node)) if form == "sum" else None,
            _template(node) if form == "function" else "",
            float(begun.parameters.get("eps", 0.0)),
        )

    def _used(self, table: _Table) -> list[int]:
        """The grids of the operands, in their order."""
        firsts = [int(frame.codes.flat[0]) for frame in table.frames if frame.codes.size]
        return [int(self._grid_of(code)) for code in firsts]

    def _margin(self, frame: Frame) -> Margin | None:
        """How much is put in around a grid, in its last two axes; None for anything else."""
        codes = frame.codes
        if codes.ndim < 3 or codes.min() > 0 or codes.max() <= 0:
            return None
        grid = int(self._grid_of(codes.max()))
        shape, start = self.shapes[grid], self.starts[grid]
        found = np.argwhere(codes == start)
        if len(shape) != codes.ndim or len(found) != 1 or found[0][:-2].any():
            return None
        top, left = (int(i) for i in found[0][-2:])
        cells = np.arange(start, start + math.prod(shape)).reshape(shape)
        if not np.array_equal(codes[..., top : top + shape[-2], left : left + shape[-1]], cells):
            return None
        return top, codes.shape[-2] - shape[-2] - top, left, codes.shape[-1] - shape[-1] - left


def _adds(node: Node) -> bool:
    """Whether an output of the operation is a sum of products."""
    op = node.op
    if isinstance(op, Elementwise):
        return op.name == "multiply" and not any(map(is_scalar_constant, node.inputs))
    return isinstance(op, Linear | Multilinear) or (op is not None and op.name == "affine")


def _is_look_up(node: Node) -> bool:
    """Whether rows of a table are picked by a list of numbers."""
    if node.op is None or node.op.name not in ("getitem", "take") or node.parents[0].op is not None:
        return False
    index = node.parameters.get("index", node.parameters.get("indices"))
    return any(
        isinstance(part, np.ndarray | list) for part in (index if isinstance(index, tuple) else (index,))
    )


def _written(table: _Table, letters: Sequence[str]) -> str:
    """A function of whole grids (``relu(c)``); empty for what is no such function."""
    template = _template(table.node) if _form(table) == "function" else ""
    return template.format(*letters) if template.count("{") == len(letters) else ""


def _form(table: _Table) -> str:
    """How an output of the operation is written."""
    op = table.begun.op
    assert op is not None, "a stage is an operation"
    if op.name in _FORMS:
        return _FORMS[op.name]
    if isinstance(op, Multilinear) and table.uses.out.size and not table.uses.by.any():
        return "other"  # a product of more than two
    if table.node is not table.begun or _adds(table.begun):
        return "sum"
    return "function" if isinstance(op, Elementwise) else "other"


def _template(node: Node) -> str:
    """How an elementwise function is written, with ``{0}`` and ``{1}`` in the place of its cells."""
    count = iter(range(len(node.inputs)))
    texts = [constant(x) if is_scalar_constant(x) else f"{{{next(count)}}}" for x in node.inputs]
    return expression(node, texts)


def _rounding(node: Node) -> float:
    """How far a sum in the precision of a node may be from what its terms add up to."""
    dtype = np.asarray(node.data).dtype
    return 1e4 * float(np.finfo(dtype).eps) if dtype.kind == "f" else 1e-9


def _offset(
    uses: Uses, grids: Sequence[Grid], output: Grid, frame: Frame | None, rounding: float
) -> Factors | None:
    """What is in an output beside the terms of its sum."""
    held = np.concatenate([[0.0], *(grid.values for grid in grids)])
    padding = np.zeros(len(uses.source))
    if frame is not None:
        order = np.argsort(frame.codes, axis=None)
        found = np.searchsorted(frame.codes.ravel(), uses.source, sorter=order).clip(0, order.size - 1)
        padding = frame.values.ravel()[order[found]]
    with np.errstate(all="ignore"):
        value = np.where(uses.source > 0, held[uses.source.clip(0)], padding)
        terms = value * np.where(uses.by > 0, held[uses.by], 1.0) * uses.factor
        rest = output.values - np.bincount(uses.out, terms, minlength=output.values.size)
        size = np.bincount(uses.out, np.abs(terms), minlength=output.values.size) + np.abs(output.values)
        return rest if np.any(np.abs(rest) > rounding * size + 1e-300) else None
