"""One evaluation of a function, recorded, and derivatives carried through what was recorded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np

from ..context import differentiating, is_differentiating, recording
from ..dtypes import StandIn, as_array
from ..errors import DtypeError, ShapeError
from ..graph import Node, name_of
from ..namespaces.rows import Rows, rows
from ..naming import named_leaves, parameter_names
from ..primitive import Elementwise, Namespace, Tag, nodes
from ..structure import stack
from ..sweeping import ancestors, in_nodes, sweep
from ..tensor import Tensor
from ..value import Value
from .trees import flatten

__all__ = ["Trace", "checked_outputs", "plain"]

_alias = Elementwise("alias", "=", 1, formula=lambda m, x: x, floating=False)
_alias.named_after = lambda name: name


class Trace:
    """One evaluation of a function at variables of its own, recorded.

    Args:
        operator: what messages call it.
        f: the function.
        primals: its arguments.
        names: finds the names of the arguments; those of the parameters of ``f`` when None.
    """

    def __init__(
        self,
        operator: str,
        f: Callable[..., Any],
        primals: Sequence[Any],
        names: Callable[[], Sequence[str]] | None = None,
    ) -> None:
        self.operator = operator
        self.given, self.rebuild_inputs = flatten(tuple(primals))
        named = partial(_names, names or partial(parameter_names, f, len(primals)), primals)
        with differentiating():
            self.variables = [_variable(operator, x, partial(named, i)) for i, x in enumerate(self.given)]
            self.result = f(*self.rebuild_inputs(self.variables))
        self.nested = is_differentiating() or any(isinstance(x, Node) and x.requires_grad for x in self.given)

    def pullback(self, outputs: list[Any], cotangents: list[Any]) -> list[Any]:
        """The gradient with respect to every variable, shaped and typed as what was given for it."""
        recorded = self.nested or any(isinstance(c, Node) and c.requires_grad for c in cotangents)
        roots = [
            (y, _seed(self.operator, c, y, recorded))
            for y, c in zip(outputs, cotangents, strict=True)
            if isinstance(y, Node) and y.requires_grad
        ]
        found: dict[Node, Any] = {}
        if roots:
            with recording() if recorded else nullcontext():
                swept = sweep(*zip(*roots, strict=True), create_graph=recorded, toward=self.variables)
                wanted = set(self.variables)
                found = {node: cotangent for node, cotangent in swept if node in wanted}
        return [
            _like(x, found.get(variable), variable)
            for x, variable in zip(self.given, self.variables, strict=True)
        ]

    def pushforward(self, outputs: list[Any], tangents: list[Any]) -> list[Any]:
        """The tangent of every output when the variables move along ``tangents``."""
        recorded = self.nested or any(isinstance(t, Node) and t.requires_grad for t in tangents)
        directions = [
            _seed(self.operator, t, variable, recorded)
            for variable, t in zip(self.variables, tangents, strict=True)
        ]
        moving = self._moving(outputs, directions, nodes if recorded else None)
        return [_like(plain(y), moving.get(y) if isinstance(y, Node) else None, y) for y in outputs]

    def _moving(self, outputs: list[Any], directions: list[Any], m: Namespace | None) -> dict[Node, Any]:
        """The tangent of every node that moves with the variables, computed by ``m``; by None: as the
        nodes themselves were.
        """
        moving: dict[Node, Any] = dict(zip(self.variables, directions, strict=True))
        with recording() if m is nodes else nullcontext():
            for node in ancestors([y for y in outputs if isinstance(y, Node)], until=self.variables):
                if node.op is None or node in moving:
                    continue
                along = [moving.get(x) if isinstance(x, Node) else None for x in node.inputs]
                if all(t is None for t in along):
                    continue
                by = m or node.namespace
                tangent = by.pushforward_of(node.op)(by, along, in_nodes(node) if by is nodes else node)
                if tangent is not None:
                    moving[node] = _fitted(tangent, node)
        return moving

    # -- all unit directions: the rows, or the columns, of a Jacobian. Many at once unless what is
    # computed has to be recorded.

    def pullback_units(self, outputs: list[Any]) -> list[Any]:
        """For each variable, its gradients by every element of the outputs, stacked."""
        shapes = [np.shape(plain(y)) for y in outputs]
        if self.nested:
            return _stacked([self.pullback(outputs, unit) for unit in _units(shapes)], self.variables)
        roots = [i for i, y in enumerate(outputs) if isinstance(y, Node) and y.requires_grad]
        pieces: list[list[Any]] = [[] for _ in self.variables]
        for units in self._directions(outputs, shapes, [_dtype(y) for y in outputs]):
            swept = sweep(
                [outputs[i] for i in roots],
                [units[i] for i in roots],
                toward=self.variables,
                namespace=rows,
            )
            wanted = set(self.variables)
            found = {node: cotangent for node, cotangent in swept if node in wanted}
            self._collect(pieces, units, [found.get(x) for x in self.variables], self.variables)
        return [
            Tensor(np.concatenate(p)) if isinstance(x, Node) else np.concatenate(p)
            for p, x in zip(pieces, self.given, strict=True)
        ]

    def pushforward_units(self, outputs: list[Any]) -> list[Any]:
        """For each output, how it moves with every element of the variables, stacked."""
        shapes = [variable.shape for variable in self.variables]
        if self.nested:
            return _stacked([self.pushforward(outputs, unit) for unit in _units(shapes)], outputs)
        pieces: list[list[Any]] = [[] for _ in outputs]
        for units in self._directions(outputs, shapes, [_dtype(x) for x in self.variables]):
            moving = self._moving(outputs, list(units), rows)
            moved = [moving.get(y) if isinstance(y, Node) else None for y in outputs]
            self._collect(pieces, units, moved, outputs)
        return [np.concatenate(p) for p in pieces]

    def _directions(self, outputs: list[Any], shapes: list[Any], dtypes: list[Any]) -> Iterator[list[Rows]]:
        """All unit directions of several arrays, as many at once as keep an intermediate result of the
        computation below a few million numbers.
        """
        order = ancestors([y for y in outputs if isinstance(y, Node)], until=self.variables)
        largest = max((int(np.size(node.data)) for node in order), default=1)
        together = max(1, 2**22 // max(largest, 1))
        sizes = [math.prod(shape) for shape in shapes]
        starts = np.cumsum([0, *sizes])
        for first in range(0, max(starts[-1], 1), together):
            number = np.arange(first, min(first + together, starts[-1]))
            yield [
                Rows((number[:, None] - start == np.arange(size)).astype(dtype).reshape(len(number), *shape))
                for start, size, shape, dtype in zip(starts, sizes, shapes, dtypes, strict=False)
            ]

    @staticmethod
    def _collect(pieces: list[list[Any]], units: list[Rows], found: list[Any], like: list[Any]) -> None:
        count = len(units[0].stacked) if units else 0
        for piece, several, x in zip(pieces, found, like, strict=True):
            if several is None:
                piece.append(np.zeros((count, *np.shape(plain(x))), _dtype(x)))
            else:
                piece.append(several.stacked)


def checked_outputs(operator: str, value: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The numbers, arrays and nodes in what a function returned, and how to put others in their places.

    Raises:
        DtypeError: if something there is nothing that has a derivative.
    """
    found, rebuild = flatten(value)
    for y in found:
        if y is None:
            raise DtypeError(
                f"{operator}(): the function returned {_where_among(value)}None: is a return statement "
                "missing?"
            )
        if not isinstance(y, Node) and not _is_numeric(y):
            raise DtypeError(
                f"{operator}(): the function returned {_where_among(value)}{y!r} of type {type(y).__name__}, "
                "which has no derivative: return numbers, arrays or nodes"
            )
    if not found:
        raise DtypeError(f"{operator}(): the function returned {value!r}, which holds no number")
    return found, rebuild


