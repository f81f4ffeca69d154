"""Derivatives of functions: what ``backward`` does to a graph, as operators on functions.

Each takes a function of numbers, arrays or nested lists, tuples and dictionaries of them, and
differentiates it at its arguments. Plain arguments give plain results. The operators nest to any order,
``grad(grad(f))`` or ``jacobian(grad(f))``: every call differentiates with respect to variables of its own,
so an inner derivative never mistakes an outer variable for its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal

import numpy as np

from ..errors import DomainError, GraphError, ShapeError
from ..graph import Node, name_gradient
from ..naming import parameter_names
from ..spelling import spelled
from ..tensor import Tensor
from ..value import Value
from .trace import Trace, checked_outputs, plain
from .trees import flatten

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


def _value(y: Any, nested: bool) -> Any:
    return y if nested else plain(y)


def _chosen(operator: str, argnums: int | Sequence[int], count: int) -> list[int]:
    numbers = [argnums] if isinstance(argnums, int) else list(argnums)
    for number in numbers:
        if not isinstance(number, int) or not -count <= number < count:
            raise DomainError(
                f"{operator}(): argnums={argnums!r}, but the function was given {count} arguments"
            )
    return [number % count for number in numbers]


def _traced(
    operator: str, f: Function, arguments: tuple[Any, ...], keywords: dict[str, Any], chosen: list[int]
) -> Trace:
    """Evaluate ``f`` with the chosen arguments as variables and the others as they are."""

    def of_chosen(*variables: Any) -> Any:
        filled = list(arguments)
        for number, variable in zip(chosen, variables, strict=True):
            filled[number] = variable
        return f(*filled, **keywords)

    def names() -> list[str]:
        every = parameter_names(f, len(arguments))
        return [every[i] for i in chosen]

    return Trace(operator, of_chosen, [arguments[i] for i in chosen], names)


def _named(gradients: list[Any], f: Function, trace: Trace, value: Any) -> list[Any]:
    """Recorded gradients of ``f`` by its arguments, by their names."""
    if not (trace.nested and isinstance(value, Node)):
        return gradients
    name = getattr(f, "__name__", "")
    otherwise = name if name.isidentifier() else ""
    return [
        name_gradient(gradient, value, variable, otherwise) if isinstance(gradient, Node) else gradient
        for gradient, variable in zip(gradients, trace.variables, strict=True)
    ]


def _split_aux(operator: str, result: Any, has_aux: bool) -> tuple[Any, Any]:
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise GraphError(f"{operator}(has_aux=True): the function has to return a pair (value, aux)")
    return result


@spelled
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
        DtypeError: when the function returns nothing, or something that is no number.

    >>> value_and_grad(lambda p: p["w"] * 3.0 + p["b"])({"w": 2.0, "b": 1.0})
    (7.0, {'w': 3.0, 'b': 1.0})
    """

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        chosen = _chosen("grad", argnums, len(arguments))
        trace = _traced("grad", f, arguments, keywords, chosen)
        value, aux = _split_aux("grad", trace.result, has_aux)
        checked_outputs("grad", value)
        if np.size(plain(value)) != 1 or isinstance(value, list | tuple | dict):
            raise GraphError(
                f"grad() needs a function whose value is one number, got {_described(value)}: "
                "reduce it, or use jacobian() or elementwise_grad()"
            )
        ones = np.ones(np.shape(plain(value)))
        gradients = trace.rebuild_inputs(_named(trace.pullback([value], [ones]), f, trace, value))
        gradient = gradients[0] if isinstance(argnums, int) else gradients
        shown = _value(value, trace.nested)
        return ((shown, aux) if has_aux else shown), gradient

    return derivative


@spelled
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


