"""The written chain rule says what the graph computed, in symbols and in numbers."""

import re
import time

import numpy as np
import pytest

import nn.functional as F
import viz
from autograd_core import GraphError, Tensor, Value, concatenate, explain, floor, grad, softmax, sqrt
from autograd_core.inspection.matrices import as_rows
from tests.autograd_core.inspection.test_rules import balanced


def network():
    x, w = Value(1.5, label="x"), Value(0.8, label="w")
    z = (w * x - 0.4).named("z")
    return x, w, z.sigmoid().named("a")


def layers():
    x = Tensor([[1.0, 2.0]], label="x")
    w = Tensor([[0.5, -1.0], [0.25, 1.0]], requires_grad=True, label="W")
    v = Tensor([[2.0], [-1.0]], requires_grad=True, label="V")
    return w, v, ((x @ w).relu() @ v).square().sum()


def part(explanation, head):
    """The lines below a heading, up to the next empty one."""
    return explanation.text.partition(f"{head}\n")[2].partition("\n\n")[0].splitlines()


def backward(explanation):
    return explanation.text.split("\n\n")[1].splitlines()[1:]


# -- single numbers --------------------------------------------------------------------------------


def test_a_neuron_is_explained_as_a_teacher_writes_it():
    _, w, a = network()
    assert explain(a, wrt=w).text == (
        """\
forward
w = 0.8
x = 1.5
v₁ = w × x = 1.2
z = v₁ − 0.4 = 0.8
a = σ(z) ≈ 0.69

backward, δ(v) is ∂a/∂v
δ(a) = 1
δ(z) = δ(a) · a · (1 − a) ≈ 0.2139
δ(v₁) = δ(z) ≈ 0.2139
δ(w) = δ(v₁) · x ≈ 0.2139 · 1.5 ≈ 0.3209

∂a/∂w = ∂a/∂z · ∂z/∂v₁ · ∂v₁/∂w ≈ 0.3209"""
    )


def test_a_variable_that_is_used_three_times_has_three_ways_and_their_sum():
    x = Value(-2.0, label="x")
    y = (x * x - x.tanh()).named("y")
    explanation = explain(y, wrt=x)
    assert backward(explanation) == [
        "δ(y) = 1",
        "δ(v₂) = −δ(y) = −1",
        "δ(v₁) = δ(y) = 1",
        "x is used 3 times",
        "  in v₁ = x × x: δ(v₁) · x = −2",
        "  in v₁ = x × x: δ(v₁) · x = −2",
        "  in v₂ = tanh(x): δ(v₂) · (1 − v₂²) ≈ −0.07065",
        "δ(x) ≈ (−2) + (−2) + (−0.07065) ≈ −4.071",
    ]
    assert explanation.paths == 3
    assert explanation.text.endswith("≈ −4.071, the sum over 3 paths")


def test_the_last_number_is_the_gradient():
    for _, w, a in [network()]:
        a.backward()
        assert float(explain(a, wrt=w).text.split("≈")[-1]) == pytest.approx(w.grad, rel=1e-3)


def test_factors_of_one_are_left_out():
    x = Value(3.0, label="x")
    text = explain((x + 1.0) * 1.0 + x, wrt=x).text
    assert "1 ·" not in text
    assert "· 1" not in text


def test_a_factor_that_only_rounds_to_one_is_written():
    x = Value(3.0, label="x")
    assert "δ(x) = δ(L) · 1.00001" in explain(x * 1.00001, wrt=x).text


def test_many_paths_are_the_recursion_of_the_sweep():
    y = x = Value(1.0, label="x")
    for _ in range(39):
        y = y * y
    explanation = explain(y.named("y"), wrt=x)
    assert explanation.paths == 2**39
    assert backward(explanation)[:5] == [
        "δ(y) = 1",
        "v₃₈ is used 2 times",
        "  in y = v₃₈ × v₃₈: δ(y) · v₃₈ = 1",
        "  in y = v₃₈ × v₃₈: δ(y) · v₃₈ = 1",
        "δ(v₃₈) = 1 + 1 = 2",
    ]
    assert explanation.text.endswith(f"the sum over {2**39:,} paths")


