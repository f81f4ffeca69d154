"""Reading a graph for a drawing: the order of its nodes, their names, kinds, uses and scopes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

import numpy as np

from autograd_core import Node, Tensor, sweep

from . import wording
from .model import Kind

Scope = tuple[str, ...]

PASSES = ("forward pass", "first backward pass", "second backward pass", "third backward pass")
"""The outermost clusters of a graph that was recorded by backward passes, by the order of the node."""


class Reading:
    """Everything a drawing asks of a graph.

    Args:
        outputs: the nodes whose computation is drawn.
        inputs: the example inputs of a drawn function, by their names.
        parameters: the parameters of a drawn module, by their dotted names.
    """

    def __init__(
        self,
        outputs: Sequence[Node],
        inputs: Mapping[str, Node] | None = None,
        parameters: Mapping[str, Node] | None = None,
    ) -> None:
        self.outputs = list(dict.fromkeys(outputs))
        self.order = reading_order(self.outputs)
        self._given_inputs = {node: name for name, node in (inputs or {}).items()}
        self._given_parameters = {node: name for name, node in (parameters or {}).items()}
        self._output_set = set(self.outputs)
        self.recorded_passes = max((node.order for node in self.order), default=0)
        self.scopes = self._find_scopes()
        self.uses = Counter(x for node in self.order for x in node.inputs if isinstance(x, Node))

    def kind(self, node: Node) -> Kind:
        """What the node is in this computation."""
        if node in self._given_parameters:
            return self._parameter(node)
        if node.op is not None:
            return Kind.OUTPUT if node in self._output_set else Kind.OPERATION
        is_input = node in self._given_inputs or not isinstance(node, Tensor) or not node.requires_grad
        return Kind.INPUT if is_input else self._parameter(node)

    def _parameter(self, node: Node) -> Kind:
        return Kind.SHARED if self.uses[node] > 1 else Kind.PARAMETER

    def _find_scopes(self) -> dict[Node, Scope]:
        """The cluster of each node. A leaf that was made outside belongs where it is used, if that is
        one place; example inputs and named data stay outside. Around the scopes of a graph that backward
        passes have recorded stands the pass.
        """
        used_in: dict[Node, Scope] = {}
        scopes: dict[Node, Scope] = {}
        for node in self.order:
            scope = scopes[node] = self._place(node)
            for x in node.inputs:
                if isinstance(x, Node) and x.op is None:
                    common = used_in.get(x)
                    used_in[x] = scope if common is None else _common(common, scope)
        for leaf, scope in used_in.items():
            if not leaf.scope and not self._is_data(leaf):
                scopes[leaf] = scope
        return scopes

    def _place(self, node: Node) -> Scope:
        if not self.recorded_passes or node.op is None:
            return node.scope
        return (pass_name(node.order), *node.scope)

    def _is_data(self, leaf: Node) -> bool:
        if leaf in self._given_inputs:
            return True
        if self.recorded_passes:  # what has a name was there before any pass
            return bool(leaf.label) or leaf in self._given_parameters
        return bool(leaf.label) and isinstance(leaf, Tensor) and not leaf.requires_grad

    def names(self, nodes: Iterable[Node]) -> dict[Node, str]:
        """A name for each node, no two alike: dotted name, label, or v₁, v₂ ... in order."""
        names: dict[Node, str] = {}
        taken: Counter[str] = Counter()
        count = 0
        for node in nodes:
            given = self._given_parameters.get(node) or node.label or self._given_inputs.get(node)
            if not given:
                if self.single and node is self.outputs[0] and not taken["L"]:
                    given = "L"
                else:
                    count += 1
                    given = wording.numbered(count)
            name = wording.clean(given) or "␣"
            taken[name] += 1
            names[node] = name if taken[name] == 1 else f"{name} ({taken[name]})"
        return names

    @property
    def single(self) -> bool:
        """Whether there is one output that holds a single number and requires a gradient."""
        output = self.outputs[0]
        return len(self.outputs) == 1 and np.size(output.data) == 1 and output.requires_grad

    def why_no_gradients(self) -> str:
        """What stands in the way of gradients, in words."""
        if len(self.outputs) > 1:
            return f"there are {len(self.outputs)} outputs"
        output = self.outputs[0]
        if not output.requires_grad:
            return "nothing here requires a gradient"
        return f"the output has shape {output.shape}"

    def cotangents(self) -> dict[Node, Any]:
        """The derivative of the output with respect to each node, without touching any ``.grad``."""
        output = self.outputs[0]
        one = np.ones_like(output.data) if isinstance(output.data, np.ndarray) else 1.0
        with np.errstate(all="ignore"):
            return dict(sweep([output], [one]))

    def depth(self) -> int:
        """The number of operations on the longest path."""
        depth: dict[Node, int] = {}
        for node in self.order:
            before = [depth[x] for x in node.inputs if isinstance(x, Node)]
            depth[node] = 1 + max(before) if before else 0
        return max(depth.values())


def reading_order(roots: Iterable[Node]) -> list[Node]:
    """Each node after its inputs, as one would read the formula: ``a``, ``b``, ``a × b``, ``c``, ``+``.

    :func:`autograd_core.ancestors` is topological as well, but takes the operands last to first.
    """
    order: list[Node] = []
    found: set[Node] = set()
    path: list[tuple[Node, Iterator[Node]]] = []
    for root in roots:
        if root not in found:
            found.add(root)
            path.append((root, iter(root.parents)))
        while path:
            node, waiting = path[-1]
            for x in waiting:
                if x not in found:
                    found.add(x)
                    path.append((x, iter(x.parents)))
                    break
            else:
                order.append(node)
                path.pop()
    return order


def pass_name(order: int) -> str:
    """What the cluster of a pass is called.

    >>> pass_name(0), pass_name(2), pass_name(7)
    ('forward pass', 'second backward pass', '7th backward pass')
    """
    return PASSES[order] if order < len(PASSES) else f"{order}th backward pass"


def _common(a: Scope, b: Scope) -> Scope:
    if a == b:
        return a
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
