"""Where in a graph a NaN or an infinity came from: the layer to look at, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Node, ancestors, debug, sweep
from autograd_core.errors import NumericalError

from ..parameter import Parameter

__all__: list[str] = []


def source_of_value(loss: Node, inputs: Mapping[str, Any]) -> tuple[str, bool]:
    """The first computation on the way to ``loss`` whose result is not finite although its inputs are.

    Infinities that nothing came of (the -inf of a mask) are passed over: the search goes back from the
    loss, only through what is not finite.

    Args:
        loss: not finite.
        inputs: what the batch consists of, by name.

    Returns:
        A sentence, and whether the computation is to blame rather than what it was given.
    """
    bad, among = [loss], {loss}
    for node in bad:  # grows while it is read
        found = {x for x in node.parents if x not in among and _kind(x)}
        bad += found
        among |= found
    origins = [node for node in ancestors([loss]) if node in among and not among & set(node.parents)]
    node = origins[0]
    if node.op is not None:
        constant = next((_kind(x) for x in node.inputs if not isinstance(x, Node) and _kind(x)), "")
        said = (
            f", one of whose inputs is a constant that holds {constant}"
            if constant
            else " from finite inputs"
        )
        return f"{described(node)} gives {_kind(node)}{said}", not constant
    if isinstance(node, Parameter):
        return f"the parameter {node.label!r} holds {_kind(node)} already before this batch", False
    for name, x in inputs.items():
        if x is node:
            return f"{name} of the batch holds {_kind(node)}", False
    return f"a constant {node.label!r} holds {_kind(node)}", False


def source_of_gradient(loss: Any) -> str:
    """The first rule on the way back from ``loss`` that gives what is not finite."""
    try:
        with debug():
            for _ in sweep([loss], [np.ones(loss.shape, loss.dtype)]):
                pass
    except NumericalError as error:
        return str(error.args[0]).partition("\n")[0]
    return "no single rule gives it: finite shares of the gradient add up to what is not finite"


def described(node: Node) -> str:
    """The operation and the layer it belongs to."""
    name = node.op.name if node.op is not None else "a leaf"
    return f"{name} in {'/'.join(node.scope)}" if node.scope else f"{name} (in no layer)"


def first_not_finite(parameters: Sequence[Parameter], arrays: Iterable[Any]) -> Parameter | None:
    """The first parameter whose array (None if it has none) holds a NaN or an infinity."""
    found = [(p, x._raw if isinstance(x, Node) else x) for p, x in zip(parameters, arrays, strict=True)]
    present = [(p, array) for p, array in found if array is not None]
    with np.errstate(over="ignore", invalid="ignore"):
        total = sum([np.vdot(array, array) for _, array in present])
    if np.isfinite(total):  # one look at all; a sum that is merely too large takes the second look
        return None
    return next((p for p, array in present if not np.isfinite(array).all()), None)


def _kind(x: Any) -> str:
    """What is wrong with the numbers: "NaN", "infinity", or nothing."""
    data = np.asarray(x._raw if isinstance(x, Node) else x)
    if data.dtype.kind != "f" or np.isfinite(data).all():
        return ""
    return "NaN" if np.isnan(data).any() else "infinity"
