"""Which function of this library each function of NumPy is, and what its arguments are there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from .. import calculus, linalg, structure
from ..errors import DomainError, GraphError
from ..fft.spectra import half_rolled
from ..graph import Node
from ..structure.operands import as_operand, data_of, shape_of
from .in_place import IN_PLACE
from .unrecorded import UNRECORDED, full_name


def _clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    x = as_operand(x)
    if isinstance(x, Node):
        return x.clip(low, high)  # type: ignore[attr-defined]
    return calculus.clip(x, -np.inf if low is None else low, np.inf if high is None else high)


def _where(condition: Any, *branches: Any) -> Any:
    """With the condition alone, the indices at which it holds."""
    return calculus.where(condition, *branches) if branches else np.nonzero(data_of(condition))


def _pad(x: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    value = options.pop("constant_values", 0.0)
    unknown = sorted(set(options) - {"stat_length", "end_values", "reflect_type"})
    if unknown:
        raise DomainError(f"np.pad has no option {', '.join(unknown)}")
    if isinstance(pad_width, dict):
        ndim = len(shape_of(x))
        pairs = {axis % ndim: n if isinstance(n, tuple) else (n, n) for axis, n in pad_width.items()}
        pad_width = [pairs.get(axis, (0, 0)) for axis in range(ndim)]
    return structure.pad(x, pad_width, mode, value, **options)


def _nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    x = as_operand(x)
    values = data_of(x)
    for value, found in ((posinf, np.isposinf), (neginf, np.isneginf)):
        if value is not None:
            x = calculus.where(found(values), value, x)
    if not isinstance(nan, int | float) or nan:
        x = calculus.where(np.isnan(values), nan, x)
    return calculus.nan_to_num(x)


def _copy(x: Any) -> Any:
    return structure.astype(x, data_of(as_operand(x)).dtype)


def _pinv(a: Any, rcond: Any = None, *, rtol: Any = None, hermitian: bool = False) -> Any:
    return linalg.pinv(a, rtol if rcond is None else rcond, hermitian)


def _cross(a: Any, b: Any, *, axis: int = -1) -> Any:
    return structure.cross(a, b, axis=axis)


def _matrix_diagonal(x: Any, *, offset: int = 0) -> Any:
    return structure.diagonal(x, offset, -2, -1)


def _matrix_trace(x: Any, *, offset: int = 0, dtype: Any = None) -> Any:
    return structure.trace(x, offset, -2, -1, dtype=dtype)


def _vecdot(a: Any, b: Any, *, axis: int = -1) -> Any:
    return structure.vecdot(a, b, axis)


def _fftshift(x: Any, axes: Any = None) -> Any:
    return half_rolled("fftshift", x, axes, shape_of(x), 1)


def _ifftshift(x: Any, axes: Any = None) -> Any:
    return half_rolled("ifftshift", x, axes, shape_of(x), -1)


def _unique(x: Any, **options: Any) -> Any:
    if not options.pop("sorted", True):
        raise DomainError("np.unique of a tensor sorts its values: sorted=False is not offered")
    return structure.unique(x, **options)


def _unique_values(x: Any) -> Any:
    return structure.unique(x, equal_nan=False)


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(theirs, name): getattr(ours, name)
    for theirs, ours in ((np, structure), (np.linalg, linalg))
    for name in vars(ours)["__all__"]
    if callable(getattr(theirs, name, None)) and not isinstance(getattr(theirs, name), np.ufunc | type)
    if getattr(theirs, name) not in UNRECORDED
}
FUNCTIONS |= {
    np.amax: structure.max,
    np.amin: structure.min,
    np.clip: _clip,
    np.copy: _copy,
    np.i0: calculus.i0,
    np.nan_to_num: _nan_to_num,
    np.pad: _pad,
    np.real_if_close: structure.real,
    np.sinc: calculus.sinc,
    np.unique: _unique,
    np.unique_values: _unique_values,
    np.where: _where,
    np.fft.fftshift: _fftshift,
    np.fft.ifftshift: _ifftshift,
    np.linalg.cross: _cross,
    np.linalg.diagonal: _matrix_diagonal,
    np.linalg.matmul: structure.matmul,
    np.linalg.matrix_transpose: structure.matrix_transpose,
    np.linalg.outer: structure.outer,
    np.linalg.pinv: _pinv,
    np.linalg.tensordot: structure.tensordot,
    np.linalg.trace: _matrix_trace,
    np.linalg.vecdot: _vecdot,
    **IN_PLACE,
}


# -- NumPy's arguments, in NumPy's order and by NumPy's names, as those of our functions ---------------

_WITHOUT_MEANING = {
    "casting", "check_finite", "copy", "device", "kind", "like", "optimize", "order", "overwrite_input",
    "stable", "subok",
}  # fmt: skip
"""Options about memory, algorithms and conversions, which change no number of the result."""

_PLAIN = bool | int | float | str


class Binding(NamedTuple):
    """How NumPy's arguments become those of a function of this library.

    What NumPy requires keeps its place; what it gives a default goes by name, because our functions have
    fewer options and in another order.
    """

    leading: tuple[str, ...]
    """The parameters that go by place."""
    plain: float
    """How many arguments may be given without any that goes by name."""
    optional: tuple[str, ...]
    """The others that NumPy takes by place, too."""
    defaults: dict[str, Any]
    """Their values when nothing is said."""
    options: frozenset[str] | None
    """The options of our function; None if it takes any."""
    takes_dtype: bool


@cache
def binding(function: Any, ours: Callable[..., Any]) -> Binding:
    """How the arguments of NumPy's ``function`` become those of ``ours``."""
    known = inspect.signature(ours).parameters
    anything = any(p.kind is p.VAR_KEYWORD for p in known.values())
    options = None if anything else frozenset(known)
    try:
        theirs = inspect.signature(function).parameters.values()
    except ValueError:  # older versions of NumPy do not tell: everything goes by place
        return Binding((), np.inf, (), {}, options, "dtype" in known)
    placed = [p for p in theirs if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    leading = tuple(p.name for p in placed if p.kind is p.POSITIONAL_ONLY or p.default is p.empty)
    unlimited = any(p.kind is p.VAR_POSITIONAL for p in theirs)
    optional = tuple(p.name for p in placed if p.name not in leading)
    defaults = {p.name: p.default for p in theirs}
    return Binding(
        leading, np.inf if unlimited else len(leading), optional, defaults, options, "dtype" in known
    )


def bound(
    function: Any, ours: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> tuple[list[Any], dict[str, Any], Any]:
    """The operands, the options that were really given, and the dtype that the result is to have.

    Raises:
        GraphError: for an option that our function does not have.
    """
    leading, plain, optional, defaults, options, takes_dtype = binding(function, ours)
    placed = len(arguments) if plain == np.inf else len(leading)
    named = {**dict(zip(optional, arguments[placed:], strict=False)), **keywords}
    operands = [*arguments[:placed], *(named.pop(x) for x in leading[len(arguments) :] if x in named)]
    given: dict[str, Any] = {}
    dtype = None
    for name, x in named.items():
        default = defaults.get(name, np._NoValue)
        same = isinstance(x, _PLAIN) and type(x) is type(default) and x == default
        if same or x is default or x is np._NoValue:
            continue
        if name == "dtype" and not takes_dtype:
            dtype = x
        elif name in options if options is not None else name != "out":
            given[name] = x
        elif name not in _WITHOUT_MEANING and not (name in ("out", "where") and (x is None or x is True)):
            raise GraphError(f"{full_name(function)} of a tensor does not take the option {name}={x!r}")
    return operands, given, dtype