def _where_among(value: Any) -> str:
    return f"a {type(value).__name__} with " if isinstance(value, list | tuple | dict) else ""


def _is_numeric(y: Any) -> bool:
    if isinstance(y, np.ndarray | np.generic):
        return y.dtype.kind in "fiu"
    return isinstance(y, int | float) and not isinstance(y, bool)


def _names(names: Callable[[], Sequence[str]], primals: Sequence[Any], number: int) -> str:
    """What a function calls the leaf ``number`` of its arguments; looked up when somebody asks."""
    for name, primal in zip(names(), primals, strict=True):
        found = [place for place, _ in named_leaves(primal, name)]
        if number < len(found):
            return found[number]
        number -= len(found)
    return ""


def _variable(operator: str, x: Any, name: Callable[[], str]) -> Any:
    """A node that stands for the argument ``x`` in this differentiation and in no other."""
    if isinstance(x, Node):
        if x.requires_grad:
            alias = _alias(x)
            alias._tag = alias._tag.but(variable=True, **({} if name_of(x) else {"naming": name}))
            return alias
        label, x = x.label, x._raw
    elif isinstance(x, bool) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind != "f"):
        raise DtypeError(
            f"{operator}() differentiates with respect to floating-point numbers, got {x!r}; "
            "convert it, or choose other arguments with argnums"
        )
    else:
        label, x = "", as_array(x, owner=f"{operator}()")
    leaf = Tensor(x, requires_grad=True)
    leaf._tag = Tag(None, label=label, variable=True, naming=name)
    return leaf


