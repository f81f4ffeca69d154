"""A model as a table: what every layer gives, how much it learns, how much it calculates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_core import Node, ancestors
from autograd_core.errors import DtypeError
from autograd_core.spelling import spelled

from .checks import glimpse, is_whole
from .modes import modes_restored
from .module import Module

__all__ = ["summary"]

_PRODUCTS = {"matmul", "affine", "convolution", "transposed_convolution", "einsum", "linear"}


@spelled
def summary(model: Module, input_shape: Any, *more: Any, dtype: DTypeLike | None = None) -> str:
    """The layers of a model, one a line, with the shapes of their outputs, parameters and multiply-adds.

    The model is run once on zeros, in evaluation mode. A parameter that several layers share is counted
    where it is met first.

    Args:
        model: the model.
        input_shape: the shape of its input, with the batch, or an example of it.
        more: the same for further inputs, as the model takes them.
        dtype: that of its input; the parameters' when None. A model that begins with an embedding takes
            ``int``.

    Raises:
        ShapeError: if the model does not take such an input.
        DtypeError: for what is neither a model, nor a shape, nor an array.

    >>> import nn
    >>> print(nn.summary(nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)), (1, 4)))
    layer      output    parameters    multiply-adds
    ------------------------------------------------
    0: Linear  (1, 3)            15               12
    1: ReLU    (1, 3)             0                0
    2: Linear  (1, 2)             8                6
    ------------------------------------------------
    total                        23               18
    """
    if not isinstance(model, Module):
        raise DtypeError(f"summary(): `model` has to be an nn.Module, got {glimpse(model)}")
    rows: list[tuple[str, str, int, int]] = []
    seen: set[Any] = set()
    names = {module: path for path, module in model.named_modules()}
    # what computes a weight is part of the layer that has it
    inner = {m for path, m in model.named_modules() if "parametrizations" in path.split(".")}
    # and so is a layer in another one of this library that has weights beside it, as attention has
    inner |= {m for layer in names if _is_one_layer(layer) for m in layer.modules() if m is not layer}
    leaves = [m for m in names if m not in inner and inner.issuperset(m.children())]
    started: dict[Module, list[Any]] = {}

    def before(module: Module, inputs: tuple[Any, ...]) -> None:
        started[module] = [x for x in inputs if isinstance(x, Node)]

    def after(module: Module, inputs: tuple[Any, ...], output: Any) -> None:
        while isinstance(output, tuple) and output:  # what a recurrent layer gives at all times comes first
            output = output[0]
        own = [p for p in module.parameters() if p not in seen]
        seen.update(own)
        work = _multiply_adds(output, started[module]) if isinstance(output, Node) else 0
        label = f"{names[module]}: {type(module).__name__}" if names[module] else type(module).__name__
        shape = str(output.shape) if isinstance(output, Node) else type(output).__name__
        rows.append((label, shape, sum(p.size for p in own), work))

    handles = [
        h for m in leaves for h in (m.register_forward_pre_hook(before), m.register_forward_hook(after))
    ]
    kind = next((p.dtype for p in model.parameters()), np.dtype(float)) if dtype is None else np.dtype(dtype)
    inputs = [_example(x, kind) for x in (input_shape, *more)]
    try:
        with modes_restored(model):
            model.eval()(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    rest = sum(p.size for p in model.parameters() if p not in seen)
    if rest:
        rows.append(("parameters outside layers", "", rest, 0))
    return _table(rows)


def _is_one_layer(module: Module) -> bool:
    ours = type(module).__module__.startswith("nn.layers")
    return ours and next(module.parameters(recurse=False), None) is not None


def _example(given: Any, kind: np.dtype[Any]) -> Any:
    """Zeros of a shape; an array, or a node, as it is."""
    if isinstance(given, np.ndarray | Node):
        return given
    if isinstance(given, Sequence) and all(map(is_whole, given)):
        return np.zeros(tuple(given), kind)
    raise DtypeError(
        f"summary(): an input is given by its shape, with the batch, or as an array, got {glimpse(given)}"
    )


def _multiply_adds(output: Node, inputs: list[Any]) -> int:
    """The products in the graph between a layer's inputs and its output."""
    known = {id(node) for node in ancestors(inputs)} if inputs else set()
    count = 0
    for node in ancestors([output]):
        if id(node) in known or node.op is None or node.op.name not in _PRODUCTS:
            continue
        shapes = [np.shape(x.data if isinstance(x, Node) else x) for x in node.inputs]
        if node.op.name == "convolution":
            count += int(np.prod(node.shape)) * int(np.prod(shapes[1][1:]))
        elif node.op.name == "transposed_convolution":
            count += int(np.prod(shapes[0])) * int(np.prod(shapes[1][1:]))
        else:
            count += int(np.prod(node.shape)) * (shapes[0][-1] if shapes[0] else 1)
    return count


def _table(rows: list[tuple[str, str, int, int]]) -> str:
    total = ("total", "", sum(r[2] for r in rows), sum(r[3] for r in rows))
    head = ("layer", "output", "parameters", "multiply-adds")
    cells = [head, *[(a, b, f"{c:,}", f"{d:,}") for a, b, c, d in [*rows, total]]]
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    lines = [
        f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2] + 2}}  {d:>{widths[3] + 2}}"
        for a, b, c, d in cells
    ]
    rule = "-" * max(map(len, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])