def test_the_second_derivative_is_that_of_the_first():
    x = Value(2.0, label="x")
    (x**3).named("y").backward(create_graph=True)
    explanation = explain(x.grad, wrt=x)
    assert "backward, δ(v) is ∂²y/∂v∂x" in explanation.text
    assert "∂y/∂x = seed × v₂ = 12" in explanation.text
    assert explanation.text.endswith("∂²y/∂x² = ∂²y/∂v₂∂x · ∂v₂/∂v₁ · ∂v₁/∂x = 12")
    assert r"\frac{\partial^{2} y}{\partial x^{2}}" in explanation.latex


def test_a_derivative_operator_is_explained_as_well():
    x = Value(0.5, label="x")
    explanation = explain(grad(lambda t: t**4)(x), wrt=x)
    assert explanation.text.endswith("∂v₃/∂v₂ · ∂v₂/∂v₁ · ∂v₁/∂x = 3")
    assert backward(explanation)[-1] == "δ(x) = δ(v₁) · 3 · x² = 4 · 0.75 = 3"


def test_a_loop_over_the_same_variable_names_each_turn():
    w, h = Value(0.5, label="w"), Value(2.0, label="h")
    for t in range(1, 4):
        h = (w * h).named(f"h{t}")
    assert backward(explain(h, wrt=w))[-4:] == [
        "  in h1 = w × h: δ(h1) · h = 0.25 · 2 = 0.5",
        "  in h2 = w × h1: δ(h2) · h1 = 0.5",
        "  in h3 = w × h2: δ(h3) · h2 = 0.5",
        "δ(w) = 0.5 + 0.5 + 0.5 = 1.5",
    ]


def test_what_has_no_slope_sends_back_nothing():
    x = Value(2.5, label="x")
    assert backward(explain(floor(x) * 3.0, wrt=x))[-1] == "δ(x) = 0"
    assert "  in v₁ = ⌊x⌋: 0\n" in explain(floor(x) * x, wrt=x).text
    assert balanced(explain(floor(x) * x, wrt=x).latex)


def test_the_derivative_by_itself_is_one():
    x = Value(2.0, label="x")
    assert explain(x, wrt=x).text.splitlines()[-1].endswith("= 1")


# -- arrays ----------------------------------------------------------------------------------------


def test_tensors_are_explained_by_products_of_matrices():
    w, _, loss = layers()
    assert backward(explain(loss, wrt=w)) == [
        "δ(L) = 1",
        "δ(v₄) = repeat(δ(L)) = [[1]]",
        "δ(v₃) = δ(v₄) · 2 · v₃ = [[2]]",
        "δ(v₂) = δ(v₃) @ Vᵀ = [[4  −2]]",
        "δ(v₁) = δ(v₂) × [v₁ > 0] = [[4  −2]]",
        "δ(W) = xᵀ @ δ(v₁)",
        "     = ⎡4  −2⎤",
        "       ⎣8  −4⎦",
        "a condition in brackets is 1 where it holds, else 0",
    ]


def test_the_forward_pass_stands_before_it_with_its_numbers():
    w, _, loss = layers()
    assert part(explain(loss, wrt=w), "forward") == [
        "W = ⎡ 0.5  −1⎤",
        "    ⎣0.25   1⎦",
        "x = [[1  2]]",
        "v₁ = x @ W = [[1  1]]",
        "v₂ = relu(v₁) = [[1  1]]",
        "V = ⎡ 2⎤",
        "    ⎣−1⎦",
        "v₃ = v₂ @ V = [[1]]",
        "v₄ = v₃² = [[1]]",
        "L = Σ(v₄) = 1",
    ]


