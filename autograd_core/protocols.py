"""NumPy's own functions on tensors: ``np.exp(t)``, ``array * t``."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import calculus
from .errors import GraphError
from .graph import Node, unrecorded
from .primitive import Elementwise, Primitive
from .structure import matmul

UFUNCS: dict[np.ufunc, Any] = {
    getattr(np, primitive.name): primitive
    for primitive in vars(calculus).values()
    if isinstance(primitive, Elementwise) and isinstance(getattr(np, primitive.name, None), np.ufunc)
}
UFUNCS[np.matmul] = matmul

COMPARISONS = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isnan, np.isinf, np.isfinite, np.signbit,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert,
}  # fmt: skip


def call_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Carry out a NumPy ufunc one of whose inputs is a tensor.

    Raises:
        GraphError: if it cannot be recorded.
    """
    name = f"np.{ufunc.__name__}" + (f".{method}" if method != "__call__" else "")
    if keywords.get("out") is not None or keywords.get("where", True) is not True:
        raise GraphError(f"{name} with out= or where= writes in place, which a graph cannot record")
    if method == "__call__" and ufunc in COMPARISONS:
        values = [x.data if isinstance(x, Node) else x for x in inputs]
        return unrecorded(np.asarray(ufunc(*values, **keywords)))
    function: Primitive | None = UFUNCS.get(ufunc) if method == "__call__" and not keywords else None
    if function is None:
        raise GraphError(
            f"{name} is not an operation that can be recorded; "
            "use the tensor's methods, or .data for numbers without a gradient"
        )
    return function(*inputs)
