"""Derivatives of functions: what ``backward`` does to a graph, as operators on functions.

Each takes a function of numbers, arrays or nested lists, tuples and dictionaries of them, and
differentiates it at its arguments. Plain arguments give plain results. The operators nest to any order,
``grad(grad(f))`` or ``jacobian(grad(f))``: every call differentiates with respect to variables of its own,
so an inner derivative never mistakes an outer variable for its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any, Literal

import numpy as np

from .dtypes import as_array
from .errors import DomainError, DtypeError, GraphError, ShapeError
from .graph import Node, ancestors, recording, sweep, values_of
from .primitive import Elementwise, nodes
from .structure import broadcast_to, stack
from .tensor import Tensor
from .trees import flatten
from .value import Value

__all__ = [
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]

Function = Callable[..., Any]

_alias = Elementwise("alias", "=", 1, formula=lambda m, x: x, floating=False)

_depth: ContextVar[int] = ContextVar("depth of nested derivative operators", default=0)


@contextmanager
def _inside() -> Iterator[None]:
    """Within a function that is being differentiated; derivatives taken here are recorded too."""
    token = _depth.set(_depth.get() + 1)
    try:
        with recording():
            yield
    finally:
        _depth.reset(token)


class Run:
    """One evaluation of a function at variables of its own, recorded."""

    def __init__(self, operator: str, f: Function, primals: Sequence[Any]) -> None:
        self.operator = operator
        self.given, self.rebuild_inputs = flatten(tuple(primals))
        with _inside():
            self.variables = [_variable(operator, x) for x in self.given]
            self.result = f(*self.rebuild_inputs(self.variables))
        self.nested = _depth.get() > 0 or any(isinstance(x, Node) and x.requires_grad for x in self.given)

    def pull(self, outputs: list[Any], cotangents: list[Any]) -> list[Any]:
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

    def push(self, outputs: list[Any], tangents: list[Any]) -> list[Any]:
        """The tangent of every output when the variables move along ``tangents``."""
        recorded = self.nested or any(isinstance(t, Node) and t.requires_grad for t in tangents)
        moving: dict[Node, Any] = {
            variable: _seed(self.operator, t, variable, recorded)
            for variable, t in zip(self.variables, tangents, strict=True)
        }
        with recording() if recorded else nullcontext():
            for node in ancestors([y for y in outputs if isinstance(y, Node)], until=self.variables):
                if node.op is None or node in moving:
                    continue
                along = [moving.get(x) if isinstance(x, Node) else None for x in node.inputs]
                if all(t is None for t in along):
                    continue
                if recorded:
                    tangent = node.op.push(nodes, node, node.inputs, along, node.parameters)
                else:
                    values = values_of(node)
                    tangent = node.op.push(node.namespace, node.data, values, along, node.parameters)
                if tangent is not None:
                    moving[node] = _fitted(tangent, node)
        return [_like(_plain(y), moving.get(y) if isinstance(y, Node) else None, y) for y in outputs]


def _variable(operator: str, x: Any) -> Any:
    """A node that stands for the argument ``x`` in this differentiation and in no other."""
    if isinstance(x, Node):
        if x.requires_grad:
            return _alias(x)
        return Tensor(x.data, requires_grad=True)
    if isinstance(x, bool) or (isinstance(x, np.ndarray | np.generic) and x.dtype.kind != "f"):
        raise DtypeError(
            f"{operator}() differentiates with respect to floating-point numbers, got {x!r}; "
            "convert it, or choose other arguments with argnums"
        )
    return Tensor(as_array(x, owner=f"{operator}()"), requires_grad=True)


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
        tangent = broadcast_to(tangent, node.shape)
    return tangent if tangent.dtype == node.data.dtype else tangent.astype(node.data.dtype)


def _plain(y: Any) -> Any:
    """Numbers out of nodes: a float for a single number without axes, an array otherwise."""
    if isinstance(y, Node):
        y = y.data
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
    return float(derivative) if np.ndim(given) == 0 and not isinstance(given, np.ndarray) else derivative


def _value(y: Any, nested: bool) -> Any:
    return y if nested else _plain(y)


def _chosen(operator: str, argnums: int | Sequence[int], count: int) -> list[int]:
    numbers = [argnums] if isinstance(argnums, int) else list(argnums)
    for number in numbers:
        if not isinstance(number, int) or not -count <= number < count:
            raise DomainError(
                f"{operator}(): argnums={argnums!r}, but the function was given {count} arguments"
            )
    return [number % count for number in numbers]


def _run(
    operator: str, f: Function, arguments: tuple[Any, ...], keywords: dict[str, Any], chosen: list[int]
) -> Run:
    """Evaluate ``f`` with the chosen arguments as variables and the others as they are."""

    def of_chosen(*variables: Any) -> Any:
        filled = list(arguments)
        for number, variable in zip(chosen, variables, strict=True):
            filled[number] = variable
        return f(*filled, **keywords)

    return Run(operator, of_chosen, [arguments[i] for i in chosen])


def _split_aux(operator: str, result: Any, has_aux: bool) -> tuple[Any, Any]:
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise GraphError(f"{operator}(has_aux=True): the function has to return a pair (value, aux)")
    return result


def value_and_grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """A function that gives the value of ``f`` and its gradient, from one evaluation.

    Args:
        f: a function whose value is a single number.
        argnums: the argument to differentiate by, or several; each may be a nested structure.
        has_aux: whether ``f`` returns a pair (value, anything else); the second is handed through.

    Returns:
        A function giving ``(value, gradient)``, or ``((value, aux), gradient)``. The gradient has the
        structure of the argument; for several ``argnums`` it is a tuple.

    Raises:
        GraphError: when the value is not one number.

    >>> value_and_grad(lambda p: p["w"] * 3.0 + p["b"])({"w": 2.0, "b": 1.0})
    (7.0, {'w': 3.0, 'b': 1.0})
    """

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        chosen = _chosen("grad", argnums, len(arguments))
        run = _run("grad", f, arguments, keywords, chosen)
        value, aux = _split_aux("grad", run.result, has_aux)
        if np.size(_plain(value)) != 1 or isinstance(value, list | tuple | dict):
            raise GraphError(
                f"grad() needs a function whose value is one number, got {_described(value)}: "
                "reduce it, or use jacobian() or elementwise_grad()"
            )
        ones = np.ones(np.shape(_plain(value)))
        gradients = run.rebuild_inputs(run.pull([value], [ones]))
        gradient = gradients[0] if isinstance(argnums, int) else gradients
        shown = _value(value, run.nested)
        return ((shown, aux) if has_aux else shown), gradient

    return derivative


def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """The gradient of a function whose value is a single number; see :func:`value_and_grad`.

    >>> cube = lambda x: x**3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        value, gradient = both(*arguments, **keywords)
        return (gradient, value[1]) if has_aux else gradient

    return derivative


