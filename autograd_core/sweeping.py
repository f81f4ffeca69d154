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
from typing import Any, Never

import numpy as np
from numpy import ndarray

from .context import array_of, entered, no_grad, recorder, watcher, within_scope
from .dtypes import StandIn, as_array, asarray
from .errors import GraphError, ShapeError
from .graph import Node, name_gradient, unrecorded
from .namespaces.rows import Rows
from .primitive import Application, Namespace, arrays, nodes
from .spelling import refuse
from .watching import check_unchanged, disturbed

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


def backward_order(roots: Iterable[Node], toward: Set[Node] | None = None) -> list[Node]:
    """The nodes that require a gradient among those that the roots were computed from, each after all of
    its uses; if ``toward`` is given, those that lead to its nodes, and nothing beyond them.
    """
    seen = dict.fromkeys(roots)
    found = list(seen)
    for node in found:  # the list grows while it is read
        if toward is None or node not in toward:
            for x in node.inputs:
                if isinstance(x, Node) and x.requires_grad and x not in seen:
                    seen[x] = None
                    found.append(x)
    # A tensor is made after its inputs, so the later one is never an input of the earlier: sorting by
    # the moment of creation is all the ordering that tensors need. Leaves and Values come last.
    found.sort(key=_moment_of_creation, reverse=True)
    if found and found[-1].rank == 1:
        found = [node for node in reverse_topological(roots, toward or ()) if node in seen]
    if toward is not None:
        useful = descendants_of(toward, found)
        found = [node for node in found if node in useful]
    return found


_moment_of_creation = attrgetter("_created")


class _Here:
    """The scope that is in force anyway, entered and left at the speed of a built-in function."""

    __enter__ = __exit__ = "".format


_HERE = _Here()


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
    order = backward_order(roots, ends)
    underway: dict[Node, Any] = dict.fromkeys(order)  # for each that is still to come what has been added up
    totals: set[Node] = set()  # those for which that is an array made here, which may be changed
    for root, cotangent in zip(roots, cotangents, strict=True):
        if root in underway:
            earlier = underway[root]
            underway[root] = cotangent if earlier is None else earlier + cotangent
            if root._tag.primitive is None:
                underway[root] = _own(underway[root])
    passes = 1 + max([root.order for root in roots], default=0) if create_graph else 0
    watch = watcher() if entered else None
    writing = recorder() if entered else None
    if writing is not None and namespace is None:
        namespace = writing.namespace
    for node in order:
        cotangent = underway.pop(node)
        if cotangent is None:
            continue
        tag = node._tag
        if tag.hooks:
            with within_scope(tag, passes) if create_graph else no_grad():
                cotangent = _hooked(node, cotangent, watch)
        yield node, cotangent
        primitive: Any = tag.primitive
        if primitive is None or (ends and node in ends):
            continue
        m = nodes if create_graph else namespace or node.namespace
        wanted = node.wanted
        if ends is not None:
            wanted = [asked and x in underway for x, asked in zip(node.inputs, wanted, strict=True)]
        with within_scope(tag, passes) if create_graph else _HERE:  # to be drawn in the layer's box
            if watch is not None:
                watch.visited(node)
            suspect = writing is None and (create_graph or disturbed[-1] > node._created > 0)
            for _, part, before in node._prints or ():
                suspect = suspect or part.tobytes() != before
            if suspect:
                check_unchanged(node, wanted, create_graph)
            add = None if watch or m is not arrays else primitive.add_share
            if add and (x := node.inputs[0]) in totals and add(underway[x], cotangent, **node.parameters):
                continue
            shares = m.shares_of(primitive)(m, cotangent, in_nodes(node) if create_graph else node, wanted)
            if watch is not None:
                watch.pulled(node, cotangent, shares, wanted)
            for x, share in zip(node.inputs, shares):
                if share is None or x not in underway:
                    continue
                fits = type(share) is ndarray is type(x._raw) and share.shape == x._raw.shape
                if not (fits and share.dtype is x._raw.dtype):
                    share = undo_broadcasting(m, share, x)
                earlier = underway[x]
                if earlier is None:
                    lent = share is cotangent or (type(share) is ndarray and share.base is not None)
                    underway[x] = _own(share) if lent and x._tag.primitive is None else share
                    if add:
                        totals.add(x)
                elif x in totals and type(share) is ndarray:
                    np.add(earlier, share, out=earlier)
                else:
                    underway[x] = total = earlier + share
                    if type(total) is ndarray:
                        totals.add(x)


def _own(cotangent: Any) -> Any:
    """An array that is nobody else's."""
    return cotangent.copy() if isinstance(cotangent, ndarray) else cotangent


def _hooked(node: Node, cotangent: Any, watch: Any) -> Any:
    """The gradient of a node as its hooks leave it, each of which gets what the one before has left."""
    if isinstance(cotangent, Rows):
        return Rows(np.stack([_hooked(node, row, watch) for row in cotangent.stacked]))
    for handle in node._tag.hooks:
        if handle.hook is not None:
            before, recorded = cotangent, isinstance(cotangent, Node)
            given = _own(cotangent)  # what is underway is shared
            changed = handle.hook(given)
            cotangent = given if changed is None else _as_gradient(node, changed, recorded)
            if watch is not None:
                watch.hooked(node, handle.hook, before, cotangent)
    return cotangent


