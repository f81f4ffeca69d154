"""What is asked, how it is answered, and what is said when there is no answer."""

from __future__ import annotations

import os
import random
import re
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

import autograd_core as ac
import nn
from autograd_core import CheckError, DomainError, GraphError, check
from autograd_core.checking import calling
from autograd_core.context import entered
from tests.autograd_core.checking.exercises import (
    CHAIN,
    DENSE,
    LAYER,
    NEURON,
    Affine,
    chain_gradient,
    dense_rule,
)

X = np.array([0.3, -1.2, 2.0])


# -- what a report says --------------------------------------------------------------------------------------


def test_a_report_names_the_answer_the_index_both_numbers_the_error_and_the_slip():
    def slope(x):
        return np.tanh(x) ** 2 - 1

    report = check(slope, ac.tanh, X, kind="gradient")
    right = 1 - np.tanh(0.3) ** 2
    assert str(report).splitlines() == [
        "slope: wrong. The gradient by 'x' at index (0,) of shape (3,):",
        f"  yours           {-right: .12g}",
        f"  from the graph  {right: .12g}",
        "  relative error   2",
        "  3 of 3 numbers differ",
        "That is what comes out if the result has the wrong sign.",
    ]
    assert (report.ok, report.slips, report.verdict) == (False, ("wrong sign",), "wrong")


def test_a_right_solution_is_told_how_much_was_compared():
    report = check(np.tanh, ac.tanh, X)
    assert (
        str(report) == "tanh: right. 3 numbers agree with the graph, at the given inputs and at 4 random ones"
    )
    assert report
    assert report.raise_if_wrong() is report


def test_a_report_can_raise():
    with pytest.raises(CheckError, match=r"(?s)your function: wrong\..*That is what comes out if"):
        check(lambda x: -np.tanh(x), ac.tanh, X).raise_if_wrong()


def test_a_report_shows_itself_in_a_notebook():
    report = check(lambda x: x < 0, ac.tanh, X, name="<tanh>")
    html = report._repr_html_()
    assert "&lt;tanh&gt;" in html
    assert all(line.strip() in html for line in report.details)
    assert repr(report) == str(report)


def test_answers_that_are_right_and_those_that_are_missing_are_told_apart():
    report = CHAIN.check(lambda *p: (chain_gradient(*p)[0], None, -chain_gradient(*p)[2], ...))
    assert "the gradient by 'w1' is right" in report.details
    assert "the gradient by 'b1' and the gradient by 'b2' are not there yet" in report.details
    half = CHAIN.check(lambda *p: (*chain_gradient(*p)[:3], None))
    assert half.finding.startswith("The gradient by 'b2' is not there yet; the gradient by 'w1'")
    assert not half.ok


def test_what_no_slip_explains_is_described():
    assert check(lambda x: 0.7 * np.tanh(x), ac.tanh, X).explanation == (
        "Everywhere it is 0.7 times the number that belongs there.",
    )
    assert check(lambda x: np.tanh(x) + 0.25, ac.tanh, X).explanation == (
        "Everywhere it differs by the same number, 0.25.",
    )
    rounded = check(lambda x: np.round(np.tanh(x), 4), ac.tanh, X)
    assert "is it rounded, or a difference quotient?" in rounded.explanation[0]
    assert not rounded.slips


def test_a_slip_is_not_named_for_numbers_that_anything_gives():
    assert check(2.0, lambda x: x**2, 3.0).slips == ()
    assert check(0.4620354596, lambda p: -ac.log(p), 0.63).ok
    assert check(0.6665762662, lambda p: -ac.log(p), 0.63).slips == ("another logarithm",)


def test_inputs_at_which_only_random_ones_betray_the_student_are_told():
    report = check(lambda x: 2 * x, lambda x: x**2, 2.0)
    assert "at the random inputs x = " in report.finding


# -- what is asked ---------------------------------------------------------------------------------------------


def test_inputs_come_in_a_tuple_by_name_alone_or_from_a_generator():
    product = lambda a, b: a * b  # noqa: E731
    assert check(lambda a, b: b * a, product, (2.0, 3.0))
    assert check(lambda a, b: b * a, product, [2.0, 3.0])
    assert check(lambda b, a: b * a, product, {"a": 2.0, "b": X})
    drawn = check(lambda a, b: b * a, product, lambda rng: (rng.normal(size=2), rng.normal(size=2)))
    assert drawn.finding == "2 numbers agree with the graph, at the given inputs and at 4 random ones"


def test_integers_are_differentiated_by_where_there_is_nothing_else():
    assert check(lambda x: 2 * x, lambda x: x**2, 3, kind="gradient")


def test_a_student_is_given_nodes_where_the_inputs_are_nodes():
    seen = []

    def student(x):
        seen.append(type(x))
        return x * x

    assert check(student, lambda x: x**2, ac.Value(3.0))
    assert set(seen) == {ac.Value}
    assert check(lambda t: t * t, lambda t: t**2, ac.Tensor(X, requires_grad=True))


