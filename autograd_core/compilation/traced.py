"""The array that writes down what NumPy does with it.

For Python it is an array: it has a shape, operators and methods, and says so to ``isinstance``. For NumPy's C
code it is none, so NumPy has to ask it what to do (``__array_ufunc__``, ``__array_function__``), and each
answer is an instruction. That is the point of not inheriting from ``ndarray``: whoever would compute with the
bare numbers, past the recording, finds none, and is refused. A number that is lost cannot be lost in silence.

The numbers of the recorded run are at hand all the same (:func:`bare`): they give shapes and dtypes, and the
result of the first run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, Protocol
from weakref import ref

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..dtypes import StandIn
from ..graph import Node
from .program import InstructionKind, Variable

Array = np.ndarray[Any, np.dtype[Any]]
Function = Callable[..., Any]

_BY_SHAPE = {np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj}
"""Functions that look at shapes and dtypes only, which are part of what a program is made for."""

_ALIKE = {np.empty_like, np.zeros_like, np.ones_like, np.full_like}
"""Functions whose result somebody may be about to write into."""

_IN_PLACE = {np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis}
"""Functions that change their first argument."""

_AS_TEXT = {np.array2string, np.array_repr, np.array_str}

_BY_NUMBERS = {
    np.nonzero, np.flatnonzero, np.argwhere, np.extract, np.compress, np.trim_zeros, np.unique, np.repeat,
    np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values, np.union1d, np.intersect1d,
    np.setdiff1d, np.setxor1d, np.bincount, np.delete,
}  # fmt: skip
"""Functions the shape of whose result depends on the numbers: the shape is guarded."""


class Recording(Protocol):
    """What an array tells, and whom it asks: :class:`~.recording.Recorder`."""

    namespace: Any
    """What rules compute with."""

    def emit(
        self,
        kind: InstructionKind,
        function: Function,
        operands: Sequence[Any],
        data: Any,
        keywords: dict[str, Any] | None = None,
    ) -> Traced:
        """An instruction that makes one array, which held ``data`` in this run."""

    def opaque(
        self,
        function: Function,
        operands: Sequence[Any],
        keywords: dict[str, Any],
        by_numbers: bool = False,
    ) -> Any:
        """A call of which nothing is known but what it takes and gives."""

    def constant(self, array: Array) -> Traced:
        """An array that is the same at every run."""

    def guard(self, truth: Traced) -> bool:
        """Which way the run went."""

    def guard_counts(self, index: Any) -> None:
        """How many a mask in an index lets through."""

    def written(self, target: Traced) -> None:
        """An array of the outside has been changed in place."""

    def refuse(self, reason: str) -> NoReturn:
        """The recording is given up."""


class Traced(NDArrayOperatorsMixin, StandIn):
    """An array of the run that is being recorded.

    Attributes:
        data: its numbers in this run, never changed in place.
        variable: what it is in the program. What is done to it in place gives it another one.
        outside: the array of the outside world that it is, if it is one: what is written into it is written
            there when the run is over.
        is_number: whether it will be a Python number in the result; beside an array it promotes nothing.
    """

    __slots__ = ("__weakref__", "_views", "_whole", "data", "is_number", "outside", "recorder", "variable")

    __array_priority__ = 1000.0
    __hash__ = None  # type: ignore[assignment]  # as that of an array

    def __init__(
        self, data: Any, variable: Variable, recorder: Recording, outside: Array | None = None
    ) -> None:
        self.data = data
        self.variable = variable
        self.recorder = recorder
        self.outside = outside
        self.is_number = False
        self._whole: tuple[Traced, Function] | None = None  # what this is a view of, and how
        self._views: list[ref[Traced]] = []

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # what isinstance() asks beside type()
        return np.ndarray

    # -- what NumPy asks --------------------------------------------------------------------------

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Any, ...] = (), **keywords: Any
    ) -> Any:
        if any(isinstance(x, Node) for x in inputs):
            return NotImplemented
        if any(isinstance(x, Traced) and x.is_number for x in inputs):
            if method == "__call__" and not out and not keywords and all(map(_is_number, inputs)):
                return self._of_numbers(ufunc, inputs)
            inputs = _promoting_nothing(inputs)
        if method == "at":
            self.refuse(f"np.{ufunc.__name__}.at writes into an array: use autograd_core.scatter_add")
        if method == "reduce":
            keywords = {k: x for k, x in keywords.items() if not (k == "keepdims" and x is False)}
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if keywords.get("where", True) is not True and any(x is not None for x in out):
            return _into(out, self.recorder.opaque(_where_it_holds(function), (out[0], *inputs), keywords))
        plain = method in ("__call__", "reduce") and keywords.keys() <= {"axis", "keepdims"}
        if ufunc.nout > 1 or not plain:
            made = self.recorder.opaque(function, inputs, keywords)
        else:
            single = method == "__call__" and ufunc.signature is None
            data = function(*bare(inputs), **bare(keywords))
            made = self.recorder.emit("ufunc" if single else "product", function, inputs, data, keywords)
        return _into(out, made) if any(x is not None for x in out) else made

    def _of_numbers(self, ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
        """What Python computes of numbers, which is a number; where that fails NumPy would not."""
        if ufunc in (np.true_divide, np.floor_divide, np.remainder) and inputs[1] == 0:
            self.refuse("a number is divided by 0")
        if ufunc is np.power and not inputs[0] > 0:
            self.refuse("a power of a number that is not above 0")
        data = ufunc(*bare(inputs))
        made = self.recorder.emit("ufunc", ufunc, inputs, data)
        return made.number() if data.dtype.kind == "f" else made

    def __array_function__(
        self, function: Function, types: Sequence[type], inputs: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        if any(issubclass(kind, Node) for kind in types):
            return NotImplemented
        if function in _BY_SHAPE:
            return function(*bare(inputs), **bare(keywords))
        if function in (np.may_share_memory, np.shares_memory):
            return False  # nothing that is recorded changes what somebody else sees
        if function in _AS_TEXT:
            str(self)
        if function in _IN_PLACE:
            return self._changed_by(function, inputs, keywords)
        out = keywords.pop("out", None) if "out" in keywords else None
        if function in _ALIKE:
            return self.recorder.constant(function(*bare(inputs), **bare(keywords)))
        made = self.recorder.opaque(function, inputs, keywords, by_numbers=function in _BY_NUMBERS)
        return made if out is None else _into((out,), made)

    def _changed_by(self, function: Function, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        target, *others = inputs
        if not isinstance(target, Traced):
            self.refuse(f"np.{function.__name__} writes into an array that was there before")
        target.become(self.recorder.opaque(_on_a_copy(function), (target, *others), keywords))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        self.refuse("numbers leave the recording, and would be the same at every run")

    # -- what is an array by its shape ------------------------------------------------------------

    shape = property(lambda self: np.shape(self.data))
    ndim = property(lambda self: np.ndim(self.data))
    size = property(lambda self: np.size(self.data))
    dtype = property(lambda self: self.data.dtype)
    nbytes = property(lambda self: self.data.nbytes)
    itemsize = property(lambda self: self.data.itemsize)
    strides = property(lambda self: np.asarray(self.data).strides)
    flags = property(lambda self: np.asarray(self.data).flags)
    base = None
    namespace = property(lambda self: self.recorder.namespace)

    @property
    def is_scalar(self) -> bool:  # type: ignore[override]
        """Whether NumPy has given a number in place of an array without axes."""
        return type(self.data) is not np.ndarray

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"<array of a program, {self.dtype}{list(self.shape)}>"

    def __str__(self) -> str:
        self.refuse("numbers become a text: return them, and print them outside")

    def __format__(self, how: str) -> str:
        return str(self)

    # -- methods: NumPy's functions and ufuncs know how each is recorded --------------------------

    T = property(lambda self: self.transpose())
    mT = property(lambda self: np.swapaxes(self, -1, -2))  # noqa: N815
    real = property(lambda self: np.real(self))
    flat = property(lambda self: self.refuse("array.flat goes through numbers one by one: use array.ravel()"))

    def reshape(self, *shape: Any, order: Any = "C", copy: bool | None = None) -> Traced:
        wanted = shape[0] if len(shape) == 1 else shape
        return self._method("reshape", np.reshape(self.data, wanted).shape, order=order)

    def transpose(self, *axes: Any) -> Traced:
        return self._method("transpose", *axes)

    def ravel(self, order: Any = "C") -> Traced:
        return self._method("ravel", order)

    def flatten(self, order: Any = "C") -> Traced:
        return self._method("flatten", order)

    def astype(self, dtype: Any, *options: Any, copy: bool = True, **more: Any) -> Traced:
        if np.dtype(dtype) == self.dtype and not options:
            return self.copy() if copy else self
        return self._method("astype", np.dtype(dtype), *options, **more)

    def view(self, dtype: Any) -> Traced:
        return self._method("view", dtype)

    def copy(self, order: Any = "C") -> Traced:
        """Another name of the same numbers: a variable never changes, only which one a name stands for."""
        return Traced(self.data, self.variable, self.recorder)

    def _method(self, name: str, *given: Any, **options: Any) -> Traced:
        return self.recorder.opaque(_method_of(name), (self, *given), options)  # type: ignore[no-any-return]

    def any(self, axis: Any = None, **options: Any) -> Any:
        return np.logical_or.reduce(self, axis=axis, **options)

    def all(self, axis: Any = None, **options: Any) -> Any:
        return np.logical_and.reduce(self, axis=axis, **options)

    def sum(self, axis: Any = None, **options: Any) -> Any:
        return np.add.reduce(self, axis=axis, **options)

    def prod(self, axis: Any = None, **options: Any) -> Any:
        return np.multiply.reduce(self, axis=axis, **options)

    def max(self, axis: Any = None, **options: Any) -> Any:
        return np.maximum.reduce(self, axis=axis, **options)

    def min(self, axis: Any = None, **options: Any) -> Any:
        return np.minimum.reduce(self, axis=axis, **options)

    def dot(self, other: Any) -> Any:
        return np.dot(self, other)

    # -- elements ---------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        self.recorder.guard_counts(index)
        return self.recorder.opaque(_element, (self, index), {})

    def __setitem__(self, index: Any, value: Any) -> None:
        self.recorder.guard_counts(index)
        self.become(self.recorder.opaque(_with_element, (self, index, value), {}))

    def become(self, other: Traced) -> None:
        """Stand for other numbers from now on: what an assignment in place means where no number changes.

        What this is a view of changes with it, and so do its own views.
        """
        if other.shape != self.shape or other.dtype != self.dtype:
            if not np.can_cast(other.dtype, self.dtype, "same_kind"):
                raise TypeError(f"cannot write {other.dtype} into an array of {self.dtype}")
            spread: Any = np.broadcast_to(other, self.shape)
            other = spread.astype(self.dtype)
        self._stand_for(other)
        if self._whole is not None:
            whole, how = self._whole
            whole.become(self.recorder.opaque(_with_view(how), (whole, self), {}))
        elif self.outside is not None:
            self.recorder.written(self)

    def _stand_for(self, other: Traced) -> None:
        self.data, self.variable = other.data, other.variable
        for found in [one() for one in self._views]:
            if found is not None and found._whole is not None:
                found._stand_for(self.recorder.opaque(found._whole[1], (self,), {}))

    def shown_by(self, view: Traced, how: Function) -> None:
        """Remember that ``view`` is ``how(self)``, in the same memory."""
        view._whole = self, how
        self._views = [one for one in self._views if one() is not None] + [ref(view)]

    # -- where numbers would leave the recording --------------------------------------------------

    def __bool__(self) -> bool:
        return self.recorder.guard(self)

    def refuse(self, reason: str) -> NoReturn:
        """What cannot be recorded ends the recording."""
        self.recorder.refuse(reason)

    def _leaves(self, *_: Any) -> NoReturn:
        self.refuse(
            "a number of the computation becomes a Python number: return it, or compute with the array"
        )

    __float__ = __int__ = __index__ = __complex__ = item = tolist = _leaves

    def number(self) -> Traced:
        """The same as a Python number, in the result of a run."""
        number = Traced(self.data, self.variable, self.recorder)
        number.is_number = True
        return number

    def tobytes(self, *_: Any) -> NoReturn:
        """Refused, as every way to the numbers themselves."""
        self.refuse("the bytes of an array are asked for")


def _function_of(name: str) -> Function:
    def method(self: Traced, *given: Any, **options: Any) -> Any:
        return getattr(np, name)(self, *given, **options)

    method.__name__ = name
    return method


for _name in (
    "argmax", "argmin", "argsort", "choose", "clip", "compress", "conj", "cumprod", "cumsum", "diagonal",
    "mean", "nonzero", "ptp", "repeat", "round", "searchsorted", "squeeze", "std", "swapaxes", "take",
    "trace", "var",
):  # fmt: skip
    setattr(Traced, _name, _function_of(_name))


def bare(x: Any) -> Any:
    """The numbers of the recorded run, in a nested structure."""
    if isinstance(x, Traced):
        return x.data
    if type(x) in (tuple, list):
        return type(x)([bare(part) for part in x])
    if type(x) is dict:
        return {key: bare(part) for key, part in x.items()}
    return x


def _is_number(x: Any) -> bool:
    return type(x) in (bool, int, float) or (isinstance(x, Traced) and x.is_number)


def _promoting_nothing(inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers in the dtype of the arrays beside them, as NumPy takes Python's."""
    kinds = [x.dtype for x in inputs if isinstance(x, np.ndarray) and not getattr(x, "is_number", False)]
    kinds = [kind for kind in kinds if kind.kind == "f"]
    if not kinds:
        return inputs
    common = np.result_type(*kinds)
    return tuple(x.astype(common) if getattr(x, "is_number", False) else x for x in inputs)


