"""The gradient check passes what is right, and names what is wrong."""

import subprocess
import sys

import numpy as np
import pytest

import autograd_core as ac
from autograd_core import (
    DtypeError,
    GradcheckError,
    GraphError,
    Tensor,
    Value,
    calculus,
    gradcheck,
)

RANDOM = np.random.default_rng(0)


@pytest.fixture(name="wrong_sigmoid")
def with_a_planted_bug(monkeypatch):
    """A rule that is off by one per cent."""
    monkeypatch.setattr(calculus.sigmoid, "derivatives", (lambda m, y, x: 1.01 * y * (1 - y),))
    monkeypatch.setattr(calculus.sigmoid, "shares_on_arrays", calculus.sigmoid.shares)


def test_numbers_and_arrays_become_tensors():
    kinds = []

    def f(x, y, n):
        kinds.append((type(x), type(y), type(n)))
        return x * y.sum() * n

    assert gradcheck(f, 2.0, np.ones(3), 4)
    assert set(kinds) == {(Tensor, Tensor, int)}


def test_leaves_are_moved_in_place_and_put_back():
    w = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    before = w.data
    assert gradcheck(lambda _: (w * w).sum(), w)
    assert w.data is before
    assert w.grad is None


def test_leaves_are_put_back_after_an_error_too(wrong_sigmoid):
    w = Tensor(np.ones(3, np.float32), requires_grad=True)
    before = w.data
    with pytest.raises(GradcheckError):
        gradcheck(lambda x: x.sigmoid(), w)
    assert w.data is before


def test_the_report_names_input_index_numbers_error_and_operation(wrong_sigmoid):
    x = np.array([[0.5, -1.0], [2.0, 0.1]])
    with pytest.raises(GradcheckError) as caught:
        gradcheck(
            lambda a, b: (a * b).tanh() + (b * 2.0).sigmoid(), x, Tensor(x, requires_grad=True, label="b")
        )
    message = str(caught.value)
    assert "with respect to input 1 ('b') is wrong at index (0, 0) of shape (2, 2)" in message
    graph = float(message.split("from the graph")[1].split()[0])
    difference = float(message.split("central difference")[1].split()[0])
    assert graph != difference
    assert graph == pytest.approx(difference, rel=0.02)
    assert "relative error" in message
    assert "suspected operation: sigmoid with respect to its input 0 (input shapes (2, 2))" in message


def test_a_wrong_element_of_a_large_input_is_found_by_halving(monkeypatch):
    def derivative(m, y, x):
        slope = 2 * x
        slope[7, 31] += 5.0
        return slope

    monkeypatch.setattr(calculus.square, "derivatives", (derivative,))
    with pytest.raises(GradcheckError, match=r"index \(7, 31\) of shape \(20, 50\)"):
        gradcheck(lambda x: x.square(), RANDOM.normal(size=(20, 50)))


def test_an_error_of_values_is_found_too(wrong_sigmoid):
    with pytest.raises(GradcheckError, match="suspected operation: sigmoid"):
        gradcheck(lambda x: (x * 2.0).sigmoid(), 0.3)


def test_the_second_order_catches_a_rule_that_cannot_be_differentiated(monkeypatch):
    def cut_off(m, y, x):
        return np.exp(x.data) if isinstance(x, Tensor) else m.exp(x)

    monkeypatch.setattr(calculus.exp, "derivatives", (cut_off,))
    assert gradcheck(lambda x: x.exp(), np.array([0.3]))
    with pytest.raises(GradcheckError, match="second derivative"):
        gradcheck(lambda x: x.exp(), np.array([0.3]), order=2)


def test_a_corner_near_the_point_is_survived():
    assert gradcheck(lambda x: (x - 3e-6).relu(), np.array([0.0, 1.0]))


def test_a_corner_at_the_point_is_reported_as_such():
    with pytest.raises(
        GradcheckError, match=r"may have a corner here: its slope is 0 to the left, 1 to the right"
    ):
        gradcheck(lambda x: x.relu(), 0.0)


