"""Every operation of the library has words: how it is computed, and what it sends back to each operand."""

import re

import numpy as np
import pytest

from autograd_core import Node, Tensor, Value, matmul, primitive, stack, tanh
from autograd_core.inspection.operations import applied, expression
from autograd_core.inspection.rules import RULES, backward_rule, operand, pulled_back
from autograd_core.namespaces.formulas import formulas, of_arrays
from autograd_core.namespaces.latex import latex, latex_of_arrays
from autograd_core.primitive import Elementwise
from tests.autograd_core.inspection.recorded import leaf, recorded, table

NAMES = ["w1", "W", "x", "a + b", "50%_{", *(f"v{i}" for i in range(9))]


def named(node):
    """Names for the operands of a node, and for itself."""
    operands = [x for x in dict.fromkeys(node.inputs) if isinstance(x, Node)]
    return {node: "v₁₂"} | dict(zip(operands, NAMES, strict=False))


def balanced(text):
    """Whether brackets of LaTeX are closed in the order in which they were opened."""
    expected = []
    plain = text.replace(r"\{", "").replace(r"\}", "").replace("\\\\", "")
    for c in plain:
        if c == "{":
            expected.append("}")
        elif c == "}" and (not expected or expected.pop() != "}"):
            return False
    return not expected and plain.count(r"\left") == plain.count(r"\right")


def uses(node):
    return [i for i, x in enumerate(node.inputs) if isinstance(x, Node)]


@pytest.mark.parametrize("name", table())
def test_every_operation_has_words(name):
    node = recorded()[name]
    assert name in RULES or isinstance(node.op, Elementwise)
    names = named(node)
    assert expression(node, [names.get(x, "c") for x in node.inputs]) not in ("", names[node])
    for i in uses(node):
        written = str(pulled_back(of_arrays, node, i, of_arrays.cotangent("v₁₂"), names))
        assert "δ(v₁₂)" in written or "δQ" in written or "[δ" in written or written == "0"
        assert len(backward_rule(node, i, names)) <= 40
        assert "\ue003" not in backward_rule(node, i, names)


@pytest.mark.parametrize("name", table())
@pytest.mark.parametrize("m", [latex, latex_of_arrays])
def test_every_operation_has_latex(m, name):
    node = recorded()[name]
    names = named(node)
    texts = [applied(m, node, [operand(m, x, names) for x in node.inputs])]
    texts += [pulled_back(m, node, i, m.cotangent("v₁₂"), names) for i in uses(node)]
    for text in map(str, texts):
        assert balanced(text), text
        assert "′" not in text
        assert not re.search(r"_\{[^{}]*\}_|\^\{[^{}]*\}\^", text), "an index of an index"


def test_the_rules_of_linear_algebra_are_those_of_the_papers():
    names = {}

    def told(name, index=0):
        node = recorded()[name]
        names.update(zip(node.inputs, ["A", "B"], strict=False))
        return str(pulled_back(of_arrays, node, index, of_arrays.name("g"), names, "Y"))

    assert told("inv") == "−Yᵀ @ g @ Yᵀ"
    assert told("solve", 1) == "A⁻ᵀ @ g"
    assert told("solve") == "−A⁻ᵀ @ g @ Yᵀ"
    assert told("det") == "g × cof(A)"
    assert told("cholesky") == "sym(Y⁻ᵀ @ Φ(Yᵀ @ g) @ Y⁻¹)"


@pytest.mark.parametrize(
    ("left", "right", "rules"),
    [
        ((2, 3), (3, 4), ["g @ bᵀ", "aᵀ @ g"]),
        ((2, 3), (3,), ["g ⊗ b", "aᵀ @ g"]),
        ((3,), (3, 4), ["g @ bᵀ", "a ⊗ g"]),
        ((3,), (3,), ["g × b", "g × a"]),
        ((5, 2, 3), (3, 4), ["g @ bᵀ", "Σ(aᵀ @ g, axis 0)"]),
    ],
)
def test_a_product_of_matrices_sends_back_products(left, right, rules):
    a, b = leaf(left), leaf(right)
    y = matmul(a, b)
    found = [str(pulled_back(of_arrays, y, i, of_arrays.name("g"), {a: "a", b: "b"})) for i in (0, 1)]
    assert found == rules


def test_what_was_repeated_is_summed():
    x, b = leaf((4, 3)), leaf((3,))
    one, names = leaf(()), {x: "x", b: "b"}
    assert str(pulled_back(of_arrays, x + b, 1, of_arrays.name("g"), names)) == "Σ(g, axis 0)"
    assert str(pulled_back(of_arrays, x * one, 1, of_arrays.name("g"), names)) == "Σ(g × x)"
    assert backward_rule(x * b, 1, names) == "× x, Σ"


def test_parts_are_written_by_their_places():
    x, y = leaf((2, 3)), leaf((2, 3))
    names = {x: "x", y: "y"}
    assert backward_rule(stack([x, y]), 1, names) == "g[1]"
    assert (
        str(pulled_back(of_arrays, x[0, 1:], 0, of_arrays.name("g"), names))
        == "g to [0, 1:], 0 to the others"
    )


def test_an_operation_of_ones_own_is_written_if_it_can_be():
    @primitive(lambda m, y, x: m.cos(x) * y)
    def exp_sin(x):
        return np.exp(np.sin(x))

    @primitive(lambda m, y, x: 1.0 if x > 0 else 2.0)
    def bent(x):
        return x

    @primitive(pullback=lambda m, g, y, x, *, index: g * 2)
    def twice(x):
        return 2 * x

    x = Tensor([0.5], requires_grad=True)
    g, names = of_arrays.name("g"), {x: "x"}
    written = [str(pulled_back(of_arrays, f(x), 0, g, names, "y")) for f in (exp_sin, bent, twice)]
    assert written == ["g × cos(x) × y", "g × bent′(x)", "twice′(g)"]


def test_numbers_and_arrays_have_signs_of_their_own():
    x = Value(2.0, label="x")
    for m, text in ((formulas, "δ(y) · (1 − y²)"), (of_arrays, "δ(y) × (1 − y²)")):
        assert str(pulled_back(m, tanh(x), 0, m.cotangent("y"), {x: "x"}, "y")) == text
