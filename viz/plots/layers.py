"""What the layers of a network compute, and the gradients that come back to them, read off the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import Any, Literal

import numpy as np

from autograd_core import DomainError, DtypeError, GraphError, Node, Tensor, ancestors, sweep

from ..graph.running import evaluating
from .canvas import Array, numbers

Of = Literal["activations", "gradients"]


def arrays_by_layer(
    operation: str,
    source: Any,
    x: Any,
    of: str,
    only: str | None,
    loss: Callable[[Any], Any] | None,
) -> dict[str, Array]:
    """An array for each layer, in the order in which they were computed.

    Args:
        operation: who asks, for the errors.
        source: arrays by name or in a list, a node that has been computed, or a model.
        x: what the model is called with.
        of: ``activations`` or ``gradients``: those of the layers' outputs.
        only: a part of the names of the layers that are wanted.
        loss: turns the model's output into one number; half the sum of its squares when None. (Of the sum the
            gradient of every output is 1, and of that of shares that add up to 1 it is 0.)

    Raises:
        DtypeError: if the source is none of these, or holds no numbers.
        DomainError: if there is no layer, no ``x`` for a model, or another ``of``.
        GraphError: if nothing was recorded, or the gradient of more than one number is asked for.
    """
    if of not in ("activations", "gradients"):
        raise DomainError(f"{operation}(): of is 'activations' or 'gradients', got {of!r}")
    if isinstance(source, Node):
        found = _recorded(operation, source, of, loss)
    elif isinstance(source, Mapping):
        found = {str(name): numbers(operation, f"layer {name!r}", a) for name, a in source.items()}
    elif isinstance(source, list | tuple):
        found = {f"layer {i}": numbers(operation, f"layer {i}", a) for i, a in enumerate(source, start=1)}
    elif callable(source):
        if x is None:
            raise DomainError(f"{operation}(): a model needs an example batch: {operation}(model, x)")
        data = x.data if isinstance(x, Node) else numbers(operation, "x", x)
        with evaluating(operation, source):
            output = source(Tensor(data, requires_grad=data.dtype.kind == "f"))
        if not isinstance(output, Node):
            raise DtypeError(f"{operation}(): the model has to give a Tensor, got {type(output).__name__}")
        found = _recorded(operation, output, of, loss)
    else:
        raise DtypeError(
            f"{operation}() takes a model, a computed Tensor, or arrays by name or in a list, "
            f"got {type(source).__name__}"
        )
    kept = {name: array for name, array in found.items() if only is None or only in name}
    if not kept:
        there = f" among {', '.join(found)}" if found else ""
        what = "there are no layers" if only is None else f"no layer has {only!r} in its name{there}"
        raise DomainError(f"{operation}(): {what}")
    for name, array in kept.items():
        if not array.size:
            raise DomainError(f"{operation}(): layer {name!r} is empty")
    return kept


def _recorded(operation: str, output: Node, of: str, loss: Callable[[Any], Any] | None) -> dict[str, Array]:
    layers = _last_of_each_layer(output)
    if not layers:
        raise GraphError(
            f"{operation}(): no layer in the recorded graph; layers are modules, or what is computed "
            "`with scope(name)`, outside of no_grad()"
        )
    if of == "activations":
        return {name: np.asarray(node.data) for name, node in layers.items()}
    if loss is None and np.size(output.data) > 1:
        loss = _half_of_the_squares
    result = output if loss is None else loss(output)
    if loss is not None and (not isinstance(result, Node) or np.size(result.data) != 1):
        raise GraphError(f"{operation}(): loss has to turn the output into one number, got {result!r}")
    if not result.requires_grad:
        raise GraphError(f"{operation}(): there are no gradients, nothing here requires any")
    with np.errstate(all="ignore"):
        cotangents = dict(sweep([result], [np.ones_like(np.asarray(result.data))]))
    return {name: np.asarray(cotangents[node]) for name, node in layers.items() if node in cotangents}


def _half_of_the_squares(output: Any) -> Any:
    return (output * output).sum() / 2


def _last_of_each_layer(output: Node) -> dict[str, Node]:
    """The last node of each run of nodes in one scope: what the layer hands on."""
    runs: list[Node] = []
    before: tuple[str, ...] | None = None
    for node in ancestors([output]):
        if node.op is None:
            continue
        if node.scope and node.scope == before:
            runs[-1] = node
        elif node.scope:
            runs.append(node)
        before = node.scope
    scopes = {node.scope for node in runs}
    holders = {scope[:i] for scope in scopes for i in range(len(scope))}  # modules that have modules
    depth = len(_shared(list(scopes))) if len(scopes) > 1 else 0
    ends = Counter(scope[-1] for scope in scopes - holders)
    layers: dict[str, Node] = {}
    times: Counter[str] = Counter()
    for node in runs:
        if node.scope in holders and node.op is not None:  # computed between its layers
            name = node.op.name
        else:
            name = node.scope[-1] if ends[node.scope[-1]] == 1 else " › ".join(node.scope[depth:])
        times[name] += 1
        layers[name if times[name] == 1 else f"{name} ({times[name]})"] = node
    return layers


def _shared(scopes: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The names with which all scopes begin: the module that has the layers."""
    return tuple(
        names[0] for names in takewhile(lambda names: len(set(names)) == 1, zip(*scopes, strict=False))
    )
