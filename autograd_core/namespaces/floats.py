"""Elementary functions of Python floats with IEEE 754 results.

``math`` raises where NumPy returns an infinity or a NaN (``math.log(0.0)``, ``1 / 0.0``). A
:class:`Value` follows NumPy, so that one number and an array of one number always agree. Where NumPy
warns, the forward computation warns in NumPy's words (:data:`spoken`); rules compute in silence.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable

import numpy as np

from ..primitive import floats, spoken

inf, nan = math.inf, math.nan


def _ieee(
    function: Callable[[float], float], at_pole: float = nan, on_overflow: float = inf
) -> Callable[[float], float]:
    """``function`` with a value in place of each exception: ``at_pole`` for a zero argument that
    the function cannot take, NaN elsewhere outside its domain, ``on_overflow`` beyond the floats.
    """

    def safe(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return at_pole if x == 0 else nan
        except OverflowError:
            return on_overflow

    safe.__name__ = function.__name__
    return safe


def _speaking(name: str, function: Callable[..., float]) -> None:
    """Enter ``function``, which raises where NumPy warns, among the :data:`spoken`: the value there is
    NumPy's own affair, its warning, and what ``np.errstate`` has to say about it.
    """
    by_numpy = getattr(np, name)

    def of_one(x: float) -> float:
        try:
            return function(x)
        except (ValueError, ArithmeticError):
            return float(by_numpy(x))

    def of_two(a: float, b: float) -> float:
        try:
            y = function(a, b)
        except (ValueError, ArithmeticError):
            return float(by_numpy(a, b))
        return float(by_numpy(a, b)) if isinstance(y, complex) else y

    spoken[name] = of_one if by_numpy.nin == 1 else of_two
    spoken[name].__name__ = name


def divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        if a == 0 or a != a:
            return nan
        return math.copysign(inf, a) * math.copysign(1.0, b)


def reciprocal(x: float) -> float:
    return divide(1.0, x)


def power(a: float, b: float) -> float:
    try:
        result = a**b
    except ZeroDivisionError:
        odd = b.is_integer() and b % 2 == 1
        return math.copysign(inf, a) if odd else inf
    except OverflowError:
        return nan if a < 0 and b % 1 else -inf if a < 0 and b % 2 == 1 else inf
    return nan if isinstance(result, complex) else result


def sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(inf, x)


def sign(x: float) -> float:
    if x == 0 or x != x:
        return x
    return 1.0 if x > 0 else -1.0


def step(a: float, b: float) -> float:
    if a == b:
        return 0.5
    return 1.0 if a > b else 0.0


def heaviside(a: float, b: float) -> float:
    if a == 0:
        return b
    return a if a != a else 1.0 if a > 0 else 0.0


def maximum(a: float, b: float) -> float:
    if a != a or b != b:
        return nan
    return a if a >= b else b


def minimum(a: float, b: float) -> float:
    if a != a or b != b:
        return nan
    return a if a <= b else b


def clip(x: float, low: float, high: float) -> float:
    return minimum(maximum(x, low), high)


def where(condition: bool, a: float, b: float) -> float:
    return a if condition else b


_log1p = _ieee(math.log1p)


def log1p(x: float) -> float:
    return -inf if x == -1 else _log1p(x)


def hypot(a: float, b: float) -> float:
    try:
        return math.hypot(a, b)
    except OverflowError:
        return inf


def logaddexp(a: float, b: float) -> float:
    if a == b:  # also two infinities of one sign
        return a + math.log(2)
    return max(a, b) + math.log1p(math.exp(-abs(a - b))) if a == a and b == b else nan


def logaddexp2(a: float, b: float) -> float:
    if a == b:
        return a + 1.0
    return max(a, b) + math.log1p(2 ** -abs(a - b)) / math.log(2) if a == a and b == b else nan


def fmax(a: float, b: float) -> float:
    return b if a != a else a if b != b or a >= b else b


def fmin(a: float, b: float) -> float:
    return b if a != a else a if b != b or a <= b else b


def floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) else x


def ceil(x: float) -> float:
    return math.copysign(math.ceil(x), x) if math.isfinite(x) else x


def trunc(x: float) -> float:
    return math.copysign(math.trunc(x), x) if math.isfinite(x) else x


def rint(x: float) -> float:
    return math.copysign(round(x), x) if math.isfinite(x) else x


def sinc(x: float) -> float:
    if math.isinf(x):
        return nan
    return math.sin(math.pi * x) / (math.pi * x) if x else 1.0


def nan_to_num(x: float) -> float:
    largest = sys.float_info.max
    return 0.0 if x != x else min(max(x, -largest), largest)


def _two(function: Callable[[float, float], float]) -> Callable[[float, float], float]:
    """A function of two floats with NaN in place of an exception."""

    def safe(a: float, b: float) -> float:
        try:
            return function(a, b)
        except (ValueError, ZeroDivisionError):
            return nan

    return safe


def floor_divide(a: float, b: float) -> float:
    return divide(a, b) if b == 0 else _two(operator.floordiv)(a, b)


def remainder(a: float, b: float) -> float:
    if math.isinf(b) and math.isfinite(a):
        return a if a == 0 or (a > 0) == (b > 0) else b
    return _two(operator.mod)(a, b)


_arctanh = _ieee(math.atanh)


def arctanh(x: float) -> float:
    return math.copysign(inf, x) if abs(x) == 1 else _arctanh(x)


floats.__dict__.update(
    cbrt=math.cbrt,
    exp2=_ieee(math.exp2),
    log2=_ieee(math.log2, at_pole=-inf),
    log10=_ieee(math.log10, at_pole=-inf),
    logaddexp=logaddexp,
    logaddexp2=logaddexp2,
    arcsin=_ieee(math.asin),
    arccos=_ieee(math.acos),
    arctan=math.atan,
    arctan2=math.atan2,
    arcsinh=math.asinh,
    arccosh=_ieee(math.acosh),
    arctanh=arctanh,
    hypot=hypot,
    sinc=sinc,
    deg2rad=math.radians,
    rad2deg=math.degrees,
    radians=math.radians,
    degrees=math.degrees,
    fmax=fmax,
    fmin=fmin,
    copysign=math.copysign,
    nan_to_num=nan_to_num,
    floor=floor,
    ceil=ceil,
    rint=rint,
    trunc=trunc,
    floor_divide=floor_divide,
    remainder=remainder,
    fmod=_two(math.fmod),
    add=operator.add,
    subtract=operator.sub,
    multiply=operator.mul,
    divide=divide,
    power=power,
    negative=operator.neg,
    reciprocal=reciprocal,
    square=lambda x: x * x,
    sqrt=_ieee(math.sqrt),
    exp=_ieee(math.exp),
    expm1=_ieee(math.expm1),
    log=_ieee(math.log, at_pole=-inf),
    log1p=log1p,
    sin=_ieee(math.sin),
    cos=_ieee(math.cos),
    tan=_ieee(math.tan),
    sinh=sinh,
    cosh=_ieee(math.cosh),
    tanh=math.tanh,
    abs=abs,
    sign=sign,
    maximum=maximum,
    minimum=minimum,
    clip=clip,
    where=where,
    step=step,
    heaviside=heaviside,
)

loud: dict[str, Callable[..., float]] = {
    "divide": operator.truediv,
    "reciprocal": lambda x: 1.0 / x,
    "power": operator.pow,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp2": math.exp2,
    "expm1": math.expm1,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "log1p": math.log1p,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "arccosh": math.acosh,
    "arctanh": math.atanh,
    "fmod": math.fmod,
    "hypot": math.hypot,
}
"""Those that raise where NumPy warns."""
for _name, _function in loud.items():
    _speaking(_name, _function)
