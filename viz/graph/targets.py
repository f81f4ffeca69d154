"""From what a reader wants drawn to the graph behind it: nodes, functions, modules, lowered tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd_core import DtypeError, Lowered, Node, Tensor, Value
from autograd_core.naming import named_leaves, parameter_names

from ..wording import described
from .lowered import reading_of
from .reading import Reading


def read(target: Any, inputs: tuple[Any, ...], call: str = "draw") -> tuple[Reading, str]:
    """The graph to draw, and the name of what made it; messages speak of the ``call``.

    Raises:
        DtypeError: if the target is nothing that can be drawn, or does not go with inputs.
    """
    if isinstance(target, Lowered):
        _no_inputs(target, inputs, call)
        return reading_of(target), ""
    if isinstance(target, Node):
        _no_inputs(target, inputs, call)
        return Reading([target]), ""
    if isinstance(target, list | tuple | dict) or (isinstance(target, np.ndarray) and target.dtype == object):
        _no_inputs(target, inputs, call)
        outputs = _outputs(target, f"{call}()")
        return Reading(list(outputs), names=outputs), ""
    if not callable(target) or isinstance(target, type):
        raise DtypeError(
            f"{call}() takes a Value or Tensor, several of them, what lower() gave, or a function or module "
            f"with its inputs; got {described(target)}"
        )
    return _called(target, inputs, call)


def _called(target: Any, inputs: tuple[Any, ...], call: str) -> tuple[Reading, str]:
    is_module = hasattr(target, "named_parameters")
    parameters = _parameters(target)
    name = type(target).__name__ if parameters or is_module else _name(target)
    if not inputs and is_module:
        raise DtypeError(f"{call}({name}): a module is drawn at work, give it an input: {call}(model, x)")
    scalar = bool(parameters) and all(isinstance(node, Value) for node in parameters.values())
    taken = "values" if scalar else "arrays" if is_module else "either"
    nodes = [_as_nodes(x, taken) for x in inputs]
    named: dict[str, Node] = {}
    for parameter, node in zip(parameter_names(target, len(nodes)), nodes, strict=True):
        named |= {name: leaf for name, leaf in named_leaves(node, parameter) if isinstance(leaf, Node)}
    result = target(*nodes)
    outputs = _outputs(result, f"{call}({name or 'function'}): the result")
    # Some modules make their parameters when they first see an input.
    return Reading(list(outputs), named, parameters | _parameters(target), outputs), name


def _name(target: Any) -> str:
    """What a function is called."""
    name = getattr(target, "__name__", None) or getattr(target, "name", None)
    if not isinstance(name, str):
        return type(target).__name__
    return "" if name == "<lambda>" else name


def _parameters(target: Any) -> dict[str, Node]:
    """The parameters of a module, or of anything else that says what its parameters are, by their names."""
    if hasattr(target, "named_parameters"):
        named: Iterable[tuple[str, Any]] = target.named_parameters()
        return {key: node for key, node in dict(named).items() if isinstance(node, Node)}
    listed = getattr(target, "parameters", None)
    if inspect.isclass(target) or not inspect.ismethod(listed):
        return {}
    return {
        node.label or f"parameters[{i}]": node for i, node in enumerate(listed()) if isinstance(node, Node)
    }


def _as_nodes(x: Any, taken: str) -> Any:
    """An example input with its numbers as nodes; what is no number goes through as it is.

    Args:
        x: the example.
        taken: what a number or a list of numbers becomes: ``"values"``, a Value each; ``"arrays"`` and
            ``"either"``, a Tensor.
    """
    if isinstance(x, bool) or x is None or isinstance(x, Node | str):
        return x
    if isinstance(x, int | float) and taken == "values":
        return Value(x)
    if _is_structure(x) or (taken == "values" and isinstance(x, list | tuple)):
        kept = taken != "values"
        return _rebuilt(x, lambda item: item if kept and isinstance(item, int) else _as_nodes(item, taken))
    array = Tensor(x)
    return Tensor(array.data, requires_grad=array.dtype.kind == "f")


def _is_structure(x: Any) -> bool:
    """Whether something holds inputs, and is not one itself."""
    if isinstance(x, np.ndarray):
        return bool(x.dtype == object)
    if isinstance(x, list | tuple):
        pending = list(x)
        for item in pending:  # the list grows while it is read
            if isinstance(item, list | tuple):
                pending += item
            elif isinstance(item, bool) or not isinstance(item, int | float | np.generic):
                return True
        return not pending
    return isinstance(x, dict)


def _rebuilt(x: Any, change: Callable[[Any], Any]) -> Any:
    """The same structure with every item changed."""
    if isinstance(x, dict):
        return {key: change(item) for key, item in x.items()}
    if isinstance(x, np.ndarray):
        changed = np.empty(x.shape, dtype=object)
        for place in np.ndindex(x.shape):
            changed[place] = change(x[place])
        return changed
    items = [change(item) for item in x]
    if isinstance(x, list):
        return items
    return type(x)(*items) if hasattr(x, "_fields") else tuple(items)


def _outputs(found: Any, what: str) -> dict[Node, str]:
    """The nodes in a result, one or those in a list, tuple, dictionary or array of objects, nested; with
    the names that the keys and places give them.
    """
    nodes: dict[Node, str] = {}
    top = "" if isinstance(found, Node | dict) else "y"
    for name, item in named_leaves(found, top):
        if item is None:  # a result that a model can have and does not have here
            continue
        if not isinstance(item, Node):
            raise DtypeError(f"{what} is to be made of Values and Tensors, got {described(item)}")
        nodes.setdefault(item, name)
    if not nodes:
        raise DtypeError(f"{what} holds no Value or Tensor, got {described(found)}")
    return nodes


def _no_inputs(target: Any, inputs: tuple[Any, ...], call: str) -> None:
    if inputs:
        raise DtypeError(
            f"{call}(): inputs go with a function or module; {described(target)} has been computed already"
        )
