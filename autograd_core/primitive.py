"""What an operation is: a way to compute a value, a rule that sends cotangents back, and one that sends
tangents forward.

Rules are written once, against a *namespace* ``m`` of functions, and run wherever they are needed:

============== ================================= ==========================================
namespace      its functions take and give       used for
============== ================================= ==========================================
``floats``     Python floats                     :class:`Value`, forward and backward
``arrays``     NumPy arrays                      :class:`Tensor`, forward and backward
``nodes``      nodes, and record what they do    gradients that are themselves a graph
``rows``       many arrays of one shape at once  the rows of a Jacobian
``javascript`` texts of programs                 pages that compute
``formulas``   texts of mathematics              what a reader sees beside the numbers
============== ================================= ==========================================

Because the same line gives the number and the recorded graph, every gradient can be differentiated
again, drawn and checked without a second rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from operator import attrgetter
from typing import Any

import numpy as np

from .hooks import RemovableHandle

Function = Callable[..., Any]


class Namespace:
    """The functions that one kind of number understands, looked up by their names in the table."""

    shares_of: Callable[[Primitive], Function] = attrgetter("shares")
    """How cotangents of this kind are sent back through a primitive."""

    pushforward_of: Callable[[Primitive], Function] = attrgetter("pushforward")
    """How tangents of this kind are sent forward through a primitive."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, function: str) -> Any:
        raise AttributeError(f"the namespace of {self._name} has no function {function!r}")

    def __repr__(self) -> str:
        return f"<namespace of {self._name}>"


class _Arrays(Namespace):
    """On arrays there may be a kernel that is faster than the rule."""

    shares_of = attrgetter("shares_on_arrays")


floats = Namespace("floats")
spoken: dict[str, Function] = {}
"""Those of ``floats`` that warn where NumPy does: a forward computation calls them, a rule is silent."""
arrays = _Arrays("arrays")
nodes = Namespace("nodes")


class Application:
    """A primitive applied to inputs: what its rules may look at.

    A recorded node is one itself, in numbers or arrays: this class stands for it where rules compute with
    nodes.

    Attributes:
        _raw: what came out.
        values: what went in.
        parameters: the keywords of the operation (``axis``, ``shape`` ...), plain data.
        residuals: what the forward pass has computed anyway and the backward pass can use, if the
            primitive keeps something (:class:`General`); None if not. It is read, never changed: a
            second backward pass finds it as the first did.
    """

    __slots__ = ("_raw", "parameters", "residuals", "values")

    def __init__(
        self, data: Any, values: Sequence[Any], parameters: dict[str, Any], residuals: Any = None
    ) -> None:
        self._raw = data
        self.values = values
        self.parameters = parameters
        self.residuals = residuals


class Tag:
    """How a node came about: its primitive (None for a leaf), and, if it has them, scope and label.
    ``calls`` are the numbers of the scopes: which of the calls of its name each is, None for a scope that was
    opened by hand.

    Nodes made by one primitive in one scope share a single tag, so a node pays for a name only when
    it is given one. ``reflected`` marks a constant standing *left* of a :class:`Value` (``2 - x``).
    ``retains`` asks a tensor on the way to keep its gradient. ``origin`` (the line that made the node)
    and ``fingerprints`` (of its inputs' data) are kept only while debugging. ``order`` counts the recorded
    backward passes that led to the node. ``variable`` marks a leaf that stands for an argument of a
    derivative operator: a copy of it that were a leaf of its own would lose the gradient. ``naming`` finds
    a name, where there is no label, when somebody asks for it. ``hooks`` are called with the gradient of the
    node.
    """

    __slots__ = (
        "calls",
        "fingerprints",
        "hooks",
        "label",
        "naming",
        "order",
        "origin",
        "primitive",
        "reflected",
        "retains",
        "scope",
        "variable",
    )

    def __init__(
        self,
        primitive: Primitive | None,
        scope: tuple[str, ...] = (),
        label: str = "",
        reflected: bool = False,
        origin: tuple[str, int, str] | None = None,
        variable: bool = False,
        naming: Callable[[], str] | None = None,
    ) -> None:
        self.origin = origin
        self.variable = variable
        self.fingerprints: tuple[int | None, ...] | None = None
        self.primitive = primitive
        self.scope = scope
        self.calls: tuple[int | None, ...] = (None,) * len(scope)
        self.label = label
        self.naming = naming
        self.order = 0
        self.reflected = reflected
        self.hooks: tuple[RemovableHandle, ...] = ()
        self.retains = False

    def but(self, **changes: Any) -> Tag:
        """A tag like this one, but for the changes."""
        tag = Tag.__new__(Tag)
        for slot in Tag.__slots__:
            setattr(tag, slot, changes.get(slot, getattr(self, slot)))
        return tag


