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

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from .context import watcher, within_scope
from .errors import GraphError
from .graph import Node
from .primitive import Application, Elementwise, Namespace, nodes

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
    """
    order = reverse_topological(list(roots), until)
    order.reverse()
    return order


def by_creation(roots: Iterable[Node], until: Iterable[Node]) -> list[Node]:
    """What requires a gradient among the nodes that the roots were computed from, each after all of its
    uses; nothing beyond the nodes ``until``.

    A tensor is made after its inputs, so the later one is never an input of the earlier: sorting by
    the moment of creation is all the ordering that tensors need. Values, which keep no such number,
    are ordered by :func:`reverse_topological`.
    """
    last = set(until)
    waiting = list(dict.fromkeys(roots))
    seen = set(waiting)
    recorded, ends = [], []
    for node in waiting:  # the list grows while it is read
        if node.rank == 1:
            return reverse_topological(roots, last)
        inputs = node.inputs
        if not inputs or (last and node in last):
            ends.append(node)
            continue
        recorded.append(node)
        for x in inputs:
            if isinstance(x, Node) and x.requires_grad and x not in seen:
                seen.add(x)
                waiting.append(x)
    recorded.sort(key=_moment_of_creation, reverse=True)
    recorded += ends
    return recorded


_moment_of_creation = attrgetter("_created")


def sweep(
    roots: Sequence[Node],
    cotangents: Sequence[Any],
    *,
    create_graph: bool = False,
    toward: Sequence[Node] | None = None,
    namespace: Namespace | None = None,
    let_go: bool = False,
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
        let_go: the caller keeps no cotangent on the way, so its memory may serve the next.

    Yields:
        ``(node, cotangent)``. A leaf's cotangent is an array of its own; others may share memory.
    """
    pending: dict[Node, Any] = {}
    borrowed: set[Node] = set()  # pending cotangents that something else may hold as well
    for root, cotangent in zip(roots, cotangents, strict=True):
        pending[root] = pending[root] + cotangent if root in pending else cotangent
        borrowed.add(root)

    order = by_creation(roots, toward or ())
    useful = None if toward is None else leading_to(toward, order)
    watch = watcher()
    passes = 1 + max((root.order for root in roots), default=0) if create_graph else 0
    for node in order:
        cotangent = pending.pop(node, None)
        if cotangent is None:
            continue
        primitive: Any = node._tag.primitive
        if primitive is None:
            if node in borrowed and type(cotangent) is np.ndarray:
                cotangent = cotangent.copy()
            yield node, cotangent
            continue
        yield node, cotangent
        if useful is not None and not useful[node]:
            continue
        if watch is not None:
            watch.visited(node)
        if create_graph:
            with within_scope(node.scope, passes):  # a layer's backward pass is drawn in the layer's box
                _pay(nodes, cotangent, True, node, pending, borrowed, useful, watch)
        else:
            shared = not let_go or node in borrowed
            m = namespace or node.namespace
            _pay(m, cotangent, shared, node, pending, borrowed, useful, watch)


def _pay(
    m: Namespace,
    cotangent: Any,
    shared: bool,
    node: Node,
    pending: dict[Node, Any],
    borrowed: set[Node],
    useful: dict[Node, bool] | None,
    watch: Any,
) -> None:
    """Add to the cotangent of every input its share through ``node``.

    A share may be the cotangent itself, or a view of it. The first input that gets it so becomes its
    owner, if nobody else has it; of several none does.
    """
    owner = None
    primitive: Any = node._tag.primitive
    pullback, application = m.pullback_of(primitive), applied(node, m)
    index = -1
    for x in node.inputs:
        index += 1
        if not isinstance(x, Node) or not x.requires_grad or (useful is not None and x not in useful):
            continue
        share = pullback(m, index, cotangent, application)
        if share is None:
            continue
        if watch is not None:
            watch.pulled(node, index, cotangent, share)
        plain = type(share) is np.ndarray
        data = x.data
        if (
            not plain
            or type(data) is not np.ndarray
            or share.shape != data.shape
            or share.dtype is not data.dtype
        ):
            share = _undo_broadcasting(m, share, x)
            plain = type(share) is np.ndarray
        earlier = pending.get(x)
        if earlier is None:
            pending[x] = share
            if share is cotangent or (plain and share.base is not None):
                if shared or not plain or not _is_all_of(share, cotangent):
                    borrowed.add(x)
                elif owner is None:
                    owner = x
                else:
                    borrowed.add(x)
                    borrowed.add(owner)
        elif plain and type(earlier) is np.ndarray and x not in borrowed:
            np.add(earlier, share, out=earlier)
        else:
            pending[x] = earlier + share
            borrowed.discard(x)


def applied(node: Node, m: Namespace) -> Application:
    """The operation that made ``node``, for rules that compute with ``m``: in nodes or what they hold."""
    if m is nodes:
        return Application(node, node.inputs, node.parameters, node.residuals)
    return Application(node.data, _input_values(node), node.parameters, node.residuals)


def _input_values(node: Node) -> Sequence[Any]:
    """What the inputs of ``node`` hold. A Value beside arrays is an array without axes, so that rules
    may ask it for its shape.
    """
    primitive = node._tag.primitive
    if not primitive.reads_inputs:  # type: ignore[union-attr]
        return ()
    as_arrays = node.rank > 1 and not isinstance(primitive, Elementwise)
    values = []
    for x in node.inputs:
        if isinstance(x, Node):
            values.append(np.asarray(x.data) if as_arrays and x.rank == 1 else x.data)
        else:
            values.append(x)
    return values


def leading_to(targets: Sequence[Node], order: list[Node]) -> dict[Node, bool]:
    """The nodes of ``order`` that were computed from a target, and whether to go on from them."""
    useful = dict.fromkeys(targets, False)
    for node in reversed(order):
        if node not in useful and any(isinstance(x, Node) and x in useful for x in node.inputs):
            useful[node] = True
    return useful


def _is_all_of(share: Any, cotangent: Any) -> bool:
    """Whether a share is the cotangent's memory, every number once."""
    if share is cotangent:
        return True
    base = share.base
    return (
        (base is cotangent or (base is cotangent.base and base is not None))
        and share.size == cotangent.size
        and bool(share.flags.writeable)
    )


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
    return cotangent


def backward(root: Node, cotangent: Any, create_graph: bool) -> None:
    """Run the sweep from ``root`` and add every cotangent to the ``.grad`` of the nodes that keep one."""
    if not root.requires_grad:
        raise GraphError(
            f"backward() on {root!r}: nothing was recorded, because no input requires a gradient. "
            "Make the inputs with requires_grad=True, and compute outside no_grad()."
        )
    for node, gradient in sweep([root], [cotangent], create_graph=create_graph, let_go=not create_graph):
        tag = node._tag
        if tag.primitive is None or tag.retains or node.rank == 1:
            node._keep(gradient)
