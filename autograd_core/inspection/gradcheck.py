"""Gradients from the graph held against finite differences.

The central difference ``(f(x + h) - f(x - h)) / 2h`` knows nothing of graphs and rules. It is off by
``O(h^2)`` and by rounding of about ``eps |f| / h``, so in float64 it agrees with a right gradient to
eight digits or so, and with a wrong one not at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..errors import DtypeError, GradcheckError, GraphError, ShapeError
from ..graph import Node
from ..primitive import Application, Elementwise
from ..spelling import spelled
from ..sweeping import ancestors, sweep
from ..tensor import Tensor
from ..transforms.trees import flatten, map_leaves
from ..value import Value

__all__ = ["gradcheck"]

_STEPS = (1e-5, 1e-6, 1e-7, 1e-8)  # the next one is tried where a corner lies within the last
_DIRECTIONS = 8
Array = np.ndarray[Any, np.dtype[np.float64]]


@spelled
def gradcheck(
    f: Callable[..., Any],
    *inputs: Any,
    order: int = 1,
    tolerance: float = 1e-6,
    max_elements: int = 200,
    seed: int = 0,
) -> bool:
    """Compare the gradient of ``f`` with central differences, in float64.

    Args:
        f: takes the inputs and returns a Value, a Tensor of any shape, or several of them.
        inputs: what ``grad`` takes: numbers and arrays, which ``f`` is given as Tensors, nested lists, tuples
            and dictionaries of them; or leaves such as Values and a model's parameters, which are moved in
            place and put back. Integers, beside an input that can be checked, booleans and tensors that
            require no gradient are handed on unchecked.
        order: 2 checks the derivative of the gradient instead, through ``create_graph=True``.
        tolerance: the largest error allowed, relative to the largest element of the gradient.
        max_elements: an input with more elements than this is checked along random directions
            instead of element by element.
        seed: of those directions, and of the weights that join several outputs into one number; what is
            reported are single entries, of weight 1.

    Returns:
        True, so that it can stand in an assertion.

    Raises:
        GradcheckError: if a gradient is wrong. The message names the input, the index, both numbers,
            the relative error and the operation that is to blame.
        GraphError: if there is nothing to check, or ``f`` gives another result when called again.

    >>> gradcheck(lambda x, w: (x @ w).tanh(), np.ones((2, 3)), np.full((3, 4), 0.1))
    True
    """
    if order not in (1, 2):
        raise GraphError(f"gradcheck(): order has to be 1 or 2, got {order!r}")
    operands = map_leaves(_operand, inputs)
    leaves = _leaves(operands)
    if not leaves:
        operands = map_leaves(_of_integer, operands)
        leaves = _leaves(operands)
    if not leaves:
        found = ", ".join(f"{name} is {_told(x)}" for name, x in _named(inputs)) or "there are no inputs"
        raise GraphError(f"gradcheck(): there is no input to differentiate by: {found}")
    generator = np.random.default_rng(seed)
    with _in_float64(leaves):
        function = _Function(f, operands, leaves, generator, order)
        base = function.value()
        if not np.array_equal(base, function.value(), equal_nan=True):
            raise GraphError(
                "gradcheck(): f gives another result when called again with the same inputs; switch random "
                "layers off (model.eval()) or draw from a generator that f seeds itself"
            )
        if not np.isfinite(base):
            raise GraphError(f"gradcheck(): f is {base} at these inputs, there is no gradient to compare")
        for leaf, gradient in zip(leaves, function.gradients(), strict=True):
            for direction in _directions(leaf, max_elements, generator):
                if not _agrees(function, leaf, gradient, direction, tolerance):
                    raise GradcheckError(_report(function, leaf, gradient, direction, tolerance))
    return True


class _Function:
    """``f`` of its leaves, made one number: outputs are weighted at random and added up."""

    def __init__(
        self,
        f: Callable[..., Any],
        operands: Any,
        leaves: list[Any],
        generator: np.random.Generator,
        order: int,
    ) -> None:
        self.f, self.operands, self.leaves, self.order = f, operands, leaves, order
        outputs = self.outputs()
        self.weights = _weights([np.shape(y.data) for y in outputs], generator)
        self.directions = _weights([leaf.shape for leaf in leaves], generator)

    def outputs(self) -> list[Node]:
        result = self.f(*self.operands)
        found = list(result) if isinstance(result, tuple | list) else [result]
        for y in found:
            if not isinstance(y, Node):
                raise DtypeError(f"gradcheck(): f has to return nodes, got {y!r} of type {type(y).__name__}")
        return found

    def result(self) -> tuple[list[Node], list[Any]]:
        """The nodes from which to sweep, and their cotangents."""
        outputs = self.outputs()
        cotangents = [
            float(w) if isinstance(y, Value) else w.astype(y.data.dtype)
            for y, w in zip(outputs, self.weights, strict=True)
        ]
        if self.order == 1:
            return outputs, cotangents
        as_nodes = [Value(c) if isinstance(c, float) else Tensor(c) for c in cotangents]
        recorded: list[Node] = [
            (gradient * direction).sum() if isinstance(gradient, Tensor) else gradient * float(direction)
            for gradient, direction in zip(
                _cotangents(outputs, as_nodes, self.leaves, create_graph=True), self.directions, strict=True
            )
            if isinstance(gradient, Tensor | Value)
        ]
        return recorded, [1.0 if isinstance(y, Value) else np.ones(()) for y in recorded]

    def value(self) -> float:
        nodes, cotangents = self.result()
        return float(sum(np.sum(np.multiply(c, y.data)) for y, c in zip(nodes, cotangents, strict=True)))

    def gradients(self) -> list[Array]:
        nodes, cotangents = self.result()
        found = _cotangents(nodes, cotangents, self.leaves)
        return [
            np.zeros(leaf.shape) if gradient is None else np.asarray(gradient, dtype=np.float64)
            for leaf, gradient in zip(self.leaves, found, strict=True)
        ]

    def slope_of_graph(self, leaf: Any, direction: Array) -> float:
        gradient = self.gradients()[next(i for i, x in enumerate(self.leaves) if x is leaf)]
        return float(np.sum(gradient * direction))

    def slope(self, leaf: Any, direction: Array, step: float) -> tuple[float, float]:
        """The one-sided differences to the left and to the right; their mean is the central one."""
        before = leaf.data
        here = self.value()
        try:
            leaf.data = _moved(before, step * direction)
            right = self.value()
            leaf.data = _moved(before, -step * direction)
            left = self.value()
        finally:
            leaf.data = before
        return (here - left) / step, (right - here) / step


def _weights(shapes: list[tuple[int, ...]], generator: np.random.Generator) -> list[Array]:
    """Random ones, but 1 for a single number: it is to be seen as it is."""
    if sum(map(math.prod, shapes)) == 1:
        return [np.ones(shape) for shape in shapes]
    return [np.asarray(generator.uniform(0.5, 1.5, shape)) for shape in shapes]


def _cotangents(
    nodes: Sequence[Node], cotangents: Sequence[Any], leaves: list[Any], create_graph: bool = False
) -> list[Any]:
    roots = [(y, c) for y, c in zip(nodes, cotangents, strict=True) if y.requires_grad]
    found: dict[Node, Any] = {}
    if roots:
        found.update(sweep(*zip(*roots, strict=True), create_graph=create_graph))
    return [found.get(leaf) for leaf in leaves]


def _operand(x: Any) -> Any:
    if isinstance(x, Node):
        if x.inputs:
            raise GraphError(
                f"gradcheck(): {x!r} is the result of a computation; give leaves or plain arrays"
            )
        return x
    if isinstance(x, float) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f"):
        return Tensor(np.array(x), requires_grad=True)
    return x


def _of_integer(x: Any) -> Any:
    """An integer that is all there is to differentiate by is taken for a float, as by ``grad``."""
    return _operand(float(x)) if isinstance(x, int) and not isinstance(x, bool) else x


def _leaves(operands: Any) -> list[Any]:
    nodes = [x for x in flatten(operands)[0] if isinstance(x, Node)]
    return [x for x in dict.fromkeys(nodes) if _is_checked(x)]


def _named(x: Any, name: str = "input") -> Iterator[tuple[str, Any]]:
    """Every leaf of the inputs with its place: ``input 0['w'][1]``."""
    if isinstance(x, dict):
        for key, item in x.items():
            yield from _named(item, f"{name}[{key!r}]")
    elif isinstance(x, list | tuple):
        for i, item in enumerate(x):
            yield from _named(item, f"{name} {i}" if name == "input" else f"{name}[{i}]")
    else:
        yield name, x


def _told(x: Any) -> str:
    if isinstance(x, Node):
        return "a tensor without elements" if x.requires_grad else "a tensor that requires no gradient"
    if isinstance(x, np.ndarray):
        return f"an array of dtype {x.dtype}" if x.dtype.kind != "f" else "an array without elements"
    return f"{x!r} of type {type(x).__name__}"


def _is_checked(node: Node) -> bool:
    return node.requires_grad and np.size(node.data) > 0


@contextmanager
def _in_float64(leaves: list[Any]) -> Iterator[None]:
    before = [leaf.data for leaf in leaves]
    try:
        for leaf in leaves:
            if isinstance(leaf, Tensor):
                leaf.data = leaf.data.astype(np.float64)
        yield
    finally:
        for leaf, data in zip(leaves, before, strict=True):
            leaf.data = data


def _moved(data: Any, by: Array) -> Any:
    return data + float(by) if isinstance(data, float) else data + by


def _directions(leaf: Any, max_elements: int, generator: np.random.Generator) -> Iterator[Array]:
    shape = leaf.shape
    size = math.prod(shape)
    if size <= max_elements:
        for i in range(size):
            unit = np.zeros(size)
            unit[i] = 1.0
            yield unit.reshape(shape)
    else:
        for _ in range(_DIRECTIONS):
            yield generator.choice([-1.0, 1.0], shape) / np.sqrt(size)


def _agrees(function: _Function, leaf: Any, gradient: Array, direction: Array, tolerance: float) -> bool:
    graph = float(np.sum(gradient * direction))
    # A gradient of zeros is held against 1e-3, as if f sloped a little.
    scale = max(float(np.max(np.abs(gradient))) * float(np.linalg.norm(direction)), abs(graph), 1e-3)
    size = abs(function.value())
    for step in _STEPS:
        difference = float(np.mean(function.slope(leaf, direction, step)))
        rounding = 10 * np.finfo(np.float64).eps * max(size, 1.0) / step
        if abs(graph - difference) <= tolerance * max(scale, abs(difference)) + rounding:
            return True
    return False


def _report(function: _Function, leaf: Any, gradient: Array, direction: Array, tolerance: float) -> str:
    while np.count_nonzero(direction) > 1:  # follow the larger error down to a single element
        flat = np.flatnonzero(direction)
        halves = []
        for part in (flat[: len(flat) // 2], flat[len(flat) // 2 :]):
            half = np.zeros(direction.size)
            half[part] = np.sign(direction.ravel()[part])
            half = half.reshape(direction.shape)
            slope = float(np.mean(function.slope(leaf, half, _STEPS[0])))
            halves.append((abs(slope - float(np.sum(gradient * half))), half))
        direction = max(halves, key=lambda pair: pair[0])[1]
    index = tuple(int(i) for i in np.argwhere(direction)[0])
    unit = np.abs(np.sign(direction))
    suspect = _suspect(function)
    entry = _narrow(function, function.weights, leaf, unit)
    if function.order == 2:
        _narrow(function, function.directions, leaf, unit)
    graph = function.slope_of_graph(leaf, unit)
    left, right = function.slope(leaf, unit, _STEPS[0])
    difference = (left + right) / 2
    error = abs(graph - difference) / max(abs(graph), abs(difference), 1e-300)
    where = next(name for name, x in _named(function.operands) if x is leaf)
    name = f" ({leaf.label!r})" if leaf.label else ""
    place = f" at index {index} of shape {leaf.shape}" if index else ""
    kind = "gradient" if function.order == 1 else "second derivative"
    lines = [
        f"the {kind}{entry} with respect to {where}{name} is wrong{place}:",
        f"  from the graph      {graph: .12g}",
        f"  central difference  {difference: .12g}",
        f"  relative error      {error: .3g} (allowed {tolerance:g})",
    ]
    if abs(left - right) > 0.01 * max(abs(left), abs(right)):
        lines.append(
            f"  f may have a corner here: its slope is {left:.6g} to the left, {right:.6g} to the right"
        )
    lines.append(f"suspected operation: {suspect}")
    return "\n".join(lines)


def _narrow(function: _Function, weights: list[Array], leaf: Any, unit: Array) -> str:
    """Follow the larger error down to a single weighted number, give it the weight 1, and say which it is."""
    given = np.concatenate([w.ravel() for w in weights])
    entries = np.arange(given.size)

    def keep(chosen: Any, values: Array) -> None:
        flat = np.zeros(given.size)
        flat[chosen] = values
        start = 0
        for w in weights:
            w[...] = flat[start : start + w.size].reshape(w.shape)
            start += w.size

    while len(entries) > 1:
        halves = []
        for half in (entries[: len(entries) // 2], entries[len(entries) // 2 :]):
            keep(half, given[half])
            difference = float(np.mean(function.slope(leaf, unit, _STEPS[0])))
            halves.append((abs(difference - function.slope_of_graph(leaf, unit)), half))
        entries = max(halves, key=lambda pair: pair[0])[1]
    keep(entries, np.ones(1))
    if given.size == 1:
        return ""
    number, within = next((i, np.argwhere(w)[0]) for i, w in enumerate(weights) if w.any())
    place = f" at index {tuple(within.tolist())}" if within.size else ""
    return f" of output {number if len(weights) > 1 else ''}".rstrip() + place


def _suspect(function: _Function) -> str:
    """The first operation of the graph whose own rule disagrees with its own central difference."""
    generator = np.random.default_rng(0)
    roots, _ = function.result()
    for node in ancestors(roots):
        op = node.op
        if op is None:
            continue
        forward = op.on_floats if isinstance(node, Value) and isinstance(op, Elementwise) else op.forward
        values = [x.data if isinstance(x, Node) else x for x in node.inputs]
        weight = generator.uniform(0.5, 1.5, np.shape(node.data))
        cotangent = float(weight) if isinstance(node, Value) else weight
        application = Application(node.data, values, node.parameters, node.residuals)
        wanted = [isinstance(x, Node) and x.requires_grad for x in node.inputs]
        shares = op.shares(node.namespace, cotangent, application, wanted)
        for i, (x, share) in enumerate(zip(node.inputs, shares, strict=True)):
            if not wanted[i]:
                continue
            direction = generator.choice([-1.0, 1.0], np.shape(x.data))
            step = 1e-6
            ends = []
            for side in (step, -step):
                moved = list(values)
                moved[i] = _moved(values[i], side * direction)
                ends.append(np.sum(weight * forward(*moved, **node.parameters)))
            numeric = float(ends[0] - ends[1]) / (2 * step)
            try:
                total = float(np.sum(share * direction))
            except (ValueError, ShapeError):
                return f"{op.name}: the rule of input {i} gives shape {np.shape(share)}, not {x.shape}"
            if abs(total - numeric) > 1e-4 * max(abs(total), abs(numeric), 1e-3):
                shapes = ", ".join(str(np.shape(v)) for v in values)
                label = f", labelled {node.label!r}" if node.label else ""
                scope = f", in {'/'.join(node.scope)}" if node.scope else ""
                return f"{op.name} with respect to its input {i} (input shapes {shapes}{label}{scope})"
    return "none of them alone; look for data that were changed in place after they had been used"