class Primitive:
    """An operation that the graph can record.

    ``forward`` computes on arrays. ``shares`` answers the one question of reverse mode: given the
    cotangent of the output, what are the cotangents of the inputs? It never thinks about
    broadcasting; that is undone where cotangents are added up (:mod:`autograd_core.sweeping`).
    ``pushforward`` answers the question of forward mode: given how the inputs move, how does the output move?

    Calling a primitive with plain numbers or arrays computes plain numbers or arrays; as soon as one
    operand is a node, the result is a node.
    """

    floating = False
    """Whether integers have to become floating-point numbers first (``exp``, ``mean``)."""

    reads_inputs = True
    """Whether the rule looks at the numbers of its inputs (that of ``+`` does not, nor that of ``sum``)."""

    forward: Function
    """Computes the output on arrays."""

    forward_with_residuals: Function | None = None
    """Computes (output, residuals), for a primitive that keeps something for its backward pass."""

    add_share: Function | None = None
    """Adds the share of the only input to the sum of the others, ``(total, cotangent, **parameters)``, for a
    primitive of which it is zero almost everywhere; False where it has to be made.
    """

    named_after: Function | None = None
    """How the result is called after the input, ``(name, **parameters) -> name``, for a primitive that takes
    one input and gives its elements, or some of them; an empty name is none.
    """

    def __init__(self, name: str, symbol: str, forward: Function) -> None:
        self.name = name
        self.symbol = symbol
        self._compute_by(forward)
        self.shares_on_arrays: Function = self.shares
        self.tag = Tag(self)
        self.reflected_tag = Tag(self, reflected=True)
        self._enter_namespaces()

    def _enter_namespaces(self) -> None:
        """Become a function that rules can call by name."""
        setattr(arrays, self.name, self.forward)
        setattr(nodes, self.name, self)

    def use_kernel(
        self, forward: Function | None = None, shares: Function | None = None, may_decline: bool = False
    ) -> None:
        """On arrays, compute by these kernels: the same numbers as the rules give, sooner.

        ``forward`` takes and gives what the definition does, ``shares`` what :meth:`shares` does; shares
        that ``may_decline`` are None where the rule is to be used.
        """
        if forward is not None:
            self._compute_by(forward)
            self._enter_namespaces()
        if shares is not None:
            self.shares_on_arrays = self._unless_declined(shares) if may_decline else shares

    def _compute_by(self, forward: Function) -> None:
        self.forward = forward

    def _unless_declined(self, kernel: Function) -> Function:
        def shares(*details: Any) -> Any:
            found = kernel(*details)
            return self.shares(*details) if found is None else found

        return shares

    def __call__(self, *operands: Any, **parameters: Any) -> Any:
        """Set by :mod:`autograd_core.graph`, which knows the carriers that record a call."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        """The cotangents of the inputs that are wanted; None for the others, or where there is none."""
        raise NotImplementedError

    def pushforward(self, m: Namespace, tangents: Sequence[Any], application: Application) -> Any:
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
        doc: what the function is, in a sentence, and an example: ``"... >>> call -> result"``.
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        *derivatives: Function | float | None,
        formula: Function | None = None,
        floating: bool = True,
        doc: str = "",
    ) -> None:
        self.__name__ = self.__qualname__ = name
        sentence, _, example = doc.partition(" >>> ")
        self.__doc__ = f"{sentence}\n\n>>> {example.replace(' -> ', chr(10))}\n"
        self.__signature__ = Signature(
            [Parameter(x, Parameter.POSITIONAL_ONLY) for x in _names_of_inputs(derivatives)]
        )
        self.derivatives = derivatives
        self.arity = len(derivatives)
        self.reads_inputs = any(map(callable, derivatives))
        self.floating = floating
        if formula is None:
            super().__init__(name, symbol, getattr(arrays, name, None) or getattr(np, name))
            self.on_floats: Function = spoken.get(name, getattr(floats, name))
        else:
            super().__init__(name, symbol, lambda *inputs: formula(arrays, *inputs))
            self.on_floats = lambda *inputs: formula(floats, *inputs)
            floats.__dict__.setdefault(name, self.on_floats)
        self.formula = formula

    def local_derivative(self, m: Namespace, index: int, output: Any, inputs: Sequence[Any]) -> Any:
        """``d output / d inputs[index]``, elementwise."""
        derivative = self.derivatives[index]
        return derivative(m, output, *inputs) if callable(derivative) else derivative

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        found: list[Any] = []
        for derivative, asked in zip(self.derivatives, wanted, strict=True):
            if derivative is None or not asked:
                found.append(None)
            elif callable(derivative):
                found.append(cotangent * derivative(m, application._raw, *application.values))
            elif derivative == 1:
                found.append(cotangent)
            else:
                found.append(-cotangent if derivative == -1 else cotangent * derivative)
        return found

    def pushforward(self, m: Namespace, tangents: Sequence[Any], application: Application) -> Any:
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:  # along one input a function of numbers carries both ways alike
                alone = [i == index for i in range(len(tangents))]
                moves.append(self.shares(m, tangent, application, alone)[index])
        return _total(moves)


def _names_of_inputs(derivatives: tuple[Function | float | None, ...]) -> tuple[str, ...]:
    """As the derivatives call them, behind ``m`` and ``y``; x, or a and b, where all are numbers."""
    for derivative in derivatives:
        if callable(derivative):
            return derivative.__code__.co_varnames[2 : 2 + len(derivatives)]
    return ("x",) if len(derivatives) == 1 else ("a", "b")


class Linear(Primitive):
    """A map that is linear in its inputs taken together: known by its transpose.

    ``transpose(m, cotangent, *inputs, **parameters)`` may look at the shapes of the inputs, not at
    their values. With ``joint=True`` the map takes any number of inputs (``concatenate``) and the
    transpose a keyword ``index``: the input whose cotangent it is to give. ``homogeneous`` replaces
    parameters where the operation is linear but for a constant (the padding of ``pad``). ``named_after``
    says how the result is called, if it is nothing but the input in another shape, or a part of it.
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
        named_after: Function | None = None,
    ) -> None:
        super().__init__(name, symbol, forward)
        self.reads_inputs = False
        self.transpose = transpose
        self.named_after = named_after
        self.joint = joint
        self.homogeneous = homogeneous or {}

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        values, parameters = application.values, application.parameters
        if not self.joint:
            return (self.transpose(m, cotangent, *values, **parameters),)
        return [
            self.transpose(m, cotangent, *values, index=index, **parameters) if asked else None
            for index, asked in enumerate(wanted)
        ]

    def pushforward(self, m: Namespace, tangents: Sequence[Any], application: Application) -> Any:
        moved = [_zeros(x) if t is None else t for x, t in zip(application.values, tangents, strict=True)]
        return getattr(m, self.name)(*moved, **{**application.parameters, **self.homogeneous})