def _seed(operator: str, direction: Any, node: Node, recorded: bool) -> Any:
    """A cotangent or tangent for ``node``, of its shape, dtype and kind."""
    if isinstance(direction, Node):
        plain = direction if recorded else direction.data
        shape = direction.shape
    else:
        plain = as_array(direction, node.data.dtype if isinstance(node, Tensor) else None, f"{operator}()")
        shape = plain.shape
    if shape != node.shape:
        raise ShapeError(f"{operator}(): a direction of shape {shape} was given for shape {node.shape}")
    if isinstance(node, Value) and not isinstance(plain, Node):
        return Value(float(plain)) if recorded else float(plain)
    return Tensor(plain) if recorded and not isinstance(plain, Node) else plain


def _fitted(tangent: Any, node: Node) -> Any:
    """A tangent of the full shape and dtype of its node."""
    if isinstance(node, Value):
        return tangent
    if isinstance(tangent, float):
        tangent = np.asarray(tangent)
    if tangent.shape != node.shape:
        by = rows if isinstance(tangent, Rows) else nodes
        tangent = by.broadcast_to(tangent, shape=node.shape)
    return tangent if tangent.dtype == node.data.dtype else tangent.astype(node.data.dtype)


def plain(y: Any) -> Any:
    """Numbers out of nodes: a float for a single number without axes, an array otherwise."""
    if isinstance(y, Node):
        y = y.data
    if isinstance(y, StandIn):
        return y if y.ndim else y.number()
    return y.item() if isinstance(y, np.ndarray) and y.ndim == 0 else y


def _like(given: Any, derivative: Any, stand_in: Any) -> Any:
    """The derivative as the kind of thing that was given: plain for plain, zeros where nothing flows."""
    if derivative is None:
        shape = np.shape(given.data if isinstance(given, Node) else given)
        derivative = np.zeros(shape, getattr(getattr(stand_in, "data", None), "dtype", None))
    if isinstance(derivative, Node):
        return derivative
    if isinstance(given, Node):
        return Tensor(derivative)
    if np.ndim(given) == 0:
        if isinstance(derivative, StandIn):
            is_array = isinstance(given, np.ndarray) and not getattr(given, "is_scalar", False)
            return derivative if is_array else derivative.number()
        return np.asarray(derivative) if isinstance(given, np.ndarray) else float(derivative)
    return derivative


def _stacked(found: list[list[Any]], like: list[Any]) -> list[Any]:
    """One list for each direction made one array for each of ``like``."""
    if not found:
        return [np.zeros((0, *np.shape(plain(x)))) for x in like]
    return [stack(pieces) for pieces in zip(*found, strict=True)]


def _units(shapes: list[tuple[int, ...]]) -> Iterator[list[Any]]:
    """For every element of several arrays: zeros with a 1 in its place."""
    for number, shape in enumerate(shapes):
        for index in np.ndindex(shape):
            unit = [np.zeros(other) for other in shapes]
            unit[number][index] = 1.0
            yield unit


def _dtype(x: Any) -> Any:
    data = x.data if isinstance(x, Node) else x
    return data.dtype if isinstance(data, np.ndarray) else np.float64
