"""How nodes show themselves in notebooks: complete, escaped, without raising, without cost elsewhere."""

import subprocess
import sys
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import nn
from autograd_core import Tensor, Value, relu, tanh

HOSTILE = [
    "<script>alert(1)</script>",
    "</table><b>",
    "a & b &lt;",
    "$x$ \\(y\\) \\end{bmatrix} ^~_%#{}",
    "two\nlines\x07\x00",
    "\ud800",
    "x" * 10_000,
    "   ",
]


def cells(node):
    """The rows of a node's table: heading and text; tables inside are read row by row."""
    table = ElementTree.fromstring(node._repr_html_())
    rows = {}
    for row in table.find("tbody"):
        heading, cell = row
        inner = cell.find("table")
        if inner is None:
            rows[heading.text] = "".join(cell.itertext())
        else:
            rows[heading.text] = [[td.text for td in tr] for tr in inner.iter("tr")]
    return "".join(table.find("caption").itertext()), rows


def test_a_value_shows_its_number_gradient_and_operation():
    w, x = Value(1 / 3, label="w"), Value(-3.0)
    y = w * x
    y.backward()
    assert cells(w) == ("Value w", {"value": "0.3333333", "gradient": "-3.0"})
    assert cells(y) == ("Value", {"value": "-1.0", "gradient": "1.0", "operation": "multiply"})
    assert cells(Value(5.0)) == ("Value", {"value": "5.0"})


def test_a_tensor_shows_its_matrix_gradient_shape_and_dtype():
    w = Tensor([[1.0, 0.1], [2.0, -3.0]], requires_grad=True, dtype="float32", label="W")
    relu(w).sum().backward()
    assert cells(w) == (
        "Tensor W",
        {
            "value": [["1.0", "0.1"], ["2.0", "-3.0"]],
            "gradient": [["1.0", "1.0"], ["1.0", "0.0"]],
            "shape": "(2, 2)",
            "dtype": "float32",
        },
    )
    assert cells((w @ w).sum())[1]["operation"] == "sum"
    assert cells(nn.Linear(1, 1).bias)[1]["shape"] == "(1,)"


@pytest.mark.parametrize(
    ("array", "shown"),
    [
        (np.array(2.5), "2.5"),
        (np.array([1, 2]), [["1", "2"]]),
        (np.array([True, False]), [["True", "False"]]),
        (np.array([np.nan, np.inf, -np.inf]), [["nan", "inf", "-inf"]]),
        (np.zeros((0, 3)), "[]"),
        (np.ones((1, 1, 2)), "[[[1., 1.]]]"),
        (np.arange(11), [["0", "1", "2", "⋯", "8", "9", "10"]]),
    ],
)
def test_arrays_of_any_shape_and_dtype(array, shown):
    found = cells(Tensor(array))[1]
    assert found["value"] == shown
    assert (found["shape"], found["dtype"]) == (str(array.shape), str(array.dtype))


def test_large_arrays_are_shown_by_their_edges():
    shown = cells(Tensor(np.arange(400.0).reshape(20, 20)))[1]["value"]
    assert shown[0] == ["0.0", "1.0", "2.0", "⋯", "17.0", "18.0", "19.0"]
    assert shown[3] == ["⋮", "⋮", "⋮", "⋱", "⋮", "⋮", "⋮"]
    assert shown[6][-1] == "399.0"
    assert all(
        len(Tensor(np.ones(shape))._repr_html_()) < 5_000 for shape in [(1000, 1000), (9,) * 5, (10**6,)]
    )


@pytest.mark.parametrize(
    ("node", "formula"),
    [
        (Value(2.0), "2.0"),
        (Value(1e-12, label="eps"), r"\mathrm{eps} = 1 \cdot 10^{-12}"),
        (Value(np.inf, label="x"), r"x = \infty"),
        (Value(-np.nan, label="w_12"), r"w_{12} = \mathrm{nan}"),
        (Value(1.0, label="w_in"), r"\mathrm{w\_in} = 1.0"),
        (Value(1.0, label="a<b"), r"\mathrm{a{<}b} = 1.0"),
        (Tensor([[1.0, 2.0], [3.0, 4.0]], label="A"), r"A = \begin{bmatrix}1.0 & 2.0 \\ 3.0 & 4.0\end{bmatrix}"),
        (
            Tensor(np.eye(20, dtype=int)),
            r"\begin{bmatrix}1 & 0 & 0 & \cdots & 0 & 0 & 0 \\ 0 & 1 & 0 & \cdots & 0 & 0 & 0 \\ "
            r"0 & 0 & 1 & \cdots & 0 & 0 & 0 \\ \vdots & \vdots & \vdots & \ddots & \vdots & \vdots & \vdots \\ "
            r"0 & 0 & 0 & \cdots & 1 & 0 & 0 \\ 0 & 0 & 0 & \cdots & 0 & 1 & 0 \\ 0 & 0 & 0 & \cdots & 0 & 0 & 1"
            r"\end{bmatrix}",
        ),
    ],
)  # fmt: skip
def test_the_formula_of_a_node(node, formula):
    assert node._repr_latex_() == rf"$\displaystyle {formula}$"


def test_the_formula_has_the_gradient_once_there_is_one():
    w = Value(2.0, label="w")
    (w**2).backward(create_graph=True)
    assert w._repr_latex_() == r"$\displaystyle w = 2.0,\quad \mathrm{gradient} = 4.0$"
    assert "<td" in w._repr_html_()


@pytest.mark.parametrize("shape", [(2, 2, 2), (0,)])
def test_there_is_no_formula_for_what_is_no_matrix(shape):
    assert Tensor(np.ones(shape))._repr_latex_() is None


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize(
    "make", [Value, lambda x, label: Tensor([[x]], label=label)], ids=["Value", "Tensor"]
)
def test_any_label_is_text(make, label):
    node = make(1.0, label=label)
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append(tag)
    parser.feed(node._repr_html_() + node._repr_latex_())
    assert set(tags) <= {"table", "caption", "tbody", "tr", "th", "td", "b"}
    node._repr_html_().encode()
    formula = node._repr_latex_()
    assert len(formula) < 500
    assert formula.count("$") - formula.count(r"\$") == 2
    plain = formula.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_nothing_that_would_change_the_page_around_it():
    html = Tensor(np.eye(3), requires_grad=True)._repr_html_()
    assert "<style" not in html
    assert "color" not in html
    assert "class=" not in html


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_showing_never_raises(kind):
    broken = object.__new__(kind)
    assert "AttributeError" in broken._repr_html_()
    assert "AttributeError" in broken._repr_latex_()


def test_showing_records_nothing_and_changes_nothing():
    x = Value(0.5, label="x")
    y = tanh(x)
    before = repr(x), repr(y)
    y._repr_html_(), y._repr_latex_()
    assert (repr(x), repr(y)) == before


def test_importing_the_library_does_not_open_the_room():
    code = "import sys, autograd_core; assert 'autograd_core.inspection.showing' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_value_is_no_larger_for_it():
    assert sys.getsizeof(Value(1.0)) <= 130
