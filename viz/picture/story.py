"""What happens at each node, forwards and backwards, in words and numbers: what a page plays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_core import Node
from autograd_core.inspection.rules import pulled_back
from autograd_core.namespaces.formulas import of_arrays
from autograd_core.naming import derivative

from ..graph.reading import Reading
from ..model import Box, Kind, Moment, Picture, Story
from .nodewise import local_derivatives
from .said import Said

MOST_TERMS = 12
"""A longer chain-rule sum is cut."""


def story_of(said: Said, nodes: Sequence[Node], boxes: Sequence[Box]) -> Story:
    """The forward pass one operation at a time, and the backward pass in the order of the sweep.

    Args:
        said: the graph, and what is said of its nodes.
        nodes: those that have boxes, in topological order.
        boxes: one for each node, and those of constant arrays.
    """
    reading = said.reading
    keys = {node: f"n{i}" for i, node in enumerate(nodes)}
    drawn = {box.key: box for box in boxes}
    rules = {node: local_derivatives(node) for node in nodes}
    uses: dict[Node, list[tuple[Node, int]]] = {node: [] for node in nodes}
    for node in nodes:
        for i, x in enumerate(reading.inputs(node)):
            if isinstance(x, Node) and x in uses and node in said.cotangents:
                uses[x].append((node, i))
    moments = []
    arrows = [
        (keys[x], keys[node])
        for node in nodes
        for x in reading.inputs(node)
        if isinstance(x, Node) and x in keys
    ]
    for node, key in keys.items():
        box = drawn[key]
        paid = node in said.cotangents
        symbols, numbers = _sum(said, node, uses[node], rules) if paid else ("", [])
        moments.append(
            Moment(
                key=key,
                text=f"{box.name} = {box.expression}" if box.expression else box.name,
                value=said.value(node),
                derivative=derivative(said.output, box.name),
                gradient=said.gradient(node),
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
        backward=tuple(keys[node] for node in said.cotangents if node in keys),
        arrows=tuple(arrows),
        why="" if reading.single else reading.why_no_gradients(),
    )


def story_of_boxes(said: Said, picture: Picture, keys: Sequence[str]) -> Story:
    """The computation one box at a time, where boxes stand for several nodes: a box has its value when the
    last of its nodes is computed, and its gradient when the last of what leaves it has one.

    Args:
        said: the graph, and what is said of its nodes.
        picture: what is drawn.
        keys: for each node in reading order the key of its box, empty for none.
    """
    reading = said.reading
    leaving, computing = _leaving(reading, keys)
    names, spoken = _names_of_boxes(said, picture, keys)
    output = names.get(keys[reading.index[reading.outputs[0]]], "")
    flows = list(
        dict.fromkeys(
            (arrow.head, arrow.tail) if arrow.cotangent else (arrow.tail, arrow.head)
            for arrow in picture.arrows
        )
    )
    heads: dict[str, list[str]] = {}
    for tail, head in flows:
        heads.setdefault(tail, []).append(head)
    swept = {node: i for i, node in enumerate(said.cotangents)}
    moments: list[Moment] = []
    gradients: dict[str, int] = {}
    for box in picture.boxes:
        nodes, to, name = leaving.get(box.key, []), heads.get(box.key, []), names[box.key]
        arrived = [swept[node] for node in nodes if node in swept]
        if arrived:
            gradients[box.key] = max(arrived)
        terms = (f"{derivative(output, names[key])} · {derivative(names[key], name)}" for key in to)
        moments.append(
            Moment(
                key=box.key,
                text=f"{spoken[box.key]}: {box.operation}" if box.operation else spoken[box.key],
                value=", ".join(dict.fromkeys(map(said.value, nodes))),
                derivative=derivative(output, name),
                gradient=_together(said, nodes),
                symbols=" + ".join(terms) or "1",
                uses=len(to),
                roles=_roles_of_layer(box, output) if picture.layered else _roles(box),
            )
        )
    return Story(
        moments=tuple(moments),
        forward=tuple(box.key for box in picture.boxes if box.key in computing),
        backward=tuple(sorted(gradients, key=lambda key: gradients[key])),
        arrows=tuple(flows),
        why="" if reading.single else reading.why_no_gradients(),
    )


def _leaving(reading: Reading, keys: Sequence[str]) -> tuple[dict[str, list[Node]], set[str]]:
    """What leaves each box: the nodes that others use, else the last; and the boxes that compute."""
    members: dict[str, list[Node]] = {}
    for node, key in zip(reading.order, keys, strict=True):
        members.setdefault(key, []).append(node)
    used_outside = {
        x
        for node, key in zip(reading.order, keys, strict=True)
        for x in reading.inputs(node)
        if isinstance(x, Node) and keys[reading.index[x]] != key
    } | {*reading.outputs}
    leaving = {
        key: [node for node in nodes if node in used_outside] or nodes[-1:] for key, nodes in members.items()
    }
    return leaving, {key for key, nodes in members.items() if any(node.op is not None for node in nodes)}


def _names_of_boxes(
    said: Said, picture: Picture, keys: Sequence[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What boxes are called in formulas, and in sentences: there the parameters of a layer by the layer."""
    names = {box.key: box.heading or box.name for box in picture.boxes}
    spoken = dict(names)
    for box in picture.boxes:
        if picture.layered and box.kind in (Kind.PARAMETER, Kind.SHARED):
            of = [names[arrow.head] for arrow in picture.arrows if arrow.tail == box.key]
            of += [names[arrow.tail] for arrow in picture.arrows if arrow.cotangent and arrow.head == box.key]
            names[box.key], spoken[box.key] = "θ", f"parameters θ of {', '.join(dict.fromkeys(of))}"
    output = said.reading.outputs[0]
    if said.reading.single:
        names[keys[said.reading.index[output]]] = said.reading.names([output])[output]
    return names, spoken


def _together(said: Said, nodes: Sequence[Node]) -> str:
    """One gradient as it is, the norm of several."""
    found = [node for node in nodes if node in said.cotangents]
    return said.gradient(found[0]) if len(found) == 1 else f"norm {said.norm(found)}" if found else ""


def _roles_of_layer(box: Box, output: str) -> tuple[str, ...]:
    """What each line of the box of a layer is."""
    return tuple(
        "gradient" if line.startswith("grad ") else "value" if line.startswith(f"{output} ") else "always"
        for line in box.lines
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
    said: Said,
    node: Node,
    uses: Sequence[tuple[Node, int]],
    rules: Mapping[Node, Sequence[float] | None],
) -> tuple[str, list[str]]:
    """The chain-rule sum in symbols, and in numbers where the factors are single numbers."""
    names, output = said.names, said.output
    if not uses:
        return "1" if names[node] == output else "0", []
    symbols, numbers = [], []
    for use, i in uses[:MOST_TERMS]:
        arriving = derivative(output, names[use])
        found = rules[use]
        if found is None:
            symbols.append(str(pulled_back(of_arrays, use, i, of_arrays.name(arriving), names)))
            continue
        symbols.append(f"{arriving} · {derivative(names[use], names[node])}")
        factors = (said.gradient(use), said.write(found[i]))
        numbers.append(" · ".join(f"({f})" if f.startswith("−") else f for f in factors))
    more = [f"… ({len(uses) - MOST_TERMS} more)"] if len(uses) > MOST_TERMS else []
    in_numbers = [" + ".join([*numbers, *more])] if len(numbers) == len(symbols) else []
    return " + ".join([*symbols, *more]), in_numbers