class Multilinear(Primitive):
    """A product: linear in each input while the others stand still; one transpose for each input."""

    def __init__(
        self, name: str, symbol: str, *, forward: Function, transposes: Sequence[Function] | Function
    ) -> None:
        super().__init__(name, symbol, forward)
        self.transposes = transposes

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        values, parameters = application.values, application.parameters
        if callable(self.transposes):
            return [
                self.transposes(m, cotangent, *values, index=index, **parameters) if asked else None
                for index, asked in enumerate(wanted)
            ]
        return [
            transpose(m, cotangent, *values, **parameters) if asked else None
            for transpose, asked in zip(self.transposes, wanted, strict=True)
        ]

    def pushforward(self, m: Namespace, tangents: Sequence[Any], application: Application) -> Any:
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:
                factors = [tangent if i == index else x for i, x in enumerate(application.values)]
                moves.append(getattr(m, self.name)(*factors, **application.parameters))
        return _total(moves)


class General(Primitive):
    """An operation with a rule of its own in each direction: selections (``max``, ``sort``: what was
    selected passes everything on) and linear algebra.

    ``pullback(m, cotangent, output, *inputs, index, **parameters)`` gives the cotangent of an input,
    ``pushforward(m, tangent, output, *inputs, index, **parameters)`` the tangent of the output when
    that input alone moves.

    A primitive that ``keeps_residuals`` has a ``forward`` that gives ``(output, residuals)``: beside its
    output what it has computed on the way and its pullback can use (the statistics of a normalization,
    which elements won). Residuals are arrays, or a tuple of them; both rules get them as a keyword,
    ``residuals``, in every namespace as the forward pass left them: a rule that is to be differentiated
    again must not take for a constant what depends on the inputs. A kernel finds them in the
    :class:`Application`.
    """

    def __init__(
        self,
        name: str,
        symbol: str,
        *,
        forward: Function,
        pullback: Function,
        pushforward: Function,
        keeps_residuals: bool = False,
    ) -> None:
        self.keeps_residuals = keeps_residuals
        super().__init__(name, symbol, forward)
        self.rule = pullback
        self.forward_rule = pushforward

    def _compute_by(self, forward: Function) -> None:
        if self.keeps_residuals:
            self.forward_with_residuals = forward
            self.forward = lambda *inputs, **parameters: forward(*inputs, **parameters)[0]
        else:
            self.forward = forward

    def _keywords(self, application: Application) -> dict[str, Any]:
        if self.keeps_residuals:
            return {**application.parameters, "residuals": application.residuals}
        return application.parameters

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        keywords = self._keywords(application)
        return [
            self.rule(m, cotangent, application._raw, *application.values, index=index, **keywords)
            if asked
            else None
            for index, asked in enumerate(wanted)
        ]

    def pushforward(self, m: Namespace, tangents: Sequence[Any], application: Application) -> Any:
        output, inputs, keywords = application._raw, application.values, self._keywords(application)
        moves = []
        for index, tangent in enumerate(tangents):
            if tangent is not None:
                moves.append(self.forward_rule(m, tangent, output, *inputs, index=index, **keywords))
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
