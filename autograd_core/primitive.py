"""What an operation is: a way to compute a value, a rule that sends cotangents back, and one that sends
tangents forward.

Rules are written once, against a *namespace* ``m`` of functions, and run wherever they are needed:

=========== ================================= ==========================================
namespace   its functions take and give       used for
=========== ================================= ==========================================
``floats``  Python floats                     :class:`Value`, forward and backward
``arrays``  NumPy arrays                      :class:`Tensor`, forward and backward
``nodes``   nodes, and record what they do    gradients that are themselves a graph
``rows``    many arrays of one shape at once  the rows of a Jacobian
=========== ================================= ==========================================

Because the same line gives the number and the recorded graph, every gradient can be differentiated
again, drawn and checked without a second rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Function = Callable[..., Any]


class Namespace:
    """The functions that one kind of number understands, looked up by their names in the table."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, function: str) -> Any:
        raise AttributeError(f"the namespace of {self._name} has no function {function!r}")

    def __repr__(self) -> str:
        return f"<namespace of {self._name}>"

    def pull_of(self, primitive: Primitive) -> Function:
        """How cotangents of this kind are sent back through ``primitive``."""
        return primitive.pull

    def push_of(self, primitive: Primitive) -> Function:
        """How tangents of this kind are sent forward through ``primitive``."""
        return primitive.push


class _Arrays(Namespace):
    """On arrays there may be a kernel that is faster than the rule."""

    def pull_of(self, primitive: Primitive) -> Function:
        return primitive.pull_arrays


floats = Namespace("floats")
arrays = _Arrays("arrays")
nodes = Namespace("nodes")


class Tag:
    """How a node came about: its primitive (None for a leaf), and, if it has them, scope and label.

    Nodes made by one primitive in one scope share a single tag, so a node pays for a name only when
    it is given one. ``reflected`` marks a constant standing *left* of a :class:`Value` (``2 - x``).
    ``retains`` asks a tensor on the way to keep its gradient. ``origin`` (the line that made the node)
    and ``fingerprints`` (of its inputs' data) are kept only while debugging. ``order`` counts the recorded
    backward passes that led to the node.
    """

    __slots__ = ("fingerprints", "label", "order", "origin", "primitive", "reflected", "retains", "scope")

    def __init__(
        self,
        primitive: Primitive | None,
        scope: tuple[str, ...] = (),
        label: str = "",
        reflected: bool = False,
        origin: tuple[str, int, str] | None = None,
    ) -> None:
        self.origin = origin
        self.fingerprints: tuple[int | None, ...] | None = None
        self.primitive = primitive
        self.scope = scope
        self.label = label
        self.order = 0
        self.reflected = reflected
        self.retains = False

    def but(self, **changes: Any) -> Tag:
        """A tag like this one, but for the changes."""
        tag = Tag.__new__(Tag)
        for slot in Tag.__slots__:
            setattr(tag, slot, changes.get(slot, getattr(self, slot)))
        return tag