def test_what_cannot_be_checked_is_refused():
    with pytest.raises(GraphError, match="gives another result when called again"):
        gradcheck(lambda x: x * RANDOM.random(), 1.0)
    with pytest.raises(GraphError, match=r"f is -inf at these inputs"), np.errstate(all="ignore"):
        gradcheck(lambda x: (x - 1.0).log(), 1.0)
    with pytest.raises(GraphError, match="there is no input to differentiate by"):
        gradcheck(lambda n: Value(1.0) * n, True)
    with pytest.raises(DtypeError, match=r"f has to return nodes, got 3\.0"):
        gradcheck(lambda x: 3.0, 1.0)
    with pytest.raises(GraphError, match="is the result of a computation; give leaves"):
        gradcheck(lambda x: x, Value(1.0) * 2)
    with pytest.raises(GraphError, match="order has to be 1 or 2, got 3"):
        gradcheck(lambda x: x, 1.0, order=3)


def test_pytest_suites_have_the_fixture_without_importing_anything(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import numpy as np\n"
        "def test_right(gradcheck):\n    assert gradcheck(lambda x: x.tanh(), np.ones(2))\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_it.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_the_quiz_on_central_differences():
    cube, step = (lambda x: x**3), 0.01
    assert (cube(1 + step) - cube(1 - step)) / (2 * step) == pytest.approx(3.0001000000000055, abs=1e-12)
    assert ac.grad(cube)(1.0) == 3.0


# -- the report shows the numbers themselves -----------------------------------------------------------------


def wrong_triple(x):
    return ac.primitive(lambda m, y, x: 2 * x, name="wrong")(lambda x: 3 * x)(x)


def reported(f, *inputs, **options):
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, *inputs, **options)
    lines = str(caught.value).splitlines()
    return lines[0], float(lines[1].split()[-1]), float(lines[2].split()[-1])


@pytest.mark.parametrize("x", [1.0, Value(1.0), np.array(1.0), np.array([1.0]), 1])
def test_of_one_number_it_shows_both_derivatives(x):
    _, graph, difference = reported(lambda x: wrong_triple(x), x)
    assert (graph, difference) == pytest.approx((2.0, 3.0))


def test_of_arrays_it_shows_the_entry():
    matrix = np.array([[1.0, 2.0], [3.0, -4.0]])
    head, graph, difference = reported(lambda x: wrong_triple(x) @ matrix, np.array([1.0, 5.0]))
    assert "of output at index (1,) with respect to input 0 is wrong at index (0,) of shape (2,)" in head
    assert (graph, difference) == pytest.approx((4.0, 6.0))
    head, graph, difference = reported(lambda x: (x, wrong_triple(x).sum()), np.array([4.0, 5.0]))
    assert "of output 1 with respect to input 0" in head
    assert (graph, difference) == pytest.approx((8.0, 3.0))


def test_of_second_derivatives_it_shows_the_entry():
    square = ac.primitive(lambda m, y, x: 2 * ac.stop_gradient(x), name="square")(lambda x: x * x)
    _, graph, difference = reported(lambda x: square(x), 3.0, order=2)
    assert (graph, difference) == pytest.approx((0.0, 2.0))


# -- inputs are what grad takes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: x * x, 3),
        (lambda x: x * x, np.float32(3)),
        (lambda x: x[0] * x[1], [1.0, 2.0]),
        (lambda x: x[0] * x[1][0], (1.0, [2.0])),
        (lambda p: (p["a"] ** 2).sum() + p["b"], {"a": np.ones(2), "b": 1.0}),
        (lambda t: np.linalg.solve((2 + t) * np.eye(2), np.ones(2)).sum(), 0.5),
        (lambda t: np.linalg.det(t * np.eye(2) + 1).sum(), 0.5),
    ],
)
def test_inputs_are_what_grad_takes(f, x):
    assert gradcheck(f, x)
    ac.grad(f)(x)


def test_an_error_inside_a_structure_names_the_place():
    head, *_ = reported(lambda p: wrong_triple(p["w"][1]) + p["w"][0], {"w": [1.0, 2.0]})
    assert "with respect to input 0['w'][1] is wrong" in head


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        ("a", "input 0 is 'a' of type str"),
        (None, "input 0 is None of type NoneType"),
        (True, "input 0 is True of type bool"),
        (np.array([0, 1, 2], dtype=np.int64), "input 0 is an array of dtype int64"),
        (np.ones(0), "input 0 is an array without elements"),
        (Tensor([1.0]), "input 0 is a tensor that requires no gradient"),
        ({"n": [None]}, r"input 0\['n'\]\[0\] is None"),
        ([], "there are no inputs"),
    ],
)
def test_the_reason_why_nothing_can_be_checked(x, reason):
    with pytest.raises(GraphError, match=reason):
        gradcheck(lambda x: x, x)
