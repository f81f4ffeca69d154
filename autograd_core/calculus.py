"""The page of derivatives: every elementwise function of the library, each written once.

A line reads: name, symbol, the local derivative with respect to each input, and all that in a sentence with
an example. In a derivative ``y`` is the value of the function, ``x`` (or ``a, b``) its inputs, and ``m`` the
functions to compute with: on floats, on arrays, or on nodes. In the last case the derivative is recorded
like any other computation, which is why it can be differentiated again and drawn
(:mod:`autograd_core.primitive`). A derivative that never changes is written as that number.

Where a function has a corner the line takes the stated convention: ``abs'(0) = relu'(0) = 0``; equal
arguments of ``maximum`` share the gradient; ``clip`` passes it strictly inside the bounds only.

Each name is also the function itself, for every kind of number:

>>> from autograd_core import Tensor, Value, exp
>>> exp(0.0), exp(Value(0.0)), exp(Tensor([0.0, 1.0])).shape
(1.0, Value(1.0, op=exp), (2,))
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .namespaces import floats as _floats  # noqa: F401  fills the namespace that the table draws on
from .namespaces import special as _special  # noqa: F401  and the special functions
from .primitive import Application, Elementwise, Namespace

# A table is read in columns: it is laid out by hand.
# fmt: off

# -- arithmetic --------------------------------------------------------------------------------------


def _power_by_base(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """b a^(b-1), and 0 at a = b = 0: a constant has no slope.

    Nothing else is cut off where b = 0: the derivative by b, which is 1/a there, has to come through.
    """
    if isinstance(b, int | float):
        return b * m.power(a, b - 1 if b else 0)  # 0 at infinities, too
    both = (a == 0) & (b == 0)
    return m.where(both, 0.0, b * m.power(m.where(both, 1.0, a), b - 1))


def _power_by_exponent(m: Namespace, y: Any, a: Any, b: Any) -> Any:
    """y ln a; 0 at a = 0 for b ≥ 0, where 0^b is constant; undefined (NaN) for a negative base."""
    return y * m.log(m.where(a < 0, math.nan, m.where((a == 0) & (b >= 0), 1.0, a)))


add = Elementwise("add", "+", 1, 1, floating=False,
    doc="add(a, b) = a + b. Derivatives: 1 and 1. >>> add(1.0, 2.0) -> 3.0")
subtract = Elementwise("subtract", "−", 1, -1, floating=False,
    doc="subtract(a, b) = a - b. Derivatives: 1 and -1. >>> subtract(1.0, 2.0) -> -1.0")
multiply = Elementwise("multiply", "×", lambda m, y, a, b: b, lambda m, y, a, b: a, floating=False,
    doc="multiply(a, b) = a b. Derivatives: b and a. >>> multiply(2.0, 3.0) -> 6.0")
divide = Elementwise("divide", "÷", lambda m, y, a, b: m.divide(1.0, b), lambda m, y, a, b: -m.divide(y, b),
    doc="divide(a, b) = a / b, infinite where only b is 0. Derivatives: 1/b and -a/b². "
    ">>> divide(1.0, 2.0) -> 0.5")
power = Elementwise("power", "^", _power_by_base, _power_by_exponent, floating=False,
    doc="power(a, b) = a^b, for a negative a with whole b only. Derivatives: b a^(b-1), which is 0 where b = "
    "0, and a^b ln a: at a = 0 that is 0 for b ≥ 0 and -inf for b < 0, undefined (NaN) where a < 0. "
    ">>> power(2.0, 3.0) -> 8.0")
float_power = Elementwise("float_power", "^", _power_by_base, _power_by_exponent,
    formula=lambda m, a, b: m.power(a, b),
    doc="float_power(a, b) = a^b: as power, but integers become floating-point numbers; single precision "
    "stays single. Derivatives: b a^(b-1) and a^b ln a. >>> float_power(2, -1) -> 0.5")
negative = Elementwise("negative", "−", -1, floating=False,
    doc="negative(x) = -x. Derivative: -1. >>> negative(2.0) -> -2.0")
reciprocal = Elementwise("reciprocal", "1/x", lambda m, y, x: -y * y,
    doc="reciprocal(x) = 1/x, infinite at 0. Derivative: -1/x². >>> reciprocal(4.0) -> 0.25")
square = Elementwise("square", "x²", lambda m, y, x: 2 * x, floating=False,
    doc="square(x) = x². Derivative: 2x. >>> square(3.0) -> 9.0")

# -- roots, exponentials, logarithms -----------------------------------------------------------------
_LN2, _LN10 = math.log(2), math.log(10)


def _share(m: Namespace, a: Any, b: Any) -> Any:
    """eᵃ/(eᵃ + eᵇ) = σ(a - b), and 0 where both exponentials are."""
    neither = (a == -math.inf) & (b == -math.inf)
    return m.where(neither, 0.0, m.sigmoid(m.where(neither, 0.0, a) - m.where(neither, 0.0, b)))


sqrt = Elementwise("sqrt", "√", lambda m, y, x: m.divide(0.5, y),
    doc="sqrt(x) = √x, for x ≥ 0. Derivative: 1/(2√x), infinite at 0. >>> sqrt(9.0) -> 3.0")
cbrt = Elementwise("cbrt", "∛", lambda m, y, x: m.divide(1 / 3, y * y),
    doc="cbrt(x) = ∛x, also for negative x. Derivative: 1/(3 ∛x²), infinite at 0. >>> cbrt(-8.0) -> -2.0")
exp = Elementwise("exp", "exp", lambda m, y, x: y,
    doc="exp(x) = eˣ. Derivative: eˣ. >>> exp(0.0) -> 1.0")
exp2 = Elementwise("exp2", "2ˣ", lambda m, y, x: y * _LN2,
    doc="exp2(x) = 2ˣ. Derivative: 2ˣ ln 2. >>> exp2(3.0) -> 8.0")
expm1 = Elementwise("expm1", "exp−1", lambda m, y, x: m.exp(x),  # y + 1 would round a small eˣ away
    doc="expm1(x) = eˣ - 1, exact near 0. Derivative: eˣ. >>> expm1(1e-20) -> 1e-20")
log = Elementwise("log", "ln", lambda m, y, x: m.reciprocal(x),
    doc="log(x) = ln x, for x > 0, and -inf at 0. Derivative: 1/x. >>> log(1.0) -> 0.0")
log2 = Elementwise("log2", "log₂", lambda m, y, x: m.divide(1 / _LN2, x),
    doc="log2(x) = log₂ x, for x > 0, and -inf at 0. Derivative: 1/(x ln 2). >>> log2(8.0) -> 3.0")
log10 = Elementwise("log10", "log₁₀", lambda m, y, x: m.divide(1 / _LN10, x),
    doc="log10(x) = log₁₀ x, for x > 0, and -inf at 0. Derivative: 1/(x ln 10). >>> log10(1000.0) -> 3.0")
log1p = Elementwise("log1p", "ln1p", lambda m, y, x: m.reciprocal(1 + x),
    doc="log1p(x) = ln(1 + x), exact near 0, for x > -1. Derivative: 1/(1 + x). >>> log1p(1e-20) -> 1e-20")
logaddexp = Elementwise("logaddexp", "ln(eᵃ+eᵇ)",
    lambda m, y, a, b: _share(m, a, b),
    lambda m, y, a, b: _share(m, b, a),
    doc="logaddexp(a, b) = ln(eᵃ + eᵇ), without overflow. Derivatives: eᵃ/(eᵃ + eᵇ) and eᵇ/(eᵃ + eᵇ), "
    "which are 0 where both exponentials are. >>> logaddexp(1e4, -1e4) -> 10000.0")
logaddexp2 = Elementwise("logaddexp2", "log₂(2ᵃ+2ᵇ)",
    lambda m, y, a, b: _share(m, a * _LN2, b * _LN2),
    lambda m, y, a, b: _share(m, b * _LN2, a * _LN2),
    doc="logaddexp2(a, b) = log₂(2ᵃ + 2ᵇ), without overflow. Derivatives: 2ᵃ/(2ᵃ + 2ᵇ) and 2ᵇ/(2ᵃ + 2ᵇ), "
    "which are 0 where both powers are. >>> logaddexp2(3.0, 3.0) -> 4.0")

# -- trigonometry ------------------------------------------------------------------------------------


def _unless_zero(m: Namespace, a: Any, length: Any) -> Any:
    """a / length, and 0 at the tip of the cone, where every direction is as good as its opposite."""
    return m.where(length == 0, 0.0, m.divide(a, m.where(length == 0, 1.0, length)))


def _by_squared_distance(m: Namespace, a: Any, b: Any, c: Any) -> Any:
    """c / (a² + b²), and 0 at the origin, where no direction is steeper than its opposite."""
    origin = (a == 0) & (b == 0)
    return m.where(origin, 0.0, m.divide(c, m.where(origin, 1.0, a * a + b * b)))


def _series(x: Any, coefficients: tuple[float, ...]) -> Any:
    """c₀ + c₁ x + c₂ x² + ..., by Horner's rule."""
    total: Any = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total


