"""What happens at each node, forwards and backwards, in words and numbers: what a page plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd_core import Node
from autograd_core.naming import derivative

from .. import wording
from ..graph.reading import Reading
from ..model import Box, Kind, Moment, Picture, Story
from .nodewise import local_derivatives
from .operations import backward_rule

MOST_TERMS = 12
"""A longer chain-rule sum is cut."""


def story_of(
    reading: Reading,
    nodes: Sequence[Node],
    names: Mapping[Node, str],
    cotangents: Mapping[Node, Any],
    boxes: Sequence[Box],
    write: wording.Write = wording.number,
) -> Story:
    """The forward pass one operation at a time, and the backward pass in the order of the sweep.

    Args:
        reading: the graph.
        nodes: those that have boxes, in topological order.
        names: their names, as they are drawn.
        cotangents: the gradients, in the order in which the sweep completes them.
        boxes: one for each node, and those of constant arrays.
        write: how a number is written.
    """
    keys = {node: f"n{i}" for i, node in enumerate(nodes)}
    drawn = {box.key: box for box in boxes}
    rules = {node: local_derivatives(node) for node in nodes}
    uses: dict[Node, list[tuple[Node, int]]] = {node: [] for node in nodes}
    for node in nodes:
        for i, x in enumerate(reading.inputs(node)):
            if isinstance(x, Node) and x in uses and node in cotangents:
                uses[x].append((node, i))
    output = names[reading.outputs[0]]
    moments = []
    arrows = [
        (keys[x], keys[node])
        for node in nodes
        for x in reading.inputs(node)
        if isinstance(x, Node) and x in keys
    ]
    for node, key in keys.items():
        box = drawn[key]
        gradient, symbols = "", ""
        numbers: list[str] = []
        if node in cotangents:
            gradient = wording.gradient(cotangents[node], write)
            symbols, numbers = _sum(node, output, names, uses[node], rules, cotangents, write)
        moments.append(
            Moment(
                key=key,
                text=f"{box.name} = {box.expression}" if box.expression else box.name,
                value=wording.value(node.data, write=write),
                derivative=derivative(output, box.name),
                gradient=gradient,
                symbols=symbols,
                numbers=tuple(numbers),
                uses=len(uses[node]),
                roles=_roles(box),
            )
        )
    for box in boxes:
        if box.kind is Kind.CONSTANT:
            moments.append(Moment(box.key, f"constant {box.name}", box.name))
            arrows.append((box.key, box.key.partition("c")[0]))
    return Story(
        moments=tuple(moments),
        forward=tuple(keys[node] for node in nodes if node.op is not None),
        backward=tuple(keys[node] for node in cotangents if node in keys),
        arrows=tuple(arrows),
        why="" if reading.single else reading.why_no_gradients(),
    )


def story_of_boxes(
    reading: Reading,
    picture: Picture,
    keys: Sequence[str],
    cotangents: Mapping[Node, Any],
    write: wording.Write = wording.number,
) -> Story:
    """The computation one box at a time, where boxes stand for several nodes: a box has its value when the
    last of its nodes is computed, and its gradient when the last of what leaves it has one.

    Args:
        reading: the graph.
        picture: what is drawn.
        keys: for each node in reading order the key of its box, empty for none.
        cotangents: the gradients, in the order in which the sweep completes them.
        write: how a number is written.
    """
    place = {node: keys[i] for node, i in reading.index.items()}
    members: dict[str, list[Node]] = {}
    for node, key in place.items():
        members.setdefault(key, []).append(node)
    used_outside = {
        x
        for node in reading.order
        for x in reading.inputs(node)
        if isinstance(x, Node) and place[x] != place[node]
    } | {*reading.outputs}
    names = {box.key: box.heading or box.name for box in picture.boxes}
    spoken = dict(names)  # in sentences, the parameters of a layer by the layer
    for box in picture.boxes:
        if picture.layered and box.kind in (Kind.PARAMETER, Kind.SHARED):
            of = [names[arrow.head] for arrow in picture.arrows if arrow.tail == box.key]
            of += [names[arrow.tail] for arrow in picture.arrows if arrow.cotangent and arrow.head == box.key]
            names[box.key], spoken[box.key] = "θ", f"parameters θ of {', '.join(dict.fromkeys(of))}"
    output = names.get(place[reading.outputs[0]], "")
    if reading.single:
        output = reading.names([reading.outputs[0]])[reading.outputs[0]]
        names[place[reading.outputs[0]]] = output
    flows = [
        (arrow.head, arrow.tail) if arrow.cotangent else (arrow.tail, arrow.head) for arrow in picture.arrows
    ]
    flows = list(dict.fromkeys(flows))
    swept = {node: i for i, node in enumerate(cotangents)}
    moments: list[Moment] = []
    gradients: dict[str, int] = {}
    for box in picture.boxes:
        nodes = members.get(box.key, [])
        leaving = [node for node in nodes if node in used_outside] or nodes[-1:]
        arrived = [node for node in leaving if node in cotangents]
        heads = [head for tail, head in flows if tail == box.key]
        name, text = names[box.key], box.operation
        if arrived:
            gradients[box.key] = max(swept[node] for node in arrived)
        moments.append(
            Moment(
                key=box.key,
                text=f"{spoken[box.key]}: {text}" if text else spoken[box.key],
                value=", ".join(dict.fromkeys(wording.value(node.data, write=write) for node in leaving)),
                derivative=derivative(output, name),
                gradient=_together([cotangents[node] for node in arrived], write) if arrived else "",
                symbols=" + ".join(
                    f"{derivative(output, names[head])} · {derivative(names[head], name)}" for head in heads
                )
                or "1",
                uses=len(heads),
                roles=_roles(box)
                if not picture.layered
                else tuple(
                    "gradient"
                    if line.startswith("grad ")
                    else "value"
                    if line.startswith(f"{output} ")
                    else "always"
                    for line in box.lines
                ),
            )
        )
    computing = {key for key, nodes in members.items() if any(node.op is not None for node in nodes)}
    return Story(
        moments=tuple(moments),
        forward=tuple(box.key for box in picture.boxes if box.key in computing),
        backward=tuple(sorted(gradients, key=lambda key: gradients[key])),
        arrows=tuple(flows),
        why="" if reading.single else reading.why_no_gradients(),
    )


def _together(gradients: Sequence[Any], write: wording.Write) -> str:
    """One gradient as it is, the norm of several."""
    if len(gradients) == 1:
        return wording.gradient(gradients[0], write)
    with np.errstate(all="ignore"):
        return f"norm {write(np.sqrt(sum(float(np.sum(np.square(x, dtype=float))) for x in gradients)))}"


def _roles(box: Box) -> tuple[str, ...]:
    """What each line of a box is: it appears with the value, with the gradient, or is there always."""
    if box.heading:
        return tuple(
            "value"
            if line == box.lines[0] and len(box.lines) > 1 and line.startswith("(")
            else "always"
            if line.startswith("Σ")
            else "gradient"
            for line in box.lines
        )
    roles = []
    for i, line in enumerate(box.lines):
        roles.append("value" if i == 0 else "gradient" if line.startswith("grad ") else "always")
    return tuple(roles)


def _sum(
    node: Node,
    output: str,
    names: Mapping[Node, str],
    uses: Sequence[tuple[Node, int]],
    rules: Mapping[Node, Sequence[float] | None],
    cotangents: Mapping[Node, Any],
    write: wording.Write,
) -> tuple[str, list[str]]:
    """The chain-rule sum in symbols, and in numbers where the factors are single numbers."""
    if not uses:
        return "1" if names[node] == output else "0", []
    symbols, numbers = [], []
    for use, i in uses[:MOST_TERMS]:
        arriving = derivative(output, names[use])
        found = rules[use]
        if found is None:
            symbols.append(_applied(backward_rule(use, i, names), arriving))
            continue
        symbols.append(f"{arriving} · {derivative(names[use], names[node])}")
        factors = (wording.gradient(cotangents[use], write), write(found[i]))
        numbers.append(" · ".join(f"({f})" if f.startswith("−") else f for f in factors))
    more = [f"… ({len(uses) - MOST_TERMS} more)"] if len(uses) > MOST_TERMS else []
    in_numbers = [" + ".join([*numbers, *more])] if len(numbers) == len(symbols) else []
    return " + ".join([*symbols, *more]), in_numbers


def _applied(rule: str, arriving: str) -> str:
    """A rule of a backward graph, such as ``Xᵀ @`` or ``× tanh′(v), Σ``, applied to a gradient."""
    first, _, then = rule.partition(", ")
    if first.startswith("gᵀ @"):
        text = arriving + first.removeprefix("g")
    elif first.endswith("@"):
        text = f"{first} {arriving}"
    elif first.startswith(("@", "×", "÷")):
        text = f"{arriving} {first}"
    elif first:
        text = f"{first}({arriving})"
    else:
        text = arriving
    return f"{then}({text})" if then else text
