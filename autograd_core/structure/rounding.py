"""The parts of numbers: whole and fraction, quotient and remainder, real and imaginary."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..calculus import copysign, floor_divide, multiply, remainder, rint, trunc, where
from ..dtypes import asarray
from ..errors import DtypeError
from ..graph import Node
from .operands import as_number_or_operand, as_operand, data_of

__all__ = ["angle", "around", "conj", "conjugate", "divmod", "fix", "imag", "ldexp", "modf", "real", "round"]


def round(x: Any, decimals: int = 0) -> Any:
    """The nearest number with ``decimals`` decimals, halves to the even one; its gradient is 0.

    Args:
        x: the input.
        decimals: how many digits to keep behind the point; negative for zeros before it.

    >>> round([1.25, 2.675], 1)
    array([1.2, 2.7])
    """
    x = x if isinstance(x, Node) else as_number_or_operand(x)
    if np.result_type(data_of(x)).kind in "iub":
        return x if decimals >= 0 else multiply(x, 0) + np.round(data_of(x), decimals)
    if not decimals:
        return rint(x)
    scale = 10.0 ** abs(decimals)
    return rint(x * scale) / scale if decimals > 0 else rint(x / scale) * scale


around = round


def fix(x: Any) -> Any:
    """The whole number towards 0; its gradient is 0.

    >>> fix(-1.7)
    -1.0
    """
    return trunc(x)


def modf(x: Any) -> tuple[Any, Any]:
    """The fraction, which carries the gradient, and the whole number towards 0; both have the sign of ``x``.

    >>> modf(2.5)
    (0.5, 2.0)
    """
    if data_of(x).dtype.kind == "b" if isinstance(x, Node | np.ndarray) else isinstance(x, bool):
        x = multiply(x, 1.0)
    whole = trunc(x)
    infinite = np.isinf(data_of(x))
    fraction = x - trunc(where(infinite, 0.0, x) if np.any(infinite) else x)
    if np.any(infinite):
        fraction = where(infinite, 0.0, fraction)
    return copysign(fraction, data_of(x)), whole


def divmod(a: Any, b: Any) -> tuple[Any, Any]:
    """The quotient ``a // b``, whose gradient is 0, and the remainder ``a % b``.

    >>> divmod(7.0, 2.0)
    (3.0, 1.0)
    """
    return floor_divide(a, b), remainder(a, b)


def ldexp(x: Any, exponent: Any) -> Any:
    """x times 2 to the power of whole numbers, which get no gradient.

    Raises:
        DtypeError: if the exponent is not made of integers.

    >>> ldexp(3.0, 2)
    12.0
    """
    powers = asarray(data_of(exponent))
    if powers.dtype.kind not in "iub":
        raise DtypeError(f"ldexp(): the exponent is made of integers, got dtype {powers.dtype}")
    kind = np.result_type(data_of(x))
    scale = np.ldexp(np.ones((), kind if kind.kind == "f" else float), powers)
    return multiply(x, scale if scale.ndim else float(scale))


def real(x: Any) -> Any:
    """The real part of real numbers: themselves.

    >>> real([1.0, 2.0])
    array([1., 2.])
    """
    return as_number_or_operand(x)


def imag(x: Any) -> Any:
    """The imaginary part of real numbers: 0, with the gradient 0.

    >>> imag([1.0, 2.0])
    array([0., 0.])
    """
    return where(True, 0, x)  # 0 times an infinity would be NaN


def conj(x: Any) -> Any:
    """The conjugate of real numbers: themselves.

    >>> conj([1.0, -2.0])
    array([ 1., -2.])
    """
    return real(x)


conjugate = conj


def angle(x: Any, deg: bool = False) -> Any:
    """The angle of real numbers in the complex plane: 0, and π (180 degrees) where negative.

    >>> angle([1.0, -1.0], deg=True)
    array([  0., 180.])
    """
    x = as_operand(x)
    half_turn = 180.0 if deg else np.pi
    values = data_of(x)
    if not values.size:
        return x
    return where(np.isnan(values), np.nan, where(np.signbit(values), half_turn, imag(x)))
