"""The picture with one box for each node: forward, with values, backward, with cotangents, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.inspection.operations import constant, expression, is_scalar_constant, operation
from autograd_core.inspection.rules import backward_rule
from autograd_core.naming import derivative

from .. import wording
from ..model import Arrow, Box, Kind
from .said import Said

PARALLEL_ARROWS = 4
"""More uses of one node by another than this are drawn as one arrow that carries their number."""


@dataclass(frozen=True)
class Detail:
    """How much is written into a picture.

    Attributes:
        compact: one line of values in each box.
        edges: write beside the arrows, in a forward graph local derivatives.
    """

    compact: bool = False
    edges: bool = True


def nodewise(
    said: Said, nodes: Sequence[Node], keys: Mapping[Node, str], detail: Detail
) -> tuple[list[Box], list[Arrow]]:
    """One box for each of the nodes, and the arrows between them; ``keys`` say which box is whose.

    In a forward graph the arrows are those of the computation, with local derivatives; in a backward graph
    they lead from the output to the leaves, with cotangents in the boxes; where both are drawn, the cotangent
    that flows back stands beside an arrow of its own.
    """
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in nodes:
        derivatives = local_derivatives(node) if detail.edges else None
        inputs = said.reading.inputs(node)
        tails = [keys.get(x) if isinstance(x, Node) else None for x in inputs]  # alike where x is folded
        uses = Counter(tails)
        operands = []
        for index, x in enumerate(inputs):
            if not isinstance(x, Node):
                operands.append(constant(x, said.write))
                if not is_scalar_constant(x) and not said.backward:
                    key = f"{keys[node]}c{index}"
                    boxes.append(_constant_box(key, x, said.reading.scope(node), said.write))
                    arrows.append(Arrow(key, keys[node]))
                continue
            operands.append(said.names.get(x) or "…")
            if x not in keys:
                continue
            count = uses[keys[x]] if uses[keys[x]] > PARALLEL_ARROWS else 1
            if count > 1 and keys[x] in tails[:index]:
                continue
            factor = None if derivatives is None else derivatives[index]
            tail, head = keys[x], keys[node]
            if not said.backward:
                arrows.append(Arrow(tail, head, "" if factor is None else said.write(factor), count))
                if said.graph == "forward" or node not in said.cotangents or x not in said.cotangents:
                    continue
            label = _flowing(said, node, index, factor) if detail.edges else ""
            arrows.append(Arrow(head, tail, label, count, cotangent=True))
        boxes.append(_box(said, node, keys[node], operands, detail.compact))
    return boxes, arrows


def _flowing(said: Said, node: Node, index: int, factor: float | None) -> str:
    """What is written beside a cotangent on its way: the number that flows where the picture shows the
    local derivative as well, otherwise what the cotangent is multiplied by.
    """
    if factor is None:
        return backward_rule(node, index, said.names)
    if said.backward:
        return f"× {said.write(factor)}"
    with np.errstate(all="ignore"):
        return said.write(np.asarray(said.cotangents[node]).reshape(()) * factor)


def _box(said: Said, node: Node, key: str, operands: Sequence[str], compact: bool) -> Box:
    name, value, gradient = said.names[node], said.value(node), said.gradient(node)
    uses = said.reading.used(node)
    formula = expression(node, operands)
    heading = ""
    if said.backward:
        heading = derivative(said.output, name)
        lines = [gradient]
        if isinstance(node.data, np.ndarray) and gradient.startswith("norm"):
            lines = [wording.shape(node.data), gradient]
        if uses > 1:
            lines.append(f"Σ of {uses} paths")
    else:
        lines = [value]
        if gradient and not compact:
            lines.append(f"grad {gradient}")
        if uses > 1:
            lines.append(f"used {uses}×")
    kind = said.reading.kind(node)
    label = wording.clean(node.label, 200) if node.label else ""
    parts = [f"{name} = {formula}" if formula else f"{name}: {kind}", value]
    parts += [f"gradient {gradient}"] if gradient else []
    parts += [f"used {uses} times"] if uses > 1 else []
    parts += [label] if label and label != name else []
    parts += [f"scope {wording.clean('.'.join(node.scope), 200)}"] if node.scope else []
    return Box(
        key=key,
        kind=kind,
        name=name,
        operation=operation(node, said.write),
        lines=tuple(lines),
        scope=said.reading.scope(node),
        expression=formula,
        description=", ".join(parts),
        heading=heading,
    )


def _constant_box(key: str, x: Any, scope: tuple[str, ...], write: wording.Write) -> Box:
    text = constant(x, write)
    return Box(key, Kind.CONSTANT, text, scope=scope, description=f"constant {text}")


def local_derivatives(node: Node) -> list[float] | None:
    """The local derivatives of an operation on single numbers, None for any other."""
    op = node.op
    if op is None or not hasattr(op, "derivatives") or np.size(node.data) != 1:
        return None
    if any(np.size(x.data if isinstance(x, Node) else x) != 1 for x in node.inputs):
        return None
    with np.errstate(all="ignore"):
        found = node.local_derivatives()
    return [0.0 if d is None else float(np.asarray(d).reshape(())) for d in found]
