"""The graph: nodes, the recording of operations, and the sweep that carries gradients back.

A computation is a directed graph without cycles. Every operation makes a node that knows its
primitive and its inputs. A node exists after its inputs, so the graph always has a topological order;
the backward pass walks it in reverse. By the time the walk reaches a node, every use of that node has
already paid in its share of the gradient. That is all there is to backpropagation:

* *why reverse order*: a node's cotangent is complete only after all its uses have been visited;
* *why gradients add*: a number used twice moves the result along two paths, and the chain rule sums
  over paths;
* *why broadcasting becomes a sum*: a number repeated along an axis has been used once per repetition.

Nothing here is recursive: a chain of a million operations is as welcome as a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .errors import DtypeError, GraphError
from .primitive import Elementwise, Namespace, Primitive, Tag, nodes

__all__ = [
    "Node",
    "ancestors",
    "is_recording",
    "leading_to",
    "no_grad",
    "recording",
    "reverse_topological",
    "scope",
    "sweep",
]


class Node:
    """A number or an array in the graph: what :class:`Value` and :class:`Tensor` have in common.

    Attributes:
        data: the float or ndarray.
        grad: the gradient that backward passes have added up here, None or 0.0 before the first.
        inputs: the operands in order, constants included (``a * a`` has ``a`` twice, ``a * 2`` has
            ``a`` and ``2.0``); empty for a leaf.
        parameters: the keywords of the operation (``axis``, ``shape`` ...).
        requires_grad: whether the sweep passes through this node.
    """

    __slots__ = ()

    rank: ClassVar[int]
    """Where carriers meet, the higher rank records: a Value times a Tensor is a Tensor."""
    namespace: ClassVar[Namespace]
    """The functions that compute on ``data``."""

    data: Any
    grad: Any
    requires_grad: bool

    @property
    def inputs(self) -> tuple[Any, ...]:
        raise NotImplementedError

    @property
    def parameters(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        raise NotImplementedError

    if TYPE_CHECKING:
        _tag: Tag

    @property
    def op(self) -> Primitive | None:
        """The primitive that made this node, None for a leaf."""
        return self._tag.primitive

    @property
    def parents(self) -> tuple[Node, ...]:
        """The inputs that are nodes, in order and with repetitions."""
        return tuple(x for x in self.inputs if isinstance(x, Node))

    @property
    def label(self) -> str:
        """A name for drawings and error messages, given by the user."""
        return self._tag.label

    @label.setter
    def label(self, label: str) -> None:
        self._tag = self._tag.but(label=str(label))  # type: ignore[misc]

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the scopes in which the node was made, outermost first."""
        return self._tag.scope

    @property
    def origin(self) -> tuple[str, int, str] | None:
        """File, line and function that made the node, if it was made under :func:`debug`."""
        return self._tag.origin

    def local_derivatives(self) -> tuple[Any, ...]:
        """For an elementwise operation, d self / d input for each input (None where there is none).

        Raises:
            GraphError: for a leaf, or an operation that is no elementwise function.
        """
        op = self.op
        if not isinstance(op, Elementwise):
            kind = "a leaf" if op is None else f"the result of {op.name!r}"
            raise GraphError(f"local_derivatives() needs an elementwise operation, but this node is {kind}")
        inputs = [x.data if isinstance(x, Node) else x for x in self.inputs]
        return tuple(op.local_derivative(self.namespace, i, self.data, inputs) for i in range(op.arity))

    def _keep(self, cotangent: Any) -> None:
        """Add the cotangent to ``grad`` if this node keeps one."""
        raise NotImplementedError

    def _with_inputs(self, inputs: Sequence[Any]) -> Node:
        """A copy of this node that hangs on other inputs."""
        raise NotImplementedError

    def _operated(self, primitive: Any, parameters: dict[str, Any]) -> Any:
        """The result of an operation on this node alone."""
        return _recorded(primitive, (self,), parameters)

    def _met(self, primitive: Any, other: Any) -> Any:
        """The result of an operation without parameters on this node and another operand."""
        return _recorded(primitive, (self, other), {})

    @classmethod
    def holding(cls, data: Any) -> Node:
        """A leaf that holds ``data`` and needs no gradient."""
        raise NotImplementedError

    @classmethod
    def record(cls, primitive: Any, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Node:
        """Compute the operation and, where a gradient may be asked for, record it."""
        raise NotImplementedError

    # Python's own copying and pickling recurse through the inputs; these do not.

    def __copy__(self) -> Node:
        return self._with_inputs(self.inputs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Node:
        """Copy this node and everything it was computed from."""
        for node in ancestors([self]):
            if id(node) not in memo:
                inputs = [memo[id(x)] if isinstance(x, Node) else x for x in node.inputs]
                copied = node._with_inputs(inputs)
                copied.data = node.data if isinstance(node.data, float) else node.data.copy()
                memo[id(node)] = copied
        return memo[id(self)]  # type: ignore[no-any-return]


# -- what is being recorded, and where --------------------------------------------------------------


class _State:
    """What is in force here: whether operations are recorded, in which scope, and who watches.

    A state owns the tags of the nodes made in it and is kept for the next time, so that entering a
    scope or recording in it makes nothing new.
    """

    __slots__ = ("_inner", "depth", "path", "recording", "tags", "watch")

    def __init__(self, recording: bool, path: tuple[str, ...], watch: Any, depth: int) -> None:
        self.recording = recording
        self.path = path
        self.watch = watch  # of autograd_core.debugging
        self.depth = depth  # of derivative operators inside one another
        self.tags: dict[Tag, Tag] = {}
        self._inner: dict[Any, _State] = {}

    def inside(self, name: str) -> _State:
        """The state within a scope."""
        state = self._inner.get(name)
        if state is None:
            state = self._kept(name, _State(self.recording, (*self.path, name), self.watch, self.depth))
        return state

    def but(self, recording: bool, depth: int = 0) -> _State:
        """The state with recording on or off, and more operators around it."""
        state = self._inner.get((recording, depth))
        if state is None:
            made = _State(recording, self.path, self.watch, self.depth + depth)
            state = self._kept((recording, depth), made)
        return state

    def _kept(self, key: Any, state: _State) -> _State:
        if len(self._inner) >= 1000:  # names that never come again, such as "step 12345"
            self._inner.clear()
        self._inner[key] = state
        return state

    def tag(self, plain: Tag) -> Tag:
        tag = self.tags.get(plain)
        if tag is None:
            tag = self.tags[plain] = plain.but(scope=self.path)
        return tag


_OUTSIDE = _State(recording=True, path=(), watch=None, depth=0)
_state: ContextVar[_State] = ContextVar("autograd_core", default=_OUTSIDE)

entered: list[None] = []
"""One entry for each ``no_grad`` or ``scope`` that is open in any thread. While it is empty, recording
need not look at the context variable, which is most of the time and saves a tenth of its cost."""


class _Within(ContextDecorator):
    """A stretch of a program in another state; for ``with`` and as a decorator."""

    __slots__ = ("_change", "_token")

    def __init__(self, change: Callable[[_State], _State]) -> None:
        self._change = change

    def _recreate_cm(self) -> _Within:
        return _Within(self._change)

    def __enter__(self) -> None:
        self._token = _state.set(self._change(_state.get()))
        entered.append(None)

    def __exit__(self, *_: object) -> None:
        entered.pop()
        _state.reset(self._token)


def no_grad() -> _Within:
    """Compute without recording; also usable as a decorator. Threads and tasks do not affect each other.

    >>> from autograd_core import Tensor, no_grad
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     (w * 2).requires_grad
    False
    """
    return _Within(lambda state: state.but(recording=False))


def recording() -> _Within:
    """Record, even inside :func:`no_grad`: derivative operators have to see what they differentiate."""
    return _Within(lambda state: state.but(recording=True))


def differentiating() -> _Within:
    """Within a function that a derivative operator differentiates: record, even inside :func:`no_grad`,
    the derivatives taken here too.
    """
    return _Within(lambda state: state.but(recording=True, depth=1))


def scope(name: str) -> _Within:
    """Give the nodes made inside a common name, which drawings turn into a box. Scopes nest.

    >>> from autograd_core import Value, scope
    >>> with scope("neuron"):
    ...     y = Value(2.0) * 3
    >>> y.scope
    ('neuron',)
    """
    return _Within(lambda state: state.inside(name))


def debugging(watch: Any) -> _Within:
    """Report what is recorded and swept to ``watch``; see :mod:`autograd_core.debugging`."""
    return _Within(lambda state: _State(state.recording, state.path, watch, state.depth))


def watcher() -> Any:
    """What is watching here, None outside ``debug()``."""
    return _state.get().watch if entered else None


def is_differentiating() -> bool:
    """Whether this is inside a function that a derivative operator differentiates."""
    return _state.get().depth > 0


def is_recording() -> bool:
    """Whether operations are recorded here, that is, not under :func:`no_grad`."""
    return _state.get().recording


def tag_in_context(plain: Tag) -> Tag | None:
    """The tag for a node made here and now, None if it is not to be recorded."""
    state = _state.get()
    if not state.recording:
        return None
    if state.watch is not None:
        return plain.but(scope=state.path, origin=state.watch.origin())
    return state.tag(plain) if state.path else plain


carriers: dict[int, type[Node]] = {}
"""The node classes by rank; :mod:`value` and :mod:`tensor` enter themselves."""


def unrecorded(data: Any) -> Any:
    """A node that holds an array, records nothing and needs no gradient."""
    return carriers[max(carriers)].holding(data)


def _apply(primitive: Primitive, *operands: Any, **parameters: Any) -> Any:
    if operands and isinstance(operands[0], Node):
        if len(operands) == 1:
            return operands[0]._operated(primitive, parameters)
        if len(operands) == 2 and not parameters:
            return operands[0]._met(primitive, operands[1])
    return _recorded(primitive, operands, parameters)


def _recorded(primitive: Primitive, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Any:
    """The general way: by the carrier of the highest rank among the operands, if there is one."""
    rank = 0
    for operand in operands:
        if isinstance(operand, Node) and operand.rank > rank:
            rank = operand.rank
    if rank:
        if not isinstance(primitive, Elementwise):
            rank = max(carriers)  # a structural operation makes an array, even of a single Value
        return carriers[rank].record(primitive, operands, parameters)
    if isinstance(primitive, Elementwise) and all(isinstance(x, int | float) for x in operands):
        return primitive.on_floats(*map(float, operands))
    for operand in operands:
        if not isinstance(operand, int | float | np.ndarray | np.generic | list | tuple):
            raise DtypeError(
                f"{primitive.name}() takes numbers, arrays and nodes, "
                f"got {operand!r} of type {type(operand).__name__}"
            )
    operands = tuple(np.asarray(x) if isinstance(x, list | tuple) else x for x in operands)
    return primitive.forward(*operands, **parameters)


Primitive.__call__ = _apply  # type: ignore[method-assign, assignment]


# -- order and sweep --------------------------------------------------------------------------------


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
        if not inputs or node in last:
            ends.append(node)
            continue
        recorded.append(node)
        for x in inputs:
            if isinstance(x, Node) and x.requires_grad and x not in seen:
                seen.add(x)
                waiting.append(x)
    recorded.sort(key=_moment_of_creation, reverse=True)
    return recorded + ends


def _moment_of_creation(node: Any) -> int:
    return node._created  # type: ignore[no-any-return]


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
    for node in order:
        cotangent = pending.pop(node, None)
        if cotangent is None:
            continue
        op = node._tag.primitive
        shared = not let_go or node in borrowed
        if op is None:
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
            with _scope_of(node):
                _pay(nodes, node, node.inputs, cotangent, True, node, pending, borrowed, useful, watch)
        else:
            m = namespace or node.namespace
            _pay(m, node.data, held_by(node), cotangent, shared, node, pending, borrowed, useful, watch)


def _pay(
    m: Namespace,
    output: Any,
    values: Sequence[Any],
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
    pull, parameters = m.pull_of(primitive), node.parameters
    index = -1
    for x in node.inputs:
        index += 1
        if not isinstance(x, Node) or not x.requires_grad or (useful is not None and x not in useful):
            continue
        share = pull(m, index, cotangent, output, values, parameters)
        if share is None:
            continue
        if watch is not None:
            watch.pulled(node, index, cotangent, share)
        data = x.data
        plain = type(share) is np.ndarray
        if not (
            plain and type(data) is np.ndarray and share.shape == data.shape and share.dtype is data.dtype
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
        elif type(earlier) is type(share) is np.ndarray and x not in borrowed:
            np.add(earlier, share, out=earlier)
        else:
            pending[x] = earlier + share
            borrowed.discard(x)


def held_by(node: Node) -> Sequence[Any]:
    """What the inputs of ``node`` hold. A Value beside arrays is an array without axes, so that rules
    may ask it for its shape.
    """
    primitive = node._tag.primitive
    if not primitive.reads_inputs:  # type: ignore[union-attr]
        return ()
    if node.rank == 1 or isinstance(primitive, Elementwise):
        return [x.data if isinstance(x, Node) else x for x in node.inputs]
    return [np.asarray(x.data) if isinstance(x, Node) else x for x in node.inputs]


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


def _scope_of(node: Node) -> _Within:
    """Record in the scope of ``node``, so a layer's backward pass is drawn in the layer's box."""
    path = node.scope
    return _Within(lambda state: _State(True, path, state.watch, state.depth))


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