def _as_gradient(node: Node, changed: Any, in_nodes: bool) -> Any:
    """What a hook has returned, as a gradient of the node."""
    kind = np.result_type(node._raw)
    if isinstance(changed, StandIn):
        changed = asarray(changed, kind)
    elif not isinstance(changed, Node):
        changed = as_array(changed, kind, f"a hook of {node!r}")
    elif not in_nodes:
        changed = asarray(array_of(changed))
    if changed.shape != node.shape:
        raise ShapeError(
            f"a hook of {node!r} returned shape {changed.shape}, the gradient has shape {node.shape}"
        )
    if node.rank == 1:
        return changed if isinstance(changed, Node) else node._weight(float(changed), in_nodes)
    if not in_nodes:
        return changed.astype(kind, copy=False)
    if not isinstance(changed, Node):
        return unrecorded(changed)
    fits = isinstance(changed._raw, ndarray) and changed._raw.dtype == kind
    return changed if fits else nodes.astype(changed, dtype=kind)


def in_nodes(node: Node) -> Application:
    """The operation that made ``node``, for rules that compute with nodes."""
    return Application(node, node.inputs, node.parameters, node.residuals)


def descendants_of(targets: Iterable[Node], order: Sequence[Node]) -> set[Node]:
    """The targets, and the nodes of ``order`` that were computed from one of them."""
    found = set(targets)
    for node in reversed(order):
        if any(isinstance(x, Node) and x in found for x in node.inputs):
            found.add(node)
    return found


def sent_back(node: Node, cotangent: Any, index: int) -> Any:
    """What the rule of ``node`` gives to one of its inputs, in the shape of that; 0 if it gives nothing."""
    wanted = [i == index for i in range(len(node.inputs))]
    m, x = node.namespace, node.inputs[index]
    primitive: Any = node.op
    shares = m.shares_of(primitive)(m, cotangent, node, wanted)
    share = shares[index if len(shares) > 1 else 0]
    return 0.0 if share is None else undo_broadcasting(m, share, x)


def undo_broadcasting(m: Namespace, cotangent: Any, node: Node) -> Any:
    """Sum a cotangent over the axes along which the node was repeated, and give it the node's dtype."""
    if type(cotangent) is float or (isinstance(cotangent, Node) and cotangent.rank == 1):
        return cotangent
    shape: tuple[int, ...] = node._raw.shape if node.rank > 1 else ()
    if cotangent.shape != shape:
        extra = cotangent.ndim - len(shape)
        repeated = (i + extra for i, n in enumerate(shape) if n == 1 and cotangent.shape[i + extra] != 1)
        axis = (*range(extra), *repeated)
        cotangent = m.reshape(m.sum(cotangent, axis=axis, keepdims=False), shape=shape)
    if node.rank == 1:
        return float(cotangent) if isinstance(cotangent, np.ndarray | np.generic) else cotangent
    if cotangent.dtype != node._raw.dtype:
        cotangent = m.astype(cotangent, dtype=node._raw.dtype)
    # NumPy computes scalars from arrays without axes; they could not be changed in place
    return np.asarray(cotangent) if isinstance(cotangent, np.generic) else cotangent


def backward(root: Node, cotangent: Any = None, *, create_graph: bool = False, **unknown: Never) -> None:
    """Add the gradient of this number to ``grad`` of every leaf that requires one.

    Called twice, it adds twice; ``zero_grad`` starts anew. Tensors on the way keep their gradient after
    ``retain_grad``.

    Args:
        root: where to start.
        cotangent: the weight of each element, of this tensor's shape. It may be left out for a
            single element: the weight is then 1.
        create_graph: record the backward pass as well: ``grad`` is then a node, which can be
            differentiated again. It refers to the leaf and the leaf to it, so both stay until it is
            set to None or the garbage collector finds them.
        unknown: refused, with the word that is right here.

    Raises:
        GraphError: if this tensor has several elements and no cotangent is given, or if it
            depends on nothing that requires a gradient.
        ShapeError: if the cotangent has another shape.

    >>> from autograd_core import Tensor
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> w.grad
    array([2., 4.])
    """
    if unknown:
        refuse(backward, unknown)
    if not root.requires_grad:
        raise GraphError(
            f"backward() on {root!r}: nothing was recorded, because no input requires a gradient. "
            "Make the inputs with requires_grad=True, and compute outside no_grad()."
        )
    data, weighed = root._raw, cotangent is not None
    if cotangent is None and type(data) is ndarray and data.size == 1 and not create_graph:
        cotangent = np.ones(data.shape, data.dtype)
    else:
        cotangent = root._weight(cotangent, create_graph)
    writing = recorder() if entered else None
    if writing is not None:
        writing.begin_sweep(root)
        if weighed and type(cotangent) is ndarray:
            cotangent = writing.bring(cotangent)
    for node, gradient in sweep((root,), (cotangent,), create_graph=create_graph):
        tag = node._tag
        if tag.primitive is None or tag.retains or node.rank == 1:
            if tag.retains and not isinstance(gradient, Node):
                gradient = _own(gradient)  # what is underway is shared
            if create_graph and node is not root and isinstance(gradient, Node):
                gradient = name_gradient(gradient, root, node)
            earlier = node.grad if node.rank == 1 or writing is not None else node._grad
            if not (earlier is None or (type(earlier) is float and earlier == 0.0)):
                gradient = earlier + gradient
            if isinstance(gradient, np.generic):
                gradient = np.asarray(gradient)
            if node.rank == 1 or writing is not None:
                node.grad = gradient
            else:  # past what is said to whoever reads it
                node._grad = gradient
