"""The picture with one box for each node: forward, with values, backward, with cotangents, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.naming import derivative

from .. import wording
from ..graph.reading import Reading
from ..model import Arrow, Box, Kind
from .operations import backward_rule, constant, expression, is_scalar_constant, operation

PARALLEL_ARROWS = 4
"""More uses of one node by another than this are drawn as one arrow that carries their number."""


@dataclass(frozen=True)
class Detail:
    """How much is written into a picture.

    Attributes:
        graph: ``"forward"``, the arrows of the computation with local derivatives; ``"backward"``, arrows
            from the output to the leaves, with cotangents in the boxes; or ``"both"``, where the cotangent
            that flows back stands beside the arrow of each use.
        compact: one line of values in each box.
        edges: write local derivatives beside the arrows.
        write: how a number is written.
    """

    graph: str = "forward"
    compact: bool = False
    edges: bool = True
    write: wording.Write = field(default=wording.number)

    @property
    def backward(self) -> bool:
        """Whether cotangents alone are drawn."""
        return self.graph == "backward"


def nodewise(
    reading: Reading,
    nodes: list[Node],
    keys: Mapping[Node, str],
    names: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    detail: Detail,
) -> tuple[list[Box], list[Arrow]]:
    """One box for each of the nodes, and the arrows between them; ``keys`` say which box is whose."""
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    for node in nodes:
        derivatives = local_derivatives(node) if detail.edges else None
        inputs = reading.inputs(node)
        uses: Counter[Node] = Counter(x for x in inputs if isinstance(x, Node) and x in keys)
        operands = []
        for index, x in enumerate(inputs):
            if not isinstance(x, Node):
                operands.append(constant(x, detail.write))
                if not is_scalar_constant(x) and not detail.backward:
                    key = f"{keys[node]}c{index}"
                    boxes.append(_constant_box(key, x, reading.scope(node), detail.write))
                    arrows.append(Arrow(key, keys[node]))
                continue
            operands.append(names.get(x) or "…")
            if x not in keys:
                continue
            count = uses[x] if uses[x] > PARALLEL_ARROWS else 1
            if count > 1 and any(before is x for before in inputs[:index]):
                continue
            factor = None if derivatives is None else derivatives[index]
            tail, head = keys[x], keys[node]
            if not detail.backward:
                arrows.append(Arrow(tail, head, "" if factor is None else detail.write(factor), count))
                if detail.graph == "forward" or node not in cotangents or x not in cotangents:
                    continue
            label = _flowing(node, index, factor, names, cotangents, detail) if detail.edges else ""
            arrows.append(Arrow(head, tail, label, count, cotangent=True))
        boxes.append(_box(reading, node, keys[node], operands, names, cotangents, detail))
    return boxes, arrows


def _flowing(
    node: Node,
    index: int,
    factor: float | None,
    names: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    detail: Detail,
) -> str:
    """What is written beside a cotangent on its way: the number that flows where the picture shows the
    local derivative as well, otherwise what the cotangent is multiplied by.
    """
    if factor is None:
        return backward_rule(node, index, names)
    if detail.backward:
        return f"× {detail.write(factor)}"
    with np.errstate(all="ignore"):
        return detail.write(np.asarray(cotangents[node]).reshape(()) * factor)


def _box(
    reading: Reading,
    node: Node,
    key: str,
    operands: list[str],
    names: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    detail: Detail,
) -> Box:
    name = names[node]
    value = wording.value(node.data, write=detail.write)
    gradient = wording.gradient(cotangents[node], detail.write) if node in cotangents else ""
    uses = reading.used(node)
    formula = expression(node, operands)
    heading = ""
    if detail.backward:
        heading = derivative(names[reading.outputs[0]], name)
        lines = [gradient]
        if isinstance(node.data, np.ndarray) and gradient.startswith("norm"):
            lines = [wording.shape(node.data), gradient]
        if uses > 1:
            lines.append(f"Σ of {uses} paths")
    else:
        lines = [value]
        if gradient and not detail.compact:
            lines.append(f"grad {gradient}")
        if uses > 1:
            lines.append(f"used {uses}×")
    kind = reading.kind(node)
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
        operation=operation(node, detail.write),
        lines=tuple(lines),
        scope=reading.scope(node),
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