def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The derivative of each element of ``f(x)`` by the element of ``x`` in its place.

    For functions that treat every element alone; in general it is the gradient of the sum.

    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        run = _run(
            "elementwise_grad", f, arguments, keywords, _chosen("elementwise_grad", argnums, len(arguments))
        )
        outputs, _ = flatten(run.result)
        gradients = run.rebuild_inputs(run.pull(outputs, [np.ones(np.shape(_plain(y))) for y in outputs]))
        return gradients[0] if isinstance(argnums, int) else gradients

    return derivative


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of ``f`` and its pullback: the transposed Jacobian as a function of a cotangent.

    Returns:
        ``(y, pullback)``; ``pullback(cotangent)`` takes the structure of ``y`` and gives a tuple with one
        gradient for each primal.

    >>> y, pullback = vjp(lambda a, b: a * b, 2.0, 3.0)
    >>> y, pullback(1.0)
    (6.0, (3.0, 2.0))
    """
    run = Run("vjp", f, primals)
    outputs, rebuild = flatten(run.result)

    def pullback(cotangent: Any) -> Any:
        directions, _ = flatten(cotangent)
        if len(directions) != len(outputs):
            raise ShapeError(
                f"vjp(): the cotangent has {len(directions)} leaves, the value of the function {len(outputs)}"
            )
        return run.rebuild_inputs(run.pull(outputs, directions))

    return rebuild([_value(y, run.nested) for y in outputs]), pullback


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of ``f`` and how it moves when the primals move along ``tangents``: forward mode.

    The tangents travel through the graph in the order in which it was computed, by the same rules of
    calculus that carry cotangents back.

    Returns:
        ``(y, tangent)``, both of the structure of ``f``'s value.

    >>> jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    directions, _ = flatten(tuple(tangents))
    run = Run("jvp", f, primals)
    if len(directions) != len(run.variables):
        raise ShapeError(f"jvp(): {len(directions)} tangents were given for {len(run.variables)} primals")
    outputs, rebuild = flatten(run.result)
    moved = run.push(outputs, directions)
    return rebuild([_value(y, run.nested) for y in outputs]), rebuild(moved)


def jacobian(
    f: Function, argnums: int | Sequence[int] = 0, mode: Literal["auto", "reverse", "forward"] = "auto"
) -> Function:
    """All first derivatives of ``f``: for an output of shape S and an argument of shape T an array S + T.

    Args:
        f: a function of arrays.
        argnums: the argument to differentiate by, or several.
        mode: ``"reverse"``, one sweep for each element of the output; ``"forward"``, one for each
            element of the argument; ``"auto"`` takes the smaller number.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("auto", "reverse", "forward"):
        raise DomainError(f"jacobian(mode={mode!r}): mode is 'auto', 'reverse' or 'forward'")

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        run = _run("jacobian", f, arguments, keywords, _chosen("jacobian", argnums, len(arguments)))
        outputs, rebuild = flatten(run.result)
        output_shapes = [np.shape(_plain(y)) for y in outputs]
        input_shapes = [variable.shape for variable in run.variables]
        forward = mode == "forward" or (mode == "auto" and _count(input_shapes) < _count(output_shapes))
        if forward:
            columns = [run.push(outputs, unit) for unit in _units(input_shapes)]
            blocks = _blocks(columns, input_shapes, output_shapes)
            blocks = [
                [_moved_last(block, len(shape)) for block, shape in zip(row, input_shapes, strict=True)]
                for row in blocks
            ]
        else:
            rows = [run.pull(outputs, unit) for unit in _units(output_shapes)]
            by_input = _blocks(rows, output_shapes, input_shapes)
            blocks = [[by_input[j][i] for j in range(len(input_shapes))] for i in range(len(output_shapes))]
        results = [run.rebuild_inputs(row) for row in blocks]
        return rebuild([row[0] if isinstance(argnums, int) else row for row in results])

    return derivative


