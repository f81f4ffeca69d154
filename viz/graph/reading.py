"""Reading a graph for a drawing: the order of its nodes, their names, kinds, uses and scopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, reduce
from itertools import takewhile
from typing import Any

import numpy as np

from autograd_core import Node, Tensor, sweep
from autograd_core.graph import called, own_label
from autograd_core.inspection.reading import SEED, aliases, names_of_nodes, seeds, walk

from ..model import Kind
from .calls import Places, Scope, calls_of, names_of

PASSES = ("forward pass", "first backward pass", "second backward pass", "third backward pass")
"""The outermost clusters of a graph that was recorded by backward passes, by the order of the node."""


class Reading:
    """Everything a drawing asks of a graph.

    Args:
        outputs: the nodes whose computation is drawn.
        inputs: the example inputs of a drawn function, by their names.
        parameters: the parameters of a drawn module, by their dotted names.
        names: names for outputs.
        scopes: the clusters, where they are not those in which the nodes were made: places of a tensor,
            each of which the reader wants to see, so that they are not drawn as one without being asked.

    Attributes:
        order: the nodes, each after its inputs; arrays of this class refer to nodes by their places in it.
        tails, heads: for each use of a node by another the places of the two.
        aliases: nodes that only stand for others, each with the one; the uses of them are uses of that.
        leaves: whether a node is a leaf, for each.
        places: the clusters that occur, each call of a module or of a loss one of its own.
        spoken: for each of them the same without numbers: ``pool`` for ``pool (1 of 2)``.
        placed: for each node the position of its cluster in ``places``.
    """

    def __init__(
        self,
        outputs: Sequence[Node],
        inputs: Mapping[str, Node] | None = None,
        parameters: Mapping[str, Node] | None = None,
        names: Mapping[Node, str] | None = None,
        scopes: Mapping[Node, Scope] | None = None,
    ) -> None:
        self.outputs = list(dict.fromkeys(outputs))
        self._given_inputs = {node: name for name, node in (inputs or {}).items()}
        self._given_parameters = {node: name for name, node in (parameters or {}).items()}
        self._output_names = names or {}
        self.has_blocks = scopes is None
        self._output_set = set(self.outputs)
        self.index, tails, heads = walk(self.outputs)
        self.order = list(self.index)
        self.aliases = aliases(self.order, self._output_set, self._own_name)
        self._alias_names = {of: own_label(node) for node, of in reversed(self.aliases.items())}
        if self.aliases:
            at = {self.index[node]: self.index[first] for node, first in self.aliases.items()}
            uses = [(at.get(a, a), b) for a, b in zip(tails, heads, strict=True) if b not in at]
            tails, heads = [a for a, _ in uses], [b for _, b in uses]
        self.tails, self.heads = np.array(tails, dtype=np.intp), np.array(heads, dtype=np.intp)
        self._uses = np.bincount(self.tails, minlength=len(self.order))
        tags = [node.tag for node in self.order]
        self.tags = list(dict.fromkeys(tags))
        number = {tag: i for i, tag in enumerate(self.tags)}
        self.tagged = np.fromiter(map(number.__getitem__, tags), dtype=np.intp, count=len(tags))
        self.leaves = np.array([tag.primitive is None for tag in self.tags])[self.tagged]
        self.recorded_passes = max(tag.order for tag in self.tags)
        leaves = (self.order[i] for i in np.flatnonzero(self.leaves).tolist())
        self._has_parameters = any(isinstance(leaf, Tensor) and type(leaf) is not Tensor for leaf in leaves)
        self.places: list[Scope] = []
        self.spoken: dict[Scope, Scope] = {}
        self.placed = self._place_all() if scopes is None else self._place_as(scopes)

    def kind(self, node: Node) -> Kind:
        """What the node is in this computation."""
        if node in self._given_parameters:
            return self._parameter(node)
        if node.op is not None:
            return Kind.OUTPUT if node in self._output_set else Kind.OPERATION
        return Kind.INPUT if self._is_input(node) else self._parameter(node)

    def _is_input(self, leaf: Node) -> bool:
        """Whether a leaf is given rather than learned: a tensor with a gradient is learned, unless there are
        tensors of a kind of their own for that.
        """
        if leaf in self._given_inputs or not isinstance(leaf, Tensor) or not leaf.requires_grad:
            return True
        return self._has_parameters and type(leaf) is Tensor

    def _parameter(self, node: Node) -> Kind:
        return Kind.SHARED if self.used(node) > 1 else Kind.PARAMETER

    def inputs(self, node: Node) -> tuple[Any, ...]:
        """The operands of the node; those that only stand for others are the others."""
        if not self.aliases:
            return node.inputs
        return tuple(self.aliases.get(x, x) if isinstance(x, Node) else x for x in node.inputs)

    def used(self, node: Node) -> int:
        """How often the node is used."""
        return int(self._uses[self.index[node]])

    def without_numbers(self, place: Scope) -> Scope:
        """The cluster by the names that the program has for it: ``pool`` for ``pool (1 of 2)``."""
        for whole, spoken in self.spoken.items():
            if whole[: len(place)] == place:
                return spoken[: len(place)]
        return place

    def scope(self, node: Node) -> Scope:
        """The cluster of the node."""
        return self.places[int(self.placed[self.index[node]])]

    @cached_property
    def scopes(self) -> dict[Node, Scope]:
        """The cluster of each node."""
        return dict(zip(self.order, map(self.places.__getitem__, self.placed), strict=True))

    def _place_all(self) -> Places:
        """The cluster of each node. A leaf that was made outside belongs where it is used, if that is
        one place; example inputs and named data stay outside. Around the scopes of a graph that backward
        passes have recorded stands the pass.
        """
        number, placed = self._place_operations()
        outside = np.array([not tag.scope for tag in self.tags])[self.tagged] & self.leaves
        named = np.array([bool(tag.label or tag.naming) for tag in self.tags])[self.tagged] & outside
        named[[self.index[node] for node in self._given_inputs if node in self.index]] = True
        for leaf in np.flatnonzero(named & outside).tolist():
            outside[leaf] = not self._is_data(self.order[leaf])
        within = outside[self.tails]
        width = len(number)
        pairs = np.unique(self.tails[within] * width + placed[self.heads[within]])
        leaves, at, uses = np.unique(pairs // width, return_index=True, return_counts=True)
        once = uses == 1
        placed[leaves[once]] = pairs[at[once]] % width
        self.places = list(number)
        for leaf, start, count in zip(leaves[~once], at[~once], uses[~once], strict=True):
            scopes = [self.places[pair % width] for pair in pairs[start : start + count]]
            placed[leaf] = number.setdefault(reduce(_common, scopes), len(number))
        self.places = list(number)
        return placed

    def _place_operations(self) -> tuple[dict[Scope, int], Places]:
        """The clusters in which nodes were made, and for each node the position of its own."""
        calls, called = calls_of(self.tags, self.tagged, self.tails, self.heads)
        passes = np.array([self._pass(tag) for tag in self.tags], dtype=np.intp)[self.tagged]
        pairs, placed = np.unique(called * (2 + self.recorded_passes) + passes + 1, return_inverse=True)
        number: dict[Scope, int] = {}
        names = names_of(calls)
        table = []
        for pair in pairs.tolist():
            call, order = divmod(pair, 2 + self.recorded_passes)
            around = (pass_name(order - 1),) if order else ()
            place = (*around, *names[call])
            self.spoken[place] = (*around, *(name for name, _ in calls[call]))
            table.append(number.setdefault(place, len(number)))
        return number, np.array(table, dtype=np.intp)[placed]

    def _place_as(self, scopes: Mapping[Node, Scope]) -> Places:
        number: dict[Scope, int] = {}
        placed = [number.setdefault(scopes.get(node, ()), len(number)) for node in self.order]
        self.places = list(number)
        return np.array(placed, dtype=np.intp)

    def _pass(self, tag: Any) -> int:
        """The pass around whose scopes a cluster stands, -1 for none."""
        return -1 if not self.recorded_passes or tag.primitive is None else tag.order

    def _is_data(self, leaf: Node) -> bool:
        if leaf in self._given_inputs:
            return True
        if self.recorded_passes:  # what has a name was there before any pass
            return bool(leaf.label) or leaf in self._given_parameters
        return bool(leaf.label) and isinstance(leaf, Tensor) and self._is_input(leaf)

    def is_learned(self, leaf: Node) -> bool:
        """Whether a leaf is a parameter."""
        return leaf.op is None and self.kind(leaf) in (Kind.PARAMETER, Kind.SHARED)

    def given_name(self, node: Node) -> str:
        """The name that the node has from a module, its label, an example input or a result; or none."""
        given = called(node, self._own_name) or self._output_names.get(node, "")
        given = given or self._alias_names.get(node, "")
        return given or (SEED if node in self._seeds else "")

    @cached_property
    def _seeds(self) -> set[Node]:
        return seeds(self.order) if self.recorded_passes else set()

    def _own_name(self, node: Node) -> str:
        return self._given_parameters.get(node) or own_label(node) or self._given_inputs.get(node, "")

    def names(self, nodes: Iterable[Node]) -> dict[Node, str]:
        """A name for each node, no two alike: dotted name, label, or v₁, v₂ ... in order."""
        return names_of_nodes(nodes, self.given_name, self.outputs[0] if self.single else None)

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

    @cached_property
    def levels(self) -> Places:
        """For each node the number of operations on the longest path that leads to it."""
        levels = [0] * len(self.order)
        for tail, head in zip(self.tails.tolist(), self.heads.tolist(), strict=True):
            if levels[head] <= levels[tail]:
                levels[head] = levels[tail] + 1
        return np.array(levels)


def pass_name(order: int) -> str:
    """What the cluster of a pass is called.

    >>> pass_name(0), pass_name(2), pass_name(7)
    ('forward pass', 'second backward pass', '7th backward pass')
    """
    return PASSES[order] if order < len(PASSES) else f"{order}th backward pass"


def backward_passes(reading: Reading) -> frozenset[str]:
    """The clusters of the backward passes that have been recorded in a graph."""
    return frozenset(pass_name(tag.order) for tag in reading.tags if tag.order)


def _common(a: Scope, b: Scope) -> Scope:
    if a == b:
        return a
    return tuple(x for x, _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
