"""What is said of the nodes of a graph, wherever they are drawn: names, values and gradients as texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd_core import Node

from .. import wording
from ..graph.reading import Reading


@dataclass(frozen=True)
class Said:
    """A graph and how a picture speaks of it.

    Attributes:
        reading: the graph.
        names: the names of the nodes, as they are drawn.
        cotangents: the gradients that are shown, in the order in which the sweep completes them.
        graph: which way the arrows run, as the option says.
        write: how a number is written.
    """

    reading: Reading
    names: Mapping[Node, str]
    cotangents: Mapping[Node, Any]
    graph: str = "forward"
    write: wording.Write = wording.number

    @property
    def backward(self) -> bool:
        """Whether cotangents alone are drawn."""
        return self.graph == "backward"

    @property
    def output(self) -> str:
        """What the gradients are derivatives of."""
        return self.names[self.reading.outputs[0]]

    def value(self, node: Node) -> str:
        """The value of a node, or the shape of it."""
        return wording.value(node.data, write=self.write)

    def gradient(self, node: Node) -> str:
        """The gradient of a node, or the norm of it; empty where none is shown."""
        return wording.gradient(self.cotangents[node], self.write) if node in self.cotangents else ""

    def norm(self, nodes: Sequence[Node]) -> str:
        """The norm of the gradients of several nodes together; empty where none is shown."""
        found = [self.cotangents[node] for node in nodes if node in self.cotangents]
        if not found:
            return ""
        with np.errstate(all="ignore"):
            return self.write(np.sqrt(sum(float(np.sum(np.square(x, dtype=float))) for x in found)))
