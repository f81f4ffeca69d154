"""NumPy's own functions on tensors: ``np.exp(t)``, ``array * t``, ``np.sum(t, axis=0)``."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np

from . import calculus, linalg, structure
from .errors import GraphError, ShapeError
from .graph import Node, unrecorded
from .primitive import Elementwise

_UFUNCS: dict[np.ufunc, Any] = {
    getattr(np, primitive.name): primitive
    for primitive in vars(calculus).values()
    if isinstance(primitive, Elementwise) and isinstance(getattr(np, primitive.name, None), np.ufunc)
}
_UFUNCS[np.matmul] = structure.matmul
_UFUNCS[np.fabs] = calculus.abs
_UFUNCS[np.positive] = lambda x: x

_BOOLEAN_UFUNCS = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isnan, np.isinf, np.isfinite, np.signbit,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert,
}  # fmt: skip

_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    getattr(np, name): getattr(structure, name)
    for name in structure.__all__
    if hasattr(np, name) and not isinstance(getattr(np, name), np.ufunc)
}
_FUNCTIONS[np.where] = calculus.where
_FUNCTIONS[np.clip] = lambda x, a_min=None, a_max=None: x.clip(a_min, a_max)
_FUNCTIONS[np.pad] = lambda x, pad_width, mode="constant", constant_values=0.0: structure.pad(
    x, pad_width, mode, constant_values
)
_FUNCTIONS[np.amax], _FUNCTIONS[np.amin] = structure.max, structure.min
_FUNCTIONS[np.ptp] = lambda x, axis=None, keepdims=False: (
    structure.max(x, axis, keepdims) - structure.min(x, axis, keepdims)
)
_FUNCTIONS[np.average] = lambda x, axis=None: structure.mean(x, axis)
_FUNCTIONS[np.percentile] = lambda x, q, axis=None, keepdims=False: structure.quantile(
    x, np.asarray(q) / 100, axis, keepdims
)
_FUNCTIONS[np.append] = lambda x, values, axis=None: (
    structure.concatenate([structure.ravel(x), structure.ravel(values)])
    if axis is None
    else structure.concatenate([x, values], axis)
)
_FUNCTIONS[np.nan_to_num] = calculus.nan_to_num
_FUNCTIONS[np.linalg.matrix_transpose] = structure.matrix_transpose
_FUNCTIONS.update(
    {
        getattr(np.linalg, name): getattr(linalg, name)
        for name in linalg.__all__
        if not name.endswith("Result") and hasattr(np.linalg, name)
    }
)

_UNRECORDED = {
    np.all, np.allclose, np.any, np.argsort, np.argwhere, np.array2string, np.array_equal,
    np.array_repr, np.array_str, np.bincount, np.count_nonzero, np.flatnonzero, np.full_like,
    np.isclose, np.ndim, np.nonzero, np.ones_like, np.result_type, np.shape, np.size, np.unique,
    np.zeros_like,
}  # fmt: skip
"""Functions whose values are no smooth function of their arguments; they see the data."""


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Carry out a NumPy ufunc one of whose inputs is a tensor.

    Raises:
        GraphError: if it cannot be recorded.
    """
    name = f"np.{ufunc.__name__}" + (f".{method}" if method != "__call__" else "")
    if keywords.get("out") is not None or keywords.get("where", True) is not True:
        raise GraphError(f"{name} with out= or where= writes in place, which a graph cannot record")
    if method == "__call__" and ufunc in _BOOLEAN_UFUNCS:
        values = [_plain(x) for x in inputs]
        try:
            return unrecorded(np.asarray(ufunc(*values, **keywords)))
        except ValueError:
            listed = " and ".join(str(np.shape(x)) for x in values)
            raise ShapeError(f"{ufunc.__name__}: shapes {listed} do not broadcast") from None
    if method != "__call__" or keywords or ufunc not in _UFUNCS:
        raise _cannot_record(name)
    return _UFUNCS[ufunc](*inputs)


def call_function(function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Carry out a NumPy function one of whose arguments is a tensor.

    Raises:
        GraphError: if it cannot be recorded.
    """
    name = _full_name(function)
    if function in _UNRECORDED:
        return function(*map(_plain, arguments), **{key: _plain(x) for key, x in keywords.items()})
    if function not in _FUNCTIONS:
        raise _cannot_record(name)
    given = {key: x for key, x in keywords.items() if x is not None and x is not np._NoValue}
    try:
        return _FUNCTIONS[function](*arguments, **given)
    except TypeError as error:
        if "unexpected keyword argument" not in str(error):
            raise
        raise GraphError(f"{name} of a tensor does not take these options: {error}") from None


def _plain(x: Any) -> Any:
    if isinstance(x, list | tuple):
        return type(x)(map(_plain, x))
    return x.data if isinstance(x, Node) else x


def _full_name(function: Any) -> str:
    module = getattr(function, "__module__", None) or "numpy"
    return f"{module.replace('numpy', 'np', 1)}.{getattr(function, '__name__', function)}"


def _cannot_record(name: str) -> GraphError:
    known = sorted({_full_name(f) for f in [*_UFUNCS, *_FUNCTIONS]})
    near = get_close_matches(name, known, n=3)
    hint = f" (near it there is {', '.join(near)})" if near else ""
    return GraphError(
        f"{name} is not an operation that can be recorded{hint}; "
        "use the tensor's methods, or .data for numbers without a gradient"
    )
