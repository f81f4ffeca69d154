"""The written chain rule says what the graph computed, in symbols and in numbers."""

import time

import numpy as np
import pytest

from autograd_core import GraphError, Tensor, Value, explain


def network():
    x, w = Value(1.5, label="x"), Value(0.8, label="w")
    z = w * x - 0.4
    z.label = "z"
    a = z.sigmoid()
    a.label = "a"
    return x, w, a


def test_one_path_is_a_product_of_local_derivatives():
    _, w, a = network()
    explanation = explain(a, wrt=w)
    a.backward()
    symbols, numbers, total = explanation.text.splitlines()
    assert symbols == "∂a/∂w = ∂a/∂z · ∂z/∂v1 · ∂v1/∂w"
    assert numbers.split("=")[1].split(" · ")[1:] == ["1", "1.5"]
    assert float(total.split("=")[1]) == pytest.approx(w.grad, rel=1e-5)
    assert explanation.paths == 1


def test_the_product_of_the_numbers_written_is_the_gradient():
    x = Value(-2.0, label="x")
    y = x * x * x - x.tanh()
    explanation = explain(y, wrt=x)
    y.backward()
    terms = explanation.text.splitlines()[1].split("=")[1].replace("·", "*")
    assert eval(terms) == pytest.approx(x.grad, rel=1e-5)
    assert explanation.paths == 4
    assert "(-2)" in terms


def test_many_paths_are_written_as_the_recursion_of_the_sweep():
    x = Value(1.0, label="x")
    y = x
    for _ in range(40):
        y = y * y
    y.label = "y"
    explanation = explain(y, wrt=x)
    assert explanation.paths == 2**40
    lines = explanation.text.splitlines()
    assert lines[0] == "δ(y) = 1"
    assert lines[1] == "δ(v39) = δ(y) · 1 + δ(y) · 1 = 2"
    assert lines[-1] == f"∂y/∂x = δ(x), the sum over {2**40:,} paths"
    assert f"= {2.0**40:.6g}" in lines[-2]


def test_arrays_are_written_by_their_shapes():
    w = Tensor(np.ones((2, 3)), requires_grad=True, label="W")
    loss = (w @ np.ones(3)).square().sum()
    text = explain(loss, wrt=w).text
    assert "∂matmul/∂W" in text
    assert "array of shape (2, 3)" in text


def test_a_notebook_shows_the_formula():
    _, w, a = network()
    latex = explain(a, wrt=w)._repr_latex_()
    assert latex.startswith(r"$$\begin{aligned}\frac{\partial a}{\partial w}")
    assert r"\frac{\partial z}{\partial v_{1}}" in latex
    assert latex.count("{") == latex.count("}")


def test_the_derivative_by_itself_is_one():
    x = Value(2.0, label="x")
    assert explain(x, wrt=x).text.splitlines()[-1].endswith("= 1")


def test_what_cannot_be_explained_is_refused():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(GraphError, match=r"one number, the node has shape \(2,\)"):
        explain(x * 2, wrt=x)
    with pytest.raises(GraphError, match="does not depend on"):
        explain(x.sum(), wrt=Value(1.0))


@pytest.mark.parametrize("label", ["<script>", "a_b", "50%", "\\end{aligned}", "$x$", "{"])
def test_any_label_is_text_in_the_formula(label):
    x = Value(2.0, label=label)
    latex = explain(x * x, wrt=x)._repr_latex_()
    assert "<script" not in latex
    plain = latex.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    assert latex.count(r"\end{aligned}") == 1
    assert latex.replace(r"\$", "").count("$") == 4


def test_a_terminal_of_ascii_gets_the_chain_rule_in_ascii(monkeypatch):
    x = Value(2.0, label="x")
    y = (x * x).tanh()
    y.label = "y"
    found = explain(y, wrt=x)

    class Terminal:
        encoding = "ascii"

    with monkeypatch.context() as patch:
        patch.setattr("autograd_core.inspection.terminal.sys.stdout", Terminal())
        shown = str(found)
    assert shown.isascii()
    assert shown.startswith("dy/dx = dy/dv1 * dv1/dx + dy/dv1 * dv1/dx")


def seconds(count):
    x = Value(1.0)
    y = x
    for _ in range(count):
        y = y * 1.0
    start = time.perf_counter()
    explain(y, wrt=x)
    return time.perf_counter() - start


def test_a_long_chain_takes_time_in_proportion_to_its_length():
    """Ten times the operations: ten times as long, not a hundred times."""
    assert min(seconds(20_000) / min(seconds(2_000) for _ in range(3)) for _ in range(3)) < 30


def test_more_paths_than_python_writes_digits():
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y * y
    assert str(explain(y, wrt=x)).endswith("the sum over about 10^6021 paths")


def test_what_paths_share_is_written_in_each():
    x = Value(2.0, label="x")
    y = (x * x) * (x * x) * 3.0
    explanation = explain(y, wrt=x)
    assert explanation.paths == 4
    assert str(explanation).endswith("= 96")
