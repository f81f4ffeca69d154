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

from .kernels.elementwise import step as compare
from .namespaces import floats as _floats  # noqa: F401  fills the namespace that the table draws on
from .namespaces import special as _special  # noqa: F401  and the special functions
from .primitive import Application, Elementwise, Namespace, arrays

# -- arithmetic --------------------------------------------------------------------------------------


def _power_by_base(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """b a^(b-1), and 0 where b = 0: a constant has no slope, not even at a = 0."""
    if isinstance(b, int | float):
        return b * m.power(a, b - 1) if b else a * 0
    return m.where(b == 0, 0.0, b * m.power(a, m.where(b == 0, 1.0, b - 1)))


def _power_by_exponent(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """y ln a; 0 at a = 0, where 0^b is constant; undefined (NaN) for a negative base."""
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
_LN2, _LN10 = math.log(2), math.log(10)

sqrt = Elementwise("sqrt", "√", lambda m, y, x: m.divide(0.5, y))
cbrt = Elementwise("cbrt", "∛", lambda m, y, x: m.divide(1 / 3, y * y))
exp = Elementwise("exp", "exp", lambda m, y, x: y)
exp2 = Elementwise("exp2", "2ˣ", lambda m, y, x: y * _LN2)
expm1 = Elementwise("expm1", "exp−1", lambda m, y, x: y + 1)
log = Elementwise("log", "ln", lambda m, y, x: m.reciprocal(x))
log2 = Elementwise("log2", "log₂", lambda m, y, x: m.divide(1 / _LN2, x))
log10 = Elementwise("log10", "log₁₀", lambda m, y, x: m.divide(1 / _LN10, x))
log1p = Elementwise("log1p", "ln1p", lambda m, y, x: m.reciprocal(1 + x))
float_power = Elementwise(  # integers become floating-point numbers; single precision stays single
    "float_power", "^", _power_by_base, _power_by_exponent, formula=lambda m, a, b: m.power(a, b)
)


def _finite(m: Namespace, y: Any) -> Any:
    return m.where(y == -math.inf, 0.0, y)


logaddexp = Elementwise(  # e^a / (e^a + e^b), and 0 where both are e^-inf
    "logaddexp",
    "ln(eᵃ+eᵇ)",
    lambda m, y, a, b: m.exp(a - _finite(m, y)),
    lambda m, y, a, b: m.exp(b - _finite(m, y)),
)
logaddexp2 = Elementwise(
    "logaddexp2",
    "log₂(2ᵃ+2ᵇ)",
    lambda m, y, a, b: m.exp2(a - _finite(m, y)),
    lambda m, y, a, b: m.exp2(b - _finite(m, y)),
)

# -- trigonometry ------------------------------------------------------------------------------------


def _unless_zero(m: Namespace, a: Any, length: Any) -> Any:
    """a / length, and 0 at the tip of the cone, where every direction is as good as its opposite."""
    return m.where(length == 0, 0.0, m.divide(a, m.where(length == 0, 1.0, length)))


def _sinc_slope(m: Namespace, y: Any, x: Any) -> Any:
    """(cos πx - sinc x) / x, and near 0, where this cancels, its series -π²x/3 + π⁴x³/30."""
    near = m.abs(x) < 1e-3
    series = x * (x * x * (math.pi**4 / 30) - math.pi**2 / 3)
    return m.where(near, series, m.divide(m.cos(math.pi * x) - y, m.where(near, 1.0, x)))


sin = Elementwise("sin", "sin", lambda m, y, x: m.cos(x))
cos = Elementwise("cos", "cos", lambda m, y, x: -m.sin(x))
tan = Elementwise("tan", "tan", lambda m, y, x: 1 + y * y)
arcsin = Elementwise("arcsin", "arcsin", lambda m, y, x: m.reciprocal(m.sqrt(1 - x * x)))
arccos = Elementwise("arccos", "arccos", lambda m, y, x: -m.reciprocal(m.sqrt(1 - x * x)))
arctan = Elementwise("arctan", "arctan", lambda m, y, x: m.reciprocal(1 + x * x))
arctan2 = Elementwise(
    "arctan2",
    "∠",
    lambda m, y, a, b: m.divide(b, a * a + b * b),
    lambda m, y, a, b: -m.divide(a, a * a + b * b),
)
hypot = Elementwise(
    "hypot",
    "√a²+b²",
    lambda m, y, a, b: _unless_zero(m, a, y),
    lambda m, y, a, b: _unless_zero(m, b, y),
)
sinc = Elementwise("sinc", "sinc", _sinc_slope)
deg2rad = Elementwise("deg2rad", "°→rad", math.pi / 180)
rad2deg = Elementwise("rad2deg", "rad→°", 180 / math.pi)
radians = Elementwise("radians", "°→rad", math.pi / 180)
degrees = Elementwise("degrees", "rad→°", 180 / math.pi)

# -- hyperbolic functions ----------------------------------------------------------------------------
sinh = Elementwise("sinh", "sinh", lambda m, y, x: m.cosh(x))
cosh = Elementwise("cosh", "cosh", lambda m, y, x: m.sinh(x))
tanh = Elementwise("tanh", "tanh", lambda m, y, x: 1 - y * y)
arcsinh = Elementwise("arcsinh", "arsinh", lambda m, y, x: m.reciprocal(m.sqrt(x * x + 1)))
arccosh = Elementwise("arccosh", "arcosh", lambda m, y, x: m.reciprocal(m.sqrt(x * x - 1)))
arctanh = Elementwise("arctanh", "artanh", lambda m, y, x: m.reciprocal(1 - x * x))

# -- special functions -------------------------------------------------------------------------------
_ROOT_PI = math.sqrt(math.pi)

erf = Elementwise("erf", "erf", lambda m, y, x: m.exp(-x * x) * (2 / _ROOT_PI))
erfc = Elementwise("erfc", "erfc", lambda m, y, x: m.exp(-x * x) * (-2 / _ROOT_PI))
erfinv = Elementwise("erfinv", "erf⁻¹", lambda m, y, x: m.exp(y * y) * (_ROOT_PI / 2))
polygamma = Elementwise("polygamma", "ψ⁽ⁿ⁾", None, lambda m, y, n, x: m.polygamma(n + 1, x))
digamma = Elementwise("digamma", "ψ", lambda m, y, x: m.polygamma(1, x))
lgamma = Elementwise("lgamma", "lnΓ", lambda m, y, x: m.digamma(x))
i0 = Elementwise("i0", "I₀", lambda m, y, x: m.i1(x))  # the modified Bessel functions I₀ and I₁


def _i1_slope(m: Namespace, y: Any, x: Any) -> Any:
    """I₀ - I₁ / x, and its limit 1/2 at 0; near it, where rounding counts, 1/2 + 3x²/16."""
    near = m.abs(x) < 1e-4
    return m.where(near, x * x * 0.1875 + 0.5, m.i0(x) - m.divide(y, m.where(near, 1.0, x)))


i1 = Elementwise("i1", "I₁", _i1_slope)

# -- corners: piecewise linear functions -------------------------------------------------------------


class _Where(Elementwise):
    """``where`` hands the cotangent over instead of multiplying it by 0, which would turn an
    infinite cotangent of the branch not taken into NaN.
    """

    def pullback(self, m: Namespace, index: int, cotangent: Any, application: Application) -> Any:
        condition = application.inputs[0]
        if index == 0:
            return None
        return m.where(condition, cotangent, 0.0) if index == 1 else m.where(condition, 0.0, cotangent)


arrays.__dict__["step"] = compare
step = Elementwise("step", "a>b", 0, 0)  # 1 where a > b, 1/2 where they are equal, 0 elsewhere
sign = Elementwise("sign", "sign", 0, floating=False)
heaviside = Elementwise("heaviside", "a>0", 0, lambda m, y, a, b: m.where(a == 0, 1.0, 0.0))
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
fmax = Elementwise(  # as maximum, but a NaN loses
    "fmax",
    "fmax",
    lambda m, y, a, b: m.where(b != b, 1.0, m.step(a, b)),
    lambda m, y, a, b: m.where(a != a, 1.0, m.step(b, a)),
    floating=False,
)
fmin = Elementwise(
    "fmin",
    "fmin",
    lambda m, y, a, b: m.where(b != b, 1.0, m.step(b, a)),
    lambda m, y, a, b: m.where(a != a, 1.0, m.step(a, b)),
    floating=False,
)
copysign = Elementwise("copysign", "±|a|", lambda m, y, a, b: m.sign(a) * m.copysign(1.0, b), 0)
nan_to_num = Elementwise("nan_to_num", "finite", lambda m, y, x: m.abs(x) < math.inf)

# -- rounding and remainders: steps, which are flat between their jumps ----------------------------------
floor = Elementwise("floor", "⌊x⌋", 0)
ceil = Elementwise("ceil", "⌈x⌉", 0)
rint = Elementwise("rint", "round", 0)
trunc = Elementwise("trunc", "trunc", 0)
floor_divide = Elementwise("floor_divide", "⌊a/b⌋", 0, 0, floating=False)
remainder = Elementwise("remainder", "mod", 1, lambda m, y, a, b: -m.floor(m.divide(a, b)), floating=False)
fmod = Elementwise("fmod", "fmod", 1, lambda m, y, a, b: -m.trunc(m.divide(a, b)), floating=False)

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
sigmoid = Elementwise(
    "sigmoid", "σ", lambda m, y, x: y * (1 - y), formula=lambda m, x: m.divide(1.0, 1.0 + m.exp(-x))
)
softplus = Elementwise(
    "softplus",
    "softplus",
    lambda m, y, x: m.sigmoid(x),
    formula=lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
)

# All of these are public but step, which serves the rules. Type checkers could not read this line.
vars()["__all__"] = [name for name, x in vars().items() if isinstance(x, Elementwise) and x is not step]