def hessian(f: Function, argnums: int = 0) -> Function:
    """All second derivatives of a function whose value is one number: forward mode over reverse mode.

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnums), argnums, mode="forward")


def hvp(f: Function, x: Any, v: Any) -> Any:
    """The Hessian of ``f`` at ``x`` times ``v``, without forming the Hessian (Pearlmutter, 1994).

    >>> hvp(lambda x: (x**3).sum(), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    return jvp(grad(f), (x,), (v,))[1]


def stop_gradient(x: Any) -> Any:
    """The same numbers, treated as constants: no gradient flows through.

    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    3.0
    """
    return x.detach() if isinstance(x, Value | Tensor) else x


def _count(shapes: list[tuple[int, ...]]) -> int:
    return sum(int(np.prod(shape, dtype=int)) for shape in shapes)


def _units(shapes: list[tuple[int, ...]]) -> Iterator[list[Any]]:
    """For every element of several arrays: zeros with a 1 in its place."""
    for number, shape in enumerate(shapes):
        for index in np.ndindex(shape):
            unit = [np.zeros(other) for other in shapes]
            unit[number][index] = 1.0
            yield unit


def _blocks(
    sweeps: list[list[Any]], swept: list[tuple[int, ...]], found: list[tuple[int, ...]]
) -> list[list[Any]]:
    """``sweeps[k][i]`` joined: for each found array i and swept array j an array of shape j + i."""
    table = []
    for i, shape in enumerate(found):
        row, start = [], 0
        for other in swept:
            size = int(np.prod(other, dtype=int))
            pieces = [s[i] for s in sweeps[start : start + size]]
            joined = stack(pieces) if pieces else np.zeros((0, *shape))
            row.append(joined.reshape((*other, *shape)))
            start += size
        table.append(row)
    return table


def _moved_last(block: Any, count: int) -> Any:
    """The first ``count`` axes moved behind the others."""
    axes = range(block.ndim)
    return block.transpose((*axes[count:], *axes[:count]))


def _described(value: Any) -> str:
    if isinstance(value, Node):
        return f"shape {value.shape}"
    return f"{type(value).__name__}"
