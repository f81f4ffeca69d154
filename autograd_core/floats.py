"""Elementary functions of Python floats with IEEE 754 results.

``math`` raises where NumPy returns an infinity or a NaN (``math.log(0.0)``, ``1 / 0.0``). A
:class:`Value` follows NumPy, so that one number and an array of one number always agree.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from .primitive import floats

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
        return -inf if a < 0 and b % 2 == 1 else inf
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


floats.__dict__.update(
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
)
