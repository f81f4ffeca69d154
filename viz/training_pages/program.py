"""A model of dense layers as JavaScript that loops over its units: values, and gradients by the table.

A recorded graph of one sample is read node by node. Elementwise functions and their derivatives are written
by the page of derivatives itself (:mod:`autograd_core.namespaces.javascript`), inside a loop over the
elements; sums of products, sums and softmax are loops of their own. What only rearranges writes nothing: its
elements stay where they are, under other indices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import DtypeError, Node, ancestors
from autograd_core.namespaces.javascript import javascript
from autograd_core.namespaces.writing import Text
from autograd_core.primitive import Application, Elementwise, arrays

from ..output.engines import DrawingError

Array = np.ndarray[Any, np.dtype[Any]]

REARRANGING = {
    "broadcast_to", "concatenate", "expand_dims", "flip", "getitem", "moveaxis", "reshape", "squeeze",
    "stack", "swapaxes", "take_along_axis", "transpose",
}  # fmt: skip
"""What moves elements and computes nothing."""
_SIGNS: dict[str, Callable[[Any, float], Any]] = {
    ">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal,
}  # fmt: skip


class UnwritableError(DrawingError):
    """A model that the page cannot compute, and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the elements of a node stand: in which array of the program, and under which indices.

    Attributes:
        array: ``v`` (values of a sample), ``p`` (parameters), or the name of a table of constants.
        indices: shaped like the node.
    """

    array: str
    indices: Array

    @property
    def moves(self) -> bool:
        """Whether there is a gradient to collect."""
        return self.array in ("v", "p")


@dataclass(frozen=True, slots=True)
class Dense:
    """A layer of units, each with a weight for every number that comes in.

    Attributes:
        units: where its sums stand among the values.
        inputs: where its inputs stand.
        weights: (units, inputs), where they stand among the parameters; -1 where they are no parameters.
        biases: where they stand; empty without.
    """

    units: Array
    inputs: Array
    weights: Array
    biases: Array


class Program:
    """What a graph computes of one sample, as two functions.

    ``forward(p, v)`` fills in the values v behind the inputs, which stand first; ``backward(p, v, g, s)``
    carries the gradients g of the outputs back to the inputs and adds those of the parameters to s.

    Args:
        output: the result, recorded for one sample.
        inputs: what a sample consists of, in the order in which it stands in v.
        parameters: what learns, in the order in which it stands in p.
        batch: the same result recorded for many samples, which shows what depends on the sample.

    Attributes:
        size: how many values there are.
        output: where the results stand among them.
        dense: the layers of units.
        places: where the elements of each node stand.

    Raises:
        UnwritableError: if an operation is none that can be written.

    >>> from autograd_core import Tensor, tanh
    >>> w = Tensor([[2.0, 1.0], [0.0, -1.0], [1.0, 1.0]], requires_grad=True)
    >>> x = Tensor([[0.5, 1.0]], requires_grad=True)
    >>> print(Program(tanh(x @ w.T), [x], [w]).javascript.strip())
    function forward(p, v) {
      for (let i = 0; i < 3; i++) {
        let sum = 0;
        for (let j = 0; j < 2; j++) sum += p[2 * i + j] * v[j];
        v[2 + i] = sum;
      }
      for (let i = 0; i < 3; i++) v[5 + i] = Math.tanh(v[2 + i]);
    }
    function backward(p, v, g, s) {
      for (let i = 0; i < 3; i++) {
        g[2 + i] += g[5 + i] * (1 - v[5 + i] * v[5 + i]);
      }
      for (let i = 0; i < 3; i++) {
        const t = g[2 + i];
        for (let j = 0; j < 2; j++) {
          s[2 * i + j] += t * v[j];
          g[j] += t * p[2 * i + j];
        }
      }
    }
    """

    def __init__(
        self, output: Node, inputs: Sequence[Node], parameters: Sequence[Node], batch: Node | None = None
    ) -> None:
        self.size = 0
        self.places: dict[Node, Place] = {}
        self.dense: list[Dense] = []
        self._tables: list[str] = []
        self._forward: list[str] = []
        self._backward: list[str] = []
        for node in inputs:
            self._new(node)
        held = 0
        for node in parameters:
            self.places[node] = Place("p", held + _numbered(node.shape))
            held += math.prod(node.shape)
        order = ancestors([output])
        self._together = _beside(order, batch)
        for node in order:
            if node.op is not None:
                self._write(node)
        if output not in self.places:
            raise UnwritableError("its output does not depend on its input")
        self.output = self.places[output].indices.ravel()

    @property
    def javascript(self) -> str:
        """The two functions, behind the tables and functions that they need."""
        text = "".join(
            "".join(
                [
                    f"function {head} {{\n",
                    *(f"  {line}\n" for block in blocks for line in block.splitlines()),
                    "}\n",
                ]
            )
            for head, blocks in (
                ("forward(p, v)", self._forward),
                ("backward(p, v, g, s)", self._backward[::-1]),
            )
        )
        return javascript.functions(text) + "".join(self._tables) + text

    # -- where things stand -------------------------------------------------------------------------

    def _new(self, node: Node) -> Place:
        place = Place("v", self.size + _numbered(node.shape))
        self.places[node] = place
        self.size += math.prod(node.shape)
        return place

    def _place(self, x: Any) -> Place:
        """Of an operand; one that is neither computed nor learned becomes a table."""
        if isinstance(x, Node) and x in self.places:
            return self.places[x]
        values = np.asarray(x.data if isinstance(x, Node) else x, dtype=float)
        place = Place(self._table(values.ravel().tolist()), _numbered(values.shape))
        if isinstance(x, Node):
            self.places[x] = place
        return place

    def _table(self, entries: Sequence[float]) -> str:
        name = f"c{len(self._tables)}"
        self._tables.append(f"const {name} = [{', '.join(str(javascript.number(x)) for x in entries)}];\n")
        return name

    def _at(self, array: str, indices: Array, names: str) -> Text:
        """An element, by the names of the loops that run over the axes of the indices."""
        first = int(indices.flat[0])
        steps = [
            int(np.take(indices, 1, axis).flat[0]) - first if n > 1 else 0
            for axis, n in enumerate(indices.shape)
        ]
        if all(n == 1 for n in indices.shape):  # a loop of one turn: the name may stand there all the same
            steps = [1] * min(indices.ndim, 1) + [0] * (indices.ndim - 1)
        grid = np.indices(indices.shape)
        if np.array_equal(first + sum(step * axis for step, axis in zip(steps, grid, strict=True)), indices):
            terms = [f"{first}"] if first or not any(steps) else []
            terms += [
                name if step == 1 else f"{step} * {name}"
                for step, name in zip(steps, names, strict=False)
                if step
            ]
            return javascript.name(f"{array}[{' + '.join(terms)}]")
        table = self._table([float(i) for i in indices.ravel()])
        inner = names[0] if indices.ndim == 1 else f"{indices.shape[1]} * {names[0]} + {names[1]}"
        return javascript.name(f"{array}[{table}[{inner}]]")

    def _gradient(self, place: Place, indices: Array, names: str) -> Text:
        return self._at("s" if place.array == "p" else "g", indices, names)

    # -- what is written ----------------------------------------------------------------------------

    def _write(self, node: Node) -> None:
        op = node.op
        assert op is not None, "leaves write nothing"
        known = [isinstance(x, Node) and x in self.places and self.places[x].moves for x in node.inputs]
        if not any(known):
            return  # a constant: what uses it takes its number
        if isinstance(op, Elementwise):
            self._elementwise(node, op)
        elif op.name in REARRANGING:
            self._rearranged(node)
        elif op.name == "affine":
            x, w, b = (self._place(x) for x in node.inputs)
            self._products(node, x, w.array, w.indices, b)
        elif op.name == "matmul":
            x, w = (self._place(x) for x in node.inputs)
            self._products(node, x, w.array, w.indices.T, None)
        elif op.name in ("sum", "mean"):
            self._sum(node, op.name == "mean")
        elif op.name in ("softmax", "log_softmax"):
            self._softmax(node, op.name == "log_softmax")
        else:
            raise UnwritableError(f"{op.name}() is no operation of dense layers")

    def _rearranged(self, node: Node) -> None:
        op = node.op
        assert op is not None, "asked before"
        places = [self._place(x) for x in node.inputs if isinstance(x, Node)]
        held = {place.array for place in places}
        if len(held) != 1:
            raise UnwritableError(f"{op.name}() of values and parameters together")
        indices = getattr(arrays, op.name)(*(place.indices for place in places), **node.parameters)
        self.places[node] = Place(held.pop(), np.asarray(indices))

    def _elementwise(self, node: Node, op: Elementwise) -> None:
        out = self._new(node)
        places: list[Place | None] = []
        operands: list[Any] = []
        for k, x in enumerate(node.inputs):
            if op.name == "where" and k == 0:
                places.append(None)
                operands.append(self._condition(node))
            elif not isinstance(x, Node) and np.ndim(x) == 0:
                places.append(None)
                operands.append(x.item() if isinstance(x, np.generic | np.ndarray) else x)
            else:
                self._require_constant(node, k)
                place = self._place(x)
                places.append(place)
                operands.append(self._at(place.array, self._spread(place, node), "i"))
        indices = out.indices.ravel()
        y, cotangent = self._at("v", indices, "i"), self._at("g", indices, "i")
        wanted = [place is not None and place.moves for place in places]
        head = f"for (let i = 0; i < {indices.size}; i++)"
        try:
            self._forward.append(f"{head} {y} = {javascript.applied(op, operands)};")
            shares = op.shares(javascript, cotangent, Application(y, operands, node.parameters), wanted)
        except DtypeError as error:
            raise UnwritableError(str(error)) from None
        lines = [
            f"  {self._gradient(place, self._spread(place, node), 'i')} += {javascript.text(share)};"
            for place, share in zip(places, shares, strict=True)
            if place is not None and share is not None
        ]
        if lines:
            self._backward.append("\n".join([f"{head} {{", *lines, "}"]))

    @staticmethod
    def _spread(place: Place, node: Node) -> Array:
        """The indices of an operand as many times as broadcasting repeats them."""
        return np.broadcast_to(place.indices, node.shape).ravel()

    def _products(self, node: Node, x: Place, array: str, w: Array, bias: Place | None) -> None:
        """out[i] = b[i] + Σⱼ w[i, j] x[j]."""
        if x.array != "v" or x.indices.size != w.shape[-1] or w.ndim != 2:
            raise UnwritableError(f"a product of shapes {x.indices.shape} and {w.shape[::-1]}")
        out = self._new(node).indices.ravel()
        rows, columns = w.shape
        weight, value = self._at(array, w, "ij"), self._at("v", x.indices.ravel(), "j")
        start = "0" if bias is None else str(self._at(bias.array, bias.indices.ravel(), "i"))
        outer, inner = f"for (let i = 0; i < {rows}; i++) {{", f"for (let j = 0; j < {columns}; j++)"
        self._forward.append(
            f"{outer}\n  let sum = {start};\n  {inner} sum += {weight} * {value};\n"
            f"  {self._at('v', out, 'i')} = sum;\n}}"
        )
        lines = [f"  const t = {self._at('g', out, 'i')};"]
        if bias is not None and bias.moves:
            lines.append(f"  {self._gradient(bias, bias.indices.ravel(), 'i')} += t;")
        lines.append(f"  {inner} {{")
        if array in ("v", "p"):
            lines.append(f"    {self._gradient(Place(array, w), w, 'ij')} += t * {value};")
        lines += [f"    {self._at('g', x.indices.ravel(), 'j')} += t * {weight};", "  }"]
        self._backward.append("\n".join([outer, *lines, "}"]))
        weights = w if array == "p" else np.full(w.shape, -1)
        biases = bias.indices.ravel() if bias is not None and bias.array == "p" else np.zeros(0, int)
        self.dense.append(Dense(out, x.indices.ravel(), weights, biases))

    def _sum(self, node: Node, mean: bool) -> None:
        (x,) = (self._place(x) for x in node.inputs)
        out = self._new(node).indices.ravel()
        groups = _last(x.indices, node.parameters["axis"])
        rows, columns = groups.shape
        per = f" / {columns}" if mean and columns > 1 else ""
        outer, inner = f"for (let i = 0; i < {rows}; i++) {{", f"for (let j = 0; j < {columns}; j++)"
        self._forward.append(
            f"{outer}\n  let sum = 0;\n  {inner} sum += {self._at(x.array, groups, 'ij')};\n"
            f"  {self._at('v', out, 'i')} = sum{per};\n}}"
        )
        share = f"{self._at('g', out, 'i')}{per}"
        self._backward.append(f"{outer}\n  {inner} {self._gradient(x, groups, 'ij')} += {share};\n}}")

    def _softmax(self, node: Node, logarithm: bool) -> None:
        """y = exp(x - max) / Σ exp(x - max), or its logarithm; δx = y (δ - Σ δ y), or δ - exp(y) Σ δ."""
        (x,) = (self._place(x) for x in node.inputs)
        out = _last(self._new(node).indices, node.parameters["axis"])
        groups = _last(x.indices, node.parameters["axis"])
        rows, columns = groups.shape
        of, y, g = self._at(x.array, groups, "ij"), self._at("v", out, "ij"), self._at("g", out, "ij")
        outer, inner = f"for (let i = 0; i < {rows}; i++) {{", f"for (let j = 0; j < {columns}; j++)"
        value = f"{of} - top - Math.log(sum)" if logarithm else f"Math.exp({of} - top) / sum"
        self._forward.append(
            f"{outer}\n  let top = -Infinity, sum = 0;\n  {inner} top = Math.max(top, {of});\n"
            f"  {inner} sum += Math.exp({of} - top);\n  {inner} {y} = {value};\n}}"
        )
        share = f"{g} - Math.exp({y}) * sum" if logarithm else f"{y} * ({g} - sum)"
        self._backward.append(
            f"{outer}\n  let sum = 0;\n  {inner} sum += {g}{'' if logarithm else f' * {y}'};\n"
            f"  {inner} {self._gradient(x, groups, 'ij')} += {share};\n}}"
        )

    # -- what depends on the sample -----------------------------------------------------------------

    def _require_constant(self, node: Node, k: int) -> None:
        """What was computed beside the graph from the samples is no constant."""
        x = node.inputs[k]
        if isinstance(x, Node) or self._together is None:
            return
        many = self._together[node].inputs[k]
        if np.shape(many) != np.shape(x) or not np.array_equal(many, x):
            raise UnwritableError(f"{node.op.name if node.op else ''}() of numbers that were not recorded")

    def _condition(self, node: Node) -> Text:
        """What decides between two numbers was not recorded, only how it came out: it is found again among
        the signs of the values, where the kink of an activation is one of those at 0.
        """
        decided = node.inputs[0]
        if self._together is not None and not isinstance(decided, Node):
            decided = np.asarray(self._together[node].inputs[0])
            for one, many in self._together.items():
                place = self.places.get(one)
                if (
                    place is None
                    or place.array != "v"
                    or (one.shape, many.shape) != (node.shape, decided.shape)
                ):
                    continue
                for sign, holds in _SIGNS.items():
                    if np.array_equal(holds(many.data, 0.0), decided) and 0 < decided.sum() < decided.size:
                        return javascript.comparison(self._at("v", place.indices.ravel(), "i"), sign, 0.0)
        raise UnwritableError("where() compares numbers before it is recorded")


def _numbered(shape: tuple[int, ...]) -> Array:
    return np.arange(math.prod(shape)).reshape(shape)


def _last(indices: Array, axes: tuple[int, ...]) -> Array:
    """The indices as rows, each of what lies along these axes."""
    kept = [axis for axis in range(indices.ndim) if axis not in axes]
    rows = int(np.prod([indices.shape[axis] for axis in kept], dtype=int))
    return indices.transpose(*kept, *axes).reshape(rows, -1)


def _beside(order: Sequence[Node], batch: Node | None) -> Mapping[Node, Node] | None:
    """Each node of the graph of one sample with that of the graph of many."""
    if batch is None:
        return None
    many = ancestors([batch])
    names = [[node.op.name if node.op else "" for node in nodes] for nodes in (order, many)]
    if names[0] != names[1]:
        raise UnwritableError("it computes something else for one sample than for many")
    return dict(zip(order, many, strict=True))
