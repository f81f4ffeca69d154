"""What happens at each node, forwards and backwards, in words and numbers: what a page plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd_core import Node
from autograd_core.naming import derivative

from .. import wording
from ..graph.reading import Reading
from ..model import Box, Kind, Moment, Story
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