def test_a_matrix_that_is_used_twice_has_a_matrix_for_each_use():
    w = Tensor([[1.0, 2.0], [0.0, 1.0]], requires_grad=True, label="W")
    assert backward(explain((w @ w).sum(), wrt=w))[4:] == [
        "W is used 2 times",
        "  in v₁ = W @ W: δ(v₁) @ Wᵀ",
        "       = ⎡3  1⎤",
        "         ⎣3  1⎦",
        "  in v₁ = W @ W: Wᵀ @ δ(v₁)",
        "       = ⎡1  1⎤",
        "         ⎣3  3⎦",
        "δ(W) = their sum",
        "     = ⎡4  2⎤",
        "       ⎣6  4⎦",
    ]


def test_attention_is_explained():
    x = Tensor(np.eye(2), label="X")
    w = {name: Tensor(np.eye(2) * k, requires_grad=True, label=name) for k, name in ((1, "Wq"), (2, "Wk"))}
    q, k = (x @ w["Wq"]).named("Q"), (x @ w["Wk"]).named("K")
    a = softmax(q @ k.T / sqrt(2.0), axis=-1).named("A")
    text = explain((a @ x).square().sum(), wrt=w["Wk"]).text
    for line in (
        "A = softmax(v₂, axis 1)",
        "δ(A) = δ(v₃) @ Xᵀ",
        "δ(v₂) = A × (δ(A) − Σ(δ(A) × A, axis 1))",
        "δ(v₁) = δ(v₂) / 1.414",
        "δ(Kᵀ) = Qᵀ @ δ(v₁)",
        "δ(K) = δ(Kᵀ)ᵀ",
        "δ(Wk) = Xᵀ @ δ(K)",
    ):
        assert line in text


def test_batch_normalisation_is_explained():
    x = Tensor(np.arange(6.0).reshape(3, 2), requires_grad=True, label="x")
    scale, shift = (Tensor(np.ones(2) * k, requires_grad=True, label=n) for k, n in ((2, "γ"), (0, "β")))
    loss = (F.batch_norm(x, None, None, scale, shift, training=True) ** 3).sum()
    assert "δ(γ) = Σ(δ(v₁) × z(x), axis 0)" in explain(loss, wrt=scale).text
    assert "δ(β) = Σ(δ(v₁), axis 0)" in explain(loss, wrt=shift).text
    text = explain(loss, wrt=x).text
    assert "δ(x) = (γ × δ(v₁) − mean(γ × δ(v₁)) − z(x) × mean(γ × δ(v₁) × z(x))) / std(x)" in text


def test_a_convolution_is_explained():
    x = Tensor(np.arange(9.0).reshape(1, 1, 3, 3), label="x")
    k = Tensor(np.ones((1, 1, 2, 2)), requires_grad=True, label="k")
    loss = F.max_pool2d(F.conv2d(x, k), 2).sum()
    assert backward(explain(loss, wrt=k)) == [
        "δ(L) = 1",
        "δ(v₂) = repeat(δ(L)) = [0, 0] [[1]]",
        "δ(v₁) = δ(v₂) to the max of each window, 0 to the others",
        "      = [0, 0] ⎡0  0⎤",
        "               ⎣0  1⎦",
        "δ(k) = conv(x, δ(v₁))",
        "     = [0, 0] ⎡4  5⎤",
        "              ⎣7  8⎦",
    ]


def test_large_matrices_are_written_by_their_edges():
    rows = as_rows(np.arange(49.0).reshape(7, 7))
    assert len(rows) == 5
    assert rows[-1].endswith("shape (7, 7)")
    assert len(as_rows(np.eye(6))) == 6
    assert len(as_rows(np.zeros((20, 2, 2)))) == 9


def test_names_are_those_of_the_drawing():
    _, w, a = network()
    h = (a * a + w).tanh()
    drawn = {box.name for box in viz.draw(h).picture.boxes}
    told = re.findall(r"δ\((.*?)\)", explain(h, wrt=w).text.partition("is ∂")[2])
    assert set(told) <= drawn


# -- size ------------------------------------------------------------------------------------------


def chain(count):
    y = x = Value(1.0, label="x")
    for _ in range(count):
        y = y * 1.0
    return y, x


