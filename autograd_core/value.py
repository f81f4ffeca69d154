"""Value: a node that holds one number."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from threading import get_ident
from typing import Any, ClassVar, Never, SupportsFloat

import numpy as np

from . import calculus
from .context import array_of, entered, tag_in_context, watcher
from .errors import DtypeError, GraphError
from .graph import Node, carriers
from .hooks import living
from .leaving import check_leaving
from .masks import check_unmasked
from .node_methods import Operators
from .primitive import Elementwise, Namespace, Tag, floats
from .spelling import refuse
from .sweeping import backward

__all__ = ["Value"]

_LEAF = Tag(None)
_ADD, _SUBTRACT = calculus.add.tag, calculus.subtract.tag
_MULTIPLY, _DIVIDE = calculus.multiply.tag, calculus.divide.tag


told: dict[int, Any] = {}
"""By thread, who is told what a function does with the numbers of Values beside computing with them: it
compares, reads or changes them, or begins a backward pass (:mod:`autograd_core.compilation`).
"""


def _tell(what: str, *details: Any) -> None:
    """Somebody looks at a number."""
    if entered:
        array_of(details[0])
    listener = told.get(get_ident())
    if listener is not None:
        getattr(listener, what)(*details)


def _comparison(holds: Callable[[float, float], bool]) -> Any:
    """A comparison of two numbers, of which one at least is a Value."""

    def compared(self: Value, other: object) -> Any:
        if not _comparable(other):
            return NotImplemented
        found = holds(self._raw, _compared(other))
        if told or entered:
            _tell("compare", self, holds, other, found)
        return found

    compared.__name__ = f"__{holds.__name__}__"
    return compared


class Value(Operators):
    """One number in a computation graph.

    A Value takes part in arithmetic like a float. Every operation makes a new Value that remembers
    what it was computed from; :meth:`backward` then fills ``grad`` of every Value that took part.

    Args:
        data: the number.
        label: a name for drawings.

    Raises:
        DtypeError: if ``data`` is not a number.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    # One flat object for each number: no tuple, dict or closure hangs on it, nothing points back at
    # it, so building a graph allocates little and freeing it needs no garbage collector.
    #   operation   _a      _b      _da          _db
    #   leaf        None    None    0.0          0.0
    #   f(x)        x       None    dy/dx        0.0
    #   f(x, 2.0)   x       None    dy/dx        2.0 (the constant)
    #   f(x, z)     x       z       dy/dx        dy/dz
    #   any other   tuple   None    tuple        all operands, constants included
    # ``_uses`` is 0 except inside backward().
    __slots__ = ("_a", "_b", "_da", "_db", "_raw", "_tag", "_uses", "grad")

    rank: ClassVar[int] = 1
    _created: ClassVar[int] = -1  # type: ignore[misc]  # before every tensor
    namespace: ClassVar[Namespace] = floats
    requires_grad: ClassVar[bool] = True  # type: ignore[misc]
    shape: ClassVar[tuple[int, ...]] = ()
    parameters: ClassVar[dict[str, Any]] = {}
    residuals: ClassVar[None] = None  # type: ignore[misc]
    _prints: ClassVar[None] = None  # type: ignore[misc]
    _mark: ClassVar[None] = None  # type: ignore[misc]

    grad: Any
    _raw: float
    _a: Any
    _b: Value | None
    _da: Any
    _db: Any
    _uses: int

    def __init__(self, data: SupportsFloat, label: str = "", **unknown: Never) -> None:
        if unknown:
            refuse(Value, unknown)
        self._raw = data if type(data) is float else _number(data)
        self.grad = 0.0
        self._tag = Tag(None, label=label) if label else _LEAF
        self._a = self._b = None
        self._da = self._db = 0.0
        self._uses = 0

    @property
    def inputs(self) -> tuple[Any, ...]:
        a, b, tag = self._a, self._b, self._tag
        if a is None:
            return ()
        if type(a) is tuple:
            return self._db  # type: ignore[no-any-return]
        if b is not None:
            return (a, b)
        if tag.primitive.arity == 1:  # type: ignore[union-attr]
            return (a,)
        return (self._db, a) if tag.reflected else (a, self._db)

    @property
    def values(self) -> tuple[Any, ...]:
        return tuple([x._raw if isinstance(x, Node) else x for x in self.inputs])

    @property
    def wanted(self) -> tuple[bool, ...]:
        return tuple([isinstance(x, Node) for x in self.inputs])

    # -- the four operations of arithmetic: calculus.py's lines written out, because nearly all the
    # time of a scalar network is spent here. A test holds them against the table.

    def __add__(self, other: Any) -> Value:
        if entered:
            return Operators.__add__(self, other)  # type: ignore[no-any-return]
        if type(other) is Value:
            out = _new(Value)
            out._raw = self._raw + other._raw
            out._b = other
            out._db = 1.0
        elif type(other) is float or type(other) is int:
            out = _new(Value)
            out._raw = self._raw + other
            out._b = None
            out._db = other
        else:
            return Operators.__add__(self, other)  # type: ignore[no-any-return]
        out.grad = 0.0
        out._tag = _ADD
        out._a = self
        out._da = 1.0
        out._uses = 0
        return out

    def __mul__(self, other: Any) -> Value:
        if entered:
            return Operators.__mul__(self, other)  # type: ignore[no-any-return]
        if type(other) is Value:
            out = _new(Value)
            out._db = a = self._raw
            out._da = b = other._raw
            out._raw = a * b
            out._b = other
        elif type(other) is float or type(other) is int:
            out = _new(Value)
            out._raw = self._raw * other
            out._b = None
            out._da = out._db = other
        else:
            return Operators.__mul__(self, other)  # type: ignore[no-any-return]
        out.grad = 0.0
        out._tag = _MULTIPLY
        out._a = self
        out._uses = 0
        return out

    def __sub__(self, other: Any) -> Value:
        if entered:
            return Operators.__sub__(self, other)  # type: ignore[no-any-return]
        if type(other) is Value:
            out = _new(Value)
            out._raw = self._raw - other._raw
            out._b = other
            out._db = -1.0
        elif type(other) is float or type(other) is int:
            out = _new(Value)
            out._raw = self._raw - other
            out._b = None
            out._db = other
        else:
            return Operators.__sub__(self, other)  # type: ignore[no-any-return]
        out.grad = 0.0
        out._tag = _SUBTRACT
        out._a = self
        out._da = 1.0
        out._uses = 0
        return out

    def __truediv__(self, other: Any) -> Value:
        if entered or type(other) is not Value or not other._raw:
            return Operators.__truediv__(self, other)  # type: ignore[no-any-return]
        out = _new(Value)
        b = other._raw
        out._raw = y = self._raw / b
        out.grad = 0.0
        out._tag = _DIVIDE
        out._a = self
        out._b = other
        out._da = 1.0 / b
        out._db = -y / b
        out._uses = 0
        return out

    def __radd__(self, other: Any) -> Any:
        return self + other

    def __rmul__(self, other: Any) -> Any:
        return self * other

    # -- comparisons look at the numbers; they are not recorded

    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)
    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)

    __hash__ = object.__hash__

    @property
    def data(self) -> float:
        """The number."""
        if told or entered:
            _tell("read", self)
        return self._raw

    @data.setter
    def data(self, data: float) -> None:
        if told or entered:
            _tell("change", self)
        self._raw = data

    def __float__(self) -> float:
        number = self.data
        check_leaving()
        return number

    def __bool__(self) -> bool:
        return bool(self != 0)

    def item(self) -> float:
        """The number, as a Python float."""
        return self.data

    def detach(self) -> Value:
        """A leaf with the same number: gradients stop here."""
        return Value(self._raw, label=self.label)

    def zero_grad(self) -> None:
        """Set the gradient back to 0."""
        self.grad = 0.0

    def backward(
        self, cotangent: float | Node = 1.0, *, create_graph: bool = False, **unknown: Never
    ) -> None:
        """Add d self / d node to ``grad`` of every node this one was computed from, itself included.

        Called twice, it adds twice; :meth:`zero_grad` starts anew.

        Args:
            cotangent: the weight of this node, 1 for "the gradient of this number".
            create_graph: record the backward pass as well: ``grad`` is then a node, which can be
                differentiated again. It refers to the leaf and the leaf to it, so both stay until it is
                set to None or the garbage collector finds them.
            unknown: refused, with the word that is right here.

        >>> x = Value(3.0)
        >>> y = x**3
        >>> y.backward(create_graph=True)
        >>> x.grad.backward()           # the second derivative, 6 x, is added to the first, 3 x^2
        >>> float(x.grad)
        45.0
        """
        if unknown:
            refuse(backward, unknown)
        if told:
            _tell("pull", self)
        if create_graph or living or (entered and watcher() is not None):
            backward(self, cotangent, create_graph=create_graph)
        else:
            _backward(self, cotangent if type(cotangent) is float else _number(cotangent))

    def _weight(self, cotangent: Any, create_graph: bool) -> Any:
        if not create_graph:
            return _number(cotangent)
        return cotangent if isinstance(cotangent, Node) else Value(cotangent)

    def _with_inputs(self, inputs: Sequence[Any]) -> Value:
        copied = _new(Value)
        for slot in Value.__slots__:
            setattr(copied, slot, getattr(self, slot))
        if copied._tag.hooks:  # they were given to this value alone
            copied._tag = copied._tag.but(hooks=())
        old = {id(was): now for was, now in zip(self.inputs, inputs, strict=True)}
        if type(self._a) is tuple:
            copied._a = tuple(old[id(x)] for x in self._a)
            copied._db = tuple(inputs)
        elif self._a is not None:
            copied._a = old[id(self._a)]
            copied._b = None if self._b is None else old[id(self._b)]
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        if self._a is not None:
            raise GraphError(
                f"{self!r} is the result of a computation; only leaves can be pickled: use .detach()"
            )
        return Value, (self._raw, self.label)

    # One or two Values through a function of the table, without record()'s detours for other operands.

    def _unary(self, primitive: Any, parameters: dict[str, Any]) -> Any:
        if not isinstance(primitive, Elementwise):
            return super()._unary(primitive, parameters)
        tag = tag_in_context(primitive.tag) if entered else primitive.tag
        x = self._raw
        data = primitive.on_floats(x)
        if tag is None:
            return Value(data)
        out = _new(Value)
        out._raw = float(data)
        out.grad = 0.0
        out._tag = tag
        out._a = self
        out._b = None
        out._da = float(primitive.local_derivative(floats, 0, data, (x,)))
        out._db = 0.0
        out._uses = 0
        if tag.origin is not None:
            watcher().recorded(out, [x])
        return out

    def _binary(self, primitive: Any, other: Any) -> Any:
        if entered or type(other) is not Value or not isinstance(primitive, Elementwise):
            return super()._binary(primitive, other)
        numbers = self._raw, other._raw
        data = primitive.on_floats(*numbers)
        out = _new(Value)
        out._raw = float(data)
        out.grad = 0.0
        out._tag = primitive.tag
        out._a = self
        out._b = other
        out._da = float(primitive.local_derivative(floats, 0, data, numbers) or 0.0)  # None of polygamma's n
        out._db = float(primitive.local_derivative(floats, 1, data, numbers))
        out._uses = 0
        return out

    @classmethod
    def record(cls, primitive: Any, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Any:
        if any(isinstance(x, np.ndarray | list | tuple) for x in operands):
            for x in operands:
                check_unmasked(x, f"{primitive.name}()")
            arrays = [np.asarray(x, dtype=object) for x in operands]
            return np.frompyfunc(primitive, len(arrays), 1)(*arrays)
        constants = [x if isinstance(x, Value) else _operand(primitive, x) for x in operands]
        numbers = [x._raw if isinstance(x, Value) else x for x in constants]
        data = primitive.on_floats(*numbers)
        parents = [i for i, x in enumerate(constants) if isinstance(x, Value)]
        reflected = len(operands) == 2 and parents == [1]
        tag = tag_in_context(primitive.reflected_tag if reflected else primitive.tag)
        if tag is None:
            return Value(data)
        out = _new(Value)
        out._raw = float(data)
        out.grad = 0.0
        out._tag = tag
        out._b = None
        out._db = 0.0
        out._uses = 0
        partials = [float(primitive.local_derivative(floats, i, data, numbers) or 0.0) for i in parents]
        if len(operands) > 2:
            # A partial of exactly 0 is a branch not taken: nothing flows, not even 0 times infinity.
            taken = [(constants[i], d) for i, d in zip(parents, partials, strict=True) if d]
            out._a = tuple(x for x, _ in taken)
            out._da = tuple(d for _, d in taken)
            out._db = tuple(constants)
        else:
            out._a = constants[parents[0]]
            out._da = partials[0]
            if len(parents) == 2:
                out._b = operands[1]
                out._db = partials[1]
            elif len(operands) == 2:
                out._db = constants[0] if reflected else constants[1]
        if tag.origin is not None:
            watcher().recorded(out, numbers)
        return out

    def __repr__(self) -> str:
        parts = [short(self._raw)]
        if not (type(self.grad) is float and self.grad == 0.0):
            gradient = self.grad.data if isinstance(self.grad, Node) else self.grad
            parts.append(f"grad={short(float(gradient))}")
        if self.op is not None:
            parts.append(f"op={self.op.name}")
        if self.label:
            parts.append(f"label={self.label!r}")
        return f"Value({', '.join(parts)})"


def short(number: float) -> str:
    """The number in full where that is short, with six digits otherwise."""
    full = repr(number)
    return full if len(full) <= 8 else f"{number:.6g}"


carriers[Value.rank] = Value
_new = object.__new__


def _number(data: Any) -> float:
    if isinstance(data, str | bytes | bytearray | Node):
        hint = "use its .data, or .detach() for a new leaf" if isinstance(data, Node) else "give a number"
        raise DtypeError(f"Value() holds one real number, got {data!r}: {hint}")
    if isinstance(data, np.ndarray):
        check_unmasked(data, "Value()")
        if data.ndim:
            raise DtypeError(f"Value() holds one number, got an array of shape {data.shape}: use Tensor")
    try:
        return float(data)
    except (TypeError, ValueError):
        raise DtypeError(
            f"Value() holds one real number, got {data!r} of type {type(data).__name__}"
        ) from None


def _operand(primitive: Elementwise, x: Any) -> float | bool:
    if isinstance(x, bool | np.bool_):
        return bool(x)
    try:
        return _number(x)
    except DtypeError:
        raise DtypeError(
            f"{primitive.name}() of a Value takes real numbers and Values beside it, got {x!r}"
        ) from None


def _comparable(other: object) -> bool:
    return isinstance(other, Value | int | float | np.integer | np.floating)


def _compared(other: Any) -> Any:
    return other._raw if isinstance(other, Value) else other


def _backward(root: Value, cotangent: float) -> None:
    """The sweep for plain numbers: :func:`sweeping.sweep` with counts and cotangents kept in the slots.

    The local derivatives were computed with the values, so a visit is a multiplication and an
    addition. Cotangents build up in ``grad`` itself; what a node on the way held before is set aside
    first and added back afterwards, so that every call adds exactly once.
    """
    set_aside: list[tuple[Value, Any]] = []
    order = [root]
    try:
        for node in order:  # count the uses of every node; the list grows while it is read
            a = node._a
            b = node._b
            if node.grad and a is not None:
                set_aside.append((node, node.grad))
                node.grad = 0.0
            if b is not None:
                if b._a is not None:
                    if not b._uses:
                        order.append(b)
                    b._uses += 1
            elif type(a) is tuple:
                for x in a:
                    if x._a is not None:
                        if not x._uses:
                            order.append(x)
                        x._uses += 1
                continue
            if a is not None and a._a is not None:
                if not a._uses:
                    order.append(a)
                a._uses += 1
        root.grad = root.grad + cotangent
        ready = [root] if root._a is not None else []
        for node in ready:  # release a node when its last use has paid in
            gradient = node.grad
            a = node._a
            b = node._b
            if b is not None:
                b.grad += gradient * node._db
                if b._a is not None:
                    b._uses = uses = b._uses - 1
                    if not uses:
                        ready.append(b)
            elif type(a) is tuple:
                for x, partial in zip(a, node._da):
                    x.grad += gradient * partial
                    if x._a is not None:
                        x._uses -= 1
                        if not x._uses:
                            ready.append(x)
                continue
            a.grad += gradient * node._da
            if a._a is not None:
                a._uses = uses = a._uses - 1
                if not uses:
                    ready.append(a)
    except BaseException:  # an interrupt must not leave counts behind that a later sweep would trust
        for node in order:
            node._uses = 0
        raise
    finally:
        for node, before in set_aside:
            node.grad += before
