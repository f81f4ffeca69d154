"""Tensor: a node that holds an array."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Never

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from . import structure
from .assigning import Reading, ViewOf, assign, note_reading, note_view
from .context import array_of, entered, here, is_recording, tag_in_context, watcher
from .dtypes import as_array, asarray, default_dtype, in_common
from .errors import DomainError, DtypeError, GraphError, ShapeError, UnsizedError
from .graph import Node, carriers, refused_truths
from .leaving import check_leaving
from .masks import check_unmasked
from .methods import OPERANDS
from .primitive import (
    Elementwise,
    Namespace,
    Primitive,
    Tag,
    arrays,
    nodes,
)
from .protocols import call_function, call_ufunc, without_nodes
from .spelling import refuse
from .structure.operands import holds_nodes, names_of, shape_of, without_lists
from .sweeping import backward
from .tensor_methods import ArrayMethods
from .watching import WHOLE, Prints, disturbed, fingerprint, kept, sample
from .watching import moment as _moment

__all__ = ["Tensor"]

Array = np.ndarray[Any, np.dtype[Any]]

_LEAF = Tag(None)
_NO_PARAMETERS: dict[str, Any] = {}
_THE_ONE = (True,)


class Tensor(ArrayMethods):
    """An array in a computation graph.

    Args:
        data: an array, which keeps its dtype and is shared, not copied; or numbers and nested lists,
            which take the default dtype.
        requires_grad: whether :meth:`backward` is to compute the gradient with respect to this
            tensor. Integers and booleans (labels, masks, indices) never have one.
        dtype: the dtype to convert to.
        label: a name for drawings and messages.

    Raises:
        DtypeError: if ``data`` is not made of real numbers, or a gradient of integers is asked for.

    >>> w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> x = Tensor([1.0, -1.0])
    >>> loss = (w @ x).square().sum()
    >>> loss.backward()
    >>> loss
    Tensor(2., op=sum)
    >>> w.grad
    array([[-2.,  2.],
           [-2.,  2.]])
    """

    # ``_mark`` says whether the program may have hold of the array: None if it has not, as of a result that
    # was never asked for its ``data``; else the fingerprint from when it was asked, empty for an array that
    # the program has brought along. ``_written`` is the moment of the last change through the library.
    # ``_prints`` are the fingerprints of what the operation needs for its rule and the program has hold of,
    # each with the number of the input.
    # ``_used`` is the tag of an operation that has used the tensor, or what was read from it by index.
    __slots__ = (
        "__weakref__",
        "_created",
        "_grad",
        "_mark",
        "_prints",
        "_raw",
        "_tag",
        "_used",
        "_written",
        "inputs",
        "parameters",
        "requires_grad",
        "residuals",
        "values",
        "wanted",
    )

    rank: ClassVar[int] = 2
    namespace: ClassVar[Namespace] = arrays

    inputs: tuple[Any, ...]
    parameters: dict[str, Any]
    requires_grad: bool
    residuals: Any
    values: Sequence[Any]
    wanted: Sequence[bool]
    _created: int
    _raw: Array
    _grad: Any
    _mark: bytes | None
    _written: int
    _prints: Prints
    _used: Tag | ViewOf | list[Reading] | None

    def __init__(
        self,
        data: ArrayLike | Tensor,
        requires_grad: bool = False,
        dtype: DTypeLike | None = None,
        label: str = "",
        **unknown: Never,
    ) -> None:
        if unknown:
            refuse(Tensor, unknown)
        if isinstance(data, Node):
            raise DtypeError(
                f"Tensor() makes a leaf from plain numbers, got {data!r}: "
                "use its .data, .detach() for a leaf, or stack([...]) to join Values"
            )
        self._raw = as_array(data, dtype)
        if requires_grad and self._raw.dtype.kind != "f":
            raise DtypeError(
                f"Tensor(requires_grad=True): dtype {self._raw.dtype} has no gradient, "
                f"make it floating-point with dtype={default_dtype()}"
            )
        self._grad = None
        self.requires_grad = bool(requires_grad)
        self.inputs = self.values = self.wanted = ()
        self.parameters = _NO_PARAMETERS
        self.residuals = None
        self._tag = Tag(None, label=label) if label else _LEAF
        self._created = self._written = 0
        self._mark = None if isinstance(data, list | tuple | int | float) else b""
        self._prints = self._used = None

    @classmethod
    def holding(cls, data: Array) -> Tensor:
        held = _node(data)
        held._mark = b""
        return held

    # -- recording ------------------------------------------------------------------------------

    @classmethod
    def record(cls, primitive: Primitive, operands: tuple[Any, ...], parameters: dict[str, Any]) -> Tensor:
        values: list[Any] = []
        used: list[Tensor] = []
        wanted: list[bool] = []
        watched: list[int] = []
        foreign = numbers = False
        for x in operands:
            if isinstance(x, Tensor):
                if x._mark is not None:
                    watched.append(len(values))
                used.append(x)
                values.append(x._raw)
                wanted.append(x.requires_grad)
            elif isinstance(x, Node):
                values.append(x.data)
                wanted.append(True)
                numbers = True
            else:
                wanted.append(False)
                if type(x) is float or type(x) is int:
                    values.append(x)
                elif isinstance(x, list | tuple) and holds_nodes(x):
                    return cls.record(primitive, tuple(without_lists(*operands)), parameters)
                else:
                    values.append(_operand(primitive, x))
                    foreign = True
        recorder = here().state.recorder if entered else None
        if recorder is not None:  # a program that is run again asks for its numbers again: none are watched
            values, watched = recorder.operands(operands, values), []
        data, residuals = _computed(primitive, values, parameters, operands, recorder)
        if True not in wanted or data.dtype.kind != "f":
            return _node(data)
        tag: Tag | None = primitive.tag
        if entered:
            tag = here().state.tags.get(primitive.tag) or tag_in_context(primitive.tag)
        if tag is None:
            return _node(data)
        if foreign:
            if primitive.reads_inputs:
                values = [
                    kept(x, v, i, watched) for i, (x, v) in enumerate(zip(operands, values, strict=True))
                ]
            operands = tuple(x if isinstance(x, Node) else v for x, v in zip(operands, values, strict=True))
        prints = None
        if watched and primitive.reads_inputs:
            prints = []
            for i in watched:
                part = values[i] if values[i].nbytes <= WHOLE else sample(values[i])
                prints.append((i, part, part.tobytes()))
        if numbers and not isinstance(primitive, Elementwise):  # whose rules ask a Value for its shape
            values = [asarray(v) if isinstance(x, Node) else v for x, v in zip(operands, values, strict=True)]
        for x in used:
            x._used = tag
        out = _recorded(data, tag, operands, values, wanted, parameters, residuals, prints)
        if tag.origin is not None:
            watcher().recorded(out, values)
        return out

    def _unary(self, primitive: Primitive, parameters: dict[str, Any]) -> Tensor:
        if entered and here().state.recorder is not None:
            return self.record(primitive, (self,), parameters)
        value = self._raw
        values = [value]
        data, residuals = _computed(primitive, values, parameters, (self,))
        tag: Tag | None = None
        if self.requires_grad and data.dtype.kind == "f":
            tag = primitive.tag
            if entered:
                tag = here().state.tags.get(primitive.tag) or tag_in_context(primitive.tag)
        if tag is None:
            plain = self._tag is _LEAF and data.base is None
            return _node(data) if plain else self._unrecorded(data, primitive, parameters)
        self._used = tag
        prints = mark = None
        if self._mark is not None:
            if primitive.reads_inputs:
                part = value if value.nbytes <= WHOLE else sample(value)
                prints = ((0, part, part.tobytes()),)
            elif data.base is not None or data is value:  # it shows what others have hold of
                mark = fingerprint(data)
        out = _recorded(data, tag, (self,), values, _THE_ONE, parameters, residuals, prints)
        if mark is not None:
            out._mark = mark
        if tag.origin is not None:
            watcher().recorded(out, values)
        return out

    def _unrecorded(self, data: Array, primitive: Primitive, parameters: dict[str, Any]) -> Tensor:
        """A leaf that is called after this node, if it shows it in another shape or a part of it; it may
        share memory.
        """
        out = _node(data)
        if primitive.named_after is not None and (label := self.label):
            out.label = primitive.named_after(label, **parameters)
        if np.may_share_memory(data, self._raw):
            self.data  # noqa: B018  which can be written to through the view
            out._mark = b""
            note_view(self, out, parameters.get("index"))
        return out

    def _binary(self, primitive: Any, other: Any) -> Tensor:
        # Two tensors of one dtype, or a tensor and a number, need none of record()'s detours.
        x = self._raw
        if isinstance(other, Tensor):
            y: Any = other._raw
            wanted = self.requires_grad, other.requires_grad
            direct = x.dtype is y.dtype and True in wanted
        else:
            y = other
            wanted = True, False
            direct = self.requires_grad and (type(y) is float or type(y) is int)
        tag: Tag | None = primitive.tag
        if entered:
            tag = here().state.tags.get(primitive.tag) or tag_in_context(primitive.tag)
            direct = direct and here().state.recorder is None
        if not direct or tag is None or tag.origin is not None:
            return self.record(primitive, (self, other), {})
        try:
            data = primitive.forward(x, y)
        except ValueError as error:
            raise _failure(primitive, (self, other), error) from None
        if type(data) is not np.ndarray:  # NumPy gives scalars for arrays without axes
            data = np.asarray(data)
        if data.dtype is not x.dtype and data.dtype.kind != "f":
            return _node(data)
        self._used = tag
        inputs = (self, other)
        prints: Prints = None
        if y is not other:
            other._used = tag
        if primitive.reads_inputs:
            if self._mark is not None:
                part = x if x.nbytes <= WHOLE else sample(x)
                prints = ((0, part, part.tobytes()),)
            if y is not other and other._mark is not None and other is not self:
                part = y if y.nbytes <= WHOLE else sample(y)
                prints = (*(prints or ()), (1, part, part.tobytes()))
        return _recorded(data, tag, inputs, (x, y), wanted, _NO_PARAMETERS, None, prints)

    def _with_inputs(self, inputs: Sequence[Any]) -> Tensor:
        copied = type(self).__new__(type(self))
        for slot in _SLOTS:
            setattr(copied, slot, getattr(self, slot))
        copied.inputs = tuple(inputs)
        copied.values = [
            x._raw if isinstance(x, Tensor) else v for x, v in zip(inputs, self.values, strict=True)
        ]
        if copied._tag.hooks:  # they were given to this tensor alone
            copied._tag = copied._tag.but(hooks=())
        copied._created, copied._written = (_moment() if inputs else 0), 0
        copied._used = None
        return copied

    def __reduce__(self) -> tuple[Any, ...]:
        if self.inputs:
            raise GraphError(
                f"{self!r} is the result of a computation; only leaves can be pickled: use .detach()"
            )
        if self.is_followed:
            raise GraphError(
                f"{self!r} is being differentiated by: a pickled copy would lose the gradient; use .detach()"
            )
        return _restore, (type(self), self.data, self.requires_grad, self.label)

    # -- gradients ------------------------------------------------------------------------------

    backward = backward

    def _weight(self, cotangent: Any, create_graph: bool) -> Any:
        if cotangent is None:
            if self._raw.size != 1:
                raise GraphError(
                    f"backward() starts from a single number, this tensor has shape {self.shape}: reduce "
                    "it first, .sum().backward(), or give the weight of each element, "
                    f".backward(np.ones({self.shape}))"
                )
            weight = np.ones(self._raw.shape, self._raw.dtype)
        elif isinstance(cotangent, Tensor):
            weight = array_of(cotangent) if entered else cotangent._raw
        else:
            weight = as_array(cotangent, self._raw.dtype, "backward()")
        if weight.shape != self._raw.shape:
            raise ShapeError(f"backward(): the cotangent has shape {weight.shape}, the tensor {self.shape}")
        if not create_graph:
            return weight
        return cotangent if isinstance(cotangent, Tensor) else Tensor(weight)

    @property
    def grad(self) -> Any:
        """The gradient that backward passes have added up here, None before the first.

        A result keeps none, unless :meth:`retain_grad` was called: reading it is warned of.
        """
        recorder = here().state.recorder if entered else None
        gradient = self._grad if recorder is None else recorder.gradient_of(self)
        if gradient is None and self.inputs and not self._tag.retains:
            made_by = getattr(self._tag.primitive, "name", "a computation")
            warnings.warn(
                f"this tensor is the result of {made_by!r}, and backward() leaves gradients in leaves: call "
                "its .retain_grad() before backward(), or read .grad of a leaf",
                stacklevel=2,
            )
        return gradient

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if entered and (recorder := here().state.recorder) is not None:
            recorder.keep_gradient(self, gradient)
        else:
            self._grad = gradient

    def retain_grad(self) -> Tensor:
        """Keep the gradient of this tensor although it is not a leaf; returns the tensor."""
        self._tag = self._tag.but(retains=True)
        return self

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    def detach(self) -> Tensor:
        """A leaf with the same data, shared: gradients stop here."""
        return Tensor(self.data, label=self.label)

    # -- the array ------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The array itself. Whoever writes into it changes the tensor outside the graph; a backward pass that
        needs the old numbers is refused then.
        """
        if entered and (recorder := here().state.recorder) is not None:
            return recorder.read(self)  # type: ignore[no-any-return]
        if self._mark is None:
            self._mark = fingerprint(self._raw)
            disturbed[-1] = _moment()
        return self._raw

    @data.setter
    def data(self, data: ArrayLike) -> None:
        if entered and (recorder := here().state.recorder) is not None:
            recorder.write(self, ..., as_array(data, owner="tensor.data ="))
            return
        if self._mark is None:
            self._mark = fingerprint(self._raw)
        disturbed[-1] = _moment()
        self._raw = as_array(data, owner="tensor.data =")

    @property
    def shape(self) -> tuple[int, ...]:
        shape: tuple[int, ...] = self._raw.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._raw.dtype

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return nodes.transpose(self, axes=tuple(range(self.ndim))[::-1])  # type: ignore[no-any-return]

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged: every matrix of a batch transposed."""
        if self.ndim < 2:
            raise ShapeError(f"mT transposes matrices, this tensor has shape {self.shape}")
        return structure.swapaxes(self, -1, -2)  # type: ignore[no-any-return]

    def numpy(self, force: bool = False) -> Array:
        """The data: the array itself, not a copy. What is computed from it is not recorded. ``force`` is
        PyTorch's and changes nothing.
        """
        return self.data

    def item(self) -> float | int | bool:
        """The single element as a Python number.

        Raises:
            ShapeError: if there is not exactly one element.
        """
        if self._raw.size != 1:
            raise ShapeError(f"item() needs exactly one element, this tensor has shape {self.shape}")
        return array_of(self).item()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """The data as nested lists of Python numbers."""
        return array_of(self).tolist()

    def __len__(self) -> int:
        if not self._raw.ndim:
            raise UnsizedError(
                "a 0-dimensional tensor has no length and no elements to go through: use item()"
            )
        return len(self._raw)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        if self._raw.size != 1:
            raise ShapeError(
                f"the truth of {self._raw.size} elements is ambiguous (shape {self.shape}): "
                "compare with .data.any() or .data.all()"
            )
        return bool(array_of(self))

    def __float__(self) -> float:
        if self.requires_grad:
            check_leaving()
        return float(self.item())

    def __index__(self) -> int:
        return array_of(self).__index__()  # type: ignore[no-any-return]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        if self.requires_grad:
            check_leaving()
        return np.array(self.data, dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        """The array for other libraries, ``torch.from_dlpack(tensor)``; it leaves the graph."""
        if self.requires_grad:
            check_leaving()
        return self.data.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return array_of(self).__dlpack_device__()

    __array_ufunc__ = call_ufunc
    __array_function__ = call_function

    # -- operators that only arrays have ----------------------------------------------------------

    def __matmul__(self, other: Any) -> Tensor:
        if isinstance(other, Tensor):
            left, right = self._raw.shape, other._raw.shape
            if len(left) == 2 == len(right) and left[1] == right[0]:
                return self._binary(nodes.matmul, other)
        return structure.matmul(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __rmatmul__(self, other: Any) -> Tensor:
        return structure.matmul(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __getitem__(self, index: Any) -> Tensor:
        before = self._used
        out: Tensor = structure.getitem(self, index)
        if out.inputs and self.inputs and type(before) is not Tag:  # the tensor may yet be assigned to
            self._used = before
            note_reading(self, out, out.parameters["index"])
        return out

    def __setitem__(self, index: Any, value: Any) -> None:
        for taken in assign(self, index, value):
            taken.__class__ = _WrittenOver

    def _in_place(self, symbol: str, computed: Callable[[Any, Any], Any], other: Any) -> Any:
        """``self += other``: a new tensor; under no_grad() a leaf that requires a gradient changes itself."""
        if self.requires_grad and not self.inputs and not is_recording():
            self[...] = computed(self, other)
            return self
        used: Any = self._used
        if type(used) is Tag and used.primitive is not None:
            raise GraphError(
                f"tensor {symbol}= value would change a tensor that {used.primitive.name!r} has used. "
                f"Write tensor = tensor {symbol} value for a new tensor, or change a leaf (a weight, say) "
                f"after backward(), with no_grad(): tensor {symbol}= value"
            )
        return computed(self, other)

    def __iadd__(self, other: Any) -> Any:
        return self._in_place("+", operator.add, other)

    def __isub__(self, other: Any) -> Any:
        return self._in_place("-", operator.sub, other)

    def __imul__(self, other: Any) -> Any:
        return self._in_place("*", operator.mul, other)

    def __itruediv__(self, other: Any) -> Any:
        return self._in_place("/", operator.truediv, other)

    def __ifloordiv__(self, other: Any) -> Any:
        return self._in_place("//", operator.floordiv, other)

    def __imod__(self, other: Any) -> Any:
        return self._in_place("%", operator.mod, other)

    def __ipow__(self, other: Any) -> Any:
        return self._in_place("**", operator.pow, other)

    def __imatmul__(self, other: Any) -> Any:
        return self._in_place("@", operator.matmul, other)

    def __eq__(self, other: object) -> Any:
        return _compare(np.equal, self, other)

    def __ne__(self, other: object) -> Any:
        return _compare(np.not_equal, self, other)

    def __lt__(self, other: Any) -> Any:
        return _compare(np.less, self, other)

    def __le__(self, other: Any) -> Any:
        return _compare(np.less_equal, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compare(np.greater, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compare(np.greater_equal, self, other)

    def __and__(self, other: Any) -> Any:
        return _compare(np.bitwise_and, self, other)

    def __or__(self, other: Any) -> Any:
        return _compare(np.bitwise_or, self, other)

    def __xor__(self, other: Any) -> Any:
        return _compare(np.bitwise_xor, self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Tensor:
        return _node(asarray(np.invert(array_of(self))))

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        name = type(self).__name__
        with np.printoptions(threshold=24, edgeitems=3, precision=6, suppress=False):
            text = np.array2string(array_of(self), separator=", ", prefix=f"{name}(")
        parts = [text]
        if self._raw.size > 24 or not self._raw.size:
            parts.append(f"shape={self.shape}")
        if self._raw.dtype != default_dtype():
            parts.append(f"dtype={self._raw.dtype}")
        if self.op is not None:
            parts.append(f"op={self.op.name}")
        elif self.requires_grad:
            parts.append("requires_grad=True")
        if self.label:
            parts.append(f"label={self.label!r}")
        return f"{name}({', '.join(parts)})"


class _WrittenOver(Tensor):
    """What was taken out of a tensor before it was written over, which in NumPy would show."""

    __slots__ = ()

    @property
    def _used(self) -> Any:
        """Every operation that records says here that it has used its operands."""
        return _LEAF

    @_used.setter
    def _used(self, tag: Any) -> None:
        if tag.order:  # a backward pass needs it as it was
            return
        raise GraphError(
            f"this tensor of shape {self.shape} was taken out of another one, where it has been written over "
            "since: take it out anew, tensor[index], or take a copy before, tensor[index].copy()"
        )


carriers[Tensor.rank] = Tensor
_OF_SEVERAL = (np.ndarray, list, tuple)
_SLOTS = [slot for slot in Tensor.__slots__ if slot != "__weakref__"]
_new = object.__new__


def _node(data: Array) -> Tensor:
    """A leaf without gradient, made without the checks of the constructor."""
    out = _new(Tensor)
    out._raw = data
    out._grad = None
    out.requires_grad = False
    out.inputs = out.values = out.wanted = ()
    out.parameters = _NO_PARAMETERS
    out.residuals = None
    out._tag = _LEAF
    out._created = out._written = 0
    out._mark = out._prints = out._used = None
    return out


def _computed(
    primitive: Primitive,
    values: list[Any],
    parameters: dict[str, Any],
    operands: tuple[Any, ...],
    recorder: Any = None,
) -> tuple[Array, Any]:
    """What the primitive gives, in the dtype that is proper, and its residuals."""
    residuals = None
    try:
        if recorder is not None:
            data, residuals = recorder.computed(primitive, values, parameters)
        elif primitive.forward_with_residuals is None:
            data = primitive.forward(*values, **parameters)
        else:
            data, residuals = primitive.forward_with_residuals(*values, **parameters)
        for value in values:
            if isinstance(value, np.ndarray) and value.dtype is not data.dtype:
                common = in_common(values, primitive.floating)
                if common is not values:  # integers have met floating-point numbers
                    return _computed(primitive, common, parameters, operands, recorder)
                break
    except ValueError as error:
        if isinstance(primitive, Elementwise):
            raise _failure(primitive, operands, error) from None
        raise
    except TypeError as error:
        raise refused_truths(primitive, values, error) from None
    return (data if isinstance(data, np.ndarray) else np.asarray(data)), residuals


def _recorded(
    data: Array,
    tag: Tag,
    inputs: tuple[Any, ...],
    values: Sequence[Any],
    wanted: Sequence[bool],
    parameters: dict[str, Any],
    residuals: Any,
    prints: Prints,
) -> Tensor:
    out = _new(Tensor)
    out._raw = data
    out._grad = None
    out.requires_grad = True
    out.inputs = inputs
    out.values = values
    out.wanted = wanted
    out.parameters = parameters
    out.residuals = residuals
    out._tag = tag
    out._mark = out._used = None
    out._written = 0
    out._prints = prints
    out._created = _moment()
    return out


def _restore(kind: type[Tensor], data: Array, requires_grad: bool, label: str) -> Tensor:
    out = _new(kind)
    Tensor.__init__(out, data, requires_grad, label=label)
    return out


def _operand(primitive: Primitive, x: Any) -> Any:
    """A plain operand beside a tensor: numbers stay numbers, so that they promote nothing."""
    if isinstance(x, bool | np.generic) or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
        return x
    check_unmasked(x, f"{primitive.name}()")
    try:
        return as_array(x, owner=f"{primitive.name}()")
    except DtypeError:
        raise DtypeError(
            f"{primitive.name}() takes numbers, arrays and nodes, got {x!r} of type {type(x).__name__}"
        ) from None


def _failure(primitive: Primitive, operands: tuple[Any, ...], error: ValueError) -> Exception:
    """What NumPy refused, in terms of the operation."""
    try:
        np.broadcast_shapes(*map(shape_of, operands))
    except ValueError:
        listed = " and ".join(map(str, map(shape_of, operands)))
        names = names_of(*operands) if len(operands) == 2 else ""
        return ShapeError(
            f"{primitive.name}: shapes {listed} do not broadcast{names}; from the last axis backwards, "
            "lengths have to be equal or one of them 1"
        )
    return DomainError(f"{primitive.name}: {error}")


def _compare(ufunc: np.ufunc, a: Tensor, b: Any) -> Any:
    """Comparisons and logic give booleans, which have no gradient and are not recorded."""
    if not isinstance(b, OPERANDS):
        return NotImplemented
    value = b.data if isinstance(b, Node) else b
    if type(value) is not np.ndarray and isinstance(value, _OF_SEVERAL):
        check_unmasked(value, f"{ufunc.__name__}()")
        value = without_nodes(value)
    try:
        return _node(asarray(ufunc(array_of(a), value)))
    except ValueError:
        listed = f"{a.shape} and {np.shape(value)}"
        raise ShapeError(f"{ufunc.__name__}: shapes {listed} do not broadcast{names_of(a, b)}") from None