def test_of_a_long_chain_the_ends_are_written():
    text = explain(*chain(5_000)).text
    assert text.count("… 4,961 more steps …") == 2
    assert len(text.splitlines()) < 100
    assert "δ(v₄₉₉₉)" in text
    assert "δ(v₁) " in text


def test_of_many_uses_the_first_are_written():
    x = Value(1.0, label="x")
    text = explain(sum(x * float(i) for i in range(2, 40)), wrt=x).text
    assert "x is used 38 times" in text
    assert "… 30 more uses …" in text
    assert "+ … =" in text


def seconds(count):
    y, x = chain(count)
    start = time.perf_counter()
    explain(y, wrt=x)
    return time.perf_counter() - start


def test_a_long_chain_takes_time_in_proportion_to_its_length():
    """Ten times the operations: ten times as long, not a hundred times."""
    assert min(seconds(20_000) / min(seconds(2_000) for _ in range(3)) for _ in range(3)) < 30


def test_more_paths_than_python_writes_digits():
    y = x = Value(1.0)
    for _ in range(20_000):
        y = y * y
    explanation = explain(y, wrt=x)
    assert explanation.text.endswith("the sum over about 10^6021 paths")
    assert explanation.paths == np.inf


# -- LaTeX, terminals, refusals ----------------------------------------------------------------------


def test_a_notebook_shows_the_formulas():
    _, w, a = network()
    latex = explain(a, wrt=w)._repr_latex_()
    assert latex.startswith("$$\\begin{aligned}&\\text{forward} \\\\\n")
    assert r"\delta_{z} &= \delta_{a} \cdot a \cdot (1 - a) \approx 0.2139" in latex
    assert r"\frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial v_{1}}" in latex
    assert balanced(latex)


def test_matrices_are_typeset():
    w, _, loss = layers()
    latex = explain(loss, wrt=w).latex
    assert r"\delta_{W} &= x^{\top} \, \delta_{v_{1}} = \begin{bmatrix}4 & -2 \\ 8 & -4\end{bmatrix}" in latex
    assert latex.count(r"\begin{bmatrix}") == latex.count(r"\end{bmatrix}")
    assert balanced(latex)


def test_both_notations_have_the_same_lines():
    w, _, loss = layers()
    _, v, a = network()
    for explanation in (explain(loss, wrt=w), explain(a, wrt=v)):
        equations = [line for line in explanation.text.splitlines() if re.match(r"δ|∂|\w+ [=≈]|\w+$", line)]
        rows = [row for row in explanation.latex.split(" \\\\\n") if "&=" in row or "&\\approx" in row]
        assert len(rows) >= len([line for line in equations if re.match("δ", line)])
    for explanation in (explain(concatenate([w[0], w[1]]).sum(), wrt=w),):
        assert balanced(explanation.latex)


@pytest.mark.parametrize("label", ["<script>", "a_b", "50%", "\\end{aligned}", "$x$", "{", "^", "δ(x) @ b"])
def test_any_label_is_text_in_the_formula(label):
    x = Value(2.0, label=label)
    latex = explain(x * x, wrt=x)._repr_latex_()
    assert "<script" not in latex
    assert balanced(latex)
    assert latex.count(r"\end{aligned}") == 1
    assert latex.replace(r"\$", "").count("$") == 4


def test_a_terminal_of_ascii_gets_the_chain_rule_in_ascii(monkeypatch):
    w, _, loss = layers()
    found = explain(loss, wrt=w)

    class Terminal:
        encoding = "ascii"

    with monkeypatch.context() as patch:
        patch.setattr("autograd_core.inspection.terminal.sys.stdout", Terminal())
        shown = str(found)
    assert shown.isascii()
    assert "\\u" not in shown
    assert "delta(W) = x^T @ delta(v1)\n     = [4  -2]\n       [8  -4]" in shown


def test_what_cannot_be_explained_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GraphError, match=r"one number, the node has shape \(2,\)"):
        explain(x * 2, wrt=x)
    with pytest.raises(GraphError, match="does not depend on"):
        explain(x.sum(), wrt=Value(1.0))
