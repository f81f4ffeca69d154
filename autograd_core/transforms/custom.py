"""Operations of your own: a rule for a function that the engine does not know, and recomputation."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper, wraps
from typing import Any

from ..context import no_grad
from ..dtypes import asarray
from ..errors import GraphError
from ..graph import Node
from ..primitive import Elementwise, General, Namespace
from ..structure.operands import data_of
from ..sweeping import ancestors
from .functional import jvp
from .trace import Trace, checked_outputs
from .trees import flatten

__all__ = ["checkpoint", "primitive"]

Function = Callable[..., Any]


class _CustomElementwise(Elementwise):
    """An elementwise function that keeps to itself: no table lists it, so it can take no other's name."""

    def _enter_namespaces(self) -> None: ...

    def __init__(
        self, name: str, derivatives: tuple[Function | float | None, ...], function: Function
    ) -> None:
        self.derivatives = derivatives
        self.arity = len(derivatives)
        self.floating = True
        self.on_floats = function
        super(Elementwise, self).__init__(name, name, function)


class _CustomGeneral(General):
    """A function of whole arrays that keeps to itself."""

    def _enter_namespaces(self) -> None: ...


def primitive(
    *derivatives: Function | float | None,
    pullback: Function | None = None,
    pushforward: Function | None = None,
    name: str | None = None,
) -> Callable[[Function], Any]:
    """Make a NumPy function an operation that graphs record, by giving its rule.

    Args:
        derivatives: for a function of single numbers, one local derivative for each argument, as in the
            table of :mod:`autograd_core.calculus`: ``(m, y, *arguments) -> dy/dargument``, a number if it
            is constant, None if there is none. Written with operators and the functions of ``m``, it can
            be differentiated again.
        pullback: for a function of whole arrays instead:
            ``(m, cotangent, y, *arguments, index, **keywords)`` -> the cotangent of argument ``index``.
        pushforward: beside ``pullback``, for forward mode:
            ``(m, tangent, y, *arguments, index, **keywords)`` -> how y moves with argument ``index``.
        name: how drawings and messages call it; the function's name when None.

    Raises:
        GraphError: if both kinds of rule are given, or none.

    Check it in one line with :func:`autograd_core.gradcheck`.

    >>> from autograd_core import gradcheck
    >>> @primitive(lambda m, y, x: m.cos(x) * y)
    ... def exp_sin(x):
    ...     return np.exp(np.sin(x))
    >>> import numpy as np
    >>> gradcheck(exp_sin, np.array([0.3, 2.0]), order=2)
    True
    """
    if bool(derivatives) == (pullback is not None):
        raise GraphError(
            "primitive() takes either local derivatives, @primitive(lambda m, y, x: ...), "
            "or pullback=, the rule for whole arrays"
        )

    def decorate(function: Function) -> Any:
        if not callable(function):
            named = getattr(derivatives[0] if derivatives else pullback, "__name__", "it")
            raise GraphError(
                f"primitive() makes an operation of a function, got {function!r}. Above {named!r} stands "
                "@primitive without its derivative: write @primitive(lambda m, y, x: ...), which gives dy/dx"
            )
        called = str(name or getattr(function, "__name__", "function"))
        made: Elementwise | General
        if pullback is None:
            made = _CustomElementwise(called, derivatives, function)
        else:
            made = _CustomGeneral(
                called, called, forward=function, pullback=pullback,
                pushforward=pushforward or _missing(called),
            )  # fmt: skip
        return update_wrapper(made, function)

    return decorate


def _missing(name: str) -> Function:
    def pushforward(*arguments: Any, **keywords: Any) -> Any:
        raise GraphError(f"{name!r} has no rule for forward mode: give @primitive(..., pushforward=...) one")

    return pushforward


def checkpoint(f: Function) -> Function:
    """Forget what ``f`` computes on the way, and compute it again in the backward pass.

    Saves the memory of every intermediate result of ``f`` for the price of a second evaluation. All that
    is to be differentiated has to be an argument, also parameters; ``f`` returns one array.

    Raises:
        GraphError: in the backward pass, if ``f`` uses a tensor that requires a gradient and is no
            argument: its gradient would be lost.
        DtypeError: if ``f`` returns nothing, or something that is no number.

    >>> from autograd_core import Tensor
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> checkpoint(lambda x: (x.sin() * x).sum())(x).backward()
    >>> x.grad.round(4)
    array([1.3818, 0.077 ])
    """

    @wraps(f)
    def recomputed(*arguments: Any) -> Any:
        leaves, rebuild = flatten(arguments)
        if not any(isinstance(x, Node) for x in leaves):
            return f(*arguments)
        places = [i for i, x in enumerate(leaves) if isinstance(x, Node)]

        def of_nodes(*nodes: Any) -> Any:
            filled = list(leaves)
            for place, node in zip(places, nodes, strict=True):
                filled[place] = node
            return f(*rebuild(filled))

        def forward(*data: Any) -> Any:
            with no_grad():
                result = of_nodes(*[leaves[place] for place in places])
            (y,), _ = checked_outputs("checkpoint", result)
            return asarray(data_of(y))

        last: dict[str, Any] = {"cotangent": None}

        def pullback(m: Namespace, g: Any, y: Any, *inputs: Any, index: int) -> Any:
            if last["cotangent"] is not g:  # one evaluation serves all arguments
                trace = Trace("checkpoint", of_nodes, inputs)
                _refuse_hidden_inputs(trace)
                last.update(cotangent=g, gradients=trace.pullback([trace.result], [g]))
            return last["gradients"][index]

        def pushforward(m: Namespace, t: Any, y: Any, *inputs: Any, index: int) -> Any:
            only = lambda x: of_nodes(*inputs[:index], x, *inputs[index + 1 :])  # noqa: E731
            return jvp(only, (inputs[index],), (t,))[1]

        made = _CustomGeneral(
            f"checkpoint {getattr(f, '__name__', '')}".strip(), "checkpoint",
            forward=forward, pullback=pullback, pushforward=pushforward,
        )  # fmt: skip
        return made(*[leaves[place] for place in places])

    return recomputed


def _refuse_hidden_inputs(trace: Trace) -> None:
    roots = [trace.result] if isinstance(trace.result, Node) else []
    for node in ancestors(roots, until=trace.variables):
        if node.op is None and node.requires_grad and not any(node is x for x in trace.variables):
            raise GraphError(
                f"checkpoint(): the function uses {node!r}, which requires a gradient and is no argument; "
                "its gradient would be lost. Pass it as an argument"
            )
