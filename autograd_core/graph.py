"""The graph: nodes, and how an operation becomes one.

A computation is a directed graph without cycles. Every operation makes a node that knows its
primitive and its inputs. A node exists after its inputs, so the graph always has a topological order;
the backward pass (:mod:`autograd_core.sweeping`) walks it in reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from .context import recorder, within_scope
from .errors import DtypeError, GraphError
from .hooks import RemovableHandle, living
from .masks import check_unmasked
from .naming import derivative
from .primitive import Elementwise, Namespace, Primitive, Tag, nodes

__all__ = ["Node"]


class Node:
    """A number or an array in the graph: what :class:`Value` and :class:`Tensor` have in common.

    Attributes:
        data: the float or ndarray.
        grad: the gradient that backward passes have added up here, None or 0.0 before the first.
        inputs: the operands in order, constants included (``a * a`` has ``a`` twice, ``a * 2`` has
            ``a`` and ``2.0``); empty for a leaf.
        values: what the inputs held when the operation was carried out.
        wanted: for each input, whether it required a gradient.
        parameters: the keywords of the operation (``axis``, ``shape`` ...).
        residuals: what the operation has kept for its backward pass, beside its inputs and its result;
            None for most.
        requires_grad: whether the sweep passes through this node.

    >>> from autograd_core import Value
    >>> a = Value(3.0)
    >>> isinstance(a, Node), (a * 2).inputs == (a, 2.0)
    (True, True)
    """

    __slots__ = ()

    rank: ClassVar[int]
    """Where carriers meet, the higher rank records: a Value times a Tensor is a Tensor."""
    namespace: ClassVar[Namespace]
    """The functions that compute on ``data``."""

    data: Any
    grad: Any
    requires_grad: bool
    residuals: Any

    @property
    def inputs(self) -> tuple[Any, ...]:
        raise NotImplementedError

    @property
    def values(self) -> Sequence[Any]:
        raise NotImplementedError

    @property
    def wanted(self) -> Sequence[bool]:
        raise NotImplementedError

    @property
    def parameters(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def shape(self) -> tuple[int, ...]:
        raise NotImplementedError

    if TYPE_CHECKING:
        _grad: Any
        _tag: Tag
        _raw: Any  # the data, for those who do not hand them out
        _mark: bytes | None
        _prints: Any
        _created: int

    @property
    def tag(self) -> Tag:
        """How the node was made, in one record: nodes that one primitive made in one scope share it."""
        return self._tag

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
        """A name for drawings and messages; empty without one.

        It is the one that the node was given, also by :meth:`named`. A node without one that is a named
        node in another shape, its copy, or a part of it is called after that node: a reshaped ``w`` is
        ``w``, its transpose ``wᵀ``, an element of it ``w[0, 1]``. An argument of a function that is being
        differentiated has the name of the parameter. What was computed otherwise has none.
        """
        return called(self, own_label)

    @label.setter
    def label(self, label: str) -> None:
        self._tag = self._tag.but(label=str(label))  # type: ignore[misc]

    def named(self, label: str) -> Self:
        """Give this node a name for drawings and messages, in the middle of an expression; returns the node.

        >>> from autograd_core import Value
        >>> w, x, b = Value(2.0).named("w"), Value(3.0).named("x"), Value(1.0).named("b")
        >>> y = (w * x + b).named("z").tanh()
        >>> y.parents
        (Value(7.0, op=add, label='z'),)
        """
        self.label = label
        return self

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the scopes in which the node was made, outermost first."""
        return self._tag.scope

    @property
    def order(self) -> int:
        """The order of the derivative that the node helps to compute: 0 in a forward computation, 1 in a
        recorded backward pass, 2 in the backward pass of that.
        """
        return self._tag.order

    @property
    def origin(self) -> tuple[str, int, str] | None:
        """File, line and function that made the node, if it was made under :func:`debug`."""
        return self._tag.origin

    def register_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(gradient)`` whenever the gradient of this node has been computed, before it is added to
        ``grad`` and sent on to what the node was computed from.

        The gradient is complete: that of all uses of the node. What the hook returns, if not None, takes
        its place; several hooks are called in the order in which they were registered, each with what the
        one before has left. It is called by everything that computes gradients (``backward``, ``grad``,
        drawings), not in forward mode.

        Args:
            hook: takes an array of a Tensor's shape, the number of a Value; a node where the backward pass
                is recorded (``create_graph=True``, derivatives of derivatives).

        Returns:
            A handle, whose ``remove()`` takes the hook away again. A copy of the node has no hooks.

        Raises:
            GraphError: if the node requires no gradient.
            DtypeError: if the hook is no function, or (in the backward pass) returns no numbers.
            ShapeError: (in the backward pass) if it returns another shape.

        >>> from autograd_core import Tensor, Value
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> y = x * x
        >>> handle = y.register_hook(lambda gradient: 10 * gradient)
        >>> y.sum().backward()
        >>> x.grad
        array([20., 40.])
        >>> v = Value(3.0)
        >>> with v.register_hook(lambda gradient: min(gradient, 1.0)):
        ...     (v * v).backward()
        >>> v.grad
        1.0
        """
        if not self.requires_grad:
            raise GraphError(
                f"register_hook() on {self!r}: it requires no gradient, so the hook would never be called"
            )
        handle = RemovableHandle(hook)
        kept = [other for other in self._tag.hooks if other.hook is not None]
        self._tag = self._tag.but(hooks=(*kept, handle))  # type: ignore[misc]
        if self.rank == 1:
            living.add(handle)
        return handle

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
        return tuple(op.local_derivative(self.namespace, i, self.data, inputs) for i in range(len(inputs)))

    def _with_inputs(self, inputs: Sequence[Any]) -> Node:
        """A copy of this node that hangs on other inputs."""
        raise NotImplementedError

    def _weight(self, cotangent: Any, create_graph: bool) -> Any:
        """The cotangent that ``backward`` starts from, checked; 1 for None."""
        raise NotImplementedError

    def _unary(self, primitive: Any, parameters: dict[str, Any]) -> Any:
        """The result of an operation on this node alone."""
        return _recorded(primitive, (self,), parameters)

    def _binary(self, primitive: Any, other: Any) -> Any:
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


_FARTHEST = 8
"""After so many steps a node is no longer called after the one it was a part of."""


def own_label(node: Node) -> str:
    """The name that the node itself was given, or that the argument has for which it stands."""
    tag = node._tag
    return tag.label or (tag.naming() if tag.naming else "")


def called(node: Node, own: Callable[[Node], str]) -> str:
    """The name that ``own`` finds for a node, or else by which the node is called after the one that it is
    in another shape, or a part of.
    """
    steps: list[tuple[Any, Node]] = []
    name = own(node)
    while not name:
        primitive = node._tag.primitive
        if primitive is None or primitive.named_after is None or len(steps) == _FARTHEST:
            return ""
        steps.append((primitive.named_after, node))
        node = node.inputs[0]
        name = own(node)
    for named_after, step in reversed(steps):
        name = named_after(name, **step.parameters) if name else ""
    return name


def name_of(node: Node) -> str | Callable[[], str]:
    """The name of a node, or what finds it when somebody asks; empty without one."""
    steps: list[tuple[Any, dict[str, Any]]] = []
    while not (own := node._tag.label or node._tag.naming):
        primitive = node._tag.primitive
        if primitive is None or primitive.named_after is None or len(steps) == _FARTHEST:
            return ""
        steps.append((primitive.named_after, node.parameters))
        node = node.inputs[0]
    return partial(_after, own, steps) if steps else own


def _after(own: str | Callable[[], str], steps: list[tuple[Any, dict[str, Any]]]) -> str:
    name = own if isinstance(own, str) else own()
    for named_after, parameters in reversed(steps):
        name = named_after(name, **parameters) if name else ""
    return name


def name_gradient(gradient: Node, of: Node, by: Node, otherwise: str = "") -> Node:
    """Call the recorded gradient of ``of`` by ``by`` ∂of/∂by, if both have names; ``of`` without one is
    called ``otherwise``. What is not the gradient alone, but a node of the graph, or the gradient by another
    node too, keeps its name: the gradient is then an alias of it.
    """
    above, below = name_of(of) or otherwise, name_of(by)
    if not above or not below:
        return gradient
    tag = gradient._tag
    if tag.label or tag.naming or tag.primitive is None or tag.order <= of.order:
        with within_scope(tag, of.order + 1):
            gradient = nodes.alias(gradient)
    gradient._tag = gradient._tag.but(naming=partial(_derivative, above, below))  # type: ignore[misc]
    return gradient


def _derivative(*names: str | Callable[[], str]) -> str:
    above, below = (name if isinstance(name, str) else name() for name in names)
    return derivative(above, below) if above and below else ""


carriers: dict[int, type[Node]] = {}
"""The node classes by rank; :mod:`value` and :mod:`tensor` enter themselves."""

_HIGHEST = 2
"""The rank of arrays."""

_LISTS = (list, tuple)


def unrecorded(data: Any) -> Any:
    """A node that holds an array, records nothing and needs no gradient."""
    return carriers[_HIGHEST].holding(data)


def _holds_tensors(x: Any) -> bool:
    """Whether nested lists hold a node of the highest rank: together they are one array."""
    if isinstance(x, _LISTS):
        return any(map(_holds_tensors, x))
    return isinstance(x, Node) and x.rank == _HIGHEST


def _apply(primitive: Primitive, *operands: Any, **parameters: Any) -> Any:
    if operands and isinstance(operands[0], Node):
        if len(operands) == 1:
            return operands[0]._unary(primitive, parameters)
        if len(operands) == 2 and not parameters:
            return operands[0]._binary(primitive, operands[1])
        if operands[0].rank == _HIGHEST:
            return operands[0].record(primitive, operands, parameters)
    return _recorded(primitive, operands, parameters)


def _recorded(primitive: Primitive, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Any:
    """The general way: by the carrier of the highest rank among the operands, if there is one."""
    rank = 0
    for operand in operands:
        if isinstance(operand, Node):
            if operand.rank > rank:
                rank = operand.rank
        elif isinstance(operand, _LISTS) and _holds_tensors(operand):
            rank = _HIGHEST
    if rank:
        if not isinstance(primitive, Elementwise):
            rank = _HIGHEST  # a structural operation makes an array, even of a single Value
        return carriers[rank].record(primitive, operands, parameters)
    if isinstance(primitive, Elementwise) and all(isinstance(x, int | float) for x in operands):
        return primitive.on_floats(*map(float, operands))
    for operand in operands:
        if not isinstance(operand, int | float | np.ndarray | np.generic | list | tuple):
            raise DtypeError(
                f"{primitive.name}() takes numbers, arrays and nodes, "
                f"got {operand!r} of type {type(operand).__name__}"
            )
        if type(operand) is not np.ndarray:
            check_unmasked(operand, f"{primitive.name}()")
    operands = tuple(np.asarray(x) if isinstance(x, list | tuple) else x for x in operands)
    if (writing := recorder()) is not None:
        return writing.apply(primitive, operands, parameters)[0]
    try:
        return primitive.forward(*operands, **parameters)
    except TypeError as error:
        raise refused_truths(primitive, operands, error) from None


def refused_truths(primitive: Primitive, values: Sequence[Any], error: TypeError) -> TypeError:
    """The error in place of NumPy's where it has no such operation of truths; others as they are."""
    if not isinstance(primitive, Elementwise) or np.result_type(*values).kind != "b":
        return error
    return DtypeError(
        f"{primitive.name}() takes numbers, got truths (bool): x.astype(float) makes numbers of them"
    )


Primitive.__call__ = _apply  # type: ignore[method-assign, assignment]
