"""Polynomials as rows of coefficients, the highest power first, as in ``numpy.polyval``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calculus import power
from ..errors import DomainError, ShapeError
from .indexing import getitem
from .operands import as_operand, data_of, shape_of
from .products import convolve
from .shaping import atleast_1d, concatenate, expand_dims, pad

__all__ = ["polyadd", "polyder", "polyint", "polymul", "polysub", "polyval", "vander"]


def _row(operation: str, p: Any) -> Any:
    p = atleast_1d(as_operand(p))
    if len(shape_of(p)) != 1:
        raise ShapeError(f"{operation}(): coefficients are a row of numbers, got shape {shape_of(p)}")
    return p


def polyval(p: Any, x: Any) -> Any:
    """The polynomial ``p[0] x^(n-1) + ... + p[n-1]`` at ``x``, by Horner's rule.

    >>> polyval([1.0, 0.0, 2.0], 3.0)
    np.float64(11.0)
    """
    p, x = _row("polyval", p), x if isinstance(x, int | float) else as_operand(x)
    value = x * 0
    for i in range(shape_of(p)[0]):
        value = value * x + getitem(p, i)
    return value


def polyadd(a: Any, b: Any) -> Any:
    """The sum of two polynomials.

    >>> polyadd([1.0, 2.0], [5.0, 0.0, 0.0])
    array([5., 1., 2.])
    """
    a, b = _of_one_length("polyadd", a, b)
    return a + b


def polysub(a: Any, b: Any) -> Any:
    """The difference of two polynomials."""
    a, b = _of_one_length("polysub", a, b)
    return a - b


def _of_one_length(operation: str, a: Any, b: Any) -> tuple[Any, Any]:
    a, b = _row(operation, a), _row(operation, b)
    n, k = shape_of(a)[0], shape_of(b)[0]
    return pad(a, (max(k - n, 0), 0)), pad(b, (max(n - k, 0), 0))


def polymul(a: Any, b: Any) -> Any:
    """The product of two polynomials.

    >>> polymul([1.0, 1.0], [1.0, -1.0])
    array([ 1.,  0., -1.])
    """
    return convolve(_row("polymul", a), _row("polymul", b))


def polyder(p: Any, m: int = 1) -> Any:
    """The ``m``-th derivative of a polynomial.

    >>> polyder([1.0, 2.0, 3.0])
    array([2., 2.])
    """
    p, m = as_operand(p) if not int(m) else _row("polyder", p), int(m)
    if m < 0:
        raise DomainError(f"polyder(): m counts the derivatives, got {m}")
    for _ in range(m):
        n = shape_of(p)[0]
        p = getitem(p, slice(0, max(n - 1, 0))) * _powers(p, np.arange(n - 1, 0, -1))
    return p


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The ``m``-th integral of a polynomial, with the constants ``k``, one for each time; 0 when None.

    >>> polyint([2.0, 2.0])
    array([1., 2., 0.])
    """
    p, m = as_operand(p) if not int(m) else _row("polyint", p), int(m)
    if m < 0:
        raise DomainError(f"polyint(): m counts the integrals, got {m}")
    constants = atleast_1d(as_operand(0.0 if k is None else k))
    for i in range(m):
        n = shape_of(p)[0]
        constant = getitem(constants, slice(i, i + 1) if shape_of(constants)[0] > 1 else slice(0, 1))
        kind = data_of(p).dtype
        constant = constant if kind.kind != "f" else constant * np.ones((), kind)
        if isinstance(constant, np.ndarray) and kind.kind == "f":
            constant = constant.astype(kind)
        p = concatenate([p / _powers(p, np.arange(n, 0, -1)), constant])
    return p


def _powers(p: Any, powers: Any) -> Any:
    kind = data_of(p).dtype
    return powers.astype(kind) if kind.kind == "f" else powers


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803
    """The Vandermonde matrix: in each row the powers of one element, the highest first.

    Args:
        x: a row of numbers.
        N: the number of columns; as many as rows when None.
        increasing: put the lowest power first.

    Raises:
        ShapeError: if ``x`` is no row of numbers.

    >>> vander([1.0, 2.0, 3.0])
    array([[1., 1., 1.],
           [4., 2., 1.],
           [9., 3., 1.]])
    """
    x = as_operand(x)
    if len(shape_of(x)) != 1:
        raise ShapeError(f"vander(): takes a row of numbers, got shape {shape_of(x)}")
    columns = shape_of(x)[0] if N is None else int(N)
    exponents = np.arange(columns) if increasing else np.arange(columns)[::-1]
    kind = data_of(x).dtype
    return power(expand_dims(x, 1), exponents.astype(kind) if kind.kind == "f" else exponents)
