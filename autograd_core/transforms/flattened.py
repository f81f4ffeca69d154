"""Functions of nested structures as functions of one vector: what solvers that know no structures ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..dtypes import as_array
from ..errors import DtypeError, ShapeError
from ..graph import Node
from ..spelling import spelled
from .trees import flatten

__all__ = ["flattened"]

Array = np.ndarray[Any, np.dtype[Any]]


@spelled
def flattened(f: Callable[..., Any], tree: Any) -> tuple[Callable[..., Any], Array, Callable[[Any], Any]]:
    """The function g(vector) = f(structure), where the vector has all numbers of the structure in a row.

    SciPy's solvers take a function of a float64 vector, ``minimize(value_and_grad(g), start, jac=True)``, and
    give the solution as one; derivatives of g are vectors as well: ``hessp=lambda x, v: hvp(g, x, v)``.

    Args:
        f: a function whose first argument is a nested structure; further ones are handed through.
        tree: such a structure: arrays, numbers and lists, tuples and dictionaries of them.

    Returns:
        ``(g, start, back)``: the function, the numbers of ``tree`` as a vector (n,) of float64, and what
        makes a structure of a vector: each array in its shape and its dtype, numbers as floats. What
        ``back`` does is recorded.

    Raises:
        DtypeError: for a leaf that is made of no floating-point numbers; a number by itself may be whole.
        ShapeError: if there are no numbers; from ``g`` and ``back``, for a vector of another length.

    >>> p = {"w": np.array([1.0, 2.0]), "b": 3}
    >>> g, start, back = flattened(lambda p: (p["w"] ** 2).sum() * p["b"], p)
    >>> start
    array([1., 2., 3.])
    >>> back([4.0, 5.0, 6.0])
    {'w': array([4., 5.]), 'b': 6.0}
    >>> from autograd_core import grad
    >>> grad(g)(start)
    array([ 6., 12.,  5.])
    """
    leaves, rebuild = flatten(tree)
    arrays = [_numbers(leaf) for leaf in leaves]
    start = np.concatenate([np.zeros(0), *(array.ravel() for array in arrays)])
    if not start.size:
        raise ShapeError("flattened(): there are no numbers in the structure")
    ends = np.cumsum([0, *(array.size for array in arrays)]).tolist()
    places = list(zip(arrays, leaves, map(slice, ends, ends[1:]), strict=False))

    def back(vector: Any) -> Any:
        recorded = isinstance(vector, Node)
        if not recorded:
            vector = np.asarray(vector)
        if vector.shape != start.shape:
            raise ShapeError(
                f"flattened(): the structure has {len(start)} numbers, the vector shape {vector.shape}"
            )
        parts = []
        for array, leaf, place in places:
            part = vector[place].reshape(array.shape)
            if not recorded or part.dtype != array.dtype:
                part = part.astype(array.dtype)  # a copy: solvers write into their vector
            plain = not recorded and not isinstance(leaf, Node | np.ndarray)
            parts.append(part.item() if plain else part)
        return rebuild(parts)

    @wraps(f)
    def of_vector(vector: Any, *arguments: Any, **keywords: Any) -> Any:
        return f(back(vector), *arguments, **keywords)

    return of_vector, start, back


def _numbers(leaf: Any) -> Array:
    """A leaf as an array of floating-point numbers."""
    array = as_array(leaf.data if isinstance(leaf, Node) else leaf, owner="flattened()")
    if isinstance(leaf, int) and not isinstance(leaf, bool):
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise DtypeError(
            f"flattened(): the structure holds {array.dtype} numbers, which have no derivative: make them "
            "floats, or give them to the function as an argument of their own"
        )
    return array