def test_random_inputs_are_like_the_given_ones():
    seen = []

    def student(p, labels, one_hot, image, count):
        seen.append((p, labels, one_hot, image, count))
        return p.sum()

    reference = lambda p, labels, one_hot, image, count: p.sum()  # noqa: E731
    check(
        student,
        reference,
        (np.array([0.2, 0.8]), np.array([2, 0, 1]), np.eye(3)[:2], np.array([1.0, 4.0]), 2),
    )
    for p, labels, one_hot, image, count in seen:
        assert p.sum() == pytest.approx(1)
        assert (p > 0).all()
        assert sorted(labels) == [0, 1, 2]
        assert (one_hot.sum(1) == 1).all()
        assert (image > 0).all()
        assert count == 2
    assert len({x[3].tobytes() for x in seen}) == 5


def test_where_the_reference_is_not_defined_nobody_is_asked():
    positive = lambda x: ac.log(x - 1.0)  # noqa: E731
    assert check(lambda x: np.log(x - 1), positive, 1.5)


def test_argnums_are_numbers_or_names():
    by_w = lambda w, x, b: (1 - np.tanh(w * x + b) ** 2) * x  # noqa: E731
    for argnums in (0, "w", ["w"], -3):
        assert ac.check(by_w, NEURON.reference, NEURON.inputs, kind="gradient", argnums=argnums)


def test_a_corner_accuses_nobody():
    at_corner = np.array([0.0, 1.0, -1.0])
    report = check(lambda x: 1.0 * (x >= 0), ac.relu, at_corner, kind="gradient")
    assert report.ok
    assert "corner" in report.notes[0]
    assert check(lambda x: 1.0 * (x < 0), ac.relu, at_corner, kind="gradient").slips == ("mask turned round",)


def test_single_precision_is_precise_enough():
    assert check(lambda x: np.tanh(x.astype(np.float32)), ac.tanh, X)


def test_cancellation_in_the_reference_is_not_the_students_fault():
    assert check(lambda x: 1 / np.cosh(x) ** 2, ac.tanh, 14.0, kind="gradient")


def test_the_lecturer_is_told_when_the_question_is_wrong():
    with pytest.raises(DomainError, match="kind is one of 'function', 'gradient'"):
        check(np.tanh, ac.tanh, X, kind="value")
    with pytest.raises(DomainError, match=r"argnums='v', but the arguments are w, x, b"):
        ac.check(np.tanh, NEURON.reference, NEURON.inputs, kind="gradient", argnums="v")
    with pytest.raises(GraphError, match="the reference has no gradient"):
        check(np.tanh, lambda x: 3.0, X, kind="gradient")
    with pytest.raises(GraphError, match="the reference gives -inf for the value at the given inputs"):
        check(np.log, ac.log, 0.0)
    with pytest.raises(GraphError, match="has no parameters that are nodes"):
        check(Affine(), Affine(), np.ones((2, 4)), kind="layer")
    with pytest.raises(GraphError, match="the reference returned None"):
        check(np.tanh, lambda x: None, X)


# -- layers ----------------------------------------------------------------------------------------------------


def test_the_parameters_of_both_layers_are_what_they_were():
    reference, student = nn.Linear(4, 3), Affine()
    before = [p.data.copy() for p in reference.parameters()]
    assert check(student, reference, LAYER.inputs, kind="layer")
    assert all(np.array_equal(p.data, old) for p, old in zip(reference.parameters(), before, strict=True))
    assert np.array_equal(student.W, np.ones((4, 3)))


def test_a_layer_without_a_parameter_is_told_so():
    class WithoutBias:
        def __init__(self):
            self.W = np.ones((4, 3))

        def __call__(self, x):
            return x @ self.W

    report = LAYER.check(WithoutBias())
    assert "has no parameter 'bias' of shape (3,); its parameters are: W of shape (4, 3)" in report.finding


def test_a_layer_without_a_way_back_is_compared_by_its_values():
    class Forward:
        def __init__(self):
            self.W, self.b = np.ones((4, 3)), np.zeros(3)

        def forward(self, x):
            return x @ self.W + self.b

    report = LAYER.check(Forward())
    assert report.ok
    assert "its gradients were not compared" in report.notes[0]


# -- solutions that are none -------------------------------------------------------------------------------------


def stub(x): ...


def stub_with_words(x):
    """Return tanh of x."""


def stub_that_raises(x):
    raise NotImplementedError


def stub_that_returns(x):
    y = z = ...
    return y, z


@pytest.mark.parametrize("nothing", [stub, stub_with_words, stub_that_raises, stub_that_returns, None, ...])
def test_an_empty_stub_is_met_with_a_friendly_word(nothing):
    report = check(nothing, ac.tanh, X)
    assert report.verdict == "nothing here yet"
    assert str(report).endswith(": nothing here yet.")
    assert not report.ok


def test_an_empty_rule_and_an_empty_layer_are_stubs_too():
    assert DENSE.check(lambda c, x, W, b: (None, None, None)).empty
    assert LAYER.check(None).empty


def raises_in_a_helper(x):
    return helper(x)


def helper(x):
    return x @ np.ones((5, 5))


