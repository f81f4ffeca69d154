"""The order of a graph, and the sweep that carries gradients back through it.

By the time the walk reaches a node, every use of that node has already paid in its share of the gradient.
That is all there is to backpropagation:

* *why reverse order*: a node's cotangent is complete only after all its uses have been visited;
* *why gradients add*: a number used twice moves the result along two paths, and the chain rule sums
  over paths;
* *why broadcasting becomes a sum*: a number repeated along an axis has been used once per repetition.

Nothing here is recursive: a chain of a million operations is as welcome as a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from operator import attrgetter
from typing import Any

import numpy as np
from numpy import ndarray

from .context import entered, watcher, within_scope
from .errors import GraphError
from .graph import Node, name_gradient
from .primitive import Application, Elementwise, Namespace, arrays, nodes

__all__ = ["ancestors", "sweep"]


def reverse_topological(roots: Iterable[Node], until: Iterable[Node] = ()) -> list[Node]:
    """Every node that the roots were computed from, each after all of its uses; nothing beyond the
    nodes ``until``.

    Two walks over a list that grows while it is read: the first counts the uses of every node, the
    second releases a node once the last of them has been visited (Kahn, 1962).
    """
    uses: dict[Node, int] = dict.fromkeys(roots, 0)
    last = set(until)
    found = list(uses)
    for node in found:
        for x in node.inputs if node not in last else ():
            if isinstance(x, Node):
                if x in uses:
                    uses[x] += 1
                else:
                    uses[x] = 1
                    found.append(x)
    order = [node for node in dict.fromkeys(roots) if not uses[node]]
    for node in order:
        for x in (
            reversed(node.inputs) if node not in last else ()
        ):  # so that read forwards, operands come in their order
            if isinstance(x, Node):
                uses[x] -= 1
                if not uses[x]:
                    order.append(x)
    return order


def ancestors(roots: Iterable[Node], until: Iterable[Node] = ()) -> list[Node]:
    """The roots and every node that they were computed from, each before all of its uses; nothing
    beyond the nodes ``until``.

    >>> from autograd_core import Value
    >>> x = Value(3.0)
    >>> [node.data for node in ancestors([x * x + 1.0])]
    [3.0, 9.0, 10.0]
    """
    order = reverse_topological(list(roots), until)
    order.reverse()
    return order


class Cotangents(dict[Node, Any]):
    """The cotangents underway: for every node that is still to come what has been added up for it so far,
    None before the first share.

    A share may be the cotangent that it was computed from, or a view of it. Such memory is borrowed:
    it is read, and replaced when something is added; what is our own, the next share is added to in place.

    Attributes:
        order: the nodes that require a gradient among those that the roots were computed from, each after
            all of its uses; if ``toward`` is given, those that lead to its nodes, and nothing beyond them.
    """

    __slots__ = ("_borrowed", "_m", "order")

    def __init__(self, roots: Iterable[Node], m: Namespace, toward: Set[Node] | None = None) -> None:
        self._m = m
        self._borrowed: set[Node] = set()
        found = []
        for root in roots:
            if root not in self:
                self[root] = None
                found.append(root)
        for node in found:  # the list grows while it is read
            if toward and node in toward:
                continue
            for x in node.inputs:
                if isinstance(x, Node) and x.requires_grad and x not in self:
                    self[x] = None
                    found.append(x)
        # A tensor is made after its inputs, so the later one is never an input of the earlier: sorting by
        # the moment of creation is all the ordering that tensors need. Leaves and Values come last.
        found.sort(key=_moment_of_creation, reverse=True)
        if found and found[-1].rank == 1:
            found = [node for node in reverse_topological(roots, toward or ()) if node in self]
        if toward is not None:
            useful = descendants_of(toward, found)
            found = [node for node in found if node in useful]
            for node in self.keys() - useful:
                del self[node]
        self.order = found

    def add(self, node: Node, share: Any, source: Any) -> None:
        """Add to the cotangent of ``node`` a share that was computed from the cotangent ``source``."""
        data = node.data
        if (
            type(share) is not ndarray
            or type(data) is not ndarray
            or share.shape != data.shape
            or share.dtype is not data.dtype
        ):
            share = _undo_broadcasting(self._m, share, node)
        earlier = self[node]
        if earlier is None:
            self[node] = share
            if share is source or (type(share) is ndarray and share.base is not None):
                if node.inputs:
                    self._borrowed.add(node)
                elif type(share) is ndarray:  # a leaf gets an array of its own
                    self[node] = share.copy()
        elif type(earlier) is type(share) is ndarray and node not in self._borrowed:
            np.add(earlier, share, out=earlier)
        else:
            total = earlier + share
            self[node] = np.asarray(total) if isinstance(total, np.generic) else total
            self._borrowed.discard(node)


_moment_of_creation = attrgetter("_created")
_new = object.__new__


def sweep(
    roots: Sequence[Node],
    cotangents: Sequence[Any],
    *,
    create_graph: bool = False,
    toward: Sequence[Node] | None = None,
    namespace: Namespace | None = None,
) -> Iterator[tuple[Node, Any]]:
    """Walk the graph backwards and yield each node with its complete cotangent.

    A cotangent is the gradient of ``sum_r <cotangents[r], roots[r]>`` with respect to the node.
    Everything that needs gradients is this loop: ``backward`` adds what it yields to ``.grad``,
    drawings print it, and the step-by-step page shows it in this order. A cotangent is let go as soon
    as it has been passed on.

    Args:
        roots: where to start.
        cotangents: one for each root, of its shape.
        create_graph: compute with nodes instead of plain numbers, so that the cotangents are
            themselves recorded and can be differentiated again.
        toward: carry cotangents only where they lead to these nodes, and not beyond them; everywhere
            when None.
        namespace: what computes the cotangents, if it is not what computed the nodes.

    Yields:
        ``(node, cotangent)``. A leaf's cotangent is an array of its own; others may share memory.

    >>> from autograd_core import Value
    >>> x = Value(3.0)
    >>> [(node.data, cotangent) for node, cotangent in sweep([x * x + 1.0], [1.0])]
    [(10.0, 1.0), (9.0, 1.0), (3.0, 6.0)]
    """
    ends = None if toward is None else set(toward)
    underway = Cotangents(roots, nodes if create_graph else namespace or arrays, ends)
    for root, cotangent in zip(roots, cotangents, strict=True):
        if root in underway:
            underway.add(root, cotangent, cotangent)
    passes = 1 + max([root.order for root in roots], default=0) if create_graph else 0
    for node in underway.order:
        cotangent = underway.pop(node)
        if cotangent is None:
            continue
        yield node, cotangent
        if node._tag.primitive is None or (ends and node in ends):
            continue
        if create_graph:
            with within_scope(node.scope, passes):  # a layer's backward pass is drawn in the layer's box
                _accumulate(underway, node, cotangent, nodes)
        else:
            _accumulate(underway, node, cotangent, namespace or node.namespace)


def _accumulate(underway: Cotangents, node: Node, cotangent: Any, m: Namespace) -> None:
    """Add to the cotangent of every input its share through ``node``."""
    watch = watcher() if entered else None
    if watch is not None:
        watch.visited(node)
    primitive: Any = node._tag.primitive
    pullback, application = m.pullback_of(primitive), applied(node, m)
    for index, x in enumerate(node.inputs):
        if isinstance(x, Node) and x in underway:
            share = pullback(m, index, cotangent, application)
            if share is not None:
                if watch is not None:
                    watch.pulled(node, index, cotangent, share)
                underway.add(x, share, cotangent)


def applied(node: Node, m: Namespace) -> Application:
    """The operation that made ``node``, for rules that compute with ``m``: in nodes or in what they hold.
    A Value beside arrays is then an array without axes, so that rules may ask it for its shape.
    """
    primitive: Any = node._tag.primitive
    application = _new(Application)
    application.parameters = node.parameters
    application.residuals = node.residuals
    application.common = None
    if m is nodes:
        application.output = node
        application.inputs = node.inputs
        return application
    application.output = node.data
    application.inputs = values = []
    if primitive.reads_inputs:
        for x in node.inputs:
            if isinstance(x, Node):
                x = x.data
                if type(x) is float and node.rank > 1 and not isinstance(primitive, Elementwise):
                    x = np.asarray(x)
            values.append(x)
    return application


def descendants_of(targets: Iterable[Node], order: Sequence[Node]) -> set[Node]:
    """The targets, and the nodes of ``order`` that were computed from one of them."""
    found = set(targets)
    for node in reversed(order):
        if any(isinstance(x, Node) and x in found for x in node.inputs):
            found.add(node)
    return found


def _undo_broadcasting(m: Namespace, cotangent: Any, node: Node) -> Any:
    """Sum a cotangent over the axes along which the node was repeated, and give it the node's dtype."""
    if type(cotangent) is float or (isinstance(cotangent, Node) and cotangent.rank == 1):
        return cotangent
    shape = node.shape
    if cotangent.shape != shape:
        extra = cotangent.ndim - len(shape)
        repeated = (i + extra for i, n in enumerate(shape) if n == 1 and cotangent.shape[i + extra] != 1)
        axis = (*range(extra), *repeated)
        cotangent = m.reshape(m.sum(cotangent, axis=axis, keepdims=False), shape=shape)
    if node.rank == 1:
        return float(cotangent) if isinstance(cotangent, np.ndarray | np.generic) else cotangent
    if cotangent.dtype != node.data.dtype:
        cotangent = m.astype(cotangent, dtype=node.data.dtype)
    # NumPy computes scalars from arrays without axes; they could not be changed in place
    return np.asarray(cotangent) if isinstance(cotangent, np.generic) else cotangent


def backward(root: Node, cotangent: Any, create_graph: bool) -> None:
    """Run the sweep from ``root`` and add every cotangent to the ``.grad`` of the nodes that keep one."""
    if not root.requires_grad:
        raise GraphError(
            f"backward() on {root!r}: nothing was recorded, because no input requires a gradient. "
            "Make the inputs with requires_grad=True, and compute outside no_grad()."
        )
    for node, gradient in sweep([root], [cotangent], create_graph=create_graph):
        tag = node._tag
        if tag.primitive is None or tag.retains or node.rank == 1:
            if tag.retains and not isinstance(gradient, Node):
                gradient = np.array(gradient)  # of its own: what is underway is shared
            if create_graph and node is not root and isinstance(gradient, Node):
                gradient = name_gradient(gradient, root, node)
            earlier = node.grad
            fresh = earlier is None or (type(earlier) is float and earlier == 0.0)
            if not fresh:
                gradient = earlier + gradient
            node.grad = np.asarray(gradient) if isinstance(gradient, np.generic) else gradient
