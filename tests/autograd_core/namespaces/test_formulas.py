"""The page of derivatives as a reader sees it."""

import pytest

from autograd_core import calculus
from autograd_core.namespaces.formulas import formulas

A, B = formulas.name("a"), formulas.name("b")


@pytest.mark.parametrize(
    ("name", "operands", "value", "derivatives"),
    [
        ("multiply", (A, B), "a · b", ["b", "a"]),
        ("divide", (A, B), "a / b", ["1 / b", "−a / b²"]),
        ("power", (A, 3.0), "a³", ["3 · a²"]),
        ("power", (A, -1.0), "a⁻¹", ["−a⁻²"]),
        ("power", (A, 0.5), "a^0.5", ["0.5 · a^(−0.5)"]),
        ("power", (A, B), "a^b", ["b · a^(b − 1)", "a^b · ln(a)"]),
        ("reciprocal", (A,), "1 / a", ["−(1 / a)²"]),
        ("square", (A + B,), "(a + b)²", ["2 · (a + b)"]),
        ("sqrt", (A,), "√a", ["0.5 / √a"]),
        ("log1p", (A,), "ln(1 + a)", ["1 / (1 + a)"]),
        ("tanh", (A,), "tanh(a)", ["1 − tanh(a)²"]),
        ("sigmoid", (A,), "σ(a)", ["σ(a) · (1 − σ(a))"]),
        ("softplus", (A,), "softplus(a)", ["σ(a)"]),
        ("erf", (A,), "erf(a)", ["exp(−a²) · 1.128"]),
        ("relu", (A,), "relu(a)", ["1 if a > 0, else 0"]),
        ("abs", (A,), "|a|", ["sign(a)"]),
        ("maximum", (A, B), "max(a, b)", ["1 if a > b, else 0", "1 if b > a, else 0"]),
        ("hypot", (A, B), "hypot(a, b)", ["a / hypot(a, b)", "b / hypot(a, b)"]),
        ("arctan2", (A, B), "arctan2(a, b)", ["b / (a² + b²)", "−a / (a² + b²)"]),
        ("logaddexp", (A, B), "logaddexp(a, b)", ["σ(a − b)", "σ(b − a)"]),
        ("sinc", (A,), "sinc(a)", ["sinc′(a)"]),
    ],
)
def test_values_and_derivatives_are_written_as_a_textbook_has_them(name, operands, value, derivatives):
    primitive = getattr(calculus, name)
    assert str(getattr(formulas, name)(*operands)) == value
    written = [str(formulas.derivative(primitive, i, operands)) for i in range(len(derivatives))]
    assert written == derivatives


@pytest.mark.parametrize("name", [n for n in vars(calculus) if n in calculus.__all__])
def test_every_derivative_can_be_read(name):
    primitive = getattr(calculus, name)
    operands = [A, B, formulas.name("c")][: primitive.arity]
    for i in range(primitive.arity):
        assert 0 < len(str(formulas.derivative(primitive, i, operands))) <= 80


def test_a_number_that_may_be_negative_is_held_in_brackets_where_a_minus_may_not_follow():
    a, b, y = map(formulas.hole, range(3))
    assert formulas.parts(a - b) == [0, " − ", [1]]
    assert formulas.parts(formulas.derivative(calculus.tanh, 0, [a], y)) == ["1 − ", [2], "²"]
    assert formulas.parts(formulas.derivative(calculus.divide, 1, [a, b], y)) == ["−", [2], " / ", [1]]
    assert formulas.parts(formulas.sin(a)) == ["sin(", 0, ")"]


def test_signs_do_not_meet():
    assert str(A - -B) == "a − (−b)"
    assert str(-(-A * B)) == "−(−a · b)"
    assert str(A + -2.0 * B) == "a + (−2 · b)"