class Primitive:
    """An operation that the graph can record.

    ``forward`` computes on arrays. ``pull`` answers the one question of reverse mode: given the
    cotangent of the output, what is the cotangent of input ``index``? It never thinks about
    broadcasting; that is undone where cotangents are added up (:mod:`autograd_core.sweeping`). ``push``
    answers the question of forward mode: given how the inputs move, how does the output move?

    Calling a primitive with plain numbers or arrays computes plain numbers or arrays; as soon as one
    operand is a node, the result is a node.
    """

    floating = False
    """Whether integers have to become floating-point numbers first (``exp``, ``mean``)."""

    reads_inputs = True
    """Whether the rule looks at its inputs (that of ``+`` does not)."""

    def __init__(self, name: str, symbol: str, forward: Function) -> None:
        self.name = name
        self.symbol = symbol
        self.forward = forward
        self.pull_arrays: Function = self.pull
        self.tag = Tag(self)
        self.reflected_tag = Tag(self, reflected=True)
        self._enter_namespaces()

    def _enter_namespaces(self) -> None:
        """Become a function that rules can call by name."""
        setattr(arrays, self.name, self.forward)
        setattr(nodes, self.name, self)

    def compute_by(
        self, forward: Function | None = None, pull: Function | None = None, partly: bool = False
    ) -> None:
        """On arrays, compute by these kernels: the same numbers as the rules give, sooner.

        ``forward`` takes what the rule's forward takes, ``pull`` what :meth:`pull` takes; with ``partly``
        it gives None where the rule is to be used.
        """
        if forward is not None:
            self.forward = forward
            setattr(arrays, self.name, forward)
        if pull is not None:
            self.pull_arrays = self._unless_none(pull) if partly else pull

    def _unless_none(self, pull: Function) -> Function:
        def pulled(*details: Any) -> Any:
            share = pull(*details)
            return self.pull(*details) if share is None else share

        return pulled

    def __call__(self, *operands: Any, **parameters: Any) -> Any:
        """Set by :mod:`autograd_core.graph`, which knows the carriers that record a call."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def pull(
        self,
        m: Namespace,
        index: int,
        cotangent: Any,
        output: Any,
        inputs: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        """The cotangent of ``inputs[index]``, or None if that input has no derivative."""
        raise NotImplementedError

    def push(
        self,
        m: Namespace,
        output: Any,
        inputs: Sequence[Any],
        tangents: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        """The tangent of the output, or None if it does not move. A tangent of None stands for zeros."""
        raise NotImplementedError


class Elementwise(Primitive):
    """A function of numbers, applied to each element: it is known by its local derivatives.

    The cotangent of an input is the cotangent of the output times the local derivative. A local
    derivative is a rule ``(m, y, *inputs) -> dy/dinput``, or simply the number it always equals.

    Args:
        name: NumPy's name of the function.
        symbol: how it is written in a drawing.
        derivatives: one local derivative for each input; None for an input that has none.
        formula: ``(m, *inputs) -> y``; left out where every namespace has the function itself.
        floating: whether integers have to become floating-point numbers first.
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        *derivatives: Function | float | None,
        formula: Function | None = None,
        floating: bool = True,
    ) -> None:
        self.derivatives = derivatives
        self.arity = len(derivatives)
        self.reads_inputs = any(map(callable, derivatives))
        self.floating = floating
        if formula is None:
            super().__init__(name, symbol, getattr(arrays, name, None) or getattr(np, name))
            self.on_floats: Function = getattr(floats, name)
        else:
            super().__init__(name, symbol, lambda *inputs: formula(arrays, *inputs))
            self.on_floats = lambda *inputs: formula(floats, *inputs)
            floats.__dict__.setdefault(name, self.on_floats)

    def local_derivative(self, m: Namespace, index: int, output: Any, inputs: Sequence[Any]) -> Any:
        """``d output / d inputs[index]``, elementwise."""
        derivative = self.derivatives[index]
        return derivative(m, output, *inputs) if callable(derivative) else derivative

    def pull(
        self,
        m: Namespace,
        index: int,
        cotangent: Any,
        output: Any,
        inputs: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        derivative = self.derivatives[index]
        if callable(derivative):
            return cotangent * derivative(m, output, *inputs)
        if derivative == 1:
            return cotangent
        if derivative == -1:
            return -cotangent
        return None if derivative is None else cotangent * derivative

    def push(
        self,
        m: Namespace,
        output: Any,
        inputs: Sequence[Any],
        tangents: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:
                moves.append(self.pull(m, index, tangent, output, inputs, parameters))
        return _total(moves)


class Linear(Primitive):
    """A map that is linear in its inputs taken together: known by its transpose.

    ``transpose(m, cotangent, *inputs, **parameters)`` may look at the shapes of the inputs, not at
    their values. With ``joint=True`` the map takes any number of inputs (``concatenate``) and the
    transpose a keyword ``index``: the input whose cotangent it is to give. ``homogeneous`` replaces
    parameters where the operation is linear but for a constant (the padding of ``pad``).
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        *,
        forward: Function,
        transpose: Function,
        joint: bool = False,
        homogeneous: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name, symbol, forward)
        self.transpose = transpose
        self.joint = joint
        self.homogeneous = homogeneous or {}

    def pull(
        self,
        m: Namespace,
        index: int,
        cotangent: Any,
        output: Any,
        inputs: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        if self.joint:
            return self.transpose(m, cotangent, *inputs, index=index, **parameters)
        return self.transpose(m, cotangent, *inputs, **parameters)

    def push(
        self,
        m: Namespace,
        output: Any,
        inputs: Sequence[Any],
        tangents: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        moved = [_zeros(x) if t is None else t for x, t in zip(inputs, tangents, strict=True)]
        return getattr(m, self.name)(*moved, **{**parameters, **self.homogeneous})


class Multilinear(Primitive):
    """A product: linear in each input while the others stand still; one transpose for each input."""

    def __init__(
        self, name: str, symbol: str, *, forward: Function, transposes: Sequence[Function] | Function
    ) -> None:
        super().__init__(name, symbol, forward)
        self.transposes = transposes

    def pull(
        self,
        m: Namespace,
        index: int,
        cotangent: Any,
        output: Any,
        inputs: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        if callable(self.transposes):
            return self.transposes(m, cotangent, *inputs, index=index, **parameters)
        return self.transposes[index](m, cotangent, *inputs, **parameters)

    def push(
        self,
        m: Namespace,
        output: Any,
        inputs: Sequence[Any],
        tangents: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:
                factors = [tangent if i == index else x for i, x in enumerate(inputs)]
                moves.append(getattr(m, self.name)(*factors, **parameters))
        return _total(moves)


class General(Primitive):
    """An operation with a rule of its own in each direction: selections (``max``, ``sort``: what was
    selected passes everything on) and linear algebra.

    ``pullback(m, cotangent, output, *inputs, index, **parameters)`` gives the cotangent of an input,
    ``pushforward(m, tangent, output, *inputs, index, **parameters)`` the tangent of the output when
    that input alone moves.
    """

    def __init__(
        self, name: str, symbol: str, *, forward: Function, pullback: Function, pushforward: Function
    ) -> None:
        super().__init__(name, symbol, forward)
        self.pullback = pullback
        self.pushforward = pushforward

    def pull(
        self,
        m: Namespace,
        index: int,
        cotangent: Any,
        output: Any,
        inputs: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        return self.pullback(m, cotangent, output, *inputs, index=index, **parameters)

    def push(
        self,
        m: Namespace,
        output: Any,
        inputs: Sequence[Any],
        tangents: Sequence[Any],
        parameters: dict[str, Any],
    ) -> Any:
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:
                moves.append(self.pushforward(m, tangent, output, *inputs, index=index, **parameters))
        return _total(moves)


def _zeros(x: Any) -> Any:
    return np.zeros(getattr(x, "shape", ()), getattr(x, "dtype", np.float64))


def _total(moves: Sequence[Any]) -> Any:
    """The sum of the moves, None if there are none."""
    total = None
    for move in moves:
        if move is not None:
            total = move if total is None else total + move
    return total
