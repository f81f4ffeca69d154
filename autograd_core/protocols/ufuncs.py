"""NumPy's ufuncs on tensors, and their methods ``reduce``, ``accumulate`` and ``outer``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import calculus, linalg, structure
from ..errors import GraphError, ShapeError
from ..graph import unrecorded
from ..masks import check_unmasked
from ..primitive import Elementwise
from ..structure.operands import as_number_or_operand, shape_of
from .functions import FUNCTIONS
from .unrecorded import full_name, not_recorded, without_nodes

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, primitive.name): primitive
    for primitive in vars(calculus).values()
    if isinstance(primitive, Elementwise) and isinstance(getattr(np, primitive.name, None), np.ufunc)
}
UFUNCS |= {
    np.conjugate: structure.conj,
    np.divmod: structure.divmod,
    np.fabs: calculus.abs,
    np.ldexp: structure.ldexp,
    np.matmul: structure.matmul,
    np.modf: structure.modf,
    np.positive: structure.real,
}
UFUNCS |= {
    getattr(np, name): getattr(structure, name)
    for name in ("matvec", "vecdot", "vecmat")
    if hasattr(np, name)  # by the version of NumPy
}

_BOOLEAN = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isnan, np.isinf, np.isfinite, np.signbit,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert,
}  # fmt: skip
"""Comparisons and logic, which have no gradient and are not recorded."""

_REDUCTIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: structure.sum,
    np.multiply: structure.prod,
    np.maximum: structure.max,
    np.minimum: structure.min,
    np.fmax: structure.nanmax,
    np.fmin: structure.nanmin,
    np.logaddexp: structure.logsumexp,
    np.hypot: lambda x, axis, keepdims: linalg.norm(x, None, axis, keepdims),
}

_ACCUMULATIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.add: structure.cumsum,
    np.multiply: structure.cumprod,
    np.maximum: structure.cummax,
    np.minimum: structure.cummin,
}


def recorded_names() -> set[str]:
    """The names of everything that is recorded, as users know them."""
    return {full_name(function) for function in FUNCTIONS} | {f"np.{ufunc.__name__}" for ufunc in UFUNCS}


def call_ufunc(tensor: Any, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
    """Carry out a NumPy ufunc one of whose inputs is a tensor (``__array_ufunc__``).

    Raises:
        GraphError: if it cannot be recorded.
    """
    if method == "__call__" and not keywords and ufunc in UFUNCS:
        return UFUNCS[ufunc](*inputs)
    name = f"np.{ufunc.__name__}" + (f".{method}" if method != "__call__" else "")
    out = keywords.get("out") or ()
    given = {
        key: x
        for key, x in keywords.items()
        if x is not np._NoValue
        and key not in ("casting", "order", "out", "subok")
        and (x is not None or key == "axis")
    }
    if any(x is not None for x in out) or method == "at":
        raise GraphError(
            f"{name} writes into an array that is there already (out=, array **= tensor, ufunc.at), which "
            f"a graph cannot record: write a new result, array = {name}(array, tensor). A function of NumPy "
            "that was given an array first and a tensor later does so inside: call autograd_core's function "
            "of its name"
        )
    if ufunc in _BOOLEAN:
        return _of_the_data(ufunc, method, inputs, given)
    if method == "reduce" and ufunc in _REDUCTIONS:
        return _reduced(_REDUCTIONS[ufunc], *inputs, **given)
    if method == "accumulate" and ufunc in _ACCUMULATIONS:
        return _accumulated(_ACCUMULATIONS[ufunc], *inputs, **given)
    if method not in ("__call__", "outer") or ufunc not in UFUNCS:
        raise not_recorded(name, recorded_names())
    if given.pop("where", True) is not True:
        raise GraphError(
            f"{name} with where= leaves elements unset, which a graph cannot record: use np.where(condition, "
            "result, other)"
        )
    dtype = given.pop("dtype", None)
    if dtype is not None:
        inputs = tuple(structure.astype(x, dtype) for x in inputs)
    if method == "outer":
        left, right = map(as_number_or_operand, inputs)
        if shape_of(right):
            left = structure.reshape(left, shape_of(left) + (1,) * len(shape_of(right)))
        inputs = (left, right)
    if given and not (ufunc is getattr(np, "vecdot", None) and set(given) == {"axis"}):
        raise GraphError(f"{name} of a tensor does not take the options {', '.join(given)}")
    return UFUNCS[ufunc](*inputs, **given)


def _of_the_data(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    for x in inputs:
        check_unmasked(x, f"np.{ufunc.__name__}")
    values = [without_nodes(x) for x in inputs]
    keywords = {key: without_nodes(x) for key, x in keywords.items()}
    try:
        return unrecorded(np.asarray(getattr(ufunc, method)(*values, **keywords)))
    except ValueError:
        listed = " and ".join(str(np.shape(x)) for x in values)
        raise ShapeError(f"{ufunc.__name__}: shapes {listed} do not broadcast") from None


def _reduced(
    reduction: Callable[..., Any],
    x: Any,
    axis: Any = 0,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    **options: Any,
) -> Any:
    """Over the first axis unless another is named, which is how ufuncs reduce."""
    if dtype is not None:
        x = structure.astype(x, dtype)
    if options.get("where") is True:
        del options["where"]
    unknown = sorted(set(options) - set(inspect.signature(reduction).parameters))
    if unknown:
        raise GraphError(f"{reduction.__name__} of a tensor does not take the options {', '.join(unknown)}")
    return reduction(x, axis, keepdims, **options)


def _accumulated(
    accumulation: Callable[..., Any], x: Any, axis: int = 0, dtype: Any = None, out: None = None
) -> Any:
    return accumulation(x if dtype is None else structure.astype(x, dtype), axis)
