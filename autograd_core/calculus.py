"""The page of derivatives: every elementwise function of the library, each written once.

A line reads: name, symbol, and the local derivative with respect to each input. In a derivative ``y``
is the value of the function, ``x`` (or ``a, b``) its inputs, and ``m`` the functions to compute with:
on floats, on arrays, or on nodes. In the last case the derivative is recorded like any other
computation, which is why it can be differentiated again and drawn (:mod:`autograd_core.primitive`).
A derivative that never changes is written as that number.

Where a function has a corner the line takes the stated convention: ``abs'(0) = relu'(0) = 0``; equal
arguments of ``maximum`` share the gradient; ``clip`` passes it strictly inside the bounds only.

Each name is also the function itself, for every kind of number:

>>> from autograd_core import Tensor, Value, exp
>>> exp(0.0), exp(Value(0.0)), exp(Tensor([0.0, 1.0])).shape
(1.0, Value(1.0, op=exp), (2,))
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import floats as _floats  # noqa: F401  fills the namespace that the table draws on
from .primitive import Elementwise, Namespace, arrays

# -- arithmetic --------------------------------------------------------------------------------------


def _power_by_base(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """B a^(b-1), and 0 where b = 0: a constant has no slope, not even at a = 0."""
    if isinstance(b, int | float):
        return b * m.power(a, b - 1) if b else a * 0
    return m.where(b == 0, 0.0, b * m.power(a, m.where(b == 0, 1.0, b - 1)))


def _power_by_exponent(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """Y ln a; 0 at a = 0, where 0^b is constant; undefined (NaN) for a negative base."""
    return y * m.log(m.where(a < 0, math.nan, m.where(a == 0, 1.0, a)))


add = Elementwise("add", "+", 1, 1, floating=False)
subtract = Elementwise("subtract", "−", 1, -1, floating=False)
multiply = Elementwise("multiply", "×", lambda m, y, a, b: b, lambda m, y, a, b: a, floating=False)
divide = Elementwise("divide", "÷", lambda m, y, a, b: m.divide(1.0, b), lambda m, y, a, b: -m.divide(y, b))
power = Elementwise("power", "^", _power_by_base, _power_by_exponent, floating=False)
negative = Elementwise("negative", "−", -1, floating=False)
reciprocal = Elementwise("reciprocal", "1/x", lambda m, y, x: -y * y)
square = Elementwise("square", "x²", lambda m, y, x: 2 * x, floating=False)

# -- roots, exponentials, logarithms -----------------------------------------------------------------
sqrt = Elementwise("sqrt", "√", lambda m, y, x: m.divide(0.5, y))
exp = Elementwise("exp", "exp", lambda m, y, x: y)
expm1 = Elementwise("expm1", "exp−1", lambda m, y, x: y + 1)
log = Elementwise("log", "ln", lambda m, y, x: m.reciprocal(x))
log1p = Elementwise("log1p", "ln1p", lambda m, y, x: m.reciprocal(1 + x))

# -- trigonometry ------------------------------------------------------------------------------------
sin = Elementwise("sin", "sin", lambda m, y, x: m.cos(x))
cos = Elementwise("cos", "cos", lambda m, y, x: -m.sin(x))
tan = Elementwise("tan", "tan", lambda m, y, x: 1 + y * y)
sinh = Elementwise("sinh", "sinh", lambda m, y, x: m.cosh(x))
cosh = Elementwise("cosh", "cosh", lambda m, y, x: m.sinh(x))
tanh = Elementwise("tanh", "tanh", lambda m, y, x: 1 - y * y)

# -- corners: piecewise linear functions -------------------------------------------------------------


class _Where(Elementwise):
    """``where`` hands the cotangent over instead of multiplying it by 0, which would turn an
    infinite cotangent of the branch not taken into NaN.
    """

    def pull(self, m, index, cotangent, output, inputs, parameters):  # type: ignore[no-untyped-def]
        condition = inputs[0]
        if index == 0:
            return None
        return m.where(condition, cotangent, 0.0) if index == 1 else m.where(condition, 0.0, cotangent)


def _step(a: Any, b: Any) -> Any:
    return np.where(a > b, 1, np.where(a == b, 0.5, 0)).astype(np.result_type(a, b))


arrays.__dict__["step"] = _step

step = Elementwise("step", "a>b", 0, 0)  # 1 where a > b, 1/2 where they are equal, 0 elsewhere
sign = Elementwise("sign", "sign", 0, floating=False)
abs = Elementwise("abs", "|x|", lambda m, y, x: m.sign(x), floating=False)
maximum = Elementwise(
    "maximum", "max", lambda m, y, a, b: m.step(a, b), lambda m, y, a, b: m.step(b, a), floating=False
)
minimum = Elementwise(
    "minimum", "min", lambda m, y, a, b: m.step(b, a), lambda m, y, a, b: m.step(a, b), floating=False
)
clip = Elementwise(
    "clip",
    "clip",
    lambda m, y, x, low, high: (x > low) & (x < high),
    lambda m, y, x, low, high: (x <= low) & (low < high),
    lambda m, y, x, low, high: (x >= high) | (low >= high),
    floating=False,
)
where = _Where(
    "where",
    "where",
    None,
    lambda m, y, condition, a, b: m.where(condition, 1.0, 0.0),
    lambda m, y, condition, a, b: m.where(condition, 0.0, 1.0),
    floating=False,
)

# -- activations -------------------------------------------------------------------------------------
relu = Elementwise(
    "relu", "relu", lambda m, y, x: x > 0, formula=lambda m, x: m.maximum(x, 0.0), floating=False
)
sigmoid = Elementwise(  # written so that neither tail overflows nor loses its relative accuracy
    "sigmoid",
    "σ",
    lambda m, y, x: y * (1 - y),
    formula=lambda m, x: m.divide(m.exp(m.minimum(x, 0.0)), 1 + m.exp(-m.abs(x))),
)
softplus = Elementwise(
    "softplus",
    "softplus",
    lambda m, y, x: m.sigmoid(x),
    formula=lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
)