def _into(out: tuple[Any, ...], made: Any) -> Any:
    """What ``out=`` asks for: the arrays that are to hold the results."""
    several = made if isinstance(made, tuple) else (made,)
    for target, one in zip(out, several, strict=True):
        if target is None:
            continue
        if not isinstance(target, Traced):
            one.refuse("out= writes into an array that was there before: give the result a name of its own")
        target.become(one)
    return out[0] if len(out) == 1 else out


# What instructions call. Each is made once for what it does, so that equal instructions are seen to be equal.


def _element(array: Array, index: Any) -> Any:
    return array[index]


def _with_element(array: Array, index: Any, value: Any) -> Array:
    changed = array.copy()
    changed[index] = value
    return changed


def _with_view(how: Function) -> Function:
    def with_view(array: Array, value: Any) -> Array:
        changed = array.copy("K")
        how(changed)[...] = value
        return changed

    return with_view


def _on_a_copy(function: Function) -> Function:
    def on_a_copy(target: Array, *given: Any, **options: Any) -> Array:
        changed = target.copy()
        function(changed, *given, **options)
        return changed

    on_a_copy.__name__ = function.__name__
    return on_a_copy


def _where_it_holds(function: Function) -> Function:
    def where_it_holds(out: Array, *given: Any, **options: Any) -> Array:
        changed = out.copy()
        function(*given, out=changed, **options)
        return changed

    where_it_holds.__name__ = function.__name__
    return where_it_holds


_methods: dict[str, Function] = {}


def _method_of(name: str) -> Function:
    def method(array: Any, *given: Any, **options: Any) -> Any:
        return getattr(array, name)(*given, **options)

    method.__name__ = name
    return _methods.setdefault(name, method)