_SINC = tuple((-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(1, 11))


def _sinc_slope(m: Namespace, y: Any, x: Any) -> Any:
    """(cos πx - sinc x) / x, and for small x, where this cancels, its series -π²x/3 + π⁴x³/30 - ..."""
    near = m.abs(x) < 0.3
    small, large = m.where(near, x, 0.0), m.where(near, 1.0, x)
    series = small * _series(small * small, _SINC)
    return m.where(near, series, m.divide(m.cos(math.pi * x) - y, large))


sin = Elementwise("sin", "sin", lambda m, y, x: m.cos(x),
    doc="sin(x): the sine of x radians. Derivative: cos x. >>> sin(0.0) -> 0.0")
cos = Elementwise("cos", "cos", lambda m, y, x: -m.sin(x),
    doc="cos(x): the cosine of x radians. Derivative: -sin x. >>> cos(0.0) -> 1.0")
tan = Elementwise("tan", "tan", lambda m, y, x: 1 + y * y,
    doc="tan(x) = sin x / cos x, of x radians. Derivative: 1 + tan² x. >>> tan(0.0) -> 0.0")
arcsin = Elementwise("arcsin", "arcsin", lambda m, y, x: m.reciprocal(m.sqrt(1 - x * x)),
    doc="arcsin(x): the angle in [-π/2, π/2] whose sine is x, for |x| ≤ 1. Derivative: 1/√(1 - x²), infinite "
    "at ±1. >>> arcsin(0.0) -> 0.0")
arccos = Elementwise("arccos", "arccos", lambda m, y, x: -m.reciprocal(m.sqrt(1 - x * x)),
    doc="arccos(x): the angle in [0, π] whose cosine is x, for |x| ≤ 1. Derivative: -1/√(1 - x²), infinite "
    "at ±1. >>> arccos(1.0) -> 0.0")
arctan = Elementwise("arctan", "arctan", lambda m, y, x: m.reciprocal(1 + x * x),
    doc="arctan(x): the angle in (-π/2, π/2) whose tangent is x. Derivative: 1/(1 + x²). "
    ">>> arctan(0.0) -> 0.0")
arctan2 = Elementwise("arctan2", "∠",
    lambda m, y, a, b: _by_squared_distance(m, a, b, b),
    lambda m, y, a, b: -_by_squared_distance(m, a, b, a),
    doc="arctan2(a, b): the angle of the point (b, a) in [-π, π]. Derivatives: b/(a² + b²) and -a/(a² + b²), "
    "both 0 at the origin. >>> arctan2(0.0, 2.0) -> 0.0")
hypot = Elementwise("hypot", "√a²+b²",
    lambda m, y, a, b: _unless_zero(m, a, y),
    lambda m, y, a, b: _unless_zero(m, b, y),
    doc="hypot(a, b) = √(a² + b²), without overflow. Derivatives: a/y and b/y with y the result, both 0 at "
    "the origin. >>> hypot(3.0, 4.0) -> 5.0")
sinc = Elementwise("sinc", "sinc", _sinc_slope,
    doc="sinc(x) = sin πx / πx, and 1 at 0. Derivative: (cos πx - sinc x)/x, and 0 at 0. "
    ">>> sinc(0.0) -> 1.0")
deg2rad = Elementwise("deg2rad", "°→rad", math.pi / 180,
    doc="deg2rad(x) = πx/180: degrees as radians. Derivative: π/180. >>> deg2rad(180.0) -> 3.141592653589793")
rad2deg = Elementwise("rad2deg", "rad→°", 180 / math.pi,
    doc="rad2deg(x) = 180x/π: radians as degrees. Derivative: 180/π. >>> rad2deg(math.pi) -> 180.0")
radians = Elementwise("radians", "°→rad", math.pi / 180,
    doc="radians(x) = πx/180: another name of deg2rad. Derivative: π/180. "
    ">>> radians(180.0) -> 3.141592653589793")
degrees = Elementwise("degrees", "rad→°", 180 / math.pi,
    doc="degrees(x) = 180x/π: another name of rad2deg. Derivative: 180/π. >>> degrees(math.pi) -> 180.0")

# -- hyperbolic functions ----------------------------------------------------------------------------
sinh = Elementwise("sinh", "sinh", lambda m, y, x: m.cosh(x),
    doc="sinh(x) = (eˣ - e⁻ˣ)/2. Derivative: cosh x. >>> sinh(0.0) -> 0.0")
cosh = Elementwise("cosh", "cosh", lambda m, y, x: m.sinh(x),
    doc="cosh(x) = (eˣ + e⁻ˣ)/2. Derivative: sinh x. >>> cosh(0.0) -> 1.0")
tanh = Elementwise("tanh", "tanh", lambda m, y, x: 1 - y * y,
    doc="tanh(x) = sinh x / cosh x. Derivative: 1 - tanh² x. >>> tanh(0.0), tanh(1e4) -> (0.0, 1.0)")
arcsinh = Elementwise("arcsinh", "arsinh", lambda m, y, x: m.reciprocal(m.sqrt(x * x + 1)),
    doc="arcsinh(x) = ln(x + √(x² + 1)). Derivative: 1/√(x² + 1). >>> arcsinh(0.0) -> 0.0")
arccosh = Elementwise("arccosh", "arcosh", lambda m, y, x: m.reciprocal(m.sqrt(x * x - 1)),
    doc="arccosh(x) = ln(x + √(x² - 1)), for x ≥ 1. Derivative: 1/√(x² - 1), infinite at 1. "
    ">>> arccosh(1.0) -> 0.0")
arctanh = Elementwise("arctanh", "artanh", lambda m, y, x: m.reciprocal(1 - x * x),
    doc="arctanh(x) = ln((1 + x)/(1 - x))/2, for |x| < 1, infinite at ±1. Derivative: 1/(1 - x²). "
    ">>> arctanh(0.0) -> 0.0")

# -- special functions -------------------------------------------------------------------------------
_ROOT_PI = math.sqrt(math.pi)


_I1 = tuple((2 * k + 1) / (2 ** (2 * k + 1) * math.factorial(k) * math.factorial(k + 1)) for k in range(11))


def _i1_slope(m: Namespace, y: Any, x: Any) -> Any:
    """I₀ - I₁ / x, and for small x, where the derivatives of this cancel, its series 1/2 + 3x²/16 + ..."""
    near = m.abs(x) < 1
    small, large = m.where(near, x, 0.0), m.where(near, 1.0, x)
    return m.where(near, _series(small * small, _I1), m.i0(x) - m.divide(y, large))


erf = Elementwise("erf", "erf", lambda m, y, x: m.exp(-x * x) * (2 / _ROOT_PI),
    doc="erf(x) = 2/√π ∫₀ˣ exp(-t²) dt. Derivative: 2/√π exp(-x²). >>> erf(0.0), erf(6.0) -> (0.0, 1.0)")
erfc = Elementwise("erfc", "erfc", lambda m, y, x: m.exp(-x * x) * (-2 / _ROOT_PI),
    doc="erfc(x) = 1 - erf x, exact where that is tiny. Derivative: -2/√π exp(-x²). >>> erfc(0.0) -> 1.0")
erfinv = Elementwise("erfinv", "erf⁻¹", lambda m, y, x: m.exp(y * y) * (_ROOT_PI / 2),
    doc="erfinv(x): the y with erf(y) = x, for |x| < 1, infinite at ±1. Derivative: √π/2 exp(y²). "
    ">>> float(erfinv(0.0)) -> 0.0")
polygamma = Elementwise("polygamma", "ψ⁽ⁿ⁾", None, lambda m, y, n, x: m.polygamma(n + 1, x),
    doc="polygamma(n, x) = ψ⁽ⁿ⁾(x): the n-th derivative of digamma, n = 0, 1, ... Derivative with respect to "
    "x: polygamma(n + 1, x); there is none with respect to n. "
    ">>> float(polygamma(1, 1.0)) -> 1.6449340668482266")
digamma = Elementwise("digamma", "ψ", lambda m, y, x: m.polygamma(1, x),
    doc="digamma(x) = ψ(x) = Γ'(x)/Γ(x). Derivative: polygamma(1, x). "
    ">>> float(digamma(1.0)) -> -0.5772156649015329")
lgamma = Elementwise("lgamma", "lnΓ", lambda m, y, x: m.digamma(x),
    doc="lgamma(x) = ln |Γ(x)|, infinite at 0, -1, -2, ... Derivative: digamma(x). >>> lgamma(1.0) -> 0.0")
i0 = Elementwise("i0", "I₀", lambda m, y, x: m.i1(x),
    doc="i0(x) = I₀(x): the modified Bessel function of order 0. Derivative: I₁(x). "
    ">>> float(i0(0.0)) -> 1.0")
i1 = Elementwise("i1", "I₁", _i1_slope,
    doc="i1(x) = I₁(x): the modified Bessel function of order 1. Derivative: I₀(x) - I₁(x)/x, and 1/2 at 0. "
    ">>> float(i1(0.0)) -> 0.0")

# -- corners: piecewise linear functions -------------------------------------------------------------


class _Where(Elementwise):
    """``where`` hands the cotangent over instead of multiplying it by 0, which would turn an
    infinite cotangent of the branch not taken into NaN.
    """

    def shares(
        self, m: Namespace, cotangent: Any, application: Application, wanted: Sequence[bool]
    ) -> Sequence[Any]:
        condition = application.values[0]
        return (
            None,
            m.where(condition, cotangent, 0.0) if wanted[1] else None,
            m.where(condition, 0.0, cotangent) if wanted[2] else None,
        )


step = Elementwise("step", "a>b", 0, 0, formula=lambda m, a, b: (a > b) + 0.5 * (a == b),
    doc="step(a, b): 1 where a > b, 1/2 where they are equal, 0 elsewhere. Derivatives: 0 and 0. "
    ">>> step(2.0, 1.0), step(1.0, 1.0) -> (1.0, 0.5)")
sign = Elementwise("sign", "sign", 0, floating=False,
    doc="sign(x): -1, 0 or 1. Derivative: 0, at the jump too. >>> sign(-2.0) -> -1.0")
heaviside = Elementwise("heaviside", "a>0", 0, lambda m, y, a, b: m.where(a == 0, 1.0, 0.0),
    doc="heaviside(a, b): 1 where a > 0, b where a = 0, 0 elsewhere. Derivatives: 0, and 1 where a = 0. "
    ">>> heaviside(2.0, 0.5), heaviside(0.0, 0.5) -> (1.0, 0.5)")
abs = Elementwise("abs", "|x|", lambda m, y, x: m.sign(x), floating=False,
    doc="abs(x) = |x|. Derivative: the sign of x, which is 0 at 0. >>> abs(-2.0) -> 2.0")
maximum = Elementwise("maximum", "max",
    lambda m, y, a, b: m.step(a, b), lambda m, y, a, b: m.step(b, a), floating=False,
    doc="maximum(a, b): the larger of the two; NaN wins. Derivatives: 1 for the larger, 0 for the other, 1/2 "
    "each where they are equal. >>> maximum(1.0, 2.0) -> 2.0")
minimum = Elementwise("minimum", "min",
    lambda m, y, a, b: m.step(b, a), lambda m, y, a, b: m.step(a, b), floating=False,
    doc="minimum(a, b): the smaller of the two; NaN wins. Derivatives: 1 for the smaller, 0 for the other, "
    "1/2 each where they are equal. >>> minimum(1.0, 2.0) -> 1.0")
fmax = Elementwise("fmax", "fmax",
    lambda m, y, a, b: m.where(b != b, 1.0, m.step(a, b)),
    lambda m, y, a, b: m.where(a != a, 1.0, m.step(b, a)), floating=False,
    doc="fmax(a, b): the larger of the two; NaN loses. Derivatives: those of maximum, and 1 beside a NaN. "
    ">>> fmax(1.0, math.nan) -> 1.0")
fmin = Elementwise("fmin", "fmin",
    lambda m, y, a, b: m.where(b != b, 1.0, m.step(b, a)),
    lambda m, y, a, b: m.where(a != a, 1.0, m.step(a, b)), floating=False,
    doc="fmin(a, b): the smaller of the two; NaN loses. Derivatives: those of minimum, and 1 beside a NaN. "
    ">>> fmin(1.0, math.nan) -> 1.0")
clip = Elementwise("clip", "clip",
    lambda m, y, x, low, high: (x > low) & (x < high),
    lambda m, y, x, low, high: (x <= low) & (low < high),
    lambda m, y, x, low, high: (x >= high) | (low >= high), floating=False,
    doc="clip(x, low, high): x between low and high, the nearer bound outside. Derivatives: 1 for x strictly "
    "inside, else 1 for the bound that is the result. >>> clip(3.0, 0.0, 2.0) -> 2.0")
copysign = Elementwise("copysign", "±|a|", lambda m, y, a, b: m.sign(a) * m.copysign(1.0, b), 0,
    doc="copysign(a, b): |a| with the sign of b. Derivatives: 1 where the signs agree, -1 where they differ, "
    "0 at a = 0; and 0. >>> copysign(2.0, -1.0) -> -2.0")
nan_to_num = Elementwise("nan_to_num", "finite", lambda m, y, x: m.abs(x) < math.inf,
    doc="nan_to_num(x): 0 in place of NaN, the largest numbers in place of infinities. Derivative: 1, and 0 "
    "where x is not finite. >>> nan_to_num(math.nan), nan_to_num(2.0) -> (0.0, 2.0)")
where = _Where("where", "where", None,
    lambda m, y, condition, a, b: m.where(condition, 1.0, 0.0),
    lambda m, y, condition, a, b: m.where(condition, 0.0, 1.0), floating=False,
    doc="where(condition, a, b): a where the condition holds, b elsewhere. Derivatives: 1 for the one taken, "
    "0 for the other, whose infinities and NaNs stay behind. >>> where(True, 1.0, 2.0) -> 1.0")

# -- rounding and remainders: steps, which are flat between their jumps ------------------------------
floor = Elementwise("floor", "⌊x⌋", 0,
    doc="floor(x) = ⌊x⌋, the next whole number below. Derivative: 0. >>> floor(-1.5) -> -2.0")
ceil = Elementwise("ceil", "⌈x⌉", 0,
    doc="ceil(x) = ⌈x⌉, the next whole number above. Derivative: 0. >>> ceil(1.5) -> 2.0")
rint = Elementwise("rint", "round", 0,
    doc="rint(x): the nearest whole number, halves to the even one. Derivative: 0. >>> rint(2.5) -> 2.0")
trunc = Elementwise("trunc", "trunc", 0,
    doc="trunc(x): the whole number towards 0. Derivative: 0. >>> trunc(-1.5) -> -1.0")
floor_divide = Elementwise("floor_divide", "⌊a/b⌋", 0, 0, floating=False,
    doc="floor_divide(a, b) = ⌊a/b⌋. Derivatives: 0 and 0. >>> floor_divide(7.0, 2.0) -> 3.0")
remainder = Elementwise("remainder", "mod", 1, lambda m, y, a, b: -m.floor_divide(a, b), floating=False,
    doc="remainder(a, b) = a - b ⌊a/b⌋, with the sign of b. Derivatives: 1 and -⌊a/b⌋. "
    ">>> remainder(-7.0, 3.0) -> 2.0")
fmod = Elementwise("fmod", "fmod", 1, lambda m, y, a, b: -m.trunc(m.divide(a, b)), floating=False,
    doc="fmod(a, b) = a - b trunc(a/b), with the sign of a. Derivatives: 1 and -trunc(a/b). "
    ">>> fmod(-7.0, 3.0) -> -1.0")

# -- activations -------------------------------------------------------------------------------------
relu = Elementwise("relu", "relu", lambda m, y, x: x > 0, formula=lambda m, x: m.maximum(x, 0.0),
    floating=False,
    doc="relu(x) = max(x, 0). Derivative: 1 where x > 0, else 0, also at 0 (Nair and Hinton, 2010). "
    ">>> relu(-1.0), relu(2.0) -> (0.0, 2.0)")
sigmoid = Elementwise("sigmoid", "σ", lambda m, y, x: y * (1 - y),
    formula=lambda m, x: m.divide(1.0, 1.0 + m.exp(-x)),
    doc="sigmoid(x) = σ(x) = 1/(1 + e⁻ˣ). Derivative: σ(x)(1 - σ(x)). "
    ">>> sigmoid(0.0), sigmoid(1e4) -> (0.5, 1.0)")
softplus = Elementwise("softplus", "softplus", lambda m, y, x: m.sigmoid(x),
    formula=lambda m, x: m.maximum(x, 0.0) + m.log1p(m.exp(-m.abs(x))),
    doc="softplus(x) = ln(1 + eˣ), without overflow. Derivative: σ(x) (Dugas et al., 2001). "
    ">>> softplus(0.0), softplus(1e4) -> (0.6931471805599453, 10000.0)")

# fmt: on
# All of these are public but step, which serves the rules. Type checkers could not read these lines.
vars()["__all__"] = [name for name, x in vars().items() if isinstance(x, Elementwise) and x is not step]
__test__ = {name: x.__doc__ for name, x in vars().items() if isinstance(x, Elementwise)}
