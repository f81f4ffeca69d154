"""The page of derivatives as JavaScript computes what it computes in Python, corners included."""

import math
import random

import numpy as np
import pytest

from autograd_core import DtypeError, calculus
from autograd_core.namespaces.javascript import javascript
from autograd_core.primitive import Elementwise, floats
from tests.javascript import needs_node, run

FUNCTIONS = {name: entry for name, entry in vars(calculus).items() if isinstance(entry, Elementwise)}
DOMAINS = {
    "arccosh": (1, 4), "arcsin": (-1, 1), "arccos": (-1, 1), "arctanh": (-1, 1), "sqrt": (0, 4), "log": (0, 4),
    "log2": (0, 4), "log10": (0, 4), "log1p": (-1, 4), "erf": (-6, 6), "erfc": (-6, 26), "erfinv": (-1, 1),
    "lgamma": (-4, 40), "digamma": (-4, 40), "i0": (-40, 40), "i1": (-40, 40),
}  # fmt: skip
CORNERS = [
    0.0, -0.0, 0.1, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, -2.0, 2.5, 3.0, -3.0, 1e-9, -1e-9, 0.3, 20.0, -20.0, 30.0,
    -30.0, 745.5, -745.5, 1e4, -1e4, 1e300, math.inf, -math.inf, math.nan,
]  # fmt: skip
RANDOM = random.Random(0)


def arguments(name, arity):
    """Random numbers of the domain, then corners."""
    low, high = DOMAINS.get(name, (-3, 3))
    drawn = [[RANDOM.uniform(low, high) for _ in range(arity)] for _ in range(200)]
    if arity == 1:
        cases = drawn + [[x] for x in CORNERS]
    else:
        cases = drawn + [[RANDOM.choice(CORNERS) for _ in range(arity)] for _ in range(400)]
    if name == "where":
        return [[x > 0, *others] for x, *others in cases]
    if name == "polygamma":
        return [[float(RANDOM.randrange(5)), 20 * abs(x)] for _, x in drawn]
    if name in ("power", "float_power"):  # there it matters whether Python knows the exponent beforehand
        return [[a, b] for a, b in cases if b or math.isfinite(a)]
    return cases


def in_python(function, inputs):
    with np.errstate(all="ignore"):
        y = getattr(floats, function.name)(*inputs)
        slopes = [function.local_derivative(floats, i, y, inputs) for i in range(function.arity)]
    return [float(y), *(0.0 if slope is None else float(slope) for slope in slopes)]


def in_javascript(function):
    """A function of the inputs that gives the value and the local derivatives."""
    names = [javascript.name(letter) for letter in "abc"[: function.arity]]
    y = getattr(javascript, function.name)(*names)
    slopes = [
        function.local_derivative(javascript, i, javascript.name("y"), names) for i in range(function.arity)
    ]
    texts = ", ".join(f"+({javascript.text(0.0 if slope is None else slope)})" for slope in slopes)
    return f"({', '.join(map(str, names))}) => {{ const y = {y}; return [y, {texts}]; }}"


@needs_node
def test_every_function_and_its_derivatives_agree_with_python():
    cases = {name: arguments(name, function.arity) for name, function in FUNCTIONS.items()}
    table = ", ".join(f"{name}: {in_javascript(function)}" for name, function in FUNCTIONS.items())
    program = f"const table = {{ {table} }};\nanswer = {{}};\n"
    program += "for (const name in data) answer[name] = data[name].map((x) => table[name](...x));"
    found = run(javascript.functions(program) + program, cases)
    wrong = []
    for name, function in FUNCTIONS.items():
        for inputs, got in zip(cases[name], found[name], strict=True):
            expected = in_python(function, inputs)
            if got != pytest.approx(expected, rel=1e-12, abs=1e-15, nan_ok=True):
                wrong.append(f"{name}{tuple(inputs)}: {got}, not {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (lambda a, b: a + b * a, "a + b * a"),
        (lambda a, b: (a + b) * (a - b), "(a + b) * (a - b)"),
        (lambda a, b: a - (b - a), "a - (b - a)"),
        (lambda a, b: a / (b * a), "a / (b * a)"),
        (lambda a, b: -(a + b), "-(a + b)"),
        (lambda a, b: a - (-b), "a - (-b)"),
        (lambda a, b: 2 * a - 1.5, "2 * a - 1.5"),
        (lambda a, b: a * -3, "a * (-3)"),
        (lambda a, b: a**2, "Math.pow(a, 2)"),
        (lambda a, b: a**b, "power(a, b)"),
        (lambda a, b: (a > 0) & (b == 0) | (a <= b), "a > 0 && b === 0 || a <= b"),
        (lambda a, b: javascript.where(a != b, a + 1, math.nan), "a !== b ? a + 1 : NaN"),
        (lambda a, b: javascript.where(True, -math.inf, b) + 1, "(true ? -Infinity : b) + 1"),
    ],
)
def test_brackets_stand_where_they_are_needed(write, expected):
    assert str(write(javascript.name("a"), javascript.name("b"))) == expected


def test_a_program_gets_the_functions_it_calls_and_those_that_they_call():
    source = javascript.functions("erfinv(v[0]) + Math.log1p(v[1])")
    assert [f"function {name}(" in source for name in ("erfinv", "erf", "erfc", "gaussian", "bessel")] == [
        True, True, True, True, False,
    ]  # fmt: skip


def test_a_rule_that_branches_on_a_number_is_refused():
    x = javascript.name("x")
    with pytest.raises(DtypeError, match=r"x > 0.*m\.where"):
        _ = 1 if x > 0 else 0


def test_a_function_that_nobody_has_written_is_named():
    with pytest.raises(DtypeError, match=r"airy\(\) cannot be written in JavaScript"):
        javascript.airy(1.0)