def never_ends(x):
    while True:
        x = x + 1


def never_ends_and_swallows(x):
    while True:
        try:
            x = x + 1
        except:  # noqa: E722 - it is what students write
            continue


def calls_itself(x):
    return calls_itself(x)


def changes_its_input(x):
    x[1] = 7.0
    return np.tanh(x)


def forgets_to_return(x):
    np.tanh(x)


def adds_up_over_calls(x, total=np.zeros(3)):  # noqa: B008 - it is what students write
    total += np.tanh(x)
    return total.copy()


TROUBLE = {
    raises_in_a_helper: r"It raises ValueError: matmul: .* \(line \d+, in helper: return x @ np.ones",
    never_ends: "It is still running after 0.2 seconds: does a loop come to its end",
    never_ends_and_swallows: "It is still running after 0.2 seconds",
    changes_its_input: r"It changes its input x at index \(1,\), -1.2 before and 7 afterwards: work on a copy",
    forgets_to_return: "It returned None: is a return statement missing",
    adds_up_over_calls: "It gives twice the result when it is called again",
    (lambda x, y: x): r"It takes \(x, y\), and is given \(x\)",
    (lambda x: sys.exit(1)): r"It leaves the program \(exit\)",
    (lambda x: input()): "It raises EOFError",
    (lambda x: "tanh"): "It returned 'tanh' of type str, a number or an array is expected",
    (lambda x: [x, [1.0]]): "a number or an array is expected",
    (lambda x: stub_with_words.nothing): "It raises AttributeError",
    calls_itself: "It raises RecursionError",
}


@pytest.mark.parametrize("student", TROUBLE, ids=lambda f: f.__name__)
def test_what_goes_wrong_is_told_in_one_line(student):
    report = check(student, ac.tanh, X, seconds=0.2)
    assert not report.ok
    assert report.slips == ("no answer",)
    (line,) = str(report).splitlines()
    assert re.search(TROUBLE[student], line), line


def test_a_loop_without_end_is_ended_in_a_thread_too():
    found = []
    thread = threading.Thread(target=lambda: found.append(check(never_ends, ac.tanh, X, seconds=0.2)))
    thread.start()
    thread.join()
    assert "still running" in found[0].finding


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="Python 3.12 and newer tell of jumps")
@pytest.mark.parametrize("student", [never_ends, never_ends_and_swallows])
def test_a_loop_without_end_is_ended_where_there_are_neither_alarms_nor_threads(monkeypatch, student):
    monkeypatch.setattr(calling, "_in_a_thread", calling._from_jump_to_jump)
    monkeypatch.delattr(calling.signal, "setitimer", raising=False)
    assert "still running" in check(student, ac.tanh, X, seconds=0.2).finding
    assert [tool for tool in range(6) if sys.monitoring.get_tool(tool) == calling.__name__] == []


def test_megabytes_of_output_are_cut_and_told(capsys):
    def talks(x):
        print("x" * 3_000_000)
        return np.tanh(x)

    report = check(talks, ac.tanh, X)
    assert report.ok
    assert report.notes[0].startswith("It prints 3,000,001 characters: xxx")
    assert len(report.notes[0]) < 200
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(
    sys.platform == "emscripten",
    reason="in a browser there are no flags of floating-point errors, and NumPy does not warn",
)
def test_a_warning_of_numpy_is_told_with_its_line():
    report = check(lambda x: np.log(0 * x) * 0 + np.tanh(x), ac.tanh, X)
    assert "RuntimeWarning: divide by zero encountered in log (line" in report.notes[0]


def test_nothing_else_is_disturbed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()

    def vandal(x):
        np.random.seed(0)  # noqa: NPY002 - it is what students write
        random.seed(0)
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        warnings.simplefilter("error")
        sys.stdout = sys.stderr = None
        sys.setrecursionlimit(5000)
        ac.no_grad().__enter__()
        os.chdir("below")
        return np.tanh(x)

    def state():
        return (
            np.random.get_state()[1].tobytes(), random.getstate(), np.geterr(), np.get_printoptions(),  # noqa: NPY002
            list(warnings.filters), sys.stdout, sys.stderr, sys.stdin, sys.getrecursionlimit(), Path.cwd(),
            ac.Tensor(1.0, requires_grad=True).exp().requires_grad, set(entered),
        )  # fmt: skip

    before = state()
    assert check(vandal, ac.tanh, X)
    assert state() == before


def test_the_alarm_of_the_program_around_it_is_kept():
    signal = pytest.importorskip("signal")
    if not hasattr(signal, "setitimer"):
        pytest.skip("a platform without alarms")
    handler = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        check(never_ends, ac.tanh, X, seconds=0.1)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 50 < left < 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def test_an_interrupt_from_the_keyboard_ends_the_check():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted, ac.tanh, X)


def test_a_seed_gives_the_same_report_again():
    wrong = lambda x, W, b, c: dense_rule(x, W, b, c)  # noqa: E731
    first, again = (str(DENSE.check(wrong, seed=3)) for _ in range(2))
    assert first == again
