"""The operators and methods that every node has, whatever it holds: each a name for a primitive."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from . import calculus
from .graph import Node

OPERANDS = (Node, float, int, np.ndarray, np.generic, list, tuple)
"""What may stand beside a node in an expression. Anything else gets the chance to know better itself."""


class Operators(Node):
    """Arithmetic and elementary functions, the same for :class:`Value` and :class:`Tensor`."""

    __slots__ = ()

    def __add__(self, other: Any) -> Self:
        return calculus.add(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __radd__(self, other: Any) -> Self:
        return calculus.add(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __sub__(self, other: Any) -> Self:
        return calculus.subtract(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __rsub__(self, other: Any) -> Self:
        return calculus.subtract(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __mul__(self, other: Any) -> Self:
        return calculus.multiply(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __rmul__(self, other: Any) -> Self:
        return calculus.multiply(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __truediv__(self, other: Any) -> Self:
        return calculus.divide(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __rtruediv__(self, other: Any) -> Self:
        return calculus.divide(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __pow__(self, other: Any) -> Self:
        return calculus.power(self, other) if isinstance(other, OPERANDS) else NotImplemented

    def __rpow__(self, other: Any) -> Self:
        return calculus.power(other, self) if isinstance(other, OPERANDS) else NotImplemented

    def __neg__(self) -> Self:
        return calculus.negative(self)  # type: ignore[no-any-return]

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> Self:
        return calculus.abs(self)  # type: ignore[no-any-return]

    def exp(self) -> Self:
        """e to the power of each element."""
        return calculus.exp(self)  # type: ignore[no-any-return]

    def expm1(self) -> Self:
        """exp(x) - 1, accurate near 0."""
        return calculus.expm1(self)  # type: ignore[no-any-return]

    def log(self) -> Self:
        """The natural logarithm."""
        return calculus.log(self)  # type: ignore[no-any-return]

    def log1p(self) -> Self:
        """log(1 + x), accurate near 0."""
        return calculus.log1p(self)  # type: ignore[no-any-return]

    def sqrt(self) -> Self:
        """The square root."""
        return calculus.sqrt(self)  # type: ignore[no-any-return]

    def square(self) -> Self:
        """x times x."""
        return calculus.square(self)  # type: ignore[no-any-return]

    def reciprocal(self) -> Self:
        """1 / x."""
        return calculus.reciprocal(self)  # type: ignore[no-any-return]

    def sin(self) -> Self:
        """The sine, of radians."""
        return calculus.sin(self)  # type: ignore[no-any-return]

    def cos(self) -> Self:
        """The cosine, of radians."""
        return calculus.cos(self)  # type: ignore[no-any-return]

    def tan(self) -> Self:
        """The tangent, of radians."""
        return calculus.tan(self)  # type: ignore[no-any-return]

    def sinh(self) -> Self:
        """The hyperbolic sine."""
        return calculus.sinh(self)  # type: ignore[no-any-return]

    def cosh(self) -> Self:
        """The hyperbolic cosine."""
        return calculus.cosh(self)  # type: ignore[no-any-return]

    def tanh(self) -> Self:
        """The hyperbolic tangent."""
        return calculus.tanh(self)  # type: ignore[no-any-return]

    def sigmoid(self) -> Self:
        """1 / (1 + exp(-x))."""
        return calculus.sigmoid(self)  # type: ignore[no-any-return]

    def relu(self) -> Self:
        """x where positive, 0 elsewhere."""
        return calculus.relu(self)  # type: ignore[no-any-return]

    def softplus(self) -> Self:
        """log(1 + exp(x))."""
        return calculus.softplus(self)  # type: ignore[no-any-return]

    def abs(self) -> Self:
        """The absolute value."""
        return calculus.abs(self)  # type: ignore[no-any-return]

    def sign(self) -> Self:
        """-1, 0 or 1."""
        return calculus.sign(self)  # type: ignore[no-any-return]

    def exp2(self) -> Self:
        """2 to the power of each element."""
        return calculus.exp2(self)  # type: ignore[no-any-return]

    def log2(self) -> Self:
        """The logarithm to base 2."""
        return calculus.log2(self)  # type: ignore[no-any-return]

    def log10(self) -> Self:
        """The logarithm to base 10."""
        return calculus.log10(self)  # type: ignore[no-any-return]

    def cbrt(self) -> Self:
        """The cube root."""
        return calculus.cbrt(self)  # type: ignore[no-any-return]

    def arcsin(self) -> Self:
        """The angle, in radians, with this sine."""
        return calculus.arcsin(self)  # type: ignore[no-any-return]

    def arccos(self) -> Self:
        """The angle, in radians, with this cosine."""
        return calculus.arccos(self)  # type: ignore[no-any-return]

    def arctan(self) -> Self:
        """The angle, in radians, with this tangent."""
        return calculus.arctan(self)  # type: ignore[no-any-return]

    def arcsinh(self) -> Self:
        """The inverse of the hyperbolic sine."""
        return calculus.arcsinh(self)  # type: ignore[no-any-return]

    def arccosh(self) -> Self:
        """The inverse of the hyperbolic cosine."""
        return calculus.arccosh(self)  # type: ignore[no-any-return]

    def arctanh(self) -> Self:
        """The inverse of the hyperbolic tangent."""
        return calculus.arctanh(self)  # type: ignore[no-any-return]

    def floor(self) -> Self:
        """The next whole number below; its gradient is 0."""
        return calculus.floor(self)  # type: ignore[no-any-return]

    def ceil(self) -> Self:
        """The next whole number above; its gradient is 0."""
        return calculus.ceil(self)  # type: ignore[no-any-return]

    def rint(self) -> Self:
        """The nearest whole number, halves to the even one; its gradient is 0."""
        return calculus.rint(self)  # type: ignore[no-any-return]

    def trunc(self) -> Self:
        """The whole number towards 0; its gradient is 0."""
        return calculus.trunc(self)  # type: ignore[no-any-return]

    def deg2rad(self) -> Self:
        """Degrees as radians."""
        return calculus.deg2rad(self)  # type: ignore[no-any-return]

    def rad2deg(self) -> Self:
        """Radians as degrees."""
        return calculus.rad2deg(self)  # type: ignore[no-any-return]

    def erf(self) -> Self:
        """The error function."""
        return calculus.erf(self)  # type: ignore[no-any-return]

    def maximum(self, other: Any) -> Self:
        """The larger of the two, element by element."""
        return calculus.maximum(self, other)  # type: ignore[no-any-return]

    def minimum(self, other: Any) -> Self:
        """The smaller of the two, element by element."""
        return calculus.minimum(self, other)  # type: ignore[no-any-return]

    def clip(self, low: Any = None, high: Any = None) -> Self:
        """The nearest number between ``low`` and ``high``; None leaves a side open."""
        low = -np.inf if low is None else low
        high = np.inf if high is None else high
        return calculus.clip(self, low, high)  # type: ignore[no-any-return]
