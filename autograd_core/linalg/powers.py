"""Products of many matrices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..calculus import where
from ..errors import DomainError, ShapeError
from ..structure import matmul
from ..structure.operands import as_operand, data_of, shape_and_name, shape_of
from .equations import inv
from .matrices import as_matrices

__all__ = ["matrix_power", "multi_dot"]


def matrix_power(a: Any, n: int) -> Any:
    """The product of ``n`` matrices ``a``, by repeated squaring; of ``-n`` inverses if n is negative.

    Raises:
        ShapeError: if the matrices are not square.
        DomainError: if ``n`` is no integer, or negative for a singular matrix.

    >>> matrix_power([[1.0, 1.0], [0.0, 1.0]], 5)
    array([[1., 5.],
           [0., 1.]])
    """
    a = as_matrices("matrix_power", a, square=True)
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise DomainError(f"matrix_power(): the exponent is an integer, got {n!r}")
    if n == 0:
        return where(True, np.eye(shape_of(a)[-1], dtype=data_of(a).dtype), a)
    square, exponent = (a if n > 0 else inv(a)), abs(int(n))
    product = None
    while exponent:
        if exponent & 1:
            product = square if product is None else matmul(product, square)
        exponent >>= 1
        if exponent:
            square = matmul(square, square)
    return product


def multi_dot(arrays: Sequence[Any]) -> Any:
    """The product of several matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors, a row and a column.

    Raises:
        ShapeError: if there are fewer than two, or neighbours cannot be multiplied.

    >>> multi_dot([[1.0, 2.0], [[1.0, 1.0], [0.0, 1.0]], [3.0, 4.0]])
    np.float64(15.0)
    """
    factors = [as_operand(x) for x in arrays]
    if len(factors) < 2:
        raise ShapeError(f"multi_dot() needs two or more arrays, got {len(factors)}")
    shapes = [shape_of(x) for x in factors]
    for i, shape in enumerate(shapes):
        if len(shape) != 2 and not (len(shape) == 1 and i in (0, len(shapes) - 1)):
            raise ShapeError(
                f"multi_dot() multiplies matrices, but number {i} has shape {shape_and_name(factors[i])}"
            )
    for i, (left, right) in enumerate(pairwise(shapes)):
        if left[-1] != right[0]:
            raise ShapeError(
                f"multi_dot(): numbers {i} and {i + 1} of shapes {shape_and_name(factors[i])} and "
                f"{shape_and_name(factors[i + 1])} cannot be multiplied"
            )
    sizes = [shapes[0][0] if len(shapes[0]) == 2 else 1, *(shape[0] for shape in shapes[1:])]
    sizes.append(shapes[-1][1] if len(shapes[-1]) == 2 else 1)
    return _product(factors, _cheapest_splits(sizes), 0, len(factors) - 1)


def _cheapest_splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """After which factor to split the product of factors i to j; factor i is ``sizes[i]`` by
    ``sizes[i + 1]`` (Cormen et al., "Introduction to algorithms", 15.2).
    """
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    splits: dict[tuple[int, int], int] = {}
    for span in range(1, count):
        for i in range(count - span):
            j = i + span
            cost[i, j], splits[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)
            )
    return splits


def _product(factors: Sequence[Any], splits: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return factors[i]
    k = splits[i, j]
    return matmul(_product(factors, splits, i, k), _product(factors, splits, k + 1, j))