@spelled
def elementwise_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """The derivative of each element of ``f(x)`` by the element of ``x`` in its place.

    For functions that treat every element alone; in general it is the gradient of the sum.

    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        trace = _traced(
            "elementwise_grad", f, arguments, keywords, _chosen("elementwise_grad", argnums, len(arguments))
        )
        outputs, _ = checked_outputs(trace.operator, trace.result)
        found = trace.pullback(outputs, [np.ones(np.shape(plain(y))) for y in outputs])
        gradients = trace.rebuild_inputs(_named(found, f, trace, trace.result))
        return gradients[0] if isinstance(argnums, int) else gradients

    return derivative


@spelled
def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """The value of ``f`` and its pullback: the transposed Jacobian as a function of a cotangent.

    Returns:
        ``(y, pullback)``; ``pullback(cotangent)`` takes the structure of ``y`` and gives a tuple with one
        gradient for each primal.

    >>> y, pullback = vjp(lambda a, b: a * b, 2.0, 3.0)
    >>> y, pullback(1.0)
    (6.0, (3.0, 2.0))
    """
    trace = Trace("vjp", f, primals)
    outputs, rebuild = checked_outputs(trace.operator, trace.result)

    def pullback(cotangent: Any) -> Any:
        directions, _ = flatten(cotangent)
        if len(directions) != len(outputs):
            raise ShapeError(
                f"vjp(): the cotangent has {len(directions)} leaves, the value of the function {len(outputs)}"
            )
        return trace.rebuild_inputs(trace.pullback(outputs, directions))

    return rebuild([_value(y, trace.nested) for y in outputs]), pullback


@spelled
def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The value of ``f`` and how it moves when the primals move along ``tangents``: forward mode.

    The tangents travel through the graph in the order in which it was computed, by the same rules of
    calculus that carry cotangents back.

    Returns:
        ``(y, tangent)``, both of the structure of ``f``'s value.

    Raises:
        ShapeError: if there are not as many tangents as primals.

    >>> jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    directions, _ = flatten(tuple(tangents))
    trace = Trace("jvp", f, primals)
    if len(directions) != len(trace.variables):
        raise ShapeError(f"jvp(): {len(directions)} tangents were given for {len(trace.variables)} primals")
    outputs, rebuild = checked_outputs(trace.operator, trace.result)
    moved = trace.pushforward(outputs, directions)
    return rebuild([_value(y, trace.nested) for y in outputs]), rebuild(moved)


@spelled
def jacobian(
    f: Function, argnums: int | Sequence[int] = 0, mode: Literal["auto", "reverse", "forward"] = "auto"
) -> Function:
    """All first derivatives of ``f``: for an output of shape S and an argument of shape T an array S + T.

    Args:
        f: a function of arrays.
        argnums: the argument to differentiate by, or several.
        mode: ``"reverse"``, one sweep for each element of the output; ``"forward"``, one for each
            element of the argument; ``"auto"`` takes the smaller number.

    Raises:
        DomainError: for an unknown mode.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in ("auto", "reverse", "forward"):
        raise DomainError(f"jacobian(mode={mode!r}): mode is 'auto', 'reverse' or 'forward'")

    @wraps(f)
    def derivative(*arguments: Any, **keywords: Any) -> Any:
        trace = _traced("jacobian", f, arguments, keywords, _chosen("jacobian", argnums, len(arguments)))
        outputs, rebuild = checked_outputs(trace.operator, trace.result)
        output_shapes = [np.shape(plain(y)) for y in outputs]
        input_shapes = [variable.shape for variable in trace.variables]
        forward = mode == "forward" or (mode == "auto" and _count(input_shapes) < _count(output_shapes))
        if forward:
            columns = [_parted(found, input_shapes) for found in trace.pushforward_units(outputs)]
            blocks = [
                [_moved_last(block, len(shape)) for block, shape in zip(row, input_shapes, strict=True)]
                for row in columns
            ]
        else:
            by_input = [_parted(found, output_shapes) for found in trace.pullback_units(outputs)]
            blocks = [[by_input[j][i] for j in range(len(input_shapes))] for i in range(len(output_shapes))]
        results = [trace.rebuild_inputs(row) for row in blocks]
        return rebuild([row[0] if isinstance(argnums, int) else row for row in results])

    return derivative


@spelled
def hessian(f: Function, argnums: int = 0) -> Function:
    """All second derivatives of a function whose value is one number: forward mode over reverse mode.

    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnums), argnums, mode="forward")


@spelled
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
    return sum(math.prod(shape) for shape in shapes)


def _parted(stacked: Any, shapes: list[tuple[int, ...]]) -> list[Any]:
    """An array of shape (n, ...) cut into arrays of ``shape + ...``, one for each of the shapes."""
    parts, start = [], 0
    for shape in shapes:
        stop = start + math.prod(shape)
        parts.append(stacked[start:stop].reshape((*shape, *stacked.shape[1:])))
        start = stop
    return parts


def _moved_last(block: Any, count: int) -> Any:
    """The first ``count`` axes moved behind the others."""
    axes = range(block.ndim)
    return block.transpose((*axes[count:], *axes[:count]))


def _described(value: Any) -> str:
    if isinstance(value, Node):
        return f"shape {value.shape}"
    return f"{type(value).__name__}"
