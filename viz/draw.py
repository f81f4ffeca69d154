"""``viz.draw``: from a node, a function or a module to a drawing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from typing import Any, Literal

import numpy as np

from autograd_core import DtypeError, Node, Tensor, Value

from . import wording
from .drawing import Drawing
from .options import Options
from .picture import picture_of
from .reading import Reading


def draw(
    target: Any,
    *inputs: Any,
    graph: Literal["forward", "backward", "both"] = "forward",
    direction: Literal["LR", "RL", "TB", "BT"] = "LR",
    gradients: bool = True,
    collapse: bool | str | Collection[str] = False,
    depth: int | None = None,
    fold: bool | None = None,
    force: bool = False,
    max_nodes: int | None = None,
    number_format: str | Callable[[float], str] | None = None,
    highlight: Any = None,
    heat: bool | Literal["gradient", "value"] = False,
    theme: Literal["auto", "light", "dark", "print"] = "auto",
    legend: bool = True,
    title: str = "",
) -> Drawing:
    """Draw the computation of a number or an array, or of a function or module at example inputs.

    Up to 150 nodes every box shows its operation, value and gradient; up to 400 the boxes are small;
    a larger graph is drawn with one box for each scope. What was summarised is said in the caption.
    Drawing changes nothing: gradients are computed for the picture and do not touch ``.grad``.

    Args:
        target: a node; a list, tuple or array of nodes, for several outputs; or a function or module,
            which is called with ``inputs``. (A module in training mode updates its running statistics;
            call ``eval()`` first if it is not to.)
        inputs: the example inputs. Floats become Values for a function, arrays and lists Tensors.
        graph: ``"forward"``, or ``"backward"``: the same nodes with the arrows reversed, the gradients
            in the boxes, and beside each arrow what the gradient is multiplied by; or ``"both"``: every
            node once, solid arrows forwards with local derivatives, dashed ones backwards with the gradient
            that flows along them.
        direction: ``"LR"``, from left to right, ``"RL"``, ``"TB"``, from top to bottom, or ``"BT"``.
        gradients: whether a forward graph shows gradients. They need one single number as output.
        collapse: True to draw each scope as one box, at the outermost level that has several, or the
            names of the scopes to close
            (``"encoder"``, ``"encoder.layer1"``).
        depth: how many levels of scopes are open; deeper ones are drawn as one box each, with the shapes
            that enter and leave and the number of parameters.
        fold: whether four or more consecutive scopes of the same structure are drawn as one, with their
            number (``×12``): those that are one box each when None, also open ones when True.
        force: draw every node, whatever the size. Above 3,000 there is the DOT text only.
        max_nodes: up to how many nodes each has a box, in place of 400.
        number_format: how numbers are written, a format such as ``".3g"`` or a function from a float to a
            text; whole constants and labels stay as they are.
        highlight: what is to stand out, the rest being dimmed: a node or the name of one or of a scope,
            several of these in a list, or ``(x, y)`` for all paths from ``x`` to ``y``.
        heat: fill the boxes by the size of their gradients (True or ``"gradient"``) or values (``"value"``),
            on a logarithmic scale that is explained below.
        theme: ``"auto"``, light or dark as the page that shows it, ``"light"``, ``"dark"``, or ``"print"``,
            black on white, told apart by shapes and dashes alone.
        legend: whether the shapes and arrows are explained below the drawing.
        title: the caption; for a function or module its name.

    Raises:
        DtypeError: if the target is nothing that can be drawn, or a keyword of the wrong type.
        DomainError: for an unknown ``graph``, ``direction``, ``theme``, scope or node, or a format that is
            none.
        GraphError: for the backward graph, both, or the heat of something that has no gradient, and if no
            path leads from ``x`` to ``y``.

    >>> from autograd_core import Value, tanh
    >>> drawing = draw(lambda x: tanh(2 * x), 0.5)
    >>> [(box.name, box.operation, box.lines) for box in drawing.picture.boxes]
    [('x', '', ('0.5', 'grad 0.8399')), ('v₁', '× 2', ('1.0', 'grad 0.42')),
     ('L', 'tanh', ('0.7616', 'grad 1.0'))]
    """
    options = Options(
        graph=graph,
        direction=direction,
        gradients=gradients,
        collapse={collapse} if isinstance(collapse, str) else collapse,
        depth=depth,
        fold=fold,
        force=force,
        max_nodes=max_nodes,
        number_format=number_format,
        highlight=highlight,
        heat=heat,
        theme=theme,
        legend=legend,
    )
    reading, name = _read(target, inputs)
    return Drawing(picture_of(reading, options, wording.clean(str(title) or name, 120)))


def _read(target: Any, inputs: tuple[Any, ...]) -> tuple[Reading, str]:
    """The graph to draw, and the name of what made it."""
    if isinstance(target, Node):
        _no_inputs(target, inputs)
        return Reading([target]), ""
    if isinstance(target, list | tuple | dict) or (isinstance(target, np.ndarray) and target.dtype == object):
        _no_inputs(target, inputs)
        return Reading(_nodes(target, "draw()")), ""
    if not callable(target) or isinstance(target, type):
        raise DtypeError(
            f"draw() takes a Value or Tensor, several of them, or a function or module with its inputs; "
            f"got {_described(target)}"
        )
    return _called(target, inputs)


def _called(target: Any, inputs: tuple[Any, ...]) -> tuple[Reading, str]:
    is_module = hasattr(target, "named_parameters")
    name = type(target).__name__ if is_module else getattr(target, "__name__", type(target).__name__)
    name = "" if name == "<lambda>" else name
    if not inputs and is_module:
        raise DtypeError(f"draw({name}): a module is drawn at work, give it an input: draw(model, x)")
    nodes = [_as_node(x, is_module) for x in inputs]
    named = {}
    for parameter, node in zip(_parameter_names(target, len(nodes)), nodes, strict=True):
        parts = node if isinstance(node, list | tuple) else [node]
        for i, part in enumerate(parts):
            if isinstance(part, Node):
                named[parameter if part is node else f"{parameter}[{i}]"] = part
    result = target(*nodes)
    outputs = _nodes(result, f"draw({name or 'function'}): the result")
    parameters: dict[str, Node] = {}
    if is_module:
        found: Iterable[tuple[str, Any]] = target.named_parameters()
        parameters = {key: node for key, node in dict(found).items() if isinstance(node, Node)}
    return Reading(outputs, named, parameters), name


def _as_node(x: Any, is_module: bool) -> Any:
    """An example input as a node; lists of nodes and what is no number go through as they are."""
    if isinstance(x, Node) or x is None or isinstance(x, str | dict):
        return x
    if isinstance(x, list | tuple) and any(isinstance(item, Node) for item in x):
        return x
    if isinstance(x, bool):
        return x
    if isinstance(x, int | float) and not is_module:
        return Value(x)
    array = Tensor(x)
    return Tensor(array.data, requires_grad=array.dtype.kind == "f")


def _parameter_names(target: Callable[..., Any], count: int) -> list[str]:
    """The names of the positional parameters; for a module, those of ``forward``."""
    names: list[str] = []
    try:
        for parameter in inspect.signature(getattr(target, "forward", target)).parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                names += [f"{parameter.name}[{i}]" for i in range(count - len(names))]
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                names.append(parameter.name)
    except (TypeError, ValueError):
        names = []
    return [*names, *(f"x{i}" for i in range(len(names), count))][:count]


def _nodes(found: Any, what: str) -> list[Node]:
    """The nodes in a result: one, or those in a list, tuple, dict or array of objects, nested."""
    pending, nodes = [found], []
    while pending:
        item = pending.pop()
        if isinstance(item, Node):
            nodes.append(item)
        elif isinstance(item, dict):
            pending += reversed(item.values())
        elif isinstance(item, list | tuple):
            pending += reversed(item)
        elif isinstance(item, np.ndarray) and item.dtype == object:
            pending += reversed(list(item.flat))
        else:
            raise DtypeError(f"{what} is to be made of Values and Tensors, got {_described(item)}")
    if not nodes:
        raise DtypeError(f"{what} holds no Value or Tensor, got {_described(found)}")
    return nodes


def _no_inputs(target: Any, inputs: tuple[Any, ...]) -> None:
    if inputs:
        raise DtypeError(
            f"draw(): inputs go with a function or module; {_described(target)} has been computed already"
        )


def _described(x: Any) -> str:
    text = repr(x)
    return f"{text if len(text) <= 60 else text[:59] + '…'} of type {type(x).__name__}"
